"""What the small forms of the locate page send."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict

from filiform.clinical.pain_drawing import Area
from filiform.clinical.terms import MuscleSide
from filiform.record import drawn
from filiform.record.sites import as_json
from filiform.web import bodylist


def findings(data: QueryDict) -> list[tuple[str, str]]:
    """The findings that were tapped ("tenderness:2"), as pairs. Unjudged: the action names what is wrong."""
    pairs = (str(text).partition(":") for text in data.getlist("finding"))
    return [(name, value) for name, _colon, value in pairs]


def spot(data: QueryDict) -> tuple[str, str]:
    """A place on the figure: from `spot` ("33.5 140") or from `x` and `y`. Unjudged."""
    if "spot" in data:
        x, _space, y = data.get("spot", "").partition(" ")
        return x, y
    return data.get("x", ""), data.get("y", "")


@dataclass(frozen=True, slots=True)
class AreaChange:
    """One area put into the drawing (`intensity`), or taken out (None)."""

    region: str
    side: str
    intensity: object
    remove: bool

    @classmethod
    def of(cls, data: QueryDict) -> AreaChange:
        """From `site` and `intensity`, or from `remove`. Unjudged: the action names what is wrong."""
        out = data.get("remove", "")
        region, side = bodylist.split(out or data.get("site", ""))
        text = data.get("intensity", "")
        whole = int(text) if text.isascii() and text.isdecimal() and len(text) < 4 else None
        return cls(region, side, whole, bool(out))

    def applied(self, areas: Sequence[Area]) -> list[dict[str, Any]]:
        """The whole new drawing. What the pain is like and since when stays as it was said."""
        rows = drawn.as_json(areas)
        here = {"region": self.region, "side": self.side}
        kept = [row for row in rows if (row["region"], row["side"]) != (self.region, self.side)]
        if not self.remove:
            before = next((row for row in rows if row not in kept), {})
            kept.append({**before, **here, "intensity": self.intensity})
        return kept


def change_of_choice(data: QueryDict, chosen: Sequence[MuscleSide]) -> list[dict[str, str]]:
    """The whole new list of muscles: `add` one at the end, `remove` one, or move one `up`."""
    rows = as_json(chosen)
    for key in ("add", "remove", "up"):
        muscle, side = bodylist.split(data.get(key, ""))
        one = {"muscle": muscle, "side": side}
        if not muscle:
            continue
        if key == "add":
            return rows if one in rows else [*rows, one]
        return _moved_up(rows, one) if key == "up" else [row for row in rows if row != one]
    return rows


def _moved_up(rows: list[dict[str, str]], one: dict[str, str]) -> list[dict[str, str]]:
    place = rows.index(one) if one in rows else 0
    if place:
        rows[place - 1], rows[place] = rows[place], rows[place - 1]
    return rows
