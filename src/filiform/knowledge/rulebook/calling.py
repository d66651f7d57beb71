"""After-care: which answer of a patient goes where in the call list, and how it is read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from filiform.clinical.follow.book import Line, Queue
from filiform.clinical.follow.calling import EMPTY, UNKNOWN_LINE
from filiform.clinical.follow.reading import HEAT_HIGH, HEAT_LOW, PAIN_HIGH, PAIN_LOW
from filiform.clinical.follow.timing import EARLIEST, HOURS, HOURS_OF_CARE, LATEST
from filiform.knowledge import Book
from filiform.knowledge.rulebook.words import Numbered, plural, table

LINES, NUMBERS = "After-care: who is called when", "After-care: messages, numbers, silence"
QUEUES = {
    Queue.NOW: "**now**, and the emergency number at once",
    Queue.SAME_DAY: "the same day",
    Queue.ROUTINE: "routine",
    Queue.NONE: "nobody calls: expected",
}
HEADS = {
    Queue.NOW: "Answers for now: the emergency number at once",
    Queue.SAME_DAY: "Answers for the same day",
    Queue.ROUTINE: "Answers for the routine call",
    Queue.NONE: "Answers that are expected: nobody calls",
}
# What numbers in a text become before they are read, in words.
NUMBERS_READ = {
    PAIN_HIGH: "pain with a high number",
    PAIN_LOW: "pain with a low number",
    HEAT_HIGH: "a temperature of fever",
    HEAT_LOW: "a temperature without fever",
}
WAYS_SHOWN = 6
NEAR = "near."


def headings(book: Book) -> Iterator[tuple[str, str]]:
    """The chapters of this part, each with what it holds in a few words."""
    yield LINES, plural(len(book.follow.lines), "line", "lines")
    yield NUMBERS, ""


def chapters(book: Book, reached: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """The lines, then the numbers. `reached` are the titles of the vignettes that reach each line, by its id."""
    number = Numbered(book)
    yield from (f"## {LINES}", "")
    yield (
        "The worst line of an answer wins, and hours count from the last needle out. An alarm in the "
        "patient's own words"
    )
    yield "counts like a ticked line; a line is never made milder by something else that was said."
    yield ""
    for queue in sorted(Queue, reverse=True):
        yield from _queue(queue, book, number, reached)
    yield from _numbers(book, number)
    yield from number.listed()


def _queue(queue: Queue, book: Book, number: Numbered, reached: Mapping[str, Sequence[str]]) -> Iterator[str]:
    lines = [line for line in book.follow.lines if line.first is queue]
    yield from (f"### {HEADS[queue]}", "")
    rows = (
        (
            line.words,
            _later(line),
            _said(line, book),
            _may_be(line, book),
            number(line.cites),
            len(reached.get(line.id, ())),
        )
        for line in lines
    )
    yield from table(("answer", "later", "also read from words like", "it may be", "source", "vignettes"), rows)


def _later(line: Line) -> str:
    told = [] if line.then is None else [f"after {line.hours:g} hours: {QUEUES[line.then]}"]
    if line.again is not None:
        told.append(f"at {line.again.hours:g} hours: {line.again.words}")
    return ". ".join(told) or "the same at any hour"


def _may_be(line: Line, book: Book) -> str:
    events = ", ".join(book.adverse.events[one].words for one in line.may_be)
    return f"{events} (kept as mild)" if line.observed and line.observed.treatment_needed else events


def _said(line: Line, book: Book) -> str:
    ways = [" with ".join(_phrase(sign, book) for sign in sorted(way)) for way in line.ways]
    more = f" and {plural(len(ways) - WAYS_SHOWN, 'more way', 'more ways')}" if len(ways) > WAYS_SHOWN else ""
    return "; ".join(ways[:WAYS_SHOWN]) + more


def _phrase(sign: str, book: Book) -> str:
    """The first wording of a sign; a muscle near a hazard is no wording."""
    if sign.startswith(NEAR):
        return f"needled near the {sign.removeprefix(NEAR).replace('_', ' ')}"
    found = next(term for term in book.follow.vocabulary.terms if term.sign == sign)
    first = " ".join(found.phrases[0])
    return NUMBERS_READ.get(first, f"“{first}”")


def _numbers(book: Book, number: Numbered) -> Iterator[str]:
    rules = book.follow
    asked = " and ".join(map(str, HOURS))
    yield from (f"## {NUMBERS}", "")
    yield (
        f"- Asked at {asked} hours after the last needle; at {', '.join(map(str, HOURS_OF_CARE))} over "
        "the lung or after"
    )
    yield (
        f"  an unusual feeling. Messages go out between {EARLIEST:%H:%M} and {LATEST:%H:%M} by the clock of the place."
    )
    yield f"- Pain of {rules.limits.strong_pain:g} or more of 10 is strong pain."
    yield f"- Fever begins at {rules.limits.fever_c:g} °C or {rules.limits.fever_f:g} °F."
    yield f"- {EMPTY} {UNKNOWN_LINE} Both are for {QUEUES[Queue.SAME_DAY]} ({number(rules.queue_cites)})."
    silence = rules.silence
    yield f"- No answer to {plural(silence.messages, 'message', 'messages')}: {QUEUES[silence.usual]}; near the"
    yield (
        f"  {silence.hazard.replace('_', ' ')} or after an unusual feeling {QUEUES[silence.sooner]} "
        f"({number(silence.cites)})."
    )
    yield ""
