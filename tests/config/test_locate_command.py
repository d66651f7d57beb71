"""`./filiform locate`: what it prints, what it refuses, and what it does not import."""

from __future__ import annotations

import gzip
import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from filiform.config.commands import locate
from filiform.config.commands.schema import schema
from filiform.config.start import ROOT, Refused
from filiform.knowledge import book
from tests.clinical.locate.test_reading import FOUND, REFUSED, WHOLE
from tests.config.test_schema import faults

Captured = pytest.CaptureFixture[str]


def run(monkeypatch: pytest.MonkeyPatch, capsys: Captured, said: object) -> tuple[int, str, str]:
    data = said if isinstance(said, bytes) else json.dumps(said).encode()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))
    code = locate.run(["-"])
    told = capsys.readouterr()
    return code, told.out, told.err


@pytest.mark.parametrize(
    "said", [WHOLE, {}, {"palpation": [FOUND]}, {"pain": [{"region": "sacrum", "side": "midline", "intensity": 5}]}]
)
def test_the_answer_is_as_the_schema_says(monkeypatch: pytest.MonkeyPatch, capsys: Captured, said: object) -> None:
    code, out, err = run(monkeypatch, capsys, said)
    assert (code, err) == (0, "")
    output = schema("locate")["output"]
    found = json.loads(out)
    assert faults(found, output, output) == []
    assert found["knowledge"] == book().content_hash
    assert bool(found["candidates"]) is bool(said)


def test_a_file_gzip_and_standard_input(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured) -> None:
    plain, packed = json.dumps(WHOLE).encode(), gzip.compress(json.dumps(WHOLE).encode())
    (tmp_path / "plain.json").write_bytes(plain)
    (tmp_path / "packed.json.gz").write_bytes(packed)
    for name in ("plain.json", "packed.json.gz"):
        assert locate.run([str(tmp_path / name)]) == 0
    printed = capsys.readouterr().out
    assert printed == run(monkeypatch, capsys, plain)[1] + run(monkeypatch, capsys, packed)[1]


@pytest.mark.control("C-195")
@pytest.mark.parametrize(
    ("said", "told"),
    [
        (b"not JSON", "is not JSON that can be read"),
        (b"", "is not JSON"),
        (b"[" * 200_000, "is not JSON"),
        (b'{"pain": [], "pain": []}', "pain: comes twice; which one is meant?"),
        (b'{"pain": [{"region": "palm", "side": "left", "intensity": NaN}]}', "pain[0].intensity: must be a whole"),
        *((value, where) for value, where, _ in REFUSED),
    ],
)
def test_what_is_wrong_is_refused_and_nothing_is_ranked(
    monkeypatch: pytest.MonkeyPatch, capsys: Captured, said: Any, told: str
) -> None:
    code, out, err = run(monkeypatch, capsys, said)
    assert (code, out) == (1, "")
    assert err.startswith("Filiform: -: ")
    assert told in err


def test_many_faults_are_counted(monkeypatch: pytest.MonkeyPatch, capsys: Captured) -> None:
    said = {"pain": [{"region": "wing", "side": "left", "intensity": 1}] * 30}
    assert "Filiform: and 10 more faults." in run(monkeypatch, capsys, said)[2]


def test_a_file_that_is_not_there_is_refused() -> None:
    with pytest.raises(Refused, match="cannot be read"):
        locate.run(["nothing.json"])


def test_without_a_file_it_is_wrong_usage() -> None:
    with pytest.raises(SystemExit) as stopped:
        locate.run([])
    assert stopped.value.code == 2


def test_it_loads_neither_django_nor_before_it_locates_numpy() -> None:
    script = (
        "import sys, json; from filiform.config.commands import locate; from filiform.knowledge import book; book();"
        "assert 'numpy' not in sys.modules; assert locate.run(['-']) == 0;"
        "assert 'numpy' in sys.modules; assert not [name for name in sys.modules if name.startswith('django')]"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        input=json.dumps(WHOLE),
        env={"PYTHONPATH": str(ROOT / "src")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
