"""A seeded part of the mutants of the facts: a changed figure that nobody notices is a figure that nobody tests."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from filiform.knowledge import book
from tests.bench.mutation import alike
from tests.knowledge import guards
from tests.knowledge.mutants import FILES, Mutant, mutants, noticed_by

EVERY = list(mutants())
PART = random.Random(20261123).sample(EVERY, len(EVERY) // 10)


@pytest.mark.control("C-173")
def test_every_hard_stop_of_the_part_is_noticed_and_nine_of_ten_of_the_rest() -> None:
    found = {mutant: noticed_by(mutant) for mutant in PART}
    assert [one.what for one, guard in found.items() if one.hard and not guard and not alike(one)] == []
    rest = [guard for one, guard in found.items() if not one.hard]
    assert rest.count("") <= len(rest) / 10


@pytest.mark.control("C-173")
def test_an_unchanged_book_is_not_noticed() -> None:
    """Negative control: guards that always find something would pass every mutant."""
    assert noticed_by(Mutant("nothing", True, lambda: replace(book()))) == ""


@pytest.mark.control("C-173")
def test_without_its_guards_a_hard_stop_goes_unnoticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control: what is noticed is noticed by a test, not by chance."""
    oregon = next(one for one in EVERY if "place.us_or.rule: 'prohibited' -> 'permitted'" in one.what)
    assert oregon.hard and noticed_by(oregon)
    monkeypatch.setattr("tests.knowledge.mutants.GUARDS", {})
    assert noticed_by(oregon) == ""


def test_every_file_that_decides_has_mutants_and_the_guards_leave_no_trace() -> None:
    for file in FILES:
        assert any(one.what.startswith(file.path) for one in EVERY), file.path
    for module, name, part in guards.PLACES:
        held = getattr(module, name)
        assert (held() if callable(held) else held) == (book() if callable(held) else part(book())), (module, name)
