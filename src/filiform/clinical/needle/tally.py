"""Where every needle is, from the events that stand.

    opened = in + unused        in = out + still in + left in on purpose        tray = out + unused

Each is a sum over needles and packs, so the laws hold whatever arrived. A needle that went in was opened, even when the
event that opened its pack has not arrived or says fewer: it is counted as opened, and the session is blocked.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from filiform.clinical.needle.events import (
    AllOut,
    Dropped,
    Event,
    LeftIn,
    NeedleIn,
    NeedleOut,
    OpenPack,
    Technique,
    TechniqueChanged,
    Twitch,
)
from filiform.clinical.terms import MuscleId, RegionId, Side


class Where(StrEnum):
    IN = "in"
    OUT = "out"
    LEFT_IN = "left_in"


@dataclass(frozen=True, slots=True)
class Needle:
    """One needle that went in. `id` is the id of its `in` event; `since` and `out_at` are by the devices' clocks."""

    id: str
    muscle: MuscleId
    side: Side
    since: datetime
    pack: str
    twitches: int
    where: Where
    out_at: datetime | None
    depth_mm: float | None  # the deepest that was said
    technique: Technique | None  # when it went in
    region: RegionId | None
    techniques: tuple[Technique, ...]  # every one that was used, in the order of their names
    planned_minutes: float | None  # the shortest that was said: the alarm that comes first is the safe one
    due_out: datetime | None  # of one that is left in: the earliest that was said


@dataclass(frozen=True, slots=True)
class Pack:
    """One opened pack and where its needles went. `left` are still usable; negative: more went in than it held."""

    id: str
    needles: int
    drawn: int
    dropped: int
    gauge_mm: float
    length_mm: float
    lot: str
    expiry: date
    expired: bool  # when it was opened

    @property
    def left(self) -> int:
        return self.needles - self.drawn - self.dropped


@dataclass(frozen=True, slots=True)
class Tally:
    """Every needle and pack, and the sums. `doubtful`: said to be out and said to be left in; they show as in."""

    opened: int
    needles: tuple[Needle, ...]
    packs: tuple[Pack, ...]
    doubtful: tuple[str, ...]

    def at(self, where: Where) -> tuple[Needle, ...]:
        return tuple(needle for needle in self.needles if needle.where is where)

    @property
    def unused(self) -> int:
        return self.opened - len(self.needles)

    @property
    def tray(self) -> int:
        return len(self.at(Where.OUT)) + self.unused


def tally(standing: Mapping[str, Event]) -> Tally:
    """Sort every needle of `standing` into in, out or left in, and every pack's needles into used and unused."""
    out, left = _out(standing), {event.needle for event in standing.values() if isinstance(event, LeftIn)}
    needles = _needles(standing, out, left)
    packs = _packs(standing, needles)
    held = {pack.id for pack in packs}
    strays = sum(1 for needle in needles if needle.pack not in held)
    return Tally(
        opened=sum(max(pack.needles, pack.drawn + pack.dropped) for pack in packs) + strays,
        needles=needles,
        packs=packs,
        doubtful=tuple(one.id for one in needles if one.id in out and one.id in left),
    )


def _out(standing: Mapping[str, Event]) -> dict[str, datetime]:
    """Needles said to be out, by an `out` or an emergency's `all_out`, with the earliest time said; both may say so."""
    found: dict[str, datetime] = {}
    for event in standing.values():
        said = (event.needle,) if isinstance(event, NeedleOut) else event.needles if isinstance(event, AllOut) else ()
        for needle in said:
            found[needle] = min(event.at, found.get(needle, event.at))
    return found


def _needles(standing: Mapping[str, Event], out: Mapping[str, datetime], left: Collection[str]) -> tuple[Needle, ...]:
    ins = [event for event in standing.values() if isinstance(event, NeedleIn)]
    twitches = Counter(event.needle for event in standing.values() if isinstance(event, Twitch))
    changes, due = _changes(standing), _due_out(standing)
    return tuple(
        _needle(one, changes.get(one.id, ()), _where(one.id in out, one.id in left), twitches[one.id], out, due)
        for one in sorted(ins, key=lambda one: one.id)
    )


def _needle(
    one: NeedleIn,
    changes: Collection[TechniqueChanged],
    where: Where,
    twitches: int,
    out: Mapping[str, datetime],
    due: Mapping[str, datetime],
) -> Needle:
    every: tuple[NeedleIn | TechniqueChanged, ...] = (one, *changes)
    return Needle(
        one.id,
        one.muscle,
        one.side,
        since=one.at,
        pack=one.pack,
        twitches=twitches,
        where=where,
        out_at=out.get(one.id),
        depth_mm=max((each.depth_mm for each in every if each.depth_mm is not None), default=None),
        technique=one.technique,
        region=one.region,
        techniques=tuple(sorted({each.technique for each in every if each.technique is not None})),
        planned_minutes=min((e.planned_minutes for e in every if e.planned_minutes is not None), default=None),
        due_out=due.get(one.id),
    )


def _changes(standing: Mapping[str, Event]) -> dict[str, list[TechniqueChanged]]:
    found: dict[str, list[TechniqueChanged]] = {}
    for event in standing.values():
        if isinstance(event, TechniqueChanged):
            found.setdefault(event.needle, []).append(event)
    return found


def _due_out(standing: Mapping[str, Event]) -> dict[str, datetime]:
    found: dict[str, datetime] = {}
    for event in standing.values():
        if isinstance(event, LeftIn):
            found[event.needle] = min(event.due_out, found.get(event.needle, event.due_out))
    return found


def _where(out: bool, left: bool) -> Where:
    """Said to be neither, or both, is in: a needle is looked for in the patient until everybody agrees."""
    if out == left:
        return Where.IN
    return Where.OUT if out else Where.LEFT_IN


def _packs(standing: Mapping[str, Event], needles: Iterable[Needle]) -> tuple[Pack, ...]:
    drawn = Counter(needle.pack for needle in needles)
    dropped: Counter[str] = Counter()
    for event in standing.values():
        if isinstance(event, Dropped):
            dropped[event.pack] += event.needles
    opened = [event for event in standing.values() if isinstance(event, OpenPack)]
    return tuple(
        Pack(
            one.id,
            one.needles,
            drawn=drawn[one.id],
            dropped=dropped[one.id],
            gauge_mm=one.gauge_mm,
            length_mm=one.length_mm,
            lot=one.lot,
            expiry=one.expiry,
            expired=one.at.date() > one.expiry,
        )
        for one in sorted(opened, key=lambda one: one.id)
    )
