"""From a view's plan to its drawing: outline, warp, partition, fit, mirror image, names."""

from __future__ import annotations

import functools
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from shapely import LineString, Polygon, box, segmentize, unary_union
from shapely.affinity import scale
from shapely.geometry.base import BaseGeometry

from drawing.curves import Point, spline
from drawing.fit import Piece, fit
from drawing.frame import BUILDS
from drawing.outline import outline, solid
from drawing.partition import Arc, Ring, chained, partition
from drawing.path import flat, to_d
from drawing.sheet import load_sheet
from drawing.views import PLACES, ViewPlan, load_views
from drawing.warp import Warp, warp
from filiform.clinical.figure import Build, Drawing, Shape, Stroke, View
from filiform.clinical.terms import RegionId, Side
from filiform.knowledge import book

INSIDE = 0.4  # a label on the midline is looked for a little beside it, in the half that is drawn
PAST = 1.4  # every cut runs on by so much at both ends; what then cuts nothing off is dropped
STEP = 1.5  # samples of a line lie at most so many units apart before it is warped
Line = tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class Mark:
    """A contour stroke as a dense line in the frame of its view."""

    line: Line
    width: float
    edge: bool
    mirrored: bool


@dataclass(frozen=True, slots=True)
class Cutting:
    """One view cut into faces, still as dense lines: what fitting and mirroring start from."""

    arcs: tuple[Arc, ...]
    faces: tuple[tuple[str, tuple[Ring, ...]], ...]
    cuts: tuple[Line, ...]
    labels: tuple[tuple[str, Point], ...]
    marks: tuple[Mark, ...]


def draw_all() -> dict[tuple[View, Build], Drawing]:
    """Every view in every build."""
    plans = load_views()
    return {(view, Build(build)): draw(plan, build) for view, plan in plans.items() for build in BUILDS}


def draw(plan: ViewPlan, build: str) -> Drawing:
    """One view in one build. Raises `CutError` and `KnowledgeError`."""
    if plan.mirror_of:
        return _flipped(draw(load_views()[plan.mirror_of], build), plan)
    if plan.crop_of:
        return _finished(_warped(_cropped(plan), plan, build), plan, build)
    cut = cutting(plan, build)
    return _finished(replace(cut, marks=marks(plan, build, plan.view)), plan, build)


# ---- a sheet, cut


@functools.cache
def cutting(plan: ViewPlan, build: str) -> Cutting:
    """The faces of a view that has a sheet of its own, without its strokes. Raises `CutError`."""
    sheet, place = load_sheet(plan.sheet), PLACES[plan.place]
    body, arm = _movers(plan, build)
    over = _over(plan, build)
    whole = unary_union([_moved(_neutral(plan.sheet, plan.kind == "half"), lambda p: body(place(p))), over])
    if plan.kind == "half":
        whole = whole.intersection(box(0, -1e4, 1e4, 1e4))
    cuts = [_longer(_line(cut.line, cut.on, place, body, arm)) for cut in sheet.cuts]
    cuts = [part for cut, of in zip(cuts, sheet.cuts, strict=True) for part in _clipped(cut, of.on, over)]
    if not over.is_empty:
        cuts.append(tuple(over.exterior.coords))
    labels = [(region, (arm if on == "side_arm" else body)(place(p))) for region, p, on in sheet.labels]
    found = partition(whole, cuts, [(region, (p[0] or INSIDE, p[1])) for region, p in labels])
    return Cutting(found.arcs, found.faces, tuple(cuts), tuple(labels), ())


@functools.cache
def _neutral(sheet: str, mirrored: bool) -> Polygon:
    return outline(load_sheet(sheet), mirrored)


def _over(plan: ViewPlan, build: str) -> BaseGeometry:
    """What lies before the outline: the arm in the side view, and nothing elsewhere."""
    sheet, place = load_sheet(plan.sheet), PLACES[plan.place]
    _, arm = _movers(plan, build)
    return _moved(unary_union([solid(sheet.rings[name]) for name in sheet.over]), lambda p: arm(place(p)))


def _movers(plan: ViewPlan, build: str) -> tuple[Warp, Warp]:
    arm = warp(plan.view, build, "arm") if plan.kind == "profile" else warp(plan.view, build)
    return warp(plan.view, build), arm


def _moved(shape: BaseGeometry, move: Warp) -> BaseGeometry:
    if shape.is_empty:
        return shape
    dense = segmentize(shape, STEP)
    return Polygon([move(p) for p in dense.exterior.coords])


def _line(line: Line, on: str, place: Warp, body: Warp, arm: Warp) -> Line:
    move = arm if on == "side_arm" else body
    return tuple(move(place(p)) for p in segmentize(LineString(line), STEP).coords)


def _longer(line: Line) -> Line:
    return (_past(line[1], line[0]), *line, _past(line[-2], line[-1]))


def _past(inner: Point, end: Point) -> Point:
    part = PAST / max(math.dist(inner, end), 1e-6)
    return end[0] + (end[0] - inner[0]) * part, end[1] + (end[1] - inner[1]) * part


def _clipped(line: Line, on: str, over: BaseGeometry) -> Iterable[Line]:
    """What lies before the outline has its own cuts, and hides those behind it."""
    if over.is_empty:
        return [line]
    found = LineString(line)
    found = found.intersection(over.buffer(0.5)) if on == "side_arm" else found.difference(over.buffer(-0.5))
    parts = getattr(found, "geoms", [found])
    return [tuple(part.coords) for part in parts if isinstance(part, LineString) and part.length > 1]


def marks(plan: ViewPlan, build: str, view: View) -> tuple[Mark, ...]:
    """The contour strokes of a sheet that `view` shows, and the edge of what lies before the outline."""
    sheet, place = load_sheet(plan.sheet), PLACES[plan.place]
    body, arm = _movers(plan, build)
    over = _over(plan, build)
    found = []
    for stroke in sheet.strokes:
        if (not stroke.only or view in stroke.only) and (not stroke.builds or build in stroke.builds):
            line = _line(stroke.line, stroke.on, place, body, arm)
            found += [Mark(part, stroke.width, False, stroke.mirrored) for part in _clipped(line, stroke.on, over)]
    if not over.is_empty:
        hidden = Polygon([body(place(p)) for p in sheet.over_open])
        edge = over.exterior.difference(hidden)
        found += [Mark(tuple(part.coords), 1.0, True, False) for part in getattr(edge, "geoms", [edge])]
    return tuple(found)


# ---- a crop of another view


@functools.cache
def _cropped(plan: ViewPlan) -> Cutting:
    """Another view's regions, inside of a window, in the neutral build: cut anew, so that all laws hold here too."""
    assert plan.crop_of is not None
    of, place = load_views()[plan.crop_of], PLACES[plan.place]
    base = cutting(of, "neutral")
    ends = {k: (arc[0], arc[-1]) for k, arc in enumerate(base.arcs)}
    kept = [ring for region, rings in base.faces if region in plan.regions for ring in rings]
    edge = unary_union([Polygon(_walked(base.arcs, chain)) for chain in chained(kept, ends)])
    edge = edge.intersection(Polygon(spline(plan.window, closed=True))) if plan.window else edge
    labels = [(region, p) for region, p in base.labels if region in plan.regions]
    found = partition(edge, base.cuts, [(region, (p[0] or INSIDE, p[1])) for region, p in labels])
    return Cutting(
        arcs=tuple(tuple(place(p) for p in arc) for arc in found.arcs),
        faces=found.faces,
        cuts=(),
        labels=tuple((region, place(p)) for region, p in labels),
        marks=tuple(
            replace(mark, line=tuple(place(p) for p in part))
            for mark in marks(of, "neutral", plan.view)
            for part in _inside(mark.line, edge, plan.kind == "half")
        ),
    )


def _inside(line: Line, edge: Polygon, half: bool) -> Iterable[Line]:
    whole = unary_union([edge, scale(edge, -1, 1, origin=(0, 0))]) if half else edge
    found = LineString(line).intersection(whole)
    return [tuple(part.coords) for part in getattr(found, "geoms", [found]) if part.length > 1]


def _walked(arcs: Sequence[Arc], chain: Sequence[tuple[int, bool]]) -> list[Point]:
    return [p for arc, back in chain for p in (arcs[arc][::-1] if back else arcs[arc])[:-1]]


def _warped(cut: Cutting, plan: ViewPlan, build: str) -> Cutting:
    move = warp(plan.view, build)
    return Cutting(
        arcs=tuple(tuple(move(p) for p in arc) for arc in cut.arcs),
        faces=cut.faces,
        cuts=(),
        labels=tuple((region, move(p)) for region, p in cut.labels),
        marks=tuple(replace(mark, line=tuple(move(p) for p in mark.line)) for mark in cut.marks),
    )


# ---- from faces to shapes

Fitted = dict[int, list[Piece]]


def _finished(cut: Cutting, plan: ViewPlan, build: str) -> Drawing:
    """Fits every arc once, adds the mirror image, and writes the paths."""
    pieces: Fitted = {k + 1: fit(arc, plan.tolerance) for k, arc in enumerate(cut.arcs)}
    faces = [(region, 1, [_numbered(ring) for ring in rings]) for region, rings in cut.faces]
    if plan.kind != "profile":
        middle = {k for k, chain in pieces.items() if all(p[0] == 0 for piece in chain for p in piece)}
        pieces |= {-k: _mirror(chain) for k, chain in pieces.items() if k not in middle}
        faces += [(region, -1, [_mirror_ring(ring, middle) for ring in rings]) for region, _, rings in faces]
    ends = {k + 1: (arc[0], arc[-1]) for k, arc in enumerate(cut.arcs)}
    ends |= {-k: (_flip(a), _flip(b)) for k, (a, b) in ends.items()}
    shapes: dict[tuple[str, Side], list[Ring]] = {}
    for region, sign, rings in faces:
        shapes.setdefault((region, _side(region, sign, plan)), []).extend(rings)
    outer = _path([ring for _, _, rings in faces for ring in rings], pieces, ends)[0]
    return Drawing(
        view=plan.view,
        build=Build(build),
        box=plan.box,
        outline=outer,
        strokes=tuple(_strokes(cut.marks, plan)),
        shapes=tuple(_shapes(shapes, pieces, ends, dict(reversed(cut.labels)), plan)),
    )


def _numbered(ring: Ring) -> Ring:
    return tuple((arc + 1, back) for arc, back in ring)


def _mirror_ring(ring: Ring, middle: set[int]) -> Ring:
    return tuple((arc if arc in middle else -arc, not back) for arc, back in reversed(ring))


def _mirror(chain: Sequence[Piece]) -> list[Piece]:
    a: list[Piece] = []
    for one, two, three, four in chain:
        a.append((_flip(one), _flip(two), _flip(three), _flip(four)))
    return a


def _flip(p: Point) -> Point:
    return 0.0 - p[0], p[1]


def _side(region: str, sign: int, plan: ViewPlan) -> Side:
    if book().regions[RegionId(region)].midline:
        return Side.MIDLINE
    if sign > 0:
        return plan.side
    return Side.RIGHT if plan.side is Side.LEFT else Side.LEFT


def _path(rings: Sequence[Ring], pieces: Fitted, ends: dict[int, tuple[Point, Point]]) -> tuple[str, list[list[Piece]]]:
    chains = [[piece for k, back in chain for piece in _way(pieces[k], back)] for chain in chained(rings, ends)]
    chains = [[piece for piece in chain if len(set(piece)) > 1] for chain in chains]  # two nodes within a tenth
    return to_d(chains, closed=True), chains


def _way(chain: list[Piece], back: bool) -> list[Piece]:
    return [(d, c, b, a) for a, b, c, d in reversed(chain)] if back else chain


def _shapes(
    shapes: dict[tuple[str, Side], list[Ring]],
    pieces: Fitted,
    ends: dict[int, tuple[Point, Point]],
    labels: dict[str, Point],
    plan: ViewPlan,
) -> Iterable[Shape]:
    order = {region: k for k, region in enumerate(book().regions)}
    for region, side in sorted(shapes, key=lambda key: (order[RegionId(key[0])], list(Side).index(key[1]))):
        d, chains = _path(shapes[region, side], pieces, ends)
        points = [p for chain in chains for p in flat(chain)]
        xs, ys = [p[0] for p in points], [p[1] for p in points]
        x0, y0 = round(min(xs), 1), round(min(ys), 1)
        bounds = (x0, y0, round(max(xs) - x0, 1), round(max(ys) - y0, 1))
        yield Shape(RegionId(region), side, d, _label(labels[region], side, plan), bounds)


def _label(place: Point, side: Side, plan: ViewPlan) -> Point:
    x, y = round(place[0], 1) + 0.0, round(place[1], 1) + 0.0
    if plan.kind != "half" and side is Side.MIDLINE:
        return x, y
    if side is Side.MIDLINE:
        return 0.0, y
    return (x, y) if side is plan.side else (0.0 - x, y)


def _strokes(marks: Iterable[Mark], plan: ViewPlan) -> Iterable[Stroke]:
    for mark in marks:
        chain = fit(mark.line, plan.tolerance)
        width = mark.width if mark.edge else round(mark.width * plan.stroke, 2)
        yield Stroke(to_d([chain], closed=False), width, mark.edge)
        if mark.mirrored and plan.kind != "profile":
            yield Stroke(to_d([_mirror(chain)], closed=False), width, mark.edge)


# ---- the other profile


def _flipped(drawing: Drawing, plan: ViewPlan) -> Drawing:
    x, y, width, height = drawing.box
    return replace(
        drawing,
        view=plan.view,
        box=(0.0 - x - width, y, width, height),
        outline=_flip_d(drawing.outline, closed=True),
        strokes=tuple(replace(s, path=_flip_d(s.path, closed=False)) for s in drawing.strokes),
        shapes=tuple(_flip_shape(shape) for shape in drawing.shapes),
    )


def _flip_shape(shape: Shape) -> Shape:
    x, y, width, height = shape.bounds
    side = {Side.LEFT: Side.RIGHT, Side.RIGHT: Side.LEFT}.get(shape.side, Side.MIDLINE)
    bounds = (round(0.0 - x - width, 1), y, width, height)
    return replace(shape, side=side, path=_flip_d(shape.path, closed=True), label=_flip(shape.label), bounds=bounds)


def _flip_d(d: str, closed: bool) -> str:
    from drawing.path import from_d

    return to_d([_mirror(chain) for chain in from_d(d)], closed)
