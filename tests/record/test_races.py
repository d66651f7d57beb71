"""Two people at once. Exactly one wins, the other is told, and the audit has no gap.

Real threads with connections of their own, on PostgreSQL and on a SQLite file as in production. The last two tests
hold every writer between its look and its write, which only PostgreSQL lets happen: SQLite has one writer at a time.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from threading import Barrier, Event
from typing import Any

import pytest
from django.db import connection, transaction

from filiform.record import agreeing, audit, within
from filiform.record.actions import book, consent, evaluate, follow, locate, needle, note, plan, practice, screen
from filiform.record.models import (
    AuditRow,
    Consent,
    Decision,
    FollowUp,
    Measure,
    Message,
    Note,
    PainDrawing,
    PatientLink,
    Screening,
    Session,
    SessionEvent,
    User,
    Visit,
)
from filiform.record.reads import note as notes
from filiform.record.write import Refused, Stale
from tests import clinic, steps
from tests.clinic import NOW, Clinic
from tests.realdb import at_once

pytestmark = pytest.mark.usefixtures("real_db")
WRITERS = 4


@pytest.fixture
def here(real_db: None) -> Clinic:
    return clinic.make()


def race(job: Callable[[], Any], *others: Callable[[], Any]) -> list[Any]:
    """`job` from four threads at once (or each of the jobs given); what each returned or raised, winners first."""
    outcome = at_once(job, *(others or [job] * (WRITERS - 1)))
    unexpected = [one for one in outcome if isinstance(one, Exception) and not isinstance(one, Refused)]
    assert unexpected == []
    return sorted(outcome, key=lambda one: isinstance(one, Exception))


def one_wins(outcome: list[Any], *told: type[Refused]) -> None:
    """The first won, every other was told so: as Stale, or as one of `told`."""
    assert not isinstance(outcome[0], Exception)
    assert {type(one) for one in outcome[1:]} <= set(told or (Stale,))


def whole(here: Clinic) -> None:
    """The audit chain has every number once and verifies."""
    numbers = list(
        AuditRow.objects.filter(practice_id=here.practice).order_by("number").values_list("number", flat=True)
    )
    assert numbers == list(range(1, len(numbers) + 1))
    assert audit.first_broken(here.practice) is None


@pytest.mark.control("C-107")
def test_two_who_screen_at_once(here: Clinic) -> None:
    one = steps.reach(here, "arrived", NOW)
    said = steps.healthy(one)
    one_wins(race(lambda: screen.answer_screening(**one.about(seen=0, answers=said))))
    assert Screening.objects.count() == 1
    whole(here)


@pytest.mark.control("C-107")
def test_two_who_sign_the_consent_at_once(here: Clinic) -> None:
    one = steps.reach(here, "located", NOW)
    seen = agreeing.text_for(agreeing.chosen(one.visit)).hash
    agreed = {"areas": [{"region": "shoulder_superior", "side": "right"}], "text_hash": seen, "signed_by": steps.NAME}
    one_wins(race(lambda: consent.sign_consent(**one.about(seen=0, **agreed))))
    assert Consent.objects.count() == 1


@pytest.mark.control("C-107")
def test_two_who_draw_and_choose_at_once(here: Clinic) -> None:
    one = steps.reach(here, "screened", NOW)
    chosen = [{"muscle": "soleus", "side": "left"}]
    one_wins(race(lambda: locate.draw_pain(**one.about(seen=0, areas=[]))))
    one_wins(race(lambda: locate.choose_muscles(**one.about(seen=0, muscles=chosen))))
    whole(here)


@pytest.mark.control("C-107")
def test_two_who_say_at_once_that_the_patient_is_here(here: Clinic) -> None:
    visit = booked(here, 60)
    desk = here.staff["front_desk"]
    one_wins(race(lambda: book.mark_arrived(by=desk, now=NOW, visit_id=visit)))
    other = booked(here, 120)
    both = race(
        lambda: book.mark_arrived(by=desk, now=NOW, visit_id=other),
        lambda: book.cancel_visit(by=desk, now=NOW, visit_id=other),
    )
    one_wins(both)
    whole(here)


def booked(here: Clinic, minutes: int) -> Any:
    return book.book_visit(
        by=here.staff["front_desk"],
        now=NOW,
        patient_id=here.patient,
        practitioner_id=here.therapist.staff_id,  # type: ignore[arg-type]
        place_id=here.place,
        starts_at=NOW + timedelta(minutes=minutes),
        minutes=30,
    )


@pytest.mark.control("C-106")
def test_two_who_book_one_therapist_at_once(here: Clinic) -> None:
    one_wins(race(lambda: booked(here, 60)), Refused)
    assert Visit.objects.filter(starts_at__gt=NOW).count() == 1
    whole(here)


def check_bookings_take_turns(here: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who books writes nothing before the other has booked, so that two can never wait for one another."""
    written = Event()
    leave = audit.leave

    def second() -> Any:
        time.sleep(0.2)
        # The audit takes turns as well, but only when the visit is written: as late as that is too late.
        monkeypatch.setattr(audit, "leave", lambda **said: [written.set(), leave(**said)][1])
        return booked(here, 200)

    def first() -> None:
        with transaction.atomic():
            booked(here, 60)
            assert not written.wait(0.6), "the second had written before the first was done"

    unexpected = [one for one in at_once(first, second) if isinstance(one, BaseException)]
    if unexpected:
        raise unexpected[0]
    assert written.is_set() and Visit.objects.filter(starts_at__gt=NOW).count() == 2


@pytest.mark.postgres
@pytest.mark.control("C-106")
def test_bookings_of_a_practice_take_turns_and_never_end_in_a_deadlock(
    here: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        check_bookings_take_turns(here, patched)
    Visit.objects.filter(starts_at__gt=NOW).update(state="cancelled")
    monkeypatch.setattr(book, "_one_at_a_time", lambda by: None)
    with pytest.raises(AssertionError, match="before the first was done"):
        check_bookings_take_turns(here, monkeypatch)


@pytest.mark.control("C-107")
def test_two_who_open_the_session_at_once(here: Clinic) -> None:
    one = steps.reach(here, "consented", NOW)
    outcome = race(lambda: needle.open_session(**one.about(room_id=here.room, birth_date=one.birth)))
    one_wins(outcome)
    assert Session.objects.count() == 1
    whole(here)


@pytest.mark.control("C-107")
def test_one_event_sent_by_many_at_once_is_stored_once(here: Clinic) -> None:
    one = steps.reach(here, "opened", NOW)
    pack = steps.event(one, "p", "open_pack", **steps.pack(one))
    states = race(lambda: steps.add(one, pack))
    assert [state.opened for state in states] == [8] * WRITERS
    assert SessionEvent.objects.count() == 1
    whole(here)


@pytest.mark.control("C-107")
def test_one_event_id_with_two_contents_at_once(here: Clinic) -> None:
    one = steps.reach(here, "opened", NOW)
    jobs = [steps.event(one, "p", "open_pack", **steps.pack(one, needles=n)) for n in (1, 2, 3, 4)]
    outcome = race(*[lambda job=job: steps.add(one, job) for job in jobs])  # type: ignore[misc]
    one_wins(outcome, Refused)
    assert [block.rule for error in outcome[1:] for block in error.blocks] == ["session.event_conflict"] * 3
    assert SessionEvent.objects.count() == 1


@pytest.mark.control("C-107")
def test_events_of_many_devices_at_once_are_all_kept(here: Clinic) -> None:
    one = steps.reach(here, "opened", NOW)
    pack = steps.event(one, "p", "open_pack", **steps.pack(one))
    steps.add(one, pack)
    taps = [steps.event(one, f"n{n}", "in", muscle="soleus", side="left", pack=pack["id"]) for n in range(6)]
    race(*[lambda tap=tap: steps.add(one, tap) for tap in taps])  # type: ignore[misc]
    assert len(one.head.session.state.open_needles) == 6  # type: ignore[union-attr]
    whole(here)


@pytest.mark.control("C-107")
def test_the_last_needle_of_a_pack_goes_in_once(here: Clinic) -> None:
    one = steps.reach(here, "opened", NOW)
    pack = steps.event(one, "p", "open_pack", **steps.pack(one, needles=1))
    steps.add(one, pack)
    taps = [steps.tapping(one, f"n{n}", "in", muscle=steps.MUSCLES[0], side="right", pack=pack["id"]) for n in range(4)]
    one_wins(race(*taps), Refused)
    whole(here)


@pytest.mark.control("C-107")
def test_two_who_close_at_once(here: Clinic) -> None:
    one = steps.reach(here, "counted", NOW)
    one_wins(race(lambda: steps.closed(one)))
    assert FollowUp.objects.count() == len({row.hours for row in FollowUp.objects.all()}) >= 2
    whole(here)


@pytest.mark.control("C-107")
def test_a_needle_that_goes_in_while_another_closes_is_never_lost(here: Clinic) -> None:
    one = steps.reach(here, "counted", NOW)
    pack = one.head.session.state.packs[0].id  # type: ignore[union-attr]
    late = steps.event(one, "late", "in", muscle="upper_trapezius", side="right", pack=pack)
    race(lambda: steps.closed(one), lambda: steps.add(one, late))
    session = Session.objects.get()
    stored = SessionEvent.objects.filter(pk=late["id"]).exists()
    assert stored == (session.closed_at is None)
    whole(here)


@pytest.mark.control("C-107")
def test_two_who_measure_and_decide_at_once(here: Clinic) -> None:
    one = steps.reach(here, "closed", NOW)
    value = [evaluate.Value("pain", Decimal(4))]
    one_wins(race(lambda: evaluate.measure(**one.about(moment="after", values=value, seen=0))))
    one_wins(race(lambda: plan.decide(**one.about(seen=0, kind="continue", because="Better."))))
    assert Measure.objects.filter(moment="after").count() == Decision.objects.count() == 1
    one_wins(race(lambda: plan.open_episode(**one.about(problem="Neck", examined_on=NOW.date()))))


@pytest.mark.control("C-107")
def test_two_who_sign_the_note_at_once(here: Clinic) -> None:
    one = steps.reach(here, "decided", NOW)
    seen = notes.note(**one.about()).hash
    one_wins(race(lambda: note.sign_note(**one.about(seen_hash=seen))), Stale, Refused)
    assert Note.objects.count() == 1
    whole(here)


@pytest.mark.control("C-107")
def test_a_guessed_birth_date_is_tried_five_times_however_many_ask(here: Clinic) -> None:
    one = steps.reach(here, "arrived", NOW)
    token = follow.make_link(**one.about(purpose="screening"))
    wrong = steps.BIRTH + timedelta(days=1)
    race(*[lambda: follow.open_link(by=here.staff["auditor"], now=NOW, token=token, birth_date=wrong)] * 8)
    assert PatientLink.objects.get().wrong_answers == 5
    opened = follow.open_link(by=here.staff["auditor"], now=NOW, token=token, birth_date=steps.BIRTH)
    assert (opened.link_id, opened.tries_left) == (None, 0)


def test_one_user_name_is_given_once(here: Clinic) -> None:
    owner = here.staff["owner"]
    given = {"by": owner, "now": NOW, "place_id": here.place, "name": "Ana", "role": "auditor", "username": "ana"}
    one_wins(race(lambda: practice.employ(**given)), Refused)
    assert User.objects.filter(username="ana").count() == 1
    whole(here)


def test_a_request_is_answered_once(here: Clinic) -> None:
    desk = here.staff["front_desk"]
    asked = book.request_visit(by=desk, now=NOW, place_id=here.place, name="Bo", phone="1")
    one_wins(race(lambda: book.answer_request(by=desk, now=NOW, request_id=asked, outcome="Booked.")))


@pytest.mark.control("C-108")
def test_eight_writers_leave_a_chain_without_a_gap(here: Clinic) -> None:
    before = AuditRow.objects.filter(practice_id=here.practice).count()

    def write() -> None:
        for _ in range(5):
            book.request_visit(by=here.staff["owner"], now=NOW, place_id=here.place, name="Bo", phone="1")

    race(*[write] * 8)
    assert AuditRow.objects.filter(practice_id=here.practice).count() == before + 40
    assert not Message.objects.exists()
    whole(here)


# ---- both have looked, neither has written


def held(monkeypatch: pytest.MonkeyPatch, writers: int) -> None:
    """From now on every writer of a numbered row waits, after it looked, until all have looked."""
    gate, real = Barrier(writers), within.next_number

    def wait(*args: Any) -> int:
        number = real(*args)
        gate.wait(20)
        return number

    monkeypatch.setattr(locate.within, "next_number", wait)


@pytest.mark.postgres
@pytest.mark.control("C-107")
def test_of_two_who_have_both_looked_one_writes(here: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    one = steps.reach(here, "arrived", NOW)
    held(monkeypatch, WRITERS)
    one_wins(race(lambda: locate.draw_pain(**one.about(seen=0, areas=[]))))
    assert PainDrawing.objects.count() == 1


@pytest.mark.postgres
@pytest.mark.control("C-107")
def test_without_the_constraint_all_of_them_would_write(here: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    one = steps.reach(here, "arrived", NOW)
    held(monkeypatch, WRITERS)
    run("ALTER TABLE record_paindrawing DROP CONSTRAINT paindrawing_one_per_number")
    try:
        race(lambda: locate.draw_pain(**one.about(seen=0, areas=[])))
        assert PainDrawing.objects.filter(number=1).count() == WRITERS
    finally:
        run("TRUNCATE record_paindrawing")
        run("ALTER TABLE record_paindrawing ADD CONSTRAINT paindrawing_one_per_number UNIQUE (visit_id, number)")


def run(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)
