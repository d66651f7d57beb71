"""The plan of a visit's episode, the decision of the visit, and how the visits so far went."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
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
class EpisodeInfo:
    id: UUID
    problem: str
    examined_on: date


@dataclass(frozen=True, slots=True)
class PlanInfo:
    """The newest plan of the episode. `number` is its number in the visit at which it was written."""

    visit_id: UUID
    number: int
    written_at: datetime
    goals: tuple[str, ...]
    visits: int
    frequency: str
    active_treatments: tuple[str, ...]
    source_of_pain: str
    needling_can: str
    needling_cannot: str
    home_programme: str
    recheck_on: date


@dataclass(frozen=True, slots=True)
class DecisionInfo:
    number: int
    at: datetime
    kind: str
    because: str


@dataclass(frozen=True, slots=True)
class VisitOutcome:
    """One visit of the episode with what was measured at it."""

    visit_id: UUID
    starts_at: datetime
    measured: Measured


@dataclass(frozen=True, slots=True)
class Sheet:
    """Everything the plan page shows. `others` are the patient's open episodes while the visit has none."""

    head: VisitHead
    episode: EpisodeInfo | None
    others: tuple[EpisodeInfo, ...]
    plan: PlanInfo | None
    decision: DecisionInfo | None
    outcomes: tuple[VisitOutcome, ...]  # oldest first; the visits of the episode, or of the patient without one


@read(Act.READ_CHART, about="visit_id")
def sheet(*, by: Actor, now: datetime, visit_id: UUID) -> Sheet:
    """Plan, decision and outcomes around one visit; seven queries."""
    head = visits.inside(by, now, visit_id)
    episodes = _episodes(head.patient_id)
    return Sheet(
        head=head,
        episode=next((one for one in episodes if one.id == head.episode_id), None),
        others=() if head.episode_id else episodes,
        plan=plan_of(head),
        decision=decision_of(head),
        outcomes=_outcomes(head),
    )


@internal("checked and audited by its callers in the record")
def plan_of(head: VisitHead) -> PlanInfo | None:
    """The newest plan of the visit's episode, or None."""
    if head.episode_id is None:
        return None
    row = m.Plan.objects.filter(episode_id=head.episode_id).order_by("-recorded_at", "-number").first()
    if row is None:
        return None
    return PlanInfo(
        visit_id=row.visit_id,
        number=row.number,
        written_at=row.recorded_at,
        goals=tuple(row.goals),
        visits=row.visits,
        frequency=row.frequency,
        active_treatments=tuple(row.active_treatments),
        source_of_pain=row.source_of_pain,
        needling_can=row.needling_can,
        needling_cannot=row.needling_cannot,
        home_programme=row.home_programme,
        recheck_on=row.recheck_on,
    )


@internal("checked and audited by its callers in the record")
def decision_of(head: VisitHead) -> DecisionInfo | None:
    """The newest decision of the visit, or None."""
    if not head.decided:
        return None
    row = m.Decision.objects.filter(visit_id=head.visit_id).order_by("-number").first()
    return DecisionInfo(row.number, row.recorded_at, row.kind, row.because) if row else None


@internal("checked and audited by its callers in the record")
def episode_of(head: VisitHead) -> EpisodeInfo | None:
    """The visit's episode, or None."""
    if head.episode_id is None:
        return None
    row = m.Episode.objects.filter(pk=head.episode_id).first()
    return EpisodeInfo(row.pk, row.problem, row.examined_on) if row else None


def _episodes(patient_id: UUID) -> tuple[EpisodeInfo, ...]:
    rows = m.Episode.objects.filter(patient_id=patient_id, ended_at__isnull=True).order_by("-examined_on", "id")
    return tuple(EpisodeInfo(row.pk, row.problem, row.examined_on) for row in rows)


def _outcomes(head: VisitHead) -> tuple[VisitOutcome, ...]:
    rows = m.Visit.objects.filter(patient_id=head.patient_id, starts_at__lte=head.starts_at)
    if head.episode_id is not None:
        rows = rows.filter(episode_id=head.episode_id)
    starts = dict(rows.order_by("starts_at").values_list("pk", "starts_at"))
    every = measured.by_visit(measured.rows_of(head.patient_id))
    return tuple(VisitOutcome(key, starts[key], every[key]) for key in starts if key in every)
