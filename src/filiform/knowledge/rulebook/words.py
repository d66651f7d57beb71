"""What every chapter of the rule book is written with: tables, links, and sources with how sure they are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from filiform.clinical.terms import Cite, Sure
from filiform.knowledge import Book

SURE = {
    Sure.FOUND: "read",
    Sure.RECALLED: "recalled, not read again",
    Sure.UNSURE: "**unsure**, verify before relying on it",
}
SHORT = {Sure.FOUND: "read", Sure.RECALLED: "recalled", Sure.UNSURE: "**unsure**"}


class Numbered:
    """The sources of one chapter by number: "[3] read, abstract" in its tables, the titles once at its end."""

    def __init__(self, book: Book) -> None:
        self._book = book
        self._numbers: dict[str, int] = {}

    def __call__(self, cites: Iterable[Cite]) -> str:
        """Each cite in a few words; an unsure one is marked in bold."""
        return "; ".join(dict.fromkeys(map(self._one, cites)))

    def _one(self, cite: Cite) -> str:
        number = self._numbers.setdefault(cite.source, len(self._numbers) + 1)
        place = f", {cite.locator}" if cite.locator else ""
        return f"[{number}] {SHORT[cite.sure]}{place}"

    def listed(self) -> Iterator[str]:
        """The titles behind the numbers; to be asked last, because only cites that were written have a number."""
        yield from ("**Sources of this chapter**", "")
        for name, number in self._numbers.items():
            source = self._book.sources[name]
            year = str(source.year) if source.year else "undated"
            yield f"- [{number}] {source.title}, {year}. {source.url_or_citation}"
        yield ""


def cited(cite: Cite, book: Book) -> str:
    """One cite with the title of its source."""
    source = book.sources[cite.source]
    year = f", {source.year}" if source.year else ", undated"
    place = f"; {cite.locator}" if cite.locator else ""
    return f"{source.title}{year}: {SURE[cite.sure]}{place}"


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """A table and an empty line; a cell holds no line break and no bar of its own."""
    yield f"| {' | '.join(head)} |"
    yield "|---" * len(head) + "|"
    for row in rows:
        yield f"| {' | '.join(_cell(one) for one in row)} |"
    yield ""


def _cell(value: object) -> str:
    return str(value).replace("|", "/").replace("\n", " ")


def link(words: str) -> str:
    """A link to the heading of these words."""
    return f"[{words}](#{anchor(words)})"


def anchor(words: str) -> str:
    """The name that a heading of these words gets on the page."""
    kept = "".join(letter for letter in words.lower() if letter.isalnum() or letter in " -_")
    return kept.replace(" ", "-")


def plural(number: int, one: str, many: str) -> str:
    """ "1 rule", "2 rules"."""
    return f"{number} {one if number == 1 else many}"
