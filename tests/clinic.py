"""A practice for tests, made by the same actions that the pages call: two places, every role, one visit today.

`other` is a second practice whose therapist must never see anything of the first.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from filiform.clinical.access import Role
from filiform.record.actions import book, people, practice
from filiform.record.actor import Actor, system
from filiform.record.models import Place, Practitioner, Room

NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
PASSWORD = "a long enough password"
ROLES = ("front_desk", "therapist", "owner", "auditor")


@dataclass(frozen=True, slots=True)
class Clinic:
    """One practice with its people, a patient and a visit of today, who has arrived."""

    practice: UUID
    place: UUID
    room: UUID
    staff: dict[str, Actor]
    patient: UUID
    visit: UUID

    @property
    def therapist(self) -> Actor:
        return self.staff["therapist"]


def make(name: str = "Alder", now: datetime = NOW, birth: date = date(1984, 3, 12)) -> Clinic:
    """A practice called `name`; its usernames are the name and the role in small letters (`alder.therapist`)."""
    setup = system("setup", None)
    new = practice.NewPlace(name="River Street", rooms=("Room 1", "Room 2"))
    practice_id = practice.set_up_practice(
        by=setup, now=now, name=name, phone="512 555 0100", emergency_number="911", time_zone="UTC", places=(new,)
    )
    inside = system("setup", practice_id)
    place = Place.objects.get(practice_id=practice_id)
    staff = {role: _employ(inside, now, place.id, name, role) for role in ROLES}
    desk, therapist = staff["front_desk"], staff["therapist"]
    practice.record_credential(
        by=inside,
        now=now,
        practitioner_id=_staff_id(therapist),
        kind="dry_needling",
        issued_on=now.date() - timedelta(days=400),
        expires_on=now.date() + timedelta(days=400),
        hours=80,
    )
    patient = people.register_patient(
        by=desk, now=now, place_id=place.id, family="Okafor", given="Maya", birth_date=birth
    )
    room = Room.objects.filter(place=place).order_by("name")[0]
    visit = book.book_visit(
        by=desk,
        now=now,
        patient_id=patient,
        practitioner_id=_staff_id(therapist),
        place_id=place.id,
        starts_at=now,
        minutes=45,
        room_id=room.id,
        first=True,
    )
    book.mark_arrived(by=desk, now=now, visit_id=visit)
    return Clinic(practice_id, place.id, room.id, staff, patient, visit)


def another_visit(here: Clinic, starts_at: datetime) -> Clinic:
    """The same practice and patient at a further visit."""
    desk, therapist = here.staff["front_desk"], here.therapist
    visit = book.book_visit(
        by=desk,
        now=NOW,
        patient_id=here.patient,
        practitioner_id=_staff_id(therapist),
        place_id=here.place,
        starts_at=starts_at,
        minutes=45,
        room_id=here.room,
    )
    return replace(here, visit=visit)


def _employ(by: Actor, now: datetime, place: UUID, name: str, role: str) -> Actor:
    username = f"{name.lower()}.{role}"
    person = practice.employ(
        by=by, now=now, place_id=place, name=f"{role.replace('_', ' ').title()} of {name}", role=role, username=username
    )
    row = Practitioner.objects.get(pk=person)
    return Actor(id=f"staff:{row.id}", role=Role(role), practice=row.practice_id, place=place, name=row.name)


def _staff_id(actor: Actor) -> UUID:
    found = actor.staff_id
    assert found is not None
    return found
