"""Every vignette of tests/cases/locating_*.toml, through the knowledge that ships."""

from __future__ import annotations

from typing import Any

import pytest

from filiform.clinical.locate import Answer, Pain, Palpated
from filiform.clinical.terms import Block, BodySite, MuscleId, MuscleSide, RegionId, Side
from tests.clinical.locate.real import BOOK, MUSCLES, ask
from tests.clinical.test_evaluation_cases import read

KEYS = {
    "title", "source", "pain", "pressed", "first", "among", "likely", "unlikely", "asks", "together", "next",
    "unexplained", "locked",
}  # fmt: skip
FILES = ("locating_head_neck.toml", "locating_arm.toml", "locating_trunk_leg.toml")
CASES = [case for file in FILES for case in read(file, KEYS)]
LOCK = (Block("screening.region_excluded", "Excluded today."),)


def muscle(words: str) -> MuscleSide:
    """ "soleus left" as a muscle on a side."""
    name, side = words.split()
    assert name in MUSCLES, name
    return MuscleSide(MuscleId(name), Side(side))


def site(words: str) -> BodySite:
    """ "heel left" as a place."""
    region, side = words.split()
    assert region in BOOK.regions, region
    return BodySite(RegionId(region), Side(side))


def drawn(words: str) -> Pain:
    """ "heel left 5" as pain."""
    place, _, intensity = words.rpartition(" ")
    return Pain(site(place), int(intensity))


def pressed(words: str) -> Palpated:
    """ "soleus left: familiar, tender 2, band": what is not said was not looked for."""
    name, _, rest = words.partition(":")
    found = {one.strip() for one in rest.split(",")}
    tender = next((int(one.removeprefix("tender ")) for one in found if one.startswith("tender ")), None)
    known = {"familiar", "not familiar", "band", "twitch", f"tender {tender}"}
    assert found <= known, found - known
    one = muscle(name)
    familiar = True if "familiar" in found else (False if "not familiar" in found else None)
    return Palpated(
        one.muscle, one.side, True if "band" in found else None, tender, familiar, True if "twitch" in found else None
    )


def answered(case: dict[str, Any]) -> Answer:
    locks = {muscle(one): LOCK for one in case.get("locked", ())}
    return ask(
        [drawn(one) for one in case["pain"]], [pressed(one) for one in case.get("pressed", ())], restricted=locks
    )


@pytest.mark.control("C-190")
@pytest.mark.parametrize("case", [case for _, case in CASES], ids=[name for name, _ in CASES])
def test_case(case: dict[str, Any]) -> None:
    found = answered(case)
    order = [MuscleSide(one.muscle, one.side) for one in found.candidates]
    chances = {one: each.probability for one, each in zip(order, found.candidates, strict=True)}
    assert {flag.mimic.id for flag in found.red_flags} == set(case["asks"])
    if "first" in case:
        assert order[0] == muscle(case["first"]), found.candidates[:3]
    assert {muscle(one) for one in case.get("among", ())} <= set(order[:3]), order[:3]
    for words in case.get("likely", ()):
        assert chances[muscle(words)] >= 0.5, (words, chances[muscle(words)])
    for words in case.get("unlikely", ()):
        assert chances.get(muscle(words), 0.0) < 0.05, words
    if "together" in case:
        assert set(found.sets[0].muscles) == {muscle(one) for one in case["together"]}, found.sets
    if "next" in case:
        assert found.palpate_next[0].one == muscle(case["next"]), found.palpate_next
    assert set(found.unexplained) == {site(one) for one in case.get("unexplained", ())}
    locked = [one for one, each in zip(order, found.candidates, strict=True) if each.locked]
    assert (
        locked == order[len(order) - len(case.get("locked", ())) :] == [muscle(one) for one in case.get("locked", ())]
    )


def test_there_are_enough_and_every_mimic_is_asked_by_one() -> None:
    assert len(CASES) >= 30
    assert {one for _, case in CASES for one in case["asks"]} == {one.id for one in BOOK.locator.mimics}


def test_words_of_a_case_that_nobody_knows_are_seen() -> None:
    with pytest.raises(AssertionError):
        pressed("soleus left: sore")
