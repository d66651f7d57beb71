"""Rows of many tables in one query, as plain dictionaries.

A page about a whole visit would else ask a dozen queries, one per table; here each table's rows become JSON objects
and the tables are joined by UNION ALL. Cost: times and decimals come back as text and are read again (`at`, `number`).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import CharField, QuerySet, Value
from django.db.models.functions import JSONObject

Row = Mapping[str, Any]


def gather(parts: Mapping[str, tuple[QuerySet[Any], Sequence[str]]]) -> dict[str, list[Row]]:
    """{kind: rows} for every kind of `parts`, (rows to take, their fields); rows come in no order. One query.

    A field may follow relations (`place__name`); its key in the row is the same.
    """
    return sort_out(parts, union(parts))


def union(parts: Mapping[str, tuple[QuerySet[Any], Sequence[str]]]) -> QuerySet[Any, tuple[Any, ...]]:
    """The query of `gather`, not yet asked: (kind, row as JSON)."""
    first, *others = (_query(kind, rows, fields) for kind, (rows, fields) in parts.items())
    return first.union(*others, all=True) if others else first


def sort_out(kinds: Iterable[str], rows: Iterable[tuple[Any, ...]]) -> dict[str, list[Row]]:
    """The rows of `union` by kind; a kind without rows has an empty list."""
    found: dict[str, list[Row]] = {kind: [] for kind in kinds}
    for kind, row in rows:
        found[kind].append(json.loads(row) if isinstance(row, str) else row)
    return found


def _query(kind: str, rows: QuerySet[Any], fields: Sequence[str]) -> QuerySet[Any, tuple[Any, ...]]:
    made = rows.order_by().annotate(
        gathered_kind=Value(kind, output_field=CharField()), gathered_row=JSONObject(**{name: name for name in fields})
    )
    pairs: QuerySet[Any, tuple[Any, ...]] = made.values_list("gathered_kind", "gathered_row")
    return pairs


def newest(rows: Sequence[Row]) -> Row | None:
    """The row with the highest number of a visit's series; None of none."""
    return max(rows, key=lambda row: int(row["number"]), default=None)


def in_order(rows: Sequence[Row]) -> list[Row]:
    """By the time of writing, oldest first."""
    return sorted(rows, key=lambda row: str(row["recorded_at"]))


def at(value: object) -> datetime:
    """A time from the database's text, UTC. SQLite gives no zone: it keeps UTC."""
    found = datetime.fromisoformat(str(value))
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def maybe_at(value: object) -> datetime | None:
    """As `at`, of a time that may be missing."""
    return None if value is None else at(value)


def day(value: object) -> date:
    """A date from the database's text."""
    return date.fromisoformat(str(value)[:10])


def number(value: object) -> Decimal:
    """A decimal from the database's text or number, without idle noughts: 4.0 is 4."""
    found = Decimal(str(value)).normalize()
    return found.quantize(Decimal(1)) if found == found.to_integral() else found


def structure(value: object) -> Any:
    """A JSON column inside the row: SQLite hands it over as text."""
    return json.loads(value) if isinstance(value, str) else value
