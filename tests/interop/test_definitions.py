"""r4.toml against the official definitions: no element missing, none too many, none of another type."""

from __future__ import annotations

import json
from typing import Any

import pytest

from filiform.interop.fhir.shapes import elements_of, ignored_types, kept_types
from tests import needs

pytestmark = pytest.mark.node
TYPES = ("CodeableConcept", "Coding", "ContactPoint", "HumanName", "Identifier", "Period", "Quantity", "Reference")


def official(file: str) -> dict[str, dict[str, Any]]:
    """StructureDefinitions by name."""
    needs.node()
    folder = needs.VALIDATORS / "node_modules" / "@medplum" / "definitions" / "dist" / "fhir" / "r4"
    entries = json.loads((folder / file).read_text())["entry"]
    nodes = [entry["resource"] for entry in entries if entry["resource"]["resourceType"] == "StructureDefinition"]
    return {node["name"]: node for node in nodes}


def elements(definition: dict[str, Any]) -> dict[str, tuple[str, bool]]:
    """Element name to (type, list) at the first level; a choice has one name per type."""
    found = {}
    for element in definition["snapshot"]["element"]:
        _, _, name = element["path"].partition(".")
        if not name or "." in name:
            continue
        many = element["max"] != "1"
        for kind in [one["code"] for one in element.get("type", [{"code": "BackboneElement"}])]:
            plain = "string" if kind.startswith("http://hl7.org/fhirpath/") else kind
            spelled = name.replace("[x]", plain[0].upper() + plain[1:])
            found[spelled] = (plain, many)
    return found


@pytest.mark.parametrize("file", ["profiles-resources.json", "profiles-types.json"])
def test_elements_are_the_official_ones(file: str) -> None:
    definitions = official(file)
    names = kept_types() if file == "profiles-resources.json" else TYPES
    for name in names:
        ours = {key: (one.type, one.many) for key, one in elements_of(name).items() if key != "resourceType"}
        assert ours == elements(definitions[name]), name


def test_every_official_type_is_either_kept_or_ignored() -> None:
    nodes = official("profiles-resources.json").values()
    every = {one["name"] for one in nodes if one["kind"] == "resource" and not one["abstract"]}
    assert kept_types() | ignored_types() == every
    assert not kept_types() & ignored_types()
