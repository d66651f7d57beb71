"""The two folds beside each other: the server's in Python, the page's in JavaScript (run by Node), on random streams.

Half of the streams are made here and half there, each from its own table of kinds, so that a kind or a field that only
one of them knows is noticed too.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from enum import Enum
from pathlib import Path
from random import Random
from typing import Any

from filiform.clinical.needle import (
    Event,
    EventError,
    State,
    as_dict,
    before_closing,
    before_insertion,
    canonical,
    event_from,
    fold,
)
from filiform.clinical.needle.events import FIELDS
from filiform.clinical.terms import Block, Level, MuscleId, Side
from tests.clinical.needle.making import MUSCLES, Room

SCRIPT = Path(__file__).with_name("both_folds.mjs")
OVER_LUNG = frozenset({MuscleId("upper_trapezius")})
OPENED_ON = date(2026, 11, 23)
OFTEN = ("open_pack", "in", "in", "out", "count", "undo", "correct", "left_in", "all_out")
NAMES = tuple("abcdefgh")
TEXTS = ("x", "upper_trapezius", "Ärm", "腕 \U0001f9b5", " a ", 'say "no"\\', "tab\tand\nline", "\uffee", "\U00010000")
MOMENTS = ("2026-11-23T15:58:00+01:00", "2026-11-23T14:58Z", "2026-11-23T15:58:00.5-00:30", "2027-01-01T00:00:00Z")
DAYS = ("2026-11-22", "2026-11-23", "2027-03-31")

Stream = list[dict[str, Any]]


# ---- what each program answers


def answer(stream: Stream) -> dict[str, Any]:
    """What the server's fold makes of a stream, as JSON."""
    read: list[Event] = []
    refused = []
    for value in stream:
        try:
            read.append(event_from(value))
        except EventError as error:
            refused.append([error.where, error.key, error.because])
    state = fold(read)
    pack = state.packs[-1].id if state.packs else ""
    insertion = before_insertion(state, MuscleId("upper_trapezius"), Side.LEFT, (), pack, over_lung=OVER_LUNG)
    return {
        "state": shown(state),
        "refused": refused,
        "canonical": [canonical(event) for event in read],
        "closing": [_block(one) for one in before_closing(state, OVER_LUNG, OPENED_ON)],
        "insertion": [_block(one) for one in insertion],
    }


def in_the_page(node: str, streams: list[Stream]) -> Iterator[dict[str, Any]]:
    """What the page's fold makes of each stream."""
    sent = "".join(json.dumps(stream) + "\n" for stream in streams)
    done = subprocess.run([node, str(SCRIPT), "fold"], input=sent, capture_output=True, text=True, check=True)
    return map(json.loads, done.stdout.splitlines())


def made_in_the_page(node: str, count: int, seed: int) -> Iterator[tuple[Stream, dict[str, Any]]]:
    """Streams that the page's program made, each with what its fold makes of it."""
    command = [node, str(SCRIPT), "make", str(count), str(seed)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    for line in done.stdout.splitlines():
        found = json.loads(line)
        yield found["events"], found["answer"]


def shown(state: State) -> dict[str, Any]:
    """Every part of the state under the names that the page uses: those of the contract, and the attributes' own.

    Of the incidents the page has those that somebody reported; what the record notices beside them is the server's.
    """
    found = {("in" if one.name == "inserted" else one.name): _plain(getattr(state, one.name)) for one in fields(state)}
    incidents = [_plain(one) for one in state.incidents if one.rule.startswith("incident.")]
    blocks = [_block(one) for one in state.blocks]
    return found | {"can_close": state.can_close, "blocks": blocks, "incidents": incidents}


def _plain(value: object) -> Any:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    if is_dataclass(value):
        own = {one.name: _plain(getattr(value, one.name)) for one in fields(value)}
        derived = {name: getattr(value, name) for name in ("left", "agrees") if hasattr(type(value), name)}
        return own | derived
    return value


def _block(one: Block) -> dict[str, str]:
    return {"rule": one.rule, "because": one.because} | ({} if one.level is Level.STOP else {"level": one.level.value})


def difference(here: Mapping[str, Any], there: Mapping[str, Any]) -> list[str]:
    """Where two answers differ, for a person: path, here, there."""
    return list(_differences("", here, there))


def _differences(path: str, here: Any, there: Any) -> Iterator[str]:
    if isinstance(here, dict) and isinstance(there, dict):
        for key in sorted(here.keys() | there.keys()):
            yield from _differences(f"{path}.{key}", here.get(key, "nothing"), there.get(key, "nothing"))
    elif here != there or type(here) is bool is not type(there):
        yield f"{path}: {here!r} in Python, {there!r} in JavaScript"


# ---- random streams


def streams(count: int, seed: int) -> list[Stream]:
    """Half of them without any sense, half an honest session out of order, mostly with something wrong in it."""
    rng = Random(seed)
    return [_honest(rng) if number % 2 else _senseless(rng, 16) for number in range(count)]


def _senseless(rng: Random, most: int) -> Stream:
    return [_event(rng) for _ in range(rng.randrange(most))]


def _honest(rng: Random) -> Stream:
    """A session as it is played in a room, then counted; some of it lost, repeated, or drowned in nonsense."""
    room = Room()
    right = rng.random() < 0.3  # somebody who errs in nothing: such a session may close
    for _ in range(rng.randrange(1, 25)):
        rng.choice(_RIGHT if right else _ACTS)(room, rng)
    while room.really_in and rng.random() < 0.9:
        room.take_out(0)
    room.count(rng.choice((0, 0, 0, 1)))
    events = [as_dict(event) for event in room.events]
    if right:
        return rng.sample(events, len(events))
    events = rng.sample(events, max(len(events) - rng.choice((0, 0, 1, 2)), 0))
    events += rng.choices(events, k=2) if events else []
    events += _senseless(rng, rng.choice((1, 1, 4)))
    rng.shuffle(events)
    return events


_RIGHT: tuple[Callable[[Room, Random], None], ...] = (
    lambda room, rng: room.open_pack(rng.randint(1, 3)),
    lambda room, rng: room.put_in(rng.choice(MUSCLES), rng.randrange(9)),
    lambda room, rng: room.put_in(rng.choice(MUSCLES), rng.randrange(9)),
    lambda room, rng: room.take_out(rng.randrange(9)),
    lambda room, rng: room.twitch(rng.randrange(9)),
    lambda room, rng: room.mistap(),
)
_ACTS: tuple[Callable[[Room, Random], None], ...] = (
    *_RIGHT,
    lambda room, rng: room.leave_in(rng.randrange(9)) if rng.random() < 0.3 else None,
    lambda room, rng: room.out_though_left_in() if rng.random() < 0.3 else None,
    lambda room, rng: room.deepen(rng.choice((8, 20.5, 40))),
    lambda room, rng: room.relabel(rng.choice((25, 30.5, 40))),
    lambda room, rng: room.take_back(rng.randrange(99)) if rng.random() < 0.3 else None,
    lambda room, rng: room.take_back_an_out(),
    lambda room, rng: room.everything_out() if rng.random() < 0.3 else None,
    lambda room, rng: room.count(rng.choice((0, -1))),
    lambda room, rng: room.mistap_without_undo() if rng.random() < 0.3 else None,
)


def _event(rng: Random) -> dict[str, Any]:
    kind = rng.choice(OFTEN) if rng.random() < 0.6 else rng.choice(list(FIELDS))
    found: dict[str, Any] = {"kind": kind}
    for one in FIELDS[kind]:
        if one.required or rng.random() < 0.4:
            found[one.name] = _value(rng, *one.shape.code)
    if kind == "count" and rng.random() < 0.5:
        found["covers"] = [name for name in NAMES if name != found["id"]]
    return found


def _value(rng: Random, reader: Any, *bounds: Any) -> Any:
    simple: dict[str, Any] = {
        "text": TEXTS,
        "choice": bounds,
        "flag": (True, False),
        "id": NAMES,
        "moment": MOMENTS,
        "day": DAYS,
        "ref": NAMES,
    }
    if reader in simple:
        return rng.choice(simple[reader])
    if reader == "whole":
        return bounds[0] + rng.randrange(min(bounds[1] - bounds[0] + 1, 6))
    if reader == "number":
        return rng.choice([bounds[0], bounds[1], float(int(bounds[0]) + 7), bounds[0] + 0.125])
    if reader == "refs":
        return list(reversed(NAMES)) if rng.random() < 0.3 else [one for one in NAMES if rng.random() < 0.4]
    return dict(_change(rng) for _ in range(rng.randrange(1, 3)))


def _change(rng: Random) -> tuple[str, Any]:
    one = rng.choice(FIELDS[rng.choice(list(FIELDS))])
    if rng.random() < 0.1:
        return one.name, rng.choice([None, 0, -1, "", "z", [], True, 1.5, 20.0])
    return one.name, 1 if one.shape.code[0] == "changes" else _value(rng, *one.shape.code)
