"""How a note writes things: its sections, ids, times, yes and no."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from filiform.clinical.terms import MuscleId, RegionId
from filiform.knowledge import book
from filiform.knowledge.movements import movements
from filiform.record import gathered
from filiform.record.whole import Whole


@dataclass(frozen=True, slots=True)
class Section:
    """One section: facts (label, value), then a table (`head` and `rows`), then sentences."""

    id: str
    title: str
    facts: tuple[tuple[str, str], ...] = ()
    head: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    lines: tuple[str, ...] = ()


def as_json(sections: Iterable[Section]) -> list[dict[str, Any]]:
    """As the record keeps it."""
    kept: list[dict[str, Any]] = json.loads(json.dumps([asdict(one) for one in sections]))
    return kept


def from_json(kept: Iterable[dict[str, Any]]) -> tuple[Section, ...]:
    """What `as_json` made."""
    return tuple(
        Section(
            one["id"],
            one["title"],
            tuple((label, value) for label, value in one["facts"]),
            tuple(one["head"]),
            tuple(tuple(row) for row in one["rows"]),
            tuple(one["lines"]),
        )
        for one in kept
    )


def content_hash(kept: object, added_words: str) -> str:
    """SHA-256 (hex) of a note's sections and of the therapist's own words."""
    text = json.dumps([kept, added_words], sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()


class Words:
    """How ids, times and yes or no are written in this practice's notes."""

    def __init__(self, whole: Whole, staff: dict[str, str]) -> None:
        self._zone = ZoneInfo(whole.visit["place__practice__time_zone"])
        self._staff = staff

    def time(self, value: object) -> str:
        """Day and time by the practice's clock; "-" when there is none."""
        if value is None:
            return "-"
        moment = value if isinstance(value, datetime) else gathered.at(value)
        local = moment.astimezone(self._zone)
        return f"{local.day} {local:%b %Y, %H:%M}"

    def who(self, actor_id: str) -> str:
        """Who wrote a row."""
        if actor_id.startswith("patient:"):
            return _("the patient")
        return self._staff.get(actor_id, _("somebody who is not on record"))


def date_words(value: object) -> str:
    """A date as people read it."""
    found = value if isinstance(value, date) else gathered.day(value)
    return f"{found.day} {found:%b %Y}"


def muscle(name: str) -> str:
    """The muscle's name; an id that knowledge does not hold any more is shown as it is."""
    found = book().muscles.get(MuscleId(name))
    return found.name if found else name.replace("_", " ")


def region(name: str) -> str:
    """The region in the patient's words."""
    found = book().regions.get(RegionId(name))
    return found.words if found else name.replace("_", " ")


def side_word(side: str | None) -> str:
    """The side in words, the patient's own."""
    return {"left": _("left"), "right": _("right"), "midline": _("middle")}.get(side or "", _("both sides"))


def yes_no(value: object) -> str:
    """Yes or no."""
    return _("yes") if value else _("no")


def movement(what: str) -> str:
    """The movement in words."""
    found = movements().get(what)
    return found.name if found else what.replace("_", " ")
