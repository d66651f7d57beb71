"""How a muscle is to be needled: read with the bounds of the events, kept as it was said, never more than was said."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filiform.clinical.needle.base import Technique
from filiform.clinical.needle.manner import Manner, against_depth, manner_again, manner_from, manner_json
from filiform.knowledge import book

WHOLE = {"technique": "deep", "depth_mm": 20, "planned_minutes": 10.5, "length_mm": 40, "gauge_mm": 0.3}


def test_what_was_said_is_read_and_kept_as_it_was() -> None:
    found, wrong = manner_from(WHOLE)
    assert wrong == () and found == Manner(Technique.DEEP, 20, 10.5, 40, 0.3)
    assert manner_json(found) == WHOLE and manner_again(manner_json(found)) == found


@pytest.mark.parametrize("said", [{}, {"technique": ""}, {"depth_mm": None, "gauge_mm": ""}])
def test_nothing_said_is_nothing_planned(said: dict[str, object]) -> None:
    found, wrong = manner_from(said)
    assert wrong == () and not found and manner_json(found) == {}
    assert manner_again(said) is None


def test_a_choice_of_before_plans_were_kept_has_none() -> None:
    assert manner_again(None) is None


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("technique", "sideways", "The technique"),
        ("depth_mm", 0, "The depth"),
        ("depth_mm", 151, "The depth"),
        ("depth_mm", "deep", "The depth"),
        ("planned_minutes", 121, "How long it is to stay in"),
        ("length_mm", -3, "The length of the needle"),
        ("gauge_mm", 9, "The diameter of the needle"),
        ("hertz", 2, "'hertz' is nothing that is planned"),
    ],
)
def test_what_is_wrong_is_named_and_the_rest_is_kept(name: str, value: object, says: str) -> None:
    found, wrong = manner_from({"technique": "superficial", name: value} if name != "technique" else {name: value})
    assert [block.because.startswith(says) for block in wrong] == [True]
    assert found.technique is (Technique.SUPERFICIAL if name != "technique" else None)


@given(
    st.builds(
        Manner,
        technique=st.none() | st.sampled_from(list(Technique)),
        depth_mm=st.none() | st.integers(1, 150) | st.floats(1, 150),
        planned_minutes=st.none() | st.integers(1, 120),
    )
)
def test_kept_and_read_again_it_is_the_same(manner: Manner) -> None:
    assert (manner_again(manner_json(manner)) or Manner()) == manner


def test_a_depth_is_judged_only_against_a_planned_needle() -> None:
    needles = book().dosage.needles
    assert against_depth(Manner(depth_mm=60), needles) == () == against_depth(Manner(length_mm=30), needles)
    assert [block.rule for block in against_depth(Manner(depth_mm=40, length_mm=40), needles)]
    assert against_depth(Manner(depth_mm=10, length_mm=40), needles) == ()
