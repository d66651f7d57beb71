"""How the fields of an event are written in JSON: one reader per type, strict, with its bounds.

A reader takes what `json.loads` gave and returns the Python value, or raises ValueError with what was expected.
Nothing is guessed: a whole number is never a text, true is never 1, a time without its offset is refused, because a
needle's dwell and a pack's last day cannot be known without it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum, StrEnum
from typing import Any

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,79}")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d:[0-5]\d)", re.ASCII)
# Far outside every bound here. Beyond 2**53 programs count differently; very small numbers are written in two ways.
_SMALLEST, _LARGEST = 0.001, 1_000_000_000
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
# Control characters, and the marks that turn the direction of text so that a line reads as another one.
_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Shape:
    """The type of a field: its name for people and programs, its reader, and for a reference the kinds it may name."""

    type: str
    read: Callable[[object], object]
    code: tuple[object, ...]  # the same for the page's program: what kind of reader, then its bounds
    names: frozenset[str] = frozenset()  # empty: not a reference
    values: tuple[str, ...] = ()  # of a choice
    many: bool = False  # a list of references
    again: Callable[[Any], object] | None = None  # reads what `read` let in before; None: it is as it was

    @property
    def refers(self) -> bool:
        return bool(self.names)


def text(longest: int) -> Shape:
    """Text that says something: not only spaces, at most `longest` characters, nothing unseen in it."""

    def read(value: object) -> str:
        if not isinstance(value, str) or not value.strip():
            raise ValueError("must be a text that is not empty")
        if len(value) > longest or _UNSEEN.search(value):
            raise ValueError(f"must be at most {longest} characters, without control characters")
        return value

    return Shape(f"text, 1 to {longest} characters", read, ("text", longest))


def whole(low: int, high: int) -> Shape:
    """A whole number from `low` to `high`, both allowed."""

    def read(value: object) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
            raise ValueError(f"must be a whole number from {low} to {high}")
        return value

    return Shape(f"whole number, {low} to {high}", read, ("whole", low, high))


def number(low: float, high: float, unit: str) -> Shape:
    """A number from `low` to `high` in `unit`, read as a float."""

    def read(value: object) -> float:
        if not isinstance(value, int | float) or isinstance(value, bool):
            raise ValueError(f"must be a number, in {unit}")
        if not low <= value <= high:  # false for NaN as well
            raise ValueError(f"must be from {low:g} to {high:g} {unit}")
        return float(value)

    return Shape(f"number in {unit}, {low:g} to {high:g}", read, ("number", low, high, unit))


def one_of(choices: type[StrEnum]) -> Shape:
    """One of the values of `choices`."""
    values = tuple(choice.value for choice in choices)

    def read(value: object) -> StrEnum:
        if not isinstance(value, str) or value not in values:
            raise ValueError("must be one of " + ", ".join(values))
        return choices(value)

    by_value = {choice.value: choice for choice in choices}
    return Shape("one of " + ", ".join(values), read, ("choice", *values), values=values, again=by_value.__getitem__)


def _read_flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise ValueError("must be true or false")
    return value


def _read_id(value: object) -> str:
    if not isinstance(value, str) or not _ID.fullmatch(value):
        raise ValueError("must be 1 to 80 letters, digits, dots, colons, hyphens or underscores")
    return value


def _read_ids(value: object) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise ValueError("must be a list of event ids")
    ids = tuple(_read_id(one) for one in value)
    if len(set(ids)) != len(ids):
        raise ValueError("must name each event once")
    return tuple(sorted(ids))  # the order in which a device lists them means nothing


def _read_moment(value: object) -> datetime:
    if not isinstance(value, str) or not _MOMENT.fullmatch(value):
        raise ValueError('must be a time with its offset, as "2026-11-23T15:58:07+01:00"')
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        raise ValueError("must be a time on a day that exists") from None
    if not 2000 <= moment.year <= 2199:
        raise ValueError("must be a time between the years 2000 and 2199: set the clock of the device")
    return moment


def _read_day(value: object) -> date:
    if not isinstance(value, str) or not _DAY.fullmatch(value):
        raise ValueError('must be a day, as "2027-03-31"')
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise ValueError("must be a day that exists") from None


def _read_changes(value: object) -> tuple[tuple[str, str], ...]:
    """New values by field name, each kept as JSON text: what they may be depends on the event they correct."""
    if not isinstance(value, dict) or not value:
        raise ValueError('must be the new values by field, as {"depth_mm": 20}')
    return tuple(sorted((str(key), json.dumps(_plain(one))) for key, one in value.items()))


def _plain(value: object) -> object:
    """A value that reads the same in every language: 20 and 20.0 are one number, and nothing is nested."""
    if isinstance(value, list) and all(isinstance(one, str) and _ID.fullmatch(one) for one in value):
        return value
    if value is None or isinstance(value, bool) or (isinstance(value, str) and not _UNSEEN.search(value)):
        return value
    if isinstance(value, int | float) and (value == 0 or _SMALLEST <= abs(value) <= _LARGEST):
        return int(value) if value == int(value) else value
    raise ValueError("must have a text, a number, true, false or a list of ids as each new value")


FLAG = Shape("true or false", _read_flag, ("flag",))
IDENTIFIER = Shape("id", _read_id, ("id",))
MOMENT = Shape("time with its offset", _read_moment, ("moment",), again=datetime.fromisoformat)
DAY = Shape("day", _read_day, ("day",), again=date.fromisoformat)
CHANGES = Shape("object: the new values by field name", _read_changes, ("changes",), again=_read_changes)


def ref(*kinds: str) -> Shape:
    """The id of another event, which must be of one of `kinds`."""
    return Shape("id of an event of kind " + " or ".join(kinds), _read_id, ("ref", *kinds), names=frozenset(kinds))


def refs(*kinds: str) -> Shape:
    """The ids of other events, each once, in any order; no kinds: of any kind."""
    what = "ids of events of kind " + " or ".join(kinds) if kinds else "ids of events of any kind"
    names = kinds or ("*",)
    return Shape("list: " + what, _read_ids, ("refs", *names), frozenset(names), many=True, again=tuple)


ANY_EVENT = Shape("id of an event of any kind", _read_id, ("ref", "*"), names=frozenset({"*"}))


def as_json(value: object) -> object:
    """The JSON value that a reader would read back as `value`."""
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, tuple):
        return _pairs(value) if value and isinstance(value[0], tuple) else list(value)
    return value


def _pairs(changes: tuple[tuple[str, str], ...]) -> dict[str, object]:
    return {key: json.loads(one) for key, one in changes}
