"""Reading what people write: which terms and places a text names, clause by clause."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from filiform.clinical.screen.book import Phrases, Term, Vocabulary
from filiform.clinical.screen.facts import Kind
from filiform.clinical.screen.telling import Tokens, Told, told
from filiform.clinical.terms import BodySite, Side

_TOKEN = re.compile(r"[a-z0-9]+")
_CLAUSE = re.compile(r"[.;!?]+(?=\s|$)|\n|\b(?:but|except|however|although|apart from)\b")
_JOINING = {"or", "nor", "any", "a", "an", "the", "history", "of", "other"}
TERM = "*"  # no word: tokens() never makes it
_SIDES = {
    **dict.fromkeys(("left", "l", "lt"), (Side.LEFT,)),
    **dict.fromkeys(("right", "r", "rt"), (Side.RIGHT,)),
    **dict.fromkeys(("both", "bilateral", "bilaterally"), (Side.LEFT, Side.RIGHT)),
}


@dataclass(frozen=True, slots=True)
class Mention:
    """One term in one text, and how the text speaks of it.

    `before` and `after` are the other words of its part of the clause; in `before` one TERM stands for each other term.
    `listed`: it is denied only because it stands in a list that began with a denial.
    """

    term: Term
    told: Told
    before: Tokens = ()
    after: Tokens = ()
    listed: bool = False


def tokens(text: str) -> Tokens:
    """The words of `text` in small letters; apostrophes vanish, every other mark parts words."""
    return tuple(_TOKEN.findall(text.lower().replace("'", "").replace("’", "")))


def mentions(text: str, vocabulary: Vocabulary, kind: Kind = Kind.TEXT) -> tuple[Mention, ...]:
    """The terms that `text` names, in its order; a term named twice comes twice. `kind`: the list it stands in."""
    phrases = vocabulary.done if kind is Kind.PROCEDURE else vocabulary.by_word
    return tuple(mention for parts in _clauses(text) for mention in _read_clause(parts, phrases))


def masked(text: str, vocabulary: Vocabulary) -> tuple[Tokens, ...]:
    """The parts of `text` between commas and clauses, with one TERM in the place of each term."""
    return tuple(_masked(part, _spots(part, vocabulary.by_word)) for parts in _clauses(text) for part in parts)


def places(text: str, vocabulary: Vocabulary) -> frozenset[BodySite]:
    """The regions and sides that `text` names ("left calf"); a place without a side is not known well enough."""
    sites: set[BodySite] = set()
    words = tokens(text.replace("_", " "))
    before: tuple[Side, ...] = ()
    for index, word in enumerate(words):
        before = _SIDES.get(word, before)
        for length in (2, 1):
            regions = vocabulary.places.get(words[index : index + length], ())
            sites.update(BodySite(region, side) for region in regions for side in before or _side_behind(words, index))
    return frozenset(sites)


def _side_behind(words: Tokens, index: int) -> tuple[Side, ...]:
    """The side written behind a place: "calf, left"."""
    return next((_SIDES[word] for word in words[index + 1 : index + 3] if word in _SIDES), ())


def _clauses(text: str) -> Iterator[list[Tokens]]:
    """The clauses of `text`, each as its parts between commas."""
    for clause in _CLAUSE.split(text.lower()):
        parts = [part for part in map(tokens, clause.split(",")) if part]
        if parts:
            yield parts


@dataclass(frozen=True, slots=True)
class _Spot:
    """Where a term stands in a part of a clause: words `start` up to, not including, `end`."""

    term: Term
    start: int
    end: int


def _spots(words: Tokens, phrases: Phrases) -> tuple[_Spot, ...]:
    """The terms in `words`; the longest phrase wins and its words are used up ("gestational diabetes")."""
    spots: list[_Spot] = []
    index = 0
    while index < len(words):
        length = 0
        for phrase, term in phrases.get(words[index], ()):
            if len(phrase) < length:
                break
            if words[index : index + len(phrase)] == phrase:
                spots.append(_Spot(term, index, index + len(phrase)))
                length = len(phrase)
        index += max(length, 1)
    return tuple(spots)


def _read_clause(parts: Sequence[Tokens], phrases: Phrases) -> Iterator[Mention]:
    spotted = [_spots(part, phrases) for part in parts]
    denied_before = False
    for number, (part, spots) in enumerate(zip(parts, spotted, strict=True)):
        listed = denied_before and _only_a_list(part, spots) and _has_or(parts[number:])
        for spot in spots:
            how = Told.DENIED if listed else _told(part, spot, _tail(parts, spotted, number))
            denied_before = how is Told.DENIED
            yield Mention(spot.term, how, _masked(part[: spot.start], spots), part[spot.end :], listed)


def _told(part: Tokens, spot: _Spot, tail: Tokens) -> Told:
    medicine = Kind.ALLERGY not in spot.term.kinds
    return told(part[: spot.start], part[spot.end :], tail, medicine)


def _tail(parts: Sequence[Tokens], spotted: Sequence[tuple[_Spot, ...]], number: int) -> Tokens:
    """The next part when it names no term."""
    following = number + 1
    return parts[following] if following < len(parts) and not spotted[following] else ()


def _masked(words: Tokens, spots: tuple[_Spot, ...]) -> Tokens:
    """`words` from the start of a part, with one TERM in the place of each term."""
    starts, named = {spot.start for spot in spots}, _named(spots)
    return tuple(
        TERM if index in starts else word for index, word in enumerate(words) if index in starts or index not in named
    )


def _named(spots: tuple[_Spot, ...]) -> set[int]:
    """The places of the words that a term uses."""
    return {index for spot in spots for index in range(spot.start, spot.end)}


def _only_a_list(part: Tokens, spots: tuple[_Spot, ...]) -> bool:
    """Whether a part holds nothing but terms: "no diabetes, epilepsy, or HIV" denies all three."""
    named = _named(spots)
    return bool(spots) and all(index in named or word in _JOINING for index, word in enumerate(part))


def _has_or(parts: Sequence[Tokens]) -> bool:
    return any(word in ("or", "nor") for part in parts for word in part)
