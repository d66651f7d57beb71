"""The shape of the after-care knowledge: the lines of facts.md 3.4, and the words they are read from.

A *sign* is what a text says ("fever", "stiff_neck"). A line holds when the patient ticked it, or when all signs of one
of its ways are there; the muscles that were needled set signs too (`near.pleura`). Lines look only for signs that
are there, so nothing that is added can make an answer milder.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import IntEnum

from filiform.clinical.adverse import Observed, Scheme
from filiform.clinical.anatomy import Hazard
from filiform.clinical.screen.book import Vocabulary
from filiform.clinical.terms import Cite

Signs = frozenset[str]
SHORTEST_SPELLED = 4  # letters; shorter words are too easily another word


class Queue(IntEnum):
    """How soon somebody calls. Greater is sooner, so the worst line of an answer is its maximum."""

    NONE = 0
    ROUTINE = 1
    SAME_DAY = 2
    NOW = 3

    @property
    def word(self) -> str:
        return self.name.lower()


def near(hazard: Hazard) -> str:
    """The sign that a muscle with this hazard was needled."""
    return f"near.{hazard}"


EVERYWHERE: Signs = frozenset(map(near, Hazard))  # muscles not known: each may have been needled


@dataclass(frozen=True, slots=True)
class Again:
    """Ask the same again when the line still holds at `hours` after the last needle out; `words` say so to staff."""

    hours: float
    words: str


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the table in the patient's words: queue `first` until `hours` after the last needle out, then `then`.

    `ways` are the sets of signs by which a text says it. `may_be` are the adverse events it may be, `observed` what
    the line itself says of them (None: it is no adverse event).
    """

    id: str
    words: str
    first: Queue
    hours: float = 0
    then: Queue | None = None
    ways: tuple[Signs, ...] = ()
    again: Again | None = None
    may_be: tuple[str, ...] = ()
    observed: Observed | None = None
    cites: tuple[Cite, ...] = ()

    def queue(self, hours: float | None) -> Queue:
        """The queue at `hours` after the last needle came out; unknown hours give the sooner of the two."""
        if self.then is None:
            return self.first
        if hours is None:
            return max(self.first, self.then)
        return self.first if hours <= self.hours else self.then

    def said_by(self, signs: Signs) -> Signs:
        """The signs by which the line holds; empty when it does not."""
        return frozenset[str]().union(*(way for way in self.ways if way <= signs))

    @property
    def own_sign(self) -> Signs:
        """What ticking the line says besides: its sign, when there is only one way and one sign to it."""
        return self.ways[0] if len(self.ways) == 1 and len(self.ways[0]) == 1 else frozenset()


@dataclass(frozen=True, slots=True)
class Limits:
    """Where a number becomes a line: pain (0-10), fever in degrees Celsius and Fahrenheit."""

    strong_pain: float
    fever_c: float
    fever_f: float


@dataclass(frozen=True, slots=True)
class Silence:
    """The queue after `messages` without an answer: `usual`, or `sooner` near one of the hazards or after a warning."""

    messages: int
    usual: Queue
    sooner: Queue
    hazard: Hazard
    cites: tuple[Cite, ...]


@dataclass(frozen=True, slots=True)
class FollowRules:
    """Everything that sorts an answer. `queue_cites` are for what no line knows.

    `mild` signs mean nothing once they are over, `reassuring` ones say that all is well: to deny one is no comfort.
    `alarms` is the vocabulary without mild and comforting words, `urgent` are the signs that are `now` by themselves:
    they count even where a mild phrase covers them ("a little blood in my urine"). `alone` are texts that say all is
    well, `past` words that put a comfort into the past. `plain` are words that add nothing and take nothing away;
    `between` those that may stand between a denial and what it denies. `corrections` maps a misspelling's remains to
    the alarming word it may have been.
    """

    page: str
    lines: tuple[Line, ...]
    by_id: Mapping[str, Line]
    vocabulary: Vocabulary
    alarms: Vocabulary
    urgent: Signs
    mild: Signs
    reassuring: Signs
    alone: frozenset[tuple[str, ...]]
    past: frozenset[str]
    plain: frozenset[str]
    between: frozenset[str]
    known_words: frozenset[str]
    corrections: Mapping[str, str]
    limits: Limits
    silence: Silence
    schemes: tuple[Scheme, ...]
    queue_cites: tuple[Cite, ...]


def misspellings(words: Iterable[str]) -> dict[str, str]:
    """For each word, and each way to lose one of its letters: the word. Two words one slip apart share a remainder."""
    found: dict[str, str] = {}
    for word in sorted(words):
        if len(word) >= SHORTEST_SPELLED:
            for remains in remainders(word):
                found.setdefault(remains, word)
    return found


def remainders(word: str) -> tuple[str, ...]:
    """`word` and every way to leave out one letter."""
    return (word, *(word[:index] + word[index + 1 :] for index in range(len(word))))
