"""Everything of the book that can be signed: its id, its words and its hash.

The hash covers all that the entry holds, sources too, so that a signature lapses with the smallest change.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Any

from filiform.knowledge import Book
from filiform.knowledge.reviews import LETTERS, rule_hash


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the review sheet. `id` is what a review names, `words` are also the heading of its section or row."""

    id: str
    words: str
    hash: str


def entries(book: Book) -> tuple[Entry, ...]:
    """Every entry in the order of the book; ids are distinct."""
    rules = (Entry(rule.id, rule.because, rule_hash(rule, book.screening)) for rule in book.screening.rules)
    return (*rules, *(Entry(name, words, content_hash(value)) for name, words, value in _others(book)))


def hashes(book: Book) -> Mapping[str, str]:
    """The hash of every entry by its id, for `load_reviews`."""
    return {one.id: one.hash for one in entries(book)}


def _others(book: Book) -> Iterator[tuple[str, str, object]]:
    for condition in book.conditions.values():
        yield f"condition.{condition.id}", condition.words, condition
    for scale in book.scales.values():
        yield f"measure.{scale.id}", scale.words, scale
    for event in book.adverse.events.values():
        yield f"event.{event.id}", event.words, (event, book.adverse.rates_of(event.id))
    for scheme in book.adverse.schemes.values():
        yield f"grading.{scheme.id}", scheme.words, scheme
    for line in book.follow.lines:
        yield f"aftercare.{line.id}", line.words, line
    for span in book.dosage.spans.values():
        yield f"dosage.{span.id}", span.words, span
    yield from _locator(book)
    yield "needles", "Needles: sizes, lengths, what stays outside", book.dosage.needles
    for code in book.codes.needling:
        yield f"code.{code.code}", code.words, code
    for place in book.jurisdictions.values():
        yield f"place.{place.id}", place.name, place


def _locator(book: Book) -> Iterator[tuple[str, str, object]]:
    known = book.locator
    for level in known.levels.values():
        yield f"locate.level.{level.id}", level.why, level
    for complaint in known.complaints:
        yield f"locate.complaint.{complaint.id}", complaint.words, complaint
    for mimic in known.mimics:
        yield f"locate.mimic.{mimic.id}", mimic.question, mimic
    yield "locate.measured", "Referral that was measured", known.measured
    yield "locate.signs", "What the hand finds", known.signs
    yield "locate.told", "How much of the ranking is told", known.told


def content_hash(value: object) -> str:
    """12 hexadecimal letters of SHA-256 over all that a frozen dataclass holds."""
    text = json.dumps(_plain(value), sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:LETTERS]


def _plain(value: Any) -> Any:
    """The value as JSON can hold it; sets in one order, so that no two runs differ."""
    if dataclasses.is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, frozenset):
        return sorted(map(_plain, value))
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    if isinstance(value, Enum):
        return value.name
    return value.isoformat() if isinstance(value, date) else value
