"""What the events amount to once repeats, take-backs and corrections are worked out, by reference and never by time.

The result depends on the set of events only. What cannot be settled by the events themselves (one id with two contents,
a reference to something that has not arrived, a circle) is kept as trouble that blocks closing.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from filiform.clinical.needle.events import Correct, Count, Event, NeedleIn, Undo, references
from filiform.clinical.needle.reading import COMMON, EventError, as_dict, canonical, event_from


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something in the events that a person must settle: the rule it breaks, why, and the events concerned."""

    rule: str
    because: str
    events: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ledger:
    """`everything`: each id once. `standing`: the events that hold, corrected. `troubles`: sorted, each once.

    `settled`: conflicts that were taken back; they block nothing any more, but they happened.
    """

    everything: Mapping[str, Event]
    standing: Mapping[str, Event]
    troubles: tuple[Trouble, ...] = ()
    settled: tuple[Trouble, ...] = ()


def settle(events: Iterable[Event]) -> Ledger:
    """Work out which events stand. Pure set logic: order and repetition of `events` make no difference."""
    everything, conflicting = _each_id_once(events)
    circle = _in_a_circle(everything)
    gone = _taken_back(everything, circle)
    corrected, refused = _corrected(everything, gone)
    standing = {name: event for name, event in corrected.items() if name not in gone}
    troubles = [
        *(_conflict(name) for name in conflicting - gone),
        *(_circle(name) for name in circle),
        *refused,
        *_bad_references(everything, standing, gone),
    ]
    settled = [_conflict(name) for name in conflicting & gone]
    return Ledger(everything, standing, _sorted(troubles), _sorted(settled))


def _sorted(troubles: Iterable[Trouble]) -> tuple[Trouble, ...]:
    return tuple(sorted(set(troubles), key=lambda one: (one.rule, one.events, one.because)))


def _each_id_once(events: Iterable[Event]) -> tuple[dict[str, Event], set[str]]:
    """One event per id, and the ids that came with different contents.

    Of different contents none is believed: the session is blocked until the id is taken back. Until then a needle that
    any of them says went in is shown as in, since that is the mistake that hurts.
    """
    by_id: dict[str, list[Event]] = {}
    for event in events:
        by_id.setdefault(event.id, []).append(event)
    # Writing an event as text costs more than all the rest; nearly every id came once.
    several = {name: {canonical(one): one for one in these} for name, these in by_id.items() if len(these) > 1}
    kept = {name: _worst(several[name]) if name in several else by_id[name][0] for name in sorted(by_id)}
    return kept, {name for name, these in several.items() if len(these) > 1}


def _worst(variants: Mapping[str, Event]) -> Event:
    order = sorted(variants, key=lambda text: (not isinstance(variants[text], NeedleIn), text))
    return variants[order[0]]


def _in_a_circle(everything: Mapping[str, Event]) -> set[str]:
    """Events that name each other round, or hang on such a circle. Honest devices cannot make one: ids come first."""
    waiting = {name: {one for _, _, one in references(event)} & everything.keys() for name, event in everything.items()}
    named_by: dict[str, list[str]] = {}
    for name, needs in waiting.items():
        for one in needs:
            named_by.setdefault(one, []).append(name)
    ready = [name for name, needs in waiting.items() if not needs]
    while ready:
        done = ready.pop()
        del waiting[done]
        for name in named_by.get(done, ()):
            waiting[name].discard(done)
            if not waiting[name]:
                ready.append(name)
    return set(waiting)


def _taken_back(everything: Mapping[str, Event], circle: set[str]) -> set[str]:
    """Ids named by an undo that itself stands. An undo taken back takes nothing back. Circles take nothing back."""
    undos: dict[str, list[str]] = {}
    for name, event in everything.items():
        if isinstance(event, Undo) and name not in circle:
            undos.setdefault(event.event, []).append(name)
    stands: dict[str, bool] = {}
    for first in undos:
        _walk(first, undos, stands)
    return {name for name in undos if not stands[name]}


def _walk(first: str, undos: Mapping[str, list[str]], stands: dict[str, bool]) -> None:
    """Fill `stands` for `first` and every undo above it, without recursion: a hostile chain may be 100,000 long."""
    path = [first]
    while path:
        name = path[-1]
        open_ones = [one for one in undos.get(name, ()) if one not in stands]
        if open_ones:
            path.extend(open_ones)
            continue
        stands[name] = not any(stands[one] for one in undos.get(name, ()))
        path.pop()


def _corrected(everything: Mapping[str, Event], gone: set[str]) -> tuple[dict[str, Event], list[Trouble]]:
    """Every event with its standing corrections applied, and the corrections that could not be."""
    corrections: dict[str, list[Correct]] = {}
    for name, event in everything.items():
        if isinstance(event, Correct) and name not in gone and event.event in everything:
            corrections.setdefault(event.event, []).append(event)
    troubles: list[Trouble] = []
    found = dict(everything)
    for name in corrections:
        if not isinstance(everything[name], Correct):
            found[name] = _apply(everything[name], corrections, troubles)
    return found, troubles


def _apply(event: Event, corrections: Mapping[str, list[Correct]], troubles: list[Trouble]) -> Event:
    """`event` with its corrections; unchanged, with the trouble noted, when they disagree or do not fit."""
    names = tuple(one.id for one in corrections[event.id])
    if isinstance(event, Undo | Count):
        what = "undo it" if isinstance(event, Undo) else "count again"
        troubles.append(
            Trouble("correct.refused", f"An event of kind {event.kind} cannot be corrected: {what} instead.", names)
        )
        return event
    changes, disagree = _changes(event.id, corrections)
    if disagree:
        because = f"Corrections of {event.id} disagree about {', '.join(disagree)}: undo the wrong one."
        troubles.append(Trouble("correct.disagree", because, names))
        return event
    try:
        return _rewritten(event, changes)
    except EventError as error:
        because = f"A correction of {event.id} does not fit: {error.key} {error.because}. Undo it."
        troubles.append(Trouble("correct.refused", because, names))
        return event


def _changes(name: str, corrections: Mapping[str, list[Correct]]) -> tuple[dict[str, str], list[str]]:
    """New values by field for event `name`, and the fields on which its corrections disagree.

    A correction of a correction overrides what that one said. Two that do not name each other must say the same.
    Without recursion: a hostile chain may be long.
    """
    above = [name]
    for one in above:
        above.extend(further.id for further in corrections.get(one, ()))
    said: dict[str, dict[str, set[str]]] = {}
    for one in reversed(above):
        values: dict[str, set[str]] = {}
        for further in corrections.get(one, ()):
            for key, these in said[further.id].items():
                values.setdefault(key, set()).update(these)
            for key, value in further.fields:
                if key not in said[further.id]:
                    values.setdefault(key, set()).add(value)
        said[one] = values
    final = said[name]
    return {key: min(these) for key, these in final.items()}, sorted(key for key in final if len(final[key]) > 1)


def _rewritten(event: Event, changes: Mapping[str, str]) -> Event:
    value = as_dict(event)
    for key, new in changes.items():
        if key in COMMON:
            raise EventError(event.id, key, "cannot be corrected: undo the event and record it again")
        value[key] = json.loads(new)
    return event_from(value)


def _bad_references(
    everything: Mapping[str, Event], standing: Mapping[str, Event], gone: set[str]
) -> Iterable[Trouble]:
    for event in standing.values():
        for key, shape, one in references(event):
            if one not in everything:
                yield _pending(event, one)
            elif "*" not in shape.names and everything[one].kind not in shape.names:
                yield _wrong_kind(event, key, everything[one], sorted(shape.names))
            elif one in gone and ("*" not in shape.names or _corrects_a_correction(event, everything[one])):
                yield _names_undone(event, one)


def _corrects_a_correction(event: Event, other: Event) -> bool:
    """What stands on a correction that was taken back would otherwise be lost without a word."""
    return isinstance(event, Correct) and isinstance(other, Correct)


def _conflict(name: str) -> Trouble:
    because = f"Event {name} arrived with two different contents. Undo it, then record again what really happened."
    return Trouble("event.conflict", because, (name,))


def _circle(name: str) -> Trouble:
    because = (
        f"Event {name} names events that name it back, or hangs on such a circle, which no honest device can make."
    )
    return Trouble("event.circle", because, (name,))


def _pending(event: Event, name: str) -> Trouble:
    because = (
        f"Event {event.id} ({event.kind}) names {name}, which has not arrived. Bring the other device into the net."
    )
    return Trouble("event.pending", because, (event.id, name))


def _wrong_kind(event: Event, key: str, other: Event, wanted: list[str]) -> Trouble:
    because = (
        f"Event {event.id} ({event.kind}) names {other.id} as its {key}; that is of kind {other.kind}, not "
        f"{' or '.join(wanted)}. Undo {event.id} and record it again."
    )
    return Trouble("event.wrong_kind", because, (event.id, other.id))


def _names_undone(event: Event, name: str) -> Trouble:
    because = (
        f"Event {event.id} ({event.kind}) is about {name}, which was taken back. Undo {event.id} too, or the undo."
    )
    return Trouble("event.names_undone", because, (event.id, name))
