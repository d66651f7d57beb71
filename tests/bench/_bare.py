"""The same rows without Filiform: one transaction with an event and its audit row, on a connection of one's own.

What is left is the database and its disk. The ratio to it says what middleware, sign-in, audit and the ledger cost.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from filiform.config.database import sqlite_options, sqlite_version
from filiform.config.sqlite import use_repaired

EVENT = "INSERT INTO record_sessionevent (id, session_id, kind, body, received_at, received_by) VALUES "
AUDIT = "INSERT INTO record_auditrow (practice_id, number, at, by, role, act, about, done, detail, sealed) VALUES "
BODY = '{"kind": "twitch", "needle": "00000000-0000-0000-0000-000000000000", "device": "bench", "by": "staff:bench"}'
NOW = "2026-11-23 15:00:00"
Rows = list[tuple[Any, ...]]
Commit = Callable[[int], None]  # stores so many events with one audit row, in one transaction


@contextmanager
def sqlite(path: Path, practice: str, session: str) -> Iterator[Commit]:
    """On the SQLite file of a practice, opened as Filiform opens it, by the same library."""
    use_repaired()
    import sqlite3

    options = sqlite_options(sqlite_version())
    with closing(sqlite3.connect(path, isolation_level=None, timeout=options["timeout"])) as there:
        for pragma in options["init_command"].split(";"):
            there.execute(pragma)

        def run(sql: str, rows: Rows) -> None:
            if rows:
                there.executemany(sql, rows)
            else:
                there.execute(sql)

        yield _commit(run, "BEGIN IMMEDIATE", UUID(practice).hex, UUID(session).hex)


@contextmanager
def postgresql(url: str, practice: str, session: str) -> Iterator[Commit]:
    """On the PostgreSQL database at `url`."""
    import psycopg

    with psycopg.connect(url, autocommit=True) as there, there.cursor() as cursor:

        def run(sql: str, rows: Rows) -> None:
            marked = sql.replace("?", "%s")
            if rows:
                cursor.executemany(marked, rows)
            else:
                cursor.execute(marked)

        yield _commit(run, "BEGIN", practice, session)


def _commit(run: Callable[[str, Rows], None], begin: str, practice: str, session: str) -> Commit:
    # Its audit rows are of a chain that nobody verifies: far behind the real one, in a database that is thrown away.
    number = 10_000_000 + time.monotonic_ns() % 1_000_000_000

    def commit(events: int) -> None:
        nonlocal number
        number += 1
        run(begin, [])
        run(
            EVENT + "(?,?,?,?,?,?)",
            [(str(uuid4()), session, "twitch", BODY, NOW, "staff:bench") for _ in range(events)],
        )
        run(AUDIT + "(?,?,?,?,?,?,?,?,?,?)", [(practice, number, NOW, "b", "t", "a", session, True, "{}", "0" * 64)])
        run("COMMIT", [])

    return commit
