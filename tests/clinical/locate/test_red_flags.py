"""What can hurt like a muscle and is none is asked before any ranking."""

from __future__ import annotations

import pytest

from filiform.clinical.locate import Pain, answer, red_flags
from filiform.clinical.terms import BodySite, RegionId
from tests.clinical.locate.real import BOOK, KNOWN, LEFT, MIDLINE, RIGHT, ask, pain


@pytest.mark.control("C-190")
@pytest.mark.parametrize(
    ("drawn", "asks"),
    [
        (pain("chest_upper"), {"heart"}),
        (pain("chest_upper", side=RIGHT), {"heart"}),
        (pain("upper_arm_medial"), {"heart"}),
        (pain("upper_arm_medial", side=RIGHT), set()),
        (pain("leg_posterior", side=RIGHT), {"leg_clot"}),
        (pain("flank"), {"organs"}),
        (pain("temple"), {"temple_artery", "new_headache"}),
        (pain("neck_lateral"), {"neck_artery"}),
        (pain("sacrum", side=MIDLINE), {"cauda_equina"}),
        (pain("thigh_lateral"), set()),
        ([*pain("thigh_lateral"), *pain("foot_dorsal", side=RIGHT)], {"cauda_equina"}),
        (pain("thigh_lateral", intensity=0), set()),
        (pain("palm"), set()),
    ],
)
def test_a_drawing_that_can_mimic_something_else_asks_first(drawn: list[Pain], asks: set[str]) -> None:
    found = ask(drawn)
    assert {flag.mimic.id for flag in found.red_flags} == asks
    for flag in found.red_flags:
        assert flag.sites and flag.mimic.question.count("?") == 1
        assert set(flag.mimic.screening) <= {question.id for question in BOOK.screening.questions}


@pytest.mark.control("C-190")
def test_negative_control_without_its_mimics_nothing_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answer, "red_flags", lambda sites, known: ())
    with pytest.raises(AssertionError):
        test_a_drawing_that_can_mimic_something_else_asks_first(pain("chest_upper"), {"heart"})


def test_every_place_of_facts_8_4_asks() -> None:
    named = ["chest_upper", "sternum", "leg_posterior", "flank", "abdomen_upper", "temple", "pelvic_floor", "occiput"]
    for region in named:
        side = MIDLINE if BOOK.regions[RegionId(region)].midline else LEFT
        assert red_flags([BodySite(RegionId(region), side)], KNOWN), region
