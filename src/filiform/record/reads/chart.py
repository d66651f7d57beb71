"""The chart of one patient: background with its sources, episodes, visits, measures and events, newest first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet, Value

from filiform.clinical.access import Act
from filiform.record import models as m
from filiform.record import within
from filiform.record.actor import Actor
from filiform.record.models.background import Background
from filiform.record.reads import people, visit
from filiform.record.reads.background import newest
from filiform.record.reads.people import PatientLine
from filiform.record.reads.visit import VisitHead
from filiform.record.write import read

VISITS_SHOWN = 20


@dataclass(frozen=True, slots=True)
class BackgroundLine:
    """A problem, medicine, allergy or device, as it came. Empty status or date: unknown, and shown so."""

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
    """The chart of one patient; seven queries whatever it holds."""
    row = within.patient(by, patient_id)
    rows = visit.head_rows().filter(patient=row).order_by("-starts_at")
    kept, refused = _kept(row.id)
    return Chart(
        patient=people.line(row),
        age=people.age_on(row.birth_date, now.date()),
        sex=row.sex,
        email=row.email,
        deceased_said=row.deceased_said,
        background=_background(row.id),
        elsewhere=kept,
        refused=refused,
        episodes=tuple(
            EpisodeLine(e.id, e.problem, e.examined_on, e.ended_at)
            for e in m.Episode.objects.filter(patient=row).order_by("-examined_on")
        ),
        visits=visit.heads(rows[:VISITS_SHOWN], now),
        measures=_measures(row.id),
    )


_COLUMNS = ("text", "code", "status", "verification", "began_said", "ended_said", "source_id", "began_on")
_KINDS: tuple[tuple[str, type[Background]], ...] = (
    ("problem", m.Problem),
    ("medicine", m.Medicine),
    ("allergy", m.Allergy),
    ("device", m.Device),
)


def _background(patient_id: UUID) -> tuple[BackgroundLine, ...]:
    first, *others = (_of_kind(kind, model, patient_id) for kind, model in _KINDS)
    newest_first = sorted(first.union(*others, all=True), key=lambda row: str(row[7] or ""), reverse=True)
    return tuple(
        BackgroundLine(kind, text, code, status, verification, began, ended, imported=source is not None)
        for text, code, status, verification, began, ended, source, _, kind in newest_first
    )


def _of_kind(kind: str, model: type[Background], patient_id: UUID) -> QuerySet[Background, tuple[Any, ...]]:
    rows = newest(model._default_manager.filter(patient_id=patient_id))
    return rows.annotate(kind=Value(kind)).values_list(*_COLUMNS, "kind")  # type: ignore[no-any-return]


def _kept(patient_id: UUID) -> tuple[tuple[tuple[str, int], ...], int]:
    rows = m.ImportedResource.objects.filter(patient_id=patient_id).values_list("resource_type")
    counted = rows.annotate(n=Count("id"), aside=Count("id", filter=~Q(refused_because=""))).order_by("resource_type")
    return tuple((kind, n) for kind, n, _ in counted), sum(aside for *_, aside in counted)


def _measures(patient_id: UUID) -> tuple[MeasureLine, ...]:
    rows = m.Measure.objects.filter(patient_id=patient_id).order_by("recorded_at")
    return tuple(MeasureLine(r.visit_id, r.recorded_at, r.kind, r.moment, r.what, r.side, r.value) for r in rows)
