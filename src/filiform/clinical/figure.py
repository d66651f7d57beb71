"""The body figure: drawings of 14 views in three builds, each cut into the regions a patient can point at.

Drawn by `drawing/` from tables of landmarks, kept in `knowledge/body/drawn`. **Schematic; no clinician has reviewed
it.**
Lengths are in units of the figure, a hundredth of the head's height in front, back and sides; y runs down. A side is
always the patient's own. Where on the picture something lies says nothing about its side: ask the shape.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from filiform.clinical.terms import BodySite, RegionId, Side

Spot = tuple[float, float]  # x, y
Box = tuple[float, float, float, float]  # x, y of the upper left corner, width, height


class View(StrEnum):
    """From where the body is seen, and how near. Head, hand and foot are three times as large as the rest."""

    FRONT = "front"
    BACK = "back"
    LEFT = "left"
    RIGHT = "right"
    HEAD_FRONT = "head_front"
    HEAD_BACK = "head_back"
    HEAD_LEFT = "head_left"
    HEAD_RIGHT = "head_right"
    HAND_PALM = "hand_palm"
    HAND_BACK = "hand_back"
    FOOT_TOP = "foot_top"
    FOOT_SOLE = "foot_sole"
    FOOT_OUTER = "foot_outer"
    FOOT_INNER = "foot_inner"


class Build(StrEnum):
    """The figure a person chooses; regions are the same in all."""

    NEUTRAL = "neutral"
    FEMININE = "feminine"
    MASCULINE = "masculine"


@dataclass(frozen=True, slots=True)
class Shape:
    """One region on one side in one drawing. `path` is the `d` of an SVG path; `label` lies inside of it."""

    region: RegionId
    side: Side
    path: str
    label: Spot
    bounds: Box

    @property
    def site(self) -> BodySite:
        """What the record keeps of it."""
        return BodySite(self.region, self.side)


@dataclass(frozen=True, slots=True)
class Stroke:
    """A contour line: it helps to find one's way and means nothing else. An `edge` is drawn like the outline."""

    path: str
    width: float
    edge: bool


@dataclass(frozen=True, slots=True)
class Drawing:
    """One view in one build. The shapes fill the outline: no gap, no overlap, each region and side at most once."""

    view: View
    build: Build
    box: Box
    outline: str
    strokes: tuple[Stroke, ...]
    shapes: tuple[Shape, ...]

    @property
    def width(self) -> float:
        """Of the box, in units."""
        return self.box[2]

    @property
    def height(self) -> float:
        """Of the box, in units."""
        return self.box[3]

    def shape(self, site: BodySite) -> Shape | None:
        """The shape of a place on the body; None when this view does not show it."""
        return next((shape for shape in self.shapes if shape.site == site), None)


@dataclass(frozen=True, slots=True)
class Zone:
    """A part of the body that opens on a phone so large that every place in it can be tapped.

    `area` is what is tapped in the overview `on`; the zone then shows `box` of `view`. `places` can be tapped there,
    each at least `TAP` px wide when the box is `PHONE` px wide, in every build. `side` is None for both sides.
    """

    id: str
    words: str
    side: Side | None
    on: View
    area: Box
    view: View
    box: Box
    places: tuple[BodySite, ...]
    chips: tuple[RegionId, ...]  # regions that are not skin (teeth), chosen from a list beside the drawing


PHONE = 358  # px: the width of a drawing on a phone of 390 px with a margin of 16 px on each side
TAP = 44  # px: the smallest place that a finger hits without looking closely (WCAG 2.2, 2.5.5)
