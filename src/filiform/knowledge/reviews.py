"""Signed reviews of the rule book's entries: strict reading, and which of them still stand.

A review counts for the entry as it was when it was signed. Whatever a therapist would read of a rule goes into its
hash, the words of its precautions and the muscles of its sets too, so that no later change hides behind a signature.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from filiform.clinical.screen.book import Rule, Rulebook
from filiform.knowledge.loading import HERE, Table, read

FILE = HERE / "reviews.toml"
LETTERS = 12  # of a hash: short enough to copy by hand
_HASH = re.compile(rf"[0-9a-f]{{{LETTERS}}}")


@dataclass(frozen=True, slots=True)
class Review:
    """What one person said of one entry on one day: a rule, a condition, a measure. `hash` is its hash then."""

    rule: str
    hash: str
    agrees: bool
    by: str
    on: date
    remark: str

    def stands(self, now: str) -> bool:
        """Whether the entry, whose hash is `now`, is still the one that was reviewed."""
        return self.hash == now


def load_reviews(file: Path, known: Collection[str]) -> Mapping[str, tuple[Review, ...]]:
    """The reviews of each of the `known` entries, oldest first; raises `KnowledgeError` for another one."""
    root = read(file)
    rows = [_review(table, known) for table in root.listed("review")] if root.has("review") else []
    root.done()
    found: dict[str, list[Review]] = {}
    for review in sorted(rows, key=lambda one: (one.on, one.by)):
        found.setdefault(review.rule, []).append(review)
    return {rule: tuple(listed) for rule, listed in found.items()}


def _review(table: Table, known: Collection[str]) -> Review:
    review = Review(
        rule=table.text("rule"),
        hash=table.text("hash"),
        agrees=table.flag("agrees"),
        by=table.text("by"),
        on=table.day("on"),
        remark=table.text("remark", ""),
    )
    if review.rule not in known:
        raise table.error(
            f"there is no rule {review.rule!r}; a rule that was taken out takes its review with it", "rule"
        )
    if not _HASH.fullmatch(review.hash):
        raise table.error(f"{review.hash!r} is no hash of a rule: {LETTERS} letters, as printed beside it", "hash")
    table.done()
    return review


def rule_hash(rule: Rule, book: Rulebook) -> str:
    """The first letters of SHA-256, hexadecimal, over all that `rule` says and does."""
    content = {
        "rule": [rule.id, rule.condition, rule.facts_row, rule.because, rule.tell, rule.limits_because],
        "holds": [rule.all_of, rule.any_of, rule.from_age, rule.below_age],
        "actions": [[profile, action.value] for profile, action in rule.actions.items()],
        "cites": [[cite.source, cite.sure.value, cite.locator] for cite in rule.cites],
        "precautions": [[name, book.precautions[name].words] for name in rule.precautions],
        "techniques": rule.avoid_techniques,
        "muscles": [[name, book.muscle_sets[name]] for name in rule.avoid_muscles],
        "regions": [[name, book.region_sets[name]] for name in rule.avoid_regions],
        "at": rule.avoid_at.value if rule.avoid_at else "",
        "answered_as": rule.answered_as,
    } | ({"refuse_there": True} if rule.refuse_there else {})  # added only where it holds: a signed hash stays
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:LETTERS]
