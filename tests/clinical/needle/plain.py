"""A second fold, slow and obvious, written without looking at the first: the same numbers, found by going over lists.

It follows the rules in their own words and is used only to check the real one. It knows nothing of blocks' texts.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from filiform.clinical.needle import Event, EventError, as_dict, event_from
from filiform.clinical.needle.events import references

Body = dict[str, Any]


@dataclass
class Plain:
    """The contract's numbers, and which kinds of reason stand against closing."""

    opened: int
    unused: int
    inserted: int
    out: int
    indwelling: int
    tray: int
    open_needles: list[str]
    reasons: set[str]


def plain_fold(events: list[Event]) -> Plain:
    """Fold by the book: repeat every sentence of the rules as a loop."""
    reasons: set[str] = set()
    bodies = _distinct(events, reasons)
    circle = _circle(bodies)
    if circle:
        reasons.add("event.circle")
    gone = {name for name in bodies if _is_gone(name, bodies, circle)}
    reasons -= {one for one in reasons if one.startswith("event.conflict ") and one.split(" ")[1] in gone}
    reasons = {one.split(" ")[0] for one in reasons}
    now = {name: _put_right(name, bodies, gone, reasons) for name in bodies if name not in gone}
    _check_names(bodies, now, gone, reasons)
    return _sums(bodies, now, reasons)


def _of(kind: str, bodies: dict[str, Body]) -> list[Body]:
    return [bodies[name] for name in sorted(bodies) if bodies[name]["kind"] == kind]


def _distinct(events: list[Event], reasons: set[str]) -> dict[str, Body]:
    contents: dict[str, list[str]] = {}
    for event in events:
        text = json.dumps(as_dict(event), sort_keys=True)
        if text not in contents.setdefault(event.id, []):
            contents[event.id].append(text)
    bodies = {}
    for name in sorted(contents):
        if len(contents[name]) > 1:
            reasons.add(f"event.conflict {name}")
        ins = [text for text in contents[name] if json.loads(text)["kind"] == "in"]
        bodies[name] = json.loads(min(ins or contents[name]))
    return bodies


def _named(body: Body) -> list[str]:
    return [name for _, _, name in references(event_from(body))]


def _circle(bodies: dict[str, Body]) -> set[str]:
    """Events from which one can walk to a circle."""

    def reaches(start: str) -> set[str]:
        seen: set[str] = set()
        todo = [start]
        while todo:
            for name in _named(bodies[todo.pop()]):
                if name in bodies and name not in seen:
                    seen.add(name)
                    todo.append(name)
        return seen

    on_circle = {name for name in bodies if name in reaches(name)}
    return {name for name in bodies if name in on_circle or reaches(name) & on_circle}


def _is_gone(name: str, bodies: dict[str, Body], circle: set[str]) -> bool:
    undos = [one["id"] for one in _of("undo", bodies) if one["event"] == name and one["id"] not in circle]
    return any(not _is_gone(one, bodies, circle) for one in undos)


def _put_right(name: str, bodies: dict[str, Body], gone: set[str], reasons: set[str]) -> Body:
    """The event with its corrections; as it was when they quarrel or do not fit."""
    body = bodies[name]
    directly = [one for one in _of("correct", bodies) if one["event"] == name and one["id"] not in gone]
    if body["kind"] == "correct" or not directly:
        return body
    if body["kind"] in ("undo", "count"):
        reasons.add("correct.refused")
        return body
    said = _said(name, bodies, gone)
    if any(len(values) > 1 for values in said.values()):
        reasons.add("correct.disagree")
        return body
    try:
        if any(key in ("id", "at", "device", "by", "kind") for key in said):
            raise EventError(name, "", "")
        return as_dict(event_from({**body, **{key: json.loads(min(values)) for key, values in said.items()}}))
    except EventError:
        reasons.add("correct.refused")
        return body


def _said(name: str, bodies: dict[str, Body], gone: set[str]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for one in _of("correct", bodies):
        if one["event"] == name and one["id"] not in gone:
            above = _said(one["id"], bodies, gone)
            own = {key: {json.dumps(value, sort_keys=True)} for key, value in one["fields"].items()}
            for key, values in {**own, **above}.items():
                found[key] = found.get(key, set()) | values
    return found


def _check_names(bodies: dict[str, Body], now: dict[str, Body], gone: set[str], reasons: set[str]) -> None:
    wanted = {"needle": "in", "pack": "open_pack", "estim": "estim_on", "needles": "in", "known": "in"}
    wanted |= {"problem": "problem", "after": "hand_over"}
    for body in now.values():
        for key, _, name in references(event_from(body)):
            if name not in bodies:
                reasons.add("event.pending")
            elif key in wanted and bodies[name]["kind"] != wanted[key]:
                reasons.add("event.wrong_kind")
            elif name in gone and (key in wanted or body["kind"] == bodies[name]["kind"] == "correct"):
                reasons.add("event.names_undone")


def _sums(bodies: dict[str, Body], now: dict[str, Body], reasons: set[str]) -> Plain:
    needles = [one["id"] for one in _of("in", now)]
    out = {one["needle"] for one in _of("out", now)}
    out |= {name for one in _of("all_out", now) for name in one["needles"]}
    left = {one["needle"] for one in _of("left_in", now)}
    opened = _opened(now, reasons)
    _look_at_needles(now, needles, out, left, reasons)
    is_out = [name for name in needles if name in out and name not in left]
    tray = len(is_out) + opened - len(needles)
    found = Plain(
        opened=opened,
        unused=opened - len(needles),
        inserted=len(needles),
        out=len(is_out),
        indwelling=len([name for name in needles if name in left and name not in out]),
        tray=tray,
        open_needles=[name for name in needles if (name in out) == (name in left)],
        reasons=reasons,
    )
    _look_at_counts(bodies, now, tray, reasons)
    return found


def _opened(now: dict[str, Body], reasons: set[str]) -> int:
    opened = 0
    told = {one.get("about") for one in _of("incident", now) if one["what"] == "expired_pack"}
    for pack in _of("open_pack", now):
        used = len([one for one in _of("in", now) if one["pack"] == pack["id"]])
        used += sum(one["needles"] for one in _of("dropped", now) if one["pack"] == pack["id"])
        if used > pack["needles"]:
            reasons.add("needle.more_in_than_opened")
        opened += max(used, pack["needles"])
        if pack["at"][:10] > pack["expiry"] and pack["id"] not in told:
            reasons.add("pack.expired")
    packs = [one["id"] for one in _of("open_pack", now)]
    return opened + len([one for one in _of("in", now) if one["pack"] not in packs])


def _look_at_needles(
    now: dict[str, Body], needles: list[str], out: set[str], left: set[str], reasons: set[str]
) -> None:
    for name in needles:
        if name not in out and name not in left:
            reasons.add("needle.still_in")
        if name in out and name in left:
            reasons.add("needle.out_and_left_in")
    if any(not one["patient_agreed"] for one in _of("left_in", now)):
        reasons.add("needle.left_in_untold")


def _look_at_counts(bodies: dict[str, Body], now: dict[str, Body], tray: int, reasons: set[str]) -> None:
    missing = sum(one["needles"] for one in _of("missing", now))
    extra = sum(one["needles"] for one in _of("extra", now))
    must_cover = {name for name in bodies if bodies[name]["kind"] != "count"}
    counts = _of("count", now)
    complete = [one for one in counts if must_cover <= set(one["covers"])]
    last = [one for one in complete if not any(one["id"] in other["covers"] for other in complete)]
    if not counts:
        reasons.add("count.none")
    elif not last:
        reasons.add("count.not_covering")
    if any(one["tray"] != tray - missing + extra for one in last):
        reasons.add("count.mismatch")
