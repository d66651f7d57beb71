"""Muscles and hazards on the figure: from sketches to the drawings of every view and build, one half of each.

Only the half with x > 0 is drawn, as in the figure itself; `knowledge.anatomy_drawn` adds the mirror image. What lies
on the midline is drawn whole.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from shapely import Point as Place
from shapely import Polygon, unary_union
from shapely.geometry.base import BaseGeometry

from drawing.curves import Point
from drawing.outline import solid
from drawing.path import flat, from_d
from drawing.shapes import INSET, SHOWS, band, curved, cut, kept, moved, parts, surface
from drawing.sheet import load_sheet
from drawing.sketches import HazardSketch, Knot, Line, MuscleSketch, Sketches, load_sketches
from drawing.views import ViewPlan, load_views
from drawing.warp import HEAD_SCALE, warp
from filiform.clinical.anatomy_drawn import AnatomyDrawing, Depth, HazardZone, Outline
from filiform.clinical.figure import Build, Drawing, View
from filiform.clinical.terms import Cite, MuscleId, Side
from filiform.knowledge import book
from filiform.knowledge.loading import HERE

DRAWN = HERE / "body" / "drawn" / "anatomy"
SHOWN = 0.25  # a view that is a part of another shows a muscle of which at least so much lies in it
WHOLE = 0.97  # and if so much lies in it, the muscle is fitted in, not cut
LEAST = 8.0  # square units of the front view: a hazard of which less is in sight is left out of a view
Figures = Mapping[tuple[View, Build], Drawing]


def draw_anatomy(figures: Figures, sketches: Sketches) -> dict[tuple[View, Build], AnatomyDrawing]:
    """Every view in which something is drawn, in every build."""
    shown = [View(view) for each in SHOWS.values() for view in each]
    return {(view, build): draw(sketches, figures[view, build]) for view in shown for build in Build}


def draw(sketches: Sketches, figure: Drawing) -> AnatomyDrawing:
    """One view in one build."""
    order = {muscle: k for k, muscle in enumerate(book().muscles)}
    outlines = [found for sketch in sketches.muscles for found in _outline(sketch, figure)]
    outlines.sort(key=lambda one: (one.depth is Depth.SUPERFICIAL, order[one.muscle]))
    zones = [found for sketch in sketches.hazards for found in _zone(sketch, figure)]
    return AnatomyDrawing(figure.view, figure.build, tuple(outlines), tuple(zones))


# ---- the room that there is


@functools.cache
def views() -> dict[View, ViewPlan]:
    """The plans of all views, read once."""
    return load_views()


@functools.cache
def room(outline: str) -> BaseGeometry:
    """The surface within the outline of a figure."""
    return unary_union([Polygon(flat(chain)).buffer(0) for chain in from_d(outline)])


@functools.cache
def _before(view: View, build: Build) -> BaseGeometry:
    """What lies before the trunk and hides it: the arm of the side view."""
    plan = views()[view]
    over = load_sheet(plan.sheet).over if plan.kind == "profile" and plan.sheet else ()
    move = warp(view, build, "arm")
    rings = load_sheet(plan.sheet).rings if over else {}
    return unary_union([solid([move(p) for p in rings[name]]) for name in over])


def in_sight(shape: BaseGeometry, on: str, figure: Drawing) -> BaseGeometry:
    """The part of `shape` that lies within the figure and is not hidden."""
    seen = shape.intersection(room(figure.outline))
    return (
        seen
        if on or SHOWS.get("left", {}).get(figure.view) != "same"
        else seen.difference(_before(figure.view, figure.build))
    )


# ---- muscles


def _outline(sketch: MuscleSketch, figure: Drawing) -> Iterator[Outline]:
    placed = place_muscle(sketch, figure)
    if placed is None:
        return
    path, shape = placed
    spots = [_spot(at, sketch.view, sketch.on, figure) for at in sketch.points]
    yield Outline(
        muscle=MuscleId(sketch.muscle),
        side=views()[figure.view].side,
        view=figure.view,
        depth=sketch.depth,
        path=path,
        points=tuple(spot for spot in spots if shape.covers(Place(spot))),
        cites=sketch.cites,
        point_cites=sketch.point_cites,
    )


def place_muscle(sketch: MuscleSketch, figure: Drawing) -> tuple[str, BaseGeometry] | None:
    """The path and the surface of a muscle in a view; None where the view does not show it."""
    if figure.view not in SHOWS[sketch.view]:
        return None
    lines = [moved(line, sketch.view, sketch.on, figure.view, figure.build) for line in sketch.lines]
    shape = surface(lines)
    seen = in_sight(shape, sketch.on, figure)
    share = seen.area / shape.area
    if SHOWS[sketch.view][figure.view] == "same" or share >= WHOLE:
        lines = [kept(line, room(figure.outline).buffer(-INSET)) for line in lines]
        shape = surface(lines)
        seen = in_sight(shape, sketch.on, figure)
        if seen.area >= WHOLE * shape.area:
            return curved(lines), shape
    if share < SHOWN:
        return None
    found = parts(seen)
    return cut(seen), unary_union(found)


def _spot(at: Point, written: str, on: str, figure: Drawing) -> Point:
    knot = moved((Knot(at, False),), written, on, figure.view, figure.build)[0]
    return round(knot.at[0], 1) + 0.0, round(knot.at[1], 1) + 0.0


# ---- hazards


def _zone(sketch: HazardSketch, figure: Drawing) -> Iterator[HazardZone]:
    shape = place_hazard(sketch, figure)
    if shape is None:
        return
    own = views()[figure.view].side
    label = _spot(sketch.label, sketch.view, sketch.on, figure)
    label = (label[0] * _sign(sketch.side, own), label[1])
    if not shape.covers(Place(label)):
        inner = parts(shape)[0].representative_point()
        label = (round(inner.x, 1), round(inner.y, 1))
    yield HazardZone(
        hazard=sketch.hazard,
        kind=sketch.kind,
        side=sketch.side or own,
        view=figure.view,
        path=cut(shape),
        words=sketch.words,
        label=label,
        cites=sketch.cites,
    )


def place_hazard(sketch: HazardSketch, figure: Drawing) -> BaseGeometry | None:
    """The surface of a hazard in a view; None where the view does not show it."""
    own = views()[figure.view].side
    if figure.view not in SHOWS[sketch.view]:
        return None
    lines = [*sketch.areas, *(band(course) for course in sketch.courses)]
    sign = _sign(sketch.side, own)
    placed = [
        _turned(moved(_turned(line, sign), sketch.view, sketch.on, figure.view, figure.build), 1) for line in lines
    ]
    seen = in_sight(surface(placed), sketch.on, figure)
    least = LEAST * (HEAD_SCALE**2 if "_" in figure.view else 1)
    return unary_union(parts(seen)) if sum(part.area for part in parts(seen)) >= least else None


def _sign(side: Side | None, own: Side) -> int:
    """Written x > 0 is outwards, or the patient's left on the midline: in the other half of a view it is turned."""
    if side is None:
        return 1
    return 1 if own is (Side.LEFT if side is Side.MIDLINE else side) else -1


def _turned(line: Line, sign: int) -> Line:
    return line if sign == 1 else tuple(Knot((-knot.at[0], knot.at[1]), knot.corner) for knot in line)


# ---- what is written to disk


def files(drawings: Mapping[tuple[View, Build], AnatomyDrawing], sketches: Sketches) -> dict[Path, str]:
    """The text of every file: one a view and build, and one with the words and sources that all share."""
    written = {DRAWN / "about.json": _about(sketches)}
    pairs = {sketch.hazard for sketch in sketches.hazards if sketch.side is None}
    for (view, build), drawing in drawings.items():
        text = f'{{"side": "{views()[view].side}",\n{_rows(drawing, pairs)}}}\n'
        written[DRAWN / build.value / f"{view.value}.json"] = text
    return written


def _rows(drawing: AnatomyDrawing, pairs: set[str]) -> str:
    muscles = [
        {"muscle": one.muscle, "depth": one.depth, "path": one.path, "points": one.points} for one in drawing.outlines
    ]
    hazards = [
        {
            "hazard": one.hazard,
            "side": "pair" if one.hazard in pairs else one.side,
            "path": one.path,
            "label": [one.label],
        }
        for one in drawing.zones
    ]
    return f'"muscles": [\n{_listed(muscles)}\n],\n"hazards": [\n{_listed(hazards)}\n]'


def _listed(rows: Iterable[object]) -> str:
    return ",\n".join(json.dumps(row, separators=(",", ":")) for row in rows)


def _about(sketches: Sketches) -> str:
    muscles = {
        one.muscle: {"outline": _cites(one.cites), "points": _cites(one.point_cites)} for one in sketches.muscles
    }
    hazards = {
        one.hazard: {"kind": one.kind, "words": one.words, "cites": _cites(one.cites)} for one in sketches.hazards
    }
    return json.dumps({"muscles": muscles, "hazards": hazards}, indent=0, ensure_ascii=False) + "\n"


def _cites(cites: Iterable[Cite]) -> list[str]:
    return [f"{cite.source} {cite.sure} {cite.locator}".strip() for cite in cites]


def write_anatomy(figures: Figures) -> list[Path]:
    """Draws everything and writes it; returns the files whose text is new. What is no longer drawn is taken away."""
    sketches = load_sketches(book().muscles, book().sources)
    texts = files(draw_anatomy(figures, sketches), sketches)
    for old in set(DRAWN.rglob("*.json")) - set(texts):
        old.unlink()
    changed = [file for file, text in texts.items() if not file.exists() or file.read_text(encoding="utf-8") != text]
    for file in changed:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(texts[file], encoding="utf-8")
    return changed
