"""The day, by place, and requests for a first visit. Safe for the desk: where somebody is, never why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from filiform.clinical.access import Act
from filiform.record import models as m
from filiform.record.actor import Actor
from filiform.record.reads import late, visit
from filiform.record.reads.late import Late
from filiform.record.reads.needle import OpenSession, open_now
from filiform.record.reads.visit import VisitHead
from filiform.record.write import NotFound, internal, read


class Standing(StrEnum):
    """Where a visit has come to."""

    BOOKED = "booked"
    CANCELLED = "cancelled"
    MISSED = "missed"
    TO_SCREEN = "to_screen"  # arrived, today's questions not answered
    QUESTIONS_OPEN = "questions_open"  # answered in part, or a doctor must be asked
    STOPPED = "stopped"  # screening says not today
    CONSENT_MISSING = "consent_missing"
    READY = "ready"
    IN_SESSION = "in_session"
    TO_RETEST = "to_retest"
    TO_DECIDE = "to_decide"
    NOTE_MISSING = "note_missing"
    SIGNED = "signed"


@dataclass(frozen=True, slots=True)
class TodayLine:
    """One visit of the day."""

    visit_id: UUID
    patient_id: UUID
    name: str
    age: int | None
    starts_at: datetime
    minutes: int
    reason: str
    place_id: UUID
    place: str
    room: str
    practitioner_id: UUID
    practitioner: str
    standing: Standing
    needles_in: int
    opened_at: datetime | None


@dataclass(frozen=True, slots=True)
class Today:
    """One day: its visits by time, every open session, how many requests wait at the desk, and late needle events."""

    on: date
    zone: str
    is_today: bool
    places: tuple[tuple[UUID, str], ...]
    lines: tuple[TodayLine, ...]
    open_sessions: tuple[OpenSession, ...]
    requests: int
    late: tuple[Late, ...]


@dataclass(frozen=True, slots=True)
class RequestLine:
    """One request for a first visit that nobody has answered yet."""

    id: UUID
    name: str
    phone: str
    email: str
    birth_date: date | None
    place: str
    when_suits: str
    where_it_hurts: str
    asked_at: datetime


@read(Act.SEE_TODAY, about="=today")
def today(*, by: Actor, now: datetime, on: date | None = None, place_id: UUID | None = None) -> Today:
    """The day `on` (None: today by the practice's clock), of one place or of all; six queries."""
    places = tuple(m.Place.objects.filter(practice_id=by.practice).select_related("practice").order_by("name"))
    if not places:
        raise NotFound("practice")
    zone = places[0].practice.time_zone
    when = on or now.astimezone(ZoneInfo(zone)).date()
    sessions = open_now(by, now, place_id)
    return Today(
        on=when,
        zone=zone,
        is_today=when == now.astimezone(ZoneInfo(zone)).date(),
        places=tuple((p.id, p.name) for p in places),
        lines=_lines(by, now, when, zone, place_id, {one.visit_id: one.needles_in for one in sessions}),
        open_sessions=sessions,
        requests=_waiting(by).count(),
        late=late.unwritten(by),
    )


def _lines(
    by: Actor, now: datetime, on: date, zone: str, place_id: UUID | None, needles_in: Mapping[UUID, int]
) -> tuple[TodayLine, ...]:
    start = datetime(on.year, on.month, on.day, tzinfo=ZoneInfo(zone))
    rows = visit.head_rows().filter(
        place__practice_id=by.practice, starts_at__gte=start, starts_at__lt=start + timedelta(days=1)
    )
    if place_id is not None:
        rows = rows.filter(place_id=place_id)
    return tuple(_line(head, needles_in) for head in visit.heads(rows.order_by("starts_at", "id"), now))


def _waiting(by: Actor) -> QuerySet[m.VisitRequest]:
    return m.VisitRequest.objects.filter(practice_id=by.practice, answered_at__isnull=True)


@read(Act.READ_REQUESTS, about="=requests")
def open_requests(*, by: Actor, now: datetime) -> tuple[RequestLine, ...]:
    """Requests for a first visit that wait for the desk, oldest first."""
    rows = _waiting(by).select_related("place")
    return tuple(
        RequestLine(
            r.id, r.name, r.phone, r.email, r.birth_date, r.place.name, r.when_suits, r.where_it_hurts, r.recorded_at
        )
        for r in rows.order_by("recorded_at")[:100]
    )


@internal("pure")
def standing(head: VisitHead) -> Standing:
    """Where the visit stands, from its head alone."""
    if head.state != "arrived":
        return Standing(head.state)
    if head.session is not None:
        return _after_opening(head)
    if head.screening is None:
        return Standing.TO_SCREEN
    if not head.cleared:
        stopped = head.screening.get("disposition") in ("defer", "refuse", "emergency")
        return Standing.STOPPED if stopped else Standing.QUESTIONS_OPEN
    if head.consent is None or head.consent.withdrawn:
        return Standing.CONSENT_MISSING
    return Standing.READY


def _after_opening(head: VisitHead) -> Standing:
    assert head.session is not None
    if head.session.closed_at is None:
        return Standing.IN_SESSION
    if not head.measured_after:
        return Standing.TO_RETEST
    if not head.decided:
        return Standing.TO_DECIDE
    return Standing.SIGNED if head.note_id else Standing.NOTE_MISSING


def _needles_in(head: VisitHead, counted: Mapping[UUID, int]) -> int:
    if head.session is None or head.session.closed_at is not None:
        return 0
    known = counted.get(head.visit_id)
    # A session may stand under another place than its visit, and then it is not among those counted.
    return len(head.session.state.open_needles) if known is None else known


def _line(head: VisitHead, needles_in: Mapping[UUID, int]) -> TodayLine:
    """`needles_in` of open sessions, by visit: they are folded once, not again for the line."""
    session = head.session
    return TodayLine(
        visit_id=head.visit_id,
        patient_id=head.patient_id,
        name=head.patient_name,
        age=head.age,
        starts_at=head.starts_at,
        minutes=head.minutes,
        reason=head.reason,
        place_id=head.place_id,
        place=head.place,
        room=session.room if session else head.room,
        practitioner_id=head.practitioner_id,
        practitioner=head.practitioner,
        standing=standing(head),
        needles_in=_needles_in(head, needles_in),
        opened_at=session.opened_at if session else None,
    )
