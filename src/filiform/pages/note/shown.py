"""The billing code that fits a session, for the person who bills: proposed, never stored, never sent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from filiform.clinical import coding
from filiform.clinical.coding import Coded
from filiform.clinical.terms import Cite, MuscleId, MuscleSide, Side
from filiform.clinical.texts import Paragraph
from filiform.knowledge import book
from filiform.record.reads.visit import VisitHead
from filiform.web.visit import local


@dataclass(frozen=True, slots=True)
class Billing:
    """The proposal with the muscles it counts, in words; `notes` are what payers are known to ask."""

    coded: Coded
    muscles: tuple[str, ...]
    notes: tuple[Paragraph, ...]
    cites: tuple[Cite, ...]


def billing(head: VisitHead) -> Billing | None:
    """The code for the closed session of a visit; None before, because needles may still go in."""
    session = head.session
    if session is None or session.closed_at is None:
        return None
    needled = [MuscleSide(MuscleId(one.muscle), Side(one.side)) for one in session.state.muscles]
    coded = coding.propose(needled, _day(head), book().codes)
    cites = coded.code.cites if coded.code else ()
    return Billing(
        coded=coded,
        muscles=tuple(book().muscles[muscle].name for muscle in coded.muscles),
        notes=book().codes.notes,
        cites=tuple(dict.fromkeys((*cites, *(cite for note in book().codes.notes for cite in note.cites)))),
    )


def _day(head: VisitHead) -> date:
    return local(head.starts_at, head.zone).date()
