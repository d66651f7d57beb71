"""Texts as a reader sees them: each paragraph with the numbers of its sources, one list of sources at the end.

Numbers instead of full references keep a page readable on a phone; what we are not sure of is marked in the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from filiform.clinical.condition import Condition
from filiform.clinical.terms import Cite, Sure
from filiform.clinical.texts import EMERGENCY, EducationPage, Paragraph, say

_OF_100 = re.compile(r"(?<![\d,.])(\d{1,2}|100) of 100 ([a-z][^,.]*?)(?=,| and \d|\.)")


@dataclass(frozen=True, slots=True)
class Share:
    """So many of 100 people or visits: `count` of them `what`."""

    count: int
    what: str


@dataclass(frozen=True, slots=True)
class Line:
    """One paragraph or one point of a list. `unsure` when no source of it was read. `shares` are drawn as dots."""

    text: str
    point: bool
    urgent: bool
    notes: tuple[int, ...]
    unsure: bool
    shares: tuple[Share, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """A page, or the part of it that the front page shows; then `cut` is true."""

    slug: str
    title: str
    lines: tuple[Line, ...]
    cut: bool = False

    @property
    def mostly_unsure(self) -> bool:
        """Then the page says so once: a mark beside every danger sign would read as "not sure whether to call"."""
        return sum(line.unsure for line in self.lines) * 2 > len(self.lines)


@dataclass(frozen=True, slots=True)
class ConditionLine:
    """One problem: what needling may do about it, what it does not change, and the numbers of its sources."""

    words: str
    can: str
    cannot: str
    notes: tuple[int, ...]
    unsure: bool


class Notes:
    """The numbered sources of one page, in the order in which the text names them."""

    def __init__(self) -> None:
        self._numbers: dict[Cite, int] = {}

    def number(self, cite: Cite) -> int:
        """The number of `cite` on this page; a new one when it is named for the first time."""
        return self._numbers.setdefault(cite, len(self._numbers) + 1)

    def listed(self) -> list[tuple[int, Cite]]:
        """Every source named so far."""
        return [(number, cite) for cite, number in self._numbers.items()]


def shares(text: str) -> tuple[Share, ...]:
    """The "16 of 100 bleed a little" of a sentence: taken from the sourced text, so that no number is written twice."""
    found = tuple(Share(int(count), what.strip()) for count, what in _OF_100.findall(text))
    return found if len(found) > 1 else ()


def line(paragraph: Paragraph, notes: Notes, emergency: str) -> Line:
    """One paragraph ready to show. `emergency` is the practice's number, or words where it has none."""
    return Line(
        text=say(paragraph.text, emergency),
        point=paragraph.point,
        urgent=paragraph.point and EMERGENCY in paragraph.text,
        notes=tuple(notes.number(cite) for cite in paragraph.cites),
        unsure=all(cite.sure is Sure.UNSURE for cite in paragraph.cites),
        shares=shares(paragraph.text),
    )


def section(page: EducationPage, notes: Notes, emergency: str, only: Sequence[int] | None = None) -> Section:
    """A page as a section; `only` picks paragraphs by their place in it (0 is the first)."""
    chosen: Iterable[Paragraph] = page.paragraphs
    if only is not None:
        chosen = [page.paragraphs[n] for n in only if n < len(page.paragraphs)]
    lines = _one_card([line(p, notes, emergency) for p in chosen])
    return Section(page.slug, page.title, lines, cut=len(lines) < len(page.paragraphs))


def _one_card(lines: list[Line]) -> tuple[Line, ...]:
    """Only the first list of danger signs stays urgent: a second red card on a page is not read."""
    runs = [list(run) for _, run in groupby(lines, key=lambda shown: shown.urgent)]
    card = next((run for run in runs if run[0].urgent and len(run) > 1), None)
    return tuple(shown if run is card else replace(shown, urgent=False) for run in runs for shown in run)


def conditions(known: Iterable[Condition], notes: Notes) -> tuple[ConditionLine, ...]:
    """What needling may do for each problem, and what it cannot; the same words as on the therapist's page."""
    return tuple(
        ConditionLine(
            words=one.words,
            can=one.can,
            cannot=one.cannot,
            notes=tuple(notes.number(cite) for cite in one.cites),
            unsure=all(cite.sure is Sure.UNSURE for cite in one.cites),
        )
        for one in known
    )
