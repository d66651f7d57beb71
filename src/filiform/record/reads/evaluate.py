"""The re-test of a visit: measures before and after, other treatments, adverse events."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from filiform.clinical.access import Act
from filiform.record import measured
from filiform.record import models as m
from filiform.record.actor import Actor
from filiform.record.measured import Measured
from filiform.record.reads import visit as visits
from filiform.record.reads.visit import VisitHead
from filiform.record.write import internal, read


@dataclass(frozen=True, slots=True)
class TreatmentLine:
    kind: str
    detail: str
    minutes: int


@dataclass(frozen=True, slots=True)
class AdverseLine:
    """An adverse event as it was observed. None and "": nobody knows."""

    at: datetime
    what: str
    began_hours_after: Decimal | None
    lasted_hours: Decimal | None
    treatment_needed: str
    function_lost: bool | None
    admitted: bool | None
    detail: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """Everything the re-test page shows. `movements` are those measured at any visit: (movement id, side)."""

    head: VisitHead
    now: Measured
    earlier: tuple[Measured, ...]
    movements: tuple[tuple[str, str], ...]
    treatments: tuple[TreatmentLine, ...]
    adverse: tuple[AdverseLine, ...]


@read(Act.READ_CHART, about="visit_id")
def sheet(*, by: Actor, now: datetime, visit_id: UUID) -> Sheet:
    """The re-test of one visit; five queries."""
    head = visits.inside(by, now, visit_id)
    rows = measured.rows_of(head.patient_id)
    every = measured.by_visit(rows)
    return Sheet(
        head=head,
        now=measured.of_visit(visit_id, rows),
        earlier=tuple(one for key, one in every.items() if key != visit_id),
        movements=tuple(dict.fromkeys((row.what, row.side) for row in rows if row.what)),
        treatments=treatments(visit_id),
        adverse=adverse(visit_id),
    )


@internal("checked and audited by its callers in the record")
def treatments(visit_id: UUID) -> tuple[TreatmentLine, ...]:
    """Other treatments given at a visit, in order."""
    rows = m.Treatment.objects.filter(visit_id=visit_id).order_by("recorded_at", "id")
    return tuple(TreatmentLine(row.kind, row.detail, row.minutes) for row in rows)


@internal("checked and audited by its callers in the record")
def adverse(visit_id: UUID) -> tuple[AdverseLine, ...]:
    """Adverse events of a visit, in order."""
    rows = m.AdverseEvent.objects.filter(visit_id=visit_id).order_by("recorded_at", "id")
    return tuple(
        AdverseLine(
            row.recorded_at,
            row.what,
            row.began_hours_after,
            row.lasted_hours,
            row.treatment_needed,
            row.function_lost,
            row.admitted,
            row.detail,
        )
        for row in rows
    )
