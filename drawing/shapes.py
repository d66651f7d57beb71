"""From written points to shapes in a view: placed in its frame, moved to a build, kept within the figure."""

from __future__ import annotations

import math
from collections.abc import Iterable

from shapely import Point as Place
from shapely import Polygon, unary_union
from shapely.geometry.base import BaseGeometry
from shapely.ops import nearest_points

from drawing.curves import Point, spline
from drawing.fit import Piece, fit
from drawing.path import flat, to_d
from drawing.sheet import placed
from drawing.sketches import Course, Knot, Line
from drawing.views import PLACES
from drawing.warp import warp

INSET = 0.5  # a point that lies outside of the figure is brought back this far within it
TOLERANCE = 0.14  # so far, in units of the view, a line that was cut may lie off
SPECK = 1.5  # pieces with a smaller surface, left over by a cut, are not drawn
ABOUT = 4  # stretches a course's spline is divided into between two points
# Which views show what is written in another, and by which map of drawing.views.PLACES it gets there.
SHOWS = {
    "front": {"front": "same", "head_front": "head", "hand_palm": "hand"},
    "back": {"back": "same", "head_back": "head", "hand_back": "hand"},
    "left": {"left": "same", "head_left": "head", "foot_outer": "foot_outer"},
    "foot_top": {"foot_top": "foot_top"},
    "foot_sole": {"foot_sole": "foot_sole"},
    "foot_inner": {"foot_inner": "foot_inner"},
}


def moved(line: Line, written: str, on: str, view: str, build: str) -> Line:
    """`line` of the view it was written in, as it lies in `view` and `build`, on the half with x > 0."""
    base, place = placed(on), PLACES[SHOWS[written][view]]
    move = warp(view, build, "arm" if on == "side_arm" else "body")
    return tuple(Knot(move(place(base(knot.at))), knot.corner) for knot in line)


def band(course: Course) -> Line:
    """The closed line around a course: its spline with half its width on either side, blunt at both ends."""
    middle = spline([knot.at for knot in course.line], closed=False, steps=ABOUT)
    left: list[Knot] = []
    right: list[Knot] = []
    for k, at in enumerate(middle):
        before, after = middle[max(k - 1, 0)], middle[min(k + 1, len(middle) - 1)]
        long = math.dist(before, after)
        nx, ny = (after[1] - before[1]) / long, -(after[0] - before[0]) / long
        half = (course.begin + (course.end - course.begin) * k / (len(middle) - 1)) / 2
        end = k in (0, len(middle) - 1)
        left.append(Knot((at[0] + nx * half, at[1] + ny * half), end))
        right.append(Knot((at[0] - nx * half, at[1] - ny * half), end))
    return (*left, *reversed(right))


def kept(line: Line, within: BaseGeometry) -> Line:
    """`line` with those of its points that lie outside of `within` brought to the nearest place in it."""
    return tuple(
        knot if within.covers(Place(knot.at)) else Knot(_nearest(within, knot.at), knot.corner) for knot in line
    )


def _nearest(within: BaseGeometry, at: Point) -> Point:
    found = nearest_points(within, Place(at))[0]
    return found.x, found.y


def pieces(line: Line) -> list[Piece]:
    """The closed curve as cubic pieces: centripetal Catmull-Rom, straight into and out of a corner."""
    count = len(line)
    found = []
    for k in range(count):
        a, b, c, d = (line[(k + step) % count] for step in (-1, 0, 1, 2))
        first = _beyond(c.at, b.at) if b.corner else a.at
        last = _beyond(b.at, c.at) if c.corner else d.at
        found.append(_piece(first, b.at, c.at, last))
    return found


def _beyond(inner: Point, end: Point) -> Point:
    return 2 * end[0] - inner[0], 2 * end[1] - inner[1]


def _piece(a: Point, b: Point, c: Point, d: Point) -> Piece:
    """The stretch from b to c as one cubic; the handles follow from the derivatives at both ends."""
    one, two, three = (max(math.dist(p, q), 1e-6) ** 0.5 for p, q in ((a, b), (b, c), (c, d)))
    start, stop = [], []
    for i in (0, 1):
        lead = (b[i] - a[i]) / one - (c[i] - a[i]) / (one + two) + (c[i] - b[i]) / two
        trail = (c[i] - b[i]) / two - (d[i] - b[i]) / (two + three) + (d[i] - c[i]) / three
        start.append(b[i] + lead * two / 3)
        stop.append(c[i] - trail * two / 3)
    return b, (start[0], start[1]), (stop[0], stop[1]), c


def surface(lines: Iterable[Line]) -> BaseGeometry:
    """What closed lines enclose together."""
    return unary_union([Polygon(flat(pieces(line), 8)).buffer(0) for line in lines])


def curved(lines: Iterable[Line]) -> str:
    """The path of closed lines, one piece a stretch."""
    return to_d([pieces(line) for line in lines], closed=True)


def cut(shape: BaseGeometry) -> str:
    """The path of a shape that something cut: fitted anew, corners kept."""
    return to_d([fit(list(part.exterior.coords), TOLERANCE) for part in parts(shape)], closed=True)


def parts(shape: BaseGeometry) -> list[Polygon]:
    """The pieces of a surface, largest first; specks, points and lines that a cut leaves over are dropped."""
    found = [part for part in getattr(shape, "geoms", [shape]) if isinstance(part, Polygon) and part.area > SPECK]
    return sorted(found, key=lambda part: -part.area)
