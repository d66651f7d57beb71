"""What can go wrong: each adverse event, how often it was published, and how it is graded."""

from __future__ import annotations

from collections.abc import Iterator

from filiform.clinical.adverse import Effect, Event, Per, Rate, Scheme
from filiform.knowledge import Book
from filiform.knowledge.rulebook.words import Numbered, table

SERIOUS, OTHERS = "Serious events: what to look for and to do", "Other events"
RATES, GRADING = "How often events were published", "How an event is graded"
PER = {Per.PERCENT: "%", Per.PER_10000: "in 10,000", Per.PER_MILLION: "in a million"}
EFFECTS = {
    Effect.DEATH: "death",
    Effect.ADMISSION: "hospital admission",
    Effect.DISABILITY: "lasting or significant disability",
    Effect.MEDICAL_CARE: "medical care was needed",
    Effect.FUNCTION_LOST: "it interfered with work, sleep or walking",
}


def headings(book: Book) -> Iterator[tuple[str, str]]:
    """The chapters of this part, each with what it holds in a few words."""
    serious = sum(one.serious for one in book.adverse.events.values())
    yield SERIOUS, f"{serious} events"
    yield OTHERS, f"{len(book.adverse.events) - serious} events"
    yield RATES, f"{len(book.adverse.rates)} rates of {len(book.adverse.studies)} studies"
    yield GRADING, f"{len(book.adverse.schemes)} schemes"


def chapters(book: Book) -> Iterator[str]:
    """Events, rates, grading."""
    number = Numbered(book)
    events = book.adverse.events.values()
    yield from _events(SERIOUS, [one for one in events if one.serious], number)
    yield from _events(OTHERS, [one for one in events if not one.serious], number)
    yield from _rates(book, number)
    yield from _grading(book, number)
    yield from number.listed()


def _events(heading: str, events: list[Event], number: Numbered) -> Iterator[str]:
    yield from (f"## {heading}", "")
    rows = ((one.words, one.signs, one.action, number(one.cites)) for one in events)
    yield from table(("event", "what to look for", "what to do", "source"), rows)


def _rates(book: Book, number: Numbered) -> Iterator[str]:
    yield from (f"## {RATES}", "")
    yield (
        "Rates told by therapists are lower bounds: patients report more. A rate is compared only with one of the same"
    )
    yield "denominator (treatments, sessions, patients, therapists)."
    yield ""
    rows = (_rate(rate, event, book, number) for event in book.adverse.events.values() for rate in _of(event, book))
    yield from table(("event", "rate", "95 %", "of", "study", "n", "note", "source"), rows)
    silent = [
        one.design for name, one in book.adverse.studies.items() if name not in {r.study for r in book.adverse.rates}
    ]
    yield from (f"Without a rate: {'; '.join(silent) or 'none'}.", "")


def _of(event: Event, book: Book) -> tuple[Rate, ...]:
    return book.adverse.rates_of(event.id)


def _rate(rate: Rate, event: Event, book: Book, number: Numbered) -> tuple[object, ...]:
    study = book.adverse.studies[rate.study]
    limits = "" if rate.low is None or rate.high is None else f"{rate.low:g} to {rate.high:g}"
    n = "not known" if study.n is None else f"{study.n:,} {study.of}"
    note = " ".join(filter(None, (rate.note, study.note)))
    told = f"{rate.value:g} {PER[rate.per]}"
    return event.words, told, limits, rate.of, study.design, n, note, number((*rate.cites, *study.cites))


def _grading(book: Book, number: Numbered) -> Iterator[str]:
    yield from (f"## {GRADING}", "")
    yield (
        "A grade is never typed in: it follows from what was observed, under every scheme at once. What nobody observed"
    )
    yield "stays unknown, and so does the grade that hangs on it."
    yield ""
    for scheme in book.adverse.schemes.values():
        yield from (f"### {scheme.words}", "", f"Sources: {number(scheme.cites)}", "")
        yield from table(("grade, the worst first", "in words", "when any of"), _grades(scheme))


def _grades(scheme: Scheme) -> Iterator[tuple[str, str, str]]:
    for grade in scheme.grades:
        when = ", ".join(EFFECTS[effect] for effect in grade.any_of) or "everything above is ruled out"
        yield grade.id.replace("_", " "), grade.words, when
