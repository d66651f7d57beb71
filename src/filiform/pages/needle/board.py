"""What the session's page shows: the target, the needles, the pack in use, the last event and what may be undone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpRequest
from django.utils.translation import gettext

from filiform.clinical import needle
from filiform.clinical.needle import events as kinds
from filiform.clinical.needle.problems import Searched
from filiform.clinical.terms import Block, MuscleSide, stops
from filiform.knowledge import book
from filiform.pages.needle import words
from filiform.record.reads import gates
from filiform.record.reads.needle import Aside
from filiform.record.reads.visit import VisitHead
from filiform.web.parts import Chip, Kind
from filiform.web.visit import born, restriction_chips


@dataclass(frozen=True, slots=True)
class NeedleRow:
    """One needle: its number of the day, how long it is or was in, and its twitches as dots."""

    number: int
    needle: needle.Needle
    seconds: int
    is_in: bool
    left_in: tuple[str, ...]  # the events that say it was left in on purpose, to be taken back when that is wrong


@dataclass(frozen=True, slots=True)
class Target:
    muscle: MuscleSide
    name: str
    hazard: str
    tier: str
    prompt: str
    position: str
    current: bool
    needles: int
    blocks: tuple[Block, ...]
    needs_consent: bool

    @property
    def locked(self) -> bool:
        """Whether one of the reasons refuses a needle; a warning does not."""
        return bool(stops(self.blocks))


def context(request: HttpRequest, head: VisitHead, now: datetime) -> dict[str, Any]:
    """Everything the board needs; `head.session` must be open."""
    assert head.session is not None
    state = head.session.state
    targets = _targets(head, now, request.GET.get("target") or request.POST.get("target") or "")
    rows = _rows(head, now)
    current = next((t for t in targets if t.current), None)
    pack = next((p for p in reversed(state.packs) if p.left > 0 and not p.expired), None)
    return {
        "head": head,
        "state": state,
        "born": born(head),
        "chips": restriction_chips(head) or [Chip(Kind.PLAIN, gettext("No region is restricted"), "check")],
        "targets": targets,
        "current": current,
        "following": _after(targets, current),
        "rows_in": [row for row in rows if row.is_in],
        "rows_out": [row for row in rows if not row.is_in],
        "newest": rows[-1] if rows else None,
        "newest_in": next((row for row in reversed(rows) if row.is_in), None),
        "next_number": len(rows) + 1,
        "pack": pack,
        "last": _last(head),
        "seconds": int((now - head.session.opened_at).total_seconds()),
        "insert_blocks": _insert_blocks(head, current, pack),
        "feelings": [(f.value, f.value in needle.EXPECTED_FEELINGS) for f in kinds.Feeling],
        "closing": needle.before_closing(
            state, gates.over_lung(), head.session.opened_at.astimezone(ZoneInfo(head.zone)).date(), now
        ),
        "ask_chest": _ask_chest(state),
        "places": [(value, text, value in _searched(head)) for value, text in words.places()],
        "moved_out": sum(1 for row in rows if not row.is_in),
    }


def _searched(head: VisitHead) -> frozenset[str]:
    assert head.session is not None
    return frozenset(one.place.value for one in head.session.events if isinstance(one, Searched))


def _ask_chest(state: needle.State) -> tuple[str, ...]:
    """The needles over the lung, when one of them is in no chest check yet."""
    over = tuple(one.id for one in state.needles if one.muscle in gates.over_lung())
    return over if set(over) - set(state.chest_asked) else ()


def told(aside: Iterable[Aside]) -> list[dict[str, Any]]:
    """Events that are kept beside the ledger, in words: what, when by the device's clock, when it came."""
    return [
        {"words": _words(one.event), "at": one.event.at, "received_at": one.received_at, "late": one.why == "closed"}
        for one in aside
    ]


def _rows(head: VisitHead, now: datetime) -> list[NeedleRow]:
    assert head.session is not None
    ordered = sorted(head.session.state.needles, key=lambda one: (one.since, one.id))
    undone = {one.event for one in head.session.events if isinstance(one, kinds.Undo)}
    left = [one for one in head.session.events if isinstance(one, kinds.LeftIn) and one.id not in undone]
    said = {one.id: tuple(event.id for event in left if event.needle == one.id) for one in ordered} if left else {}
    return [
        NeedleRow(n, one, needle.dwell(one, now), one.where is needle.Where.IN, said.get(one.id, ()))
        for n, one in enumerate(ordered, start=1)
    ]


def _targets(head: VisitHead, at: datetime, wanted: str) -> list[Target]:
    assert head.session is not None
    counted = {(one.muscle, one.side): one.needles for one in head.session.state.muscles}
    chosen = list(head.choice)
    keys = [f"{one.muscle}:{one.side}" for one in chosen]
    now = wanted if wanted in keys else _unfinished(keys, counted)
    return [
        _target(head, at, one, key == now, counted.get((one.muscle, one.side), 0))
        for one, key in zip(chosen, keys, strict=True)
    ]


def _unfinished(keys: list[str], counted: dict[Any, int]) -> str:
    done = {f"{muscle}:{side}" for muscle, side in counted}
    return next((key for key in keys if key not in done), keys[-1] if keys else "")


def _target(head: VisitHead, at: datetime, one: MuscleSide, current: bool, needles: int) -> Target:
    muscle = book().muscles[one.muscle]
    blocks = gates.insertion(head, one, at)
    return Target(
        muscle=one,
        name=muscle.name.replace("/", "/\u200b"),
        hazard=muscle.hazard,
        tier=str(muscle.tier),
        prompt=muscle.technique,
        position=muscle.position,
        current=current,
        needles=needles,
        blocks=blocks,
        needs_consent=any(block.rule.startswith("consent.") for block in stops(blocks)),
    )


def _after(targets: list[Target], current: Target | None) -> Target | None:
    if current is None or len(targets) < 2:
        return None
    return targets[(targets.index(current) + 1) % len(targets)]


def _insert_blocks(head: VisitHead, current: Target | None, pack: needle.Pack | None) -> tuple[Block, ...]:
    assert head.session is not None
    if current is None:
        return (Block("needle.no_target", gettext("Choose a muscle on the Locate page first.")),)
    side, muscle = current.muscle.side, current.muscle.muscle
    return needle.before_insertion(
        head.session.state, muscle, side, current.blocks, pack.id if pack else "", over_lung=gates.over_lung()
    )


def _last(head: VisitHead) -> dict[str, str] | None:
    """The last event a person may want to take back, with words for it; counts and undos are not taken back here."""
    assert head.session is not None
    standing = [e for e in head.session.events if not isinstance(e, kinds.Undo | kinds.Count | kinds.Correct)]
    undone = {e.event for e in head.session.events if isinstance(e, kinds.Undo)}
    left = [e for e in standing if e.id not in undone]
    if not left:
        return None
    newest = max(left, key=lambda e: (e.at, e.id))
    return {"id": newest.id, "words": _words(newest)}


def _words(event: needle.Event) -> str:
    names = book().muscles
    if isinstance(event, kinds.NeedleIn):
        found = names.get(event.muscle)
        return gettext("Needle in: %(muscle)s") % {"muscle": found.name if found else event.muscle}
    return {
        "open_pack": gettext("Pack opened"),
        "out": gettext("Needle out"),
        "twitch": gettext("Twitch"),
        "sensation": gettext("Sensation"),
        "all_out": gettext("All out"),
        "turn": gettext("Patient turned over"),
        "left_in": gettext("Left in on purpose"),
        "dropped": gettext("Dropped before use"),
        "missing": gettext("Incident: needle not found"),
        "extra": gettext("Incident: needle too many"),
        "incident": gettext("Incident"),
        "note": gettext("Note"),
        "chest_check": gettext("Asked about the chest"),
    }.get(event.kind, event.kind)
