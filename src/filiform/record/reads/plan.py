"""The plan of a visit's episode, the decision of the visit, and how the visits so far went."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from filiform.clinical.access import Act
from filiform.record import gathered, measured
from filiform.record import models as m
from filiform.record.actor import Actor
from filiform.record.gathered import Row
from filiform.record.measured import Measured
from filiform.record.reads import visit as visits
from filiform.record.reads.visit import VisitHead
from filiform.record.whole import PLAN
from filiform.record.write import read


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
    """One visit of the episode with what was measured at it; nothing measured, too, is a visit that was had."""

    visit_id: UUID
    starts_at: datetime
    measured: Measured


@dataclass(frozen=True, slots=True)
class Sheet:
    """Everything the plan page shows. `others` are the patient's open episodes while the visit has none."""

    head: VisitHead
    today: date  # by the practice's clock
    episode: EpisodeInfo | None
    others: tuple[EpisodeInfo, ...]
    plan: PlanInfo | None
    decision: DecisionInfo | None
    outcomes: tuple[VisitOutcome, ...]  # oldest first; the visits of the episode, or of the patient without one


@read(Act.READ_CHART, about="visit_id")
def sheet(*, by: Actor, now: datetime, visit_id: UUID) -> Sheet:
    """Plan, decision and outcomes around one visit; four queries."""
    head = visits.inside(by, now, visit_id)
    rows = gathered.gather(_parts(head))
    episodes = tuple(_episode(row) for row in sorted(rows["episode"], key=lambda row: str(row["examined_on"])))
    zone = ZoneInfo(rows["practice"][0]["time_zone"])
    return Sheet(
        head=head,
        today=now.astimezone(zone).date(),
        episode=next((one for one in episodes if one.id == head.episode_id), None),
        others=() if head.episode_id else episodes[::-1],
        plan=_plan(rows["plan"]),
        decision=_decision(gathered.newest(rows["decision"])),
        outcomes=_outcomes(head, rows["visit"]),
    )


def _parts(head: VisitHead) -> dict[str, tuple[QuerySet[Any], Sequence[str]]]:
    episodes = m.Episode.objects.filter(patient_id=head.patient_id)
    had = m.Visit.objects.filter(patient_id=head.patient_id, starts_at__lte=head.starts_at, arrived_at__isnull=False)
    if head.episode_id is None:
        episodes = episodes.filter(ended_at__isnull=True)
    return {
        "practice": (m.Practice.objects.filter(places=head.place_id), ("time_zone",)),
        "visit": (had.filter(episode_id=head.episode_id) if head.episode_id else had.none(), ("id", "starts_at")),
        "episode": (episodes, ("id", "problem", "examined_on")),
        "plan": (m.Plan.objects.filter(episode__visits=head.visit_id), PLAN),
        "decision": (m.Decision.objects.filter(visit_id=head.visit_id), ("number", "recorded_at", "kind", "because")),
    }


def _episode(row: Row) -> EpisodeInfo:
    return EpisodeInfo(UUID(str(row["id"])), row["problem"], gathered.day(row["examined_on"]))


def _plan(rows: Sequence[Row]) -> PlanInfo | None:
    row = max(rows, key=lambda one: (str(one["recorded_at"]), int(one["number"])), default=None)
    if row is None:
        return None
    return PlanInfo(
        visit_id=UUID(str(row["visit_id"])),
        number=row["number"],
        written_at=gathered.at(row["recorded_at"]),
        goals=tuple(gathered.structure(row["goals"])),
        visits=row["visits"],
        frequency=row["frequency"],
        active_treatments=tuple(gathered.structure(row["active_treatments"])),
        source_of_pain=row["source_of_pain"],
        needling_can=row["needling_can"],
        needling_cannot=row["needling_cannot"],
        home_programme=row["home_programme"],
        recheck_on=gathered.day(row["recheck_on"]),
    )


def _decision(row: Row | None) -> DecisionInfo | None:
    if row is None:
        return None
    return DecisionInfo(row["number"], gathered.at(row["recorded_at"]), row["kind"], row["because"])


def _outcomes(head: VisitHead, had: Sequence[Row]) -> tuple[VisitOutcome, ...]:
    """The visits with measures, and those of the episode at which the patient was there and nothing was measured."""
    rows = m.Measure.objects.filter(patient_id=head.patient_id, visit__starts_at__lte=head.starts_at)
    if head.episode_id is not None:
        rows = rows.filter(visit__episode_id=head.episode_id)
    found = list(rows.select_related("visit").order_by("recorded_at", "id"))
    starts = {UUID(str(row["id"])): gathered.at(row["starts_at"]) for row in had}
    starts |= {row.visit_id: row.visit.starts_at for row in found}
    return tuple(
        VisitOutcome(key, starts[key], measured.of_visit(key, found))
        for key in sorted(starts, key=lambda one: starts[one])
    )
