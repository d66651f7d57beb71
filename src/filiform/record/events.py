"""The events of a session as one text: the database strings them together, and Python reads them once.

A row for each event cost more than everything that is done with them: Django converts every column of every row, and
the columns of the session stood in each. What a text says never changes, so what was read of it is kept by the text
itself: the strip of open rooms stands on every page of a therapist, and most sessions are as they were on the page
before. An event more is another text. Cost: some megabytes for the texts that were read last.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.db.models import Aggregate, OuterRef, Subquery, TextField

from filiform.clinical import needle
from filiform.record import models as m

_REMEMBERED = 32  # sessions; of 2,000 events each, four megabytes


class _StrungTogether(Aggregate):
    """Stored JSON, one after the other, with commas between."""

    output_field = TextField()
    function = "GROUP_CONCAT"  # of SQLite: its comma has no space behind it
    template = "%(function)s(%(expressions)s)"

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        template = "STRING_AGG((%(expressions)s)::text, ',')"
        return super().as_sql(compiler, connection, template=template, **context)


@dataclass(frozen=True, slots=True)
class Events:
    """The events of a session, with every content of an id that came with several, in no order. `text`: a JSON list."""

    text: str = "[]"

    @classmethod
    def of(cls, strung: str | None) -> Events:
        """From the column that `of_session` makes; None of a session without events yet."""
        return cls(f"[{strung}]") if strung else cls()

    @property
    def bodies(self) -> list[dict[str, Any]]:
        """As they are stored, made anew for whoever asks."""
        found: list[dict[str, Any]] = json.loads(self.text)
        return found

    @property
    def every(self) -> tuple[needle.Event, ...]:
        return _read(self.text)

    @property
    def state(self) -> needle.State:
        """What they fold to."""
        return _folded(self.text)


def of_session(session: str = "pk") -> Subquery:
    """The events of the session that a query is about, as one column; `session`: where that query has its id."""
    rows = m.SessionEvent.objects.filter(session=OuterRef(session)).order_by().values("session")
    return Subquery(rows.annotate(strung=_StrungTogether("body")).values("strung"))


@lru_cache(_REMEMBERED)
def _read(text: str) -> tuple[needle.Event, ...]:
    return tuple(map(needle.event_again, json.loads(text)))


@lru_cache(_REMEMBERED)
def _folded(text: str) -> needle.State:
    return needle.fold(_read(text))
