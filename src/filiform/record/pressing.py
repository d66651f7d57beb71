"""The points that were pressed in a visit: read from their rows, read strictly from what was sent, appended.

A point is a muscle on a side and a number from 1. Its newest row says what was found, its newest place where it is.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from filiform.clinical.figure import Spot, View
from filiform.clinical.locate import Palpated
from filiform.clinical.terms import Block, MuscleId, MuscleSide, Side
from filiform.knowledge import book, points
from filiform.record.actor import Actor
from filiform.record.models import Palpation, PalpationPlace, Visit
from filiform.record.write import Refused

Findings = Mapping[str, bool | int | None]
YES_NO: Mapping[str, bool | int] = {"yes": True, "no": False}
SAID: Mapping[str, Mapping[str, bool | int]] = {
    "familiar_pain": YES_NO,
    "tenderness": {str(number): number for number in range(4)},
    "taut_band": YES_NO,
    "twitch": YES_NO,
}
WORDS = {
    "familiar_pain": "Familiar pain",
    "tenderness": "Tenderness",
    "taut_band": "Taut band",
    "twitch": "Twitch",
}
NOT_LOOKED: Findings = dict.fromkeys(SAID)
MOST_POINTS = 9
NEAR = 6.0  # units: the outlines are schematic, so a place a little outside of one is still on the muscle
TICK = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Point:
    """One pressed point. `spot` in units of the neutral figure, seen from `view`; `at` is its newest row."""

    palpation: UUID
    number: int
    found: Palpated
    view: View
    spot: Spot
    at: datetime
    taken_back: bool = False

    @property
    def site(self) -> MuscleSide:
        """The muscle and its side."""
        return MuscleSide(self.found.muscle, self.found.side)


# ---- from the rows

_COLUMNS = ("id", "muscle", "side", *SAID, "recorded_at")
_PLACES = ("places__number", "places__view", "places__x", "places__y", "places__recorded_at")


def of_visit(visit_id: UUID, one: MuscleSide | None = None) -> dict[MuscleSide, tuple[Point, ...]]:
    """The points of a visit, by number; those taken back only of `one` muscle, when it is given. One query."""
    rows = Palpation.objects.filter(visit_id=visit_id)
    if one is not None:
        rows = rows.filter(muscle=one.muscle, side=one.side.value)
    found: dict[tuple[MuscleSide, int], _Newest] = {}
    for row in rows.values(*_COLUMNS, *_PLACES):
        site = MuscleSide(MuscleId(row["muscle"]), Side(row["side"]))
        newest = found.setdefault((site, row["places__number"] or 1), _Newest(row, row))
        found[site, row["places__number"] or 1] = newest.with_row(row)
    points_of: dict[MuscleSide, list[Point]] = {}
    for (site, number), newest in sorted(found.items()):
        point = _point(site, number, newest)
        if point is not None and (one is not None or not point.taken_back):
            points_of.setdefault(site, []).append(point)
    return {site: tuple(several) for site, several in points_of.items()}


@dataclass(frozen=True, slots=True)
class _Newest:
    """The newest palpation and the newest place among the rows of a point."""

    palpation: Mapping[str, Any]
    place: Mapping[str, Any]

    def with_row(self, row: Mapping[str, Any]) -> _Newest:
        later = row["recorded_at"] > self.palpation["recorded_at"]
        moved = _placed_at(row) > _placed_at(self.place)
        return _Newest(row if later else self.palpation, row if moved else self.place)


def _placed_at(row: Mapping[str, Any]) -> datetime:
    at: datetime = row["places__recorded_at"] or row["recorded_at"]
    return at


def _point(site: MuscleSide, number: int, newest: _Newest) -> Point | None:
    row, place = newest.palpation, newest.place
    where = points.first(site, number)
    if place["places__view"]:
        where = View(place["places__view"]), (float(place["places__x"]), float(place["places__y"]))
    if where is None:
        return None
    found = Palpated(site.muscle, site.side, **{name: row[name] for name in SAID})
    at = max(row["recorded_at"], _placed_at(place))
    return Point(row["id"], number, found, *where, at, taken_back=place["places__view"] == "")


# ---- from what was sent


def read_findings(site: MuscleSide, said: Iterable[tuple[str, str]]) -> dict[str, bool | int]:
    """The findings that were sent. Refused by name: an unknown finding or value, one finding said in two ways."""
    found: dict[str, bool | int] = {}
    for name, value in said:
        if name not in SAID:
            known = ", ".join(SAID)
            raise Refused(Block("palpation.finding", f"{name[:40]!r} is no finding of palpation: {known}."))
        if value not in SAID[name]:
            because = f"{WORDS[name]} is {' or '.join(SAID[name])}, not {value[:40]!r}."
            raise Refused(Block(f"palpation.{name}", because))
        if found.get(name, SAID[name][value]) != SAID[name][value]:
            because = f"{WORDS[name]} of {_name(site)} was said in two ways at once. Say one of them."
            raise Refused(Block("palpation.contradiction", because))
        found[name] = SAID[name][value]
    return found


def read_place(site: MuscleSide, view: str, x: object, y: object) -> tuple[View, Spot]:
    """A place on the muscle. Refused by name: an unknown view, no numbers, a place that is not on this muscle."""
    try:
        seen = View(view)
        spot = round(float(str(x)), 1), round(float(str(y)), 1)
    except ValueError:
        because = f"{view[:40]!r} with x {str(x)[:20]!r} and y {str(y)[:20]!r} is no place on the figure."
        raise Refused(Block("palpation.place", because)) from None
    away = points.away(site, seen, spot) if all(map(math.isfinite, spot)) else None
    if away is None or away > NEAR:
        because = f"That place is not on {_name(site)}. Tap inside of its outline."
        raise Refused(Block("palpation.place", because))
    return seen, spot


def read_number(site: MuscleSide, number: int, there: Sequence[Point]) -> int:
    """Which point of the muscle: one that there is, or the next. Refused: any other."""
    following = max((point.number for point in there), default=0) + 1
    if number not in {point.number for point in there} | {following} or number > MOST_POINTS:
        because = f"{_name(site)} has {following - 1} points; point {number} is neither one of them nor the next."
        raise Refused(Block("palpation.point", because))
    return number


def _name(site: MuscleSide) -> str:
    return f"{book().muscles[site.muscle].name}, {site.side.value}"


# ---- into the rows


def append(
    by: Actor, now: datetime, visit: Visit, site: MuscleSide, number: int, findings: Findings, before: Point | None
) -> UUID:
    """A further row of a point, with its place: where it was before, or the muscle's usual point; its id."""
    where = (before.view, before.spot) if before and not before.taken_back else points.first(site, number)
    if where is None:
        raise Refused(Block("palpation.not_drawn", f"{_name(site)} is not drawn on the figure."))
    at = after(now, before)
    row = Palpation.objects.create(
        visit=visit,
        patient=visit.patient,
        muscle=site.muscle,
        side=site.side.value,
        **findings,
        recorded_at=at,
        recorded_by=by.id,
    )
    put(by, at, row.id, number, *where)
    return row.id


def put(by: Actor, at: datetime, palpation: UUID, number: int, view: View | None, spot: Spot) -> None:
    """A place of a point; without a view the point is taken back."""
    PalpationPlace.objects.create(
        palpation_id=palpation,
        number=number,
        view=view.value if view else "",
        x=Decimal(str(spot[0])),
        y=Decimal(str(spot[1])),
        recorded_at=at,
        recorded_by=by.id,
    )


def after(now: datetime, before: Point | None) -> datetime:
    """Now, or a little later than what came before: of two taps within a clock's tick the second one counts."""
    return max(now, before.at + TICK) if before else now


def findings_of(point: Point | None) -> dict[str, bool | int | None]:
    """What is known of a point; nothing when there is none, or it was taken back."""
    return {name: getattr(point.found, name) if point and not point.taken_back else None for name in SAID}
