"""What the small forms of the locate page send."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

from django.http import QueryDict

from filiform.clinical.needle.manner import Manner
from filiform.clinical.pain_drawing import Area
from filiform.record import drawn
from filiform.record.reads.visit import VisitHead
from filiform.record.sites import with_plan
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


def change_of_choice(data: QueryDict, head: VisitHead) -> list[dict[str, Any]]:
    """The whole new list of muscles: `add` one at the end, `remove` one, move one `up`, or `plan` how it is needled."""
    rows = [with_plan(one, head.how.get(one)) for one in head.choice]
    for key in ("add", "remove", "up", "plan"):
        muscle, side = bodylist.split(data.get(key, ""))
        if not muscle:
            continue
        one = {"muscle": muscle, "side": side}
        place = next((n for n, row in enumerate(rows) if {**row, **one} == row), None)
        if place is None:
            return [*rows, one] if key == "add" else rows
        if key == "remove":
            del rows[place]
        elif key == "up" and place:
            rows[place - 1], rows[place] = rows[place], rows[place - 1]
        elif key == "plan":
            rows[place] = {**one, "plan": plan_sent(data)}
    return rows


def plan_sent(data: QueryDict) -> dict[str, str | float]:
    """How a muscle is to be needled, as it was sent; numbers as such where they are some. Unjudged."""
    return {one.name: _number(data.get(one.name, "").strip()) for one in fields(Manner)}


def _number(text: str) -> str | float:
    try:
        return float(text.replace(",", "."))
    except ValueError:
        return text
