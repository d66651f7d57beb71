"""What happened in a session that somebody must know afterwards, whether or not it blocks closing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from filiform.clinical.needle.counting import Counted, unsearched
from filiform.clinical.needle.events import (
    EXPECTED_FEELINGS,
    AllOut,
    Bleeding,
    Extra,
    HandOver,
    Incident,
    Missing,
    NeedleOut,
    Sensation,
    Turn,
)
from filiform.clinical.needle.ledger import Ledger
from filiform.clinical.needle.mending import mended
from filiform.clinical.needle.problems import ChestCheck
from filiform.clinical.needle.tally import Tally


@dataclass(frozen=True, slots=True)
class Noticed:
    """One thing to know: a dotted rule, one plain sentence, and the events it rests on."""

    rule: str
    because: str
    events: tuple[str, ...]


def noticed(ledger: Ledger, now: Tally, judged: tuple[Counted, ...]) -> tuple[Noticed, ...]:
    """Everything to know, sorted by rule and event so that it does not depend on who sent first."""
    found = [
        *_reported(ledger),
        *_seen(ledger),
        *_counted_on_the_way(ledger),
        *(Noticed(f"problem.{one.what.value}", one.words, (one.id, *_given(one.needle))) for one in mended(ledger)),
        *_too_deep(now),
        *(Noticed("count.mismatch", _found(one), (one.id,)) for one in judged if not one.agrees),
        *(Noticed(one.rule, one.because, one.events) for one in (*ledger.troubles, *ledger.settled)),
    ]
    return tuple(sorted(found, key=lambda one: (one.rule, one.events)))


def _found(one: Counted) -> str:
    return f"A count found {one.found} needles where the events it covers make {one.expected}."


def _reported(ledger: Ledger) -> Iterator[Noticed]:
    """What a person wrote down as an incident."""
    left = ", ".join(unsearched(ledger.standing))
    for event in ledger.standing.values():
        if isinstance(event, Missing):
            owed = f" Not searched: {left}." if left else ""
            yield Noticed("needle.missing", f"Not found: {event.needles}. {event.account}{owed}", (event.id,))
        elif isinstance(event, Extra):
            yield Noticed("needle.extra", f"Found, not opened here: {event.needles}. {event.account}", (event.id,))
        elif isinstance(event, Incident):
            yield Noticed(f"incident.{event.what.value}", event.account, (event.id, *_given(event.about)))


def _given(name: str | None) -> tuple[str, ...]:
    return () if name is None else (name,)


def _seen(ledger: Ledger) -> Iterator[Noticed]:
    """What the events themselves show: an unusual pain (M18), bleeding that goes on, an emergency, a wrong answer."""
    for event in ledger.standing.values():
        if isinstance(event, Sensation) and event.feeling not in EXPECTED_FEELINGS:
            because = f"The patient felt something unusual during needling: {event.feeling.value}. Follow it up."
            yield Noticed("sensation.unusual", because, (event.id, event.needle))
        elif isinstance(event, NeedleOut) and event.bleeding is Bleeding.NOT_STOPPED:
            yield Noticed("bleeding.not_stopped", "A point had not stopped bleeding.", (event.id, event.needle))
        elif isinstance(event, AllOut):
            yield Noticed("all_out", f"Emergency: {len(event.needles)} needles were pulled out at once.", (event.id,))
        elif isinstance(event, ChestCheck) and (event.breathless or event.chest_pain):
            because = "After needling over the lung the patient was short of breath or had pain in the chest."
            yield Noticed("chest.symptoms", because, (event.id,))


def _counted_on_the_way(ledger: Ledger) -> Iterator[Noticed]:
    """Somebody said how many needles were in, and the record had another number."""
    for event in ledger.standing.values():
        if isinstance(event, Turn) and event.needles_in != len(event.known):
            said = f"When the patient turned, {event.needles_in} needles were said to be in"
            yield Noticed("turn.disagrees", f"{said}; the record had {len(event.known)}.", (event.id,))
        elif isinstance(event, HandOver) and event.needles_in != len(event.known):
            said = f"At the hand-over {event.needles_in} needles were counted in"
            yield Noticed("hand_over.disagrees", f"{said}; the record had {len(event.known)}.", (event.id,))


def _too_deep(now: Tally) -> Iterator[Noticed]:
    """A needle in to its handle: it breaks there (facts.md section 5)."""
    length = {pack.id: pack.length_mm for pack in now.packs}
    for needle in now.needles:
        if needle.depth_mm is not None and needle.depth_mm >= length.get(needle.pack, needle.depth_mm + 1):
            deep, long = _mm(needle.depth_mm), _mm(length[needle.pack])
            because = f"Recorded {deep} mm deep with a needle of {long} mm: in to the handle."
            yield Noticed("needle.to_the_handle", because, (needle.id,))


def _mm(value: float) -> str:
    """Every digit, without rounding: the page in the browser writes the same."""
    return repr(int(value) if value == int(value) else value)
