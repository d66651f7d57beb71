"""What is known of a patient from elsewhere: problems, medicines, allergies, devices, procedures, and their files."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from filiform.clinical.access import Act
from filiform.record import within
from filiform.record.actor import Actor
from filiform.record.incoming import FactKind
from filiform.record.models import Allergy, Device, Import, ImportedResource, Medicine, Patient, Problem, Procedure
from filiform.record.write import internal, read


@dataclass(frozen=True, slots=True)
class Fact:
    """One problem, medicine, allergy, device or procedure, as it came.

    `status` and `verification` are "" when nothing came: show them as unknown, and never read them as active or as
    over. `began_said` may name a year or a month only; `began_on` is None then. `source` is `Condition/<id>` of the
    imported resource, or "" for what was told to staff (`recorded_by`). A medicine's `verification` is its order's
    intent (order, plan, proposal).
    """

    id: UUID
    kind: FactKind
    text: str
    code_system: str
    code: str
    status: str
    verification: str
    began_said: str
    began_on: date | None
    ended_said: str
    ended_on: date | None
    source: str
    recorded_at: datetime
    recorded_by: str


@dataclass(frozen=True, slots=True)
class ImportedFile:
    """A file that was taken in, with the counts of `./filiform import` (`refused` is [[resource, because]])."""

    file_name: str
    at: datetime
    by: str
    created: dict[str, int]
    ignored: dict[str, int]
    refused: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Background:
    problems: tuple[Fact, ...]
    medicines: tuple[Fact, ...]
    allergies: tuple[Fact, ...]
    devices: tuple[Fact, ...]
    procedures: tuple[Fact, ...]
    files: tuple[ImportedFile, ...]

    @property
    def facts(self) -> tuple[Fact, ...]:
        return self.problems + self.medicines + self.allergies + self.devices + self.procedures


@read(Act.READ_CHART, about="patient_id")
def background(*, by: Actor, now: datetime, patient_id: UUID) -> Background:
    """The newest version of everything known; past and present together, for the status says which. Six queries."""
    patient = within.patient(by, patient_id)
    return Background(
        problems=facts_of(patient, FactKind.PROBLEM),
        medicines=facts_of(patient, FactKind.MEDICINE),
        allergies=facts_of(patient, FactKind.ALLERGY),
        devices=facts_of(patient, FactKind.DEVICE),
        procedures=facts_of(patient, FactKind.PROCEDURE),
        files=tuple(_file(row) for row in Import.objects.filter(patient=patient).order_by("recorded_at")),
    )


# Any: the five tables have one shape, which the type of a manager cannot say.
_TABLES: dict[FactKind, Any] = {
    FactKind.PROBLEM: Problem,
    FactKind.MEDICINE: Medicine,
    FactKind.ALLERGY: Allergy,
    FactKind.DEVICE: Device,
    FactKind.PROCEDURE: Procedure,
}


@internal("checked and audited by its callers in the record")
def facts_of(patient: Patient, kind: FactKind) -> tuple[Fact, ...]:
    """The patient's facts of one kind, newest beginning first, without a beginning last.

    See `newest` for what counts."""
    rows = newest(_TABLES[kind].objects.filter(patient=patient)).select_related("source").defer("source__content")
    facts = [_fact(row, kind) for row in rows]
    facts.sort(key=lambda fact: (fact.text, str(fact.id)))
    facts.sort(key=lambda fact: fact.began_on or date.min, reverse=True)
    return tuple(facts)


@internal("a filter for other reads of the record")
def newest(rows: Any) -> Any:
    """Those of `rows` (a queryset of one of the five tables) whose source did not come again with other content.

    A newer version that could not be read (kept aside) does not hide the older.
    """
    newer = ImportedResource.objects.filter(
        patient=OuterRef("patient"),
        resource_type=OuterRef("source__resource_type"),
        source_id=OuterRef("source__source_id"),
        version__gt=OuterRef("source__version"),
        refused_because="",
    )
    return rows.filter(Q(source__isnull=True) | ~Exists(newer))


def _fact(row: Any, kind: FactKind) -> Fact:
    return Fact(
        id=row.id,
        kind=kind,
        text=row.text,
        code_system=row.code_system,
        code=row.code,
        status=row.status,
        verification=row.verification,
        began_said=row.began_said,
        began_on=row.began_on,
        ended_said=row.ended_said,
        ended_on=row.ended_on,
        source=f"{row.source.resource_type}/{row.source.source_id}" if row.source else "",
        recorded_at=row.recorded_at,
        recorded_by=row.recorded_by,
    )


def _file(row: Import) -> ImportedFile:
    return ImportedFile(
        file_name=row.file_name,
        at=row.recorded_at,
        by=row.recorded_by,
        created=dict(row.counts["created"]),
        ignored=dict(row.counts["ignored"]),
        refused=tuple((resource, because) for resource, because in row.counts["refused"]),
    )
