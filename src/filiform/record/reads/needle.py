"""Open sessions: how many needles are in, in which room, since when."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from filiform.clinical import needle
from filiform.clinical.access import Act
from filiform.record import models as m
from filiform.record import names
from filiform.record.actor import NOWHERE, Actor
from filiform.record.write import NotFound, internal, read, unlogged_read


@dataclass(frozen=True, slots=True)
class OpenSession:
    """One session that is not closed. `patient_short` is empty where the reader needs no name."""

    session_id: UUID
    visit_id: UUID
    place_id: UUID
    room_name: str
    practitioner: str
    patient_short: str
    opened_at: datetime
    needles_in: int
    longest_dwell_seconds: int

    @property
    def url(self) -> str:
        """The session's page."""
        return f"/visits/{self.visit_id}/needle/"


@unlogged_read(Act.ADD_SESSION_EVENT, because="rooms and counts of the therapist's own sessions, no patient named")
def own_open_sessions(*, by: Actor, now: datetime) -> tuple[OpenSession, ...]:
    """The therapist's own open sessions, longest dwell first, one query."""
    return _open(m.Session.objects.filter(practitioner_id=by.staff_id or NOWHERE), now, named=False)


@read(Act.READ_OPEN_SESSIONS, about="=open_sessions")
def open_sessions(*, by: Actor, now: datetime, place_id: UUID | None = None) -> tuple[OpenSession, ...]:
    """Every open session of the practice, or of one place, with the patient's short name."""
    return open_now(by, now, place_id)


@read(Act.READ_CHART, about="visit_id")
def session_of(*, by: Actor, now: datetime, visit_id: UUID) -> UUID:
    """The id of the visit's session; NotFound when none was opened."""
    found = m.Session.objects.filter(visit_id=visit_id, place__practice_id=by.practice).values_list("id", flat=True)
    session_id = found.first()
    if session_id is None:
        raise NotFound("session")
    return session_id


@internal("checked and audited by its callers in the record")
def open_now(by: Actor, now: datetime, place_id: UUID | None) -> tuple[OpenSession, ...]:
    """As `open_sessions`, for other reads of the record; one query."""
    rows = m.Session.objects.filter(place__practice_id=by.practice)
    return _open(rows.filter(place_id=place_id) if place_id else rows, now, named=True)


def _open(rows: QuerySet[m.Session], now: datetime, *, named: bool) -> tuple[OpenSession, ...]:
    columns = (
        "id",
        "visit_id",
        "place_id",
        "room__name",
        "practitioner__name",
        "patient__given",
        "patient__family",
        "opened_at",
        "events__body",
    )
    grouped: dict[UUID, list[tuple[Any, ...]]] = {}
    for row in rows.filter(closed_at__isnull=True).values_list(*columns):
        grouped.setdefault(row[0], []).append(row)
    found = (_one(group, now, named) for group in grouped.values())
    return tuple(sorted(found, key=lambda s: (-s.longest_dwell_seconds, s.room_name)))


def _one(group: list[tuple[Any, ...]], now: datetime, named: bool) -> OpenSession:
    session_id, visit_id, place_id, room, practitioner, given, family, opened_at, _ = group[0]
    state = folded(row[-1] for row in group)
    return OpenSession(
        session_id=session_id,
        visit_id=visit_id,
        place_id=place_id,
        room_name=room,
        practitioner=practitioner,
        patient_short=names.shown(family[:1] and f"{family[:1]}.", given) if named else "",
        opened_at=opened_at,
        needles_in=len(state.open_needles),
        longest_dwell_seconds=needle.longest_dwell(state, now) or 0,
    )


@internal("pure helper of the record")
def folded(bodies: Iterable[Any]) -> needle.State:
    """The state that stored event bodies fold to; None bodies (a session without events yet) are passed over."""
    return needle.fold(needle.event_from(body) for body in bodies if body is not None)
