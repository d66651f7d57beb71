"""From a dense line to few cubic Beziers: Schneider's fit (Graphics Gems, 1990), with corners kept.

The drawings are small because a curve of a hundred samples becomes two or three pieces; `TOLERANCE` says how far off a
piece may be. Ends and handles are whole tenths, so that two regions that share a line share it exactly.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from shapely import LineString

from drawing.curves import Point

Line = NDArray[np.float64]
Piece = tuple[Point, Point, Point, Point]  # start, two handles, end
CORNER = math.radians(38)  # a turn as sharp as this is a corner and stays one
REACH = 1.2  # the direction at an end is taken over this length, in units of the figure
SPLITS = 12  # deeper than this nothing gets better


def fit(points: Sequence[Point], tolerance: float) -> list[Piece]:
    """Cubic pieces through `points` from first to last, nowhere further off than about `tolerance`.

    A tight bend may come out as a small loop; then the fit is made closer, until the line does not cross itself.
    """
    for closer in (1, 2, 4, 8):
        found = _fitted(points, tolerance / closer)
        if LineString(flat(found)).is_simple:
            break
    return found


def flat(chain: Sequence[Piece], steps: int = 12) -> list[Point]:
    """The chain as a dense line."""
    found = [chain[0][0]]
    for a, b, c, d in chain:
        for k in range(1, steps + 1):
            t = k / steps
            u = 1 - t
            w = (u**3, 3 * t * u * u, 3 * t * t * u, t**3)
            x = w[0] * a[0] + w[1] * b[0] + w[2] * c[0] + w[3] * d[0]
            y = w[0] * a[1] + w[1] * b[1] + w[2] * c[1] + w[3] * d[1]
            found.append((x, y))
    return found


def _fitted(points: Sequence[Point], tolerance: float) -> list[Piece]:
    line = np.round(np.array(points, dtype=float), 4)
    keep = np.concatenate([[True], np.hypot(*np.diff(line, axis=0).T) > 1e-3])
    keep[-1] = True
    line = line[keep]
    if len(line) > 2 and math.dist(line[-1], line[-2]) <= 1e-3:
        line = np.delete(line, -2, axis=0)
    ends = [0, *_corners(line), len(line) - 1]
    found: list[Piece] = []
    for a, b in itertools.pairwise(ends):
        part = line[a : b + 1].copy()
        part[0], part[-1] = np.round(part[0], 1), np.round(part[-1], 1)
        found += _fit(part, _start(part), _start(part[::-1]), tolerance, SPLITS)
    return [piece for piece in found if piece[0] != piece[3] or len(found) == 1]


def _corners(line: Line) -> list[int]:
    """The inner samples where the line turns sharply within one unit."""
    turns = []
    for k in range(1, len(line) - 1):
        one, two = _reach(line[k::-1], 1.0) * -1, _reach(line[k:], 1.0)
        turn = math.acos(min(1.0, max(-1.0, float(one @ two))))
        turns.append((turn, k))
    found: list[int] = []
    run = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(line, axis=0).T))])
    for turn, k in sorted(turns, reverse=True):
        if turn < CORNER:
            break
        if all(abs(run[k] - run[other]) > 2.0 for other in found) and 0.5 < run[k] < run[-1] - 0.5:
            found.append(k)
    return sorted(found)


def _start(line: Line) -> Line:
    return _reach(line, min(REACH, 0.34 * math.dist(line[0], line[-1]) + 0.2))


def _reach(line: Line, far: float) -> Line:
    """The direction from the first sample to the one that is `far` away, or to the last."""
    for point in line[1:]:
        if math.dist(point, line[0]) >= far:
            break
    way = point - line[0]
    long = math.hypot(*way)
    return way / long if long > 0 else np.array([1.0, 0.0])


def _fit(line: Line, start: Line, end: Line, tolerance: float, splits: int) -> list[Piece]:
    if len(line) < 3 or _straight(line, tolerance / 2):
        return [_piece(line[0], line[0], line[-1], line[-1])]
    where = _lengths(line)
    handles = _handles(line, where, start, end)
    worst, k = _error(line, where, handles)
    for _ in range(4):
        if worst <= tolerance or worst > tolerance * 16:
            break
        where = _better(line, where, handles)
        handles = _handles(line, where, start, end)
        worst, k = _error(line, where, handles)
    if worst <= tolerance or splits == 0:
        return [_piece(*handles)]
    k = min(max(k, 1), len(line) - 2)
    across = _reach(line[k:], REACH) - _reach(line[k::-1], REACH)
    long = math.hypot(*across)
    across = across / long if long > 1e-6 else _reach(line[k:], REACH)
    middle = np.round(line[k], 1)
    one, two = line[: k + 1].copy(), line[k:].copy()
    one[-1] = two[0] = middle
    return _fit(one, start, -across, tolerance, splits - 1) + _fit(two, across, end, tolerance, splits - 1)


def _straight(line: Line, tolerance: float) -> bool:
    way = line[-1] - line[0]
    long = math.hypot(*way)
    if long < 1e-6:
        return False
    away = np.abs((line[:, 0] - line[0, 0]) * way[1] - (line[:, 1] - line[0, 1]) * way[0]) / long
    return float(away.max()) <= tolerance


def _lengths(line: Line) -> Line:
    run = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(line, axis=0).T))])
    return np.asarray(run / run[-1])


def _handles(line: Line, where: Line, start: Line, end: Line) -> Line:
    """The four points of the cubic with the given directions at its ends that is nearest to the samples."""
    t, u = where, 1 - where
    a1, a2 = np.outer(3 * t * u * u, start), np.outer(3 * t * t * u, end)
    rest = line - np.outer(u**3 + 3 * t * u * u, line[0]) - np.outer(t**3 + 3 * t * t * u, line[-1])
    c11, c12, c22 = float((a1 * a1).sum()), float((a1 * a2).sum()), float((a2 * a2).sum())
    x1, x2 = float((a1 * rest).sum()), float((a2 * rest).sum())
    det = c11 * c22 - c12 * c12
    long = math.dist(line[0], line[-1])
    one = (x1 * c22 - x2 * c12) / det if abs(det) > 1e-9 else 0.0
    two = (c11 * x2 - c12 * x1) / det if abs(det) > 1e-9 else 0.0
    if one < 0.05 * long or two < 0.05 * long or max(one, two) > long:
        one = two = long / 3
    return np.array([line[0], line[0] + start * one, line[-1] + end * two, line[-1]])


def _at(handles: Line, t: Line) -> Line:
    u = 1 - t
    weights = np.stack([u**3, 3 * t * u * u, 3 * t * t * u, t**3], axis=1)
    return np.asarray(weights @ handles)


def _error(line: Line, where: Line, handles: Line) -> tuple[float, int]:
    away = np.hypot(*(_at(handles, where) - line).T)
    k = int(np.round(away, 6).argmax())
    return float(away[k]), k


def _better(line: Line, where: Line, handles: Line) -> Line:
    """One step of Newton for each sample towards the nearest place of the cubic."""
    t, u = where, 1 - where
    first = 3 * np.diff(handles, axis=0)
    second = 2 * np.diff(first, axis=0)
    speed = np.stack([u * u, 2 * t * u, t * t], axis=1) @ first
    turn = np.stack([u, t], axis=1) @ second
    off = _at(handles, where) - line
    below = (speed * speed).sum(axis=1) + (off * turn).sum(axis=1)
    step = np.where(np.abs(below) > 1e-9, (off * speed).sum(axis=1) / np.where(below == 0, 1, below), 0)
    return np.asarray(np.clip(where - step, 0, 1))


def _piece(a: Line, b: Line, c: Line, d: Line) -> Piece:
    return _tenths(a), _tenths(b), _tenths(c), _tenths(d)


def _tenths(p: Line) -> Point:
    return round(float(p[0]), 1) + 0.0, round(float(p[1]), 1) + 0.0
