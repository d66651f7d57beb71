"""Taking in another system's record, and what a patient tells about her background."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError
from django.db.models import Model

from filiform.clinical.access import Act
from filiform.clinical.terms import Block
from filiform.record import audit, names, within
from filiform.record.actor import Actor
from filiform.record.incoming import (
    FactKind,
    IncomingBundle,
    IncomingFact,
    IncomingPatient,
    IncomingResource,
    RefusedResource,
)
from filiform.record.models import (
    Allergy,
    Device,
    Import,
    ImportedResource,
    Medicine,
    Patient,
    Place,
    Problem,
    Procedure,
)
from filiform.record.write import Refused, Stale, write

# Any: the five tables have one shape, which the type of a manager cannot say.
_TABLES: dict[FactKind, Any] = {
    FactKind.PROBLEM: Problem,
    FactKind.MEDICINE: Medicine,
    FactKind.ALLERGY: Allergy,
    FactKind.DEVICE: Device,
    FactKind.PROCEDURE: Procedure,
}
_BATCH = 500
_NAME_KEY, _BECAUSE, _FILE_NAME = 260, 500, 255  # columns


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What became of one file. Counts are by resource type; every type that was read is in both, with 0 where none."""

    patient_id: UUID
    name: str
    created: dict[str, int]
    unchanged: dict[str, int]
    ignored: dict[str, int]
    refused: tuple[RefusedResource, ...]


@write(Act.ADD_BACKGROUND)
def add_background(
    *,
    by: Actor,
    now: datetime,
    patient_id: UUID,
    kind: FactKind,
    text: str,
    status: str = "",
    began_said: str = "",
    began_on: date | None = None,
) -> UUID:
    """Write down a problem, medicine, allergy, device or procedure that the patient told; its id. Refused if empty.

    `status` is "active", "resolved" ... or "" when nobody knows; `began_said` is the patient's own words.
    """
    patient = within.patient(by, patient_id)
    if not text.strip():
        raise Refused(Block("background.text_missing", f"Say what {kind.value} it is."))
    if began_on is not None and began_on > now.date():
        raise Refused(Block("background.began_on", "The day it began cannot be in the future."))
    row = _TABLES[kind].objects.create(
        patient=patient,
        text=text.strip(),
        status=status,
        began_said=began_said or (began_on.isoformat() if began_on else ""),
        began_on=began_on,
        recorded_at=now,
        recorded_by=by.id,
    )
    audit.leave(by=by, at=now, act=Act.ADD_BACKGROUND, about=patient.id, detail={"row": str(row.id)})
    identity: UUID = row.id
    return identity


@write(Act.IMPORT_RECORD)
def import_bundle(*, by: Actor, now: datetime, place_id: UUID, bundle: IncomingBundle) -> ImportResult:
    """Store what `bundle` holds that is not held already; a new patient belongs to the place `place_id`.

    The same content again changes nothing. Changed content under a known id is a further version, counted as created;
    older versions stay. Refused: a birth date in the future, an id that is held for somebody else.
    """
    place = within.place(by, place_id)
    _check_birth(bundle.patient, now)
    patient = _held_patient(place, bundle.patient)
    try:
        if patient is None:
            patient = _new_patient(by, now, place, bundle.patient)
            held = _Held(set(), {})
        else:
            held = _held(patient)
        fresh = [one for one in bundle.resources if _key(one) not in held.contents]
        if fresh:
            _store(by, now, patient, bundle, fresh, held)
    except IntegrityError:  # somebody else took in the same record at the same moment
        raise Stale("patient's imported record") from None
    audit.leave(
        by=by, at=now, act=Act.IMPORT_RECORD, about=patient.id, detail={"file": bundle.file_hash, "new": len(fresh)}
    )
    return _result(patient, bundle, fresh)


def _check_birth(incoming: IncomingPatient, now: datetime) -> None:
    if incoming.birth.day is not None and incoming.birth.day > now.date():
        because = "The patient's birth date is in the future. Ask the sender; nothing of this file was stored."
        raise Refused(Block("import.birth_date", because))


def _held_patient(place: Place, incoming: IncomingPatient) -> Patient | None:
    """The patient who came under this id before, or whose own record this is. Never found by name."""
    rows = Patient.objects.filter(practice_id=place.practice_id)
    row = rows.filter(source_system=incoming.source_system, source_id=incoming.source_id).first()
    own = _uuid(incoming.source_id) if incoming.source_system == "urn:uuid" else None
    if row is None and own is not None:
        row = rows.filter(pk=own, source_id="").first()
    if row is not None and incoming.weak and _contradicts(row, incoming):
        because = (
            f"The id Patient/{incoming.source_id} is held for a person with another name or birth date, and nothing in "
            "the file says which hospital it comes from. Ask the sender for a file with full addresses or identifiers."
        )
        raise Refused(Block("import.other_person", because))
    return row


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _contradicts(row: Patient, incoming: IncomingPatient) -> bool:
    other_name = names.name_key(incoming.family, incoming.given)[:_NAME_KEY] != row.name_key
    return other_name or incoming.birth.text != row.birth_date_said


def _new_patient(by: Actor, now: datetime, place: Place, incoming: IncomingPatient) -> Patient:
    return Patient.objects.create(
        practice_id=place.practice_id,
        place=place,
        family=incoming.family,
        given=incoming.given,
        name_key=names.name_key(incoming.family, incoming.given)[:_NAME_KEY],
        birth_date=incoming.birth.day,
        birth_date_said=incoming.birth.text,
        sex=incoming.sex,
        phone=incoming.phone,
        email=incoming.email,
        deceased_said=incoming.deceased,
        source_system=incoming.source_system,
        source_id=incoming.source_id,
        recorded_at=now,
        recorded_by=by.id,
    )


@dataclass(frozen=True, slots=True)
class _Held:
    """What is held of a patient: every content by (type, id, hash), and the newest version by (type, id)."""

    contents: set[tuple[str, str, str]]
    versions: dict[tuple[str, str], int]


def _held(patient: Patient) -> _Held:
    rows = ImportedResource.objects.filter(patient=patient).values_list(
        "resource_type", "source_id", "content_hash", "version"
    )
    held = _Held(set(), {})
    for kind, identity, digest, version in rows:
        held.contents.add((kind, identity, digest))
        held.versions[kind, identity] = max(version, held.versions.get((kind, identity), 0))
    return held


def _key(one: IncomingResource) -> tuple[str, str, str]:
    return one.resource_type, one.source_id, one.content_hash


def _store(
    by: Actor, now: datetime, patient: Patient, bundle: IncomingBundle, fresh: list[IncomingResource], held: _Held
) -> None:
    stamp = {"recorded_at": now, "recorded_by": by.id}
    taken_in = Import.objects.create(
        practice_id=patient.practice_id,
        patient=patient,
        file_name=bundle.file_name[-_FILE_NAME:],
        file_hash=bundle.file_hash,
        counts={
            "created": _counted(fresh),
            "ignored": dict(bundle.ignored),
            "refused": [[one.resource, one.because] for one in bundle.refused],
        },
        **stamp,
    )
    rows = [
        ImportedResource(
            patient=patient,
            taken_in=taken_in,
            resource_type=one.resource_type,
            source_id=one.source_id,
            full_url=one.full_url,
            content_hash=one.content_hash,
            content=one.content,
            version=held.versions.get((one.resource_type, one.source_id), 0) + 1,
            refused_because=one.refused_because[:_BECAUSE],
            **stamp,
        )
        for one in fresh
    ]
    ImportedResource.objects.bulk_create(rows, batch_size=_BATCH)
    _store_facts(by, now, patient, [(one.fact, row) for one, row in zip(fresh, rows, strict=True) if one.fact])


def _store_facts(
    by: Actor, now: datetime, patient: Patient, facts: list[tuple[IncomingFact, ImportedResource]]
) -> None:
    for kind, table in _TABLES.items():
        of_kind = [(fact, source) for fact, source in facts if fact.kind is kind]
        own = _own_ids(table, patient) if of_kind else set()
        rows = [
            table(
                patient=patient,
                source=source,
                text=fact.text,
                code_system=fact.code_system,
                code=fact.code,
                status=fact.status,
                verification=fact.verification,
                began_said=fact.began.text,
                began_on=fact.began.day,
                ended_said=fact.ended.text,
                ended_on=fact.ended.day,
                recorded_at=now,
                recorded_by=by.id,
            )
            for fact, source in of_kind
            if source.source_id not in own
        ]
        table.objects.bulk_create(rows, batch_size=_BATCH)


def _own_ids(table: type[Model], patient: Patient) -> set[str]:
    """Ids of what was written down here: our own export, coming back, must not state the same thing twice."""
    rows = table._default_manager.filter(patient=patient, source__isnull=True)
    return {str(pk) for pk in rows.values_list("pk", flat=True)}


def _counted(resources: list[IncomingResource]) -> dict[str, int]:
    """By type, those that were read; what was kept aside is listed among the refused and not counted."""
    return dict(Counter(one.resource_type for one in resources if not one.refused_because))


def _result(patient: Patient, bundle: IncomingBundle, fresh: list[IncomingResource]) -> ImportResult:
    everything = _counted(list(bundle.resources))
    created = _counted(fresh)
    return ImportResult(
        patient_id=patient.id,
        name=names.shown(patient.family, patient.given),
        created={kind: created.get(kind, 0) for kind in sorted(everything)},
        unchanged={kind: everything[kind] - created.get(kind, 0) for kind in sorted(everything)},
        ignored=dict(bundle.ignored),
        refused=bundle.refused,
    )
