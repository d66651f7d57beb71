"""A database of its own in which transactions really end, for threads and for a server: what one test needs of it.

Ordinary tests run inside one transaction that is rolled back, which neither a second thread nor a server can share.
On PostgreSQL the test database is used and emptied afterwards (TRUNCATE, which row triggers do not see). On SQLite the
in-memory test database is copied into a file, because in memory two connections share locks in a way that files do not.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from threading import Barrier
from typing import Any

from django.db import connection, connections

from filiform.config.database import sqlite_options, sqlite_version

PATIENCE = 30  # seconds until a thread that waits for another gives up


@contextmanager
def file_database(path: Path) -> Iterator[None]:
    """Everything inside works on a copy of the SQLite test database at `path`, opened as in production."""
    memory = connections["default"]
    memory.ensure_connection()
    with sqlite3.connect(path) as copy:
        memory.connection.backup(copy)
    copy.close()
    before = connections.settings["default"]
    here = {**before, "NAME": str(path), "OPTIONS": sqlite_options(sqlite_version()), "CONN_MAX_AGE": 0}
    connections.settings["default"] = here
    del connections["default"]
    try:
        yield
    finally:
        connections["default"].close()
        connections.settings["default"] = before
        connections["default"] = memory


def at_once(*jobs: Callable[[], Any]) -> list[Any]:
    """Run `jobs` in a thread each, all beginning together; what each returned or raised, in their order."""
    gate = Barrier(len(jobs))
    with ThreadPoolExecutor(len(jobs)) as pool:
        running = [pool.submit(_one, job, gate) for job in jobs]
        return [one.result(PATIENCE) for one in running]


def _one(job: Callable[[], Any], gate: Barrier) -> Any:
    try:
        connection.ensure_connection()
        gate.wait(PATIENCE)
        return job()
    except Exception as error:
        return error
    finally:
        connection.close()
