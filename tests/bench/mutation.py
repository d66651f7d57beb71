"""Mutation: every value that decides something changed in turn; which changes nobody notices, and why."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from typing import Protocol, TypeVar

from filiform.knowledge import book
from tests.bench._frame import Row, show
from tests.clinical.screen import mutants as screening
from tests.clinical.screen.mutants import GUARDS, QUICK
from tests.knowledge import mutants as facts

HARD_MISSED_PERCENT, REST_MISSED_PERCENT = 0.0, 10.0
# Changes that nobody could notice: no answer, queue or grade differs by them. Listed, and not counted as missed.
ALIKE = (
    ("line.pain_strong.ways.2: gone", "the sign beside it holds the line by itself"),
    ("line.pain_worse.ways.2: gone", "the sign beside it holds the line by itself"),
    ("region_sets thorax: empty", "every muscle entered there is locked by its own tag too (test_rules.py holds it)"),
    (
        "region_sets abdomen_and_flank: empty",
        "every muscle entered there is locked by name too (test_rules.py holds it)",
    ),
    ("muscle_sets aneurysm: empty", "every one of them is entered through a place that is left out too"),
)
# Why another survivor is one: the first of these that its name holds.
REASONS = (
    (": other condition", "only the heading under which the finding stands"),
    (": other scope", "only where the words of the precaution are shown"),
    ("term virus_vaccine: gone", "a trap that the other terms' own words do not fall into"),
    ("term not_epilepsy: gone", "a trap that the other terms' own words do not fall into"),
    ("question allergy: yes without", "another sign of the same list raises the same finding"),
    ("observed.treatment_needed: 'none'", "self-care is as mild as none under every scheme"),
    ("alone.", "read as a denied symptom as well"),
    ("mild.", "the line has no later queue, or is no line by itself"),
    (".ways.3: gone", "the sign beside it holds the line by itself"),
    (".people: ", "shown beside a condition and used by no rule; a person chooses"),
)


class Mutant(Protocol):
    """What both sorts of mutants have."""

    @property
    def what(self) -> str: ...
    @property
    def hard(self) -> bool: ...


M = TypeVar("M")
Found = dict[Mutant, str]


def main(argv: list[str]) -> int:
    """Run all; print the survivors. 0 when the limits were kept.

    `--part N` takes a seeded N in a hundred, `--only screening` or `--only facts` one sort. `--quick` asks the quick
    guards first: the survivors are the same, who noticed the others is not.
    """
    only = argv[argv.index("--only") + 1] if "--only" in argv else ""
    if only not in ("", "screening", "facts"):
        print(f"--only is screening or facts, not {only!r}")
        return 2
    rows: list[Row] = []
    if only != "facts":
        rows += _report("screening", _screening(argv))
    if only != "screening":
        rows += _report("facts", _facts(argv))
    return show("mutation", rows)


def _screening(argv: list[str]) -> Found:
    order: Sequence[str] = QUICK if "--quick" in argv else GUARDS
    wanted = screening.told()
    chosen = _part(list(screening.mutants(book().screening)), argv)
    return {mutant: screening.noticed_by(mutant, wanted, order) for mutant in chosen}


def _facts(argv: list[str]) -> Found:
    return {mutant: facts.noticed_by(mutant) for mutant in _part(list(facts.mutants()), argv)}


def _part(every: list[M], argv: list[str]) -> list[M]:
    part = int(argv[argv.index("--part") + 1]) if "--part" in argv else 100
    return every if part == 100 else random.Random(20261123).sample(every, len(every) * part // 100)


def _report(sort: str, found: Found) -> list[Row]:
    """Prints the survivors and who noticed the others; the two limits as rows."""
    for mutant in (one for one, guard in found.items() if not guard):
        print(f"survives{' (hard stop)' if mutant.hard else ''}: {mutant.what}: {reason(mutant)}")
    print(f"{sort}: {len(found)} mutants, {sum(one.hard for one in found)} of them hard stops; noticed by:")
    for guard, number in Counter(filter(None, found.values())).most_common():
        print(f"  {guard:<44}{number:>10}")
    return [
        Row(f"{sort}: hard stops that nobody notices", missed(found, hard=True), "%", HARD_MISSED_PERCENT),
        Row(f"{sort}: the rest that nobody notices", missed(found, hard=False), "%", REST_MISSED_PERCENT),
    ]


def missed(found: Found, *, hard: bool) -> float:
    """Per cent of the mutants of one sort that nobody noticed; 0 when there are none. What is alike is not counted."""
    guards = [guard for one, guard in found.items() if one.hard is hard and not alike(one)]
    return 100 * guards.count("") / len(guards) if guards else 0.0


def alike(mutant: Mutant) -> bool:
    """Whether no answer can differ by it."""
    return any(name in mutant.what for name, _ in ALIKE)


def reason(mutant: Mutant) -> str:
    """Why nobody notices, as far as that is known."""
    return next((words for name, words in (*ALIKE, *REASONS) if name in mutant.what), "no case reaches it; write one")
