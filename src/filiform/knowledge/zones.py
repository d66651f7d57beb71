"""The zones of `body/zones.toml`: which part of the figure opens on a phone, and what can be tapped in it."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from enum import StrEnum
from pathlib import Path

from filiform.clinical.anatomy import Region
from filiform.clinical.figure import Box, View, Zone
from filiform.clinical.terms import BodySite, RegionId, Side
from filiform.knowledge import book
from filiform.knowledge.loading import HERE, Table, read

ZONES = HERE / "body" / "zones.toml"
FROM_BEHIND = frozenset({View.BACK, View.HEAD_BACK, View.HAND_BACK})  # the viewer's right is the patient's right
PROFILES = {View.LEFT: View.RIGHT, View.HEAD_LEFT: View.HEAD_RIGHT}


class Kind(StrEnum):
    """How a zone is written: for both sides at once, for the viewer's right half, or for the left profile."""

    WHOLE = "whole"
    PAIR = "pair"
    PROFILE = "profile"


@functools.cache
def zones() -> tuple[Zone, ...]:
    """All zones, in the file's order, left before right; raises `KnowledgeError`."""
    return load_zones(ZONES, book().regions)


def load_zones(file: Path, regions: Mapping[RegionId, Region]) -> tuple[Zone, ...]:
    """The zones of one file; raises `KnowledgeError` with file and line."""
    root = read(file)
    found = tuple(zone for name, table in root.tables("zone") for zone in _zones(name, table, regions))
    root.done()
    return found


def _zones(name: str, table: Table, regions: Mapping[RegionId, Region]) -> Iterator[Zone]:
    kind = table.one_of("kind", Kind)
    on, view = table.one_of("on", View), table.one_of("view", View)
    words, area, box = table.text("words"), _box(table, "area"), _box(table, "box")
    ids = table.ids("regions", regions, "region"), table.ids("chips", regions, "region")
    table.done()
    for side in _sides(kind, view):
        far = {seen: kind is not Kind.WHOLE and side is not _at_right(seen) for seen in (on, view)}
        yield Zone(
            id=name,
            words=words,
            side=None if kind is Kind.WHOLE else side,
            on=PROFILES.get(on, on) if far[on] else on,
            area=_mirrored(area) if far[on] else area,
            view=PROFILES.get(view, view) if far[view] else view,
            box=_mirrored(box) if far[view] else box,
            places=_places(ids[0], regions, None if kind is Kind.WHOLE else side),
            chips=tuple(RegionId(chip) for chip in ids[1]),
        )


def _at_right(view: View) -> Side:
    """The side of what lies at the viewer's right, or of the profile that is written down."""
    return Side.RIGHT if view in FROM_BEHIND else Side.LEFT


def _sides(kind: Kind, view: View) -> tuple[Side, ...]:
    return (_at_right(view),) if kind is Kind.WHOLE else (Side.LEFT, Side.RIGHT)


def _places(names: tuple[str, ...], regions: Mapping[RegionId, Region], side: Side | None) -> tuple[BodySite, ...]:
    sides = (Side.LEFT, Side.RIGHT) if side is None else (side,)
    return tuple(
        BodySite(region.id, one)
        for region in (regions[RegionId(name)] for name in names)
        for one in ((Side.MIDLINE,) if region.midline else sides)
    )


def _box(table: Table, key: str) -> Box:
    pairs = table.points(key)
    if len(pairs) != 2 or min(pairs[1]) <= 0:
        raise table.error(f"{key!r} must be a corner and a size above 0: [[x, y], [width, height]]", key)
    return (*pairs[0], *pairs[1])


def _mirrored(box: Box) -> Box:
    x, y, width, height = box
    return 0.0 - x - width, y, width, height
