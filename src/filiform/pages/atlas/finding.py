"""Search by name, place and complaint in one box. Every word must fit something; small typing mistakes are forgiven.

For finding a page only: nothing is ranked for a patient here, that is what the locator does.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from filiform.clinical.anatomy import Muscle, Region
from filiform.clinical.terms import RegionId
from filiform.knowledge import book
from filiform.knowledge.muscle_words import muscle_words
from filiform.web.bodylist import group_word

LONGEST = 80  # letters of a query that are read
MOST_MUSCLES = 15
MOST_PLACES = 8
_WORD = re.compile(r"[a-z0-9]+")
# They say nothing in an atlas of pain.
_IDLE = frozenset(
    "a an and ache aches aching at hurt hurts in is it my of on or pain painful pains sore the to with".split()
)

NAME = gettext_noop("name")
FELT = gettext_noop("pain usually felt here")
LESS = gettext_noop("pain felt here less often")
COMPLAINT = gettext_noop("complaint")
CONDITION = gettext_noop("usually looked for in")
ENTERED = gettext_noop("needled here")
_MISTYPED = 0.5
_WEIGHT = {NAME: 5.0, FELT: 3.0, COMPLAINT: 2.5, CONDITION: 2.0, LESS: 1.5, ENTERED: 1.0}


@dataclass(frozen=True, slots=True)
class Field:
    """One thing that a muscle can be found by."""

    kind: str
    text: str
    words: Mapping[str, float]  # how much each says: the "back" of "back of the head" little


@dataclass(frozen=True, slots=True)
class Found:
    """A muscle with why it was found: "complaint: heel pain". Empty when it was its name."""

    muscle: Muscle
    why: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Results:
    """What a query found. `loose`: nothing fits every word, these fit some. `more`: how many are not shown."""

    query: str
    muscles: tuple[Found, ...]
    places: tuple[Region, ...]
    loose: bool
    more: int


def find(text: str) -> Results:
    """The muscles and places that `text` names, best first."""
    query = text.replace("\x00", "")[:LONGEST]
    tokens = _tokens(query)
    if not tokens:
        return Results(query, (), (), False, 0)
    scored = [(_fits(fields, tokens), muscle) for muscle, fields in _fields()]
    full = [one for one in scored if all(one[0])]
    some = full or [one for one in scored if any(one[0])]
    some.sort(key=lambda one: (-sum(map(bool, one[0])), -sum(fit[0] for fit in one[0] if fit)))
    found = tuple(Found(muscle, _why(fits)) for fits, muscle in some[:MOST_MUSCLES])
    return Results(query, found, _places(tokens), bool(some) and not full, max(0, len(some) - MOST_MUSCLES))


Fit = tuple[float, Field] | None  # how well one word fits, and what it fits


def _fits(fields: Sequence[Field], tokens: Sequence[str]) -> tuple[Fit, ...]:
    return tuple(_best(fields, _alike(token)) for token in tokens)


def _best(fields: Sequence[Field], alike: Mapping[str, float]) -> Fit:
    fits = ((_fit(field.words, alike) * _WEIGHT[field.kind], field) for field in fields)
    best = max(fits, key=lambda fit: fit[0])
    return best if best[0] > 0 else None


def _fit(words: Mapping[str, float], alike: Mapping[str, float]) -> float:
    return max((alike.get(word, 0.0) * much for word, much in words.items()), default=0.0)


def _why(fits: Iterable[Fit]) -> tuple[str, ...]:
    fields = (fit[1] for fit in fits if fit)
    return tuple(dict.fromkeys(f"{_(field.kind)}: {field.text}" for field in fields if field.kind != NAME))


def _places(tokens: Sequence[str]) -> tuple[Region, ...]:
    scored = [
        ([_fit(_place_words(region), _alike(token)) for token in tokens], region) for region in book().regions.values()
    ]
    found = [(sum(fits), region) for fits, region in scored if all(fits)]
    found.sort(key=lambda one: -one[0])
    return tuple(region for _score, region in found[:MOST_PLACES])


# ---- what can be found


@functools.cache
def _fields() -> tuple[tuple[Muscle, tuple[Field, ...]], ...]:
    return tuple((muscle, tuple(_of(muscle))) for muscle in book().muscles.values())


def _of(muscle: Muscle) -> Iterable[Field]:
    yield _field(NAME, " ".join((muscle.name, *muscle_words().get(muscle.id, ()))), muscle.name)
    for part in re.split(r"[,;]", muscle.complaints):
        if _words(part):
            yield _field(COMPLAINT, part)
    for condition in book().conditions.values():
        if muscle.id in condition.muscles:
            yield _field(CONDITION, condition.words)
    for kind, zone in ((FELT, muscle.primary), (LESS, muscle.spill), (ENTERED, muscle.enters)):
        yield from (_place(kind, region) for region in zone)


def _place(kind: str, region: RegionId) -> Field:
    known = book().regions[region]
    return Field(kind, known.words, _place_words(known))


def _field(kind: str, read: str, said: str = "") -> Field:
    return Field(kind, (said or read).strip(), dict.fromkeys(_words(read), 1.0))


def _place_words(region: Region) -> dict[str, float]:
    """How much each word of a place says: most when its part of the body is called so, little when it only says where.

    "Back" is in "low back", which is a part of the back, and in "back of the head", which is not.
    """
    part, own = _words(group_word(region.group)), _words(region.words)
    aside = _words(region.words.partition(" of the ")[0]) if " of the " in region.words else frozenset()
    return {word: 0.7 for word in part} | {word: _says(word, part, aside) for word in own}


def _says(word: str, part: frozenset[str], aside: frozenset[str]) -> float:
    if word in aside:
        return 0.4
    return 1.5 if word in part else 1.0


@functools.cache
def _vocabulary() -> frozenset[str]:
    """Every word that anything can be found by."""
    places = (f"{region.words} {group_word(region.group)}" for region in book().regions.values())
    muscles = (word for _muscle, fields in _fields() for field in fields for word in field.words)
    return frozenset(muscles).union(*map(_words, places))


# ---- words


def _folded(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


def _words(text: str) -> frozenset[str]:
    return frozenset(_WORD.findall(_folded(text)))


def _tokens(text: str) -> tuple[str, ...]:
    every = tuple(dict.fromkeys(_WORD.findall(_folded(text))))
    return tuple(token for token in every if token not in _IDLE) or every


@functools.lru_cache(maxsize=2048)
def _alike(token: str) -> dict[str, float]:
    """{word: how well `token` means it, up to 1} of all words that it can mean."""
    found = {word: likeness for word in _vocabulary() if (likeness := _likeness(token, word))}
    # What is a word, or begins one, is no typing mistake for another.
    return found or {word: _MISTYPED for word in _vocabulary() if _is_mistyped(token, word)}


def _likeness(token: str, word: str) -> float:
    if token == word:
        return 1.0
    if word.startswith(token):
        return 0.9 if len(token) > 1 else 0.0
    if len(token) >= 4 and token in word:
        return 0.6
    return 0.0


def _is_mistyped(token: str, word: str) -> bool:
    allowed = 0 if len(token) < 3 else 1 if len(token) < 7 else 2
    # The beginning of a longer word may be wrong by a letter too: results appear while somebody types.
    return bool(allowed) and (_near(token, word, allowed) or (len(token) > 3 and _near(token, word[: len(token)], 1)))


def _near(one: str, other: str, most: int) -> bool:
    """Whether at most `most` letters were left out, added, changed or swapped with the next."""
    if abs(len(one) - len(other)) > most or one[0] != other[0]:
        return False
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        last, row, older = row, [i], before
        for j, wanted in enumerate(other, 1):
            cost = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (letter != wanted))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == wanted:
                cost = min(cost, older[j - 2] + 1)
            row.append(cost)
        before = last
    return row[-1] <= most
