"""A query set compiled once and asked many times.

Django builds the SQL of a query set anew each time it is asked. For the head of a visit (twenty subqueries) that costs
ten times what the database does. Cost of this: it leans on the compiler's converters, which Django does not promise to
keep; `tests/record/test_visit.py` compares every row with the ordinary way.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import QuerySet
from django.db.models.query import get_related_populators

Id = UUID | int  # as a stand-in, one that no row has and that stands nowhere else in the query


class Prepared:
    """The SQL of `rows`, with stand-in ids that every question replaces: `(stand_in, real, stand_in, real)`."""

    def __init__(self, rows: QuerySet[Any, Any], alias: str) -> None:
        self._alias = alias
        self._compiler: Any = rows.query.get_compiler(using=alias)
        self._sql, self._params = self._compiler.as_sql()
        self._converters = self._compiler.get_converters([column for column, *_ in self._compiler.select])
        query = rows.query
        self._names = [*query.extra_select, *query.values_select, *query.annotation_select]

    def rows(self, *pairs: Id) -> list[tuple[Any, ...]]:
        """Every row as Python values, in the order of the columns."""
        connection = connections[self._alias]
        with connection.cursor() as cursor:
            cursor.execute(self._sql, filled(connection, self._params, pairs))
            found = [list(row) for row in cursor.fetchall()]
        return [tuple(row) for row in self._compiler.apply_converters(found, self._converters)]

    def ask(self, *pairs: Id) -> Iterator[dict[str, Any]]:
        """Every row as a dict; `rows` was made with `.values(...)`."""
        return (dict(zip(self._names, row, strict=True)) for row in self.rows(*pairs))

    def objects(self, *pairs: Id) -> Iterator[Any]:
        """Every row as a model instance with what `select_related` brought; as Django's own iterator builds them."""
        select, info = self._compiler.select, self._compiler.klass_info
        start, end = info["select_fields"][0], info["select_fields"][-1] + 1
        names = [column[0].target.attname for column in select[start:end]]
        related = get_related_populators(info, select, self._alias)  # type: ignore[call-arg]  # stubs are of Django 6
        for row in self.rows(*pairs):
            made = info["model"].from_db(self._alias, names, row[start:end])
            for populator in related:
                populator.populate(row, made)
            yield made


class PreparedText:
    """As `Prepared`, for a query set of which the columns are plain text: a union of JSON rows."""

    def __init__(self, rows: QuerySet[Any, Any], alias: str) -> None:
        self._connection = connections[alias]
        self._sql, self._params = rows.query.get_compiler(using=alias).as_sql()

    def ask(self, *pairs: Id) -> list[tuple[Any, ...]]:
        """Every row, with each stand-in replaced: `ask(stand_in, real, stand_in, real)`."""
        with connections[self._connection.alias].cursor() as cursor:
            cursor.execute(self._sql, filled(self._connection, self._params, pairs))
            return list(cursor.fetchall())


def filled(connection: BaseDatabaseWrapper, params: Sequence[object], pairs: Sequence[Id]) -> list[Any]:
    """`params` with each stand-in of `pairs` (stand-in, real, stand-in, real ...) replaced by the real id."""
    native = connection.features.has_native_uuid_field
    stored = [one.hex if isinstance(one, UUID) and not native else one for one in pairs]
    new = dict(zip(stored[::2], stored[1::2], strict=True))
    return [new.get(value, value) if isinstance(value, str | UUID | int) else value for value in params]
