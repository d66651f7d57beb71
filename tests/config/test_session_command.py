"""`./filiform session`: what it prints, what it refuses, and what it does not import."""

from __future__ import annotations

import gzip
import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from filiform.clinical.needle import as_dict
from filiform.config import inputs
from filiform.config.commands import session
from filiform.config.start import ROOT, Refused
from tests.clinical.needle.making import whole_session

Captured = pytest.CaptureFixture[str]
LINES = [json.dumps(as_dict(event)) for event in whole_session()]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "session.jsonl"
    path.write_text("\n".join(LINES) + "\n", encoding="utf-8")
    return path


def printed(capsys: Captured) -> Any:
    told = capsys.readouterr()
    assert told.err == ""
    return json.loads(told.out)


def test_the_state_is_printed_in_the_shape_of_the_contract(file: Path, capsys: Captured) -> None:
    assert session.run([str(file)]) == 0
    state = printed(capsys)
    assert list(state) == [
        "opened",
        "unused",
        "in",
        "out",
        "indwelling",
        "tray",
        "open_needles",
        "muscles",
        "can_close",
        "blocks",
        "incidents",
    ]
    assert (state["opened"], state["in"], state["tray"], state["can_close"]) == (5, 3, 5, True)


@pytest.mark.control("C-001")
def test_any_order_and_repetition_prints_the_same(file: Path, capsys: Captured) -> None:
    session.run([str(file)])
    first = capsys.readouterr().out
    file.write_text("\n\n".join([*LINES[::-1], *LINES[2:5]]), encoding="utf-8")
    assert session.run([str(file)]) == 0
    assert capsys.readouterr().out == first


def test_gzip_and_standard_input(file: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch) -> None:
    packed = gzip.compress(file.read_bytes())
    (file.parent / "session.gz").write_bytes(packed)
    assert session.run([str(file.parent / "session.gz")]) == 0
    assert printed(capsys)["in"] == 3
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(packed)))
    assert session.run(["-"]) == 0
    assert printed(capsys)["in"] == 3


def test_a_mark_at_the_beginning_and_windows_line_ends_are_taken(file: Path, capsys: Captured) -> None:
    file.write_bytes(b"\xef\xbb\xbf" + "\r\n".join(LINES).encode())
    assert session.run([str(file)]) == 0
    assert printed(capsys)["in"] == 3


def test_every_refused_line_is_told_and_nothing_is_printed(file: Path, capsys: Captured) -> None:
    file.write_text("\n".join([LINES[0], '{"kind": "out"}', "{", LINES[1].replace("infraspinatus", "glute")]))
    assert session.run([str(file)]) == 1
    told = capsys.readouterr()
    assert told.out == ""
    lines = told.err.splitlines()
    assert len(lines) == 3
    assert "line 2, event without an id: id: is missing" in lines[0]
    assert "line 3: event: is not JSON" in lines[1]
    assert 'line 4, event "n0": muscle: "glute" is in no table' in lines[2]


def test_very_many_refused_lines_are_told_in_part(file: Path, capsys: Captured) -> None:
    file.write_text("x\n" * 50)
    assert session.run([str(file)]) == 1
    assert capsys.readouterr().err.splitlines()[-1] == "Filiform: and 30 more lines were refused."


def test_too_many_lines_are_refused(file: Path, capsys: Captured) -> None:
    file.write_text("\n" * session.MOST_EVENTS)
    assert session.run([str(file)]) == 1
    assert "a session has at most 20000" in capsys.readouterr().err


def test_kinds_are_printed(capsys: Captured) -> None:
    assert session.run(["--kinds"]) == 0
    kinds = printed(capsys)
    assert {"open_pack", "in", "out", "undo", "correct", "count", "all_out", "left_in"} <= set(kinds)
    assert kinds["out"]["fields"]["needle"]["type"] == "id of an event of kind in"


@pytest.mark.parametrize("argv", [[], ["a", "b"], ["--sort", "a"], ["a", "--kinds"]])
def test_wrong_usage_ends_with_2(argv: list[str], capsys: Captured) -> None:
    with pytest.raises(SystemExit) as ended:
        session.run(argv)
    assert ended.value.code == 2
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"\xff\xfe", "is not UTF-8 (byte 1)"),
        (inputs.GZIP + b"nonsense", "looks gzipped and cannot be unpacked"),
        (gzip.compress(b"one line\n" * 9, mtime=0)[:20], "looks gzipped and cannot be unpacked"),
        (b"x" * 2001, "is longer than"),
        (gzip.compress(b"x" * 2001, mtime=0), "is longer than"),
    ],
    ids=["latin", "no gzip", "cut off", "long", "long unpacked"],
)
def test_a_file_that_cannot_be_taken_is_refused(file: Path, data: bytes, says: str) -> None:
    file.write_bytes(data)
    with pytest.raises(Refused, match=r"session\.jsonl") as refused:
        inputs.read_text(str(file), most=2000)
    assert says in str(refused.value)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="check its name and its rights"):
        session.run([str(tmp_path / "nothing")])


def test_the_command_imports_no_django() -> None:
    script = (
        "import sys; from filiform.config.commands import session; session.run(['--kinds']); "
        "sys.exit(int('django' in sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", script], env={"PYTHONPATH": str(ROOT / "src")}, capture_output=True)
    assert done.returncode == 0, done.stderr
