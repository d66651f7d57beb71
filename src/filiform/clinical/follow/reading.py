"""Reading what a patient wrote after a visit: which signs it says, and whether all of it was understood.

Terms, clauses and denials are those of the screening (`screen.words`). Three things are stricter here, because an
answer that is taken for "well" is the dangerous mistake: a denial counts only directly before or behind its thing, an
alarm that is over still counts, and a text is understood only when every one of its words is.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from filiform.clinical.follow.book import SHORTEST_SPELLED, FollowRules, Limits, remainders
from filiform.clinical.screen.telling import DENIERS, Tokens, Told, told
from filiform.clinical.screen.words import TERM, Mention, masked, mentions, tokens

_WORD = re.compile(r"[a-z]+")
_TIME = re.compile(r"\b\d+(?:\.\d+)?\s*(?:hours?|hrs?|h|days?|minutes?|mins?|weeks?|am|pm)\b")
_SCORE = re.compile(r"\b(\d+(?:\.\d+)?)\s*(?:/|out of|of)\s*(?:10|ten)\b")
_PAIN = re.compile(r"\bpain\s*(?:(?:level|score|is|of|at|now|about|around)\s*|[=:]\s*)*(\d+(?:\.\d+)?)\b(?!\s*[/°])")
_DEGREES = re.compile(r"\b(\d{2,3}(?:[.,]\d+)?)(?:\s*(?:°|degrees|deg))?(?:\s*(c|f|celsius|fahrenheit|centigrade)\b)?")
_HEAT = re.compile(r"\b(?:temp|temperature|fever|feverish|degrees|celsius|fahrenheit)\b|°|\d\s?[cf]\b")
_CELSIUS, _FAHRENHEIT = (34.0, 44.0), (93.0, 112.0)  # what a body can have; another number is no temperature
# Marks that mean the same in plain letters; any other sign beyond ASCII is not understood.
_MARKS = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-", "…": "...", "\u00a0": " "})
# What numbers become, so that the vocabulary can read them.
PAIN_HIGH, PAIN_LOW, PAIN_ODD = "painhigh", "painlow", "painodd"
HEAT_HIGH, HEAT_LOW = "heathigh", "heatlow"


@dataclass(frozen=True, slots=True)
class Reading:
    """What one text says. `understood` is false when any part of it was not read, whatever was read beside it."""

    text: str
    signs: frozenset[str]
    understood: bool


def read(text: str, rules: FollowRules) -> Reading:
    """The signs of `text`, in English as a patient writes it."""
    plain = unicodedata.normalize("NFKC", text).translate(_MARKS).lower().replace("'", "")
    readable = _figures(plain, rules.limits)
    foreign = not readable.isascii()
    spelled = _WORD.sub(lambda word: _spelled(word[0], rules), readable)
    if not foreign and tokens(spelled) in rules.alone:
        return Reading(text, frozenset(), True)
    found = tuple(one for one in mentions(spelled, rules.vocabulary) if one.term.sign)
    signs = _urgent(spelled, rules)
    comfortless = False
    for mention, denied in _judged(found, rules):
        if mention.term.sign in rules.reassuring and (denied or _doubted(mention, rules)):
            comfortless = True
        elif not denied and (mention.term.sign not in rules.mild or mention.told is not Told.ENDED):
            signs.add(mention.term.sign)
    known = all(_is_plain(part, rules) for part in masked(spelled, rules.vocabulary))
    return Reading(text, frozenset(signs), bool(found) and known and not foreign and not comfortless)


def _urgent(text: str, rules: FollowRules) -> set[str]:
    """The signs that are `now` by themselves, read without the mild words that may cover them."""
    found = _judged(mentions(text, rules.alarms), rules)
    return {mention.term.sign for mention, denied in found if not denied and mention.term.sign in rules.urgent}


def _doubted(comfort: Mention, rules: FollowRules) -> bool:
    """Whether the words around a comfort take it back: "I do not think that I am well", "was fine until today"."""
    around = {*comfort.before, *comfort.after}
    return bool(DENIERS & {*comfort.before, *comfort.after[-1:]} or rules.past & around)


def _is_plain(part: Tokens, rules: FollowRules) -> bool:
    """Whether the words around the terms of `part` add nothing: "could not move my arm" does, by its "not"."""
    return all(
        word == TERM or (word in rules.plain and (word not in DENIERS or _denies(part, place, rules)))
        for place, word in enumerate(part)
    )


def _denies(part: Tokens, place: int, rules: FollowRules) -> bool:
    """Whether the denial at `place` has its thing: right behind it, right before it ("fever: no"), or it is all."""
    rest = part[place + 1 :]
    if not rest:
        return place == 0 or part[place - 1] == TERM
    reach = rest[: rest.index(TERM)] if TERM in rest else ("",)
    return all(word in rules.between for word in reach)


def _judged(found: tuple[Mention, ...], rules: FollowRules) -> Iterator[tuple[Mention, bool]]:
    """Each mention with whether it is denied; one in a list is, when the one before it is.

    "Not well, chest pain, or fever" begins no list: what is denied first is a comfort.
    """
    before = False
    for mention in found:
        denied = _denied(mention, before, rules)
        before = denied and mention.term.sign not in rules.reassuring
        yield mention, denied


def _denied(mention: Mention, before: bool, rules: FollowRules) -> bool:
    if mention.told is not Told.DENIED:
        return False
    if mention.listed:
        return before
    if all(word in rules.plain for word in mention.after) and told((), mention.after, (), False) is Told.DENIED:
        return True
    places = [index for index, word in enumerate(mention.before) if word in DENIERS]
    if not places:
        return False
    last = places[-1]
    twice = last > 0 and mention.before[last - 1] in DENIERS  # "not without"
    return not twice and _reaches(mention.before[last + 1 :], rules)


def _reaches(words: Tokens, rules: FollowRules) -> bool:
    """Whether a denial reaches over `words`: as in "no fever or chest pain", not in "not well short of breath"."""
    behind = (*words[1:], "")
    return all(
        word in rules.between or (word == TERM and following in ("or", "nor"))
        for word, following in zip(words, behind, strict=False)
    )


def _figures(text: str, limits: Limits) -> str:
    """`text` with scores and temperatures as words and without lengths of time; a number that is left means nothing."""
    timeless = _TIME.sub(" ", text)
    scored = _SCORE.sub(lambda found: f" {_score(float(found[1]), limits)} ", timeless)
    scored = _PAIN.sub(lambda found: f" pain {_score(float(found[1]), limits)} ", scored)
    if _HEAT.search(scored):
        scored = _DEGREES.sub(lambda found: _heat(found, limits), scored)
    return scored


def _score(pain: float, limits: Limits) -> str:
    if pain > 10:
        return PAIN_ODD
    return PAIN_HIGH if pain >= limits.strong_pain else PAIN_LOW


def _heat(found: re.Match[str], limits: Limits) -> str:
    degrees, unit = float(found[1].replace(",", ".")), (found[2] or "")[:1]
    for (low, high), letters, fever in (
        (_CELSIUS, ("", "c"), limits.fever_c),
        (_FAHRENHEIT, ("", "f"), limits.fever_f),
    ):
        if low <= degrees <= high and unit in letters:
            return f" {HEAT_HIGH if degrees >= fever else HEAT_LOW} "
    return found[0]


def _spelled(word: str, rules: FollowRules) -> str:
    """`word`, or the alarming word that it is one slip away from. No word is ever mended into a comforting one."""
    if len(word) < SHORTEST_SPELLED or word in rules.known_words:
        return word
    return next((rules.corrections[one] for one in remainders(word) if one in rules.corrections), word)
