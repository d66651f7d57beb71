"""Every vignette of tests/cases/aftercare_*.toml, through the rules that ship."""

from __future__ import annotations

import re

import pytest

from filiform.knowledge import book
from tests.clinical.follow.vignettes import Case, cases

CASES = cases()


@pytest.mark.control("C-018")
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_vignette(case: Case) -> None:
    found = case.sorted()
    assert found.queue.word == case.queue, found.because
    because = " ".join(found.because).lower()
    assert case.because.lower() in because
    assert not case.not_because or case.not_because.lower() not in because
    event = found.adverse_event
    if case.event:
        assert (event.what if event else "none") == case.event
    if case.may_be is not None:
        assert event is not None and list(event.may_be) == case.may_be
    if case.grades is not None:
        assert event is not None and dict(event.grades) == case.grades


def test_there_are_enough_vignettes_and_every_line_of_the_table_has_some() -> None:
    assert len(CASES) >= 40
    assert len({case.id for case in CASES}) == len(CASES)
    lines = {int(number) for case in CASES for number in re.findall(r"\b\d+\b", case.source.split("3.4", 1)[-1])}
    assert set(range(1, 22)) <= lines


def test_every_line_is_reached_by_a_vignette_in_words() -> None:
    """A line that no vignette reaches was never seen to hold."""
    told = " ".join(because for case in CASES for because in case.sorted().because)
    assert [line.id for line in book().follow.lines if line.words not in told] == []
