"""What a person wrote down for one view: rings, the steps that join them, cut lines, labels and contour strokes.

A sheet may `use` others, so that trunk and hand are written once for front and back. A line may be written `on` the
arm, as (u, s): u to the outside, s along the arm from the shoulder; or on the hand, as (u, v): u to the thumb, v from
the wrist.
"""

from __future__ import annotations

import functools
import itertools
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from drawing.curves import Point, spline
from drawing.frame import BUILDS, FIGURE, Axis, frame
from filiform.knowledge import book
from filiform.knowledge.loading import Table, read

Place = Callable[[Point], Point]
JOINT = 18.0  # so far before and after a joint the arm's axis turns, instead of at one place
SIDE_ARM = (6.0, 160.0, math.radians(17))  # the arm of the side view: written hanging, turned forward about this point


@dataclass(frozen=True, slots=True)
class Step:
    """One step from rings to the outline: add rings, close (web), open (round off), clip. Lengths in units."""

    add: tuple[str, ...]
    close: float
    open: float
    within: tuple[Point, ...]  # two corners of the box in which the closing counts, or none
    clip: tuple[Point, ...]  # two corners of the box outside of which all falls away, or none


@dataclass(frozen=True, slots=True)
class Cut:
    """A line along which the skin is cut into regions. It may run past its end: what cuts nothing off is dropped."""

    line: tuple[Point, ...]
    on: str


@dataclass(frozen=True, slots=True)
class Stroke:
    """A thin contour line; `only` names the views and `builds` the builds that have it (none named: all)."""

    line: tuple[Point, ...]
    on: str
    width: float
    only: tuple[str, ...]
    builds: tuple[str, ...]
    mirrored: bool


@dataclass(slots=True)
class Sheet:
    """All of one view, in the view's frame. Labels are (region, place, on)."""

    rings: dict[str, tuple[Point, ...]] = field(default_factory=dict)
    steps: list[Step] = field(default_factory=list)
    over: tuple[str, ...] = ()  # rings that lie before the outline (the arm in the side view)
    over_open: tuple[Point, ...] = ()  # inside this polygon the edge of `over` is not drawn
    cuts: list[Cut] = field(default_factory=list)
    labels: list[tuple[str, Point, str]] = field(default_factory=list)
    strokes: list[Stroke] = field(default_factory=list)


@functools.cache
def load_sheet(name: str, folder: Path = FIGURE) -> Sheet:
    """The sheet of one file with everything it uses; raises `KnowledgeError`."""
    sheet = Sheet()
    _read_into(sheet, read(folder / f"{name}.toml"), folder)
    return sheet


def _read_into(sheet: Sheet, root: Table, folder: Path) -> None:
    for used in root.texts("use", ()):
        _read_into(sheet, read(folder / f"{used}.toml"), folder)
    if root.has("ring"):
        for name, table in root.tables("ring"):
            sheet.rings[name] = _ring(table)
            table.done()
    for table in root.listed("step") if root.has("step") else ():
        sheet.steps.append(_step(table, sheet.rings))
    if root.has("over"):
        over = root.table("over")
        sheet.over, sheet.over_open = over.ids("rings", sheet.rings, "ring"), over.points("edge_hidden")
        over.done()
    for table in root.listed("cut") if root.has("cut") else ():
        sheet.cuts.append(_cut(table))
    for key in ("labels", "labels_arm", "labels_hand", "labels_side_arm"):
        if root.has(key):
            sheet.labels += _labels(root.table(key), key.removeprefix("labels").lstrip("_"))
    for table in root.listed("stroke") if root.has("stroke") else ():
        sheet.strokes.append(_stroke(table))
    root.done()


def _ring(table: Table) -> tuple[Point, ...]:
    """A closed smooth ring, written in one of five ways."""
    on = placed(table.text("on", ""), table)
    if table.has("half"):
        right = table.points("half")
        return tuple(spline([*right, *((-x, y) for x, y in reversed(right) if x > 0)], closed=True))
    if table.has("outer"):  # stations across an axis: (s, u) to the outside and to the inside
        outer, inner = table.points("outer"), table.points("inner")
        points = [on((u, s)) for s, u in outer] + [on((-u, s)) for s, u in reversed(inner)]
        return tuple(spline(points, closed=True))
    if table.has("finger"):
        (start, end), (wide,) = table.points("finger"), table.points("width")
        return tuple(spline([on(p) for p in _finger(start, end, *wide)], closed=True))
    return tuple(spline([on(p) for p in table.points("line")], closed=True))


def _finger(start: Point, end: Point, base: float, tip: float) -> list[Point]:
    """A finger from its root to its tip, by its half-widths: waisted between the joints, round at the end."""
    long = math.dist(start, end)
    dx, dy = (end[0] - start[0]) / long, (end[1] - start[1]) / long
    mean = (base + tip) / 2
    stations = [(0, base), (0.3, base), (0.46, mean * 1.06), (0.6, mean * 0.99), (0.76, tip * 1.08), (0.9, tip * 0.92)]
    stations.append((0.97, tip * 0.56))

    def at(part: float, wide: float) -> Point:
        return start[0] + dx * long * part + dy * wide, start[1] + dy * long * part - dx * wide

    return [at(p, w) for p, w in stations] + [end] + [at(p, -w) for p, w in reversed(stations)]


def _step(table: Table, rings: dict[str, tuple[Point, ...]]) -> Step:
    step = Step(
        add=table.ids("add", rings, "ring", ()),
        close=table.number("close") if table.has("close") else 0.0,
        open=table.number("open") if table.has("open") else 0.0,
        within=table.points("within") if table.has("within") else (),
        clip=table.points("clip") if table.has("clip") else (),
    )
    table.done()
    return step


def _cut(table: Table) -> Cut:
    on = table.text("on", "")
    place = placed(on, table)
    line = [place(p) for p in table.points("line")]
    straight = table.flag("straight", False)
    table.done()
    return Cut(tuple(line) if straight else tuple(spline(line, closed=False)), on)


def _labels(table: Table, on: str) -> list[tuple[str, Point, str]]:
    place = placed(on, table)
    for region in tuple(table.keys()):
        if region not in book().regions:
            raise table.error(f"{region!r} is not a known region", region)
    return [(region, place(p), on) for region in tuple(table.keys()) for p in table.points(region)]


def _stroke(table: Table) -> Stroke:
    on = table.text("on", "")
    place = placed(on, table)
    line = [place(p) for p in table.points("line")]
    stroke = Stroke(
        line=tuple(spline(line, closed=False)),
        on=on,
        width=table.number("width"),
        only=table.distinct("only", ()),
        builds=table.ids("builds", dict.fromkeys(BUILDS), "build", ()),
        mirrored=table.flag("mirrored", True),
    )
    table.done()
    return stroke


# ---- where a line is written


def placed(on: str, table: Table | None = None) -> Place:
    """The map from what a line is written on to the view's frame; raises `KnowledgeError` for an unknown word."""
    if on == "":
        return lambda p: p
    if on == "arm":
        return _on_arm
    if on == "hand":
        return hand_to_front
    if on == "side_arm":
        return _on_side_arm
    problem = f"{on!r} in 'on' is none of arm, hand, side_arm"
    raise table.error(problem, "on") if table else ValueError(problem)


def _on_arm(point: Point) -> Point:
    u, s = point
    (x, y), (dx, dy) = _along(frame().axis, s)
    return x + dy * u, y - dx * u


def _along(axis: Axis, s: float) -> tuple[Point, Point]:
    """The place `s` along the axis and the direction there, which turns slowly about each joint."""
    joints = axis.joints
    longs = [math.dist(a, b) for a, b in itertools.pairwise(joints)]
    turns = [sum(longs[:k]) for k in range(len(joints))]
    k = max(k for k in range(len(longs)) if k == 0 or turns[k] <= s)
    dx, dy = _direction(joints, k)
    place = (joints[k][0] + dx * (s - turns[k]), joints[k][1] + dy * (s - turns[k]))
    for j in range(1, len(longs)):
        if abs(s - turns[j]) < JOINT:
            part = (s - turns[j] + JOINT) / (2 * JOINT)
            one, two = _direction(joints, j - 1), _direction(joints, j)
            dx, dy = one[0] * (1 - part) + two[0] * part, one[1] * (1 - part) + two[1] * part
            long = math.hypot(dx, dy)
            dx, dy = dx / long, dy / long
    return place, (dx, dy)


def _direction(joints: Sequence[Point], k: int) -> Point:
    long = math.dist(joints[k], joints[k + 1])
    return (joints[k + 1][0] - joints[k][0]) / long, (joints[k + 1][1] - joints[k][1]) / long


def hand_to_front(point: Point) -> Point:
    """From the hand's own (u, v) to front and back."""
    joints = frame().axis.joints
    (x, y), (dx, dy) = joints[2], _direction(joints, 2)
    return x + dy * point[0] + dx * point[1], y - dx * point[0] + dy * point[1]


def front_to_hand(point: Point) -> Point:
    """The way back: from front and back to the hand's own (u, v)."""
    joints = frame().axis.joints
    (x, y), (dx, dy) = joints[2], _direction(joints, 2)
    px, py = point[0] - x, point[1] - y
    return dy * px - dx * py, dx * px + dy * py


def _on_side_arm(point: Point) -> Point:
    cx, cy, angle = SIDE_ARM
    x, y = point[0] - cx, point[1] - cy
    return cx + x * math.cos(angle) - y * math.sin(angle), cy + x * math.sin(angle) + y * math.cos(angle)
