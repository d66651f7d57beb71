"""The note of a visit in sections, written from the record: what is not in the record is said to be missing."""

from __future__ import annotations

from filiform.record.notes.after import from_needles_on
from filiform.record.notes.before import before_needles
from filiform.record.notes.words import Section, Words, as_json, content_hash, from_json
from filiform.record.whole import Whole

__all__ = ["Section", "as_json", "content_hash", "from_json", "sections"]


def sections(whole: Whole, staff: dict[str, str]) -> tuple[Section, ...]:
    """The note as it would be signed now. `staff` gives names of actor ids."""
    words = Words(whole, staff)
    return (*before_needles(whole, words), *from_needles_on(whole, words))
