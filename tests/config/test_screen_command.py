"""`./filiform screen`: the answer of the contract, the traps, what is refused by name, and what it does not import."""

from __future__ import annotations

import gzip
import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from filiform.clinical.screen.facts_in import KEYS
from filiform.config.commands import screen
from filiform.config.commands.schema import schema
from filiform.config.start import ROOT, Refused
from tests.clinical.screen.test_facts import WELL
from tests.config.test_schema import faults

Captured = pytest.CaptureFixture[str]
RECORDS = sorted((ROOT / "tests" / "fixtures" / "patients").glob("*.json.gz"))
ON = ["--on", "2026-11-23"]


@pytest.fixture
def facts(tmp_path: Path) -> Path:
    path = tmp_path / "facts.json"
    path.write_text(json.dumps(WELL), encoding="utf-8")
    return path


def printed(capsys: Captured) -> Any:
    """What was printed, held against the schema."""
    answer = json.loads(capsys.readouterr().out)
    output = schema("screen")["output"]
    assert faults(answer, output, output) == []
    return answer


def answer(path: Path, told: dict[str, Any], capsys: Captured, *more: str) -> Any:
    path.write_text(json.dumps(told), encoding="utf-8")
    assert screen.run(["--facts", str(path), *ON, *more]) == 0
    return printed(capsys)


def test_the_answer_has_the_keys_of_the_contract(facts: Path, capsys: Captured) -> None:
    told = answer(facts, {"conditions": ["lymphoedema left arm"]}, capsys)
    assert list(told) == ["disposition", "cleared", "findings", "restrictions", "ask", "profile", "knowledge"]
    assert list(told["findings"][0]) == ["rule", "condition", "action", "because", "evidence", "cites"]
    assert list(told["restrictions"][0]) == ["scope", "target", "side", "action", "because"]
    assert list(told["ask"][0]) == ["condition", "question"]


@pytest.mark.control("C-140")
def test_nothing_told_is_never_cleared(facts: Path, capsys: Captured) -> None:
    told = answer(facts, {}, capsys)
    assert not told["cleared"] and len(told["ask"]) > 40
    assert {"anticoagulant", "pregnancy", "red_flag", "jurisdiction", "credential"} <= {
        one["condition"] for one in told["ask"]
    }


def test_the_schema_describes_every_key_of_the_facts() -> None:
    assert set(schema("screen")["input"]["properties"]) == set(KEYS)


def test_a_plan_decides_for_its_own_muscles_and_sides(facts: Path, capsys: Captured) -> None:
    told = WELL | {"lymphoedema": "left_arm"}
    left = answer(facts, told, capsys, "--plan", "biceps_brachii:left")
    right = answer(facts, told, capsys, "--plan", "biceps_brachii:right, soleus")
    assert (left["disposition"], left["cleared"]) == ("region_excluded", False)
    assert (right["disposition"], right["cleared"]) == ("proceed", True)
    assert right["restrictions"] == left["restrictions"] != []


def test_stimulation_with_a_pacemaker_is_not_cleared(facts: Path, capsys: Captured) -> None:
    told = answer(facts, WELL | {"devices": ["pacemaker"]}, capsys, "--estim")
    assert not told["cleared"] and "estim" in {one["target"] for one in told["restrictions"]}


def test_a_profile_is_kept_and_an_unknown_one_is_wrong_usage(facts: Path, capsys: Captured) -> None:
    told = answer(facts, WELL | {"conditions": ["type 2 diabetes"]}, capsys, "--profile", "apta2013")
    assert (told["profile"], told["disposition"]) == ("apta2013", "proceed_modified")
    with pytest.raises(SystemExit) as ended:
        screen.run(["--facts", str(facts), "--profile", "mild"])
    assert ended.value.code == 2


def test_conditions_are_printed(capsys: Captured) -> None:
    assert screen.run(["--conditions"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert {"anticoagulant", "metal_allergy", "red_flag", "jurisdiction", "credential"} <= set(told)


def test_gzip_and_standard_input(facts: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch) -> None:
    packed = gzip.compress(facts.read_bytes())
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(packed)))
    assert screen.run(["--facts", "-", *ON]) == 0
    assert printed(capsys)["cleared"]


@pytest.mark.control("C-141")
def test_every_problem_is_told_by_its_key_and_nothing_is_printed(facts: Path, capsys: Captured) -> None:
    facts.write_text(json.dumps({"weight": -3, "age": "45", "bmi": -3, "medications": ["x"] * 400}))
    assert screen.run(["--facts", str(facts), *ON]) == 1
    told = capsys.readouterr()
    assert told.out == ""
    for words in ("weight: no such key", "age: must be a whole number", "bmi: must be", "medications: 400 entries"):
        assert words in told.err
    assert len(told.err.splitlines()) == 4


@pytest.mark.control("C-141")
@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{", "is not JSON"),
        ('{"age": 4, "age": 40}', "'age' stands twice"),
        ('{"inr": NaN}', "NaN is no number"),
        ("[" * 100_000, "nested too deeply"),
        ("", "is not JSON"),
    ],
)
def test_what_is_not_strict_json_is_refused(facts: Path, text: str, says: str) -> None:
    facts.write_text(text)
    with pytest.raises(Refused, match=says):
        screen.run(["--facts", str(facts)])


@pytest.mark.parametrize(
    "argv",
    [
        [],
        ["--facts", "a", "--fhir", "b"],
        ["--facts", "a", "--plan", "gluteus_enormous"],
        ["--facts", "a", "--plan", "soleus:up"],
        ["--facts", "a", "--on", "tomorrow"],
        ["--conditions", "--facts", "a"],
    ],
)
def test_wrong_usage_ends_with_2(argv: list[str], capsys: Captured) -> None:
    with pytest.raises(SystemExit) as ended:
        screen.run(argv)
    assert ended.value.code == 2
    assert capsys.readouterr().out == ""


# --- FHIR ---


@pytest.mark.control("C-140")
@pytest.mark.parametrize("record", RECORDS, ids=lambda path: path.name.split("_")[0])
def test_a_record_is_screened_and_never_cleared_alone(record: Path, capsys: Captured) -> None:
    assert screen.run(["--fhir", str(record), *ON]) == 0
    told = printed(capsys)
    assert not told["cleared"] and len(told["ask"]) > 30
    assert all(one["source"] for finding in told["findings"] for one in finding["evidence"])


def _bundle(*resources: dict[str, Any]) -> str:
    patient = {"resourceType": "Patient", "id": "p", "birthDate": "1980-02-29"}
    every = [patient, *({**one, "subject": {"reference": "Patient/p"}} for one in resources)]
    return json.dumps({"resourceType": "Bundle", "type": "collection", "entry": [{"resource": one} for one in every]})


def test_a_medicine_of_the_record_is_found_with_its_date_and_place(facts: Path, capsys: Captured) -> None:
    order = {"resourceType": "MedicationRequest", "id": "m1", "status": "active", "intent": "order"}
    facts.write_text(_bundle(order | {"medicationCodeableConcept": {"text": "Eliquis"}, "authoredOn": "2026-10-02"}))
    assert screen.run(["--fhir", str(facts), *ON]) == 0
    told = printed(capsys)
    assert told["disposition"] == "consult_first"
    evidence = {"text": "Eliquis", "date": "2026-10-02", "source": "MedicationRequest/m1"}
    assert evidence in told["findings"][0]["evidence"]


def test_a_refuted_problem_is_none(facts: Path, capsys: Captured) -> None:
    refuted = {"coding": [{"code": "refuted"}]}
    facts.write_text(
        _bundle(
            {"resourceType": "Condition", "id": "c", "code": {"text": "Epilepsy"}, "verificationStatus": refuted},
            {"resourceType": "Condition", "id": "d", "code": "broken"},
        )
    )
    assert screen.run(["--fhir", str(facts), *ON]) == 0
    out = capsys.readouterr()
    assert json.loads(out.out)["findings"] == []
    assert "Condition/d is kept aside" in out.err


def test_no_bundle_is_refused(facts: Path) -> None:
    with pytest.raises(Refused, match="not a FHIR bundle"):
        screen.run(["--fhir", str(facts)])


def test_an_unborn_patient_has_no_age(facts: Path, capsys: Captured) -> None:
    facts.write_text(_bundle())
    assert screen.run(["--fhir", str(facts), "--on", "1979-01-01"]) == 0
    assert "minor" in {one["condition"] for one in printed(capsys)["ask"]}


@pytest.mark.parametrize("kind", ["--facts", "--fhir"])
def test_the_command_imports_no_django(kind: str, facts: Path) -> None:
    if kind == "--fhir":
        facts.write_text(_bundle())
    script = (
        "import sys; from filiform.config.commands import screen; "
        f"done = screen.run(['{kind}', {str(facts)!r}]); sys.exit(done or int('django' in sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", script], env={"PYTHONPATH": str(ROOT / "src")}, capture_output=True)
    assert done.returncode == 0, done.stderr
