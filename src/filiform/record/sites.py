"""From words that came with a request to places on the body and muscles, or a refusal that names what is wrong."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from filiform import knowledge
from filiform.clinical.needle.manner import Manner, manner_json
from filiform.clinical.terms import Block, BodySite, MuscleId, MuscleSide, RegionId, Side
from filiform.record.write import Refused

_LONGEST = 40  # characters of somebody's input that a refusal repeats


def site(region: str, side: str) -> BodySite:
    """The place on the body. Refused: an unknown region or side, and the midline where a region has none."""
    found = knowledge.book().regions.get(RegionId(region))
    if found is None:
        raise Refused(Block("site.region_unknown", f"There is no region {_shown(region)} in the list of regions."))
    where = _side(side, found.words)
    if where is Side.MIDLINE and not found.midline:
        because = f"The {found.words} is not on the midline of the body. Say left or right."
        raise Refused(Block("site.not_midline", because))
    return BodySite(found.id, where)


def muscle_side(muscle: str, side: str) -> MuscleSide:
    """The muscle on one side. Refused: an unknown muscle, and a side that is not left or right."""
    found = knowledge.book().muscles.get(MuscleId(muscle))
    if found is None:
        raise Refused(Block("site.muscle_unknown", f"There is no muscle {_shown(muscle)} in the muscle table."))
    where = _side(side, found.name)
    if where is Side.MIDLINE:
        raise Refused(Block("site.muscle_side", f"{found.name} is on the left or on the right, not on the midline."))
    return MuscleSide(found.id, where)


def once(places: Iterable[BodySite]) -> tuple[BodySite, ...]:
    """`places` each once, head to foot, left before right before the midline."""
    order = {region: number for number, region in enumerate(knowledge.book().regions)}
    return tuple(sorted(set(places), key=lambda place: (order[place.region], list(Side).index(place.side))))


def as_json(places: Iterable[BodySite | MuscleSide]) -> list[dict[str, str]]:
    """As the record keeps places (`region`, `side`) and muscles (`muscle`, `side`)."""
    return [
        {"region": p.region, "side": p.side.value}
        if isinstance(p, BodySite)
        else {"muscle": p.muscle, "side": p.side.value}
        for p in places
    ]


def with_plan(one: MuscleSide, plan: Manner | None) -> dict[str, Any]:
    """As a choice keeps a muscle: with how it is to be needled, where that was planned."""
    (row,) = as_json([one])
    return {**row, "plan": manner_json(plan)} if plan else {**row}


def from_json(places: Iterable[Mapping[str, str]]) -> tuple[BodySite, ...]:
    """The places that `as_json` wrote."""
    return tuple(BodySite(RegionId(p["region"]), Side(p["side"])) for p in places)


def _side(side: str, of: str) -> Side:
    try:
        return Side(side)
    except ValueError:
        because = f"{_shown(side)} is not a side of the {of}. The sides are left, right and midline."
        raise Refused(Block("site.side_unknown", because)) from None


def _shown(text: str) -> str:
    return repr(text if len(text) <= _LONGEST else text[:_LONGEST] + "…")
