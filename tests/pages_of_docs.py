"""`python -m tests.pages_of_docs` writes the generated pages: docs/rulebook.md and docs/path.md.

It lies with the tests because the rule book names the vignettes that reach each rule, and those are the tests' own.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from filiform.knowledge import book
from filiform.knowledge.path_page import path_page
from filiform.knowledge.reviews import FILE, load_reviews
from filiform.knowledge.rulebook import rulebook
from filiform.knowledge.rulebook.entries import hashes
from tests.clinical.follow import vignettes as aftercare
from tests.clinical.screen.coverage import count, for_the_book
from tests.clinical.screen.vignettes import cases, patient
from tests.clinical.test_planning_cases import DECISIONS, proposed

DOCS = Path(__file__).resolve().parents[1] / "docs"


def pages() -> Mapping[str, str]:
    """The name of each generated page in docs/, with its text."""
    known = book()
    return {
        "rulebook.md": rulebook(known, reached(), load_reviews(FILE, hashes(known)), for_the_book(count())),
        "path.md": path_page(),
    }


def reached() -> dict[str, list[str]]:
    """The titles of the vignettes that reach each screening rule, line of the after-care, reason of a proposal."""
    found: dict[str, list[str]] = {}
    for case in cases():
        for rule in {finding.rule for finding in patient(case).screened().findings}:
            found.setdefault(rule, []).append(f"{case.title} (`{case.id}`)")
    for answer in aftercare.cases():
        for line in _lines(answer):
            found.setdefault(line, []).append(f"{answer.title} (`{answer.id}`)")
    for name, decision in DECISIONS:
        for reason in {one.rule for one in proposed(decision).reasons}:
            found.setdefault(reason, []).append(f"{decision['title']} (`{name}`)")
    return found


def _lines(answer: aftercare.Case) -> list[str]:
    """The ids of the lines that decided: those whose words begin one of the reasons."""
    because = answer.sorted().because
    return [line.id for line in book().follow.lines if any(one.startswith(line.words) for one in because)]


if __name__ == "__main__":
    for name, text in pages().items():
        (DOCS / name).write_text(text, encoding="utf-8")
        print(f"docs/{name}: {len(text.splitlines())} lines")
