"""From JSON to events and back. Everything is refused that is not exactly an event, with what, where and what to do."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from filiform.clinical.needle.events import BY_KIND, FIELDS, Correct, Event, LeftIn, NeedleIn, references
from filiform.clinical.needle.fields import as_json

COMMON = ("id", "at", "device", "by", "kind")
_NAMES = {kind: tuple(one.name for one in every) for kind, every in FIELDS.items()}
_AGAIN = {
    kind: tuple((one.name, one.shape.again) for one in every if one.shape.again is not None)
    for kind, every in FIELDS.items()
}
_ANY_FIELD = frozenset(one.name for every in FIELDS.values() for one in every) | {"kind"}


class EventError(ValueError):
    """An event that is not one. `where` is its id or line, `key` the field, `because` what is wrong and what to do."""

    def __init__(self, where: str, key: str, because: str) -> None:
        super().__init__(f"{where}: {key}: {because}")
        self.where, self.key, self.because = where, key, because


@dataclass(frozen=True, slots=True)
class Known:
    """The ids that an event may use. None: they are not checked here, because whoever calls has checked them."""

    muscles: Collection[str] | None = None
    regions: Collection[str] | None = None


@dataclass(frozen=True, slots=True)
class Read:
    """What was read: the events, and every line that was refused."""

    events: tuple[Event, ...]
    refused: tuple[EventError, ...] = ()


def event_from(value: object, known: Known = Known(), where: str = "") -> Event:
    """The event that a JSON object says. `where` (a line) is named in errors beside the event's own id."""
    place = _place(value, where)
    if not isinstance(value, dict):
        raise EventError(place, "event", 'must be an object, as {"id": "e1", "kind": "note", ...}')
    kind = value.get("kind")
    if not isinstance(kind, str) or kind not in BY_KIND:
        raise EventError(place, "kind", "must be one of " + ", ".join(BY_KIND) + "; see ./filiform session --kinds")
    _refuse_unknown_keys(value, kind, place)
    make: Callable[..., Event] = BY_KIND[kind]
    event = make(**_values(value, kind, place))
    _check_ids(event, known, place)
    _refuse_naming_itself(event, place)
    if isinstance(event, LeftIn) and event.due_out <= event.at:
        raise EventError(place, "due_out", "must be later than the event itself: say when the needle will come out")
    return event


def event_again(body: Mapping[str, Any]) -> Event:
    """The event of a JSON object that `as_dict` made: what a record holds, read without being asked again.

    The same event as `event_from` in a third of the time, and only of what `event_from` once let in: a body that never
    was an event ends in an error that says nothing, or in an event that is none.
    """
    values = dict(body)
    kind = values.pop("kind")
    for name, read in _AGAIN[kind]:
        if name in values:
            values[name] = read(values[name])
    make: Callable[..., Event] = BY_KIND[kind]
    return make(**values)


def _place(value: object, where: str) -> str:
    own = value.get("id") if isinstance(value, dict) else None
    name = f'event "{own[:80]}"' if isinstance(own, str) and own else "event without an id"
    return f"{where}, {name}" if where else name


def _refuse_unknown_keys(value: dict[str, Any], kind: str, place: str) -> None:
    allowed = _NAMES[kind]
    for key in value:
        if key != "kind" and key not in allowed:
            raise EventError(place, key, f'is not a field of "{kind}"; it has {", ".join(allowed)}: take the key away')


def _values(value: dict[str, Any], kind: str, place: str) -> dict[str, object]:
    found: dict[str, object] = {}
    for one in FIELDS[kind]:
        if one.name in value:
            found[one.name] = _value(value[one.name], one.shape.read, place, one.name)
        elif one.required:
            raise EventError(place, one.name, f"is missing: add {one.says} ({one.shape.type})")
    return found


def _value(value: object, read: Any, place: str, key: str) -> object:
    try:
        return read(value)
    except ValueError as error:
        raise EventError(place, key, str(error)) from None


def _check_ids(event: Event, known: Known, place: str) -> None:
    """Muscle and region ids, in a needle that went in and in a correction of one."""
    if isinstance(event, NeedleIn):
        _check_id(event.muscle, "muscle", known.muscles, place)
        _check_id(event.region, "region", known.regions, place)
    if isinstance(event, Correct):
        for key, value in event.fields:
            if key not in _ANY_FIELD:
                raise EventError(place, "fields", f'"{key}" is a field of no kind of event: take it away')
            if key in ("muscle", "region"):
                _check_id(json.loads(value), key, known.muscles if key == "muscle" else known.regions, place)


def _check_id(value: object, key: str, known: Collection[str] | None, place: str) -> None:
    if known is not None and value is not None and value not in known:
        raise EventError(place, key, f'"{value}" is in no table: take an id of {key}s.csv')


def _refuse_naming_itself(event: Event, place: str) -> None:
    """The one circle that can be seen in one event; longer ones are found by the fold."""
    for key, _, name in references(event):
        if name == event.id:
            raise EventError(place, key, "names the event itself: name the event it is about")


def as_dict(event: Event) -> dict[str, object]:
    """The JSON object of `event`; what was not said is left out."""
    found: dict[str, object] = {"kind": event.kind}
    for one in FIELDS[event.kind]:
        value = getattr(event, one.name)
        if value is not None:
            found[one.name] = as_json(value)
    return found


def canonical(event: Event) -> str:
    """One text per content: the same event sent twice has the same, a different one under its id has not."""
    return json.dumps(as_dict(event), sort_keys=True)


def read_lines(lines: Iterable[str], known: Known = Known()) -> Read:
    """One JSON object a line, empty lines passed over. Every line that is refused is told, not only the first."""
    events: list[Event] = []
    refused: list[EventError] = []
    for place, line in enumerate(lines, start=1):
        if line.strip():
            try:
                events.append(event_from(parsed(line, f"line {place}"), known, f"line {place}"))
            except EventError as error:
                refused.append(error)
    return Read(tuple(events), tuple(refused))


def parsed(line: str, place: str) -> object:
    """The JSON value of `line`; EventError, naming `place`, for what is not JSON, has a key twice or holds NaN."""
    try:
        return json.loads(line, object_pairs_hook=_once, parse_constant=_no_constant)
    except RecursionError:
        raise EventError(place, "event", "is nested too deeply: an event is one flat object") from None
    except json.JSONDecodeError as error:
        because = f"is not JSON ({error.msg} at character {error.pos + 1}): write one object a line"
        raise EventError(place, "event", because) from None
    except ValueError as error:
        raise EventError(place, "event", str(error)) from None


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("has the same key twice: keep one of them")
    return found


def _no_constant(name: str) -> object:
    raise ValueError(f"holds {name}, which is no number: leave the field out when it is not known")


def kinds() -> dict[str, object]:
    """Every kind with its fields and types, for programs: what `./filiform session --kinds` prints."""
    return {
        kind: {
            "says": BY_KIND[kind].says,
            "fields": {one.name: _described(one) for one in every},
        }
        for kind, every in FIELDS.items()
    }


def _described(one: Any) -> dict[str, object]:
    found: dict[str, object] = {"type": one.shape.type, "required": one.required, "says": one.says}
    if one.shape.values:
        found["values"] = list(one.shape.values)
    return found
