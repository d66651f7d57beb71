"""`./filiform schema`: what commands really print is what their schema says, key by key."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from filiform.config.cli import COMMANDS
from filiform.config.commands.schema import described, schema

ROOT = Path(__file__).resolve().parents[2]
RECORD = sorted((ROOT / "tests" / "fixtures" / "patients").glob("*.json.gz"), key=lambda path: path.stat().st_size)[0]
TYPES: dict[str, type | tuple[type, ...]] = {
    "object": dict,
    "array": list,
    "string": str,
    "integer": int,
    "number": (int, float),
    "boolean": bool,
    "null": type(None),
}


def faults(value: Any, by: dict[str, Any], root: dict[str, Any], at: str = "$") -> list[str]:
    """Where `value` is not what `by` says. Knows the words that our schemas use and refuses any other."""
    if "$ref" in by:
        by = root["$defs"][by["$ref"].removeprefix("#/$defs/")]
    unknown = set(by) - {
        *("$schema", "$defs", "description", "format", "minLength", "maxLength"),
        *("type", "enum", "minimum", "maximum", "items", "properties", "required", "additionalProperties"),
    }
    assert not unknown, f"the schema uses {unknown}, which this test does not know"
    found = _itself(value, by, at)
    if not found and isinstance(value, list):
        found = [fault for i, one in enumerate(value) for fault in faults(one, by["items"], root, f"{at}[{i}]")]
    if not found and isinstance(value, dict):
        found = _members(value, by, root, at)
    return found


def _itself(value: Any, by: dict[str, Any], at: str) -> list[str]:
    if "enum" in by:
        return [] if value in by["enum"] else [f"{at}: {value!r} is none of {by['enum']}"]
    names = [by["type"]] if isinstance(by["type"], str) else by["type"]
    if not any(isinstance(value, TYPES[name]) and (name != "integer" or value is not True) for name in names):
        return [f"{at}: {value!r} is no {names}"]
    if "minimum" in by and value < by["minimum"]:
        return [f"{at}: {value} is below {by['minimum']}"]
    return [f"{at}: {value} is above {by['maximum']}"] if "maximum" in by and value > by["maximum"] else []


def _members(value: dict[str, Any], by: dict[str, Any], root: dict[str, Any], at: str) -> list[str]:
    found = [f"{at}: {key} is missing" for key in by.get("required", []) if key not in value]
    for key, one in value.items():
        member = by.get("properties", {}).get(key, by.get("additionalProperties", {"type": list(TYPES)}))
        if member is False:
            found.append(f"{at}: {key} is not described")
        elif "properties" in by or "additionalProperties" in by:
            found += faults(one, member, root, f"{at}.{key}")
    return found


def _run(data: Path, *arguments: str, text: str = "") -> str:
    own = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    own |= {"FILIFORM_DATA": str(data), "PYTHONPATH": str(ROOT / "src")}
    command = [sys.executable, "-m", "filiform.config", *arguments]
    return subprocess.run(command, env=own, input=text, capture_output=True, text=True, check=False).stdout


def _check(printed: str, command: str) -> Any:
    output = schema(command)["output"]
    value = json.loads(printed)
    assert faults(value, output, output) == []
    return value


@pytest.fixture(scope="module")
def practice(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder of its own."""
    return tmp_path_factory.mktemp("schema")


def test_import_and_export_print_what_they_say(practice: Path) -> None:
    taken = _check(_run(practice, "import", str(RECORD)), "import")
    assert sum(taken["created"].values()) > 0
    exported = _check(_run(practice, "export", taken["patient"]), "export")
    assert sum(map(len, exported["tables"].values())) > 0


def test_a_refused_file_is_reported_in_the_same_keys(practice: Path) -> None:
    refused = _check(_run(practice, "import", "-", text="not JSON"), "import")
    assert refused["patient"] is None


def test_session_prints_what_it_says(practice: Path) -> None:
    common = {"at": "2026-11-23T09:00:00+01:00", "device": "tablet", "by": "anna"}
    pack = {
        "id": "p1",
        "kind": "open_pack",
        "needles": 3,
        "gauge_mm": 0.3,
        "length_mm": 40,
        "lot": "A",
        "expiry": "2030-01-01",
    }
    needle = {"id": "n1", "kind": "in", "pack": "p1", "muscle": "upper_trapezius", "side": "left"}
    events = "".join(json.dumps(common | one) + "\n" for one in (pack, needle))
    state = _check(_run(practice, "session", "-", text=events), "session")
    assert (state["opened"], len(state["open_needles"]), len(state["muscles"])) == (3, 1, 1)
    assert state["blocks"], "a needle is in, so something stands against closing"


def test_doctor_prints_what_it_says_when_all_is_well_and_when_not(practice: Path) -> None:
    assert _check(_run(practice, "doctor"), "doctor")["python"]["problem"] is None
    assert not _check(_run(practice / "new", "doctor"), "doctor")["ok"]


@pytest.mark.parametrize("command", described())
def test_schemas_are_of_commands_that_exist_and_every_key_has_a_type(command: str) -> None:
    assert command in {one.name for one in COMMANDS}
    said = schema(command)
    assert set(said) >= {"command", "input", "output"}
    assert not list(_untyped(said["output"]))


def _untyped(by: dict[str, Any]) -> list[str]:
    members = by.get("properties", {})
    found = [key for key, one in members.items() if not {"type", "enum", "$ref"} & set(one)]
    return found + [fault for one in members.values() for fault in _untyped(one)]


def test_sessions_schema_has_every_kind_with_its_fields() -> None:
    assert schema("session")["kinds"]["in"]["fields"]["muscle"]["required"] is True


@pytest.mark.parametrize(
    "broken",
    [
        {"file": 1, "created": {}},
        {"file": "x", "created": {"Condition": -1}},
        {"file": "x", "created": {"Condition": True}},
        {"file": "x", "created": {}, "more": 1},
        {"file": "x"},
        [],
    ],
)
def test_what_is_not_as_described_is_seen(broken: Any) -> None:
    output = {
        "type": "object",
        "additionalProperties": False,
        "required": ["file", "created"],
        "properties": {"file": {"type": "string"}, "created": {"$ref": "#/$defs/counts"}},
        "$defs": {"counts": {"type": "object", "additionalProperties": {"type": "integer", "minimum": 0}}},
    }
    assert faults({"file": "x", "created": {"Condition": 2}}, output, output) == []
    assert faults(broken, output, output) != []
