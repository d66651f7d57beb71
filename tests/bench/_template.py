"""The small practice that the large ones are multiplied from: ten patients with ten visits each, made by actions.

Three places with four therapists and four rooms each. One patient comes with a record of another hospital.
Nothing here depends on the day it is made: the clock is NOW.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from uuid import UUID

from filiform.clinical.access import Role
from filiform.clinical.terms import Side
from filiform.config.demo.cases import CASES
from filiform.config.demo.people import Person, people
from filiform.config.demo.visits import Course, Maker, Until
from filiform.interop.fhir.reading import read_bundle
from filiform.record.actions import follow, outbox
from filiform.record.actions import people as registering
from filiform.record.actions import practice as practices
from filiform.record.actions.background import import_bundle
from filiform.record.actor import Actor, system
from filiform.record.models import Episode, FollowUp, FollowUpAnswer, Patient, Place, Practitioner
from filiform.record.reads import practice as reads

NOW = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)  # a Monday; eleven in the morning at the practice
ZONE = "America/Chicago"
PATIENTS = 10
VISITS = 10  # each
SEED = 5
PLACES = ("Riverside", "Hill Street", "Harbour")
THERAPISTS = 4  # a place
RECORDS = Path(__file__).parents[1] / "fixtures" / "patients"
RECORD = RECORDS / "Fabian_Yundt_59f1d794-9f92-4be4-852a-cba59449396d.json.gz"

# Today at one place: a row per therapist, a column per slot of 45 minutes from 150 minutes ago on.
_S, _D, _R, _C, _I = Until.SIGNED, Until.DECIDED, Until.RETESTED, Until.CLOSED, Until.IN_SESSION
_L, _K, _Q, _A, _B = Until.LOCATED, Until.CONSENTED, Until.SCREENED, Until.ARRIVED, Until.BOOKED
DAY = (
    (_S, _D, _C, _I, _L, _Q, _A, _B),
    (_S, _R, _C, _I, _K, _Q, _A, _B),
    (_D, _R, _C, _I, _L, _Q, _A, _B),
    (_D, _R, _L, _I, _K, _K, _A, _B),
)
SLOT = timedelta(minutes=45)
FIRST = timedelta(minutes=150)


@dataclass(frozen=True, slots=True)
class Practice:
    """The practice's people and one maker of visits for each therapist, by place."""

    id: UUID
    staff: dict[str, Actor]  # a desk, a therapist, an owner and an auditor, by role
    makers: tuple[tuple[Maker, ...], ...]
    system: Actor


def make_practice() -> Practice:
    """Set up the practice in an empty database; it has no patients yet."""
    before = NOW - timedelta(days=900)
    rooms = tuple(f"Room {number}" for number in range(1, THERAPISTS + 1))
    practice_id = practices.set_up_practice(
        by=system("bench", None),
        now=before,
        name="Bench Physical Therapy",
        phone="+1 512 555 0142",
        emergency_number="911",
        time_zone=ZONE,
        places=tuple(practices.NewPlace(name, f"12 {name} Lane", "+1 512 555 0142", rooms) for name in PLACES),
    )
    by = system("bench", practice_id)
    for place in Place.objects.filter(practice_id=practice_id).order_by("name"):
        for number in range(THERAPISTS):
            _employ(by, before, place.pk, "therapist", f"{place.name} {number + 1}")
        for role in ("front_desk", "owner", "auditor"):
            _employ(by, before, place.pk, role, place.name)
    return find_practice()


def find_practice() -> Practice:
    """The practice of the open database, made before."""
    rng = Random(SEED)
    staff = [_actor(row) for row in Practitioner.objects.order_by("name", "role")]
    first = {str(actor.role): actor for actor in reversed(staff)}
    places = reads.own_practice(by=first["owner"], now=NOW).places
    therapists = [actor for actor in staff if actor.role is Role.THERAPIST]
    makers = tuple(
        tuple(
            Maker(first["front_desk"], actor, place, number, rng)
            for number, actor in enumerate(actor for actor in therapists if actor.place == place.id)
        )
        for place in places
    )
    return Practice(first["owner"].practice, first, makers, system("bench", first["owner"].practice))


def _actor(row: Practitioner) -> Actor:
    return Actor(f"staff:{row.pk}", Role(row.role), row.practice_id, row.place_id, row.name, zone=ZONE)


def make_history(practice: Practice, patients: int = PATIENTS, visits: int = VISITS) -> None:
    """`patients` with `visits` finished visits each, the last one two weeks before NOW; one comes with a record."""
    rng = Random(SEED)
    flat = [maker for place in practice.makers for maker in place]
    own = people(rng, patients - 1, NOW.date())
    courses = [_course(rng, _register(practice, one), f"{one.given} {one.family}", one.birth_date) for one in own]
    courses.append(_imported(practice, rng))
    for number, course in enumerate(courses):
        for visit in range(visits):
            at = NOW - timedelta(weeks=visits + 1 - visit, hours=2) + SLOT * (number % 4)
            flat[number % len(flat)].visit(course, at)
            outbox.send_due_messages(by=practice.system, now=at, base_url="http://127.0.0.1/", keep_links=False)
    outbox.send_due_messages(by=practice.system, now=NOW, base_url="http://127.0.0.1/", keep_links=False)
    _answer(practice)


def make_day(practice: Practice, patients: Sequence[UUID]) -> None:
    """Today of every place, as DAY says, for `patients` (as many as there are slots), taken on from their history."""
    rng = Random(SEED)
    waiting = iter(patients)
    for place in practice.makers:
        for maker, slots in zip(place, DAY, strict=True):
            for number, until in enumerate(slots):
                course = _continued(rng, next(waiting))
                at = NOW - FIRST + SLOT * number
                maker.visit(course, at, until, began=min(at, NOW - timedelta(minutes=34)))


def _employ(by: Actor, now: datetime, place: UUID, role: str, where: str) -> None:
    name = f"{role.replace('_', ' ').title()} of {where}"
    username = name.lower().replace(" ", ".")
    who = practices.employ(by=by, now=now, place_id=place, name=name, role=role, title="PT", username=username)
    if role == "therapist":
        until = NOW.date() + timedelta(days=400)
        practices.record_credential(
            by=by, now=now, practitioner_id=who, issued_on=now.date(), expires_on=until, kind="dry_needling", hours=54
        )


def _register(practice: Practice, person: Person) -> UUID:
    return registering.register_patient(
        by=practice.staff["front_desk"],
        now=NOW - timedelta(weeks=VISITS + 3),
        place_id=practice.makers[0][0].place,
        **{name: getattr(person, name) for name in ("family", "given", "birth_date", "sex", "phone", "email")},
    )


def _course(rng: Random, patient: UUID, name: str, birth_date: date) -> Course:
    return Course(
        patient=patient,
        name=name,
        birth_date=birth_date,
        case=rng.choice(CASES),
        side=rng.choice((Side.LEFT, Side.RIGHT)),
        pain=rng.randint(6, 8),
        gain=rng.choice((1, 1, 2)),
        visits=VISITS + 2,
    )


def _imported(practice: Practice, rng: Random) -> Course:
    """A patient from another hospital, whose record lets them be needled without asking a doctor first."""
    place = practice.makers[-1][-1].place
    bundle = read_bundle(RECORD.read_bytes(), RECORD.name)
    now = NOW - timedelta(weeks=VISITS + 3)
    made = import_bundle(by=practice.system, now=now, place_id=place, bundle=bundle)
    born = Patient.objects.get(pk=made.patient_id).birth_date
    assert born is not None
    return _course(rng, made.patient_id, made.name, born)


def _continued(rng: Random, patient: UUID) -> Course:
    row = Patient.objects.get(pk=patient)
    assert row.birth_date is not None
    course = _course(rng, row.pk, f"{row.given} {row.family}", row.birth_date)
    course.episode, course.done = Episode.objects.filter(patient=row).values_list("pk", flat=True)[0], 1
    return course


def _answer(practice: Practice) -> None:
    """Two thirds of what was asked is answered, and read by a therapist the next day."""
    therapist = practice.staff["therapist"]
    for number, check in enumerate(FollowUp.objects.order_by("due_at", "id")):
        if number % 3 == 2:
            continue
        by = Actor(f"patient:{check.patient_id}", Role.PATIENT, practice.id, patient=check.patient_id)
        at = check.due_at + timedelta(hours=1)
        said = follow.Answer(pain=3, words="A bit sore when I turn, otherwise good")
        follow.answer_follow_up(by=by, now=at, follow_up_id=check.pk, answer=said)
    for answer in FollowUpAnswer.objects.all():
        at = answer.recorded_at + timedelta(days=1)
        follow.mark_read(by=therapist, now=at, answer_id=answer.pk, outcome="Nothing to do")
