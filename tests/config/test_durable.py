"""A database that could lose what it acknowledged is refused: every unsafe setting, by every command that serves.

The settings are made unsafe in a real database and asked back from it. Each test that refuses has its negative control:
with the guard taken out, the same body no longer holds.
"""

from __future__ import annotations

import itertools
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db.backends.signals import connection_created
from django.db.backends.sqlite3.base import DatabaseWrapper
from pytest_django import DjangoDbBlocker

from filiform.config import durable
from filiform.config.database import Version, sqlite_database, sqlite_version
from filiform.config.durable import Postgres, Sqlite, file_system, folder_problem
from filiform.config.start import ROOT, Refused
from tests import needs

AFFECTED, REPAIRED = (3, 40, 1), (3, 51, 3)
JOURNALS = ("WAL", "TRUNCATE", "PERSIST", "DELETE", "MEMORY", "OFF", "")
# Written by hand from the table of simulated power cuts: (journal, synchronous) that lost nothing.
LOST_NOTHING = {("WAL", 2), ("WAL", 3), ("TRUNCATE", 2), ("TRUNCATE", 3), ("PERSIST", 2), ("PERSIST", 3), ("DELETE", 3)}


def _safe(version: Version, journal: str, synchronous: int, foreign_keys: bool, begins: str) -> bool:
    wal_race = journal == "WAL" and version == AFFECTED
    return (journal, synchronous) in LOST_NOTHING and not wal_race and foreign_keys and begins == "IMMEDIATE"


@pytest.mark.control("C-210")
def test_exactly_the_settings_that_lost_nothing_are_let_through() -> None:
    every = list(
        itertools.product(
            (AFFECTED, REPAIRED), JOURNALS, (-1, 0, 1, 2, 3, 4), (True, False), ("IMMEDIATE", "DEFERRED", "")
        )
    )
    wrong = [one for one in every if (Sqlite(*one).problems() == ()) is not _safe(*one)]
    assert wrong == []
    assert 0 < sum(_safe(*one) for one in every) < len(every)


@pytest.mark.control("C-210")
@pytest.mark.parametrize(
    ("shown", "says"),
    [
        (("off", "on", "on"), "fsync is off"),
        (("on", "off", "on"), "synchronous_commit is off"),
        (("on", "on", "off"), "full_page_writes is off"),
        (("", "on", "on"), "fsync is "),
        (("on", "maybe", "on"), "synchronous_commit is maybe"),
    ],
)
def test_an_unsafe_postgresql_is_named_by_its_setting(shown: tuple[str, str, str], says: str) -> None:
    assert Postgres(*shown).problems() == (says,)
    assert all(
        Postgres("on", commit, "on").problems() == () for commit in ("on", "local", "remote_write", "remote_apply")
    )


# ---- asked of a real database

UNSAFE = {
    "PRAGMA synchronous=NORMAL": "synchronous is NORMAL; with journal mode",
    "PRAGMA synchronous=OFF": "synchronous is OFF",
    "PRAGMA journal_mode=DELETE": "synchronous is FULL; with journal mode DELETE it must be EXTRA",
    "PRAGMA journal_mode=MEMORY": "its journal is MEMORY",
    "PRAGMA journal_mode=OFF": "its journal is OFF",
    "PRAGMA foreign_keys=OFF": "foreign keys are off",
}


def _opened(path: Path, spoilt: str = "", **options: Any) -> DatabaseWrapper:
    entry = sqlite_database(path / "x.sqlite3", sqlite_version())
    entry["OPTIONS"] |= {"init_command": "; ".join(filter(None, (entry["OPTIONS"]["init_command"], spoilt))), **options}
    rest: dict[str, Any] = {
        "AUTOCOMMIT": True,
        "ATOMIC_REQUESTS": False,
        "CONN_HEALTH_CHECKS": False,
        "TIME_ZONE": None,
        "TEST": {},
    }
    return DatabaseWrapper({**rest, **entry}, alias="probe")


def _is_refused(connection: DatabaseWrapper, says: str) -> None:
    with pytest.raises(Refused) as caught:
        durable.refuse_unless_durable(connection, lasting=False)
    assert says in str(caught.value)
    assert str(connection.settings_dict["NAME"]) in str(caught.value)
    assert "start again" in str(caught.value)


@pytest.mark.control("C-210")
@pytest.mark.parametrize("spoilt", UNSAFE)
def test_an_open_database_that_is_unsafe_is_refused(
    spoilt: str, tmp_path: Path, django_db_blocker: DjangoDbBlocker, monkeypatch: pytest.MonkeyPatch
) -> None:
    with django_db_blocker.unblock():
        _is_refused(_opened(tmp_path, spoilt), UNSAFE[spoilt])
        monkeypatch.setattr(Sqlite, "problems", lambda self: ())
        with pytest.raises(pytest.fail.Exception, match="DID NOT RAISE"):  # the negative control
            _is_refused(_opened(tmp_path, spoilt), UNSAFE[spoilt])


@pytest.mark.control("C-210")
def test_wal_is_refused_where_the_library_has_the_race(
    tmp_path: Path, django_db_blocker: DjangoDbBlocker, monkeypatch: pytest.MonkeyPatch
) -> None:
    with django_db_blocker.unblock():
        monkeypatch.setattr(durable, "_version", lambda text: AFFECTED)
        _is_refused(_opened(tmp_path, "PRAGMA journal_mode=WAL"), "it is in WAL mode, and SQLite 3.40.1 can corrupt")
        monkeypatch.setattr(durable, "_version", lambda text: REPAIRED)
        durable.refuse_unless_durable(_opened(tmp_path, "PRAGMA journal_mode=WAL"), lasting=False)


@pytest.mark.control("C-210")
def test_deferred_writes_are_refused(tmp_path: Path, django_db_blocker: DjangoDbBlocker) -> None:
    with django_db_blocker.unblock():
        _is_refused(_opened(tmp_path, transaction_mode=None), "writes begin DEFERRED, not IMMEDIATE")


def test_as_we_open_it_a_database_is_durable_and_syncs_fully_on_a_mac_too(
    tmp_path: Path, django_db_blocker: DjangoDbBlocker
) -> None:
    with django_db_blocker.unblock():
        opened = _opened(tmp_path)
        durable.refuse_unless_durable(opened, lasting=False)
        with opened.cursor() as cursor:
            assert cursor.execute("PRAGMA fullfsync").fetchone() == (1,)
        opened.close()


@pytest.mark.postgres
@pytest.mark.django_db
@pytest.mark.control("C-210")
def test_postgresql_that_does_not_wait_for_its_disk_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    from django.db import connection

    asked = durable.found(connection)
    assert set(asked.problems()) <= {"fsync is off"}, "a test server may be quick; a practice's may not"
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL synchronous_commit = off")
    monkeypatch.setattr(connection, "close", lambda: None)  # or the test's own transaction would be gone
    with pytest.raises(Refused, match=r"synchronous_commit is off.*postgresql\.conf"):
        durable.refuse_unless_durable(connection)


# ---- while it runs


@pytest.mark.control("C-210")
def test_a_server_asks_every_new_connection(tmp_path: Path, django_db_blocker: DjangoDbBlocker) -> None:
    def a_later_connection_is_refused() -> None:
        unsafe = _opened(tmp_path, "PRAGMA synchronous=NORMAL")
        with pytest.raises(Refused, match="synchronous is NORMAL"):
            unsafe.ensure_connection()
        assert unsafe.connection is None, "a connection that stays open would be used by the next request"

    with django_db_blocker.unblock():
        durable.watch()
        try:
            a_later_connection_is_refused()
            _opened(tmp_path).ensure_connection()
        finally:
            connection_created.disconnect(dispatch_uid="filiform.config.durable")
        with pytest.raises(pytest.fail.Exception, match="DID NOT RAISE"):  # the negative control
            a_later_connection_is_refused()


def test_the_served_application_watches() -> None:
    script = (
        "import filiform.config.wsgi; from django.db.backends.signals import connection_created as c;"
        "print([receiver[0][0] for receiver in c.receivers])"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src"), "FILIFORM_SECRET_KEY": "k" * 60}
    done = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True)
    assert "filiform.config.durable" in done.stdout


# ---- the commands that serve

# Starts a command with the database spoilt, and says so where the server itself would begin.
STARTED = """
import sys
from filiform.config import database, durable, server
from filiform.config.commands import demo, serve
options = database.sqlite_options
def spoilt(version):
    found = options(version)
    return found | {"init_command": found["init_command"] + sys.argv[1]}
database.sqlite_options = spoilt
for one in (demo, serve):
    one.serve_until_stopped = lambda *address: print("serving")
demo.make_practice = lambda address: None
if sys.argv[2] == "no guard":
    durable.check = lambda **how: None
from filiform.config.cli import main
sys.exit(main(sys.argv[3:]))
"""


def _start(data: Path, spoilt: str, guard: str, *command: str) -> subprocess.CompletedProcess[str]:
    own = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "FILIFORM_SECRET_KEY")}
    own |= {"FILIFORM_DATA": str(data), "PYTHONPATH": str(ROOT / "src")}
    words = [sys.executable, "-c", STARTED, spoilt, guard, *command]
    return subprocess.run(words, env=own, capture_output=True, text=True, timeout=120, check=False)


@pytest.mark.control("C-210")
@pytest.mark.parametrize("command", [("serve",), ("demo", "--no-browser")])
def test_an_unsafe_database_is_not_served(command: tuple[str, ...], tmp_path: Path) -> None:
    needs.disk(tmp_path)
    port = ("--port", str(_free_port()))
    done = _start(tmp_path, "; PRAGMA synchronous=NORMAL", "guarded", *command, *port)
    assert (done.returncode, "serving" in done.stdout) == (1, False)
    assert "could lose what it acknowledged: synchronous is NORMAL" in done.stderr
    assert "Traceback" not in done.stderr
    # The negative control: without the guard the same database is served.
    assert "serving" in _start(tmp_path, "; PRAGMA synchronous=NORMAL", "no guard", *command, *port).stdout
    # And a safe one is served with it.
    assert "serving" in _start(tmp_path, "", "guarded", *command, *port).stdout


def _free_port() -> int:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_nothing_is_imported_into_an_unsafe_database(tmp_path: Path) -> None:
    record = next((ROOT / "tests" / "fixtures" / "patients").glob("Renato_*.json.gz"))
    done = _start(tmp_path, "; PRAGMA journal_mode=MEMORY", "guarded", "import", str(record))
    assert (done.returncode, done.stdout) == (1, "")
    assert "its journal is MEMORY" in done.stderr


def test_the_doctor_says_the_same(tmp_path: Path) -> None:
    import json

    assert _start(tmp_path, "", "guarded", "export", "nobody").returncode == 1  # makes the database
    told = json.loads(_start(tmp_path, "; PRAGMA synchronous=NORMAL", "guarded", "doctor").stdout)
    assert (told["ok"], told["database"]["synchronous"]) == (False, "NORMAL")
    assert "synchronous is NORMAL" in told["database"]["unsafe"]
    assert any("synchronous is NORMAL" in one and "serve refuses to start" in one for one in told["problems"])
    assert json.loads(_start(tmp_path, "", "guarded", "doctor").stdout)["database"]["synchronous"] == "FULL"


# ---- where the file lies

MOUNTINFO = """\
22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw
30 22 0:25 / /dev/shm rw,nosuid - tmpfs tmpfs rw
31 22 0:40 / /srv/far\\040away rw,relatime shared:2 - nfs4 server:/export rw
32 22 0:41 / /srv/copied rw - fuse.sshfs somebody@server:/ rw
33 22 254:1 / /srv/disk rw - fuseblk /dev/vdb1 rw
34 30 254:2 / /dev/shm/disk rw - ext4 /dev/vdc rw
"""


@pytest.fixture
def mounts(tmp_path: Path) -> Path:
    path = tmp_path / "mountinfo"
    path.write_text(MOUNTINFO)
    return path


@pytest.mark.parametrize(
    ("folder", "kind"),
    [
        ("/srv", "ext4"),
        ("/dev/shm", "tmpfs"),
        ("/dev/shm/a/b", "tmpfs"),
        ("/dev/shm/disk/a", "ext4"),
        ("/dev/shmem", "ext4"),
        ("/srv/far away/data", "nfs4"),
        ("/srv/copied/x", "fuse.sshfs"),
    ],
)
def test_the_file_system_of_a_folder_is_that_of_its_nearest_mount(folder: str, kind: str, mounts: Path) -> None:
    assert file_system(Path(folder), mounts) == kind


def test_where_the_system_does_not_say_it_is_unknown(tmp_path: Path) -> None:
    assert file_system(tmp_path, tmp_path / "nothing") == "unknown"


@pytest.mark.control("C-211")
@pytest.mark.parametrize(
    ("folder", "says"),
    [
        ("/dev/shm/data", "in memory (tmpfs) and gone"),
        ("/srv/far away", "on another machine (nfs4)"),
        ("/srv/copied", "on another machine (fuse.sshfs)"),
    ],
)
def test_a_folder_that_does_not_last_is_refused(
    folder: str, says: str, mounts: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: Callable[[Path], str] = lambda folder: file_system(folder, mounts)  # noqa: E731
    monkeypatch.setattr(durable, "file_system", seen)
    assert says in (folder_problem(Path(folder)) or "")
    assert "FILIFORM_DATA" in (folder_problem(Path(folder)) or "")
    assert folder_problem(Path("/srv/disk")) is None


@pytest.mark.control("C-211")
def test_serving_from_such_a_folder_is_refused_and_the_demo_is_not(
    tmp_path: Path, django_db_blocker: DjangoDbBlocker, monkeypatch: pytest.MonkeyPatch
) -> None:
    def is_refused() -> None:
        with pytest.raises(Refused, match="in memory"):
            durable.refuse_unless_durable(_opened(tmp_path))

    with django_db_blocker.unblock():
        monkeypatch.setattr(durable, "file_system", lambda folder: "tmpfs")
        is_refused()
        durable.refuse_unless_durable(_opened(tmp_path), lasting=False)
        monkeypatch.setattr(durable, "folder_problem", lambda folder: None)
        with pytest.raises(pytest.fail.Exception, match="DID NOT RAISE"):  # the negative control
            is_refused()
