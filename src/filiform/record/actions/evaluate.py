"""Measuring before and after, other treatments with their minutes, adverse events as facts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from filiform.clinical.access import Act
from filiform.clinical.terms import Block
from filiform.knowledge.movements import movements
from filiform.record import audit, within
from filiform.record.actor import Actor
from filiform.record.models import AdverseEvent, Measure, Treatment, Visit
from filiform.record.models.evaluate import MeasureKind, Moment
from filiform.record.reads import visit as visits
from filiform.record.reads.visit import VisitHead
from filiform.record.write import Refused, Stale, internal, refuse, write

SCALE = (Decimal(0), Decimal(10))
DEGREES = (Decimal(-30), Decimal(190))  # below nought: a movement that does not reach the middle


@dataclass(frozen=True, slots=True)
class Value:
    """One value: `kind` pain or tightness (0-10), or range (degrees) with the movement's id and its side."""

    kind: str
    value: Decimal
    what: str = ""
    side: str = ""


@write(Act.MEASURE)
def measure(*, by: Actor, now: datetime, visit_id: UUID, moment: str, values: Sequence[Value], seen: int) -> None:
    """Append measures of one moment, `before` or `after`. A corrected value is a further row; the newest counts.

    `before` is over once a needle went in, `after` begins when the session is closed. `seen`: how many measures of
    this moment the writer saw; Stale when a colleague wrote in between.
    """
    _lock(by, visit_id)
    head = visits.inside(by, now, visit_id)
    refuse((*moment_blocks(head, moment), *_wrong(values)))
    if Measure.objects.filter(visit_id=visit_id, moment=moment).count() != seen:
        raise Stale("measures")
    rows = Measure.objects.bulk_create(
        Measure(
            patient_id=head.patient_id,
            visit_id=visit_id,
            kind=one.kind,
            moment=moment,
            what=one.what,
            side=one.side,
            value=one.value,
            recorded_at=now,
            recorded_by=by.id,
        )
        for one in values
    )
    audit.leave(by=by, at=now, act=Act.MEASURE, about=visit_id, detail={"measures": [str(row.pk) for row in rows]})


@internal("pure")
def moment_blocks(head: VisitHead, moment: str) -> tuple[Block, ...]:
    """Why this moment's measures may not be written now; empty when they may."""
    if head.note_id is not None:
        return (Block("measure.note_signed", "The note is signed. Write what is missing as an amendment."),)
    session = head.session
    if moment == Moment.BEFORE:
        if session is not None and session.state.inserted:
            because = "A needle has gone in: what is measured now is not how it was before."
            return (Block("measure.before_is_over", because),)
        return ()
    if moment != Moment.AFTER:
        return (Block("measure.moment", "A measure is taken before or after the session."),)
    if session is None or session.closed_at is None:
        return (Block("measure.session_open", "Measure again after the session is closed and counted."),)
    return ()


def _lock(by: Actor, visit_id: UUID) -> None:
    # Two who measure at once wait for each other on PostgreSQL, so that `seen` tells the second; SQLite has one writer.
    within.visit(by, visit_id)
    Visit.objects.select_for_update(of=("self",)).filter(pk=visit_id).first()


def _wrong(values: Sequence[Value]) -> tuple[Block, ...]:
    if not values:
        return (Block("measure.nothing", "Choose at least one number."),)
    return tuple(block for one in values for block in _wrong_one(one))


def _wrong_one(one: Value) -> tuple[Block, ...]:
    if one.kind not in MeasureKind.values:
        return (Block("measure.kind", "Only pain, tightness and range are measured here."),)
    if one.kind == MeasureKind.RANGE:
        return _wrong_range(one)
    if not one.value.is_finite() or not SCALE[0] <= one.value <= SCALE[1]:
        return (Block("measure.scale", f"{one.kind.capitalize()} is a number from 0 to 10."),)
    return ()


def _wrong_range(one: Value) -> tuple[Block, ...]:
    movement = movements().get(one.what)
    if movement is None:
        return (Block("measure.movement", "That movement is not in the list. Choose one of the list."),)
    if one.side not in movement.sides:
        return (Block("measure.side", "Say which side the movement is of."),)
    if not one.value.is_finite() or not DEGREES[0] <= one.value <= DEGREES[1]:
        return (Block("measure.degrees", "A range is a number of degrees from -30 to 190."),)
    return ()


@write(Act.GIVE_TREATMENT)
def give_treatment(*, by: Actor, now: datetime, visit_id: UUID, kind: str, minutes: int, detail: str = "") -> UUID:
    """Record another treatment given at the visit, with its minutes (1 to 240); its id."""
    head = visits.inside(by, now, visit_id)
    if head.note_id is not None:
        raise Refused(Block("treatment.note_signed", "The note is signed. Write what is missing as an amendment."))
    if not kind.strip():
        raise Refused(Block("treatment.kind", "Say which treatment was given."))
    if not 1 <= minutes <= 240:
        raise Refused(Block("treatment.minutes", "A treatment lasts 1 to 240 minutes."))
    row = Treatment.objects.create(
        visit_id=visit_id,
        kind=kind.strip()[:60],
        detail=detail.strip()[:300],
        minutes=minutes,
        recorded_at=now,
        recorded_by=by.id,
    )
    audit.leave(by=by, at=now, act=Act.GIVE_TREATMENT, about=visit_id, detail={"treatment": str(row.pk)})
    return row.pk


@dataclass(frozen=True, slots=True)
class Observed:
    """What was seen of an adverse event; None and "" mean nobody knows. Grades are derived, never typed."""

    what: str
    began_hours_after: Decimal | None = None
    lasted_hours: Decimal | None = None
    treatment_needed: str = ""
    function_lost: bool | None = None
    admitted: bool | None = None
    detail: str = ""


@write(Act.REPORT_ADVERSE_EVENT)
def report_adverse_event(*, by: Actor, now: datetime, visit_id: UUID, observed: Observed) -> UUID:
    """Record what was observed; its id. Also after the note is signed, and days later."""
    visit = within.visit(by, visit_id)
    if not observed.what.strip():
        raise Refused(Block("adverse_event.what", "Say what happened."))
    for hours in (observed.began_hours_after, observed.lasted_hours):
        if hours is not None and not (hours.is_finite() and 0 <= hours <= 9999):
            raise Refused(Block("adverse_event.hours", "Hours are a number from 0 to 9999."))
    row = AdverseEvent.objects.create(
        patient_id=visit.patient_id,
        visit=visit,
        what=observed.what.strip()[:200],
        began_hours_after=observed.began_hours_after,
        lasted_hours=observed.lasted_hours,
        treatment_needed=observed.treatment_needed.strip()[:200],
        function_lost=observed.function_lost,
        admitted=observed.admitted,
        detail=observed.detail.strip()[:1000],
        recorded_at=now,
        recorded_by=by.id,
    )
    audit.leave(by=by, at=now, act=Act.REPORT_ADVERSE_EVENT, about=visit_id, detail={"adverse_event": str(row.pk)})
    return row.pk
