"""Writers of one server take turns on SQLite, which has one writer anyway.

Left to SQLite, a writer that finds another one waits by sleeping, up to a tenth of a second at a time, and whoever
wakes first is next: with twenty tablets most taps waited for longer than they took, some for seconds. A lock wakes the
next one at once. Cost: none that SQLite had not asked for. Other processes (import, a second server) wait as before.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

from django.db import connection, transaction

_turn = Lock()


@contextmanager
def writing(*, savepoint: bool = True) -> Iterator[None]:
    """`transaction.atomic()` for a write; the outermost one of a thread waits for its turn."""
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        with transaction.atomic(savepoint=savepoint):
            yield
        return
    with _turn, transaction.atomic(savepoint=savepoint):
        yield
