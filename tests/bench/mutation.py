"""Mutation: every value of the screening rules changed in turn; which changes nobody notices, and why."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Iterable

from filiform.knowledge import book
from tests.bench._frame import Row, show
from tests.clinical.screen.mutants import GUARDS, QUICK, Mutant, mutants, noticed_by, told

HARD_MISSED_PERCENT, REST_MISSED_PERCENT = 0.0, 10.0
# Why a survivor is one: the first of these that its name holds.
REASONS = (("question allergy: yes without", "another sign of the same list raises the same finding"),)


def main(argv: list[str]) -> int:
    """Run all, or with `--part N` a seeded N in a hundred; print the survivors. 0 when the limits were kept.

    `--quick` asks the quick guards first: the survivors are the same, who noticed the others is not.
    """
    every = list(mutants(book().screening))
    part = int(argv[argv.index("--part") + 1]) if "--part" in argv else 100
    chosen = every if part == 100 else random.Random(20261123).sample(every, len(every) * part // 100)
    order = QUICK if "--quick" in argv else GUARDS
    begun, wanted = time.perf_counter(), told()
    found = {mutant: noticed_by(mutant, wanted, order) for mutant in chosen}
    for mutant in (one for one, guard in found.items() if not guard):
        print(f"survives{' (hard stop)' if mutant.hard else ''}: {mutant.what}: {reason(mutant)}")
    print(f"{len(chosen)} of {len(every)} mutants in {time.perf_counter() - begun:.0f} s; noticed by:")
    for guard, number in Counter(filter(None, found.values())).most_common():
        print(f"  {guard:<44}{number:>10}")
    rows = [
        Row("hard stops that nobody notices", missed(found.items(), hard=True), "%", HARD_MISSED_PERCENT),
        Row("the rest that nobody notices", missed(found.items(), hard=False), "%", REST_MISSED_PERCENT),
    ]
    return show("mutation", rows)


def missed(found: Iterable[tuple[Mutant, str]], *, hard: bool) -> float:
    """Per cent of the mutants of one sort that nobody noticed; 0 when there are none."""
    guards = [guard for mutant, guard in found if mutant.hard is hard]
    return 100 * guards.count("") / len(guards) if guards else 0.0


def reason(mutant: Mutant) -> str:
    """Why nobody notices, as far as that is known."""
    return next((words for name, words in REASONS if name in mutant.what), "no case reaches it; write one")
