"""Measures with their errors from TOML into the dataclasses of `clinical.evaluate`."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from filiform.clinical.anatomy import Source
from filiform.clinical.evaluate import Better, Figure, Scale
from filiform.knowledge import book
from filiform.knowledge.loading import HERE, Table, read


@functools.cache
def scales() -> Mapping[str, Scale]:
    """The measures `pain`, `tightness` and `range`, by id; raises `KnowledgeError`."""
    return MappingProxyType(load_scales(HERE / "instruments" / "scales.toml", book().sources))


def load_scales(file: Path, sources: Mapping[str, Source]) -> dict[str, Scale]:
    """The measures of one file; raises `KnowledgeError`."""
    root = read(file)
    found = {name: _scale(name, table, sources) for name, table in root.tables("scale")}
    root.done()
    return found


def _scale(name: str, table: Table, sources: Mapping[str, Source]) -> Scale:
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
        errors=_figures(table, "error", sources),
        important=_figures(table, "important", sources),
        cites=table.cites(sources),
    )
    table.done()
    return scale


def _figures(table: Table, key: str, sources: Mapping[str, Source]) -> tuple[Figure, ...]:
    return tuple(_figure(one, sources) for one in table.listed(key))


def _figure(table: Table, sources: Mapping[str, Source]) -> Figure:
    """Written in tenths of the unit, so that a file holds no number that a computer cannot hold exactly."""
    tenths = table.whole("tenths")
    if tenths <= 0:
        raise table.error(f"{tenths} tenths is no error and no change", "tenths")
    figure = Figure(tenths / 10, table.text("people", ""), table.cites(sources))
    table.done()
    return figure
