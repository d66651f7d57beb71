"""The practice, its places, rooms and people."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models.functions import Lower

from filiform.clinical.access import Act
from filiform.record import audit, names
from filiform.record.actor import NOWHERE, Actor
from filiform.record.models import AuditRow, Practice, Practitioner
from filiform.record.write import NotFound, read, unlogged_read

CHECKED_AT_ONCE = 2000  # rows of the audit chain verified while a page waits


@dataclass(frozen=True, slots=True)
class RoomInfo:
    id: UUID
    name: str


@dataclass(frozen=True, slots=True)
class PlaceInfo:
    id: UUID
    name: str
    address: str
    phone: str
    rooms: tuple[RoomInfo, ...] = ()


@dataclass(frozen=True, slots=True)
class PracticeInfo:
    id: UUID
    name: str
    phone: str
    emergency_number: str
    time_zone: str
    screening_profile: str
    places: tuple[PlaceInfo, ...]


@dataclass(frozen=True, slots=True)
class CredentialInfo:
    kind: str
    jurisdiction: str
    hours: int | None
    issued_on: date
    expires_on: date


@dataclass(frozen=True, slots=True)
class PersonInfo:
    """Somebody who works here."""

    id: UUID
    name: str
    title: str
    role: str
    place_id: UUID
    credentials: tuple[CredentialInfo, ...] = ()

    def credential_on(self, day: date) -> CredentialInfo | None:
        """The dry needling credential valid on `day`, or None."""
        valid = (c for c in self.credentials if c.kind == "dry_needling" and c.issued_on <= day <= c.expires_on)
        return next(valid, None)


@dataclass(frozen=True, slots=True)
class AuditLine:
    number: int
    at: datetime
    who: str
    act: str
    about: str
    done: bool
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AuditTrail:
    """`first_broken`: the first row among the newest `checked` whose seal does not fit, or None."""

    rows: tuple[AuditLine, ...]
    count: int
    checked: int
    whole: bool
    first_broken: int | None


@unlogged_read(Act.SEE_PUBLIC_PAGES, because="the practice's public face, no patient in it")
def public_practice(*, by: Actor, now: datetime) -> PracticeInfo:
    """The practice as anybody may see it. With no practice set up yet: NotFound."""
    first = Practice.objects.order_by(Lower("name"), "id").values_list("pk", flat=True).first()
    return _practice(first or NOWHERE)


@unlogged_read(Act.SEE_TODAY, because="the practice's own places and rooms, no patient in it")
def own_practice(*, by: Actor, now: datetime) -> PracticeInfo:
    """The practice that `by` works for."""
    return _practice(by.practice)


@unlogged_read(Act.SEE_TODAY, because="who works here, no patient in it")
def people(*, by: Actor, now: datetime) -> tuple[PersonInfo, ...]:
    """Everybody who works here now, with credentials, by name."""
    rows = Practitioner.objects.filter(practice_id=by.practice, left_on__isnull=True)
    return tuple(_person(row) for row in rows.prefetch_related("credentials").order_by("name"))


@read(Act.READ_AUDIT, about="=audit")
def audit_trail(*, by: Actor, now: datetime, about: str = "", limit: int = 200) -> AuditTrail:
    """The newest rows of the audit chain (about one opaque id, when given), and whether the newest fit together."""
    rows = AuditRow.objects.filter(practice_id=by.practice).order_by("-number")
    count = rows.count()
    whose = names.staff(by.practice)
    chosen = rows.filter(about=about) if about else rows
    checked = min(count, CHECKED_AT_ONCE)
    return AuditTrail(
        rows=tuple(_audit_line(row, whose) for row in chosen[:limit]),
        count=count,
        checked=checked,
        whole=checked == count,
        first_broken=audit.first_broken(by.practice, newest=CHECKED_AT_ONCE),
    )


def _audit_line(row: AuditRow, whose: dict[str, str]) -> AuditLine:
    rules = row.detail.get("rules", ()) if isinstance(row.detail, dict) else ()
    return AuditLine(
        row.number, row.at, whose.get(row.by, row.by), row.act.replace("_", " "), row.about, row.done, tuple(rules)
    )


_COLUMNS = (
    *("id", "name", "phone", "emergency_number", "time_zone", "screening_profile"),
    *("places__id", "places__name", "places__address", "places__phone", "places__rooms__id", "places__rooms__name"),
)


def _practice(practice_id: UUID) -> PracticeInfo:
    """The practice with its places and rooms by name, in one query."""
    rows = Practice.objects.filter(pk=practice_id).order_by("places__name", "places__rooms__name").values(*_COLUMNS)
    by_place: dict[UUID, list[dict[str, Any]]] = {}
    for row in rows:
        by_place.setdefault(row["places__id"], []).append(row)
    if not by_place:
        raise NotFound("practice")
    return PracticeInfo(
        id=row["id"],
        name=row["name"],
        phone=row["phone"],
        emergency_number=row["emergency_number"],
        time_zone=row["time_zone"],
        screening_profile=row["screening_profile"],
        places=tuple(_place(group) for place_id, group in by_place.items() if place_id),
    )


def _place(group: list[dict[str, Any]]) -> PlaceInfo:
    first = group[0]
    rooms = tuple(RoomInfo(r["places__rooms__id"], r["places__rooms__name"]) for r in group if r["places__rooms__id"])
    return PlaceInfo(
        first["places__id"], first["places__name"], first["places__address"], first["places__phone"], rooms
    )


def _person(row: Practitioner) -> PersonInfo:
    credentials = tuple(
        CredentialInfo(c.kind, c.jurisdiction, c.hours, c.issued_on, c.expires_on) for c in row.credentials.all()
    )
    return PersonInfo(row.id, row.name, row.title, row.role, row.place_id, credentials)
