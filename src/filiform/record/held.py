"""Which tables the database itself holds append-only: those of the first release, and those that came later.

`appendonly.py` is read by migration 0002 and does not change any more, as nothing of a released migration does. A table
that comes later is held by its own migration, with `hold`.
"""

from __future__ import annotations

from filiform.record import appendonly

LATER = (
    "record_procedure",
    "record_asideevent",
    "record_lot",
    "record_lotmove",
    "record_lotrecall",
    "record_palpationplace",
)
APPEND_ONLY = (*appendonly.APPEND_ONLY, *LATER)


def hold(table: str, vendor: str) -> list[str]:
    """The statements that make one table append-only; `vendor` as Django names it."""
    if vendor == "postgresql":
        return [appendonly._pg_trigger(table, what) for what in ("UPDATE", "DELETE")]
    deleted = f"NOT {appendonly._PERMITTED}"
    return [appendonly._sqlite_trigger(table, what, when) for what, when in (("UPDATE", "1"), ("DELETE", deleted))]
