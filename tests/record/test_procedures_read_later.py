"""Migration 0003: procedures that an earlier release kept as mere sources are read as an import of today reads them."""

from __future__ import annotations

import importlib
import json
from typing import Any

import pytest
from django.apps import apps
from django.db import connection

from filiform.interop.fhir.facts import fact_of
from filiform.record import models as m
from filiform.record.screening import known
from tests.record.rows import World

MIGRATION = importlib.import_module("filiform.record.migrations.0003_procedures")
LUNG = {
    "coding": [{"system": "http://snomed.info/sct", "code": "88039007", "display": "Transplant of lung (procedure)"}]
}
PROCEDURES: tuple[dict[str, Any], ...] = (
    {
        "status": "completed",
        "code": LUNG,
        "performedPeriod": {"start": "2011-05-14T08:00:00+01:00", "end": "2011-05-14"},
    },
    {"status": "completed", "code": {"text": "Splenectomy"}, "performedDateTime": "1988"},
    {"status": "not-done", "code": {"text": "Kidney transplant"}, "performedString": "never"},
    {"status": "completed", "code": {"coding": [{"system": "urn:x", "code": "7"}]}},
    {"status": "completed", "code": {"text": "x" * 600}},
    {"status": "completed"},  # no name: history only, then and now
)

pytestmark = pytest.mark.django_db


def source(world: World, number: int, content: dict[str, Any], refused: str = "") -> m.ImportedResource:
    whole = {"resourceType": "Procedure", "id": f"p{number}", **content}
    taken: m.ImportedResource = world.make(
        m.ImportedResource,
        resource_type="Procedure",
        source_id=f"p{number}",
        content_hash=str(number),
        content=json.dumps(whole),
        refused_because=refused,
    )
    return taken


def said(content: dict[str, Any]) -> tuple[Any, ...] | None:
    fact = fact_of({"resourceType": "Procedure", **content}, lambda reference: None)
    if fact is None:
        return None
    dates = (fact.began.text, fact.began.day, fact.ended.text, fact.ended.day)
    return (fact.text, fact.code_system, fact.code, fact.status, *dates)


COLUMNS = ("text", "code_system", "code", "status", "began_said", "began_on", "ended_said", "ended_on")


def test_the_old_sources_are_read_like_new_ones() -> None:
    world = World()
    patient = world.here.patient
    sources = [source(world, number, one) for number, one in enumerate(PROCEDURES)]
    source(world, 90, PROCEDURES[0], refused="It is about another patient.")
    source(world, 91, {**PROCEDURES[0], "modifierExtension": [{"url": "urn:x-not"}]})
    assert "Transplant of lung (procedure)" not in [fact.text for fact in known(patient).background]

    MIGRATION.read_sources(apps, connection.schema_editor)

    rows = {one[0]: one[1:] for one in m.Procedure.objects.values_list("source_id", *COLUMNS)}
    expected = {one.pk: said(content) for one, content in zip(sources, PROCEDURES, strict=True)}
    assert rows == {key: value for key, value in expected.items() if value is not None}
    assert len(rows) == 5
    assert "Transplant of lung (procedure)" in [fact.text for fact in known(patient).background]
    # the rows carry the time of the import, not of the migration
    assert set(m.Procedure.objects.values_list("recorded_at", flat=True)) == {sources[0].recorded_at}
