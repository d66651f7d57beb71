"""A seeded part of the mutants: a change to the rules that nobody notices is a rule that nobody tests."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from filiform.knowledge import book
from tests.bench.mutation import alike
from tests.clinical.screen.mutants import QUICK, Mutant, mutants, noticed_by, told

EVERY = list(mutants(book().screening))
PART = random.Random(20261123).sample(EVERY, len(EVERY) // 10)


@pytest.mark.control("C-148")
def test_every_hard_stop_of_the_part_is_noticed_and_nine_of_ten_of_the_rest() -> None:
    wanted = told()
    found = {mutant: noticed_by(mutant, wanted, QUICK) for mutant in PART}
    assert [one.what for one, guard in found.items() if one.hard and not guard and not alike(one)] == []
    rest = [guard for one, guard in found.items() if not one.hard]
    assert rest.count("") <= len(rest) / 10


@pytest.mark.control("C-148")
def test_an_unchanged_book_is_not_noticed() -> None:
    """Negative control: guards that always find something would pass every mutant."""
    rules = book().screening
    assert noticed_by(Mutant("nothing", True, "", lambda: replace(rules)), told()[:20], QUICK) == ""


def test_every_rule_and_every_question_that_sets_something_has_a_mutant() -> None:
    rules = book().screening
    about = {one.about for one in EVERY}
    assert {rule.id for rule in rules.rules} <= about
    assert {one.id for one in rules.questions if one.yes or one.no or one.options or one.bands} <= about
