"""The needling: a Procedure for the session, and below it one for each muscle with body site, side and needles."""

from __future__ import annotations

from uuid import UUID

from filiform.clinical.needle import Needle, Pack
from filiform.clinical.needle.state import MuscleNeedled
from filiform.interop.fhir.writing.parts import (
    CPT,
    About,
    Resource,
    below,
    clean,
    coded,
    instant,
    reference,
    resource,
    text,
)
from filiform.record.reads.export import SessionPart, TreatmentPart

FEW_MUSCLES = 2  # CPT 20560: one or two muscles; 20561: three or more. Our own words, for the descriptors are the AMA's


def session(about: About, visit_id: UUID, one: SessionPart) -> list[Resource]:
    """The session and its muscles. A session that closed with no needle used was not done."""
    state = one.state
    whole = resource(
        "Procedure",
        one.id,
        status=_status(one),
        code=_code(one),
        subject=about.subject(),
        encounter=reference(visit_id),
        performedPeriod=_period(one),
        performer=[{"actor": about.staff(one.practitioner_id)}],
        location=reference(one.place_id),
        bodySite=[about.muscle(each.muscle, each.side) for each in state.muscles],
        usedCode=[text(_pack(pack)) for pack in state.packs],
        note=[{"text": _count(one)}, *({"text": incident.because} for incident in state.incidents)],
    )
    return [whole, *(_muscle(about, visit_id, one, each) for each in state.muscles)]


def treatment(about: About, visit_id: UUID, one: TreatmentPart) -> Resource:
    """Another treatment of the visit. R4 has no minutes for a procedure; they stand in the note."""
    return resource(
        "Procedure",
        one.id,
        status="completed",
        code=text(one.kind),
        subject=about.subject(),
        encounter=reference(visit_id),
        performedDateTime=instant(one.recorded_at),
        performer=[{"actor": about.who(one.recorded_by)}],
        note=[{"text": f"{one.minutes} minutes. {one.detail}".strip()}],
    )


def _muscle(about: About, visit_id: UUID, one: SessionPart, each: MuscleNeedled) -> Resource:
    needles = [item for item in one.state.needles if (item.muscle, item.side) == (each.muscle, each.side)]
    packs = {pack.id: pack for pack in one.state.packs}
    return resource(
        "Procedure",
        below(one.id, each.muscle, each.side),
        partOf=[reference(one.id)],
        status=_status(one),
        code=text("Dry needling of one muscle"),
        subject=about.subject(),
        encounter=reference(visit_id),
        performedPeriod=_period(one),
        performer=[{"actor": about.staff(one.practitioner_id)}],
        bodySite=[about.muscle(each.muscle, each.side)],
        note=[{"text": _needle(item, packs)} for item in needles],
    )


def _status(one: SessionPart) -> str:
    if one.closed_at is None:
        return "in-progress"
    return "completed" if one.state.inserted else "not-done"


def _code(one: SessionPart) -> Resource:
    """CPT counts muscles by name, left and right of one muscle as one; without a needle there is nothing to count."""
    muscles = len({each.muscle for each in one.state.muscles})
    if not muscles:
        return text("Dry needling")
    return coded(CPT, "20560" if muscles <= FEW_MUSCLES else "20561", "Dry needling")


def _period(one: SessionPart) -> Resource:
    return clean({"start": instant(one.opened_at), "end": instant(one.closed_at) if one.closed_at else ""})


def _pack(pack: Pack) -> str:
    size = f"{pack.gauge_mm:g} x {pack.length_mm:g} mm"
    return f"{pack.needles} sterile filiform needles {size}, lot {pack.lot}, expiry {pack.expiry.isoformat()}"


def _count(one: SessionPart) -> str:
    state = one.state
    return (
        f"Needles opened {state.opened}, in {state.inserted}, out {state.out}, left in on purpose {state.indwelling}, "
        f"unused {state.unused}; room {one.room}"
    )


def _needle(item: Needle, packs: dict[str, Pack]) -> str:
    pack = packs.get(item.pack)
    parts = [
        f"Needle {item.id}",
        f"{pack.gauge_mm:g} x {pack.length_mm:g} mm, lot {pack.lot}" if pack else "pack not known",
        f"region {item.region}" if item.region else "",
        f"depth {item.depth_mm:g} mm" if item.depth_mm is not None else "",
        item.technique.value if item.technique else "",
        f"twitches {item.twitches}",
        f"in {instant(item.since)}",
        f"out {instant(item.out_at)}" if item.out_at else f"not out ({item.where.value})",
    ]
    return "; ".join(filter(None, parts))
