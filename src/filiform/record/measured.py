"""Measures as pairs: of every kind, movement and side the newest value before and after, visit by visit."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from filiform.record.models import Measure
from filiform.record.models.evaluate import MeasureKind, Moment


@dataclass(frozen=True, slots=True)
class Pair:
    """One measure at one visit. None: not taken. `later` are the values of the follow-ups, oldest first."""

    kind: str
    what: str
    side: str
    before: Decimal | None
    after: Decimal | None
    later: tuple[Decimal, ...] = ()


@dataclass(frozen=True, slots=True)
class Measured:
    """What was measured at one visit. `seen_before` and `seen_after` count rows, for telling stale writers."""

    visit_id: UUID
    first_at: datetime | None
    pairs: tuple[Pair, ...]
    seen_before: int
    seen_after: int

    def pair(self, kind: str) -> Pair:
        """The pair of pain or of tightness; empty when neither was taken."""
        empty = Pair(kind, "", "", None, None)
        return next((one for one in self.pairs if one.kind == kind and not one.what), empty)

    @property
    def ranges(self) -> tuple[Pair, ...]:
        """The pairs of range, in the order in which they were first measured."""
        return tuple(one for one in self.pairs if one.kind == MeasureKind.RANGE)


def of_visit(visit_id: UUID, rows: Iterable[Measure]) -> Measured:
    """What `rows` (oldest first, of any visit) say about one visit."""
    mine = [row for row in rows if row.visit_id == visit_id]
    grouped: dict[tuple[str, str, str], list[Measure]] = {}
    for row in mine:
        grouped.setdefault((row.kind, row.what, row.side), []).append(row)
    return Measured(
        visit_id,
        mine[0].recorded_at if mine else None,
        tuple(_pair(*key, group) for key, group in grouped.items()),
        sum(row.moment == Moment.BEFORE for row in mine),
        sum(row.moment == Moment.AFTER for row in mine),
    )


def by_visit(rows: Iterable[Measure]) -> dict[UUID, Measured]:
    """What was measured at each visit that has measures, in the order of the first measure."""
    every = list(rows)
    return {visit_id: of_visit(visit_id, every) for visit_id in dict.fromkeys(row.visit_id for row in every)}


def _pair(kind: str, what: str, side: str, rows: list[Measure]) -> Pair:
    newest = {row.moment: row.value for row in rows}
    later = tuple(row.value for row in rows if row.moment == Moment.FOLLOW_UP)
    return Pair(kind, what, side, newest.get(Moment.BEFORE), newest.get(Moment.AFTER), later)


def rows_of(patient_id: UUID) -> list[Measure]:
    """Every measure of a patient, oldest first; one query."""
    return list(Measure.objects.filter(patient_id=patient_id).order_by("recorded_at", "id"))
