"""The demo's today: at least one patient at every step, two rooms with needles in, records of another hospital."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID

from filiform.clinical.access import Role
from filiform.clinical.terms import Side
from filiform.config.demo.cases import CASES
from filiform.config.demo.clinic import Clinic
from filiform.config.demo.visits import Course, Maker, Until, side_of
from filiform.record.actions import book, follow, locate
from filiform.record.actions.background import import_bundle
from filiform.record.actor import VISITOR, Actor
from filiform.record.reads import follow as follows

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
    drew: bool = False  # the patient drew the pain at home, by link


DAY = (
    Slot(0, -150, Until.SIGNED),
    Slot(0, -100, Until.DECIDED),
    Slot(0, -50, Until.IN_SESSION, began=-26),
    Slot(0, -5, Until.IN_SESSION, began=-18, room=2),
    Slot(0, 50, Until.BOOKED, imported="Tom"),
    Slot(0, 100, Until.BOOKED, drew=True),
    Slot(1, -140, Until.SIGNED),
    Slot(1, -90, Until.RETESTED),
    Slot(1, -45, Until.CLOSED),
    Slot(1, 0, Until.IN_SESSION, began=-16),
    Slot(1, 55, Until.ARRIVED, began=-2, imported="Fabian", drew=True),
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
        visit = maker.visit(course, clock + timedelta(minutes=slot.at), slot.until, began=began)
        if slot.drew:
            _draw_at_home(clinic, course, visit, now - timedelta(hours=14))
    _did_not_take_place(clinic, free, makers[2], clock)
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
    yield from sorted(rng.sample(going_on, min(40, len(going_on))), key=lambda course: -course.done)


def _draw_at_home(clinic: Clinic, course: Course, visit: UUID, at: datetime) -> None:
    """The patient draws by link, the evening before: first one place, then all with what it is like."""
    by = Actor(id=f"patient:{course.patient}", role=Role.PATIENT, practice=clinic.practice, patient=course.patient)
    areas = [
        {"region": region, "side": side_of(region, course.side), "intensity": strongest, **said}
        for (region, strongest), said in zip(course.case.areas, _SAID_AT_HOME, strict=True)
    ]
    locate.draw_pain(by=by, now=at, visit_id=visit, seen=0, areas=areas[:1])
    locate.draw_pain(by=by, now=at + timedelta(minutes=2), visit_id=visit, seen=1, areas=areas, finished=True)


_SAID_AT_HOME: tuple[Mapping[str, Any], ...] = (
    {"quality": ["ache", "burning"], "since": "weeks"},
    {"quality": ["tingling"], "since": "days"},
)


def _did_not_take_place(clinic: Clinic, free: Iterator[Course], maker: Maker, clock: datetime) -> None:
    missed = maker.book(next(free), clock - timedelta(minutes=150))
    book.mark_missed(by=clinic.desk, now=clock - timedelta(minutes=120), visit_id=missed)
    cancelled = maker.book(next(free), clock + timedelta(minutes=160))
    book.cancel_visit(by=clinic.desk, now=clock - timedelta(minutes=35), visit_id=cancelled)


# pain, fixed lines, own words
_CALM = (
    (2, ("nothing",), ""),
    (3, ("sore",), ""),
    (1, ("nothing",), ""),
    (3, ("small_bruise", "tired"), ""),
    (2, ("sore",), ""),
)
_TO_READ = (
    (4, ("breath_or_chest",), "Short of breath since this morning"),
    (7, ("pain_strong",), "It is worse than yesterday and I could not sleep"),
    (3, ("sore",), "A bit sore when I turn, otherwise good"),
    (2, ("nothing",), "Much better, thank you"),
)


def _answers(clinic: Clinic, rng: Random, now: datetime) -> None:
    """Most of the questions of the last weeks were answered; the newest answers wait for somebody to read them."""
    asked = clinic.asked(now)
    for follow_up, patient in asked[len(_TO_READ) :]:
        if rng.random() < 0.93:
            _answer(clinic, follow_up, patient, rng.choice(_CALM), now - timedelta(hours=20))
    reader = clinic.therapists[0]
    for _, said in follows.call_list(by=reader, now=now).unread:
        follow.mark_read(by=reader, now=now - timedelta(hours=2), answer_id=said.id, outcome="As expected")
    for number, ((follow_up, patient), words) in enumerate(zip(asked, _TO_READ, strict=False)):
        _answer(clinic, follow_up, patient, words, now - timedelta(minutes=6 * number + 4))


def _answer(
    clinic: Clinic, follow_up: UUID, patient: UUID, said: tuple[int, tuple[str, ...], str], at: datetime
) -> None:
    pain, lines, words = said
    by = Actor(id=f"patient:{patient}", role=Role.PATIENT, practice=clinic.practice, patient=patient)
    answer = follow.Answer(pain=pain, lines=lines, words=words)
    follow.answer_follow_up(by=by, now=at, follow_up_id=follow_up, answer=answer)


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
