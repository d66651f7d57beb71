"""From the neutral build to the others: every line of every drawing goes through the same smooth map of the plane.

The map never folds (tests/drawing/test_warp.py), so what lies in a region lies in it in every build, and a partition of
the neutral figure is a partition of the others.
"""

from __future__ import annotations

from collections.abc import Callable

from drawing.curves import Point, ease
from drawing.frame import Factors, Frame, factors, frame

Warp = Callable[[Point], Point]
HEAD_SCALE = 3.0  # head, hand and foot are drawn three times as large as in front, back and left
FOOT_TOP = 680.0  # the height at which the side views of the foot begin
HAND_X, SOLE_X, OUTER_X, INNER_X = 110.0, 90.0, 225.0, 110.0  # where x = 0 of the one hand or foot lies in its view
PAIRS = {"hand_palm": HAND_X, "hand_back": HAND_X, "foot_top": SOLE_X, "foot_sole": SOLE_X}
VIEWS = (
    "front", "back", "left", "right", "head_front", "head_back", "head_left", "head_right",
    "hand_palm", "hand_back", "foot_top", "foot_sole", "foot_outer", "foot_inner",
)  # fmt: skip


def warp(view: str, build: str, part: str = "body") -> Warp:
    """The map of points of `view` from the neutral build to `build`.

    `part` is "body", or "arm" for what lies on the arm in left and right (the arm hangs before the trunk there).
    Raises ValueError for a view, build or part that there is not.
    """
    if part not in ("body", "arm"):
        raise ValueError(f"there is no part {part!r}; there are body and arm")
    if view not in VIEWS:
        raise ValueError(f"there is no view {view!r}; there are {', '.join(VIEWS)}")
    of, at = factors(build), frame()
    if view in PAIRS:
        return _pair(PAIRS[view], of.hand if view.startswith("hand") else of.foot)
    if view in ("front", "back"):
        return lambda point: _mirrored(point, lambda right: _front(right, of, at))
    if view in ("head_front", "head_back"):
        return lambda point: _mirrored(point, lambda right: _scaled(right, lambda p: _front(p, of, at)))
    return _side(view, part, of, at)


def _side(view: str, part: str, of: Factors, at: Frame) -> Warp:
    def left(point: Point) -> Point:
        return _profile(point, part, of, at)

    if view == "left":
        return left
    if view == "right":
        return lambda point: _flip(left(_flip(point)))
    if view == "head_left":
        return lambda point: _scaled(point, left)
    if view == "head_right":
        return lambda point: _flip(_scaled(_flip(point), left))
    return _foot_side(1.0 if view == "foot_outer" else -1.0, OUTER_X if view == "foot_outer" else INNER_X, left)


def _front(point: Point, of: Factors, at: Frame) -> Point:
    """A point of the viewer's right half: the trunk moves by height, the arm across its axis, with no step between."""
    x, y = point
    trunk = (x * of.trunk(y), y)
    weight = ease((x - at.border(y)) / at.border_width + 0.5)
    if weight == 0.0:
        return trunk
    along, place = at.axis.foot(point)
    begin, end = at.hand_from
    thick = of.arm + (of.hand - of.arm) * ease((along - begin) / (end - begin))
    shoulder = at.axis.joints[0]
    shift = shoulder[0] * (of.trunk(shoulder[1]) - 1.0)
    arm = (place[0] + shift + thick * (x - place[0]), place[1] + thick * (y - place[1]))
    return trunk[0] * (1 - weight) + arm[0] * weight, trunk[1] * (1 - weight) + arm[1] * weight


def _profile(point: Point, part: str, of: Factors, at: Frame) -> Point:
    x, y = point
    if part == "arm":
        centre = at.arm_centre(y)
        return centre + of.arm * (x - centre), y
    centre = at.centre(y)
    return centre + (of.front(y) if x < centre else of.behind(y)) * (x - centre), y


def _pair(centre: float, factor: float) -> Warp:
    return lambda point: _mirrored(point, lambda right: (centre + factor * (right[0] - centre), right[1]))


def _foot_side(sign: float, centre: float, left: Warp) -> Warp:
    """foot_outer and foot_inner hold the leg below FOOT_TOP, three times as large, as seen from either side."""

    def warped(point: Point) -> Point:
        x, y = left((sign * (point[0] - centre) / HEAD_SCALE, point[1] / HEAD_SCALE + FOOT_TOP))
        return centre + sign * x * HEAD_SCALE, (y - FOOT_TOP) * HEAD_SCALE

    return lambda point: _mirrored(point, warped)


def _scaled(point: Point, of: Warp) -> Point:
    x, y = of((point[0] / HEAD_SCALE, point[1] / HEAD_SCALE))
    return x * HEAD_SCALE, y * HEAD_SCALE


def _flip(point: Point) -> Point:
    return -point[0], point[1]


def _mirrored(point: Point, of: Warp) -> Point:
    """`of` for the viewer's right half, its mirror image for the other."""
    return of(point) if point[0] >= 0 else _flip(of(_flip(point)))
