"""What is wrong with the drawn figure, as lists of sentences: empty means nothing is.

Every check is of a drawing as it ships, so that a negative control can hand it a spoilt one.
"""

from __future__ import annotations

import functools
import gzip
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from drawing.curves import Point as Spot
from drawing.path import flat, from_d
from drawing.write import as_text
from shapely import LineString, Point, Polygon, box, maximum_inscribed_circle, unary_union
from shapely.geometry.base import BaseGeometry

from filiform.clinical.anatomy import Region
from filiform.clinical.figure import PHONE, TAP, Box, Build, Drawing, View, Zone
from filiform.clinical.terms import BodySite, RegionId, Side
from filiform.knowledge.body import drawing

Drawings = Mapping[tuple[View, Build], Drawing]
AREAS = 1e-9  # part of the outline's area: neighbours share their line exactly, so 0.2 % is not needed
ROOM = 0.5  # units by which a contour stroke may leave the outline: half of the outline's own width
KB = 1024
SEEN_FROM_BEHIND = (View.BACK, View.HEAD_BACK, View.HAND_BACK)
ONE_SIDED = {View.LEFT: Side.LEFT, View.HEAD_LEFT: Side.LEFT, View.RIGHT: Side.RIGHT, View.HEAD_RIGHT: Side.RIGHT}
ALL = tuple((view, build) for view in View for build in Build)


@functools.cache
def shipped() -> dict[tuple[View, Build], Drawing]:
    """All drawings, as they ship."""
    return {(view, build): drawing(view, build) for view, build in ALL}


@functools.cache
def surface(path: str) -> BaseGeometry:
    """What a path encloses; a path that crosses itself raises AssertionError."""
    parts = [Polygon(flat(chain)) for chain in from_d(path)]
    assert all(part.is_valid for part in parts), f"{path[:40]} crosses itself"
    return unary_union(parts)


# ---- the skin in regions


def gaps(one: Drawing) -> Iterator[str]:
    """Gaps and overlaps: the regions' areas and their union must both be the outline's."""
    whole = surface(one.outline)
    shapes = [surface(shape.path) for shape in one.shapes]
    together, union = sum(shape.area for shape in shapes), unary_union(shapes)
    if abs(together - whole.area) > AREAS * whole.area:
        yield f"{one.view} {one.build}: the regions have {together:.0f}, the outline {whole.area:.0f}"
    if union.symmetric_difference(whole).area > AREAS * whole.area:
        yield f"{one.view} {one.build}: regions and outline differ by {union.symmetric_difference(whole).area:.2f}"


def labels(one: Drawing) -> Iterator[str]:
    """Each label lies in its own shape and in no other."""
    for shape in one.shapes:
        hit = [other.site for other in one.shapes if surface(other.path).contains(Point(shape.label))]
        if hit != [shape.site]:
            yield f"{one.view} {one.build}: the label of {shape.region} {shape.side} lies in {hit}"


def bounds(one: Drawing) -> Iterator[str]:
    """Bounds hold their shape, and the box holds the outline."""
    x, y, width, height = one.box
    if not box(x, y, x + width, y + height).contains(surface(one.outline)):
        yield f"{one.view} {one.build}: the outline leaves the box"
    for shape in one.shapes:
        x, y, width, height = shape.bounds
        found = surface(shape.path).bounds
        if max(abs(a - b) for a, b in zip(found, (x, y, x + width, y + height), strict=True)) > 0.11:
            yield f"{one.view} {one.build}: the bounds of {shape.region} {shape.side} are not its own"


def strokes(one: Drawing) -> Iterator[str]:
    """Contour strokes stay within the outline."""
    whole = surface(one.outline).buffer(ROOM)
    for stroke in one.strokes:
        for chain in from_d(stroke.path):
            if not whole.contains(LineString(flat(chain))):
                yield f"{one.view} {one.build}: the stroke {stroke.path[:24]} leaves the outline"


# ---- sides


def sides(one: Drawing) -> Iterator[str]:
    """Which side a shape is on, against where it lies: seen from behind the viewer's right is the patient's right."""
    at_right = Side.RIGHT if one.view in SEEN_FROM_BEHIND else Side.LEFT
    for shape in one.shapes:
        middle = surface(shape.path).centroid.x
        if one.view in ONE_SIDED:
            wrong = shape.side not in (ONE_SIDED[one.view], Side.MIDLINE)
        elif shape.side is Side.MIDLINE:
            wrong = abs(middle) > 0.05
        else:
            wrong = (shape.side is at_right) != (middle > 0)
        if wrong:
            yield f"{one.view} {one.build}: {shape.region} lies at {middle:.0f} and is called {shape.side}"


def unmirrored(one: Drawing, other: Drawing) -> Iterator[str]:
    """Shapes of `one` whose mirror image is not, to the last tenth, the other side's shape in `other`."""
    found = {shape.site: sorted(_points(shape.path, 1)) for shape in other.shapes}
    for shape in one.shapes:
        if found.get(BodySite(shape.region, _across(shape.side))) != sorted(_points(shape.path, -1)):
            yield f"{one.view} {one.build}: {shape.region} {shape.side} has no mirror image"


def _points(path: str, sign: int) -> Iterable[Spot]:
    return ((round(sign * x, 1) + 0.0, y) for chain in from_d(path) for piece in chain for x, y in piece)


def _across(side: Side) -> Side:
    return {Side.LEFT: Side.RIGHT, Side.RIGHT: Side.LEFT}.get(side, side)


def beside_midline(one: Drawing, regions: Mapping[RegionId, Region]) -> Iterator[str]:
    """Regions of the midline have that side and no other; the rest has the others."""
    for shape in one.shapes:
        if regions[shape.region].midline != (shape.side is Side.MIDLINE):
            yield f"{one.view} {one.build}: {shape.region} {shape.side}"


# ---- the builds


def differing(drawings: Drawings) -> Iterator[str]:
    """Views whose builds do not show the same places in the same order."""
    for view in View:
        found = {tuple(shape.site for shape in drawings[view, build].shapes) for build in Build}
        if len(found) > 1:
            yield f"{view}: its builds show different places"


def folds(move: Callable[[Spot], Spot], places: Iterable[Spot]) -> Iterator[str]:
    """Where a map of the plane folds: a small triangle there comes out turned over or crushed."""
    for x, y in places:
        (ax, ay), (bx, by), (cx, cy) = move((x, y)), move((x + 0.5, y)), move((x, y + 0.5))
        turned = ((bx - ax) * (cy - ay) - (by - ay) * (cx - ax)) / 0.25
        if turned < 0.3:
            yield f"({x:.0f}, {y:.0f}): {turned:.2f}"


# ---- zones


def all_sites(regions: Iterable[Region]) -> set[BodySite]:
    """Every place on the body: each region on its sides."""
    return {
        BodySite(region.id, side)
        for region in regions
        for side in ((Side.MIDLINE,) if region.midline else (Side.LEFT, Side.RIGHT))
    }


def unreached(zones: Sequence[Zone], regions: Iterable[Region]) -> set[BodySite]:
    """Places that no zone offers, neither to tap nor as a chip."""
    sites = all_sites(regions)
    chips = {chip for zone in zones for chip in zone.chips}
    return sites - {place for zone in zones for place in zone.places} - {s for s in sites if s.region in chips}


def too_small(zones: Iterable[Zone], drawings: Drawings) -> Iterator[str]:
    """Places of a zone in which no circle of 44 px fits, or which its view does not show."""
    for zone in zones:
        for build in Build:
            for place in zone.places:
                shape = drawings[zone.view, build].shape(place)
                px = 0.0 if shape is None else _circle(shape.path, zone.box) * PHONE / zone.box[2]
                if px < TAP:
                    yield f"{zone.id} {build}: {place.region} {place.side} is {px:.0f} px"


@functools.cache
def _circle(path: str, window: Box) -> float:
    """The width of the largest circle in what the window shows of a shape, in units."""
    x, y, width, height = window
    seen = surface(path).intersection(box(x, y, x + width, y + height))
    parts = [part for part in getattr(seen, "geoms", [seen]) if isinstance(part, Polygon) and not part.is_empty]
    return max((2 * float(maximum_inscribed_circle(part, tolerance=0.02).length) for part in parts), default=0.0)


def crowded(zones: Sequence[Zone], drawings: Drawings) -> Iterator[str]:
    """Areas of an overview that overlap, leave the picture, or are smaller than a finger needs."""
    for k, zone in enumerate(zones):
        x, y, width, height = drawings[zone.on, Build.NEUTRAL].box
        area = _rectangle(zone.area)
        scale = PHONE / width
        if min(zone.area[2], zone.area[3]) * scale < TAP:
            yield f"{zone.id}: its area is smaller than {TAP} px"
        if not box(x, y, x + width, y + height).covers(area):
            yield f"{zone.id}: its area leaves the overview"
        for other in zones[k + 1 :]:
            if other.on is zone.on and area.intersection(_rectangle(other.area)).area > 0:
                yield f"{zone.id} and {other.id} overlap on {zone.on}"


def _rectangle(given: Box) -> BaseGeometry:
    x, y, width, height = given
    return box(x, y, x + width, y + height)


def uncovered(zones: Sequence[Zone], drawings: Drawings) -> Iterator[str]:
    """Parts of the figure in an overview that no area takes: a tap there opens nothing."""
    for on in {zone.on for zone in zones}:
        areas = unary_union([_rectangle(zone.area) for zone in zones if zone.on is on])
        left = surface(drawings[on, Build.NEUTRAL].outline).difference(areas)
        for part in getattr(left, "geoms", [left]):
            if part.area > 0 and 2 * maximum_inscribed_circle(part).length > 4:
                yield f"{on}: nothing opens at ({part.centroid.x:.0f}, {part.centroid.y:.0f})"


# ---- size


def gzipped(drawings: Iterable[Drawing]) -> float:
    """Kilobytes of the drawings together, as they are sent."""
    return len(gzip.compress("".join(as_text(one) for one in drawings).encode(), 9, mtime=0)) / KB
