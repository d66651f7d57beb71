"""What the locate page shows: the drawing, the muscles ranked by match, what the hand found, what was chosen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from filiform import knowledge
from filiform.clinical.access import Act
from filiform.clinical.locate import Candidate, Pain, Palpated, rank, unexplained
from filiform.clinical.screen import Restriction, restriction_blocks, restriction_from_json
from filiform.clinical.terms import Block, BodySite, MuscleId, MuscleSide, RegionId, Side
from filiform.record import models as m
from filiform.record.actor import Actor
from filiform.record.reads import visit
from filiform.record.reads.visit import VisitHead
from filiform.record.write import internal, read


@dataclass(frozen=True, slots=True)
class ChosenMuscle:
    """A muscle chosen for today. `locked` are the blocks of a screening that came after the choice."""

    one: MuscleSide
    locked: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Located:
    """Everything about where it hurts and which muscles it may come from."""

    head: VisitHead
    areas: tuple[Pain, ...]
    drawn_at: datetime | None
    pressed: Mapping[MuscleSide, Palpated]
    candidates: tuple[Candidate, ...]
    unexplained: tuple[BodySite, ...]
    chosen: tuple[ChosenMuscle, ...]


@read(Act.READ_CHART, about="visit_id")
def located(*, by: Actor, now: datetime, visit_id: UUID) -> Located:
    """The newest drawing and everything that follows from it; two queries beside those of the head."""
    head = visit.inside(by, now, visit_id)
    drawing = m.PainDrawing.objects.filter(visit_id=visit_id).order_by("-number").first()
    areas = _areas(drawing.areas) if drawing else ()
    pressed = _pressed(visit_id)
    limits = tuple(restriction_from_json(item) for item in head.restrictions)
    muscles = knowledge.book().muscles
    return Located(
        head=head,
        areas=areas,
        drawn_at=drawing.recorded_at if drawing else None,
        pressed=pressed,
        candidates=rank(areas, tuple(pressed.values()), lambda one: _blocks(limits, one), muscles),
        unexplained=unexplained(areas, muscles),
        chosen=tuple(ChosenMuscle(one, _blocks(limits, one)) for one in head.choice),
    )


@internal("pure: looks only at what was already read")
@internal("pure: looks only at what was already read")
def locks(found: Located, one: MuscleSide) -> tuple[Block, ...]:
    """What today's screening says against needling `one`, whether or not it is a candidate."""
    return _blocks(tuple(restriction_from_json(item) for item in found.head.restrictions), one)


def _areas(items: list[dict[str, Any]]) -> tuple[Pain, ...]:
    """The drawn areas, head to foot."""
    order = {region: number for number, region in enumerate(knowledge.book().regions)}
    found = (Pain(BodySite(RegionId(i["region"]), Side(i["side"])), i["intensity"]) for i in items)
    return tuple(sorted(found, key=lambda pain: (order[pain.site.region], pain.site.side)))


def _pressed(visit_id: UUID) -> dict[MuscleSide, Palpated]:
    """What the hand found, muscle by muscle; of two looks at one muscle the newest counts."""
    found: dict[MuscleSide, Palpated] = {}
    for row in m.Palpation.objects.filter(visit_id=visit_id).order_by("recorded_at"):
        one = MuscleSide(MuscleId(row.muscle), Side(row.side))
        found[one] = Palpated(one.muscle, one.side, row.taut_band, row.tenderness, row.familiar_pain, row.twitch)
    return found


def _blocks(limits: tuple[Restriction, ...], one: MuscleSide) -> tuple[Block, ...]:
    return restriction_blocks(limits, knowledge.book().muscles[one.muscle], one.side)
