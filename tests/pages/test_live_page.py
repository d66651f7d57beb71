"""The live session's page as the server sends it: its size, what it says without JavaScript, and to whom it is sent."""

from __future__ import annotations

import json
import re
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from filiform.clinical.needle.problems import STEPS, Outcome, SearchPlace, Wrong
from filiform.pages.needle import live, words
from filiform.web import assets
from tests import clinic, steps
from tests.bench._session_page import MOST_KB, sizes_of
from tests.clinic import Clinic
from tests.pages import walk
from tests.pages.visiting import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def here() -> Clinic:
    return clinic.make(now=walk.began())


@pytest.fixture
def needling(here: Clinic) -> steps.Visit:
    return steps.reach(here, "needling", walk.began())


@pytest.fixture
def therapist(needling: steps.Visit) -> Client:
    return signed_in("therapist")


def url(one: steps.Visit, tail: str = "") -> str:
    return f"/visits/{one.visit}/needle/{tail}"


def fetched(browser: Client, address: str) -> str:
    """What the browser gets, with the middleware that leaves comments out."""
    return b"".join(browser.get(address)).decode()


def test_page_styles_and_scripts_fit_their_budgets_as_they_are_sent(therapist: Client, needling: steps.Visit) -> None:
    found = sizes_of(partial(fetched, therapist), url(needling))
    assert {kind: round(size / 1024, 1) for kind, size in found.items() if size > MOST_KB[kind] * 1024} == {}
    assert found["JavaScript"] > 18 * 1024, "all modules were found"


def test_with_their_comments_the_scripts_would_not_fit(
    therapist: Client, needling: steps.Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(assets, "_packed", lambda one: assets._Packed(Path(one.path).read_bytes(), one.headers))
    found = sizes_of(partial(fetched, therapist), url(needling))
    assert found["JavaScript"] > MOST_KB["JavaScript"] * 1024


def test_without_javascript_it_says_so_and_leads_to_the_form_board(therapist: Client, needling: steps.Visit) -> None:
    html = therapist.get(url(needling)).content.decode()
    told = re.search(r"<noscript>.*?</noscript>", html, re.S)
    assert told and "needs JavaScript" in told[0] and url(needling, "board/") in told[0]
    board = therapist.get(url(needling, "board/")).content.decode()
    assert "NEEDLE IN" in board and 'id="needles-in">6<' in board


@pytest.mark.parametrize("role", ["owner", "auditor"])
def test_who_only_reads_gets_the_form_board_and_no_entry(needling: steps.Visit, role: str) -> None:
    html = signed_in(role).get(url(needling)).content.decode()
    assert "live-data" not in html and 'id="needles-in">6<' in html


def data(browser: Client, one: steps.Visit) -> dict[str, Any]:
    html = browser.get(url(one)).content.decode()
    found = re.search(r'<script id="live-data" type="application/json">(.*?)</script>', html, re.S)
    assert found
    told: dict[str, Any] = json.loads(found[1])
    return told


def test_the_page_brings_what_the_ledger_opens_with(therapist: Client, needling: steps.Visit) -> None:
    told = data(therapist, needling)
    assert told["opening"]["session"] == str(needling.session)
    assert len(told["opening"]["events"]) == told["opening"]["count"] == 8
    assert [one["muscle"] for one in told["targets"]] == list(steps.MUSCLES)
    assert told["first"] == "upper_trapezius:right"


@pytest.mark.parametrize("target", [*steps.MUSCLES])
def test_every_muscle_of_the_day_has_its_picture(therapist: Client, needling: steps.Visit, target: str) -> None:
    answer = therapist.get(url(needling, "picture/"), {"target": f"{target}:right"})
    assert answer.status_code == 200
    html = answer.content.decode()
    spots = json.loads(re.search(r'data-spots="([^"]*)"', html)[1].replace("&quot;", '"'))  # type: ignore[index]
    assert spots[f"{target}:right"] and "schematic" in html and 'class="m chosen"' in html


@pytest.mark.parametrize("target", ["", "heart:right", "upper_trapezius:left", "x"])
def test_a_muscle_that_is_not_of_the_day_has_none(therapist: Client, needling: steps.Visit, target: str) -> None:
    assert therapist.get(url(needling, "picture/"), {"target": target}).status_code == 404


def test_lots_colleagues_and_rooms_come_together(therapist: Client, needling: steps.Visit) -> None:
    html = therapist.get(url(needling, "rest/")).json()["html"]
    assert "Room 1" in html and "No other therapist works here." in html
    assert signed_in("front_desk").get(url(needling, "rest/")).status_code == 403


def test_every_problem_step_ending_and_place_has_its_words() -> None:
    told = {one.what: one for one in words.problems()}
    assert set(told) == {one.value for one in Wrong}
    for what, steps_of in STEPS.items():
        assert [value for value, _ in told[what.value].steps] == [step.value for step in steps_of]
    assert [value for value, _ in words.outcomes()] == [one.value for one in Outcome]
    assert [value for value, _ in words.places()] == [one.value for one in SearchPlace]


def test_every_word_that_the_program_says_is_given_to_it() -> None:
    folder = Path(live.__file__).parent / "static" / "needle"
    text = "".join((folder / name).read_text(encoding="utf-8") for name in ("live.js", "show.js"))
    said = set(re.findall(r'\bsay\("(\w+)"', text)) | set(re.findall(r'\babout\("(\w+)"', text))
    said |= {f"ask_{what}" for what in re.findall(r'\bask\("(\w+)"', text)}
    assert said - set(words.program()) == set()
    assert len(said) > 40


def test_the_map_stays_inside_the_figure(needling: steps.Visit) -> None:
    every = live.targets(needling.head, needling.at)
    assert all(live.picture(needling.head, one.site, every) is not None for one in every)
