"""The geometry of drawn shapes against shapely, on the drawings that ship, and on squares checked by eye."""

from __future__ import annotations

import pytest
from shapely import Point, Polygon
from shapely.ops import unary_union

from filiform.clinical import outlines
from filiform.clinical.figure import Build, View
from filiform.knowledge.anatomy_drawn import anatomy

SQUARE = "M0 0l10 0 0 10-10 0Z"
BESIDE = "M20 0l5 0 0 5-5 0Z"
INSIDE = "M4 4l2 0 0 2-2 0Z"
ACROSS = "M-5 4l20 0 0 1-20 0Z"


def test_a_square() -> None:
    assert outlines.rings(SQUARE) == (((0, 0), (10, 0), (10, 10), (0, 10), (0, 0)),)
    assert outlines.box(SQUARE) == (0, 0, 10, 10)
    assert outlines.contains(SQUARE, (5, 5))
    assert not outlines.contains(SQUARE, (11, 5))
    assert outlines.distance(SQUARE, (5, 5)) == 0
    assert outlines.distance(SQUARE, (13, 14)) == pytest.approx(5)
    assert outlines.distance(SQUARE, (-2, 5)) == pytest.approx(2)


def test_meeting() -> None:
    assert not outlines.meet(SQUARE, BESIDE)
    assert outlines.meet(SQUARE, INSIDE) and outlines.meet(INSIDE, SQUARE)
    assert outlines.meet(SQUARE, ACROSS) and outlines.meet(ACROSS, SQUARE)


def test_numbers_without_a_space_between_them() -> None:
    assert outlines.rings("M-3.4-3.5l.5.5-1 0Z")[0][:3] == ((-3.4, -3.5), (-2.9, -3.0), (-3.9, -3.0))


def polygon(path: str) -> Polygon:
    return unary_union([Polygon(ring).buffer(0) for ring in outlines.rings(path)])


@pytest.mark.parametrize("view", [View.FRONT, View.BACK, View.LEFT, View.HEAD_LEFT, View.FOOT_SOLE])
def test_muscles_and_dangers_meet_as_shapely_says(view: View) -> None:
    drawn = anatomy(view, Build.NEUTRAL)
    zones = [(zone, polygon(zone.path)) for zone in drawn.zones]
    asked, met = 0, 0
    for outline in drawn.outlines:
        muscle = polygon(outline.path)
        for zone, shape in zones:
            between = muscle.distance(shape)
            if 0 < between < 0.05:  # a hair apart: rounding may decide
                continue
            found = outlines.meet(outline.path, zone.path)
            assert found is (between == 0), (outline.muscle, outline.side, zone.hazard, zone.side)
            asked, met = asked + 1, met + found
    assert asked > 30
    assert 0 < met < asked


def test_spots_lie_where_shapely_says() -> None:
    for outline in anatomy(View.BACK, Build.NEUTRAL).outlines[:30]:
        muscle = polygon(outline.path)
        left, top, right, bottom = outlines.box(outline.path)
        for step in range(40):
            spot = left - 5 + (right - left + 10) * (step % 8) / 7, top - 5 + (bottom - top + 10) * (step // 8) / 4
            away = muscle.distance(Point(spot))
            assert outlines.distance(outline.path, spot) == pytest.approx(away, abs=0.02)


def test_curves_are_cut_finely() -> None:
    """A circle of four curves: no corner is farther from it than a tenth of a unit, none of its middle is outside."""
    k = 5.5228  # the handle that makes a quarter of a circle of radius 10
    quarters = (
        f"0 {k} {k - 10} 10-10 10",
        f"-{k} 0-10 {k - 10}-10-10",
        f"0-{k} {10 - k}-10 10-10",
        f"{k} 0 10 {10 - k} 10 10",
    )
    circle = "M10 0" + "".join(f"c{one}" for one in quarters) + "Z"
    (ring,) = outlines.rings(circle)
    assert len(ring) == 4 * outlines.PIECES + 2
    assert all(abs((x * x + y * y) ** 0.5 - 10) < 0.1 for x, y in ring)
    assert polygon(circle).area == pytest.approx(314.16, rel=0.01)
