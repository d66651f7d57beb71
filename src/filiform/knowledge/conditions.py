"""Conditions from TOML into `clinical.condition`; muscles, measures, codes and groups are checked against the rest."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from filiform.clinical.anatomy import Muscle, Source
from filiform.clinical.coding import CodeBook
from filiform.clinical.condition import Condition, Usual
from filiform.clinical.evaluate import People, Scale
from filiform.clinical.terms import MuscleId
from filiform.knowledge.loading import Table, read

Sources = Mapping[str, Source]
Muscles = Mapping[MuscleId, Muscle]


def load_conditions(
    file: Path,
    sources: Sources,
    muscles: Muscles,
    scales: Mapping[str, Scale],
    people: Mapping[str, People],
    codes: CodeBook,
) -> dict[str, Condition]:
    """The conditions of one file, in its order; raises `KnowledgeError`."""
    root = read(file)
    found = {}
    for name, table in root.tables("condition"):
        group = table.text("people", "")
        if group and group not in people:
            raise table.error(f"{group!r} is no group of people.toml", "people")
        found[name] = _condition(name, table, sources, muscles, group, scales, codes)
    root.done()
    return found


def _condition(
    name: str,
    table: Table,
    sources: Sources,
    muscles: Muscles,
    people: str,
    scales: Mapping[str, Scale],
    codes: CodeBook,
) -> Condition:
    condition = Condition(
        id=name,
        words=table.text("words"),
        codes=table.ids("codes", codes.diagnoses, "code of icd10cm.toml"),
        usual=tuple(_usual(one, sources, muscles) for one in table.listed("usual")),
        measures=table.ids("measures", scales, "measure"),
        people=people,
        can=table.text("can"),
        cannot=table.text("cannot"),
        source_stays=table.flag("source_stays"),
        first=table.text("first"),
        cites=table.cites(sources),
    )
    for key, held in (("usual", condition.usual), ("measures", condition.measures), ("codes", condition.codes)):
        if not held:
            raise table.error(f"{key!r} is empty", key)
    table.done()
    return condition


def _usual(table: Table, sources: Sources, muscles: Muscles) -> Usual:
    names = tuple(MuscleId(one) for one in table.ids("muscles", muscles, "muscle"))
    percent = table.pair("percent") if table.has("percent") else None
    if percent is not None and not 0 < percent[0] <= percent[1] <= 100:
        raise table.error(f"{percent[0]} to {percent[1]} is no percentage", "percent")
    usual = Usual(names, percent, table.cites(sources))
    table.done()
    return usual
