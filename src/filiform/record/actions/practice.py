"""Setting up a practice, its places and rooms, and employing people."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from filiform.clinical.access import Act
from filiform.clinical.terms import Block
from filiform.record import audit, within
from filiform.record.actor import Actor
from filiform.record.models import Credential, Place, Practice, Practitioner, Room, User
from filiform.record.write import Refused, write


@dataclass(frozen=True, slots=True)
class NewPlace:
    """A place to open, with the names of its rooms."""

    name: str
    address: str = ""
    phone: str = ""
    rooms: tuple[str, ...] = ()


@write(Act.SET_UP_PRACTICE)
def set_up_practice(
    *,
    by: Actor,
    now: datetime,
    name: str,
    phone: str,
    emergency_number: str,
    time_zone: str,
    places: tuple[NewPlace, ...],
) -> UUID:
    """Make the practice with its places and rooms; its id. Refused without a name or a place."""
    if not name.strip() or not places:
        raise Refused(Block("practice.incomplete", "A practice needs a name and at least one place."))
    practice = Practice.objects.create(
        name=name.strip(), phone=phone, emergency_number=emergency_number, time_zone=time_zone
    )
    for new in places:
        place = Place.objects.create(practice=practice, name=new.name, address=new.address, phone=new.phone)
        Room.objects.bulk_create(Room(place=place, name=room) for room in new.rooms)
    mine = Actor(id=by.id, role=by.role, practice=practice.id)
    audit.leave(by=mine, at=now, act=Act.SET_UP_PRACTICE, about=practice.id)
    return practice.id


@write(Act.EMPLOY)
def employ(
    *,
    by: Actor,
    now: datetime,
    place_id: UUID,
    name: str,
    role: str,
    title: str = "",
    username: str = "",
    password: str | None = None,
) -> UUID:
    """Add somebody who works for the practice; the practitioner's id. Without a username they cannot sign in.

    `password=None` makes a sign-in that no password opens (the demo's buttons).
    """
    place = within.place(by, place_id)
    user = _sign_in(username, password) if username else None
    person = Practitioner.objects.create(
        practice_id=place.practice_id, place=place, user=user, name=name, title=title, role=role
    )
    audit.leave(by=by, at=now, act=Act.EMPLOY, about=person.id, detail={"role": role})
    return person.id


def _sign_in(username: str, password: str | None) -> User:
    try:
        with transaction.atomic():
            return User.objects.create_user(username=username, password=password)
    except IntegrityError as error:
        because = f"The user name {username} is taken. Choose another."
        raise Refused(Block("practice.username_taken", because)) from error


@write(Act.EMPLOY)
def record_credential(
    *,
    by: Actor,
    now: datetime,
    practitioner_id: UUID,
    kind: str,
    issued_on: date,
    expires_on: date,
    jurisdiction: str = "",
    hours: int | None = None,
) -> UUID:
    """Record a practitioner's right to needle (`kind="dry_needling"`) or licence; its id."""
    if expires_on <= issued_on:
        raise Refused(Block("credential.dates", "A credential must end after the day it was issued."))
    person = within.practitioner(by, practitioner_id)
    row = Credential.objects.create(
        practitioner=person,
        kind=kind,
        jurisdiction=jurisdiction,
        hours=hours,
        issued_on=issued_on,
        expires_on=expires_on,
        recorded_at=now,
        recorded_by=by.id,
    )
    audit.leave(by=by, at=now, act=Act.EMPLOY, about=person.id, detail={"credential": str(row.id)})
    return row.id
