"""The demo's today: at least one patient at every step, two rooms with needles in, records of another hospital."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any
from uuid import UUID

from filiform.clinical.access import Role
from filiform.clinical.terms import Side
from filiform.config.demo.cases import CASES
from filiform.config.demo.visits import Course, Until
from filiform.record.actions import book, follow
from filiform.record.actions.background import import_bundle
from filiform.record.actor import VISITOR, Actor

if TYPE_CHECKING:
    from filiform.config.demo.make import Clinic

RECORDS = Path(__file__).resolve().parents[4] / "tests" / "fixtures" / "patients"
FEVER = {"infection": {"said": "yes", "chosen": ["fever"]}}


@dataclass(frozen=True, slots=True)
class Slot:
    """One visit of today: whose, when it was booked for (minutes from now), how far it is, when that began."""

    therapist: int
    at: int
    until: Until
    began: int | None = None  # minutes from now; None: as booked
    room: int = 0  # another room than the therapist's own: how many doors further
    imported: str = ""  # given name of an imported patient
    answers: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


DAY = (
    Slot(0, -150, Until.SIGNED),
    Slot(0, -100, Until.DECIDED),
    Slot(0, -50, Until.IN_SESSION, began=-26),
    Slot(0, -5, Until.IN_SESSION, began=-18, room=2),
    Slot(0, 50, Until.BOOKED, imported="Tom"),
    Slot(0, 100, Until.BOOKED),
    Slot(1, -140, Until.SIGNED),
    Slot(1, -90, Until.RETESTED),
    Slot(1, -45, Until.CLOSED),
    Slot(1, 0, Until.IN_SESSION, began=-16),
    Slot(1, 55, Until.ARRIVED, began=-2, imported="Fabian"),
    Slot(1, 105, Until.BOOKED, imported="Martina"),
    Slot(2, -95, Until.SIGNED),
    Slot(2, -40, Until.SCREENED, answers=FEVER),
    Slot(2, 10, Until.LOCATED, began=-14),
    Slot(2, 60, Until.SCREENED, began=-5),
    Slot(2, 110, Until.BOOKED, imported="Rachael"),
    Slot(3, -100, Until.SIGNED),
    Slot(3, -30, Until.SCREENED, imported="Eura"),
    Slot(3, 20, Until.CONSENTED, began=-12),
    Slot(3, 70, Until.BOOKED, imported="Jenna"),
)


def make(clinic: Clinic, courses: list[Course], rng: Random, now: datetime) -> None:
    """Import the records, make today's visits, answers that wait for a call, and requests at the desk."""
    imported = _import(clinic, now)
    makers = clinic.makers(rng)
    free = _free(courses, rng)
    clock = now.replace(minute=now.minute // 5 * 5, second=0, microsecond=0)  # nobody books for 9:07
    for slot in DAY:
        course = _imported_course(imported[slot.imported], rng) if slot.imported else next(free)
        course.answers = slot.answers
        began = now + timedelta(minutes=slot.at if slot.began is None else slot.began)
        maker = makers[slot.therapist].in_room(slot.room)
        maker.visit(course, clock + timedelta(minutes=slot.at), slot.until, began=began)
    _missed(clinic, next(free), makers[2], now)
    _answers(clinic, rng, now)
    _requests(clinic, now)


def _import(clinic: Clinic, now: datetime) -> dict[str, tuple[UUID, str, date]]:
    """{given name: (patient, name, birth date)} of the shipped records; empty when the tests were not shipped."""
    from filiform.interop.fhir.reading import read_bundle

    found = {}
    for path in sorted(RECORDS.glob("*.json.gz")):
        bundle = read_bundle(path.read_bytes(), path.name)
        result = import_bundle(by=clinic.system, now=now, place_id=clinic.places[0].id, bundle=bundle)
        assert bundle.patient.birth.day is not None
        found[path.name.split("_")[0]] = (result.patient_id, result.name, bundle.patient.birth.day)
    return found


def _imported_course(who: tuple[UUID, str, date], rng: Random) -> Course:
    return Course(
        patient=who[0], name=who[1], birth_date=who[2], case=CASES[0], side=Side.RIGHT, pain=6, gain=1, visits=4
    )


def _free(courses: list[Course], rng: Random) -> Iterator[Course]:
    """Patients whose care still goes on, each at most once."""
    going_on = [course for course in courses if course.done > 0]
    yield from sorted(rng.sample(going_on, 40), key=lambda course: -course.done)


def _missed(clinic: Clinic, course: Course, maker: Any, now: datetime) -> None:
    visit = maker.book(course, now - timedelta(minutes=150))
    book.mark_missed(by=clinic.desk, now=now - timedelta(minutes=120), visit_id=visit)


_SAID = (
    # pain, fixed lines, own words: nothing, sore, a call today, a call now
    (2, ("nothing",), ""),
    (3, ("sore",), "A bit sore when I turn, otherwise good"),
    (3, (), "Much better, thank you"),
    (6, (), "It is worse than yesterday and I could not sleep"),
    (4, ("breathless",), "Short of breath since this morning"),
)


def _answers(clinic: Clinic, rng: Random, now: datetime) -> None:
    """Some of the newest questions are answered, one of them dangerously."""
    asked = clinic.asked(now)[:12]
    for number, (follow_up, patient) in enumerate(asked):
        if number % 3 == 2:
            continue  # no answer yet
        pain, lines, words = _SAID[number % len(_SAID)]
        by = Actor(id=f"patient:{patient}", role=Role.PATIENT, practice=clinic.practice, patient=patient)
        answer = follow.Answer(pain=pain, lines=lines, words=words)
        follow.answer_follow_up(
            by=by, now=now - timedelta(minutes=5 * number + 3), follow_up_id=follow_up, answer=answer
        )


def _requests(clinic: Clinic, now: datetime) -> None:
    for minutes, name, phone, words in (
        (70, "Lucia Ferrante", "+15125550188", "Neck, since I started the new job"),
        (15, "Tobias Meyer", "+15125550189", "Right heel when I get up"),
    ):
        book.request_visit(
            by=VISITOR,
            now=now - timedelta(minutes=minutes),
            place_id=clinic.places[0].id,
            name=name,
            phone=phone,
            when_suits="Mornings",
            where_it_hurts=words,
        )
