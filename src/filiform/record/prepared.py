"""A query set compiled once and asked many times.

Django builds the SQL of a query set anew each time it is asked. For the head of a visit (twenty subqueries) that costs
ten times what the database does. Cost of this: it leans on the compiler's converters, which Django does not promise to
keep; `tests/record/test_visit.py` compares every row with the ordinary way.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any
from uuid import UUID

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import QuerySet


class Prepared:
    """The SQL of `rows` (made with `.values(...)`), with stand-in ids that `ask` replaces."""

    def __init__(self, rows: QuerySet[Any, dict[str, Any]], alias: str) -> None:
        self._connection = connections[alias]
        compiler: Any = rows.query.get_compiler(using=alias)
        self._sql, self._params = compiler.as_sql()
        self._names = [*rows.query.extra_select, *rows.query.values_select, *rows.query.annotation_select]
        self._converters = compiler.get_converters([column for column, *_ in compiler.select])
        self._compiler = compiler

    def ask(self, *pairs: UUID) -> Iterator[dict[str, Any]]:
        """Every row as a dict, with each stand-in replaced: `ask(stand_in, real, stand_in, real)`."""
        with connections[self._connection.alias].cursor() as cursor:
            cursor.execute(self._sql, filled(self._connection, self._params, pairs))
            return self._read(cursor.fetchall())

    def _read(self, rows: Iterable[Sequence[Any]]) -> Iterator[dict[str, Any]]:
        converted = self._compiler.apply_converters([list(row) for row in rows], self._converters)
        return (dict(zip(self._names, row, strict=True)) for row in converted)


class PreparedText:
    """As `Prepared`, for a query set of which the columns are plain text: a union of JSON rows."""

    def __init__(self, rows: QuerySet[Any, Any], alias: str) -> None:
        self._connection = connections[alias]
        self._sql, self._params = rows.query.get_compiler(using=alias).as_sql()

    def ask(self, *pairs: UUID) -> list[tuple[Any, ...]]:
        """Every row, with each stand-in replaced: `ask(stand_in, real, stand_in, real)`."""
        with connections[self._connection.alias].cursor() as cursor:
            cursor.execute(self._sql, filled(self._connection, self._params, pairs))
            return list(cursor.fetchall())


def filled(connection: BaseDatabaseWrapper, params: Sequence[object], pairs: Sequence[UUID]) -> list[Any]:
    """`params` with each stand-in of `pairs` (stand-in, real, stand-in, real ...) replaced by the real id."""
    native = connection.features.has_native_uuid_field
    stored = [one if native else one.hex for one in pairs]
    new = dict(zip(stored[::2], stored[1::2], strict=True))
    return [new.get(value, value) if isinstance(value, str | UUID) else value for value in params]
