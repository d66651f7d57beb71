"""Where a drawn shape lies: its corners, whether a spot is in it or how far away, whether two shapes meet.

For the paths of the body figure only, as `python -m drawing` writes them: M, l, c and Z, with x and y by turns. Curves
become eight straight pieces, closer than a tenth of a unit. A schematic figure: what does not meet here may meet in a
patient.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise

from filiform.clinical.figure import Spot

Ring = tuple[Spot, ...]  # closed: the first corner is also the last
PIECES = 8
_TOKEN = re.compile(r"[MlcZ]|-?(?:\d+(?:\.\d+)?|\.\d+)")


@lru_cache(maxsize=4096)
def rings(path: str) -> tuple[Ring, ...]:
    """The closed lines of a path."""
    found: list[Ring] = []
    for part in path.split("M")[1:]:
        corners = list(_corners("M" + part))
        found.append((*corners, corners[0]))
    return tuple(found)


def _corners(part: str) -> Iterator[Spot]:
    letter, x, y = "", 0.0, 0.0
    numbers: list[float] = []
    for token in _TOKEN.findall(part):
        if token.isalpha():
            letter, numbers = token, []
            continue
        numbers.append(float(token))
        if letter == "M" and len(numbers) == 2:
            x, y = numbers
            yield x, y
        elif letter == "l" and len(numbers) == 2:
            x, y, numbers = x + numbers[0], y + numbers[1], []
            yield x, y
        elif letter == "c" and len(numbers) == 6:
            yield from _curve((x, y), numbers)
            x, y, numbers = x + numbers[4], y + numbers[5], []


def _curve(start: Spot, numbers: list[float]) -> Iterator[Spot]:
    """A cubic Bezier curve from `start`; `numbers` are its two handles and its end, from there."""
    x1, y1, x2, y2, x3, y3 = numbers
    for step in range(1, PIECES + 1):
        t = step / PIECES
        a, b, c = 3 * (1 - t) ** 2 * t, 3 * (1 - t) * t**2, t**3
        yield start[0] + a * x1 + b * x2 + c * x3, start[1] + a * y1 + b * y2 + c * y3


def contains(path: str, spot: Spot) -> bool:
    """Whether a spot lies in the shape: an odd number of its lines runs above it."""
    x, y = spot
    inside = False
    for ring in rings(path):
        for (x1, y1), (x2, y2) in pairwise(ring):
            if (y1 > y) != (y2 > y) and x < x1 + (y - y1) / (y2 - y1) * (x2 - x1):
                inside = not inside
    return inside


def distance(path: str, spot: Spot) -> float:
    """How far a spot is from the shape, in units of the figure; 0 in it."""
    if contains(path, spot):
        return 0.0
    return min(_from_line(spot, one, other) for ring in rings(path) for one, other in pairwise(ring))


def _from_line(spot: Spot, one: Spot, other: Spot) -> float:
    along = (other[0] - one[0], other[1] - one[1])
    length = along[0] ** 2 + along[1] ** 2
    share = 0.0
    if length:
        share = ((spot[0] - one[0]) * along[0] + (spot[1] - one[1]) * along[1]) / length
    share = min(1.0, max(0.0, share))
    return math.dist(spot, (one[0] + share * along[0], one[1] + share * along[1]))


def box(path: str) -> tuple[float, float, float, float]:
    """Left, top, right and bottom of the shape."""
    spots = [spot for ring in rings(path) for spot in ring]
    xs, ys = [x for x, _ in spots], [y for _, y in spots]
    return min(xs), min(ys), max(xs), max(ys)


def meet(path: str, other: str) -> bool:
    """Whether two shapes share any place."""
    a, b = box(path), box(other)
    if a[2] < b[0] or b[2] < a[0] or a[3] < b[1] or b[3] < a[1]:
        return False
    if contains(path, rings(other)[0][0]) or contains(other, rings(path)[0][0]):
        return True
    return any(_crossing(*one, *two) for one in _lines(path, b) for two in _lines(other, a))


def _lines(path: str, near: tuple[float, float, float, float]) -> list[tuple[Spot, Spot]]:
    """The straight pieces of a shape that can reach a box."""
    left, top, right, bottom = near
    return [
        (one, two)
        for ring in rings(path)
        for one, two in pairwise(ring)
        if max(one[0], two[0]) >= left
        and min(one[0], two[0]) <= right
        and max(one[1], two[1]) >= top
        and min(one[1], two[1]) <= bottom
    ]


def _crossing(a: Spot, b: Spot, c: Spot, d: Spot) -> bool:
    return _turn(a, b, c) * _turn(a, b, d) <= 0 and _turn(c, d, a) * _turn(c, d, b) <= 0 and _overlap(a, b, c, d)


def _turn(a: Spot, b: Spot, c: Spot) -> float:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def _overlap(a: Spot, b: Spot, c: Spot, d: Spot) -> bool:
    """Whether the boxes around two lines meet: decides for lines that lie in one another's direction."""
    return all(
        max(a[axis], b[axis]) >= min(c[axis], d[axis]) and max(c[axis], d[axis]) >= min(a[axis], b[axis])
        for axis in (0, 1)
    )
