"""What is wrong with the drawn muscles and hazards, as lists of sentences: empty means nothing is.

The checks read what ships (the drawn files), not what was written down. A negative control hands them spoilt drawings.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Collection, Iterable, Iterator, Mapping

from drawing.path import flat, from_d
from drawing.sketches import Sketches, load_sketches
from shapely import Point as Place
from shapely import Polygon, unary_union
from shapely.geometry.base import BaseGeometry

from filiform.clinical.anatomy import Hazard
from filiform.clinical.anatomy_drawn import AnatomyDrawing, Outline
from filiform.clinical.figure import Build, Spot, View
from filiform.clinical.terms import MuscleId, Side
from filiform.knowledge import book
from filiform.knowledge.anatomy_drawn import anatomy
from filiform.knowledge.body import drawing as figure

Drawn = Mapping[View, AnatomyDrawing]
NEAR = 6.0  # units, 14 mm on a body of 170 cm: so near to its muscle a hazard of the muscle's own tags must be drawn
MEETS = 1.0  # square units of the front view: so much of a region a muscle that is entered there must cover
WITHIN = 0.99  # of a muscle's surface
LARGE = frozenset(
    """
    spinal_canal eye carotid_and_jugular vertebral_artery subclavian_vessels axillary_vessels brachial_artery
    femoral_vessels popliteal_vessels brachial_plexus radial_nerve deep_radial_nerve median_nerve ulnar_nerve
    femoral_nerve sciatic_nerve tibial_nerve common_fibular_nerve
    """.split()
)
BESIDE = 0.5  # units: so far beside them at least
ON_IT = {  # no place on the muscle avoids the hazard in a picture; the technique does, by lifting or by angle
    (
        "sternocleidomastoid",
        "carotid_and_jugular",
    ): "it lies on the sheath all along; it is lifted off between two fingers",
    ("sternocleidomastoid", "brachial_plexus"): "its lower half lies on it; it is lifted off between two fingers",
    ("scalenes", "brachial_plexus"): "the plexus comes out between its parts",
}
OVER = 0.05  # of a muscle's surface in a view: less is the slack of two schematic shapes
NOT_DRAWN = {  # tags that are no place on the body
    Hazard.NON_COMPRESSIBLE: "says what a bleed can do, not where",
    Hazard.IMPLANT: "lies where this patient's implant is; the screening asks",
    Hazard.PREGNANCY: "is a time, not a place",
}


def drawn(build: Build) -> dict[View, AnatomyDrawing]:
    """All views of one build, as they ship."""
    return {view: anatomy(view, build) for view in View}


@functools.cache
def sketches() -> Sketches:
    """What was written down, for the reasons of the exceptions in it."""
    return load_sketches(book().muscles, book().sources)


@functools.cache
def ground(path: str) -> BaseGeometry:
    """The surface that a path encloses."""
    return unary_union([Polygon(flat(chain, 8)).buffer(0) for chain in from_d(path)])


def units(view: View) -> float:
    """How many square units of this view are one of the front view."""
    return 9.0 if "_" in view else 1.0


def missing(drawings: Drawn) -> list[str]:
    """Muscles that no view shows on both sides."""
    shown = {(one.muscle, one.side) for drawing in drawings.values() for one in drawing.outlines}
    return [f"{m} {s}" for m in book().muscles for s in (Side.LEFT, Side.RIGHT) if (m, s) not in shown]


def outside(drawings: Drawn) -> list[str]:
    """Outlines that leave the figure."""
    found = []
    for drawing in drawings.values():
        room = ground(figure(drawing.view, drawing.build).outline)
        for one in drawing.outlines:
            share = ground(one.path).intersection(room).area / ground(one.path).area
            if share < WITHIN:
                found.append(f"{one.muscle} {one.side} in {one.view}: {share:.3f} within the figure")
    return found


def stray_points(drawings: Drawn) -> list[str]:
    """Usual points that lie outside their muscle, and muscles with none in any view."""
    found, pointed = [], set()
    for one in _outlines(drawings):
        pointed |= {one.muscle} if one.points else set()
        found += [f"{one.muscle} {one.view}: {at}" for at in one.points if not covers(one.path, at, 0.1)]
    return found + [f"{muscle} has no usual point" for muscle in book().muscles if muscle not in pointed]


def on_large(drawings: Drawn, reasons: Collection[tuple[str, str]]) -> list[str]:
    """Usual points drawn on a large vessel or nerve or the canal: a marker lands there on one tap."""
    return [
        f"{one.muscle} {one.side} in {one.view}: {at} lies on {zone.hazard}"
        for drawing in drawings.values()
        for one in drawing.outlines
        for zone in drawing.zones
        if zone.hazard in LARGE and zone.side in (one.side, Side.MIDLINE) and (one.muscle, zone.hazard) not in reasons
        for at in one.points
        if covers(zone.path, at, BESIDE * units(drawing.view) ** 0.5)
    ]


def lost_points(drawings: Drawn) -> list[str]:
    """Muscles of which a written point does not ship in the view it was written for."""
    shipped = {(one.muscle, one.view): len(one.points) for one in _outlines(drawings)}
    return [
        f"{sketch.muscle} in {sketch.view}"
        for sketch in sketches().muscles
        if shipped.get((MuscleId(sketch.muscle), View(sketch.view))) != len(sketch.points)
    ]


def twins(drawings: Drawn) -> list[str]:
    """Muscles with the same outline as another in the same view."""
    seen: dict[tuple[View, str], Outline] = {}
    found = []
    for one in _outlines(drawings):
        other = seen.setdefault((one.view, one.path), one)
        if other is not one:
            found.append(f"{one.muscle} {one.side} and {other.muscle} {other.side} in {one.view}")
    return found


def unmet(drawings: Drawn, unseen: Mapping[tuple[str, str], str]) -> list[str]:
    """(muscle, region) in which the muscle is entered and its outline is not; and exceptions that are none."""
    met = {
        (one.muscle, shape.region)
        for drawing in drawings.values()
        for one in drawing.outlines
        for shape in figure(drawing.view, drawing.build).shapes
        if shape.side in (one.side, Side.MIDLINE)
        and ground(one.path).intersection(ground(shape.path)).area >= MEETS * units(drawing.view)
    }
    wanted = {(muscle.id, region) for muscle in book().muscles.values() for region in muscle.enters}
    found = [
        f"{muscle} does not meet {region}" for muscle, region in sorted(wanted - met) if (muscle, region) not in unseen
    ]
    return found + [
        f"{muscle} does meet {region}, or is not entered there"
        for muscle, region in unseen
        if (muscle, region) not in wanted - met
    ]


def far(drawings: Drawn, reasons: Mapping[tuple[str, Hazard], str]) -> list[str]:
    """(muscle, tag) with no hazard of that kind within `NEAR` in a view that shows the muscle, and needless reasons.

    In each view, not in one of them: a person looks at one view, and what it does not show looks safe.
    """
    away = {
        (one.muscle, tag): (one.view, distance)
        for one in _outlines(drawings)
        for tag in book().muscles[one.muscle].hazards - NOT_DRAWN.keys()
        if (distance := _nearest(drawings[one.view], one, tag)) > NEAR
    }
    found = [
        f"{muscle} is {distance:.1f} away from any {tag} in {view}"
        for (muscle, tag), (view, distance) in away.items()
        if (muscle, tag) not in reasons
    ]
    return found + [f"{m} is near a {tag} everywhere, or has no such tag" for m, tag in reasons.keys() - away.keys()]


def _nearest(drawing: AnatomyDrawing, one: Outline, kind: Hazard) -> float:
    distances = [
        ground(one.path).distance(ground(zone.path)) / units(drawing.view) ** 0.5
        for zone in drawing.zones
        if zone.kind is kind and zone.side in (one.side, Side.MIDLINE)
    ]
    return min(distances, default=float("inf"))


def _outlines(drawings: Drawn) -> Iterator[Outline]:
    for drawing in drawings.values():
        yield from drawing.outlines


def untagged(drawings: Drawn, kind: Hazard, tagged: frozenset[MuscleId]) -> list[str]:
    """Muscles of which more than `OVER` lies over a hazard of a kind whose tag they do not carry."""
    return [
        f"{one.muscle} {one.side} in {one.view} lies over {zone.hazard}"
        for drawing in drawings.values()
        for one in drawing.outlines
        if one.muscle not in tagged
        for zone in drawing.zones
        if zone.kind is kind and zone.side in (one.side, Side.MIDLINE)
        if ground(one.path).intersection(ground(zone.path)).area > OVER * ground(one.path).area
    ]


def middle(paths: Iterable[str]) -> float:
    """The x around which surfaces lie."""
    return float(unary_union([ground(path) for path in paths]).centroid.x)


def covers(path: str, at: Spot, slack: float) -> bool:
    """Whether `at` lies within a path, or at most `slack` beside it."""
    return bool(ground(path).buffer(slack).covers(Place(at)))


def first(start: str) -> tuple[float, float]:
    """The first point of a path, from what stands behind its M."""
    x, y = re.findall(r"-?(?:\d+\.?\d*|\.\d+)", start)
    return float(x), float(y)
