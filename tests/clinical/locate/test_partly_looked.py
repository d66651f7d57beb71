"""A finding that was not looked for says nothing: neither for nor against the muscle, in any order."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations, product

import pytest

from filiform.clinical.locate import Palpated
from filiform.clinical.locate.pressing import ratio, strongest
from filiform.clinical.terms import MuscleId, MuscleSide, Side
from tests.clinical.locate.real import KNOWN, MUSCLES, ask, one, pain

NOTHING = Palpated(MuscleId("upper_trapezius"), Side.LEFT, None, None, None, None)
NECK = pain("neck_posterior", "temple")


def test_nothing_looked_for_changes_nothing() -> None:
    assert ratio(NOTHING, KNOWN.signs) == 1
    before, after = ask(NECK), ask(NECK, [NOTHING])
    assert one(after, "upper_trapezius").probability == one(before, "upper_trapezius").probability
    assert one(after, "upper_trapezius").because == one(before, "upper_trapezius").because


@pytest.mark.parametrize(
    ("found", "words"),
    [
        ({"familiar_pain": True}, "Pressing it brings on the familiar pain."),
        ({"familiar_pain": False}, "Pressing it did not bring on the familiar pain."),
        ({"tenderness": 3}, "Tender when pressed (3 of 3)."),
        ({"tenderness": 0}, "Not tender when pressed."),
    ],
)
def test_one_finding_alone_counts_alone_and_is_said_alone(found: dict[str, object], words: str) -> None:
    point = replace(NOTHING, **found)
    (name, value), *_ = found.items()
    assert ratio(point, KNOWN.signs) == pytest.approx(getattr(KNOWN.signs, name).ratio(value))
    before, after = one(ask(NECK), "upper_trapezius"), one(ask(NECK, [point]), "upper_trapezius")
    assert (after.probability > before.probability) is (ratio(point, KNOWN.signs) > 1)
    assert after.because == (*before.because, words)


def test_the_four_findings_multiply_however_many_are_known() -> None:
    four = {"familiar_pain": True, "tenderness": 2, "taut_band": True, "twitch": False}
    for asked in product((True, False), repeat=4):
        known = {name: value for (name, value), looked in zip(four.items(), asked, strict=True) if looked}
        expected = 1.0
        for name, value in known.items():
            expected *= getattr(KNOWN.signs, name).ratio(value)
        assert ratio(replace(NOTHING, **known), KNOWN.signs) == pytest.approx(expected)


def test_points_partly_looked_at_come_in_any_order() -> None:
    points = [NOTHING, replace(NOTHING, tenderness=1), replace(NOTHING, taut_band=True), replace(NOTHING, twitch=True)]
    found = {
        strongest(order, KNOWN.signs, MUSCLES)[MuscleSide(NOTHING.muscle, Side.LEFT)] for order in permutations(points)
    }
    assert len(found) == 1
