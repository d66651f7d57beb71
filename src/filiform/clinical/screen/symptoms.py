"""Symptoms and events in free text: which answer of the questionnaire a sentence means.

The words of an entry may stand in any order: people write "numbness around the saddle" and "saddle numbness". Too much
is read rather than too little: a needless question costs less than a missed warning sign.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from filiform.clinical.screen.facts_days import within
from filiform.clinical.screen.telling import Told, told
from filiform.clinical.screen.words import tokens

READ_IN = ("symptoms", "events")  # unless the entry says otherwise


@dataclass(frozen=True, slots=True)
class Symptom:
    """Words that mean the option `option` of `question` ("": a plain yes). Of `patterns` one must hold, and of a
    pattern every stem: a word, or the beginning of one when it ends in a star. It is read in the `lists` of the facts
    only; with `within_days` only in a text that names a day at most so long ago."""

    id: str
    question: str
    option: str
    patterns: tuple[tuple[str, ...], ...]
    lists: tuple[str, ...] = READ_IN
    within_days: int | None = None


@dataclass(frozen=True, slots=True)
class Seen:
    """One symptom that a text names. `told` says whether it is there, over or denied."""

    symptom: Symptom
    told: Told


def seen(text: str, symptoms: Sequence[Symptom]) -> tuple[Seen, ...]:
    """The symptoms that `text` names, in the order of `symptoms`, each once."""
    words = tokens(text)
    return tuple(one for symptom in symptoms for one in _first(symptom, words))


def seen_in(key: str, text: str, symptoms: Sequence[Symptom], context: str, on: date) -> tuple[Seen, ...]:
    """The symptoms that `text` of the facts' list `key` names on the day `on`.

    `context` are words that were told elsewhere and count as words of every text; what they mean alone is left out.
    """
    read = [one for one in symptoms if key in one.lists]
    read = [one for one in read if one.within_days is None or within(text, on, one.within_days)]
    here = seen(text, read)
    named = {one.symptom.id for one in (*here, *seen(context, read))}
    return (*here, *(one for one in seen(f"{text} {context}", read) if one.symptom.id not in named))


def _first(symptom: Symptom, words: tuple[str, ...]) -> Iterator[Seen]:
    """The way of telling it that is least safe to miss: present before over, over before denied."""
    ways = [_told(places, words) for pattern in symptom.patterns if (places := _places(pattern, words))]
    if ways:
        yield Seen(symptom, min(ways, key=list(Told).index))


def _places(pattern: Sequence[str], words: tuple[str, ...]) -> tuple[int, ...]:
    """Where the stems of `pattern` stand in `words`; empty unless every one of them stands there."""
    places = [next((i for i, word in enumerate(words) if _is(stem, word)), -1) for stem in pattern]
    return () if -1 in places else tuple(places)


def _is(stem: str, word: str) -> bool:
    return word.startswith(stem[:-1]) if stem.endswith("*") else word == stem


def _told(places: Sequence[int], words: tuple[str, ...]) -> Told:
    return told(words[: min(places)], words[max(places) + 1 :], (), medicine=False)
