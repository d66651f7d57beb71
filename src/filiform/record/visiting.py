"""Whether anything may still be written to a visit."""

from __future__ import annotations

from filiform.clinical.terms import Block
from filiform.record.models import Note, Visit
from filiform.record.models.book import VisitState
from filiform.record.write import Refused

BEGUN = "Your visit has begun. Tell your therapist what has changed."
_OVER = {
    VisitState.CANCELLED.value: "This visit was cancelled. Book a new one.",
    VisitState.MISSED.value: "The patient did not come to this visit. Book a new one.",
}


def still_open(visit: Visit) -> None:
    """Refused when the visit was cancelled or missed, or its note is signed: then there is only the amendment."""
    if visit.state in _OVER:
        raise Refused(Block("visit.over", _OVER[visit.state]))
    if Note.objects.filter(visit=visit).exists():
        raise Refused(Block("visit.note_signed", "The note of this visit is signed. Amend the note instead."))
