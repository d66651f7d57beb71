"""Measures with their figures, and the groups they were published for, from TOML into `clinical.evaluate`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from filiform.clinical.anatomy import Region, Source
from filiform.clinical.evaluate import Better, Figure, Licence, People, Scale, Settling
from filiform.clinical.terms import RegionId
from filiform.knowledge.loading import Table, read

Sources = Mapping[str, Source]
Groups = Mapping[str, People]
# A figure is written in one of these; whole numbers, so that a file holds none that a computer cannot hold exactly.
PARTS = {"tenths": 10, "hundredths": 100, "percent": 1}


def load_people(file: Path, sources: Sources, regions: Mapping[RegionId, Region]) -> dict[str, People]:
    """The groups of one file; raises `KnowledgeError`."""
    root = read(file)
    found = {name: _people(name, table, sources, regions) for name, table in root.tables("people")}
    root.done()
    return found


def _people(name: str, table: Table, sources: Sources, regions: Mapping[RegionId, Region]) -> People:
    words = table.text("words")
    places = frozenset(RegionId(one) for one in table.ids("regions", regions, "region"))
    people = People(name, words, places, table.cites(sources))
    table.done()
    return people


def load_scales(file: Path, sources: Sources, groups: Groups) -> dict[str, Scale]:
    """The measures of one file; raises `KnowledgeError`."""
    root = read(file)
    given = root.table("settling")
    settling = Settling(_positive(given, "hours"), given.cites(sources))
    given.done()
    found = {name: _scale(name, table, sources, groups, settling) for name, table in root.tables("scale")}
    root.done()
    return found


def _positive(table: Table, key: str) -> int:
    value = table.whole(key)
    if value <= 0:
        raise table.error(f"{value} in {key!r} is not above nought", key)
    return value


def _scale(name: str, table: Table, sources: Sources, groups: Groups, settling: Settling) -> Scale:
    low, high = table.pair("range")
    if low >= high:
        raise table.error(f"{low} to {high} is no range", "range")
    scale = Scale(
        id=name,
        words=table.text("words"),
        unit=table.text("unit"),
        better=table.one_of("better", Better),
        low=low,
        high=high,
        errors=_figures(table, "error", sources, groups),
        important=_figures(table, "important", sources, groups),
        cites=table.cites(sources),
        rating=table.flag("rating", False),
        settling=settling,
        licence=table.one_of("licence", Licence),
        licence_words=table.text("licence_words"),
        note=table.text("note", ""),
    )
    table.done()
    return scale


def _figures(table: Table, key: str, sources: Sources, groups: Groups) -> tuple[Figure, ...]:
    return tuple(_figure(one, sources, groups) for one in table.listed(key))


def _figure(table: Table, sources: Sources, groups: Groups) -> Figure:
    parts = [part for part in PARTS if table.has(part)]
    if len(parts) != 1:
        raise table.error(f"a figure is written in one of {', '.join(PARTS)}, not in {' and '.join(parts) or 'none'}")
    part = parts[0]
    whole = table.whole(part)
    if whole <= 0:
        raise table.error(f"{whole} {part} is no error and no change", part)
    people = table.text("people", "")
    if people and people not in groups:
        raise table.error(f"{people!r} is no group of people.toml", "people")
    figure = Figure(
        value=whole / PARTS[part],
        people=people,
        cites=table.cites(sources),
        percent=part == "percent",
        begins=table.pair("begins") if table.has("begins") else None,
        note=table.text("note", ""),
        found_in=groups[people].words if people else "",
    )
    table.done()
    return figure
