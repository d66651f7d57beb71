"""`./filiform doctor` on installations that are whole, new, old, closed and unreachable."""

import json
import os
import sqlite3
import subprocess
import sys
from collections import namedtuple
from pathlib import Path
from typing import Any

import pytest

from filiform.config.commands import doctor
from filiform.config.database import journal_mode
from filiform.config.start import ROOT, migrate, start_django

Usage = namedtuple("Usage", ["total", "used", "free"])


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of a practice whose database is up to date."""
    data = tmp_path_factory.mktemp("practice")
    _python(data, "from filiform.config.start import migrate, start_django; start_django(); assert migrate() > 0")
    return data


def _python(data: Path, *script: str, **environment: str) -> subprocess.CompletedProcess[str]:
    own = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "FILIFORM_SECRET_KEY")}
    own |= {"FILIFORM_DATA": str(data), "PYTHONPATH": str(ROOT / "src")} | environment
    arguments = ["-c", *script] if script else ["-m", "filiform.config", "doctor"]
    return subprocess.run([sys.executable, *arguments], env=own, capture_output=True, text=True, check=bool(script))


def _doctor(data: Path, **environment: str) -> tuple[int, dict[str, Any]]:
    done = _python(data, **environment)
    return done.returncode, json.loads(done.stdout)


def test_a_whole_installation_has_no_problems(whole: Path) -> None:
    code, told = _doctor(whole)
    assert (code, told["ok"], told["problems"]) == (0, True, [])
    database = told["database"]
    chosen = journal_mode(sqlite3.sqlite_version_info)
    assert (database["engine"], database["reachable"], database["waiting_migrations"]) == ("sqlite", True, [])
    assert (database["journal_mode"], database["because"]) == (chosen.mode, chosen.because)
    assert database["journal_mode_in_use"] == chosen.mode
    assert told["secret_key"] == {"source": str(whole / "secret_key"), "mode": "600", "problem": None}


def test_the_key_is_never_told(whole: Path) -> None:
    told = _python(whole).stdout
    assert (whole / "secret_key").read_text() not in told
    assert "sesame" not in _python(whole, FILIFORM_SECRET_KEY="sesame" * 12).stdout


def test_a_new_installation_is_told_to_start_and_gets_no_database_from_asking(tmp_path: Path) -> None:
    code, told = _doctor(tmp_path)
    assert (code, told["ok"]) == (1, False)
    assert told["problems"] == ["there is no database yet; ./filiform serve makes it"]
    assert not (tmp_path / "filiform.sqlite3").exists()


def test_migrations_that_wait_are_counted(whole: Path, tmp_path: Path) -> None:
    old = tmp_path / "filiform.sqlite3"
    old.write_bytes((whole / "filiform.sqlite3").read_bytes())
    with sqlite3.connect(old) as connection:
        connection.execute("DELETE FROM django_migrations WHERE app = 'record'")
    connection.close()
    code, told = _doctor(tmp_path)
    assert code == 1
    assert "record.0001_initial" in told["database"]["waiting_migrations"]
    assert "waiting" in told["problems"][0]


def test_a_file_that_is_no_database_is_a_problem_and_not_a_traceback(tmp_path: Path) -> None:
    (tmp_path / "filiform.sqlite3").write_bytes(b"not a database" * 100)
    code, told = _doctor(tmp_path)
    assert (code, told["database"]["reachable"]) == (1, False)
    assert "does not answer: file is not a database" in told["problems"][0]


def test_a_key_that_others_can_read_is_a_problem(tmp_path: Path) -> None:
    (tmp_path / "secret_key").write_text("k" * 60)
    (tmp_path / "secret_key").chmod(0o644)
    problems = _doctor(tmp_path)[1]["problems"]
    assert any("chmod 600" in problem for problem in problems)


def test_a_database_server_that_does_not_answer_is_a_problem(tmp_path: Path) -> None:
    code, told = _doctor(tmp_path, DATABASE_URL="postgresql://u:sesame@127.0.0.1:1/clinic")
    assert (code, told["database"]["reachable"]) == (1, False)
    assert "does not answer" in told["problems"][0]
    assert "sesame" not in json.dumps(told)


def test_a_wrong_database_url_is_the_settings_problem(tmp_path: Path) -> None:
    code, told = _doctor(tmp_path, DATABASE_URL="mysql://h/x")
    assert (code, "database" in told) == (1, False)
    assert "DATABASE_URL" in told["problems"][0]


def test_a_full_disk_is_a_problem(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor.shutil, "disk_usage", lambda path: Usage(10**12, 0, 499 * 10**6))
    assert "only 499 MB" in (doctor.disk()["problem"] or "")
    monkeypatch.setattr(doctor.shutil, "disk_usage", lambda path: Usage(10**12, 0, 500 * 10**6))
    assert doctor.disk()["problem"] is None


def test_own_style_sheets_are_found_and_missed(monkeypatch: pytest.MonkeyPatch) -> None:
    assert doctor.static()["problem"] is None
    monkeypatch.setattr("django.contrib.staticfiles.finders.get_finders", list)
    assert "not whole" in doctor.static()["problem"]


@pytest.mark.parametrize("version", [(3, 10, 0), (3, 14, 0)])
def test_an_untested_python_is_a_problem(version: tuple[int, int, int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor.sys, "version_info", version)
    assert "is not one of" in doctor.python()["problem"]


@pytest.mark.django_db
def test_a_database_that_is_up_to_date_needs_nothing() -> None:
    start_django()
    assert migrate() == 0


def test_arguments_are_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert doctor.run(["everything"]) == 2
    assert "usage" in capsys.readouterr().err
