"""Signed reviews of the screening rules: strict reading, and which of them still stand.

A review counts for the rule as it was when it was signed. Whatever a therapist would read of the rule goes into its
hash, the words of its precautions and the muscles of its sets too, so that no later change hides behind a signature.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from filiform.clinical.screen.book import Rule, Rulebook
from filiform.knowledge.loading import HERE, Table, read

FILE = HERE / "reviews.toml"
_HASH = re.compile(r"[0-9a-f]{12}")


@dataclass(frozen=True, slots=True)
class Review:
    """What one person said of one rule on one day. `hash` is that of the rule then."""

    rule: str
    hash: str
    agrees: bool
    by: str
    on: date
    remark: str

    def stands(self, rule: Rule, book: Rulebook) -> bool:
        """Whether the rule is still the one that was reviewed."""
        return self.hash == rule_hash(rule, book)


def load_reviews(file: Path, book: Rulebook) -> Mapping[str, tuple[Review, ...]]:
    """The reviews of each rule, oldest first; raises `KnowledgeError` for an unknown rule or key."""
    root = read(file)
    rows = [_review(table, book) for table in root.listed("review")] if root.has("review") else []
    root.done()
    found: dict[str, list[Review]] = {}
    for review in sorted(rows, key=lambda one: (one.on, one.by)):
        found.setdefault(review.rule, []).append(review)
    return {rule: tuple(listed) for rule, listed in found.items()}


def _review(table: Table, book: Rulebook) -> Review:
    review = Review(
        rule=table.text("rule"),
        hash=table.text("hash"),
        agrees=table.flag("agrees"),
        by=table.text("by"),
        on=table.day("on"),
        remark=table.text("remark", ""),
    )
    if review.rule not in {rule.id for rule in book.rules}:
        raise table.error(
            f"there is no rule {review.rule!r}; a rule that was taken out takes its review with it", "rule"
        )
    if not _HASH.fullmatch(review.hash):
        raise table.error(f"{review.hash!r} is no hash of a rule: 12 letters, as printed beside it", "hash")
    table.done()
    return review


def rule_hash(rule: Rule, book: Rulebook) -> str:
    """12 hexadecimal letters of SHA-256 over all that `rule` says and does."""
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
    }
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:12]
