"""Pain drawings: the patient's own by link, and those of all visits beside each other."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import OuterRef, Subquery

from filiform.clinical.access import Act
from filiform.clinical.pain_drawing import Area
from filiform.record import drawn, within
from filiform.record import models as m
from filiform.record.actor import Actor
from filiform.record.models.book import VisitState
from filiform.record.reads import people
from filiform.record.reads.follow import Face
from filiform.record.reads.people import PatientLine
from filiform.record.visiting import BEGUN, still_open
from filiform.record.write import NotFound, Refused, internal, read

SHOWN = 40  # drawings of one patient, newest first


@dataclass(frozen=True, slots=True)
class Drawn:
    """One drawing. `finished`: the patient said that this is all; None when staff drew or nobody asked."""

    visit_id: UUID
    starts_at: datetime
    number: int
    at: datetime
    by_patient: bool
    finished: bool | None
    areas: tuple[Area, ...]

    @property
    def nothing_hurts(self) -> bool:
        """Whether it says that nothing hurts. An empty drawing that the patient has not finished says nothing."""
        return not self.areas and self.finished is not False


@dataclass(frozen=True, slots=True)
class OwnDrawing(Face):
    """What a patient's own drawing page needs. `closed`: why nothing can be changed any more; "" while it can."""

    given: str
    visit_id: UUID
    starts_at: datetime
    seen: int
    drawn: Drawn | None
    closed: str

    @property
    def areas(self) -> tuple[Area, ...]:
        """The marked places, head to foot."""
        return self.drawn.areas if self.drawn else ()


@dataclass(frozen=True, slots=True)
class Drawings:
    """The newest drawing of each visit that has one, newest visit first."""

    patient: PatientLine
    age: int | None
    drawings: tuple[Drawn, ...]


@dataclass(frozen=True, slots=True)
class LinkFor:
    """A visit for which a link may be made. `closed`: why not; "" when it may."""

    visit_id: UUID
    patient_id: UUID
    name: str
    starts_at: datetime
    closed: str


@read(Act.READ_OWN_LINK, about="link_id")
def own_drawing(*, by: Actor, now: datetime, link_id: UUID) -> OwnDrawing:
    """The drawing that a patient's opened link is for. NotFound for another patient's link or one that has ended."""
    if by.patient is None:
        raise NotFound("pain drawing")
    rows = m.PatientLink.objects.select_related("patient__practice", "visit")
    link = rows.filter(pk=link_id, patient_id=by.patient, purpose="draw", expires_at__gt=now).first()
    if link is None:
        raise NotFound("pain drawing")
    newest = m.PainDrawing.objects.filter(visit=link.visit).order_by("-number").first()
    practice = link.patient.practice
    return OwnDrawing(
        practice=practice.name,
        phone=practice.phone,
        emergency_number=practice.emergency_number,
        given=link.patient.given.split(" ")[0],
        visit_id=link.visit_id,
        starts_at=link.visit.starts_at,
        seen=newest.number if newest else 0,
        drawn=of_row(newest, link.visit.starts_at) if newest else None,
        closed=_closed(link.visit),
    )


@read(Act.READ_CHART, about="patient_id")
def of_patient(*, by: Actor, now: datetime, patient_id: UUID) -> Drawings:
    """The drawings of a patient, the newest of each visit; two queries."""
    row = within.patient(by, patient_id)
    newest = m.PainDrawing.objects.filter(visit=OuterRef("visit")).order_by("-number").values("number")[:1]
    rows = m.PainDrawing.objects.filter(patient=row, number=Subquery(newest)).select_related("visit")
    return Drawings(
        patient=people.line(row),
        age=people.age_on(row.birth_date, now.date()),
        drawings=tuple(of_row(one, one.visit.starts_at) for one in rows.order_by("-visit__starts_at", "id")[:SHOWN]),
    )


@read(Act.READ_CONTACT, about="visit_id")
def link_for(*, by: Actor, now: datetime, visit_id: UUID) -> LinkFor:
    """Whom a link to draw would be for, and why none can be made; nothing clinical."""
    visit = within.visit(by, visit_id)
    name = people.line(visit.patient).name
    closed = _closed(visit)
    if not closed and visit.patient.birth_date is None:
        closed = "The birth date is not known, so the patient could not open the link. Register it first."
    return LinkFor(visit.id, visit.patient_id, name, visit.starts_at, closed)


@internal("pure")
def of_row(row: m.PainDrawing, starts_at: datetime) -> Drawn:
    """One row as a drawing."""
    return Drawn(
        visit_id=row.visit_id,
        starts_at=starts_at,
        number=row.number,
        at=row.recorded_at,
        by_patient=row.recorded_by.startswith("patient:"),
        finished=row.finished,
        areas=drawn.from_json(row.areas),
    )


def _closed(visit: m.Visit) -> str:
    """Why the patient can no longer draw for this visit; "" while they can."""
    try:
        still_open(visit)
    except Refused:
        over = {
            VisitState.CANCELLED.value: "This visit was cancelled.",
            VisitState.MISSED.value: "The time of this visit has passed.",
        }
        return over.get(visit.state, "This visit is over.")
    return BEGUN if m.Session.objects.filter(visit=visit).exists() else ""
