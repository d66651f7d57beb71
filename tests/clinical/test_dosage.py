"""Needles and dosage: what is refused, what is warned about, and that no number clears anything."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filiform.clinical import dosage
from filiform.clinical.anatomy import Muscle
from filiform.clinical.dosage import Fit, Needles, course, deepest, fitting, named_length, on_depth, too_deep
from filiform.clinical.terms import Level, MuscleId
from filiform.knowledge import book

DOSAGE = book().dosage
NEEDLES = DOSAGE.needles


def rules(length: int, depth: float) -> list[str]:
    return [block.rule for block in too_deep(length, depth, NEEDLES)]


@pytest.mark.control("C-155")
@pytest.mark.parametrize(
    ("length", "depth", "wanted"),
    [
        (30, 30, ["needle.to_the_handle"]),
        (30, 31, ["needle.to_the_handle"]),
        (30, 21, ["needle.little_outside"]),
        (30, 20, []),
        (30, 0, []),
        (35, 10, ["needle.length"]),
        (35, 30, ["needle.length", "needle.little_outside"]),
    ],
)
def test_a_needle_never_goes_in_to_its_handle(length: int, depth: float, wanted: list[str]) -> None:
    assert rules(length, depth) == wanted


def test_only_the_handle_refuses_and_every_block_has_its_source() -> None:
    [stop] = too_deep(40, 40, NEEDLES)
    assert stop.level is Level.STOP and stop.cites
    for block in too_deep(35, 30, NEEDLES):
        assert block.level is Level.WARN and block.cites


@given(st.sampled_from(NEEDLES.lengths_mm), st.integers(0, 120), st.integers(0, 20))
def test_deeper_is_never_milder(length: int, depth: int, more: int) -> None:
    def hardness(at: int) -> int:
        found = too_deep(length, at, NEEDLES)
        return 2 if any(block.level is Level.STOP for block in found) else len(found)

    assert hardness(depth + more) >= hardness(depth)


def test_a_depth_below_nought_is_refused() -> None:
    with pytest.raises(ValueError, match="no depth"):
        too_deep(30, -1, NEEDLES)


def test_a_course_is_read_from_its_spans() -> None:
    found = course(DOSAGE)
    assert (found.usual_visits, found.change_after, found.stop_after, found.worse_running) == ((3, 6), 2, 3, 2)
    assert found.usual_cites and found.stop_cites and found.worse_cites


def test_depth_is_known_at_few_muscles_only() -> None:
    assert len(on_depth(MuscleId("pronator_teres"), DOSAGE)) == 2
    assert on_depth(MuscleId("temporalis"), DOSAGE) == ()
    assert "upper warning only" in on_depth(MuscleId("rhomboids"), DOSAGE)[0].text


def test_without_the_rule_of_the_handle_the_proof_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dosage, "too_deep", lambda length, depth, needles: ())
    monkeypatch.setitem(rules.__globals__, "too_deep", dosage.too_deep)
    with pytest.raises(AssertionError):
        test_a_needle_never_goes_in_to_its_handle(30, 30, ["needle.to_the_handle"])


# ---- needles that fit a muscle


def misfits(fit: Callable[[Muscle, Needles], Fit]) -> list[str]:
    """The muscles whose needles are not those that their prompt names."""
    wrong: list[str] = []
    for muscle in book().muscles.values():
        told = re.findall(r"(?<![\d.])(\d+)(?:-(\d+))? mm", muscle.technique)
        found = fit(muscle, NEEDLES)
        low, high = (int(told[0][0]), int(told[0][1] or told[0][0])) if told else (0, 0)
        within = tuple(mm for mm in NEEDLES.lengths_mm if low <= mm <= high)
        if found.lengths_mm != within or len(told) > 1 or (told and not within):
            wrong.append(muscle.id)
    return wrong


@pytest.mark.control("C-236")
def test_lengths_are_those_that_the_prompt_names_and_packs_have() -> None:
    assert misfits(fitting) == []
    assert named_length("flat, 4 cm distal; 30 mm; mean depth 16.4 mm") == (30, 30)
    assert named_length("flat; 25-30 mm needle, depth cap") == (25, 30)
    assert named_length("depth 16.4 mm") is None
    assert named_length("not routinely needled") is None


@pytest.mark.control("C-236")
def test_a_needle_that_is_made_up_is_noticed() -> None:
    def longer(muscle: Muscle, needles: Needles) -> Fit:
        found = fitting(muscle, needles)
        return replace(found, lengths_mm=needles.lengths_mm if not found.lengths_mm else found.lengths_mm)

    assert "subclavius" in misfits(longer)


@pytest.mark.control("C-236")
@pytest.mark.parametrize("length", NEEDLES.lengths_mm)
def test_the_deepest_leaves_enough_outside(length: int) -> None:
    assert too_deep(length, deepest(length, NEEDLES), NEEDLES) == ()
    assert too_deep(length, deepest(length, NEEDLES) + 1, NEEDLES), "and it is the deepest"


def test_a_muscle_of_an_unknown_group_has_no_needle() -> None:
    muscle = replace(next(iter(book().muscles.values())), group="tail")
    with pytest.raises(KeyError, match="tail"):
        fitting(muscle, NEEDLES)
