"""`locate` as JSON: a drawing, what the hand found and today's restrictions, read strictly; and the answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from filiform.clinical.anatomy import Muscle, Region
from filiform.clinical.locate.answer import Answer, Candidate, locate
from filiform.clinical.locate.drawing import MOST_TENDER, WORST_PAIN, Pain, Palpated
from filiform.clinical.locate.known import Known
from filiform.clinical.screen.locks import restriction_blocks
from filiform.clinical.screen.result import Restrict, Restriction, Scope, restriction_from_json
from filiform.clinical.terms import Block, BodySite, Level, MuscleId, MuscleSide, RegionId, Side, stops

Regions = Mapping[RegionId, Region]
Muscles = Mapping[MuscleId, Muscle]
KEYS = ("pain", "palpation", "restrictions")
PAIN = ("region", "side", "intensity")
FLAGS = ("taut_band", "familiar_pain", "twitch")
PALPATION = ("muscle", "side", "taut_band", "tenderness", "familiar_pain", "twitch")
RESTRICTION = ("scope", "target", "side", "action", "because")
HALVES = (Side.LEFT.value, Side.RIGHT.value)
MOST = 400  # entries of one list; there are 186 places and 196 muscle sides
MOST_TEXT = 2000
LEVELS = {Restrict.AVOID: Level.STOP, Restrict.CONSULT: Level.CONSULT, Restrict.MODIFY: Level.WARN}


class BadDrawing(ValueError):
    """The input is refused; `faults` say where, what is wrong and what to do."""

    def __init__(self, faults: tuple[str, ...]) -> None:
        super().__init__(" ".join(faults))
        self.faults = faults


@dataclass(frozen=True, slots=True)
class Asked:
    """What `./filiform locate` is asked."""

    pain: tuple[Pain, ...]
    palpation: tuple[Palpated, ...]
    restrictions: tuple[Restriction, ...]


def from_json(value: object, regions: Regions, muscles: Muscles) -> Asked:
    """The input of `./filiform locate`; raises `BadDrawing` with every fault by its place."""
    if not isinstance(value, dict):
        raise BadDrawing(("the input: must be a JSON object with pain, palpation and restrictions.",))
    faults = [f"{_shown(key)}: unknown key; known are {', '.join(KEYS)}." for key in value if key not in KEYS]
    lists = {key: _list(key, value.get(key, []), faults) for key in KEYS}
    for key, each in (("pain", _pain_faults), ("palpation", _palpation_faults), ("restrictions", _restriction_faults)):
        for number, item in enumerate(lists[key]):
            faults += (f"{key}[{number}]{fault}" for fault in each(item, regions, muscles))
    if not faults:
        faults = [*_twice(lists["pain"], ("region", "side"), "pain"), *_twice(lists["palpation"], ("muscle", "side"))]
    if faults:
        raise BadDrawing(tuple(faults))
    return Asked(
        tuple(Pain(BodySite(RegionId(one["region"]), Side(one["side"])), one["intensity"]) for one in lists["pain"]),
        tuple(Palpated(**{**one, "side": Side(one["side"])}) for one in lists["palpation"]),
        tuple(restriction_from_json(one) for one in lists["restrictions"]),
    )


def _list(key: str, value: object, faults: list[str]) -> list[Any]:
    if isinstance(value, list) and len(value) <= MOST:
        return value
    faults.append(f"{key}: must be a list of at most {MOST} objects, not {_shown(value)}.")
    return []


Faults = Iterator[str]


def _pain_faults(item: object, regions: Regions, muscles: Muscles) -> Faults:
    faults = _key_faults(item, PAIN)
    if faults or not isinstance(item, dict):
        yield from faults
        return
    yield from _site_faults(item["region"], item["side"], regions)
    intensity = item["intensity"]
    if type(intensity) is not int or not 0 <= intensity <= WORST_PAIN:
        yield f".intensity: must be a whole number from 0 to {WORST_PAIN}, not {_shown(intensity)}."


def _site_faults(name: object, side: object, regions: Regions) -> Faults:
    region = regions.get(RegionId(name)) if isinstance(name, str) else None
    if region is None:
        yield f".region: {_shown(name)} is no region{_near(name, regions)}."
    elif side not in tuple(Side):
        yield f".side: must be left, right or midline, not {_shown(side)}."
    elif side == Side.MIDLINE and not region.midline:
        yield f".side: {region.id} is not on the midline of the body; say left or right."


def _palpation_faults(item: object, regions: Regions, muscles: Muscles) -> Faults:
    faults = _key_faults(item, PALPATION)
    if faults or not isinstance(item, dict):
        yield from faults
        return
    yield from _muscle_faults(".muscle", item["muscle"], muscles)
    if item["side"] not in HALVES:
        yield f".side: must be left or right, not {_shown(item['side'])}; a muscle is not on the midline."
    for key in FLAGS:
        if not isinstance(item[key], bool):
            yield f".{key}: must be true or false, not {_shown(item[key])}."
    if type(item["tenderness"]) is not int or not 0 <= item["tenderness"] <= MOST_TENDER:
        yield f".tenderness: must be 0 none, 1 tender, 2 winces or 3 withdraws, not {_shown(item['tenderness'])}."


def _restriction_faults(item: object, regions: Regions, muscles: Muscles) -> Faults:
    faults = _key_faults(item, RESTRICTION)
    if faults or not isinstance(item, dict):
        yield from faults
        return
    if item["scope"] not in tuple(Scope):
        yield f".scope: must be one of {', '.join(Scope)}, not {_shown(item['scope'])}."
    if item["action"] not in tuple(Restrict):
        yield f".action: must be one of {', '.join(Restrict)}, not {_shown(item['action'])}."
    if item["side"] is not None and item["side"] not in tuple(Side):
        yield f".side: must be left, right, midline or null for both, not {_shown(item['side'])}."
    for key in ("target", "because"):
        if not isinstance(item[key], str) or len(item[key]) > MOST_TEXT:
            yield f".{key}: must be a text of at most {MOST_TEXT} characters, not {_shown(item[key])}."
    if item["scope"] == Scope.MUSCLE:
        yield from _muscle_faults(".target", item["target"], muscles)
    if item["scope"] == Scope.REGION and item["target"] not in list(regions):
        yield f".target: {_shown(item['target'])} is no region{_near(item['target'], regions)}."


def _muscle_faults(key: str, name: object, muscles: Muscles) -> Faults:
    if name not in list(muscles):
        yield f"{key}: {_shown(name)} is no muscle of the table{_near(name, muscles)}."


def _key_faults(item: object, keys: Sequence[str]) -> list[str]:
    if not isinstance(item, dict):
        return [f": must be an object with {', '.join(keys)}, not {_shown(item)}."]
    faults = [f".{str(key)[:80]}: unknown key; known are {', '.join(keys)}." for key in item if key not in keys]
    return faults + [f".{key}: is missing; say it." for key in keys if key not in item]


def _twice(items: Sequence[Mapping[str, Any]], keys: Sequence[str], what: str = "palpation") -> list[str]:
    """Entries about one place that do not say the same: which one counts is not known."""
    seen: dict[tuple[str, ...], tuple[int, Mapping[str, Any]]] = {}
    faults = []
    for number, item in enumerate(items):
        place = tuple(item[key] for key in keys)
        first, said = seen.setdefault(place, (number, item))
        if said != item:
            differ = ", ".join(key for key in item if item[key] != said[key])
            about = f"{' '.join(place)} ({differ})"
            faults.append(f"{what}[{number}]: contradicts {what}[{first}] about {about}; keep the one that holds.")
    return faults


def _near(name: object, known: Mapping[Any, object]) -> str:
    found = get_close_matches(name[:80], list(known), n=1) if isinstance(name, str) else []
    return f"; did you mean {found[0]}?" if found else ""


def _shown(value: object) -> str:
    return repr(value)[:80]


# --- the answer ---


def answered(asked: Asked, muscles: Muscles, known: Known, knowledge: str) -> dict[str, Any]:
    """The output of `./filiform locate`, exactly as `contracts.md` gives it; red flags stand first."""
    limits = sorted(set(asked.restrictions), key=_limit_order)
    answer = locate(asked.pain, asked.palpation, lambda one: _blocks(limits, muscles[one.muscle], one), muscles, known)
    return {
        "red_flags_to_ask": _red_flags(answer),
        "candidates": [_candidate(one, limits, muscles) for one in answer.candidates],
        "sets": [
            {"muscles": [_muscle(one) for one in together.muscles], "probability": together.probability}
            for together in answer.sets
        ],
        "palpate_next": [{**_muscle(press.one), "gain_bits": press.gain_bits} for press in answer.palpate_next],
        "unexplained": [_site(site) for site in answer.unexplained],
        "method": answer.method,
        "knowledge": knowledge,
    }


def _limit_order(limit: Restriction) -> tuple[int, str, str, str, str]:
    """Strictest first: the first that concerns a muscle is the one told."""
    strictness = list(LEVELS).index(limit.action)
    return strictness, limit.scope, limit.target, limit.side or "", limit.because


def _concerns(limit: Restriction, muscle: Muscle, one: MuscleSide) -> bool:
    """A restriction of the whole patient concerns every muscle; one of a technique concerns none."""
    return limit.scope is Scope.PATIENT or bool(restriction_blocks([limit], muscle, one.side))


def _blocks(limits: Sequence[Restriction], muscle: Muscle, one: MuscleSide) -> tuple[Block, ...]:
    return tuple(
        Block("screen.restriction", limit.because, LEVELS[limit.action])
        for limit in limits
        if _concerns(limit, muscle, one)
    )


def _candidate(one: Candidate, limits: Sequence[Restriction], muscles: Muscles) -> dict[str, Any]:
    """`restricted` is the strictest restriction that locks it; one that only asks for care is told under `because`."""
    place = MuscleSide(one.muscle, one.side)
    care = [f"With care: {block.because}" for block in one.restricted if block not in stops(one.restricted)]
    lock = next((limit for limit in limits if _concerns(limit, muscles[one.muscle], place)), None)
    return {
        **_muscle(place),
        "probability": one.probability,
        "explains": [{"region": area.region, "side": area.side.value, "share": area.share} for area in one.explains],
        "because": [*one.because, *care],
        "hazard": one.hazard,
        "restricted": _limit(lock) if lock and one.locked else None,
    }


def _limit(limit: Restriction) -> dict[str, Any]:
    return {
        "scope": limit.scope.value,
        "target": limit.target,
        "side": limit.side.value if limit.side else None,
        "action": limit.action.value,
        "because": limit.because,
    }


def _red_flags(answer: Answer) -> list[dict[str, Any]]:
    return [
        {
            "id": flag.mimic.id,
            "question": flag.mimic.question,
            "screening": list(flag.mimic.screening),
            "sites": [_site(site) for site in flag.sites],
        }
        for flag in answer.red_flags
    ]


def _muscle(one: MuscleSide) -> dict[str, str]:
    return {"muscle": one.muscle, "side": one.side.value}


def _site(site: BodySite) -> dict[str, str]:
    return {"region": site.region, "side": site.side.value}
