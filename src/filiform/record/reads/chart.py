"""The chart of one patient: background with its sources, episodes, visits, measures and events, newest first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from filiform.clinical.access import Act
from filiform.record import models as m
from filiform.record import within
from filiform.record.actor import Actor
from filiform.record.gathered import Row, at, day, gather, in_order, maybe_at, number
from filiform.record.models.background import Background
from filiform.record.reads import people, visit
from filiform.record.reads.background import newest
from filiform.record.reads.people import PatientLine
from filiform.record.reads.visit import VisitHead
from filiform.record.write import read

VISITS_SHOWN = 20


@dataclass(frozen=True, slots=True)
class BackgroundLine:
    """A problem, medicine, allergy, device or procedure, as it came. Empty status or date: unknown, and shown so."""

    kind: str
    text: str
    code: str
    status: str
    verification: str
    began_said: str
    ended_said: str
    imported: bool


@dataclass(frozen=True, slots=True)
class MeasureLine:
    visit_id: UUID
    at: datetime
    kind: str
    moment: str
    what: str
    side: str
    value: Decimal


@dataclass(frozen=True, slots=True)
class EpisodeLine:
    id: UUID
    problem: str
    examined_on: date
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class Chart:
    patient: PatientLine
    age: int | None
    sex: str
    email: str
    deceased_said: str
    background: tuple[BackgroundLine, ...]
    elsewhere: tuple[tuple[str, int], ...]  # kept source resources by type
    refused: int  # imported resources kept aside, unread
    episodes: tuple[EpisodeLine, ...]
    visits: tuple[VisitHead, ...]
    measures: tuple[MeasureLine, ...]


@read(Act.READ_CHART, about="patient_id")
def chart(*, by: Actor, now: datetime, patient_id: UUID) -> Chart:
    """The chart of one patient; five queries whatever it holds."""
    row = within.patient(by, patient_id)
    rows = visit.head_rows().filter(patient=row).order_by("-starts_at")
    kept, refused = _kept(row.id)
    found = gather(_parts(row.id))
    return Chart(
        patient=people.line(row),
        age=people.age_on(row.birth_date, now.date()),
        sex=row.sex,
        email=row.email,
        deceased_said=row.deceased_said,
        background=_background(found),
        elsewhere=kept,
        refused=refused,
        episodes=tuple(map(_episode, sorted(found["episode"], key=lambda e: str(e["examined_on"]), reverse=True))),
        visits=visit.heads(rows[:VISITS_SHOWN], now),
        measures=tuple(map(_measure, in_order(found["measure"]))),
    )


_COLUMNS = ("text", "code", "status", "verification", "began_said", "ended_said", "source_id", "began_on")
_KINDS: Mapping[str, type[Background]] = {
    "problem": m.Problem,
    "medicine": m.Medicine,
    "allergy": m.Allergy,
    "device": m.Device,
    "procedure": m.Procedure,
}


def _parts(patient_id: UUID) -> dict[str, tuple[QuerySet[Any], Sequence[str]]]:
    """What of the chart is gathered in one query: background, episodes and measures."""
    background = {
        kind: (newest(model._default_manager.filter(patient_id=patient_id)), _COLUMNS) for kind, model in _KINDS.items()
    }
    return {
        **background,
        "episode": (m.Episode.objects.filter(patient_id=patient_id), ("id", "problem", "examined_on", "ended_at")),
        "measure": (
            m.Measure.objects.filter(patient_id=patient_id),
            ("visit_id", "recorded_at", "kind", "moment", "what", "side", "value"),
        ),
    }


def _background(found: Mapping[str, list[Row]]) -> tuple[BackgroundLine, ...]:
    """Every kind together, the newest beginning first; without a date last."""
    lines = [(kind, row) for kind in _KINDS for row in found[kind]]
    lines.sort(key=lambda line: str(line[1]["began_on"] or ""), reverse=True)
    return tuple(_background_line(kind, row) for kind, row in lines)


def _background_line(kind: str, row: Row) -> BackgroundLine:
    return BackgroundLine(
        kind=kind,
        text=row["text"],
        code=row["code"],
        status=row["status"],
        verification=row["verification"],
        began_said=row["began_said"],
        ended_said=row["ended_said"],
        imported=row["source_id"] is not None,
    )


def _episode(row: Row) -> EpisodeLine:
    return EpisodeLine(UUID(row["id"]), row["problem"], day(row["examined_on"]), maybe_at(row["ended_at"]))


def _measure(row: Row) -> MeasureLine:
    return MeasureLine(
        UUID(row["visit_id"]),
        at(row["recorded_at"]),
        row["kind"],
        row["moment"],
        row["what"],
        row["side"],
        number(row["value"]),
    )


def _kept(patient_id: UUID) -> tuple[tuple[tuple[str, int], ...], int]:
    rows = m.ImportedResource.objects.filter(patient_id=patient_id).values_list("resource_type")
    counted = rows.annotate(n=Count("id"), aside=Count("id", filter=~Q(refused_because=""))).order_by("resource_type")
    return tuple((kind, n) for kind, n, _ in counted), sum(aside for *_, aside in counted)
