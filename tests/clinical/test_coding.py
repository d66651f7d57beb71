"""Laws of the billing code: distinct muscles, one code for a session, nothing disguised."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filiform.clinical import coding
from filiform.clinical.coding import check_bill, check_diagnosis, propose
from filiform.clinical.terms import Level, MuscleId, MuscleSide, Side
from filiform.knowledge import book
from tests.clinical.negative import again
from tests.clinical.test_planning_cases import CODES, test_coding

ON = date(2026, 11, 23)
BOOK = book().codes
NEEDLED = st.lists(
    st.builds(
        MuscleSide,
        st.sampled_from([MuscleId(name) for name in ("soleus", "gastrocnemius", "piriformis", "scalenes")]),
        st.sampled_from(list(Side)),
    ),
    max_size=8,
)


@pytest.mark.control("C-154")
@given(NEEDLED)
def test_the_code_is_that_of_the_distinct_muscles(needled: list[MuscleSide]) -> None:
    """Counted here the slow way: by name, one after the other."""
    names: list[str] = []
    for one in needled:
        if one.muscle not in names:
            names.append(one.muscle)
    wanted = {0: None, 1: "20560", 2: "20560"}.get(len(names), "20561")
    found = propose(needled, ON, BOOK)
    assert (found.code.code if found.code else None) == wanted
    assert sorted(found.muscles) == sorted(names)


@given(NEEDLED)
def test_order_repetition_and_side_change_no_code(needled: list[MuscleSide]) -> None:
    once = propose(needled, ON, BOOK)
    moved = [MuscleSide(one.muscle, Side.LEFT) for one in reversed(needled)] * 2
    assert propose(moved, ON, BOOK).code == once.code
    assert propose(list(reversed(needled)) * 2, ON, BOOK) == once


@pytest.mark.control("C-154")
@given(NEEDLED, st.sets(st.sampled_from(["20560", "20561", "97140", "20553", "97110"])))
def test_only_the_proposed_code_passes(needled: list[MuscleSide], bill: set[str]) -> None:
    proposed = propose(needled, ON, BOOK).code
    ours = bill & {"20560", "20561"}
    rules = {block.rule for block in check_bill(bill, needled, ON, BOOK)}
    assert ("coding.both" in rules) is (len(ours) == 2)
    if not rules and ours:
        assert proposed is not None and ours == {proposed.code}
    if proposed is not None and "97140" in bill and not ours:
        assert "coding.disguised" in rules


def test_what_is_proposed_is_never_refused() -> None:
    for count in range(1, 5):
        needled = [MuscleSide(name, Side.LEFT) for name in list(book().muscles)[:count]]
        code = propose(needled, ON, BOOK).code
        assert code is not None
        assert check_bill([code.code], needled, ON, BOOK) == ()


def test_nothing_needled_and_a_needling_code_does_not_fit() -> None:
    assert [block.rule for block in check_bill(["20560"], [], ON, BOOK)] == ["coding.count"]
    assert check_bill(["97110"], [], ON, BOOK) == ()


def test_counting_sides_is_a_question_and_refuses_nothing() -> None:
    both = [MuscleSide(MuscleId(name), side) for name in ("soleus", "scalenes") for side in (Side.LEFT, Side.RIGHT)]
    [ask] = propose(both, ON, BOOK).asks
    assert ask.level is Level.WARN and "20561" in ask.because and ask.cites


def test_a_code_ends_on_its_day() -> None:
    assert check_diagnosis("M54.5", date(2021, 9, 30), BOOK) == ()
    assert [block.rule for block in check_diagnosis("M54.5", date(2021, 10, 1), BOOK)] == ["coding.invalid"]
    assert check_diagnosis("Z00.0", ON, BOOK) == (), "a code that is not on file is no fault"


VIGNETTES = dict(CODES)
REMOVED: list[tuple[str, object, Callable[[], None]]] = [
    ("_against_count", lambda *args: [], again(test_only_the_proposed_code_passes)),
    ("_asks", lambda *args: (), lambda: test_coding(VIGNETTES["planning_coding.both_sides_of_two"])),
    ("_fitting", lambda muscles, on, codes: codes.needling[0], again(test_the_code_is_that_of_the_distinct_muscles)),
]


@pytest.mark.parametrize(("name", "instead", "proof"), REMOVED, ids=[row[0] for row in REMOVED])
def test_without_its_guard_the_proof_fails(
    name: str, instead: object, proof: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    proof()
    monkeypatch.setattr(coding, name, instead)
    with pytest.raises(AssertionError):
        proof()
