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
from tests.clinical.screen.vignettes import cases, patient

DOCS = Path(__file__).resolve().parents[1] / "docs"


def pages() -> Mapping[str, str]:
    """The name of each generated page in docs/, with its text."""
    known = book()
    return {
        "rulebook.md": rulebook(known, reached(), load_reviews(FILE, known.screening)),
        "path.md": path_page(),
    }


def reached() -> dict[str, list[str]]:
    """The titles of the vignettes that reach each rule."""
    found: dict[str, list[str]] = {}
    for case in cases():
        for rule in {finding.rule for finding in patient(case).screened().findings}:
            found.setdefault(rule, []).append(f"{case.title} (`{case.id}`)")
    return found


if __name__ == "__main__":
    for name, text in pages().items():
        (DOCS / name).write_text(text, encoding="utf-8")
        print(f"docs/{name}: {len(text.splitlines())} lines")
