"""The recount: what each count found, what it should have found, and which count speaks for the session.

A count lists the events it covers. It is judged by those events alone, so a count made before a late tablet came back
is not called wrong for what it could not know; but only a count that covers every event may close the session.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from filiform.clinical.needle.events import AllOut, Count, Event, Extra, Missing
from filiform.clinical.needle.ledger import Ledger, settle
from filiform.clinical.needle.problems import Searched, SearchPlace
from filiform.clinical.needle.tally import Tally, tally


@dataclass(frozen=True, slots=True)
class Counted:
    """One count that stands. `speaks`: it covers every event and no other such count covers it."""

    id: str
    by: str
    found: int
    expected: int
    covers: tuple[str, ...]
    speaks: bool

    @property
    def agrees(self) -> bool:
        return self.found == self.expected


def expected(now: Tally, standing: Mapping[str, Event]) -> int:
    """Needles that a person must find: the tray's, less those reported missing, plus those reported as extra."""
    missing = sum(event.needles for event in standing.values() if isinstance(event, Missing))
    extra = sum(event.needles for event in standing.values() if isinstance(event, Extra))
    return now.tray - missing + extra


def unsearched(standing: Mapping[str, Event]) -> tuple[SearchPlace, ...]:
    """Where nobody is on record as having looked, in the order of looking, while a needle is reported missing.

    A report need not wait for the search, because help may be needed first; the search is then owed.
    """
    if not any(isinstance(event, Missing) for event in standing.values()):
        return ()
    searched = {event.place for event in standing.values() if isinstance(event, Searched)}
    return tuple(place for place in SearchPlace if place not in searched)


def counts(ledger: Ledger, now: Tally) -> tuple[Counted, ...]:
    """Every count that stands, by id."""
    standing = [event for event in ledger.standing.values() if isinstance(event, Count)]
    complete = {one.id for one in standing if not uncovered(ledger, one.covers)}
    covered = {name for one in standing if one.id in complete for name in one.covers}
    here = expected(now, ledger.standing)
    return tuple(
        Counted(
            one.id,
            one.by,
            found=one.tray,
            expected=here if one.id in complete else _expected_then(ledger, one),
            covers=one.covers,
            speaks=one.id in complete and one.id not in covered,
        )
        for one in standing
    )


def uncovered(ledger: Ledger, covers: Collection[str]) -> tuple[str, ...]:
    """Events that `covers` leaves out. A count need not cover other counts: they move no needle."""
    held = frozenset(covers)
    return tuple(name for name, event in ledger.everything.items() if name not in held and not isinstance(event, Count))


def _expected_then(ledger: Ledger, count: Count) -> int:
    then = settle(ledger.everything[name] for name in count.covers if name in ledger.everything)
    return expected(tally(then.standing), then.standing)


def recount_due(ledger: Ledger, judged: Collection[Counted]) -> bool:
    """After an emergency's `all_out`: nothing goes on until a count that covers it has found every needle."""
    confirmed = {name for one in judged if one.agrees for name in one.covers}
    return any(isinstance(event, AllOut) and name not in confirmed for name, event in ledger.standing.items())
