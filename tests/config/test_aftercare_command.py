"""`./filiform aftercare`: what it prints, what it refuses, and what it does not import."""

from __future__ import annotations

import gzip
import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from filiform.config.commands import aftercare
from filiform.config.commands.schema import schema
from filiform.config.start import ROOT, Refused
from tests.config.test_schema import faults

Captured = pytest.CaptureFixture[str]
SORE = {"hours_since": 30, "muscles": ["rhomboids"], "symptoms": ["a bit sore"], "answers": {}}


def run(monkeypatch: pytest.MonkeyPatch, capsys: Captured, said: object) -> tuple[int, str, str]:
    data = said if isinstance(said, bytes) else json.dumps(said).encode()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))
    code = aftercare.run(["-"])
    told = capsys.readouterr()
    return code, told.out, told.err


@pytest.mark.parametrize(
    ("said", "queue"),
    [
        (SORE, "none"),
        ({**SORE, "hours_since": 72}, "routine"),
        ({**SORE, "symptoms": ["chest pain"]}, "now"),
        ({**SORE, "symptoms": ["呼吸困难"]}, "same_day"),
        ({**SORE, "answers": {"began_hours": 2, "treatment_needed": "medical", "admitted": True}}, "same_day"),
        ({"answers": {"unanswered_messages": 2}}, "same_day"),
        ({}, "same_day"),
    ],
)
def test_the_answer_is_as_the_schema_says(
    monkeypatch: pytest.MonkeyPatch, capsys: Captured, said: dict[str, Any], queue: str
) -> None:
    code, out, err = run(monkeypatch, capsys, said)
    assert (code, err) == (0, "")
    found = json.loads(out)
    output = schema("aftercare")["output"]
    assert faults(found, output, output) == []
    assert (found["queue"], found["tell_patient"]) == (queue, "follow.thanks")
    assert list(found) == ["queue", "tell_patient", "adverse_event", "because", "cites"]


def test_a_file_gzip_and_standard_input(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured) -> None:
    plain, packed = json.dumps(SORE).encode(), gzip.compress(json.dumps(SORE).encode())
    (tmp_path / "plain.json").write_bytes(plain)
    (tmp_path / "packed.json.gz").write_bytes(packed)
    for name in ("plain.json", "packed.json.gz"):
        assert aftercare.run([str(tmp_path / name)]) == 0
    printed = capsys.readouterr().out
    assert printed == run(monkeypatch, capsys, plain)[1] + run(monkeypatch, capsys, packed)[1]


@pytest.mark.control("C-124")
@pytest.mark.parametrize(
    ("said", "told"),
    [
        (b"not JSON", "is not JSON that can be read"),
        (b"", "is not JSON"),
        (b"[" * 200_000, "is not JSON"),
        (b'{"hours_since": 1' + b"0" * 9000 + b"}", "is not JSON"),
        (b'{"symptoms": [], "symptoms": ["chest pain"]}', "symptoms: comes twice"),
        (b'{"hours_since": NaN}', "hours_since: must be a number"),
        (b'{"hours_since": Infinity}', "hours_since: must be a number"),
        ([], "the input: must be a JSON object"),
        ({**SORE, "symptom": ["x"]}, "symptom: unknown key; known are hours_since"),
        ({**SORE, "hours_since": -3}, "hours_since: must be a number of hours from 0"),
        ({**SORE, "hours_since": "24"}, "hours_since: must be a number"),
        ({**SORE, "hours_since": True}, "hours_since: must be a number"),
        ({**SORE, "hours_since": 10**400}, "hours_since: must be a number"),
        ({**SORE, "muscles": ["glute"]}, "muscles: 'glute' is in no table"),
        ({**SORE, "muscles": [["soleus"]]}, "is in no table"),
        ({**SORE, "muscles": "soleus"}, "muscles: must be a list"),
        ({**SORE, "symptoms": "sore"}, "symptoms: must be a list of texts"),
        ({**SORE, "symptoms": ["sore"] * 400}, "symptoms: 400 texts are too many; at most 100"),
        ({**SORE, "symptoms": [3]}, "symptoms[0]: must be a text"),
        ({**SORE, "symptoms": ["x" * 2001]}, "symptoms[0]: 2001 characters are too many"),
        ({**SORE, "answers": []}, "answers: must be an object"),
        ({**SORE, "answers": {"pain": 11}}, "answers.pain: must be a number from 0 to 10"),
        ({**SORE, "answers": {"pain": None}}, "answers.pain: must be"),
        ({**SORE, "answers": {"words": 3}}, "answers.words: must be a text"),
        ({**SORE, "answers": {"admitted": "yes"}}, "answers.admitted: must be true or false"),
        ({**SORE, "answers": {"unanswered_messages": 1.5}}, "answers.unanswered_messages: must be a whole number"),
        ({**SORE, "answers": {"lasted_hours": -1}}, "answers.lasted_hours: must be a number of hours"),
        ({**SORE, "answers": {"treatment_needed": "ice"}}, "answers.treatment_needed: must be one of none, self_care"),
        ({**SORE, "answers": {"sore": None}}, "answers.sore: must be true, false, a number or a text"),
    ],
)
def test_what_is_wrong_is_named_and_refused(
    monkeypatch: pytest.MonkeyPatch, capsys: Captured, said: object, told: str
) -> None:
    code, out, err = run(monkeypatch, capsys, said)
    assert (code, out) == (1, "")
    assert told in err and err.startswith("Filiform: -: ")


def test_every_fault_is_told_and_very_many_in_part(monkeypatch: pytest.MonkeyPatch, capsys: Captured) -> None:
    _, _, err = run(monkeypatch, capsys, {"hours_since": -1, "muscles": 3, "other": 1})
    assert len(err.splitlines()) == 3
    _, _, err = run(monkeypatch, capsys, {"muscles": ["x"] * 50})
    assert err.splitlines()[-1] == "Filiform: and 30 more faults."


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="check its name and its rights"):
        aftercare.run([str(tmp_path / "nothing")])


@pytest.mark.parametrize("argv", [[], ["a", "b"], ["--sort", "a"]])
def test_wrong_usage_ends_with_2(argv: list[str], capsys: Captured) -> None:
    with pytest.raises(SystemExit) as ended:
        aftercare.run(argv)
    assert ended.value.code == 2
    assert capsys.readouterr().out == ""


def test_the_command_imports_no_django() -> None:
    run = "from filiform.config import cli; sys.exit(cli.main(['aftercare', '-']))"
    script = f"import sys; sys.modules['django'] = None; {run}"
    done = subprocess.run(
        [sys.executable, "-c", script],
        input=json.dumps(SORE).encode(),
        env={"PYTHONPATH": str(ROOT / "src")},
        capture_output=True,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["queue"] == "none"
