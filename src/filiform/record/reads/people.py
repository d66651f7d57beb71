"""Finding patients, and what the desk may know of one."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import QuerySet

from filiform.clinical.access import Act
from filiform.record import names, within
from filiform.record.actor import Actor
from filiform.record.models import Patient, Visit
from filiform.record.write import internal, read

FOUND_AT_MOST = 50


@dataclass(frozen=True, slots=True)
class PatientLine:
    """A patient in a list: what tells two people of one name apart, nothing clinical."""

    id: UUID
    name: str
    birth_date: date | None
    birth_date_said: str
    phone: str


@dataclass(frozen=True, slots=True)
class VisitOfPatient:
    id: UUID
    starts_at: datetime
    place: str
    practitioner: str
    reason: str
    state: str


@dataclass(frozen=True, slots=True)
class Contact:
    """What the desk may know of a patient."""

    patient: PatientLine
    email: str
    place: str
    visits: tuple[VisitOfPatient, ...]


@read(Act.FIND_PATIENT, about="=patients")
def find_patients(*, by: Actor, now: datetime, words: str) -> tuple[PatientLine, ...]:
    """Patients whose family name (or the given name after it) begins with `words`, or who were born on that day.

    Words are folded (case, accents). A date is read as YYYY-MM-DD or DD.MM.YYYY or MM/DD/YYYY. At most 50, by name.
    """
    wanted = words.strip()
    if not wanted:
        return ()
    rows = Patient.objects.filter(practice_id=by.practice)
    day = _date(wanted)
    rows = rows.filter(birth_date=day) if day else _by_name(rows, names.fold(wanted))
    return tuple(line(row) for row in rows.order_by("name_key")[:FOUND_AT_MOST])


@read(Act.READ_CONTACT, about="patient_id")
def contact(*, by: Actor, now: datetime, patient_id: UUID) -> Contact:
    """How to reach a patient, and when they come."""
    row = within.patient(by, patient_id)
    visits = Visit.objects.filter(patient=row).select_related("place", "practitioner").order_by("-starts_at")[:40]
    return Contact(
        patient=line(row),
        email=row.email,
        place=row.place.name,
        visits=tuple(
            VisitOfPatient(v.id, v.starts_at, v.place.name, v.practitioner.name, v.reason, v.state) for v in visits
        ),
    )


@internal("pure")
def line(row: Patient) -> PatientLine:
    """The list line of a patient row."""
    return PatientLine(row.id, names.shown(row.family, row.given), row.birth_date, row.birth_date_said, row.phone)


@internal("pure")
def age_on(birth_date: date | None, day: date) -> int | None:
    """Whole years on `day`; None when the birth date is unknown."""
    if birth_date is None:
        return None
    return day.year - birth_date.year - ((day.month, day.day) < (birth_date.month, birth_date.day))


def _by_name(rows: QuerySet[Patient], key: str) -> QuerySet[Patient]:
    """Names that begin with `key`, or "given family" turned round, wherever the given names end in `key`.

    A family name may have two parts of which one is typed: "angela guzman" finds "guzman rios angela".
    """
    straight = _beginning(rows, key)
    first, _, rest = key.partition(" ")
    start, _, last = key.rpartition(" ")
    if not rest:
        return straight
    one = _beginning(rows, rest).filter(name_key__contains=f" {first}")
    other = _beginning(rows, last).filter(name_key__contains=f" {start}")
    # Ranges joined by UNION, not by OR: for OR, SQLite reads every name of the practice.
    return straight.union(one, other)


def _beginning(rows: QuerySet[Patient], key: str) -> QuerySet[Patient]:
    return rows.filter(name_key__gte=key, name_key__lt=key + "\uffff")


def _date(text: str) -> date | None:
    for pattern, order in (
        (r"(\d{4})-(\d\d?)-(\d\d?)", "ymd"),
        (r"(\d\d?)\.(\d\d?)\.(\d{4})", "dmy"),
        (r"(\d\d?)/(\d\d?)/(\d{4})", "mdy"),
    ):
        match = re.fullmatch(pattern, text)
        if match:
            part = dict(zip(order, map(int, match.groups()), strict=True))
            try:
                return date(part["y"], part["m"], part["d"])
            except ValueError:
                return None
    return None
