"""What a patient agrees to: the areas that follow from the chosen muscles, and the text shown for them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from filiform import knowledge
from filiform.clinical.terms import BodySite, MuscleId, MuscleSide, Side
from filiform.clinical.texts import ConsentKind, Statement
from filiform.record.models import Choice
from filiform.record.sites import once


@dataclass(frozen=True, slots=True)
class TextShown:
    """The statements before the patient, their hash, and whether the line on the lung is among them."""

    statements: tuple[Statement, ...]
    hash: str
    over_lung: bool


def text_for(chosen: Sequence[MuscleSide]) -> TextShown:
    """The text for these muscles. While none is chosen any could be: then every statement is shown."""
    book = knowledge.book()
    muscles = [book.muscles[one.muscle] for one in chosen] if chosen else book.muscles.values()
    shown = book.consent.shown(muscles)
    over_lung = any(line.kind is ConsentKind.PLEURAL for line in shown)
    return TextShown(shown, book.consent.text_hash(shown), over_lung)


def areas_of(chosen: Sequence[MuscleSide]) -> tuple[BodySite, ...]:
    """Where needles go in for these muscles, head to foot."""
    muscles = knowledge.book().muscles
    return once(BodySite(region, one.side) for one in chosen for region in muscles[one.muscle].enters)


def chosen(visit_id: UUID) -> tuple[MuscleSide, ...]:
    """The muscles chosen for the visit; the newest list."""
    row = Choice.objects.filter(visit_id=visit_id).order_by("-number").first()
    return tuple(MuscleSide(MuscleId(one["muscle"]), Side(one["side"])) for one in row.muscles) if row else ()
