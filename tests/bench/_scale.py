"""Large databases for benchmarks, in build/bench (git-ignored): made once, kept until what they are made by changes.

`made(patients)` gives a practice with ten finished visits for each patient over five years and a full day today, on
SQLite. `opened(path)` works on it. The clock stands still at `_template.NOW` (see `stopped_clock`).
"""

from __future__ import annotations

import hashlib
import shutil
import sqlite3
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import Any
from unittest import mock
from uuid import UUID

from filiform.config.database import sqlite_options, sqlite_version

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "build" / "bench"
SOURCES = (
    "src/filiform/record/migrations",
    "src/filiform/record/appendonly.py",
    "src/filiform/config/demo/cases.py",
    "src/filiform/config/demo/people.py",
    "src/filiform/config/demo/stocking.py",
    "src/filiform/config/demo/visits.py",
    "tests/bench/_multiply.py",
    "tests/bench/_template.py",
)
FAST = "PRAGMA journal_mode=MEMORY; PRAGMA synchronous=OFF"  # while making: what is lost is made again


def made(patients: int) -> Path:
    """The database with `patients` patients (a multiple of ten), made now if it is not there."""
    from tests.bench import _template

    copies, rest = divmod(patients, _template.PATIENTS)
    if rest or copies < 1:
        raise ValueError(f"{patients} patients: a multiple of {_template.PATIENTS} is needed")
    path = FOLDER / f"{patients}-patients-{_made_by()}.sqlite3"
    if not path.exists():
        _forget_older()
        _make(path, copies)
    return path


def gather_statistics(path: Path, wanted: bool) -> None:
    """Let SQLite plan its queries with ANALYZE, or without, as an installation does: none ever runs it."""
    with sqlite3.connect(path) as db:
        if wanted:
            db.execute("ANALYZE")
        elif db.execute("SELECT 1 FROM sqlite_master WHERE name = 'sqlite_stat1'").fetchone():
            db.execute("DELETE FROM sqlite_stat1")
    db.close()


@contextmanager
def opened(path: Path, *, fast: bool = False) -> Iterator[Any]:
    """Everything inside works on the SQLite database at `path`, opened as in production (`fast`: as nobody should)."""
    from django.db import connections

    before, wrapper = connections.settings["default"], connections["default"]
    options = sqlite_options(sqlite_version())
    if fast:
        options["init_command"] += "; " + FAST
    connections.settings["default"] = {**before, "NAME": str(path), "OPTIONS": options, "CONN_MAX_AGE": None}
    del connections["default"]
    opened_now = connections["default"]
    try:
        yield opened_now
    finally:
        opened_now.close()
        connections.settings["default"], connections["default"] = before, wrapper


@contextmanager
def stopped_clock() -> Iterator[None]:
    """Django's clock stands at the moment the databases are made for, so that their today stays today."""
    from tests.bench._template import NOW

    with mock.patch("django.utils.timezone.now", return_value=NOW):
        yield


def _made_by() -> str:
    """A short hash of everything that decides what the databases hold."""
    whole = hashlib.sha256()
    for name in SOURCES:
        path = ROOT / name
        for file in sorted(path.glob("*.py")) if path.is_dir() else [path]:
            whole.update(file.read_bytes())
    return whole.hexdigest()[:12]


def _forget_older() -> None:
    """Remove databases of other hashes: a large one takes gigabytes."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for path in FOLDER.iterdir():
        if path.is_file() and (_made_by() not in path.name or path.suffix == ".half"):
            path.unlink()


def _make(path: Path, copies: int) -> None:
    from django.core.management import call_command

    from tests.bench import _multiply, _template

    template = FOLDER / f"template-{_made_by()}.sqlite3"
    if not template.exists():
        half = template.with_suffix(".half")
        half.unlink(missing_ok=True)
        with _said("ten patients by actions"), opened(half, fast=True):
            call_command("migrate", interactive=False, verbosity=0)
            _template.make_history(_template.make_practice())
        half.rename(template)
    half = path.with_suffix(".half")
    shutil.copyfile(template, half)
    with _said(f"{copies * _template.PATIENTS:,} patients by SQL"):
        _multiply.multiply(half, template, copies - 1)
    with _said("today by actions"), opened(half, fast=True):
        practice = _template.find_practice()
        _check_chain(practice.id)
        _template.make_day(practice, _patients_of_today())
    half.rename(path)


def _check_chain(practice: UUID) -> None:
    from filiform.record import audit

    broken = audit.first_broken(practice, newest=2000)
    if broken is not None:
        raise RuntimeError(f"the audit chain that was multiplied does not verify at row {broken}")


def _patients_of_today() -> list[Any]:
    """Different patients for today's slots, drawn over the whole practice."""
    from filiform.record.models import Patient
    from tests.bench import _template

    slots = len(_template.PLACES) * sum(len(row) for row in _template.DAY)
    everybody = list(Patient.objects.filter(source_id="").order_by("id").values_list("pk", flat=True))
    return Random(11).sample(everybody, slots)


@contextmanager
def _said(what: str) -> Iterator[None]:
    began = time.monotonic()
    print(f"making {what} ...", end=" ", file=sys.stderr, flush=True)
    yield
    print(f"{time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)
