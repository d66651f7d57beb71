"""The session's pages: the question of identity, one tap in, one tap out, the count, and closing."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from filiform.record.models import Session, SessionEvent
from tests import clinic, steps
from tests.clinic import Clinic
from tests.pages import walk
from tests.pages.test_today import words
from tests.pages.visiting import signed_in

pytestmark = pytest.mark.django_db
BORN = {"birth_date_day": "12", "birth_date_month": "3", "birth_date_year": "1984"}


@pytest.fixture
def here() -> Clinic:
    return clinic.make(now=walk.began())


@pytest.fixture
def therapist(here: Clinic) -> Client:
    return signed_in("therapist")


def url(here: Clinic, tail: str = "") -> str:
    return f"/visits/{here.visit}/needle/{tail}"


def text(answer: Any) -> str:
    return words(answer.content.decode())


def tap(browser: Client, here: Clinic, kind: str, **fields: Any) -> Any:
    """One tap as htmx sends it."""
    sent = {"kind": kind, "id": str(uuid4()), **fields}
    return browser.post(url(here, "event/"), sent, headers={"HX-Request": "true"})


# ---- before


def open_it(browser: Client, here: Clinic, **changes: str) -> Any:
    return browser.post(url(here, "open/"), {**BORN, "room": str(here.room), **changes})


@pytest.mark.control("C-113")
def test_every_reason_stands_under_the_disabled_button(here: Clinic, therapist: Client) -> None:
    page = therapist.get(url(here))
    assert "The patient has not been screened today." in text(page)
    assert "The patient has not signed a consent for today." in text(page)
    assert b"1984" not in page.content.partition(b"<form")[2].partition(b"</form>")[0], (
        "the form does not tell the date"
    )
    assert not Session.objects.exists()
    assert open_it(therapist, here).status_code == 422
    assert not Session.objects.exists()


@pytest.mark.control("C-113")
def test_the_right_birth_date_opens_and_another_does_not(here: Clinic, therapist: Client) -> None:
    steps.reach(here, "consented", walk.began())
    wrong = open_it(therapist, here, birth_date_day="13")
    assert wrong.status_code == 422
    assert "not the birth date on this record" in text(wrong)
    assert open_it(therapist, here)["Location"] == url(here)
    assert Session.objects.get().room_id == here.room
    assert "No needle is in." in text(therapist.get(url(here)))


def test_a_date_that_is_none_and_a_room_of_nobody_are_named(here: Clinic, therapist: Client) -> None:
    steps.reach(here, "consented", walk.began())
    for changes in ({"birth_date_month": "13"}, {"room": str(uuid4())}, {"room": ""}, {"birth_date_year": ""}):
        assert open_it(therapist, here, **changes).status_code == 422, changes
    assert not Session.objects.exists()


# ---- in it


@pytest.fixture
def opened(here: Clinic) -> steps.Visit:
    return steps.reach(here, "opened", walk.began())


def with_a_pack(browser: Client, one: steps.Visit) -> str:
    answer = tap(browser, one.here, "open_pack", **{k: str(v) for k, v in steps.pack(one).items()})
    assert answer.status_code == 200
    return one.head.session.state.packs[0].id  # type: ignore[union-attr]


@pytest.mark.control("C-114")
def test_a_tap_answers_with_the_board_as_it_then_stands(opened: steps.Visit, therapist: Client) -> None:
    here = opened.here
    pack = with_a_pack(therapist, opened)
    answer = tap(therapist, here, "in", muscle="upper_trapezius", side="right", pack=pack)
    assert answer.status_code == 200
    assert b'id="live"' in answer.content and b"<html" not in answer.content
    assert b'id="needles-in">1<' in answer.content
    assert b'id="needles-in">1<' in therapist.get(url(here)).content
    assert b'id="needles-in">1<' in therapist.get(url(here, "board/")).content


@pytest.mark.control("C-114")
def test_the_same_tap_sent_again_is_one_needle(opened: steps.Visit, therapist: Client) -> None:
    pack = with_a_pack(therapist, opened)
    for _ in range(3):
        answer = tap(therapist, opened.here, "in", id="tap-1", muscle="upper_trapezius", side="right", pack=pack)
        assert b'id="needles-in">1<' in answer.content
    assert SessionEvent.objects.count() == 2


@pytest.mark.control("C-115")
@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"muscle": "upper_trapezius", "side": "right", "pack": "nowhere"}, "Open a pack first"),
        ({"muscle": "heart", "side": "right"}, "heart"),
        ({"muscle": "upper_trapezius", "side": "up"}, "side"),
        ({}, "muscle"),
    ],
)
def test_a_refused_tap_shows_the_reason_where_it_was(
    opened: steps.Visit, therapist: Client, fields: dict[str, str], says: str
) -> None:
    pack = with_a_pack(therapist, opened)
    answer = tap(therapist, opened.here, "in", **{"pack": pack, **fields})
    assert answer.status_code == 422
    assert says in text(answer)
    assert b'role="alert"' in answer.content and b'id="needles-in">0<' in answer.content


def test_without_javascript_a_tap_leads_back_to_the_board(opened: steps.Visit, therapist: Client) -> None:
    pack = with_a_pack(therapist, opened)
    sent = {"kind": "in", "id": "x", "muscle": "upper_trapezius", "side": "right", "pack": pack}
    answer = therapist.post(url(opened.here, "event/"), sent, follow=True)
    assert answer.status_code == 200
    assert b'id="needles-in">1<' in answer.content


def test_a_tap_where_no_session_is_open_is_not_found(here: Clinic, therapist: Client) -> None:
    assert tap(therapist, here, "in").status_code == 404
    assert therapist.get(url(here, "count/"))["Location"] == url(here)


# ---- counting and closing


@pytest.mark.control("C-116")
def test_closing_is_refused_with_every_reason_while_a_needle_is_in(here: Clinic, therapist: Client) -> None:
    steps.reach(here, "needling", walk.began())
    answer = therapist.post(url(here, "close/"), follow=True)
    assert "needles are still in" in text(answer)
    assert Session.objects.get().closed_at is None


def out(one: steps.Visit) -> None:
    """Every needle out."""
    steps.add(
        one, *[steps.event(one, f"o{n.id[-2:]}", "out", needle=n.id) for n in one.head.session.state.open_needles]
    )  # type: ignore[union-attr]


@pytest.mark.control("C-116")
def test_the_number_is_asked_before_it_is_told(here: Clinic, therapist: Client) -> None:
    one = steps.reach(here, "needling", walk.began())
    out(one)
    assert "Short of breath" in text(therapist.get(url(here, "count/"))), "the patient is asked before anybody counts"
    ids = [needle.id for needle in one.head.session.state.needles]  # type: ignore[union-attr]
    assert tap(therapist, here, "chest_check", covers=ids, breathless="no", chest_pain="").status_code == 422
    assert tap(therapist, here, "chest_check", covers=ids, breathless="no", chest_pain="no").status_code == 200
    page = therapist.get(url(here, "count/"))
    assert "How many needles do you count?" in text(page)
    main = text(page).partition("How many needles")[2]
    assert "8" not in main.partition("Save")[0].replace("for example 8", ""), "our own number is not shown before"
    wrong = therapist.post(url(here, "count/"), {"tray": "7", "id": "c1"}, follow=True)
    assert "expected 8" in text(wrong) or "8" in text(wrong)
    assert "Search" in text(wrong) or "search" in text(wrong)
    therapist.post(url(here, "close/"))
    assert Session.objects.get().closed_at is None
    therapist.post(url(here, "count/"), {"tray": "8", "id": "c2"})
    answer = therapist.post(url(here, "close/"))
    assert answer["Location"] == f"/visits/{here.visit}/evaluate/"
    assert Session.objects.get().still_in == 0
    assert "Every needle accounted for" in text(therapist.get(url(here)))


@pytest.mark.parametrize("tray", ["", "many", "-1", "8.5", "9999", "²", "\x00"])
def test_a_count_that_is_no_number_is_asked_again(here: Clinic, therapist: Client, tray: str) -> None:
    out(steps.reach(here, "needling", walk.began()))
    answer = therapist.post(url(here, "count/"), {"tray": tray})
    assert answer.status_code == 422
    assert "number of needles" in text(answer)
    assert not SessionEvent.objects.filter(kind="count").exists()


@pytest.mark.control("C-116")
def test_when_something_is_wrong_all_out_comes_first(here: Clinic, therapist: Client) -> None:
    one = steps.reach(here, "needling", walk.began())
    page = therapist.get(url(here, "problem/"))
    assert "ALL OUT: 6 needles" in text(page)
    ids = [needle.id for needle in one.head.session.state.open_needles]  # type: ignore[union-attr]
    assert tap(therapist, here, "all_out", needles=ids).status_code == 200
    assert one.head.session.state.recount_due  # type: ignore[union-attr]
    refused = therapist.post(url(here, "close/"), follow=True)
    assert "count every needle again" in text(refused)


def test_who_only_reads_may_look_and_not_tap(here: Clinic) -> None:
    steps.reach(here, "needling", walk.began())
    for role in ("owner", "auditor"):
        assert signed_in(role).get(url(here)).status_code == 200
        assert tap(signed_in(role), here, "twitch").status_code == 403


def test_every_page_of_the_therapist_shows_her_open_room(here: Clinic, therapist: Client) -> None:
    steps.reach(here, "needling", walk.began())
    for address in ("/today/", "/patients/", f"/patients/{here.patient}/", f"/visits/{here.visit}/screen/", url(here)):
        html = therapist.get(address).content.decode()
        strip = html.partition('class="open-sessions')[2] or html.partition("Open sessions")[2]
        assert "Room 1" in strip and "6 needles in" in strip, address
