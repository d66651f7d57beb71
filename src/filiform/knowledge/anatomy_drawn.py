"""Muscles and hazards on the figure, from `body/drawn/anatomy` into `clinical.anatomy_drawn`.

The files are made by `python -m drawing` from `body/muscles` and `body/hazards.toml` and hold one half of each view;
the other half is its mirror image and is added here, so that the two sides cannot differ.
"""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from filiform.clinical.anatomy import Hazard
from filiform.clinical.anatomy_drawn import AnatomyDrawing, Depth, HazardZone, Outline
from filiform.clinical.figure import Build, Spot, View
from filiform.clinical.terms import Cite, MuscleId, Side
from filiform.knowledge import book
from filiform.knowledge.loading import HERE, KnowledgeError, Table

ABOUT = "about.json"
PAIR = "pair"  # a hazard of which the file holds one side
TURNED = {View.RIGHT: View.LEFT, View.HEAD_RIGHT: View.HEAD_LEFT}  # views that are the mirror image of another file's
ALONE = (View.LEFT, View.HEAD_LEFT)  # views of one side only: nothing is added to them
_NUMBER = r"-?(?:\d+(?:\.\d)?|\.\d)"
_PATH = re.compile(rf"(?:M{_NUMBER} ?{_NUMBER}(?:[lc](?: ?{_NUMBER})+)+Z)+")
_PARTS = re.compile(r"[Mlc]([^MlcZ]+)")  # the numbers behind each letter: pairs of x and y
_TOKEN = re.compile(rf"[MlcZ]|{_NUMBER}")


@dataclass(frozen=True, slots=True)
class About:
    """What the drawings of all views share: the sources of each muscle's shape, the kind and words of each hazard."""

    muscles: Mapping[str, tuple[tuple[Cite, ...], tuple[Cite, ...]]]
    hazards: Mapping[str, tuple[Hazard, str, tuple[Cite, ...]]]


def load_anatomy(
    folder: Path, view: View, build: Build, muscles: Mapping[MuscleId, object], sources: Mapping[str, object]
) -> AnatomyDrawing:
    """One view in one build, both sides where it shows both; raises `KnowledgeError` naming file and place."""
    about = _about(folder / ABOUT, muscles, sources)
    file = TURNED.get(view, view)
    root = _read(folder / build.value / f"{file.value}.json")
    own = root.one_of("side", Side)
    outlines = tuple(_outline(table, file, own, about) for table in root.listed("muscles"))
    zones = tuple(_zone(table, file, own, about) for table in root.listed("hazards"))
    root.done()
    if view in TURNED:
        return AnatomyDrawing(view, build, *_turned_view(outlines, zones, view))
    if view in ALONE:
        return AnatomyDrawing(view, build, outlines, tuple(zone for zone, _ in zones))
    return AnatomyDrawing(view, build, tuple(_both(outlines)), tuple(_both_zones(zones)))


@functools.cache
def anatomy(view: View, build: Build) -> AnatomyDrawing:
    """The drawing that ships with Filiform, read once a process; raises `KnowledgeError`."""
    known = book()
    return load_anatomy(HERE / "body" / "drawn" / "anatomy", view, build, known.muscles, known.sources)


def _read(file: Path) -> Table:
    try:
        data = json.loads(file.read_text(encoding="utf-8"))
    except OSError as wrong:
        raise KnowledgeError(file, f"cannot be read: {wrong.strerror}; make it with python -m drawing") from wrong
    except ValueError as wrong:
        raise KnowledgeError(file, f"is no JSON: {wrong}; make it again with python -m drawing") from wrong
    if not isinstance(data, dict):
        raise KnowledgeError(file, "must hold one object; make it again with python -m drawing")
    return Table(data, file)


def _about(file: Path, muscles: Mapping[MuscleId, object], sources: Mapping[str, object]) -> About:
    root = _read(file)
    shapes: dict[str, tuple[tuple[Cite, ...], tuple[Cite, ...]]] = {}
    for name, table in root.tables("muscles"):
        if name not in muscles:
            raise table.error(f"{name!r} is not a known muscle")
        shapes[name] = table.cites(sources, "outline"), table.cites(sources, "points")
        table.done()
    hazards: dict[str, tuple[Hazard, str, tuple[Cite, ...]]] = {}
    for name, table in root.tables("hazards"):
        hazards[name] = table.one_of("kind", Hazard), table.text("words"), table.cites(sources)
        table.done()
    root.done()
    return About(shapes, hazards)


def _outline(table: Table, view: View, own: Side, about: About) -> Outline:
    muscle = _known(table, "muscle", about.muscles)
    cites, point_cites = about.muscles[muscle]
    outline = Outline(
        muscle=MuscleId(muscle),
        side=own,
        view=view,
        depth=table.one_of("depth", Depth),
        path=_path(table),
        points=table.points("points"),
        cites=cites,
        point_cites=point_cites,
    )
    table.done()
    return outline


def _zone(table: Table, view: View, own: Side, about: About) -> tuple[HazardZone, bool]:
    """The zone, and whether it is one of a pair."""
    hazard = _known(table, "hazard", about.hazards)
    kind, words, cites = about.hazards[hazard]
    pair = table.peek("side") == PAIR
    side = own if pair else table.one_of("side", Side)
    if pair:
        table.text("side")
    label = table.points("label")
    if len(label) != 1:
        raise table.error("'label' must be one point", "label")
    zone = HazardZone(hazard, kind, side, view, _path(table), words, label[0], cites)
    table.done()
    return zone, pair


def _known(table: Table, key: str, known: Mapping[str, object]) -> str:
    name = table.text(key)
    if name not in known:
        raise table.error(f"{name!r} in {key!r} is not in {ABOUT}", key)
    return name


def _path(table: Table) -> str:
    path = table.text("path")
    if not _PATH.fullmatch(path) or any(len(_TOKEN.findall(part)) % 2 for part in _PARTS.findall(path)):
        raise table.error(f"{path[:40]!r} is not a path as python -m drawing writes it", "path")
    return path


# ---- the other half


def mirrored(path: str) -> str:
    """The path on the other side of x = 0. Only M, l, c and Z, whose numbers are x and y by turns."""
    out, last, x = "", "", True
    for token in _TOKEN.findall(path):
        if token.isalpha():
            out, last, x = out + token, "", True
            continue
        number = _negative(token) if x else token
        space = last and not number.startswith("-") and not (number.startswith(".") and "." in last)
        out, last, x = out + (" " if space else "") + number, number, not x
    return out


def _negative(number: str) -> str:
    if not float(number):
        return number
    return number[1:] if number.startswith("-") else f"-{number}"


def _other(side: Side) -> Side:
    return {Side.LEFT: Side.RIGHT, Side.RIGHT: Side.LEFT}.get(side, Side.MIDLINE)


def _spot(at: Spot) -> Spot:
    return 0.0 - at[0], at[1]


def _turned(outline: Outline, view: View) -> Outline:
    return Outline(
        muscle=outline.muscle,
        side=_other(outline.side),
        view=view,
        depth=outline.depth,
        path=mirrored(outline.path),
        points=tuple(_spot(at) for at in outline.points),
        cites=outline.cites,
        point_cites=outline.point_cites,
    )


def _turned_zone(zone: HazardZone, view: View) -> HazardZone:
    return HazardZone(
        hazard=zone.hazard,
        kind=zone.kind,
        side=_other(zone.side),
        view=view,
        path=mirrored(zone.path),
        words=zone.words,
        label=_spot(zone.label),
        cites=zone.cites,
    )


def _both(outlines: tuple[Outline, ...]) -> Iterator[Outline]:
    for outline in outlines:
        yield outline
        yield _turned(outline, outline.view)


def _both_zones(zones: tuple[tuple[HazardZone, bool], ...]) -> Iterator[HazardZone]:
    for zone, pair in zones:
        yield zone
        if pair:
            yield _turned_zone(zone, zone.view)


def _turned_view(
    outlines: tuple[Outline, ...], zones: tuple[tuple[HazardZone, bool], ...], view: View
) -> tuple[tuple[Outline, ...], tuple[HazardZone, ...]]:
    """What lies on one side only (the spleen) is not on the other."""
    return (
        tuple(_turned(outline, view) for outline in outlines),
        tuple(_turned_zone(zone, view) for zone, pair in zones if pair or zone.side is Side.MIDLINE),
    )
