"""The muscles and hazards as a person wrote them down: sparse points of one side, read strictly from TOML.

A line of points is text: `"3,70 9,75! 13,95"`; a mark `!` makes that point a crisp corner. Of a pair only one side is
written: x in front and back is the distance outwards from the midline, in the left view it is that view's own x. A line
may be written `on` the arm, the hand or the side view's arm, as the figure's own lines are (drawing/sheet.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from drawing.curves import Point
from drawing.sheet import placed
from filiform.clinical.anatomy import Hazard, Muscle
from filiform.clinical.anatomy_drawn import Depth
from filiform.clinical.terms import Cite, MuscleId, Side
from filiform.knowledge.loading import HERE, Table, read

BODY = HERE / "body"
WRITTEN = ("front", "back", "left", "foot_top", "foot_sole", "foot_inner")  # the views in which something is written
_KNOT = re.compile(r"(-?\d+(?:\.\d+)?),(-?\d+(?:\.\d+)?)(!?)")


@dataclass(frozen=True, slots=True)
class Knot:
    """A point that the line goes through; at a corner it may break."""

    at: Point
    corner: bool


Line = tuple[Knot, ...]


@dataclass(frozen=True, slots=True)
class MuscleSketch:
    """One muscle in one view: closed lines, and its usual points; none where the view shows only its tendon."""

    muscle: str
    view: str
    depth: Depth
    on: str
    lines: tuple[Line, ...]
    points: tuple[Point, ...]
    cites: tuple[Cite, ...]
    point_cites: tuple[Cite, ...]


@dataclass(frozen=True, slots=True)
class Course:
    """A vessel or nerve: an open line that is `begin` wide where it starts and `end` where it stops."""

    line: Line
    begin: float
    end: float


@dataclass(frozen=True, slots=True)
class HazardSketch:
    """One hazard in one view: areas, courses or both. `side` is None for a pair, else the one side it lies on."""

    hazard: str
    kind: Hazard
    words: str
    view: str
    on: str
    side: Side | None
    areas: tuple[Line, ...]
    courses: tuple[Course, ...]
    label: Point
    cites: tuple[Cite, ...]


@dataclass(frozen=True, slots=True)
class Sketches:
    """All that is written. `unseen` says of a muscle and a region in which it is entered why they never meet here."""

    muscles: tuple[MuscleSketch, ...]
    hazards: tuple[HazardSketch, ...]
    unseen: Mapping[tuple[str, str], str]
    far: Mapping[tuple[str, Hazard], str]


def load_sketches(muscles: Mapping[MuscleId, Muscle], sources: Mapping[str, object], folder: Path = BODY) -> Sketches:
    """Everything under `folder`; raises `KnowledgeError` for what is unknown, missing or cannot be read."""
    found: list[MuscleSketch] = []
    unseen: dict[tuple[str, str], str] = {}
    far: dict[tuple[str, Hazard], str] = {}
    for file in sorted((folder / "muscles").glob("*.toml")):
        for name, table, cites in _muscles(file, sources):
            if name not in muscles:
                raise table.error(f"{name!r} is not a known muscle")
            if any(sketch.muscle == name for sketch in found):
                raise table.error(f"{name!r} is drawn in another file already")
            unseen.update(_why(table, name, "unseen"))
            far.update({(name, _hazard(table, key)): why for (_, key), why in _why(table, name, "far").items()})
            found += [_sketch(name, view, table.table(view), cites) for view in WRITTEN if table.has(view)]
            table.done()
    return Sketches(tuple(found), tuple(load_hazards(folder / "hazards.toml", sources)), unseen, far)


def _muscles(
    file: Path, sources: Mapping[str, object]
) -> Iterator[tuple[str, Table, tuple[tuple[Cite, ...], tuple[Cite, ...]]]]:
    root = read(file)
    given = root.table("cites")
    cites = given.cites(sources, "outline"), given.cites(sources, "points")
    given.done()
    for name, table in root.tables("muscle"):
        yield name, table, cites
    root.done()


def _why(table: Table, muscle: str, key: str) -> dict[tuple[str, str], str]:
    if not table.has(key):
        return {}
    reasons = table.table(key)
    names = reasons.keys()
    return {(muscle, name): reasons.text(name) for name in names}


def _hazard(table: Table, key: str) -> Hazard:
    try:
        return Hazard(key)
    except ValueError:
        raise table.error(f"{key!r} in 'far' is no kind of hazard", "far") from None


def _sketch(muscle: str, view: str, table: Table, cites: tuple[tuple[Cite, ...], tuple[Cite, ...]]) -> MuscleSketch:
    sketch = MuscleSketch(
        muscle=muscle,
        view=view,
        depth=table.one_of("depth", Depth),
        on=_on(table),
        lines=tuple(_line(table, "outline", text, 3) for text in table.texts("outline")),
        points=_points(table, "points") if table.has("points") else (),
        cites=cites[0],
        point_cites=cites[1],
    )
    table.done()
    return sketch


def load_hazards(file: Path, sources: Mapping[str, object]) -> list[HazardSketch]:
    """The hazards of one file; raises `KnowledgeError`."""
    root = read(file)
    found: list[HazardSketch] = []
    for name, table in root.tables("hazard"):
        kind, words, cites = table.one_of("kind", Hazard), table.text("words"), table.cites(sources)
        side = table.one_of("side", Side) if table.has("side") else None
        views = [view for view in WRITTEN if table.has(view)]
        if not views:
            raise table.error(f"is drawn in none of {', '.join(WRITTEN)}")
        found += [_hazard_in(name, kind, words, side, view, table.table(view), cites) for view in views]
        table.done()
    root.done()
    return found


def _hazard_in(
    name: str, kind: Hazard, words: str, side: Side | None, view: str, table: Table, cites: tuple[Cite, ...]
) -> HazardSketch:
    areas = tuple(_line(table, "areas", text, 3) for text in table.texts("areas", ()))
    courses = tuple(_course(table, text) for text in table.texts("courses", ()))
    if not areas and not courses:
        raise table.error("needs 'areas' or 'courses'")
    label = _points(table, "label")
    if len(label) != 1:
        raise table.error("'label' must be one point", "label")
    sketch = HazardSketch(name, kind, words, view, _on(table), side, areas, courses, label[0], cites)
    table.done()
    return sketch


def _course(table: Table, text: str) -> Course:
    """`"5>3: 0,10 4,20"`: five wide where it starts, three where it ends."""
    found = re.fullmatch(r"(\d+(?:\.\d+)?)>(\d+(?:\.\d+)?): (.+)", text)
    if not found:
        raise table.error(f"{text!r} does not begin with its widths, as in '5>3: 0,10 4,20'", "courses")
    return Course(_line(table, "courses", found[3], 2), float(found[1]), float(found[2]))


def _on(table: Table) -> str:
    on = table.text("on", "")
    placed(on, table)  # refuses a word it does not know, with the line
    return on


def _line(table: Table, key: str, text: str, least: int) -> Line:
    knots = tuple(_knot(table, key, word) for word in text.split())
    if len(knots) < least:
        raise table.error(f"a line in {key!r} needs at least {least} points: {text!r}", key)
    for one, two in pairwise(knots):
        if one.at == two.at:
            raise table.error(f"the point {one.at} comes twice running in {key!r}", key)
    return knots


def _points(table: Table, key: str) -> tuple[Point, ...]:
    return tuple(_knot(table, key, word).at for word in table.text(key).split())


def _knot(table: Table, key: str, word: str) -> Knot:
    found = _KNOT.fullmatch(word)
    if not found:
        raise table.error(f"{word!r} in {key!r} is no point; write it as 12.5,300 or 12.5,300!", key)
    return Knot((float(found[1]), float(found[2])), bool(found[3]))
