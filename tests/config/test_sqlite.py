"""Which SQLite library is used: a repaired one wherever there is one, and never two for one file."""

from __future__ import annotations

import subprocess
import sys
from types import SimpleNamespace

import pytest

from filiform.config import sqlite

AFFECTED, REPAIRED = "3.40.1", "3.53.4"


@pytest.fixture
def libraries(monkeypatch: pytest.MonkeyPatch) -> object:
    """Says what Python's library and the brought one are; None: there is no wheel for this machine."""

    def say(own: str, brought: str | None) -> None:
        monkeypatch.setitem(sys.modules, "sqlite3", SimpleNamespace(sqlite_version=own))
        monkeypatch.setitem(sys.modules, "sqlite3.dbapi2", SimpleNamespace())
        found = None if brought is None else SimpleNamespace(sqlite_version=brought)
        monkeypatch.setitem(sys.modules, "pysqlite3", found)  # None: importing it fails
        monkeypatch.setitem(sys.modules, "pysqlite3.dbapi2", SimpleNamespace())

    return say


@pytest.mark.parametrize(
    ("own", "brought", "used"),
    [
        (REPAIRED, "3.54.1", REPAIRED),  # a repaired one of the system is kept up to date by the system
        (AFFECTED, REPAIRED, REPAIRED),
        (AFFECTED, "3.51.1", AFFECTED),  # the one of pysqlite3-binary has the race too
        (AFFECTED, "3.52.0", AFFECTED),
        (AFFECTED, None, AFFECTED),
    ],
)
@pytest.mark.control("C-250")
def test_a_repaired_library_is_taken_and_no_other(own: str, brought: str | None, used: str, libraries: object) -> None:
    libraries(own, brought)  # type: ignore[operator]
    assert sqlite.use_repaired() == used
    import sqlite3

    assert sqlite3.sqlite_version == used


@pytest.mark.control("C-250")
def test_every_program_of_filiform_opens_its_database_with_one_library() -> None:
    asked = (
        "import os; os.environ['DJANGO_SETTINGS_MODULE'] = 'filiform.config.settings'\n"
        "os.environ['DATABASE_URL'] = 'sqlite:///:memory:'\n"
        "import django; django.setup()\n"
        "from django.db import connection; import sqlite3\n"
        "with connection.cursor() as cursor: there = cursor.execute('SELECT sqlite_version()').fetchone()[0]\n"
        "from filiform.config.durable import found\n"
        "print(there, sqlite3.sqlite_version, '.'.join(map(str, found(connection).version)))"
    )
    done = subprocess.run([sys.executable, "-c", asked], check=True, capture_output=True, text=True)
    assert len(set(done.stdout.split())) == 1, done.stdout


def test_the_tests_themselves_use_it() -> None:
    import sqlite3

    from django.db.backends.sqlite3 import base

    assert base.Database.sqlite_version == sqlite3.sqlite_version == sqlite.use_repaired()
