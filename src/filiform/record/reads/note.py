"""The note of a visit: as it would be signed now, or as it was signed, with its amendments."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from filiform.clinical.access import Act
from filiform.clinical.terms import Block
from filiform.record import gathered, names, notes, whole
from filiform.record.actor import Actor
from filiform.record.notes import Section, signing
from filiform.record.reads import visit as visits
from filiform.record.reads.visit import VisitHead
from filiform.record.whole import Whole
from filiform.record.write import read


@dataclass(frozen=True, slots=True)
class AmendmentLine:
    at: datetime
    by: str
    text: str


@dataclass(frozen=True, slots=True)
class NotePage:
    """The note. `signed_at` None: not signed, the sections are what would be signed now, and `hash` is theirs."""

    head: VisitHead
    practice: str
    phone: str
    zone: str
    sections: tuple[Section, ...]
    hash: str
    blocks: tuple[Block, ...]
    signed_at: datetime | None
    signed_by: str
    added_words: str
    aftercare_given: bool
    amendments: tuple[AmendmentLine, ...]


@read(Act.READ_CHART, about="visit_id")
def note(*, by: Actor, now: datetime, visit_id: UUID) -> NotePage:
    """The note of one visit; four queries."""
    head = visits.inside(by, now, visit_id)
    return _page(head, whole.of(by, visit_id), names.staff(by.practice))


def _page(head: VisitHead, found: Whole, staff: dict[str, str]) -> NotePage:
    row = found.only("note")
    content = gathered.structure(row["content"]) if row else {}
    sections = notes.from_json(content["sections"]) if row else notes.sections(found, staff)
    return NotePage(
        head=head,
        practice=found.visit["place__practice__name"],
        phone=found.visit["place__practice__phone"],
        zone=found.visit["place__practice__time_zone"],
        sections=sections,
        hash=row["content_hash"] if row else notes.content_hash(notes.as_json(sections), ""),
        blocks=signing.against_signing(found),
        signed_at=gathered.at(row["recorded_at"]) if row else None,
        signed_by=staff.get(row["recorded_by"], "") if row else "",
        added_words=row["added_words"] if row else "",
        aftercare_given=bool(content.get("aftercare_given")),
        amendments=tuple(
            AmendmentLine(gathered.at(one["recorded_at"]), staff.get(one["recorded_by"], ""), one["text"])
            for one in found.in_order("amendment")
        ),
    )
