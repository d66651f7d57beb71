"""Movements with their norms from TOML into the dataclass of `clinical.movement`."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from types import MappingProxyType

from filiform.clinical.movement import Movement
from filiform.clinical.terms import Cite
from filiform.knowledge import book
from filiform.knowledge.loading import HERE, Table, read


@functools.cache
def movements() -> Mapping[str, Movement]:
    """Every movement by id, from the neck down to the foot; raises `KnowledgeError`."""
    root = read(HERE / "instruments" / "movements.toml")
    given = root.table("cites")
    cites = given.cites(book().sources, "norm")
    given.done()
    found = {name: _movement(name, table, cites) for name, table in root.tables("movement")}
    root.done()
    return MappingProxyType(found)


def _movement(name: str, table: Table, cites: tuple[Cite, ...]) -> Movement:
    low, high = table.pair("norm")
    if not 0 < low <= high <= 190:
        raise table.error(f"{low} to {high} degrees is no range of a joint", "norm")
    movement = Movement(name, table.text("joint"), table.text("words"), table.flag("paired"), (low, high), cites)
    table.done()
    return movement
