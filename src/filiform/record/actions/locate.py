"""Where it hurts, what the hand found, and the muscles chosen for today."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from django.db import IntegrityError, transaction

from filiform import knowledge
from filiform.clinical.access import Act
from filiform.clinical.locate import Pain
from filiform.clinical.screen import restriction_blocks, restriction_from_json
from filiform.clinical.terms import Block, MuscleSide, stops
from filiform.record import audit, sites, within
from filiform.record.actor import Actor
from filiform.record.models import Choice, PainDrawing, Palpation, Screening, Visit
from filiform.record.models.base import Numbered
from filiform.record.visiting import still_open
from filiform.record.write import Refused, Stale, refuse, write

N = TypeVar("N", bound=Numbered)
MOST_AREAS = 60
MOST_MUSCLES = 40


@write(Act.DRAW_PAIN)
def draw_pain(*, by: Actor, now: datetime, visit_id: UUID, seen: int, areas: Sequence[Mapping[str, Any]]) -> int:
    """Store where it hurts, as a whole; the number of this drawing. An empty list says that nothing hurts.

    `areas` are `{"region", "side", "intensity" 0-10}`. Refused by name: an unknown region or side, an intensity
    outside 0 to 10, the same place twice. `seen`: number of the newest drawing that the writer saw, 0 for none.
    """
    visit = within.visit(by, visit_id)
    still_open(visit)
    drawn = _read_areas(areas)
    row = [
        {"region": one.site.region, "side": one.site.side.value, "intensity": one.intensity} for one in sorted(drawn)
    ]
    number = _append(PainDrawing, by, now, visit, seen, "pain drawing", areas=row, patient=visit.patient)
    audit.leave(by=by, at=now, act=Act.DRAW_PAIN, about=visit.id, detail={"number": number})
    return number


@write(Act.PALPATE)
def palpate(
    *,
    by: Actor,
    now: datetime,
    visit_id: UUID,
    muscle: str,
    side: str,
    taut_band: bool,
    tenderness: int,
    familiar_pain: bool,
    twitch: bool,
) -> UUID:
    """Store what pressing one muscle found; its id. A second look is a further row, and the newest counts.

    `tenderness`: 0 none, 1 tender, 2 winces, 3 withdraws. Refused: an unknown muscle or side, another tenderness.
    """
    visit = within.visit(by, visit_id)
    still_open(visit)
    pressed = sites.muscle_side(muscle, side)
    if isinstance(tenderness, bool) or tenderness not in range(4):
        raise Refused(Block("palpation.tenderness", "Tenderness is 0, 1, 2 or 3."))
    row = Palpation.objects.create(
        visit=visit,
        patient=visit.patient,
        muscle=pressed.muscle,
        side=pressed.side.value,
        taut_band=bool(taut_band),
        tenderness=tenderness,
        familiar_pain=bool(familiar_pain),
        twitch=bool(twitch),
        recorded_at=now,
        recorded_by=by.id,
    )
    audit.leave(by=by, at=now, act=Act.PALPATE, about=visit.id, detail={"palpation": str(row.id)})
    return row.id


@write(Act.CHOOSE_MUSCLES)
def choose_muscles(*, by: Actor, now: datetime, visit_id: UUID, seen: int, muscles: Sequence[Mapping[str, Any]]) -> int:
    """Store the muscles for today, in order, as a whole; the number of this list. An empty list chooses none.

    `muscles` are `{"muscle", "side"}`. Refused: an unknown muscle or side, one twice, and every muscle that today's
    screening locks. Without a screening nothing is known to be safe, so nothing can be chosen.
    """
    visit = within.visit(by, visit_id)
    still_open(visit)
    chosen = [sites.muscle_side(str(one.get("muscle", "")), str(one.get("side", ""))) for one in muscles]
    _refuse_repeats(chosen)
    if len(chosen) > MOST_MUSCLES:
        raise Refused(Block("choice.too_many", f"At most {MOST_MUSCLES} muscles at one visit."))
    refuse(_locks(visit, chosen))
    row = sites.as_json(chosen)
    number = _append(Choice, by, now, visit, seen, "list of muscles", muscles=row)
    audit.leave(by=by, at=now, act=Act.CHOOSE_MUSCLES, about=visit.id, detail={"number": number})
    return number


def _append(model: type[N], by: Actor, now: datetime, visit: Visit, seen: int, what: str, **columns: Any) -> int:
    number = within.next_number(model, visit.id, seen, what)
    try:
        with transaction.atomic():
            model._default_manager.create(visit=visit, number=number, recorded_at=now, recorded_by=by.id, **columns)
    except IntegrityError as error:
        raise Stale(what) from error
    return number


def _read_areas(areas: Sequence[Mapping[str, Any]]) -> list[Pain]:
    if len(areas) > MOST_AREAS:
        raise Refused(Block("pain.too_many", f"At most {MOST_AREAS} painful areas in one drawing."))
    drawn: dict[Any, Pain] = {}
    for area in areas:
        place = sites.site(str(area.get("region", "")), str(area.get("side", "")))
        if place in drawn:
            words = knowledge.book().regions[place.region].words
            raise Refused(Block("pain.twice", f"The {place.side.value} {words} is in the drawing twice."))
        drawn[place] = Pain(place, _intensity(area.get("intensity")))
    return list(drawn.values())


def _intensity(value: object) -> int:
    # True is an int in Python, and 7.0 came from nobody's finger.
    if type(value) is not int or not 0 <= value <= 10:
        raise Refused(Block("pain.intensity", "Pain is a whole number from 0 to 10."))
    return value


def _refuse_repeats(chosen: Sequence[MuscleSide]) -> None:
    for one in chosen:
        if chosen.count(one) > 1:
            name = knowledge.book().muscles[one.muscle].name
            raise Refused(Block("choice.twice", f"{name}, {one.side.value}, is in the list twice."))


def _locks(visit: Visit, chosen: Sequence[MuscleSide]) -> tuple[Block, ...]:
    if not chosen:
        return ()
    newest = Screening.objects.filter(visit=visit).order_by("-number").first()
    if newest is None:
        return (Block("choice.not_screened", "Screen the patient today before you choose muscles."),)
    restrictions = [restriction_from_json(item) for item in newest.result["restrictions"]]
    book = knowledge.book()
    found = {
        Block(block.rule, f"{book.muscles[one.muscle].name}, {one.side.value}: {block.because}", block.level)
        for one in chosen
        for block in stops(restriction_blocks(restrictions, book.muscles[one.muscle], one.side))
    }
    return tuple(sorted(found, key=lambda block: block.because))
