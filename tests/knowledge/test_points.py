"""Where a muscle is looked for: every muscle in a view of its own, its points on it, the best view first."""

from __future__ import annotations

import pytest

from filiform.clinical.figure import View
from filiform.clinical.terms import MuscleSide, Side
from filiform.knowledge import book, points

SITES = [MuscleSide(name, side) for name in sorted(book().muscles) for side in (Side.LEFT, Side.RIGHT)]


@pytest.mark.parametrize("site", SITES, ids=str)
def test_every_muscle_has_a_first_place_in_its_best_view_that_lies_on_it(site: MuscleSide) -> None:
    shown = points.views(site)
    assert shown and len(set(shown)) == len(shown)
    found = points.first(site)
    assert found is not None
    view, spot = found
    assert view in shown and spot in points.usual(site, view)
    distance = points.away(site, view, spot)
    assert distance is not None and distance <= 1, "a usual point lies on the muscle that is drawn"


def test_points_are_taken_by_turns_and_begin_again() -> None:
    several = next(site for site in SITES if len(points.usual(site, points.views(site)[0])) > 1)
    view = points.views(several)[0]
    usual = points.usual(several, view)
    assert [points.first(several, number) for number in range(1, len(usual) + 2)] == [
        (view, spot) for spot in (*usual, usual[0])
    ]


def test_a_small_muscle_is_looked_for_near_and_a_large_one_on_the_whole_figure() -> None:
    assert points.views(MuscleSide("masseter", Side.LEFT))[0] is View.HEAD_LEFT
    assert points.views(MuscleSide("gluteus_maximus", Side.LEFT))[0] is View.BACK


def test_a_view_that_does_not_show_a_muscle_has_no_points_of_it_and_no_distance() -> None:
    site = MuscleSide("gluteus_maximus", Side.LEFT)
    assert points.usual(site, View.HEAD_FRONT) == ()
    assert points.away(site, View.HEAD_FRONT, (0.0, 0.0)) is None


def test_a_muscle_without_points_is_looked_for_nowhere() -> None:
    site = MuscleSide("gluteus_maximus", Side.MIDLINE)
    assert points.views(site) == () and points.first(site) is None
