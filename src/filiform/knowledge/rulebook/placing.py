"""The law of the place: dated data with what is contested, no legal advice."""

from __future__ import annotations

from collections.abc import Iterator

from filiform.clinical.screen.operator import Jurisdiction
from filiform.knowledge import Book
from filiform.knowledge.rulebook.words import Numbered, table

LAW = "The law of the place"


def headings(book: Book) -> Iterator[tuple[str, str]]:
    """The chapter of this part, with what it holds in a few words."""
    yield LAW, f"{len(book.jurisdictions)} places"


def chapters(book: Book) -> Iterator[str]:
    """One table: who may needle where, as far as is known."""
    number = Numbered(book)
    yield from (f"## {LAW}", "")
    yield (
        "No legal advice. A place that is not listed is unknown, and the screening asks. Where sources contradict each"
    )
    yield "other a permission is never taken as a yes; a prohibition still stands until the board says otherwise."
    yield ""
    rows = (_row(place, number) for place in book.jurisdictions.values())
    yield from table(
        ("place", "who", "may needle", "time in practice", "training", "what is known", "as of", "source"), rows
    )
    yield from number.listed()


def _row(place: Jurisdiction, number: Numbered) -> tuple[object, ...]:
    never = f"; never {', '.join(place.not_roles)}" if place.not_roles else ""
    may = ("ask" if place.contested else "yes") if place.permitted else "no"
    doubt = " **Contested or unsure**: ask the board." if place.contested else ""
    who = f"{', '.join(place.roles)}{never}"
    told = f"{place.because} {place.duties}{doubt}" if place.duties else f"{place.because}{doubt}"
    return (
        f"{place.name} ({place.id})",
        who,
        may,
        _time(place),
        _training(place),
        told,
        place.as_of,
        number(place.cites),
    )


def _time(place: Jurisdiction) -> str:
    if not place.months_licensed:
        return ""
    return f"{place.months_licensed} months" + (", or coursework before the licence" if place.or_coursework else "")


def _training(place: Jurisdiction) -> str:
    if not place.training_hours:
        return ""
    kind = ", in person" * place.in_person + ", an approved course" * place.approved_course
    return f"{place.training_hours} hours{kind}"
