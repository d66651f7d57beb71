"""How pain is marked: read strictly, every number has a word, every change is found and none is made up."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filiform.clinical.pain_drawing import Area, Change, compare
from filiform.clinical.terms import BodySite, RegionId, Side
from filiform.knowledge import KnowledgeError, book
from filiform.knowledge.pain_drawing import FILE, load_marking, marking

PLACES = [BodySite(RegionId(name), side) for name in ("lumbar", "heel", "jaw") for side in (Side.LEFT, Side.RIGHT)]
AREAS = st.dictionaries(st.sampled_from(PLACES), st.integers(0, 10)).map(
    lambda found: [Area(site, intensity) for site, intensity in found.items()]
)


def test_every_number_from_one_to_ten_has_its_word_and_nought_has_none() -> None:
    words = [step.words if (step := marking().step(n)) else "" for n in range(11)]
    assert words == ["", *["mild"] * 3, *["medium"] * 3, *["strong"] * 3, "worst"]


def test_taps_go_up_by_a_step_and_after_the_worst_back_to_nothing() -> None:
    """From every number that a place may have, however it came to have it."""
    number, taps = None, []
    for _ in range(6):
        number = marking().tapped(number)
        taps.append(number)
    assert taps == [2, 5, 8, 10, None, 2]
    assert [marking().tapped(n) for n in (0, 1, 3, 4, 6, 7, 9)] == [2, 5, 5, 8, 8, 10, 10]


def test_what_a_tap_stores_is_called_by_the_step_that_was_tapped() -> None:
    assert [marking().step(step.sets) for step in marking().steps] == list(marking().steps)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("least = 1\n", "least = 2\n", "must begin at 1"),
        ("sets = 5", "sets = 7", "'sets' must lie from 4 to below 7"),
        ("least = 7", "least = 3", "'sets' must lie from 4 to below 3"),
        ('words = "numb"', 'words = "numb"\ncolour = "red"', "unknown key 'colour'"),
        ('words = "for weeks"\n', "", "'words' is missing"),
        ("manikin_2024", "nobody_2024", "'nobody_2024' in 'cites' is not a known source"),
    ],
)
def test_a_wrong_file_is_refused_with_what_is_wrong(tmp_path: Path, old: str, new: str, says: str) -> None:
    text = FILE.read_text(encoding="utf-8")
    assert old in text
    wrong = tmp_path / "pain_drawing.toml"
    wrong.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(KnowledgeError, match=says):
        load_marking(wrong, book().sources)


# ---- two drawings


def test_each_kind_of_change_is_called_by_its_name() -> None:
    new, gone, stronger, weaker, same, nought = PLACES
    before = [Area(gone, 4), Area(stronger, 2), Area(weaker, 8), Area(same, 5), Area(nought, 3)]
    after = [Area(new, 6), Area(stronger, 3), Area(weaker, 7), Area(same, 5, ("numb",)), Area(nought, 0)]
    found = {one.site: (one.change, one.before, one.after) for one in compare(before, after)}
    assert found == {
        new: (Change.NEW, None, 6),
        gone: (Change.GONE, 4, None),
        stronger: (Change.STRONGER, 2, 3),
        weaker: (Change.WEAKER, 8, 7),
        same: (Change.SAME, 5, 5),
        nought: (Change.WEAKER, 3, 0),  # still marked: it was not forgotten
    }


@given(before=AREAS, after=AREAS)
def test_the_way_back_is_the_opposite_and_no_place_is_lost(before: list[Area], after: list[Area]) -> None:
    there, back = compare(before, after), compare(after, before)
    opposite = {
        Change.NEW: Change.GONE,
        Change.GONE: Change.NEW,
        Change.STRONGER: Change.WEAKER,
        Change.WEAKER: Change.STRONGER,
        Change.SAME: Change.SAME,
    }
    assert [opposite[one.change] for one in there] == [one.change for one in back]
    assert {one.site for one in there} == {area.site for area in (*before, *after)}
    assert all(one.change is Change.SAME for one in compare(before, before))
