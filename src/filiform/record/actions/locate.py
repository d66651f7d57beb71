"""Where it hurts, what the hand found, and the muscles chosen for today."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from django.db import IntegrityError, transaction

from filiform import knowledge
from filiform.clinical.access import Act, Role
from filiform.clinical.needle.manner import Manner, against_depth, manner_from
from filiform.clinical.screen import restriction_blocks, restriction_from_json, technique_blocks
from filiform.clinical.terms import Block, MuscleSide, stops
from filiform.record import audit, drawn, pressing, sites, within
from filiform.record.actor import Actor
from filiform.record.models import Choice, PainDrawing, Screening, Session, Visit
from filiform.record.models.base import Numbered
from filiform.record.visiting import BEGUN, still_open
from filiform.record.write import NotFound, Refused, Stale, refuse, write

N = TypeVar("N", bound=Numbered)
MOST_MUSCLES = 40


@write(Act.DRAW_PAIN)
def draw_pain(
    *,
    by: Actor,
    now: datetime,
    visit_id: UUID,
    seen: int,
    areas: Sequence[Mapping[str, Any]],
    finished: bool = False,
) -> int:
    """Store where it hurts, as a whole; the number of this drawing.

    `areas` as in `record.drawn`; what is wrong is refused by name. `seen`: number of the newest drawing that the writer
    saw, 0 for none. A patient by link draws step by step: only a drawing that they say is `finished` says of the places
    that it does not mark that they do not hurt. Staff save what they asked, so theirs need not say it.
    """
    visit = within.visit(by, visit_id)
    _may_still_draw(by, visit)
    return _keep_drawing(by, now, visit, seen, drawn.as_json(drawn.read_areas(areas)), finished)


@write(Act.DRAW_PAIN)
def take_back(*, by: Actor, now: datetime, visit_id: UUID, seen: int, to: int) -> int:
    """Draw again as drawing number `to` of this visit was, nothing for 0; the number of the new drawing."""
    visit = within.visit(by, visit_id)
    _may_still_draw(by, visit)
    before = PainDrawing.objects.filter(visit=visit, number=to).first()
    if before is None and to != 0:
        raise NotFound("pain drawing")
    return _keep_drawing(by, now, visit, seen, before.areas if before else [], False)


def _may_still_draw(by: Actor, visit: Visit) -> None:
    still_open(visit)
    # The therapist works from the drawing: what changes it during the session is said aloud, not by link.
    if by.role is Role.PATIENT and Session.objects.filter(visit=visit).exists():
        raise Refused(Block("pain.begun", BEGUN))


def _keep_drawing(
    by: Actor, now: datetime, visit: Visit, seen: int, areas: list[dict[str, Any]], finished: bool
) -> int:
    said = finished if by.role is Role.PATIENT else None
    columns = {"areas": areas, "finished": said, "patient": visit.patient}
    number = _append(PainDrawing, by, now, visit, seen, "pain drawing", **columns)
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
    taut_band: bool | None,
    tenderness: int | None,
    familiar_pain: bool | None,
    twitch: bool | None,
    point: int = 1,
) -> UUID:
    """Store what pressing one point of a muscle found, all of it; its id. A further look is a further row; it counts.

    `tenderness`: 0 none, 1 tender, 2 winces, 3 withdraws. None: not looked for. Refused: an unknown muscle or side,
    another tenderness, a point that is neither there nor the next one.
    """
    visit, site, there = _pressed(by, visit_id, muscle, side)
    if tenderness is not None and (isinstance(tenderness, bool) or tenderness not in range(4)):
        raise Refused(Block("palpation.tenderness", "Tenderness is 0, 1, 2 or 3."))
    flags = {"taut_band": taut_band, "familiar_pain": familiar_pain, "twitch": twitch}
    findings = {name: None if flag is None else bool(flag) for name, flag in flags.items()}
    return _keep_point(by, now, visit, site, there, point, {**findings, "tenderness": tenderness})


@write(Act.PALPATE)
def press(
    *,
    by: Actor,
    now: datetime,
    visit_id: UUID,
    muscle: str,
    side: str,
    point: int,
    findings: Sequence[tuple[str, str]],
) -> UUID:
    """Add findings to what is known of one point, each as it is tapped; its id. The others stay as they are.

    `findings` are pairs such as ("familiar_pain", "yes") or ("tenderness", "2"). Refused by name: an unknown muscle,
    side, point, finding or value; one finding said in two ways at once.
    """
    visit, site, there = _pressed(by, visit_id, muscle, side)
    said = pressing.read_findings(site, findings)
    if not said:
        raise Refused(Block("palpation.finding", "Say what was found."))
    before = next((one for one in there if one.number == point), None)
    return _keep_point(by, now, visit, site, there, point, {**pressing.findings_of(before), **said})


@write(Act.PALPATE)
def place_point(
    *, by: Actor, now: datetime, visit_id: UUID, muscle: str, side: str, point: int, view: str, x: object, y: object
) -> UUID:
    """Put a point of a muscle where it is on the figure (units of the neutral build), or move it; its palpation's id.

    A point that was not there yet is begun, with nothing looked for. Refused by name: an unknown muscle, side, point or
    view, and a place that does not lie on the muscle as it is drawn.
    """
    visit, site, there = _pressed(by, visit_id, muscle, side)
    where = pressing.read_place(site, view, x, y)
    number = pressing.read_number(site, point, there)
    before = next((one for one in there if one.number == number), None)
    if before is None or before.taken_back:
        identity = pressing.append(by, now, visit, site, number, pressing.NOT_LOOKED, before)
        now = pressing.after(now, before) + pressing.TICK
    else:
        identity, now = before.palpation, pressing.after(now, before)
    pressing.put(by, now, identity, number, *where)
    audit.leave(by=by, at=now, act=Act.PALPATE, about=visit.id, detail={"palpation": str(identity), "moved": number})
    return identity


@write(Act.PALPATE)
def take_back_point(*, by: Actor, now: datetime, visit_id: UUID, muscle: str, side: str, point: int) -> None:
    """Take back a point that was pressed by mistake. Its rows stay in the record; it counts no longer."""
    visit, _site, there = _pressed(by, visit_id, muscle, side)
    before = next((one for one in there if one.number == point), None)
    if before is None or before.taken_back:
        raise NotFound("point")
    at = pressing.after(now, before)
    pressing.put(by, at, before.palpation, point, None, (0.0, 0.0))
    audit.leave(
        by=by, at=at, act=Act.PALPATE, about=visit.id, detail={"palpation": str(before.palpation), "taken_back": point}
    )


def _pressed(by: Actor, visit_id: UUID, muscle: str, side: str) -> tuple[Visit, MuscleSide, tuple[pressing.Point, ...]]:
    """The visit, the muscle and its points so far."""
    visit = within.visit(by, visit_id)
    still_open(visit)
    site = sites.muscle_side(muscle, side)
    return visit, site, pressing.of_visit(visit.id, site).get(site, ())


def _keep_point(
    by: Actor,
    now: datetime,
    visit: Visit,
    site: MuscleSide,
    there: tuple[pressing.Point, ...],
    point: int,
    findings: pressing.Findings,
) -> UUID:
    number = pressing.read_number(site, point, there)
    before = next((one for one in there if one.number == number), None)
    identity = pressing.append(by, now, visit, site, number, findings, before)
    audit.leave(by=by, at=now, act=Act.PALPATE, about=visit.id, detail={"palpation": str(identity)})
    return identity


@write(Act.CHOOSE_MUSCLES)
def choose_muscles(*, by: Actor, now: datetime, visit_id: UUID, seen: int, muscles: Sequence[Mapping[str, Any]]) -> int:
    """Store the muscles for today, in order, as a whole; the number of this list. An empty list chooses none.

    `muscles` are `{"muscle", "side"}`, with `"plan"` where it was planned how: fields of `clinical.needle.manner`.
    Refused: an unknown muscle or side, one twice, a plan with a wrong or unknown field or a depth that its needle does
    not reach, and every muscle and technique that today's screening locks. Without a screening nothing is known to be
    safe, so nothing can be chosen.
    """
    visit = within.visit(by, visit_id)
    still_open(visit)
    chosen = [sites.muscle_side(str(one.get("muscle", "")), str(one.get("side", ""))) for one in muscles]
    _refuse_repeats(chosen)
    if len(chosen) > MOST_MUSCLES:
        raise Refused(Block("choice.too_many", f"At most {MOST_MUSCLES} muscles at one visit."))
    plans = [_plan(*each) for each in zip(chosen, muscles, strict=True)]
    refuse(_locks(visit, chosen, plans))
    row = [sites.with_plan(*each) for each in zip(chosen, plans, strict=True)]
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


def _refuse_repeats(chosen: Sequence[MuscleSide]) -> None:
    for one in chosen:
        if chosen.count(one) > 1:
            name = knowledge.book().muscles[one.muscle].name
            raise Refused(Block("choice.twice", f"{name}, {one.side.value}, is in the list twice."))


def _plan(one: MuscleSide, row: Mapping[str, Any]) -> Manner:
    """How this muscle is to be needled. Refused: whatever of it is wrong in itself."""
    said = row.get("plan") or {}
    if not isinstance(said, Mapping):
        raise Refused(_about(one, Block("choice.plan_unknown", "A plan has named fields.")))
    manner, wrong = manner_from(said)
    refuse(tuple(_about(one, block) for block in wrong or against_depth(manner, knowledge.book().dosage.needles)))
    return manner


def _about(one: MuscleSide, block: Block) -> Block:
    name = knowledge.book().muscles[one.muscle].name
    return Block(block.rule, f"{name}, {one.side.value}: {block.because}", block.level, block.cites)


def _locks(visit: Visit, chosen: Sequence[MuscleSide], plans: Sequence[Manner]) -> tuple[Block, ...]:
    if not chosen:
        return ()
    newest = Screening.objects.filter(visit=visit).order_by("-number").first()
    if newest is None:
        return (Block("choice.not_screened", "Screen the patient today before you choose muscles."),)
    restrictions = [restriction_from_json(item) for item in newest.result["restrictions"]]
    book = knowledge.book()
    found = {
        _about(one, block)
        for one in chosen
        for block in stops(restriction_blocks(restrictions, book.muscles[one.muscle], one.side))
    }
    found |= {
        _about(one, Block(block.rule, f"not {plan.technique}: {block.because}", block.level))
        for one, plan in zip(chosen, plans, strict=True)
        for block in stops(technique_blocks(restrictions, plan.technique or ""))
    }
    return tuple(sorted(found, key=lambda block: block.because))
