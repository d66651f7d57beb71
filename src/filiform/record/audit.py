"""The audit chain. Every write and every read of a patient leaves one row; each row seals the one before it.

Rows hold opaque ids, hashes and rule ids, never a name or a value: after a lawful erasure the chain still verifies.
A chain alone cannot see that its tail was cut off or that all of it was rewritten; for that the newest seal must be
kept off the machine (later issue: operations).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from filiform.clinical.access import Act
from filiform.record import turns
from filiform.record.actor import NOWHERE, Actor
from filiform.record.models import AuditRow

_NO_SEAL = "0" * 64
_APPEND = (
    'INSERT INTO record_auditrow ("practice_id", "number", "at", "by", "role", "act", "about", "done", "detail", '
    '"sealed") VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)'
)
_watch: ContextVar[Watch | None] = ContextVar("audit_watch", default=None)
_seen: ContextVar[set[tuple[str, str]] | None] = ContextVar("audit_seen", default=None)


@dataclass
class Watch:
    """Counts the audit rows an action leaves, so that one that leaves none fails loudly."""

    rows: list[int] = field(default_factory=list)


@contextmanager
def watching() -> Iterator[Watch]:
    """Count the audit rows written inside. What an action inside an action leaves counts for both."""
    outer, watch = _watch.get(), Watch()
    token = _watch.set(watch)
    try:
        yield watch
    finally:
        _watch.reset(token)
    if outer is not None:
        outer.rows.extend(watch.rows)


@contextmanager
def one_request() -> Iterator[None]:
    """Inside, reading the same thing twice leaves one audit row: a page is one read, however many parts it has."""
    token = _seen.set(set())
    try:
        yield
    finally:
        _seen.reset(token)


def seal(before: str, row: Mapping[str, object]) -> str:
    """The hash of `row` and of the seal before it, hex SHA-256."""
    canonical = json.dumps(row, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256((before + canonical).encode()).hexdigest()


def leave(
    *,
    by: Actor,
    at: datetime,
    act: Act,
    about: str | UUID,
    done: bool = True,
    detail: Mapping[str, object] | None = None,
) -> None:
    """Append one row to the chain of `by`'s practice. Must run inside a transaction.

    `about` is an opaque id; `detail` holds opaque ids, hashes and rule ids only. A visitor of no practice leaves
    none: there is no chain to write to before set-up.
    """
    if by.practice == NOWHERE:
        return
    last = _last_row(by.practice)
    number = last[0] + 1 if last else 1
    row = _sealed_part(by.practice, number, at, by.id, str(by.role), str(act), str(about), done, dict(detail or {}))
    sealed = seal(last[1] if last else _NO_SEAL, row)
    _append(row, at, sealed)
    watch = _watch.get()
    if watch is not None:
        watch.rows.append(number)


def leave_read(*, by: Actor, at: datetime, act: Act, about: str | UUID) -> None:
    """Record that `by` read something of `about`; once per request (see `one_request`)."""
    seen = _seen.get()
    key = (str(act), str(about))
    if seen is not None:
        if key in seen:
            return
        seen.add(key)
    with turns.writing(savepoint=False):  # a read has nothing to come back to, and every page has one
        leave(by=by, at=at, act=act, about=about)


def first_broken(practice: UUID, newest: int | None = None) -> int | None:
    """The number of the first row whose seal does not fit, or None when the chain verifies.

    `newest` checks only that many rows from the end, trusting the seal before them.
    """
    rows = AuditRow.objects.filter(practice_id=practice).order_by("number")
    before, expected = _NO_SEAL, 1
    if newest is not None and (start := rows.count() - newest) > 0:
        before, expected = rows.values_list("sealed", flat=True)[start - 1], start + 1
        rows = rows.filter(number__gte=expected)
    for row in rows.iterator():
        part = _sealed_part(
            practice, row.number, row.at, row.by, row.role, row.act, row.about, row.done, dict(row.detail)
        )
        if row.number != expected or row.sealed != seal(before, part):
            return expected
        before, expected = row.sealed, expected + 1
    return None


def _last_row(practice: UUID) -> tuple[int, str] | None:
    # By hand, because this is asked at every write and every page: compiling it took longer than running it.
    native = connection.features.has_native_uuid_field
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # Two writers would read the same last row; the lock lasts until the transaction ends. On SQLite the
            # transaction began IMMEDIATE, so there is only one writer.
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [practice.int & 0x7FFF_FFFF_FFFF_FFFF])
        cursor.execute(
            "SELECT number, sealed FROM record_auditrow WHERE practice_id = %s ORDER BY number DESC LIMIT 1",
            [practice if native else practice.hex],
        )
        found: tuple[int, str] | None = cursor.fetchone()
    return found


def _append(row: Mapping[str, object], at: datetime, sealed: str) -> None:
    # By hand for the same reason. `_sealed_part` names its keys as the columns are named.
    ops = connection.ops
    practice = UUID(str(row["practice"]))
    there: dict[str, Any] = {
        **row,
        "practice": practice if connection.features.has_native_uuid_field else practice.hex,
        "at": ops.adapt_datetimefield_value(at),
        "detail": ops.adapt_json_value(row["detail"], None),
    }
    with connection.cursor() as cursor:
        cursor.execute(_APPEND, [*there.values(), sealed])


def _sealed_part(
    practice: UUID,
    number: int,
    at: datetime,
    by: str,
    role: str,
    act: str,
    about: str,
    done: bool,
    detail: dict[str, object],
) -> dict[str, object]:
    stamp = int(at.timestamp() * 1_000_000)
    return {
        "practice": str(practice),
        "number": number,
        "at": stamp,
        "by": by,
        "role": role,
        "act": act,
        "about": about,
        "done": done,
        "detail": detail,
    }
