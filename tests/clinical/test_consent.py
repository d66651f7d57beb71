"""A consent covers named places, one text, one day, and nothing after it was withdrawn."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from filiform.clinical.anatomy import Hazard
from filiform.clinical.consent import Planned, Signed, covers, planned
from filiform.clinical.terms import BodySite, Level, MuscleId, RegionId, Side, stops
from filiform.knowledge import book

TODAY = date(2026, 11, 23)
TOP, NECK, BACK = RegionId("shoulder_top"), RegionId("neck_back"), RegionId("mid_back")


def site(region: RegionId, side: Side = Side.RIGHT) -> BodySite:
    return BodySite(region, side)


def muscle(*enters: RegionId, side: Side = Side.RIGHT, over_lung: bool = False) -> Planned:
    return Planned(MuscleId("m"), "Some muscle", side, tuple(BodySite(one, side) for one in enters), over_lung)


SIGNED = Signed(TODAY, frozenset({site(TOP)}), "hash", pleural_risk_told=True)


def rules(signed: Signed | None, *muscles: Planned, current: str | None = "hash") -> list[str]:
    return [block.rule for block in covers(signed, muscles, TODAY, current)]


@pytest.mark.control("C-015")
def test_what_was_signed_today_for_this_place_is_covered() -> None:
    assert rules(SIGNED, muscle(TOP, over_lung=True)) == []
    assert rules(SIGNED) == []


@pytest.mark.control("C-015")
def test_each_reason_by_itself() -> None:
    assert rules(None, muscle(TOP)) == ["consent.missing"]
    assert rules(replace(SIGNED, withdrawn=True), muscle(NECK)) == ["consent.withdrawn"]
    assert rules(replace(SIGNED, signed_on=date(2026, 11, 22)), muscle(TOP)) == ["consent.lapsed"]
    assert rules(replace(SIGNED, signed_on=date(2026, 11, 24)), muscle(TOP)) == ["consent.lapsed"]
    assert rules(SIGNED, muscle(TOP), current="other") == ["consent.text_changed"]
    assert rules(SIGNED, muscle(TOP), current=None) == []
    assert rules(SIGNED, muscle(NECK)) == ["consent.region_not_covered"]
    assert rules(SIGNED, muscle(TOP, side=Side.LEFT)) == ["consent.region_not_covered"]
    told = replace(SIGNED, pleural_risk_told=False)
    assert rules(told, muscle(TOP, over_lung=True)) == ["consent.pleura_not_told"]
    assert rules(told, muscle(TOP)) == []


@pytest.mark.control("C-015")
def test_all_reasons_are_told_at_once_and_refuse() -> None:
    old = Signed(date(2026, 1, 1), frozenset(), "old", pleural_risk_told=False)
    blocks = covers(old, (muscle(TOP, over_lung=True),), TODAY, "hash")
    assert [block.rule for block in blocks] == [
        "consent.lapsed",
        "consent.text_changed",
        "consent.region_not_covered",
        "consent.pleura_not_told",
    ]
    assert stops(blocks) == blocks


def test_a_muscle_of_which_only_a_part_is_covered_is_a_warning() -> None:
    (block,) = covers(SIGNED, (muscle(TOP, NECK),), TODAY, "hash")
    assert (block.rule, block.level) == ("consent.part_of_muscle", Level.WARN)
    assert "neck back" in block.because


def test_the_midline_belongs_to_both_sides() -> None:
    middle = Signed(TODAY, frozenset({site(BACK, Side.MIDLINE)}), "hash", pleural_risk_told=True)
    assert rules(middle, muscle(BACK, side=Side.LEFT), muscle(BACK)) == []


def test_every_muscle_of_the_table_can_be_planned() -> None:
    for one in book().muscles.values():
        found = planned(one, Side.LEFT)
        assert found.enters
        assert {place.side for place in found.enters} == {Side.LEFT}
        assert found.over_lung is (Hazard.PLEURA in one.hazards)
        whole = Signed(TODAY, frozenset(found.enters), "hash", pleural_risk_told=True)
        assert rules(whole, found) == []
        assert rules(replace(whole, sites=frozenset()), found) == ["consent.region_not_covered"]
