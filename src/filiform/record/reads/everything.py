"""Everything the record holds on one person, table by table: what `./filiform export` prints.

The tables are found by walking the models from Patient, so that a table added later cannot be forgotten.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db.models import Field, ForeignKey, Model, Q

from filiform.clinical.access import Act
from filiform.record import names
from filiform.record.actor import Actor
from filiform.record.models import AuditRow, Patient
from filiform.record.write import NotFound, internal, read

_SECRET = frozenset({"token_hash"})  # opens a link, says nothing of the person
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Table:
    """A table's rows about one person: column name to value."""

    name: str
    rows: tuple[dict[str, Any], ...]


@dataclass(frozen=True, slots=True)
class Everything:
    """`audit` are the audit rows about the person or about any row of hers, oldest first."""

    patient_id: UUID
    tables: tuple[Table, ...]
    audit: tuple[dict[str, Any], ...]


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody whom the words of an export may mean."""

    id: UUID
    name: str
    birth_date_said: str


@read(Act.EXPORT_RECORD, about="patient_id")
def everything(*, by: Actor, now: datetime, patient_id: UUID) -> Everything:
    """All rows about one person in every table."""
    if not Patient.objects.filter(pk=patient_id, practice_id=by.practice or UUID(int=0)).exists():
        raise NotFound("patient")
    tables = tuple(
        Table(model._meta.model_name or "", _rows(model, path, patient_id)) for model, path in paths().items()
    )
    ids = [str(row["id"]) for table in tables for row in table.rows if "id" in row]
    audit = sorted(_audit(ids), key=lambda row: int(row["number"]))
    return Everything(patient_id, tables, tuple(audit))


@read(Act.EXPORT_RECORD, about="=patients")
def candidates(*, by: Actor, now: datetime, who: str) -> tuple[Candidate, ...]:
    """Whom `who` may mean: our id, the id another system gave, or a part of a name. At most 20, by name."""
    wanted = Q(source_id=who) | Q(name_key__contains=names.fold(who) or "?")
    with suppress(ValueError):
        wanted |= Q(pk=UUID(who))
    rows = Patient.objects.filter(practice_id=by.practice or UUID(int=0)).filter(wanted).order_by("name_key")[:20]
    return tuple(Candidate(row.id, names.shown(row.family, row.given), row.birth_date_said) for row in rows)


@cache
@internal("the shape of the tables, no rows")
def paths() -> dict[type[Model], str]:
    """Every table that leads to a patient, and the way there (`visit__patient`), the shortest that there is."""
    found: dict[type[Model], str] = {Patient: "pk"}
    models = list(apps.get_app_config("record").get_models())
    while True:
        more = {model: way for model in models if model not in found if (way := _way(model, found))}
        if not more:
            return found
        found |= more


def _way(model: type[Model], found: dict[type[Model], str]) -> str:
    for field in _columns(model):
        target = field.related_model if isinstance(field, ForeignKey) else None
        if target in found:
            return field.name if target is Patient else f"{field.name}__{found[target]}"
    return ""


def _columns(model: type[Model]) -> list[Field[Any, Any]]:
    return list(model._meta.concrete_fields)


def _rows(model: type[Model], path: str, patient_id: UUID) -> tuple[dict[str, Any], ...]:
    columns = [field.attname for field in _columns(model) if field.name not in _SECRET]
    rows = model._default_manager.filter(**{path: patient_id}).order_by("pk").values(*columns)
    return tuple(rows)


def _audit(ids: list[str]) -> Iterator[dict[str, Any]]:
    columns = ("number", "at", "by", "role", "act", "about", "done", "detail")
    for begin in range(0, len(ids), _AT_ONCE):
        yield from AuditRow.objects.filter(about__in=ids[begin : begin + _AT_ONCE]).order_by("number").values(*columns)
