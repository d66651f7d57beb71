"""The patient's pain drawing by link: every tap kept, undone, told more of, finished; what is wrong is named."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from filiform.record import drawn
from filiform.record.models import PainDrawing
from tests import clinic
from tests.clinic import Clinic
from tests.pages.drawing import DONE, HOME, MARK, MORE, NOTHING, UNDO, get, kept, mark, opened, seen

pytestmark = pytest.mark.django_db


@pytest.fixture
def here() -> Clinic:
    return clinic.make(now=timezone.now())


@pytest.fixture
def phone(here: Clinic) -> Client:
    return opened(here)


# ---- marking


def test_a_mark_is_kept_at_once_and_leads_back_to_where_it_was_made(phone: Client) -> None:
    answer = mark(phone, "shoulder_superior.right", "8", here="?part=upper_back.right")
    assert (answer.status_code, answer.headers["Location"]) == (302, HOME + "?part=upper_back.right")
    assert kept() == {"shoulder_superior.right": 8}
    page = get(phone, answer.headers["Location"])
    assert "Right top of the shoulder" in page and "strong" in page
    assert 'aria-label="Right top of the shoulder, strong"' in page  # on the picture, with its side
    (row,) = PainDrawing.objects.all()
    assert (row.recorded_by.split(":")[0], row.finished) == ("patient", False)


def test_taps_go_up_and_after_the_last_away(phone: Client) -> None:
    found = []
    for _ in range(5):
        mark(phone, "heel.left")
        found.append(kept().get("heel.left"))
    assert found == [2, 5, 8, 10, None]


def test_the_module_gets_a_part_of_the_page_and_others_the_page(phone: Client) -> None:
    headers = {"X-Drawing": "1"}
    data = {"site": "heel.left", "intensity": "5", "seen": 0, "here": "?view=back"}
    answer = phone.post(MARK, data, headers=headers)
    text = answer.content.decode()
    assert answer.status_code == 200
    assert "<html" not in text and 'data-seen="1"' in text
    assert json.loads(values(text)) == {"heel.left": 5}


def values(text: str) -> str:
    found = re.search(r'data-values="([^"]*)"', text)
    assert found
    return found.group(1).replace("&quot;", '"')


def test_undo_goes_back_one_mark_after_the_other_and_then_stops(phone: Client) -> None:
    for site in ("heel.left", "heel.right", "lumbar.left"):
        mark(phone, site)
    left = []
    for _ in range(4):
        answer = phone.post(UNDO, {"seen": seen(), "here": "?list=1"})
        assert answer.headers["Location"] == HOME + "?list=1"
        left.append(sorted(kept()))
    assert left == [["heel.left", "heel.right"], ["heel.left"], [], []]
    mark(phone, "jaw.left")
    phone.post(UNDO, {"seen": seen()})
    assert kept() == {}
    assert PainDrawing.objects.count() == 8  # every state is still there


def test_undo_of_a_new_browser_does_not_reach_behind_its_own_marks(here: Clinic, phone: Client) -> None:
    mark(phone, "heel.left")
    other = opened(here)
    assert "disabled" in re.findall(r"<button class=\"tool\"[^>]*>", get(other))[0]
    other.post(UNDO, {"seen": seen()})
    assert kept() == {"heel.left": 2}


def test_two_who_draw_at_once_the_second_is_told_and_sees_the_newest(here: Clinic, phone: Client) -> None:
    other = opened(here)
    mark(phone, "heel.left")
    answer = mark(other, "heel.right", seen=0)
    assert answer.status_code == 409
    text = answer.content.decode()
    assert "has just changed the pain drawing" in text and "Left heel" in text
    assert kept() == {"heel.left": 2}


# ---- what is wrong is named


@pytest.mark.control("C-224")
@pytest.mark.parametrize(
    ("data", "names"),
    [
        ({"site": "left_wing.left"}, "left_wing"),
        ({"site": "heel.up"}, "up"),
        ({"site": "heel.midline"}, "not on the midline"),
        ({"site": "heel"}, "is not a side of the heel"),
        ({"site": "heel.left", "intensity": "11"}, "0 to 10"),
        ({"site": "heel.left", "intensity": "-1"}, "0 to 10"),
        ({"site": "heel.left", "intensity": "7.5"}, "0 to 10"),
        ({"site": "heel.left", "intensity": "very"}, "0 to 10"),
        ({"site": "heel.left", "intensity": "\u0663"}, "0 to 10"),
    ],
)
def test_a_wrong_mark_is_refused_by_name_and_the_drawing_stays(phone: Client, data: dict[str, str], names: str) -> None:
    mark(phone, "jaw.right", "5")
    for headers in ({}, {"X-Drawing": "1"}):
        sent = {"intensity": "5", "seen": seen(), "here": "?view=back", **data}
        answer = phone.post(MARK, sent, headers=headers)
        text = answer.content.decode()
        assert answer.status_code == 409
        assert names in text and 'role="alert"' in text and "Right jaw and chin" in text
    assert kept() == {"jaw.right": 5}
    assert PainDrawing.objects.count() == 1


@pytest.mark.control("C-224")
def test_control_without_the_judge_a_wrong_mark_would_be_kept(phone: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control."""
    monkeypatch.setattr(drawn, "_intensity", lambda value: value)
    with pytest.raises(AssertionError):
        test_a_wrong_mark_is_refused_by_name_and_the_drawing_stays(
            phone, {"site": "heel.left", "intensity": "11"}, "0 to 10"
        )


@pytest.mark.parametrize(
    "query", ["?part=nowhere", "?view=inside", "?ask=left_wing.left", "?figure=giant", "?list=&part=face.left"]
)
def test_a_wrong_address_shows_the_whole_figure_or_the_list_and_stores_nothing(phone: Client, query: str) -> None:
    get(phone, HOME + query)
    assert not PainDrawing.objects.exists()


def test_nobody_is_sent_anywhere_else(phone: Client) -> None:
    for there in ("//evil.example/", "?view=https://evil.example", "?part=face&next=//evil.example", "\r\nX-A: b"):
        assert mark(phone, "heel.left", "5", here=there).headers["Location"].startswith(HOME + "?")


# ---- saying more, and the end


def test_each_place_is_asked_about_and_the_last_one_finishes(phone: Client) -> None:
    mark(phone, "shoulder_superior.right", "8")
    mark(phone, "heel.left", "5")
    onward = re.search(r'href="([^"]*)" data-go', get(phone))
    assert onward and onward.group(1) == MORE + "?place=shoulder_superior.right"
    page = get(phone, onward.group(1))
    assert "1 of 2" in page and page.count('name="intensity"') == 11
    assert re.search(r'value="8"[^>]*checked', page)
    said = {
        "place": "shoulder_superior.right",
        "seen": 2,
        "intensity": "7",
        "quality": ["burning", "numb"],
        "since": "weeks",
    }
    answer = phone.post(MORE, said)
    assert answer.headers["Location"] == MORE + "?place=heel.left"
    answer = phone.post(MORE, {"place": "heel.left", "seen": 3, "intensity": "5", "since": "unknown"})
    assert answer.headers["Location"] == DONE
    row = PainDrawing.objects.order_by("-number")[0]
    by_place = {a["region"]: (a["intensity"], a["quality"], a["since"]) for a in row.areas}
    assert by_place == {"shoulder_superior": (7, ["burning", "numb"], "weeks"), "heel": (5, [], None)}
    assert row.finished is True
    page = get(phone, DONE)
    assert "burning, numb, for weeks" in page and "Nobody reads it before." in page and "Maya" in page


def test_a_number_changed_later_keeps_what_was_said_of_the_place(phone: Client) -> None:
    mark(phone, "heel.left", "5")
    phone.post(MORE, {"place": "heel.left", "seen": 1, "intensity": "5", "quality": ["ache"], "since": "days"})
    mark(phone, "heel.left", "8")
    (area,) = PainDrawing.objects.order_by("-number")[0].areas
    assert (area["intensity"], area["quality"], area["since"]) == (8, ["ache"], "days")
    assert PainDrawing.objects.order_by("-number")[0].finished is False  # drawn on: not finished any more
    assert phone.get(DONE).headers["Location"] == HOME


def test_the_rest_can_be_skipped(phone: Client) -> None:
    mark(phone, "jaw.left", "5")
    mark(phone, "heel.left", "5")
    answer = phone.post(MORE, {"place": "jaw.left", "seen": 2, "intensity": "6", "finish": "1"})
    assert answer.headers["Location"] == DONE
    row = PainDrawing.objects.order_by("-number")[0]
    assert (row.finished, [a["intensity"] for a in row.areas]) == (True, [5, 6])


@pytest.mark.control("C-224")
@pytest.mark.parametrize(
    ("change", "names"),
    [
        ({"intensity": ""}, "Choose a number"),
        ({"intensity": "11"}, "0 to 10"),
        ({"quality": ["itchy"]}, "itchy is not in the list"),
        ({"since": "yesterday"}, "yesterday is not in the list"),
    ],
)
def test_a_wrong_answer_is_named_and_nothing_is_lost(phone: Client, change: dict[str, Any], names: str) -> None:
    mark(phone, "heel.left", "5")
    answer = phone.post(MORE, {"place": "heel.left", "seen": 1, "intensity": "7", "quality": ["ache"], **change})
    assert answer.status_code == 422
    assert names in answer.content.decode()
    assert kept() == {"heel.left": 5}


def test_nothing_hurts_is_an_answer(phone: Client) -> None:
    assert "Nothing hurts" in get(phone)
    assert phone.post(NOTHING, {"seen": 0}).headers["Location"] == DONE
    assert "You told us that nothing hurts." in get(phone, DONE)
    (row,) = PainDrawing.objects.all()
    assert (row.areas, row.finished) == ([], True)


def test_nothing_hurts_is_refused_while_something_is_marked(phone: Client) -> None:
    mark(phone, "heel.left")
    answer = phone.post(NOTHING, {"seen": 1})
    assert answer.status_code == 409 and "Take the marks away first" in answer.content.decode()
    assert kept() == {"heel.left": 2}


def test_what_is_not_marked_cannot_be_asked_about(phone: Client) -> None:
    for place in ("heel.left", "", "left_wing.up", "\x00"):
        assert phone.get(MORE, {"place": place}).headers["Location"] == HOME
        assert phone.post(MORE, {"place": place, "intensity": "5"}).headers["Location"] == HOME
    assert not PainDrawing.objects.exists()
