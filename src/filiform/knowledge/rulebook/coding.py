"""Billing codes by distinct muscles, and the diagnosis codes that go with needling, in our own words."""

from __future__ import annotations

from collections.abc import Iterator

from filiform.clinical.coding import NeedlingCode, Purpose
from filiform.knowledge import Book
from filiform.knowledge.rulebook.words import Numbered, table

BILLING, DIAGNOSES = "Billing codes (United States)", "Diagnosis codes"
PURPOSES = {
    Purpose.DIAGNOSIS: "What is treated",
    Purpose.SAFETY: "What the screening asks about",
    Purpose.ADVERSE: "What may come of needling",
}


def headings(book: Book) -> Iterator[tuple[str, str]]:
    """The chapters of this part, each with what it holds in a few words."""
    yield BILLING, f"{len(book.codes.needling)} codes"
    yield DIAGNOSES, f"{len(book.codes.diagnoses)} codes"


def chapters(book: Book) -> Iterator[str]:
    """Billing, then diagnoses."""
    number, codes = Numbered(book), book.codes
    yield from (f"## {BILLING}", "")
    yield "A proposal for the person who bills. The words are ours; the code set's own belong to the American Medical"
    yield "Association and are not here. Muscles are counted, not needles; one code for a session."
    yield ""
    rows = ((one.code, one.words, _muscles(one), one.since, number(one.cites)) for one in codes.needling)
    yield from table(("code", "our words", "distinct muscles", "since", "source"), rows)
    yield f"- Never two of them for one session ({number(codes.both_cites)})."
    yield (
        "- Left and right of a muscle count as one here; payers may count otherwise: ask "
        f"({number(codes.sides_cites)})."
    )
    yield (
        f"- {', '.join(sorted(codes.injection))} (injection) beside it not for the same muscle "
        f"({number(codes.injection_cites)})."
    )
    yield f"- Needling is not billed as {', '.join(sorted(codes.disguise))} ({number(codes.disguise_cites)})."
    yield from (f"- {one.text} ({number(one.cites)})" for one in codes.notes)
    yield ""
    yield from _diagnoses(book, number)
    yield from number.listed()


def _muscles(code: NeedlingCode) -> str:
    return f"{code.least} or more" if code.most is None else f"{code.least} to {code.most}"


def _diagnoses(book: Book, number: Numbered) -> Iterator[str]:
    yield from (f"## {DIAGNOSES}", "", "A dash at the end: further digits follow.", "")
    for purpose in Purpose:
        yield from (f"**{PURPOSES[purpose]}**", "")
        held = (one for one in book.codes.diagnoses.values() if one.purpose is purpose)
        yield from table(("code", "our words", "source"), ((one.code, one.words, number(one.cites)) for one in held))
    ended = ((one.code, one.since, ", ".join(one.instead), number(one.cites)) for one in book.codes.ended.values())
    yield from table(("no longer valid", "since", "instead", "source"), ended)
