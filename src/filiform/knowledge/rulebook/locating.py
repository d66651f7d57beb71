"""How muscles are ranked: what is assumed of the drawing and of the hand. Not validated on patients."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from filiform.clinical.locate import Complaint, Mimic, Sign
from filiform.clinical.terms import RegionId
from filiform.knowledge import Book
from filiform.knowledge.rulebook.words import Numbered, link, table

RANKING, HAND = "What is assumed of the drawing", "What is assumed of the hand"
BEFORE, MIMICS = "How often a muscle is the source", "What else may hurt there, asked before any ranking"
LEVELS = {
    "base": "a muscle of which nothing is published has an active point",
    "leak": "a place hurts from something that is no muscle of the table",
    "primary": "an active point is felt in a usual place of its muscle",
    "spill": "it is felt in a place that its pain may spill over to",
}
VALUES = {
    "familiar_pain": ("not the familiar pain", "the familiar pain"),
    "tenderness": ("not tender", "tender", "winces", "withdraws"),
    "taut_band": ("no taut band", "a taut band"),
    "twitch": ("no twitch", "a twitch"),
}


def headings(book: Book) -> Iterator[tuple[str, str]]:
    """The chapters of this part, each with what it holds in a few words."""
    yield RANKING, f"{len(book.locator.zones)} muscles"
    yield BEFORE, f"{len(book.locator.complaints)} complaints"
    yield HAND, f"{len(VALUES)} findings"
    yield MIMICS, f"{len(book.locator.mimics)} questions"


def chapters(book: Book) -> Iterator[str]:
    """The drawing, the chances before it, the hand, and what is no muscle."""
    number = Numbered(book)
    yield from _drawing(book, number)
    yield from _before(book, number)
    yield from _hand(book, number)
    yield from _mimics(book, number)
    yield from number.listed()


def _drawing(book: Book, number: Numbered) -> Iterator[str]:
    known = book.locator
    yield from (f"## {RANKING}", "")
    yield "Muscles are ranked by match, not by safety: hazard, tier and locks stand beside each; locked ones go last."
    yield "**Not validated on patients.** The pain of a muscle is a hypothesis, never a diagnosis. Where nothing was"
    yield "measured one stated chance holds for all muscles:"
    yield ""
    rows = ((LEVELS[one.id], _percent(one.value), one.why, number(one.cites)) for one in known.levels.values())
    yield from table(("assumed that", "of a hundred", "why", "source"), rows)
    yield "Where the pain of a muscle was measured:"
    yield ""
    measured = (
        (book.muscles[one.muscle].name, _places(one.regions, book), _percent(one.chance), one.note, number(one.cites))
        for one in known.measured
    )
    yield from table(("muscle", "felt in", "of a hundred", "note", "source"), measured)


def _percent(chance: float) -> str:
    return f"{100 * chance:.3g}"


def _places(regions: Iterable[RegionId], book: Book) -> str:
    asked = frozenset(regions)
    return ", ".join(region.words for region in book.regions.values() if region.id in asked)


def _before(book: Book, number: Numbered) -> Iterator[str]:
    yield from (f"## {BEFORE}", "")
    yield (
        "Where a study counted active points in patients with such pain; of those patients, not of the one in the room."
    )
    yield ""
    for complaint in book.locator.complaints:
        yield from _complaint(complaint, book, number)


def _complaint(complaint: Complaint, book: Book, number: Numbered) -> Iterator[str]:
    where, kept = _places(complaint.regions, book), book.conditions[complaint.condition].words
    yield f"**{complaint.words.capitalize()}**: pain in {where} ({number(complaint.cites)}); figures of {link(kept)}"
    yield ""
    rows = ((book.muscles[muscle].name, _percent(chance)) for muscle, chance in complaint.chances)
    yield from table(("muscle", "of a hundred patients"), rows)


def _hand(book: Book, number: Numbered) -> Iterator[str]:
    yield from (f"## {HAND}", "")
    yield "**Nobody has measured these**: no test says which muscle really was the source. Their order follows how well"
    yield "examiners agree. Above 1 a finding speaks for the muscle, below 1 against it."
    yield ""
    signs = book.locator.signs
    held = {name: getattr(signs, name) for name in VALUES}
    rows = (row for name, sign in held.items() for row in _sign(name, sign, number))
    yield from table(("found", "in a source, %", "in another, %", "speaks for it", "why", "source"), rows)


def _sign(name: str, sign: Sign, number: Numbered) -> Iterator[tuple[str, ...]]:
    for value, words in enumerate(VALUES[name]):
        yield (
            words,
            _percent(sign.if_source[value]),
            _percent(sign.if_not[value]),
            f"{sign.ratio(value):.2g} times",
            sign.why,
            number(sign.cites),
        )


def _mimics(book: Book, number: Numbered) -> Iterator[str]:
    yield from (f"## {MIMICS}", "")
    rows = ((mimic.question, _where(mimic, book), number(mimic.cites)) for mimic in book.locator.mimics)
    yield from table(("question", "asked at pain in", "source"), rows)


def _where(mimic: Mimic, book: Book) -> str:
    alone = [_places(mimic.regions, book)] if mimic.regions else []
    sided = [f"{book.regions[region].words} ({side})" for region, side in sorted(mimic.sided)]
    both = [f"{region.words} on both sides" for region in book.regions.values() if region.id in mimic.both]
    return ", ".join((*alone, *sided, *both))
