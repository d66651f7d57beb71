"""`docs/rulebook.md`: all that Filiform knows and decides by, in words that a therapist can agree with or cross out.

Pure: the text is made from the knowledge alone, so that the page and the rules cannot differ. The command
`python -m tests.pages_of_docs` writes it, and the tests fail while the written page is not this text.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

from filiform.clinical.screen.holding import DOCTOR_ANSWER_DAYS
from filiform.knowledge import Book
from filiform.knowledge.reviews import Review
from filiform.knowledge.rulebook import (
    calling,
    coding,
    dosing,
    harming,
    locating,
    measuring,
    placing,
    screening,
    treating,
)
from filiform.knowledge.rulebook.entries import Entry, entries
from filiform.knowledge.rulebook.tested import Tested
from filiform.knowledge.rulebook.words import link, table

SHEET = "Review sheet"
Reached = Mapping[str, Sequence[str]]
Reviews = Mapping[str, Sequence[Review]]
Headings = Iterator[tuple[str, str]]
NOT_COUNTED: Mapping[str, Tested] = MappingProxyType({})


def rulebook(book: Book, reached: Reached, reviews: Reviews, tested: Mapping[str, Tested] = NOT_COUNTED) -> str:
    """The whole page. `reached` are the titles of the vignettes that reach each rule, line or reason, by its id.

    `tested` is what the vignettes show of each screening rule, by its id.
    """
    lines = [*_first_page(book, reviews), *_contents(book, tested)]
    written = (
        screening.chapters(book, reached, reviews, tested),
        placing.chapters(book),
        locating.chapters(book),
        dosing.chapters(book),
        measuring.chapters(book),
        treating.chapters(book, reached),
        calling.chapters(book, reached),
        harming.chapters(book),
        coding.chapters(book),
    )
    for (part, _), chapters in zip(_parts(book, tested), written, strict=True):
        lines += [f"# {part}", "", *chapters]
    return "\n".join([*lines, *_sheet(book, reviews)]) + "\n"


def _parts(book: Book, tested: Mapping[str, Tested]) -> tuple[tuple[str, Headings], ...]:
    """The parts in the order of a visit, each with its chapters."""
    return (
        ("Screening", screening.headings(book, tested)),
        ("Who may needle where", placing.headings(book)),
        ("Locating", locating.headings(book)),
        ("Needling", dosing.headings(book)),
        ("Measuring", measuring.headings(book)),
        ("Treating", treating.headings(book)),
        ("After the visit", calling.headings(book)),
        ("What can go wrong", harming.headings(book)),
        ("Coding", coding.headings(book)),
    )


def _first_page(book: Book, reviews: Reviews) -> Iterator[str]:
    every = entries(book)
    standing = [one for one in every if _standing(one, reviews)]
    yield from ("# The rule book", "")
    if standing:
        yield (
            f"**{len(standing)} of {len(every)} entries carry a signed review. NO CLINICIAN HAS REVIEWED THE OTHERS.**"
        )
    else:
        yield "**NO CLINICIAN HAS REVIEWED ANY OF THIS.** It was written from public sources and from memory."
    rules, questions = len(book.screening.rules), len(book.screening.questions)
    yield from (
        "",
        f"{rules} screening rules, {questions} questions and {len(every) - rules} other entries; screening "
        f"`{book.screening.hash}`. This page is generated from the knowledge itself; do not edit it.",
        "",
        "How to read it:",
        "",
        "- Findings add up; none cancels another. The strictest decides. What nobody answered is asked, never assumed.",
        "- A number is never a licence to treat. Where no guideline gives a limit the rule says so.",
        "- Every source says how sure it is: read (with the place), recalled, or **unsure**.",
        f"- A doctor's recorded answer closes a consultation for {DOCTOR_ANSWER_DAYS} days at the most, and until "
        "something changes. It never lifts a place that is left out, a refusal, an emergency or the patient's own no.",
        "- To review: read an entry, then sign its line on the review sheet at the end. A signature counts for the "
        "entry as it is now and lapses when the entry changes.",
        "",
    )


def _contents(book: Book, tested: Mapping[str, Tested]) -> Iterator[str]:
    yield from ("## Contents", "")
    for part, chapters in _parts(book, tested):
        yield f"- {part}"
        for heading, holds in chapters:
            yield f"  - {link(heading)}{f': {holds}' if holds else ''}"
    yield from (f"- {link(SHEET)}", "")


def _standing(entry: Entry, reviews: Reviews) -> list[Review]:
    return [one for one in reviews.get(entry.id, ()) if one.stands(entry.hash)]


def _sheet(book: Book, reviews: Reviews) -> Iterator[str]:
    yield from (f"## {SHEET}", "")
    yield "Sign one line an entry. Whoever keeps the knowledge copies it into `src/filiform/knowledge/reviews.toml`."
    yield ""
    rows = (_line(one, _standing(one, reviews)) for one in entries(book))
    yield from table(("entry", "id", "hash", "agree", "do not agree", "by", "when"), rows)


def _line(entry: Entry, standing: Sequence[Review]) -> tuple[str, ...]:
    yes, no, by, when = "", "", "", ""
    if standing:
        last = standing[-1]
        yes, no, by, when = "x" * last.agrees, "x" * (not last.agrees), last.by, str(last.on)
    return entry.words, f"`{entry.id}`", f"`{entry.hash}`", yes, no, by, when
