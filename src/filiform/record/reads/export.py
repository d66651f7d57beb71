"""Everything of one patient that leaves as FHIR: typed, nested by visit, from the rows of the record."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypeVar
from uuid import UUID

from filiform.clinical import needle
from filiform.clinical.access import Act
from filiform.record import models as m
from filiform.record import within
from filiform.record.actor import Actor
from filiform.record.incoming import FactKind
from filiform.record.reads.background import Fact, facts_of
from filiform.record.reads.needle import folded
from filiform.record.write import internal, read

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A row that somebody wrote: `recorded_by` is an actor id. Further fields have the names of the row's columns."""

    id: UUID
    recorded_at: datetime
    recorded_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ScreeningPart(Part):
    answers: Any
    result: Any
    disposition: str
    cleared: bool
    profile: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DoctorAnswerPart(Part):
    condition: str
    asked: str
    answered_by: str
    answered_on: date
    verdict: str
    limits: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentPart(Part):
    sites: list[dict[str, Any]]
    text_version: str
    text_hash: str
    pleural_risk_told: bool
    signed_by: str
    withdrawn_at: datetime | None
    withdrawn_because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawingPart(Part):
    """`finished` is False while a patient was still drawing by link; None when staff drew."""

    areas: list[dict[str, Any]]
    finished: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SpotPart(Part):
    """Where a pressed point is on the figure, in units of the neutral build; `view` is "" when it was taken back."""

    number: int
    view: str
    x: Decimal
    y: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class PalpationPart(Part):
    muscle: str
    side: str
    taut_band: bool | None
    tenderness: int | None
    familiar_pain: bool | None
    twitch: bool | None
    spots: tuple[SpotPart, ...]  # where it was put and moved to, oldest first


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionPart:
    id: UUID
    opened_at: datetime
    closed_at: datetime | None
    practitioner_id: UUID
    place_id: UUID
    room: str
    state: needle.State


@dataclass(frozen=True, slots=True, kw_only=True)
class TreatmentPart(Part):
    kind: str
    detail: str
    minutes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasurePart(Part):
    kind: str
    moment: str
    what: str
    side: str
    value: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanPart(Part):
    episode_id: UUID
    goals: list[str]
    visits: int
    frequency: str
    active_treatments: list[str]
    source_of_pain: str
    needling_can: str
    needling_cannot: str
    home_programme: str
    recheck_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionPart(Part):
    kind: str
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerPart(Part):
    hours: int
    answers: Any
    queue: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AdverseEventPart(Part):
    what: str
    began_hours_after: Decimal | None
    lasted_hours: Decimal | None
    treatment_needed: str
    function_lost: bool | None
    admitted: bool | None
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AmendmentPart(Part):
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NotePart(Part):
    content: Any
    content_hash: str
    added_words: str
    amendments: tuple[AmendmentPart, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class EpisodePart(Part):
    practitioner_id: UUID
    problem: str
    examined_on: date
    ended_at: datetime | None
    ended_because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitPart(Part):
    """A visit with all its steps; each series oldest first."""

    starts_at: datetime
    ends_at: datetime
    state: str
    reason: str
    arrived_at: datetime | None
    place_id: UUID
    practitioner_id: UUID
    episode_id: UUID | None
    screenings: tuple[ScreeningPart, ...]
    consents: tuple[ConsentPart, ...]
    drawings: tuple[DrawingPart, ...]
    palpations: tuple[PalpationPart, ...]
    session: SessionPart | None
    treatments: tuple[TreatmentPart, ...]
    measures: tuple[MeasurePart, ...]
    plans: tuple[PlanPart, ...]
    decisions: tuple[DecisionPart, ...]
    answers: tuple[AnswerPart, ...]
    adverse_events: tuple[AdverseEventPart, ...]
    note: NotePart | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PatientPart(Part):
    practice_id: UUID
    family: str
    given: str
    birth_date: date | None
    birth_date_said: str
    sex: str
    phone: str
    email: str
    deceased_said: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SourcePart:
    """An imported resource, its newest version; `content` is its JSON as it came."""

    resource_type: str
    source_id: str
    full_url: str
    content: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacePart:
    id: UUID
    name: str
    address: str
    phone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonPart:
    id: UUID
    name: str
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PatientExport:
    """One patient's record. `facts` are those told to staff here; the imported ones are among `sources`."""

    patient: PatientPart
    practice: PlacePart
    places: tuple[PlacePart, ...]
    people: tuple[PersonPart, ...]
    sources: tuple[SourcePart, ...]
    facts: tuple[Fact, ...]
    doctor_answers: tuple[DoctorAnswerPart, ...]
    episodes: tuple[EpisodePart, ...]
    visits: tuple[VisitPart, ...]


@read(Act.EXPORT_RECORD, about="patient_id")
def patient_export(*, by: Actor, now: datetime, patient_id: UUID) -> PatientExport:
    """Everything of one patient, in about 25 queries whatever the number of visits."""
    row = within.patient(by, patient_id)
    practice = row.practice
    return PatientExport(
        patient=part(PatientPart, row),
        practice=PlacePart(id=practice.id, name=practice.name, address="", phone=practice.phone),
        places=tuple(part(PlacePart, one) for one in m.Place.objects.filter(practice=practice).order_by("name")),
        people=tuple(part(PersonPart, one) for one in m.Practitioner.objects.filter(practice=practice)),
        sources=_sources(row),
        facts=tuple(fact for kind in FactKind for fact in facts_of(row, kind) if not fact.source),
        doctor_answers=_parts(DoctorAnswerPart, m.DoctorAnswer.objects.filter(patient=row)),
        episodes=_parts(EpisodePart, m.Episode.objects.filter(patient=row)),
        visits=_visits(row),
    )


@internal("pure helper of the record")
def part(cls: type[T], row: Any, **more: Any) -> T:
    """A `cls` from the columns of `row` that have the names of its fields, and from `more`."""
    named = {field.name: getattr(row, field.name) for field in fields(cls) if field.name not in more}  # type: ignore[arg-type]
    return cls(**named, **more)


def _parts(cls: type[T], rows: Iterable[Any]) -> tuple[T, ...]:
    return tuple(part(cls, row) for row in sorted(rows, key=lambda row: (row.recorded_at, str(row.id))))


def _sources(patient: m.Patient) -> tuple[SourcePart, ...]:
    """The newest version of each that could be read, in order of type and id."""
    rows = m.ImportedResource.objects.filter(patient=patient, refused_because="").order_by("version")
    newest = {(row.resource_type, row.source_id): row for row in rows}
    return tuple(part(SourcePart, newest[key]) for key in sorted(newest))


def _visits(patient: m.Patient) -> tuple[VisitPart, ...]:
    steps = _steps(patient)
    sessions, notes = _one_each(patient)
    made = []
    for row in m.Visit.objects.filter(patient=patient).order_by("starts_at"):
        series = {name: tuple(of_visit.get(row.id, ())) for name, of_visit in steps.items()}
        made.append(part(VisitPart, row, session=sessions.get(row.id), note=notes.get(row.id), **series))
    return tuple(made)


def _steps(patient: m.Patient) -> dict[str, Mapping[UUID, list[Any]]]:
    """Field of VisitPart to the parts of each visit."""
    mine = {"visit__patient": patient}
    return {
        "screenings": _by_visit(ScreeningPart, m.Screening.objects.filter(**mine)),
        "consents": _consents(m.Consent.objects.filter(**mine).select_related("withdrawal")),
        "drawings": _by_visit(DrawingPart, m.PainDrawing.objects.filter(**mine)),
        "palpations": _palpations(m.Palpation.objects.filter(**mine).prefetch_related("places")),
        "treatments": _by_visit(TreatmentPart, m.Treatment.objects.filter(**mine)),
        "measures": _by_visit(MeasurePart, m.Measure.objects.filter(**mine)),
        "plans": _by_visit(PlanPart, m.Plan.objects.filter(**mine)),
        "decisions": _by_visit(DecisionPart, m.Decision.objects.filter(**mine)),
        "answers": _answers(m.FollowUpAnswer.objects.filter(follow_up__patient=patient).select_related("follow_up")),
        "adverse_events": _by_visit(AdverseEventPart, m.AdverseEvent.objects.filter(**mine)),
    }


def _by_visit(cls: type[T], rows: Iterable[Any]) -> Mapping[UUID, list[T]]:
    grouped: dict[UUID, list[T]] = {}
    for row in sorted(rows, key=lambda row: (row.recorded_at, str(row.id))):
        grouped.setdefault(row.visit_id, []).append(part(cls, row))
    return grouped


def _palpations(rows: Iterable[m.Palpation]) -> Mapping[UUID, list[PalpationPart]]:
    grouped: dict[UUID, list[PalpationPart]] = {}
    for row in sorted(rows, key=lambda row: (row.recorded_at, str(row.id))):
        grouped.setdefault(row.visit_id, []).append(part(PalpationPart, row, spots=_parts(SpotPart, row.places.all())))
    return grouped


def _consents(rows: Iterable[m.Consent]) -> Mapping[UUID, list[ConsentPart]]:
    grouped: dict[UUID, list[ConsentPart]] = {}
    for row in sorted(rows, key=lambda row: row.number):
        withdrawal = getattr(row, "withdrawal", None)
        made = part(
            ConsentPart,
            row,
            withdrawn_at=withdrawal.recorded_at if withdrawal else None,
            withdrawn_because=withdrawal.because if withdrawal else "",
        )
        grouped.setdefault(row.visit_id, []).append(made)
    return grouped


def _answers(rows: Iterable[m.FollowUpAnswer]) -> Mapping[UUID, list[AnswerPart]]:
    grouped: dict[UUID, list[AnswerPart]] = {}
    for row in sorted(rows, key=lambda row: (row.recorded_at, str(row.id))):
        made = part(AnswerPart, row, hours=row.follow_up.hours)
        grouped.setdefault(row.follow_up.visit_id, []).append(made)
    return grouped


def _one_each(patient: m.Patient) -> tuple[dict[UUID, SessionPart], dict[UUID, NotePart]]:
    """Session and note by visit."""
    sessions = m.Session.objects.filter(patient=patient).select_related("room").prefetch_related("events")
    notes = m.Note.objects.filter(patient=patient).prefetch_related("amendments")
    return (
        {
            row.visit_id: part(
                SessionPart, row, room=row.room.name, state=folded(event.body for event in row.events.all())
            )
            for row in sessions
        },
        {row.visit_id: part(NotePart, row, amendments=_parts(AmendmentPart, row.amendments.all())) for row in notes},
    )
