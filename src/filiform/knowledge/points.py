"""Where a muscle is best seen, and its usual points there. All places are in units of the neutral figure.

The usual points are schematic, not reviewed by a clinician; the hand decides (see `clinical.anatomy_drawn`).
"""

from __future__ import annotations

import functools
import math

from filiform.clinical import outlines
from filiform.clinical.anatomy_drawn import Depth, Outline
from filiform.clinical.figure import Build, Spot, View
from filiform.clinical.terms import MuscleSide
from filiform.knowledge.anatomy_drawn import anatomy

BUILD = Build.NEUTRAL
WHOLE = (View.BACK, View.FRONT, View.LEFT, View.RIGHT)
SMALL = 60.0  # units: a muscle that is shorter is looked at in a view from near, when one shows it


@functools.cache
def views(site: MuscleSide) -> tuple[View, ...]:
    """The views that show a muscle, the best one first: from near when it is small, then where no other covers it."""
    shown = [outline for view in View if (outline := anatomy(view, BUILD).outline(site)) is not None]
    return tuple(outline.view for outline in sorted(shown, key=_worth))


def _worth(outline: Outline) -> tuple[bool, bool, float]:
    left, top, right, bottom = outlines.box(outline.path)
    length = math.hypot(right - left, bottom - top)
    small = outline.view in WHOLE and length < SMALL
    return small, outline.depth is Depth.DEEP, -(right - left) * (bottom - top) / (1 if outline.view in WHOLE else 9)


@functools.cache
def usual(site: MuscleSide, view: View) -> tuple[Spot, ...]:
    """The usual points of a muscle in a view; none when the view does not show it."""
    outline = anatomy(view, BUILD).outline(site)
    return outline.points if outline else ()


def first(site: MuscleSide, number: int = 1) -> tuple[View, Spot] | None:
    """Where point `number` (from 1) of a muscle is looked for first: its usual points by turns, in its best view."""
    for view in views(site):
        spots = usual(site, view)
        if spots:
            return view, spots[(number - 1) % len(spots)]
    return None


def away(site: MuscleSide, view: View, spot: Spot) -> float | None:
    """How far a place is from the drawn muscle, in units; None when the view does not show it."""
    outline = anatomy(view, BUILD).outline(site)
    return None if outline is None else outlines.distance(outline.path, spot)
