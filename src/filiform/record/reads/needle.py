"""Open sessions: how many needles are in, in which room, since when."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from filiform.clinical import needle
from filiform.clinical.access import Act
from filiform.record import against, names
from filiform.record import models as m
from filiform.record.actor import NOWHERE, Actor
from filiform.record.against import Held
from filiform.record.events import Events, of_session
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
    with_whom: tuple[str, ...]  # actor ids: who opened it, or who took it over last
    handed: bool = False

    @property
    def url(self) -> str:
        """The session's page."""
        return f"/visits/{self.visit_id}/needle/"


@dataclass(frozen=True, slots=True)
class Ledger:
    """The events of a session as they are stored, with every content of an id that came with several."""

    session_id: UUID
    opened_at: datetime
    closed: bool
    events: Events


@dataclass(frozen=True, slots=True)
class Aside:
    """One event kept beside the ledger, as it came. `why`: `closed` (it came too late) or `unproven` (by whom)."""

    event: needle.Event
    why: str
    received_at: datetime


@unlogged_read(Act.ADD_SESSION_EVENT, because="rooms and counts of the therapist's own sessions, no patient named")
def own_open_sessions(*, by: Actor, now: datetime) -> tuple[OpenSession, ...]:
    """The open sessions that are with the therapist now, longest dwell first, one query.

    Hers are those she opened and handed to nobody, and those that were handed to her last.
    """
    handed = m.SessionEvent.objects.filter(session=OuterRef("pk"), kind="hand_over", body__to=by.id)
    mine = Q(practitioner_id=by.staff_id or NOWHERE) | Exists(handed)
    found = _open(m.Session.objects.filter(mine, place__practice_id=by.practice), now, named=False)
    return tuple(one for one in found if by.id in one.with_whom)


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


@read(Act.READ_CHART, about="visit_id")
def ledger(*, by: Actor, now: datetime, visit_id: UUID) -> Ledger:
    """The events of the visit's session, in no order; NotFound when none was opened. One query."""
    rows = m.Session.objects.filter(visit_id=visit_id, place__practice_id=by.practice).annotate(strung=of_session())
    for session_id, opened_at, closed_at, strung in rows.values_list("id", "opened_at", "closed_at", "strung"):
        return Ledger(session_id, opened_at, closed_at is not None, Events.of(strung))
    raise NotFound("session")


@read(Act.READ_CHART, about="visit_id")
def aside(*, by: Actor, now: datetime, visit_id: UUID) -> tuple[Aside, ...]:
    """What is kept beside the ledger of the visit's session, in order of arrival; nothing for another practice's.

    The page that asks has opened the visit already, so a foreign one is not looked for a second time.
    """
    rows = m.AsideEvent.objects.filter(session__visit_id=visit_id, session__place__practice_id=by.practice)
    found = rows.order_by("received_at", "event_id", "digest").values_list("body", "why", "received_at")
    return tuple(Aside(needle.event_from(body), why, at) for body, why, at in found)


@read(Act.READ_CHART, about="visit_id")
def held_against(*, by: Actor, now: datetime, visit_id: UUID, state: needle.State) -> tuple[Held, ...]:
    """The needles and packs of `state`, the visit's session, that a gate would have refused, each with its reason.

    The page that asks has opened the visit already, so a foreign one is not looked for a second time.
    """
    return against.past(by.practice, visit_id, arrived=True).state(state) if state.packs or state.needles else ()


@internal("checked and audited by its callers in the record")
def open_now(by: Actor, now: datetime, place_id: UUID | None) -> tuple[OpenSession, ...]:
    """As `open_sessions`, for other reads of the record; one query."""
    rows = m.Session.objects.filter(place__practice_id=by.practice)
    found = _open(rows.filter(place_id=place_id) if place_id else rows, now, named=True)
    if not any(one.handed for one in found):
        return found
    whose = names.staff(by.practice)
    return tuple(_renamed(one, whose) for one in found)


def _renamed(one: OpenSession, whose: Mapping[str, str]) -> OpenSession:
    """Who is with the patient now, by name."""
    if not one.handed:
        return one
    return replace(one, practitioner=", ".join(whose.get(name, name) for name in one.with_whom))


def _open(rows: QuerySet[m.Session], now: datetime, *, named: bool) -> tuple[OpenSession, ...]:
    columns = (
        "id",
        "visit_id",
        "place_id",
        "room__name",
        "practitioner_id",
        "practitioner__name",
        "patient__given",
        "patient__family",
        "opened_at",
        "strung",
    )
    still = rows.filter(closed_at__isnull=True).annotate(strung=of_session()).values_list(*columns)
    found = (_one(row, now, named) for row in still)
    return tuple(sorted(found, key=lambda s: (-s.longest_dwell_seconds, s.room_name)))


def _one(row: tuple[Any, ...], now: datetime, named: bool) -> OpenSession:
    session_id, visit_id, place_id, room, opener, practitioner, given, family, opened_at, strung = row
    state = Events.of(strung).state
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
        with_whom=state.handed_to or (f"staff:{opener}",),
        handed=bool(state.handed_to),
    )


@internal("pure helper of the record")
def folded(bodies: Iterable[Any]) -> needle.State:
    """The state that stored event bodies fold to; None bodies (a session without events yet) are passed over."""
    return needle.fold(needle.event_from(body) for body in bodies if body is not None)
