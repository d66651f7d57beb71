"""What lies on the figure, from the bottom to the top (docs/bodymap.md). Data only; `draw` makes the picture."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from filiform.clinical.anatomy_drawn import Depth
from filiform.clinical.figure import Spot
from filiform.clinical.terms import BodySite, MuscleSide, Side


class State(StrEnum):
    """How a muscle stands on this map; the value is its CSS class."""

    RANKED = "ranked"  # a candidate: its outline is drawn a little stronger
    CHOSEN = "chosen"  # the one that is looked at, pressed or needled now
    TODAY = "today"  # planned for today
    DONE = "done"  # needled, all needles out
    LOCKED = "locked"  # a restriction stands against it


class MarkKind(StrEnum):
    """What a small round sign says; the value is its CSS class."""

    SUGGESTED = "suggested"  # dashed ring: a candidate, with its rank
    NEXT = "next"  # the same with a second ring: press here next
    FOUND = "found"  # solid ring with a cross: palpation confirmed it
    OTHER = "other"  # thin ring with a dot: pressed, nothing of its own found
    IN = "in"  # amber disc with an ink ring and its number: a needle is in
    OUT = "out"  # open ring with a tick: that needle is out


class Danger(StrEnum):
    """How the dangers are drawn. Loud only where they cross the chosen muscle, so that the eye is not dulled."""

    NONE = "none"
    QUIET = "quiet"


@dataclass(frozen=True, slots=True)
class Mark:
    """A sign at a place of this view, in units of the figure. `text`: a rank or number; `words`: read aloud.

    `true` is the place itself when the sign had to stand beside it: a thin line leads there.
    """

    kind: MarkKind
    x: float
    y: float
    text: str = ""
    words: str = ""
    true: Spot | None = None


@dataclass(frozen=True, slots=True)
class Layers:
    """Everything on the figure.

    `pain` is intensity 0 to 10 by place. `referral` are the places where the chosen muscle's pain is usually felt: True
    for its main zone, False for spillover. `ground` is the depth of the muscles that are drawn faintly below the rest.
    """

    pain: Mapping[BodySite, int] = field(default_factory=dict)
    referral: Mapping[BodySite, bool] = field(default_factory=dict)
    ground: Depth | None = None
    muscles: Mapping[MuscleSide, State] = field(default_factory=dict)
    danger: Danger = Danger.NONE
    restricted: frozenset[BodySite] = frozenset()
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True, slots=True)
class Picks:
    """What can be tapped, as links: the address for a place, for a muscle, or None where nothing can be chosen.

    Of the muscles those of `Layers.ground` can be tapped (all, without it) and those that stand out.
    """

    site: Callable[[BodySite], str | None] | None = None
    muscle: Callable[[MuscleSide], str | None] | None = None


def strength(intensity: int) -> int:
    """The step of the pain colour, 1 (barely) to 4 (worst); 0 for none."""
    return min(4, (intensity + 2) // 3)


def covers(site: BodySite, places: frozenset[BodySite] | Mapping[BodySite, object]) -> bool:
    """Whether `site` is one of `places`; a midline place covers both of its halves."""
    return site in places or BodySite(site.region, Side.MIDLINE) in places
