"""What the address of the locate page asks for. A wrong thing asks for nothing; the actions name it in a form."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, TypeVar
from urllib.parse import urlencode

from django.http import QueryDict

from filiform.clinical.anatomy_drawn import Depth
from filiform.clinical.figure import View
from filiform.clinical.terms import BodySite, MuscleSide
from filiform.knowledge import points
from filiform.record import sites
from filiform.record.write import Refused
from filiform.web import bodylist


@dataclass(frozen=True, slots=True)
class Asked:
    """`muscle` is chosen, `point` of it looked at; `view` None: the page chooses; `area`: asked how much it hurts."""

    muscle: MuscleSide | None = None
    point: int = 1
    view: View | None = None
    depth: Depth = Depth.SUPERFICIAL
    whole: bool = False
    everything: bool = False
    area: BodySite | None = None

    @classmethod
    def of(cls, data: QueryDict) -> Asked:
        """From a query or a form."""
        return cls(
            muscle=_muscle(data),
            point=number(data, "point") if data.get("point") else 1,
            view=_one(View, data.get("view", "")),
            depth=_one(Depth, data.get("depth", "")) or Depth.SUPERFICIAL,
            whole=bool(data.get("whole")),
            everything=bool(data.get("all")),
            area=_site(data.get("ask") or data.get("site") or ""),
        )

    def query(self, **changes: Any) -> str:
        """This state with `changes` as a query; a muscle that the view does not show takes its best view."""
        new = replace(self, **changes)
        if new.muscle != self.muscle:
            new = replace(new, point=1)
        if new.muscle and new.muscle != self.muscle and new.view not in points.views(new.muscle):
            new = replace(new, view=None)
        said = {
            "muscle": muscle_value(new.muscle) if new.muscle else "",
            "point": str(new.point) if new.point != 1 else "",
            "view": new.view.value if new.view else "",
            "depth": new.depth.value if new.depth is not Depth.SUPERFICIAL else "",
            "whole": "1" if new.whole else "",
            "all": "1" if new.everything else "",
            "ask": bodylist.value(new.area) if new.area else "",
        }
        return "?" + urlencode({key: value for key, value in said.items() if value})


def muscle_value(one: MuscleSide) -> str:
    """How a form or an address sends a muscle."""
    return f"{one.muscle}.{one.side.value}"


def number(data: QueryDict, key: str) -> int:
    """A whole number that a form sent back; -1, which nothing has, when it is none."""
    text = data.get(key, "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else -1


E = TypeVar("E", bound=StrEnum)


def _one(kind: type[E], text: str) -> E | None:
    return next((one for one in kind if one.value == text), None)


def _muscle(data: QueryDict) -> MuscleSide | None:
    text = data.get("muscle", "")
    muscle, side = bodylist.split(text) if "." in text else (text, data.get("side", ""))
    try:
        return sites.muscle_side(muscle, side)
    except Refused:
        return None


def _site(text: str) -> BodySite | None:
    try:
        return sites.site(*bodylist.split(text))
    except Refused:
        return None
