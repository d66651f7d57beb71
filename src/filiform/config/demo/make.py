"""The demo's practice in the middle of its morning, with six months behind it. Everything is made relative to `now`.

Only actions write here, the same that the pages call; what they refuse, the demo cannot have either.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from random import Random
from uuid import UUID
from zoneinfo import ZoneInfo

from filiform.clinical.access import Role
from filiform.clinical.terms import Side
from filiform.config.demo import stocking, today
from filiform.config.demo.cases import CASES
from filiform.config.demo.clinic import Clinic
from filiform.config.demo.people import STAFF, people
from filiform.config.demo.visits import Course, Maker
from filiform.record.actions import outbox
from filiform.record.actions import people as registering
from filiform.record.actions import practice as practices
from filiform.record.actor import Actor, system
from filiform.record.reads import practice as reads

SEED = 20261123
PATIENTS = 158
DAYS = 182
SESSIONS = 600
SLOTS = ("08:00", "08:45", "09:30", "10:15", "11:00", "13:00", "13:45", "14:30", "15:15", "16:00")
REST = timedelta(days=4)  # between two visits of one patient
Progress = Callable[[int, int], None]


def make(now: datetime, base_url: str, progress: Progress = lambda done, of: None) -> Clinic:
    """Fill an empty database. `base_url` is where patients' links will lead; `progress` hears (done, of) sessions."""
    rng = Random(SEED)
    clinic = _practice(now)
    stocking.fill(clinic.desk, now, [place.id for place in clinic.places], DAYS + 20)
    courses = _register(clinic, rng, now)
    for done, (maker, course, at) in enumerate(_schedule(clinic, courses, rng, now), start=1):
        maker.visit(course, at)
        outbox.send_due_messages(by=clinic.system, now=at, base_url=base_url, keep_links=True)
        progress(done, SESSIONS)
    outbox.send_due_messages(by=clinic.system, now=now, base_url=base_url, keep_links=True)
    today.make(clinic, courses, rng, now)
    return clinic


def morning_zone(now: datetime) -> str:
    """A time zone in which it is between ten and eleven in the morning now."""
    ahead = (10 - now.hour + 12) % 24 - 12  # hours that the practice's clock is ahead of UTC, -12 to 11
    return "Etc/GMT" if ahead == 0 else f"Etc/GMT{-ahead:+d}"


def _practice(now: datetime) -> Clinic:
    before = now - timedelta(days=DAYS + 30)
    practice_id = practices.set_up_practice(
        by=system("demo", None),
        now=before,
        name="Riverside Physical Therapy",
        phone="+1 512 555 0142",
        emergency_number="911",
        time_zone=morning_zone(now),
        places=(
            practices.NewPlace(
                "Riverside", "12 Mill Lane", "+1 512 555 0142", ("Room 1", "Room 2", "Room 3", "Room 4")
            ),
            practices.NewPlace("Hill Street", "4 Hill Street", "+1 512 555 0143", ("Room A", "Room B")),
            practices.NewPlace("Harbour", "30 Harbour Road", "+1 512 555 0144", ("North room", "South room")),
        ),
    )
    maker = system("demo", practice_id)
    owner = Actor(id="system:demo", role=Role.OWNER, practice=practice_id)
    by_name = {place.name: place for place in reads.own_practice(by=owner, now=before).places}
    places = tuple(by_name[name] for name in ("Riverside", "Hill Street", "Harbour"))
    staff = [_employ(maker, before, places, *row) for row in STAFF]
    return Clinic(
        practice=practice_id,
        zone=ZoneInfo(morning_zone(now)),
        places=places,
        desk=next(one for one in staff if one.role is Role.FRONT_DESK),
        therapists=tuple(one for one in staff if one.role is Role.THERAPIST),
        system=maker,
    )


def _employ(
    by: Actor,
    now: datetime,
    places: tuple[reads.PlaceInfo, ...],
    name: str,
    role: str,
    title: str,
    username: str,
    place: int,
) -> Actor:
    place_id = places[place].id
    who = practices.employ(by=by, now=now, place_id=place_id, name=name, role=role, title=title, username=username)
    if role == "therapist":
        practices.record_credential(
            by=by,
            now=now,
            practitioner_id=who,
            kind="dry_needling",
            jurisdiction="US-CO",
            hours=54,
            issued_on=now.date() - timedelta(days=500),
            expires_on=now.date() + timedelta(days=900),
        )
    return Actor(id=f"staff:{who}", role=Role(role), practice=by.practice, place=place_id, name=name)


def _register(clinic: Clinic, rng: Random, now: datetime) -> list[Course]:
    made = []
    for number, person in enumerate(people(rng, PATIENTS, now.date())):
        first_seen = now - timedelta(days=DAYS - number % (DAYS - 10))
        place = clinic.places[(0, 0, 1, 2)[number % 4]]
        patient = registering.register_patient(
            by=clinic.desk,
            now=first_seen - timedelta(days=4),
            place_id=place.id,
            family=person.family,
            given=person.given,
            birth_date=person.birth_date,
            sex=person.sex,
            phone=person.phone,
            email=person.email,
        )
        made.append(_course(rng, patient, f"{person.given} {person.family}", person.birth_date))
    return made


def _course(rng: Random, patient: UUID, name: str, birth_date: date) -> Course:
    return Course(
        patient=patient,
        name=name,
        birth_date=birth_date,
        case=rng.choice(CASES),
        side=rng.choice((Side.LEFT, Side.RIGHT)),
        pain=rng.randint(5, 8),
        gain=rng.choice((0, 1, 1, 1, 2, 2)),
        visits=rng.randint(3, 6),
    )


def _schedule(
    clinic: Clinic, courses: list[Course], rng: Random, now: datetime
) -> Iterator[tuple[Maker, Course, datetime]]:
    """SESSIONS visits over DAYS, oldest first, so that each patient's course unfolds in its order."""
    slots = list(_free_slots(clinic, rng, now))
    waiting = _interleaved(courses, rng, SESSIONS)
    last: dict[UUID, datetime] = {}
    for number in sorted(rng.sample(range(len(slots)), SESSIONS)):
        maker, at = slots[number]
        rested = (i for i, c in enumerate(waiting) if c.patient not in last or at - last[c.patient] >= REST)
        course = waiting.pop(next(rested, 0))
        last[course.patient] = at
        yield maker, course, at


def _free_slots(clinic: Clinic, rng: Random, now: datetime) -> Iterator[tuple[Maker, datetime]]:
    """Every therapist's slots from the first day to yesterday, each in the therapist's own room."""
    here = now.astimezone(clinic.zone).date()
    makers = clinic.makers(rng)
    for back in range(DAYS, 0, -1):
        day = here - timedelta(days=back)
        if day.weekday() >= 5:
            continue
        for slot in SLOTS:
            at = datetime.fromisoformat(f"{day.isoformat()}T{slot}").replace(tzinfo=clinic.zone)
            for maker in makers:
                yield maker, at


def _interleaved(courses: list[Course], rng: Random, wanted: int) -> list[Course]:
    """Each course's visits spread over a window of the half year, first visits early; `wanted` in all."""
    placed = []
    for number, course in enumerate(courses):
        start = number / len(courses)
        placed += [(start + 0.04 * visit + rng.random() * 0.01, number) for visit in range(course.visits)]
    while len(placed) < wanted:
        placed.append((rng.random(), rng.randrange(len(courses))))
    return [courses[number] for _, number in sorted(placed)[:wanted]]
