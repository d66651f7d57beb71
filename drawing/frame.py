"""The frame and the builds, read from `knowledge/body/figure`: landmarks, the arm's axis, factors by height."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from drawing.curves import Point, smooth
from filiform.knowledge.loading import HERE, read

FIGURE = HERE / "body" / "figure"
BUILDS = ("neutral", "feminine", "masculine")
Curve = Callable[[float], float]


@dataclass(frozen=True, slots=True)
class Axis:
    """The arm's bent axis: its joints from the shoulder down. (s, u): along it, and across it to the outside."""

    joints: tuple[Point, ...]

    def foot(self, point: Point) -> tuple[float, Point]:
        """How far along the axis the place nearest to `point` is, and that place; both ends run on straight."""
        best: tuple[float, float, Point] | None = None
        run = 0.0
        last = len(self.joints) - 2
        for k, (a, b) in enumerate(zip(self.joints, self.joints[1:], strict=False)):
            long = math.dist(a, b)
            dx, dy = (b[0] - a[0]) / long, (b[1] - a[1]) / long
            along = (point[0] - a[0]) * dx + (point[1] - a[1]) * dy
            along = max(along, 0.0) if k > 0 else along
            along = min(along, long) if k < last else along
            place = (a[0] + dx * along, a[1] + dy * along)
            away = math.dist(point, place)
            if best is None or away < best[0]:
                best = (away, run + along, place)
            run += long
        assert best is not None
        return best[1], best[2]


@dataclass(frozen=True, slots=True)
class Frame:
    """What `frame.toml` says. Lengths in units of the figure."""

    axis: Axis
    border: Curve  # y to the x where the arm begins
    border_width: float
    hand_from: tuple[float, float]
    centre: Curve  # y to x in the side view
    arm_centre: Curve


@dataclass(frozen=True, slots=True)
class Factors:
    """What `builds.toml` says of one build: factors of the neutral build's half-widths."""

    trunk: Curve
    front: Curve
    behind: Curve
    arm: float
    hand: float
    foot: float


@functools.cache
def frame(folder: Path = FIGURE) -> Frame:
    """The frame; raises `KnowledgeError`."""
    root = read(folder / "frame.toml")
    arm, profile = root.table("arm"), root.table("profile")
    found = Frame(
        axis=_axis(arm.points("shoulder")[0], arm.points("parts")),
        border=smooth(arm.points("border")),
        border_width=arm.number("border_width"),
        hand_from=arm.points("hand_from")[0],
        centre=smooth(profile.points("centre")),
        arm_centre=smooth(profile.points("arm_centre")),
    )
    for table in (arm, profile, root):
        table.done()
    return found


def _axis(start: Point, parts: tuple[Point, ...]) -> Axis:
    joints = [start]
    for long, degrees in parts:
        angle = math.radians(degrees)
        joints.append((joints[-1][0] + long * math.sin(angle), joints[-1][1] + long * math.cos(angle)))
    return Axis(tuple(joints))


@functools.cache
def factors(build: str, folder: Path = FIGURE) -> Factors:
    """The factors of one build; raises `KnowledgeError`, and `ValueError` for a build that there is not."""
    root = read(folder / "builds.toml")
    found = {}
    for name, table in root.tables("build"):
        found[name] = Factors(
            trunk=smooth(table.points("trunk")),
            front=smooth(table.points("front")),
            behind=smooth(table.points("behind")),
            arm=table.number("arm"),
            hand=table.number("hand"),
            foot=table.number("foot"),
        )
        table.done()
    root.done()
    if build not in found:
        raise ValueError(f"there is no build {build!r}; there are {', '.join(found)}")
    return found[build]
