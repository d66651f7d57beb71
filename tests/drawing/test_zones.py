"""On a phone every place on the body can be reached and is large enough to be tapped."""

from __future__ import annotations

from dataclasses import replace

import pytest

from filiform.clinical.figure import Build, View
from filiform.clinical.terms import BodySite, RegionId, Side
from filiform.knowledge import book
from filiform.knowledge.zones import zones
from tests.drawing import faults

REGIONS = book().regions
SHIPPED = faults.shipped()
# Places that patients of dry needling point at most (row M11 of the mission), each by one of its regions.
NAMED = {
    "shoulder": "shoulder_lateral",
    "neck": "neck_posterior",
    "heel": "heel",
    "hip": "hip_lateral",
    "back": "thoracic_middle",
    "low back": "lumbar",
    "pelvic floor": "pelvic_floor",
    "hamstrings": "thigh_posterior",
}


@pytest.mark.control("C-182")
def test_every_place_is_offered_in_a_zone_or_beside_one() -> None:
    assert faults.unreached(zones(), REGIONS.values()) == set()


@pytest.mark.control("C-182")
def test_a_place_that_no_zone_offers_is_noticed() -> None:
    fewer = [replace(zone, places=tuple(p for p in zone.places if p.region != "coccyx")) for zone in zones()]
    assert faults.unreached(fewer, REGIONS.values()) == {BodySite(RegionId("coccyx"), Side.MIDLINE)}
    assert faults.unreached([replace(zone, chips=()) for zone in zones()], REGIONS.values()) == {
        BodySite(RegionId(tooth), side) for tooth in ("teeth_upper", "teeth_lower") for side in (Side.LEFT, Side.RIGHT)
    }


@pytest.mark.control("C-182")
def test_every_place_of_a_zone_holds_a_circle_of_44_px_in_every_build() -> None:
    assert list(faults.too_small(zones(), SHIPPED)) == []


@pytest.mark.control("C-182")
def test_a_zone_drawn_too_small_or_beside_its_places_is_noticed() -> None:
    for zone in zones():
        x, y, width, height = zone.box
        small = replace(zone, box=(x - 2 * width, y - 2 * height, 5 * width, 5 * height))
        beside = replace(zone, box=(x + 2000, y, width, height))
        assert list(faults.too_small([small], SHIPPED))
        assert len(list(faults.too_small([beside], SHIPPED))) == len(zone.places) * len(Build)


@pytest.mark.control("C-182")
def test_the_areas_of_an_overview_lie_beside_each_other_and_leave_nothing_out() -> None:
    assert list(faults.crowded(zones(), SHIPPED)) == []
    assert list(faults.uncovered(zones(), SHIPPED)) == []
    assert {zone.on for zone in zones()} == {View.FRONT, View.BACK, View.LEFT, View.RIGHT}


@pytest.mark.control("C-182")
def test_areas_that_overlap_leave_the_picture_or_are_missing_are_noticed() -> None:
    first, *rest = zones()
    for area in ((-46.0, -10.0, 92.0, 300.0), (-400.0, -10.0, 92.0, 132.0), (-46.0, -10.0, 20.0, 132.0)):
        assert list(faults.crowded([replace(first, area=area), *rest], SHIPPED))
    assert list(faults.uncovered(rest, SHIPPED))


@pytest.mark.control("C-181")
def test_a_zone_of_one_side_shows_that_side_where_its_view_has_it() -> None:
    for zone in zones():
        if zone.side is None:
            continue
        assert {place.side for place in zone.places} <= {zone.side, Side.MIDLINE}
        x, _, width, _ = zone.box
        for place in zone.places:
            shape = SHIPPED[zone.view, Build.NEUTRAL].shape(place)
            assert shape is not None, (zone.id, place)
        middle = x + width / 2
        if zone.view not in faults.ONE_SIDED:
            right = zone.side is Side.RIGHT
            assert (middle > 0) == (right == (zone.view in faults.SEEN_FROM_BEHIND)), (zone.id, zone.side)
        if zone.on not in faults.ONE_SIDED:
            area = zone.area[0] + zone.area[2] / 2
            right = zone.side is Side.RIGHT
            assert (area > 0) == (right == (zone.on in faults.SEEN_FROM_BEHIND)), (zone.id, zone.side)
        else:
            assert faults.ONE_SIDED[zone.on] is zone.side


@pytest.mark.parametrize("name", NAMED)
def test_the_places_patients_name_most_are_two_taps_away(name: str) -> None:
    """One tap opens the zone from an overview, the second is the place."""
    region = REGIONS[RegionId(NAMED[name])]
    sides = {Side.MIDLINE} if region.midline else {Side.LEFT, Side.RIGHT}
    assert {place.side for zone in zones() for place in zone.places if place.region == region.id} == sides


def test_a_zone_is_one_id_and_side() -> None:
    keys = [(zone.id, zone.side) for zone in zones()]
    assert len(set(keys)) == len(keys) > 60
