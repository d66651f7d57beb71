"""Why a session may not be closed: every reason, in the order in which a person should settle them.

The order of danger: a needle in the patient, then needles nobody can place, then the record itself, then the count.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from filiform.clinical.needle.counting import Counted, recount_due, uncovered
from filiform.clinical.needle.events import Incident, LeftIn, Mishap
from filiform.clinical.needle.ledger import Ledger
from filiform.clinical.needle.tally import Tally, Where
from filiform.clinical.terms import Block


def blocks(ledger: Ledger, now: Tally, judged: tuple[Counted, ...]) -> tuple[Block, ...]:
    """Empty when the session may be closed."""
    return (
        *_needles(ledger, now),
        *_packs(ledger, now),
        *(Block(one.rule, one.because) for one in ledger.troubles),
        *_count(ledger, judged),
    )


def _needles(ledger: Ledger, now: Tally) -> Iterator[Block]:
    still = [one for one in now.at(Where.IN) if one.id not in now.doubtful]
    if still:
        where = Counter(f"{one.muscle.replace('_', ' ')} {one.side.value}" for one in still)
        places = ", ".join(f"{name} ({many})" for name, many in sorted(where.items()))
        yield Block("needle.still_in", f"{_many(len(still), 'needle is', 'needles are')} still in: {places}.")
    for name in now.doubtful:
        because = f"Needle {name} is recorded as out and as left in. Look at the patient, then undo the wrong one."
        yield Block("needle.out_and_left_in", because)
    for event in ledger.standing.values():
        if isinstance(event, LeftIn) and not event.patient_agreed:
            because = f"Needle {event.needle} is left in, and the patient was not told or did not agree."
            yield Block("needle.left_in_untold", f"{because} Tell them and correct it, or take the needle out.")


def _packs(ledger: Ledger, now: Tally) -> Iterator[Block]:
    told = {
        event.about
        for event in ledger.standing.values()
        if isinstance(event, Incident) and event.what is Mishap.EXPIRED_PACK
    }
    for pack in now.packs:
        if pack.left < 0:
            used = pack.drawn + pack.dropped
            because = f"{used} needles were used of pack {pack.id} (lot {pack.lot}), which holds {pack.needles}."
            yield Block("needle.more_in_than_opened", f"{because} Correct the pack, or record the one that was opened.")
        if pack.expired and pack.id not in told:
            because = f"Pack {pack.id} (lot {pack.lot}) was past its date, {pack.expiry}, when it was opened."
            yield Block(
                "pack.expired", f"{because} Correct the date if it is wrong, or record an incident about the pack."
            )


def _count(ledger: Ledger, judged: tuple[Counted, ...]) -> Iterator[Block]:
    speaking = [one for one in judged if one.speaks]
    if recount_due(ledger, judged):
        yield Block(
            "all_out.recount", "Everything was pulled out at once: count every needle again, floor and linen too."
        )
    if not judged:
        yield Block("count.none", "Nobody has counted yet: count the needles on the tray and in the sharps box.")
    elif not speaking:
        left_out = min((uncovered(ledger, one.covers) for one in judged), key=lambda names: (len(names), names))
        because = f"{_many(len(left_out), 'event is', 'events are')} in no count ({_some(left_out)}): count again."
        yield Block("count.not_covering", because)
    for one in speaking:
        if not one.agrees:
            yield Block("count.mismatch", _mismatch(one))


def _mismatch(one: Counted) -> str:
    """What a wrong count says. The patient stays on the table until it is right or an incident is written."""
    apart = abs(one.expected - one.found)
    if one.found < one.expected:
        ending = f"{_many(apart, 'needle is', 'needles are')} not accounted for. "
        ending += "The patient stays on the table: search, then count again."
    else:
        ending = f"{_many(apart, 'needle is', 'needles are')} too many. Record what was opened, or an incident."
    return f"Counted {one.found}, expected {one.expected}: {ending}"


def _many(number: int, one: str, more: str) -> str:
    return f"{number} {one if number == 1 else more}"


def _some(names: Iterable[str], at_most: int = 5) -> str:
    every = list(names)
    return ", ".join(every[:at_most]) + (f" and {len(every) - at_most} more" if len(every) > at_most else "")
