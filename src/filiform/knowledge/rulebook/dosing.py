"""Needles, depths, times and numbers: prompts for a trained therapist, never instructions."""

from __future__ import annotations

from collections.abc import Iterator

from filiform.clinical.dosage import Needles
from filiform.knowledge import Book
from filiform.knowledge.rulebook.words import Numbered, table

NEEDLES, SPANS, DEPTHS = "Needles", "Times, depths and numbers", "What studies found about depth"
TOPICS = {
    "stop_signs": "Stop signs",
    "left_in": "Needles left in",
    "asepsis": "Clean work",
    "technique": "Technique",
    "effect": "Effect",
    "aftercare": "After-care",
}


def headings(book: Book) -> Iterator[tuple[str, str]]:
    """The chapters of this part, each with what it holds in a few words."""
    yield NEEDLES, ""
    yield SPANS, f"{len(book.dosage.spans)} figures"
    yield DEPTHS, f"{len(book.dosage.depths)} findings"


def chapters(book: Book) -> Iterator[str]:
    """Needles, spans with statements, depths."""
    number = Numbered(book)
    yield from _needles(book.dosage.needles, number)
    yield from (f"## {SPANS}", "")
    rows = (
        (one.words, _between(one.low, one.high), one.unit, one.note, number(one.cites))
        for one in book.dosage.spans.values()
    )
    yield from table(("what", "figure", "unit", "note", "source"), rows)
    for topic, held in book.dosage.statements.items():
        yield from (f"**{TOPICS[topic]}**", "", *(f"- {one.text} ({number(one.cites)})" for one in held), "")
    yield from _depths(book, number)
    yield from number.listed()


def _needles(needles: Needles, number: Numbered) -> Iterator[str]:
    low, high = needles.outside_percent
    yield from (f"## {NEEDLES}", "")
    yield f"- Lengths: {', '.join(map(str, needles.lengths_mm))} mm. Another length is asked about."
    yield (
        "- **A needle never goes in to its handle, where it breaks**: a depth as long as the needle "
        "stands as an incident."
    )
    yield (
        f"- {low} to {high} % of the shaft stay outside; with less a warning is shown "
        f"({number(needles.outside_cites)})."
    )
    yield from (f"- {one.text} ({number(one.cites)})" for one in needles.rules)
    yield ""
    rows = ((f"{one.hundredths / 100:.2f} mm", f"about {one.gauge}", number(one.cites)) for one in needles.diameters)
    yield from table(("diameter", "gauge", "source"), rows)
    uses = (
        (
            use.where,
            f"{use.hundredths[0] / 100:.2f} to {use.hundredths[1] / 100:.2f} mm",
            ", ".join(use.groups),
            number(use.cites),
        )
        for use in needles.uses
    )
    yield from table(("where", "usual diameters", "muscles of (our own choice)", "source"), uses)


def _between(low: int, high: int) -> str:
    return str(low) if low == high else f"{low} to {high}"


def _depths(book: Book, number: Numbered) -> Iterator[str]:
    yield from (f"## {DEPTHS}", "")
    yield (
        "Figures of groups, never a safe depth for a person. A muscle that is missing is one of which nothing is known."
    )
    yield ""
    rows = (
        (", ".join(book.muscles[one].name for one in depth.muscles), depth.text, number(depth.cites))
        for depth in book.dosage.depths
    )
    yield from table(("muscle", "finding", "source"), rows)
