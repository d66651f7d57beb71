"""The skin cut into regions: every face has one label, every line between two faces belongs to both, exactly.

Outline and cut lines are noded and polygonised. Faces are then kept as chains of arcs (a line from one meeting of lines
to the next), because a curve fitted to an arc once serves both its neighbours: no gap and no overlap, whatever the fit.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from shapely import LineString, Point, Polygon, polygonize, set_precision, unary_union
from shapely.geometry.base import BaseGeometry

from drawing.curves import Point as Place

GRID = 1e-5  # all lines lie on this grid, so that equal places are equal numbers
SLIVER = 2.0  # a face smaller than this (in units squared) belongs to the neighbour it shares most with
Arc = tuple[Place, ...]
Ring = tuple[tuple[int, bool], ...]  # arcs by number, and whether each is walked backwards


class CutError(ValueError):
    """The cut lines do not make one face for each label; the message says where."""


@dataclass(frozen=True, slots=True)
class Partition:
    """Arcs, and the arcs around each label. A label may stand more than once: its faces belong together."""

    arcs: tuple[Arc, ...]
    faces: tuple[tuple[str, tuple[Ring, ...]], ...]  # (label, rings of one face: outer, then holes)
    outline: Polygon


def partition(outline: Polygon, cuts: Iterable[Sequence[Place]], labels: Sequence[tuple[str, Place]]) -> Partition:
    """Cuts `outline` along `cuts`. Raises `CutError` when a face has no label, or a label no face of its own."""
    lines = [outline.boundary, *(LineString(cut) for cut in cuts)]
    net = unary_union([set_precision(line, GRID) for line in lines], grid_size=GRID)
    inside = outline.buffer(1e-3)
    faces = [face for face in polygonize(_parts(net)).geoms if inside.contains(face.representative_point())]
    named = _named(faces, labels)
    arcs, rings = _arcs([face for _, face in named])
    found = [(name, tuple(rings[k])) for k, (name, _) in enumerate(named)]
    return Partition(tuple(arcs), tuple(found), outline)


def _parts(net: BaseGeometry) -> list[BaseGeometry]:
    return list(net.geoms) if hasattr(net, "geoms") else [net]


def _named(faces: Sequence[Polygon], labels: Sequence[tuple[str, Place]]) -> list[tuple[str, Polygon]]:
    owner: dict[int, str] = {}
    wrong: list[str] = []
    for name, place in labels:
        hit = [k for k, face in enumerate(faces) if face.contains(Point(place))]
        if not hit:
            wrong.append(f"the label {name} at {_shown(place)} lies outside of every face")
        elif hit[0] in owner:
            wrong.append(f"the labels {owner[hit[0]]} and {name} at {_shown(place)} share a face: a cut is missing")
        else:
            owner[hit[0]] = name
    for k, face in enumerate(faces):
        if k not in owner and face.area >= SLIVER:
            place = face.representative_point()
            wrong.append(f"a face of {face.area:.1f} at {_shown((place.x, place.y))} has no label")
    if wrong:
        raise CutError("; ".join(wrong))
    small = [k for k in range(len(faces)) if k not in owner]
    for k in small:
        near = [j for j in owner if j not in small and faces[j].distance(faces[k]) < 2 * GRID]
        owner[k] = owner[max(near, key=lambda j: _shared(faces[j], faces[k]))]
    return [(owner[k], face) for k, face in enumerate(faces)]


def _shared(one: Polygon, two: Polygon) -> float:
    """How long the line is that two faces share: they are noded alike, so shared pieces are equal."""
    return sum(math.dist(a, b) for a, b in _edges(one) & _edges(two))


def _edges(face: Polygon) -> set[tuple[Place, Place]]:
    rings = [_coords(ring) for ring in (face.exterior, *face.interiors)]
    return {(min(a, b), max(a, b)) for ring in rings for a, b in itertools.pairwise(ring)}


def _shown(place: Place) -> str:
    return f"({place[0]:.1f}, {place[1]:.1f})"


# ---- faces to arcs


def _arcs(faces: Sequence[Polygon]) -> tuple[list[Arc], list[list[Ring]]]:
    rings = [[_coords(ring) for ring in (face.exterior, *face.interiors)] for face in faces]
    neighbours: dict[Place, set[Place]] = {}
    for ring in (ring for face in rings for ring in face):
        for a, b in itertools.pairwise(ring):
            neighbours.setdefault(a, set()).add(b)
            neighbours.setdefault(b, set()).add(a)
    nodes = {place for place, near in neighbours.items() if len(near) != 2 or _leaves_middle(place, near)}
    known: dict[Arc, int] = {}
    return_rings = [[_walk(ring, nodes, known) for ring in face] for face in rings]
    return list(known), return_rings


def _leaves_middle(place: Place, near: set[Place]) -> bool:
    """Where the outline meets the midline: only the part on the midline falls away when the mirror image is added."""
    return place[0] == 0 and any(x != 0 for x, _ in near)


def _coords(ring: BaseGeometry) -> list[Place]:
    return [(round(x, 5) + 0.0, round(y, 5) + 0.0) for x, y in ring.coords]


def _walk(ring: list[Place], nodes: set[Place], known: dict[Arc, int]) -> Ring:
    points = ring[:-1]
    first = next((k for k, place in enumerate(points) if place in nodes), None)
    if first is None:  # an island: begin where every walk around it would begin
        first = points.index(min(points))
    turned = [*points[first:], *points[:first], points[first]]
    found: list[tuple[int, bool]] = []
    begin = 0
    for k in range(1, len(turned)):
        if turned[k] in nodes or k == len(turned) - 1:
            arc = tuple(turned[begin : k + 1])
            back = arc[::-1] < arc
            found.append((known.setdefault(arc[::-1] if back else arc, len(known)), back))
            begin = k
    return tuple(found)


# ---- arcs back to outlines


def chained(rings: Iterable[Ring], ends: Mapping[int, tuple[Place, Place]]) -> list[list[tuple[int, bool]]]:
    """The outlines of several rings taken together: an arc walked twice lies inside and falls away.

    `ends` gives the first and last place of each arc. Returns closed chains of arcs.
    """
    walked: dict[int, bool] = {}
    for ring in rings:
        for arc, back in ring:
            if arc in walked:
                del walked[arc]
            else:
                walked[arc] = back
    open_at: dict[Place, list[int]] = {}
    for arc, back in walked.items():
        open_at.setdefault(ends[arc][1 if back else 0], []).append(arc)
    found = []
    while walked:
        following = [next(iter(walked))]
        chain: list[tuple[int, bool]] = []
        while following:
            arc = following[0]
            back = walked.pop(arc)
            chain.append((arc, back))
            following = [k for k in open_at.get(ends[arc][0 if back else 1], ()) if k in walked]
        found.append(chain)
    return found
