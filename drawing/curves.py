"""Smooth curves through a few points: what a person writes down is sparse, what is drawn has no corners.

Points are pairs in the units of the figure (a head is 100 high).
"""

from __future__ import annotations

import itertools
import math
from bisect import bisect_right
from collections.abc import Callable, Sequence

Point = tuple[float, float]


def spline(points: Sequence[Point], closed: bool, steps: int = 14) -> list[Point]:
    """A centripetal Catmull-Rom curve through `points`, `steps` samples a stretch; it neither loops nor overshoots."""
    if closed:
        knots = [points[-1], *points, points[0], points[1]]
    else:
        knots = [_beyond(points[1], points[0]), *points, _beyond(points[-2], points[-1])]
    found: list[Point] = []
    for a, b, c, d in zip(knots, knots[1:], knots[2:], knots[3:], strict=False):
        found += [_between(a, b, c, d, step / steps) for step in range(steps)]
    return found if closed else [*found, points[-1]]


def _beyond(inner: Point, end: Point) -> Point:
    return 2 * end[0] - inner[0], 2 * end[1] - inner[1]


def _between(a: Point, b: Point, c: Point, d: Point, part: float) -> Point:
    """The place at `part` (0 to 1) of the stretch from b to c (Barry and Goldman's pyramid, alpha 1/2)."""
    t0 = 0.0
    t1 = t0 + _root(a, b)
    t2 = t1 + _root(b, c)
    t3 = t2 + _root(c, d)
    t = t1 + (t2 - t1) * part
    ab, bc, cd = _mix(a, b, t0, t1, t), _mix(b, c, t1, t2, t), _mix(c, d, t2, t3, t)
    return _mix(_mix(ab, bc, t0, t2, t), _mix(bc, cd, t1, t3, t), t1, t2, t)


def _root(a: Point, b: Point) -> float:
    return math.sqrt(max(math.dist(a, b), 1e-6))


def _mix(a: Point, b: Point, start: float, end: float, t: float) -> Point:
    part = (t - start) / (end - start)
    return a[0] + (b[0] - a[0]) * part, a[1] + (b[1] - a[1]) * part


def smooth(table: Sequence[Point]) -> Callable[[float], float]:
    """A function through the pairs (at, value), rising or falling only where they do; level outside of them.

    Monotone cubic (Fritsch and Carlson, harmonic mean of the slopes): no waves between two landmarks.
    """
    at, value = [pair[0] for pair in table], [pair[1] for pair in table]
    if len(at) < 2 or any(b <= a for a, b in itertools.pairwise(at)):
        raise ValueError(f"needs at least two pairs, each further on than the one before: {table}")
    slopes = [(v2 - v1) / (a2 - a1) for a1, a2, v1, v2 in zip(at, at[1:], value, value[1:], strict=False)]
    leans = [0.0, *(_lean(one, two) for one, two in itertools.pairwise(slopes)), 0.0]

    def found(x: float) -> float:
        if x <= at[0]:
            return value[0]
        if x >= at[-1]:
            return value[-1]
        k = bisect_right(at, x) - 1
        wide = at[k + 1] - at[k]
        t = (x - at[k]) / wide
        rise = t * t * (3 - 2 * t)
        return (
            value[k] * (1 - rise)
            + value[k + 1] * rise
            + wide * leans[k] * t * (1 - t) ** 2
            - wide * leans[k + 1] * t * t * (1 - t)
        )

    return found


def _lean(one: float, two: float) -> float:
    return 0.0 if one * two <= 0 else 2 * one * two / (one + two)


def ease(part: float) -> float:
    """0 below 0, 1 above 1, smooth between."""
    t = min(max(part, 0.0), 1.0)
    return t * t * (3 - 2 * t)
