"""Today: who comes, where they are, the one next step for who looks, and every needle that is in."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from filiform.record.actions import book
from filiform.record.models import Place, Visit, VisitRequest
from tests import clinic, steps
from tests.clinic import Clinic
from tests.pages import walk
from tests.pages.visiting import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def here() -> Clinic:
    return clinic.make(now=walk.began())


def shown(role: str = "therapist", query: str = "") -> str:
    answer = signed_in(role).get(f"/today/{query}")
    assert answer.status_code == 200
    return words(answer.content.decode())


def words(html: str) -> str:
    """The page's text."""
    return " ".join(re.sub(r"<[^>]+>", " ", re.sub(r"<(script|style).*?</\1>", "", html, flags=re.S)).split())


NEXT = {
    "arrived": ("Arrived. To be screened", "Screen"),
    "located": ("Screened. Consent missing", "Ask consent"),
    "consented": ("Ready: screened, signed", "Start"),
    "needling": ("6 needles in", "Open session"),
    "closed": ("Counted. Re-test to do", "Re-test"),
    "decided": ("Note to sign", "Write note"),
    "signed": ("Note signed", "Read note"),
}


@pytest.mark.parametrize("step", NEXT)
def test_a_visit_says_where_it_stands_and_what_is_next(here: Clinic, step: str) -> None:
    steps.reach(here, step, walk.began())
    chip, button = NEXT[step]
    page = shown()
    assert chip in page
    assert f"{button} , Maya Okafor" in page
    desk = shown("front_desk")
    assert chip in desk
    assert f"{button} , Maya Okafor" not in desk, "the desk has nothing to do here"


def booked(here: Clinic, minutes: int) -> Visit:
    own = {"patient_id": here.patient, "practitioner_id": here.therapist.staff_id, "place_id": here.place}
    start = timezone.now() + timedelta(minutes=minutes)
    visit = book.book_visit(
        by=here.staff["front_desk"],
        now=timezone.now(),
        starts_at=start,
        minutes=5,
        **own,  # type: ignore[arg-type]
    )
    return Visit.objects.get(pk=visit)


def test_the_desk_marks_who_is_here_once(here: Clinic) -> None:
    visit = booked(here, 60)
    desk = signed_in("front_desk")
    back = "/today/?on=2026-01-01"
    assert desk.post(f"/visits/{visit.pk}/arrived/", {"back": back})["Location"] == back
    again = desk.post(f"/visits/{visit.pk}/arrived/", follow=True)
    assert "Somebody else has just changed the visit" in words(again.content.decode())
    assert Visit.objects.get(pk=visit.pk).state == "arrived"


@pytest.mark.parametrize("back", ["https://evil.example/today/", "//evil.example", "/account/logout/", ""])
def test_nobody_is_sent_elsewhere_afterwards(here: Clinic, back: str) -> None:
    answer = signed_in("front_desk").post(f"/visits/{booked(here, 60).pk}/missed/", {"back": back})
    assert answer["Location"] == "/today/"


def test_the_auditor_sees_the_day_and_no_button(here: Clinic) -> None:
    visit = booked(here, 60)
    page = signed_in("auditor").get("/today/").content.decode()
    assert "Maya Okafor" in page
    assert f"/visits/{visit.pk}/arrived/" not in page
    assert "Add a visit" not in page
    assert (
        f"/visits/{visit.pk}/arrived/"
        in signed_in("front_desk").get(f"/today/?on={visit.starts_at:%Y-%m-%d}").content.decode()
    )


def test_every_open_room_is_shown_with_its_needles_by_place(here: Clinic) -> None:
    steps.reach(here, "needling", walk.began())
    hill = Place.objects.create(practice_id=here.practice, name="Hill Street")
    for role in ("therapist", "front_desk", "owner"):
        assert "Room 1" in shown(role)
    assert "No session is open" in shown(query=f"?place={hill.pk}")
    assert "No session is open" not in shown(query=f"?place={here.place}")


@pytest.mark.parametrize(
    "query",
    ["?on=yesterday", "?on=2026-02-30", "?on=9999-12-31", "?on=0001-01-01", "?place=x", "?place=%00", "?on=%00"],
)
def test_a_day_or_place_that_is_none_is_today(here: Clinic, query: str) -> None:
    assert "Maya Okafor" in shown(query=query)


def test_requests_wait_for_the_desk_until_somebody_says_what_came_of_them(here: Clinic) -> None:
    asked = book.request_visit(
        by=here.staff["front_desk"],
        now=timezone.now(),
        place_id=here.place,
        name="Bo <b>Berg</b>",
        phone="512 555 0142",
    )
    assert "1 waits for a call" in shown("front_desk")
    desk = signed_in("front_desk")
    page = desk.get("/requests/").content.decode()
    assert "Bo &lt;b&gt;Berg" in page and "<b>Berg" not in page
    assert "What came of it" not in signed_in("auditor").get("/requests/").content.decode()
    refused = desk.post(f"/requests/{asked}/answer/", {"outcome": " "}, follow=True)
    assert "Say in a few words what came of it" in words(refused.content.decode())
    desk.post(f"/requests/{asked}/answer/", {"outcome": "Comes on Monday\x00"})
    assert VisitRequest.objects.get(pk=asked).outcome == "Comes on Monday"
    assert "Nobody is waiting" in shown("front_desk")
