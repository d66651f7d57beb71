"""Requests, booking, arriving: what is refused and in which words, and the day by the practice's own clock."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest

from filiform.record.actions import book, plan, practice
from filiform.record.actor import VISITOR, system
from filiform.record.models import AuditRow, Place, Practice, Room, Visit, VisitRequest
from filiform.record.reads import book as reads
from filiform.record.reads.book import Standing
from filiform.record.write import NotFound, Refused, Stale
from tests import clinic, steps
from tests.clinic import NOW, Clinic

pytestmark = pytest.mark.django_db
SPRING = date(2026, 3, 8)  # the clocks go forward in New York: the day has 23 hours


@pytest.fixture
def here() -> Clinic:
    return clinic.make()


def booked(here: Clinic, at: datetime = NOW + timedelta(hours=2), **changes: Any) -> UUID:
    usual: dict[str, Any] = {
        "by": here.staff["front_desk"],
        "now": NOW,
        "patient_id": here.patient,
        "practitioner_id": here.therapist.staff_id,
        "place_id": here.place,
        "starts_at": at,
        "minutes": 30,
    }
    return book.book_visit(**{**usual, **changes})


def rule(refusal: pytest.ExceptionInfo[Refused]) -> str:
    return refusal.value.blocks[0].rule


# ---- requests


def ask(here: Clinic, **changes: Any) -> UUID:
    return book.request_visit(
        **{"by": VISITOR, "now": NOW, "place_id": here.place, "name": "Bo", "phone": "1", **changes}
    )


def test_a_visitors_request_reaches_the_desk_and_leaves_its_row(here: Clinic) -> None:
    first = ask(here, name="  Bo Berg ", when_suits=" mornings ")
    ask(here, now=NOW + timedelta(minutes=1), name="Cy")
    waiting = reads.open_requests(by=here.staff["front_desk"], now=NOW)
    assert [(one.name, one.when_suits, one.place) for one in waiting] == [
        ("Bo Berg", "mornings", "River Street"),
        ("Cy", "", "River Street"),
    ]
    row = AuditRow.objects.get(about=str(first))
    assert (row.by, row.role, row.practice_id, row.detail) == ("visitor", "visitor", here.practice, {})


@pytest.mark.parametrize("changes", [{"name": " "}, {"phone": ""}])
def test_a_request_nobody_could_call_back_is_refused(here: Clinic, changes: dict[str, str]) -> None:
    with pytest.raises(Refused) as refusal:
        ask(here, **changes)
    assert rule(refusal) == "request.incomplete"
    assert not VisitRequest.objects.exists()


def test_a_request_at_a_place_of_nobody_is_not_found(here: Clinic) -> None:
    with pytest.raises(NotFound):
        ask(here, place_id=uuid4())


def test_a_request_is_answered_once_and_with_words(here: Clinic) -> None:
    one, desk = ask(here), here.staff["front_desk"]
    with pytest.raises(Refused) as refusal:
        book.answer_request(by=desk, now=NOW, request_id=one, outcome="  ")
    assert rule(refusal) == "request.outcome_missing"
    book.answer_request(by=desk, now=NOW, request_id=one, outcome="Comes on Monday.")
    with pytest.raises(Stale):
        book.answer_request(by=here.therapist, now=NOW, request_id=one, outcome="Called, nobody there.")
    assert VisitRequest.objects.get(pk=one).outcome == "Comes on Monday."
    assert reads.open_requests(by=desk, now=NOW) == ()


# ---- booking


@pytest.mark.parametrize("minutes", [-5, 0, 4, 241, 10_000])
def test_a_visit_lasts_5_to_240_minutes(here: Clinic, minutes: int) -> None:
    with pytest.raises(Refused) as refusal:
        booked(here, minutes=minutes)
    assert rule(refusal) == "visit.minutes"
    booked(here, minutes=5)
    booked(here, at=NOW + timedelta(hours=4), minutes=240)


@pytest.mark.control("C-106")
def test_a_double_booking_is_said_and_not_an_error(here: Clinic) -> None:
    booked(here)
    with pytest.raises(Refused) as refusal:
        booked(here, at=NOW + timedelta(hours=2, minutes=10))
    assert rule(refusal) == "visit.taken"
    booked(here, at=NOW + timedelta(hours=2, minutes=30))  # it may begin when the other ends


@pytest.mark.control("C-106")
def test_a_visit_that_was_called_off_cannot_come_back_onto_a_taken_time(here: Clinic) -> None:
    first = booked(here)
    book.cancel_visit(by=here.staff["front_desk"], now=NOW, visit_id=first)
    booked(here)
    with pytest.raises(Stale):
        book.mark_arrived(by=here.staff["front_desk"], now=NOW, visit_id=first)


def test_a_room_must_be_at_the_place_and_an_episode_of_the_patient(here: Clinic) -> None:
    hill = Place.objects.create(practice_id=here.practice, name="Hill Street")
    room = Room.objects.create(place=hill, name="Room 1")
    with pytest.raises(Refused) as refusal:
        booked(here, room_id=room.pk)
    assert rule(refusal) == "visit.room_elsewhere"
    with pytest.raises(NotFound):
        booked(here, episode_id=uuid4())
    episode = plan.open_episode(by=here.therapist, now=NOW, visit_id=here.visit, problem="Neck", examined_on=NOW.date())
    assert Visit.objects.get(pk=booked(here, episode_id=episode)).episode_id == episode


@pytest.mark.parametrize("move", [book.mark_arrived, book.mark_missed, book.cancel_visit])
def test_a_visit_moves_on_once(here: Clinic, move: Any) -> None:
    desk, visit = here.staff["front_desk"], booked(here)
    move(by=desk, now=NOW, visit_id=visit)
    for again in (book.mark_arrived, book.mark_missed, book.cancel_visit):
        with pytest.raises(Stale):
            again(by=desk, now=NOW, visit_id=visit)


def test_who_arrives_waits_in_a_room(here: Clinic) -> None:
    visit = booked(here)
    book.mark_arrived(by=here.staff["front_desk"], now=NOW, visit_id=visit, room_id=here.room)
    row = Visit.objects.get(pk=visit)
    assert (row.state, row.arrived_at, row.room_id) == ("arrived", NOW, here.room)


# ---- the day


def today(here: Clinic, **changes: Any) -> reads.Today:
    return reads.today(**{"by": here.staff["front_desk"], "now": NOW, **changes})


def test_the_day_is_the_practices_own_day(here: Clinic) -> None:
    Practice.objects.filter(pk=here.practice).update(time_zone="America/New_York")
    late = datetime(2026, 11, 24, 4, 30, tzinfo=UTC)  # half past eleven in the evening there
    visit = booked(here, at=late)
    assert visit in {line.visit_id for line in today(here).lines}
    assert today(here, now=late).on == date(2026, 11, 23)
    assert today(here, on=date(2026, 11, 24)).lines == ()


def test_a_day_of_23_hours_shows_its_own_visits_only(here: Clinic) -> None:
    Practice.objects.filter(pk=here.practice).update(time_zone="America/New_York")
    zone = ZoneInfo("America/New_York")
    last = booked(here, at=datetime(2026, 3, 8, 23, 45, tzinfo=zone), minutes=5)
    booked(here, at=datetime(2026, 3, 9, 0, 15, tzinfo=zone), minutes=5)
    assert [line.visit_id for line in today(here, on=SPRING).lines] == [last]


def test_one_place_or_all_of_them(here: Clinic) -> None:
    inside = system("setup", here.practice)
    hill = Place.objects.create(practice_id=here.practice, name="Hill Street")
    other = practice.employ(by=inside, now=NOW, place_id=hill.pk, name="Ana", role="therapist")
    visit = booked(here, place_id=hill.pk, practitioner_id=other)
    assert [line.visit_id for line in today(here, place_id=hill.pk).lines] == [visit]
    assert len(today(here).lines) == 2
    assert [name for _, name in today(here).places] == ["Hill Street", "River Street"]


STANDINGS = {
    "arrived": Standing.TO_SCREEN,
    "located": Standing.CONSENT_MISSING,
    "consented": Standing.READY,
    "needling": Standing.IN_SESSION,
    "closed": Standing.TO_RETEST,
    "measured": Standing.TO_DECIDE,
    "decided": Standing.NOTE_MISSING,
    "signed": Standing.SIGNED,
}


@pytest.mark.parametrize("step", STANDINGS)
def test_where_a_visit_stands(here: Clinic, step: str) -> None:
    steps.reach(here, step, NOW)
    (line,) = today(here).lines
    assert line.standing is STANDINGS[step]
    assert line.needles_in == (6 if step == "needling" else 0)
    assert (line.name, line.age) == ("Maya Okafor", 42)


def test_a_fever_stops_the_visit_and_an_open_question_does_not_let_it_pass(here: Clinic) -> None:
    one = steps.reach(here, "arrived", NOW)
    steps.screened(one, skin={"said": "unsure"})
    assert today(here).lines[0].standing is Standing.QUESTIONS_OPEN
    steps.screened(one, infection={"said": "yes", "chosen": ["fever"]})
    assert today(here).lines[0].standing is Standing.STOPPED
    assert today(here, now=NOW).requests == 0


def test_a_day_takes_five_queries_however_many_visits(here: Clinic, django_assert_max_num_queries: Any) -> None:
    for n in range(12):
        booked(here, at=NOW + timedelta(hours=1 + n))
    with django_assert_max_num_queries(8):  # with the audit row
        assert len(today(here, on=NOW.date()).lines) >= 8
