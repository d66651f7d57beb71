"""Muscles and hazards as they are drawn on the body figure: shapes in the units of `clinical.figure`.

Every shape is schematic, in our own hand, and **not reviewed by a clinician**; the pages say so. A shape never says
that a place is safe: what is not drawn may still be in the way of a needle.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from filiform.clinical.anatomy import Hazard
from filiform.clinical.figure import Build, Spot, View
from filiform.clinical.terms import Cite, MuscleId, MuscleSide, Side

MARK = "schematic, not reviewed by a clinician"


class Depth(StrEnum):
    """Whether a muscle lies under the skin in a view or below another muscle."""

    SUPERFICIAL = "superficial"
    DEEP = "deep"


@dataclass(frozen=True, slots=True)
class Outline:
    """One muscle of one side in one drawing. `path` is the `d` of an SVG path, `points` its usual trigger points."""

    muscle: MuscleId
    side: Side
    view: View
    depth: Depth
    path: str
    points: tuple[Spot, ...]
    cites: tuple[Cite, ...]
    point_cites: tuple[Cite, ...]

    @property
    def site(self) -> MuscleSide:
        """The muscle and its side, as the record has them."""
        return MuscleSide(self.muscle, self.side)


@dataclass(frozen=True, slots=True)
class HazardZone:
    """One thing that a needle can hit, on one side in one drawing. `words` name it, `label` is where they may stand.

    `side` is the patient's own; `midline` for what lies there, the heart included.
    """

    hazard: str
    kind: Hazard
    side: Side
    view: View
    path: str
    words: str
    label: Spot
    cites: tuple[Cite, ...]


@dataclass(frozen=True, slots=True)
class AnatomyDrawing:
    """All muscles and hazards of one view in one build: deep muscles first, in the order they are painted."""

    view: View
    build: Build
    outlines: tuple[Outline, ...]
    zones: tuple[HazardZone, ...]

    def outline(self, site: MuscleSide) -> Outline | None:
        """The outline of a muscle on one side; None when this view does not show it."""
        return next((outline for outline in self.outlines if outline.site == site), None)
