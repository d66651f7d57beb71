"""From rings and steps to the outline of a view in one build, as a shapely polygon."""

from __future__ import annotations

from collections.abc import Iterable

from shapely import Polygon, box, unary_union
from shapely.geometry.base import BaseGeometry

from drawing.curves import Point
from drawing.sheet import Sheet, Step

FINE = 0.01  # buffers leave thousands of samples; those that move nothing by so much are left out
ROUND = 12  # pieces of a quarter circle where an outline is webbed or rounded off


def outline(sheet: Sheet, mirrored: bool) -> Polygon:
    """The outline in the neutral build; `mirrored` adds the mirror image of every ring before the steps join them."""
    whole: BaseGeometry = Polygon()
    for step in sheet.steps:
        whole = _joined(whole, step, sheet, mirrored)
    if not isinstance(whole, Polygon):
        raise ValueError(f"the outline is in {len(whole.geoms)} parts: the steps do not join all rings")
    return Polygon(whole.exterior).simplify(FINE)


def _joined(whole: BaseGeometry, step: Step, sheet: Sheet, mirrored: bool) -> BaseGeometry:
    for name in step.add:
        whole = unary_union([whole, *_rings(sheet.rings[name], mirrored)])
    if step.close:
        closed = whole.buffer(step.close, quad_segs=ROUND).buffer(-step.close, quad_segs=ROUND)
        if step.within:
            (x0, y0), (x1, y1) = step.within
            boxes = [box(x0, y0, x1, y1)] + ([box(-x1, y0, -x0, y1)] if mirrored else [])
            closed = closed.intersection(unary_union(boxes))
        whole = unary_union([whole, closed])
    if step.open:
        whole = whole.buffer(-step.open, quad_segs=ROUND).buffer(step.open, quad_segs=ROUND)
    if step.clip:
        (x0, y0), (x1, y1) = step.clip
        whole = whole.intersection(box(x0, y0, x1, y1))
    return whole


def _rings(ring: tuple[Point, ...], mirrored: bool) -> Iterable[Polygon]:
    yield solid(ring)
    if mirrored:
        yield solid([(-x, y) for x, y in ring])


def solid(ring: Iterable[Point]) -> Polygon:
    """The polygon of a ring; a ring that crosses itself is made clean, which may cost the smaller loop."""
    found = Polygon(list(ring)).buffer(0)
    return found if isinstance(found, Polygon) else max(found.geoms, key=lambda part: part.area)
