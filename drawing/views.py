"""Which views there are and what each is made from, read from `figure/views.toml`."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from drawing.curves import Point
from drawing.frame import FIGURE
from drawing.sheet import front_to_hand
from drawing.warp import FOOT_TOP, HAND_X, HEAD_SCALE, INNER_X, OUTER_X, SOLE_X
from filiform.clinical.figure import Box, View
from filiform.clinical.terms import Side
from filiform.knowledge import book
from filiform.knowledge.loading import Table, read

# From what a sheet is written in, or a crop is cut from, to the frame of the view (drawing/README.md).
PLACES: Mapping[str, Callable[[Point], Point]] = MappingProxyType(
    {
        "same": lambda p: p,
        "head": lambda p: (HEAD_SCALE * p[0], HEAD_SCALE * p[1]),
        "hand": lambda p: _hand(front_to_hand(p)),
        "foot_top": lambda p: (SOLE_X + 3 * p[0], 3 * p[1]),
        "foot_sole": lambda p: (SOLE_X + 3 * p[0], 300 - 3 * p[1]),
        "foot_outer": lambda p: (OUTER_X + 3 * p[0], 3 * (p[1] - FOOT_TOP)),
        "foot_inner": lambda p: (INNER_X - 3 * p[0], 3 * (p[1] - FOOT_TOP)),
    }
)


def _hand(uv: Point) -> Point:
    return HAND_X + 3 * uv[0], 90 + 3 * uv[1]


@dataclass(frozen=True, slots=True)
class ViewPlan:
    """How one view is made: from a sheet of its own or as a crop of another view, or as the mirror image of one.

    `kind` is "half" (x > 0 is drawn and mirrored at the midline), "pair" (one hand or foot, and its mirror image beside
    it) or "profile" (one side of the body). `side` is that of x > 0, or of the profile.
    """

    view: View
    kind: str
    side: Side
    sheet: str
    crop_of: View | None
    mirror_of: View | None
    regions: tuple[str, ...]
    window: tuple[Point, ...]
    place: str
    box: Box
    tolerance: float
    stroke: float


@functools.cache
def load_views(folder: Path = FIGURE) -> dict[View, ViewPlan]:
    """The plans of all views; raises `KnowledgeError`."""
    root = read(folder / "views.toml")
    plans = {View(name): _plan(View(name), table) for name, table in root.tables("view")}
    root.done()
    return plans


def _plan(view: View, table: Table) -> ViewPlan:
    (x, y), (width, height) = table.points("box")
    plan = ViewPlan(
        view=view,
        kind=table.text("kind"),
        side=table.one_of("side", Side),
        sheet=table.text("sheet", ""),
        crop_of=table.one_of("crop_of", View) if table.has("crop_of") else None,
        mirror_of=table.one_of("mirror_of", View) if table.has("mirror_of") else None,
        regions=table.ids("regions", book().regions, "region", ()),
        window=table.points("window") if table.has("window") else (),
        place=table.text("place", "same"),
        box=(x, y, width, height),
        tolerance=table.number("tolerance"),
        stroke=table.number("stroke"),
    )
    table.done()
    return plan
