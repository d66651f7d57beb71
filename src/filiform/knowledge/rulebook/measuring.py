"""Every measure: its range, its error and the changes that matter, for each group of people they were found in."""

from __future__ import annotations

from collections.abc import Iterator

from filiform.clinical.evaluate import Better, Figure, Licence, People, Scale, by
from filiform.knowledge import Book
from filiform.knowledge.movements import movements
from filiform.knowledge.rulebook.words import Numbered, plural, table

MEASURES, GROUPS, NORMS = "Measures and their figures", "Whose figures count", "Ranges that textbooks call normal"
BETTER = {Better.LOWER: "lower is better", Better.HIGHER: "higher is better"}
LICENCES = {
    Licence.FREE: "free to use",
    Licence.SCORE_ONLY: "only the total is entered; Filiform holds no question of it",
}


def headings(book: Book) -> Iterator[tuple[str, str]]:
    """The chapters of this part, each with what it holds in a few words."""
    yield MEASURES, f"{len(book.scales)} measures"
    yield GROUPS, f"{len(book.people)} groups"
    yield NORMS, f"{len(movements())} movements"


def chapters(book: Book) -> Iterator[str]:
    """Measures, groups of people, norms."""
    number = Numbered(book)
    yield from _how(book)
    for scale in book.scales.values():
        yield from _scale(scale, book, number)
    yield from _groups(book, number)
    yield from _norms(number)
    yield from number.listed()


def _how(book: Book) -> Iterator[str]:
    yield from (f"## {MEASURES}", "")
    yield "- A difference smaller than the measurement error is no difference. Without an error the change that matters"
    yield "  stands in for it; without either the plain difference is told, and proves nothing."
    yield (
        "- Published figures differ, for the same people too. All are kept: “better” must reach the "
        "largest error of the"
    )
    yield (
        "  people that fit, “worse” needs only the smallest. Where none fit, those of the people listed "
        "first are taken."
    )
    for hours in dict.fromkeys(one.settling.hours for one in book.scales.values() if one.settling):
        yield (
            f"- Sooner than {hours} hours after the last needle only a better value is believed: soreness "
            "hides the rest."
        )
    yield ""


def _scale(scale: Scale, book: Book, number: Numbered) -> Iterator[str]:
    yield from (f"### {scale.words}", "")
    yield f"- {scale.low:g} to {scale.high:g} {scale.unit}, {BETTER[scale.better]}"
    if scale.rating:
        yield f"- The patient judges the change in one number; {scale.middle:g} is “as before”"
    yield f"- Licence: {LICENCES[scale.licence]}. {scale.licence_words}"
    if scale.note:
        yield f"- {scale.note}"
    waits = f"; the wait: {number(scale.settling.cites)}" if scale.settling else ""
    yield f"- Sources: {number(scale.cites)}{waits}"
    yield ""
    if not (scale.errors or scale.important):
        yield from ("No error and no change that matters is published for it, so none may be claimed.", "")
        return
    rows = [("measurement error", one) for one in scale.errors]
    rows += [("change that matters", one) for one in scale.important]
    yield from table(
        ("figure", "value", "found in", "note", "source"),
        ((name, _value(one, scale), _people(one), _note(one), number(one.cites)) for name, one in rows),
    )


def _value(figure: Figure, scale: Scale) -> str:
    return f"{figure.value:g} % of the first value" if figure.percent else by(figure.value, scale.unit)


def _people(figure: Figure) -> str:
    return figure.found_in or "people not named"


def _note(figure: Figure) -> str:
    begins = f"who began at {figure.begins[0]} to {figure.begins[1]}" if figure.begins else ""
    return "; ".join(filter(None, (begins, figure.note)))


def _groups(book: Book, number: Numbered) -> Iterator[str]:
    yield from (f"## {GROUPS}", "")
    yield "The figures of a group count when every place of pain lies in it; else a person chooses the group."
    yield ""
    rows = ((one.words, _places(one, book), number(one.cites)) for one in book.people.values())
    yield from table(("group", "places of pain", "source"), rows)


def _places(people: People, book: Book) -> str:
    names = [region.words for region in book.regions.values() if region.id in people.regions]
    return ", ".join(names) or "chosen by a person"


def _norms(number: Numbered) -> Iterator[str]:
    yield from (f"## {NORMS}", "")
    yield f"Shown beside a value; they decide nothing. {plural(len(movements()), 'movement', 'movements')}, in degrees."
    yield ""
    rows = ((one.name, _range(one.norm), number(one.cites)) for one in movements().values())
    yield from table(("movement", "called normal", "source"), rows)


def _range(norm: tuple[int, int]) -> str:
    return str(norm[0]) if norm[0] == norm[1] else f"{norm[0]} to {norm[1]}"
