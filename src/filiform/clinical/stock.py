"""Needles in stock: which lot may be taken in, which may be opened, and what makes two written lots one.

A lot is found by its `key`, not by the letters as they were typed: in a recall a patient who is asked once too often is
better than one who is not asked.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from filiform.clinical.needle.gates import before_opening
from filiform.clinical.terms import Block

# What people leave out, add or mistake when they type a lot: (as written, as compared). `record/models/stock.py` says
# the same to the database, and a test compares the two. A change needs a migration that makes `event_by_lot` anew.
ALIKE = ((" ", ""), ("-", ""), (".", ""), ("/", ""), ("_", ""), ("O", "0"), ("I", "1"))
LONGEST_LOT, LONGEST_MAKER, LONGEST_REASON = 60, 80, 300
MOST_PACKS, MOST_NEEDLES = 10_000, 200
GAUGES, LENGTHS = (Decimal("0.05"), Decimal("1.0")), (Decimal(5), Decimal(150))  # mm, as in the session's events
# Longer than any sterile needle keeps: a year typed wrongly, not a needle that is good for a lifetime.
LONGEST_GOOD = timedelta(days=366 * 15)


@dataclass(frozen=True, slots=True)
class Lot:
    """What a pack of a lot says on its label. `needles` are those of one pack; sizes in mm; `expiry` its last day."""

    number: str
    maker: str
    gauge_mm: Decimal
    length_mm: Decimal
    needles: int
    expiry: date


def key(lot: str) -> str:
    """What a written lot is compared by: capitals, without spaces and marks, O as 0 and I as 1."""
    # Only a to z, as SQLite does it: the two must agree on every letter.
    found = "".join(sign.upper() if sign.isascii() else sign for sign in lot)
    for written, compared in ALIKE:
        found = found.replace(written, compared)
    return found


def before_receiving(lot: Lot, packs: int, on: date, known: Lot | None) -> tuple[Block, ...]:
    """What stands against taking `packs` packs of `lot` into the stock on the local day `on`, every reason at once.

    `known` is the lot of that number which the stock has already.
    """
    return (*_label(lot), *_number(packs), *_last_day(lot, on), *_differs(lot, known))


def before_opening_lot(written: str, expiry: date, on: date, known: Lot | None, recalled: bool) -> tuple[Block, ...]:
    """What stands against opening a pack on the local day `on` whose label was read as `written`, good until `expiry`.

    A lot that the stock does not know is judged by its label alone: the therapist holds it, and it may be borrowed.
    """
    found = list(before_opening(written, expiry, on))
    if known is not None and known.expiry != expiry:
        because = (
            f"Lot {known.number} was received as good until {known.expiry}, and this says {expiry}: "
            "look at the pack again, and put it away if the label says otherwise."
        )
        found.append(Block("pack.other_expiry", because))
        found.extend(before_opening(known.number, known.expiry, on))
    if recalled:
        found.append(Block("pack.recalled", f"Lot {written} was recalled: put the pack away and take another one."))
    return tuple(dict.fromkeys(found))


def before_putting_away(packs: int, left: int, because: str) -> tuple[Block, ...]:
    """What stands against putting `packs` packs away when the record says that `left` are there."""
    found = [*_number(packs), *_reason(because)]
    if packs > left:
        found.append(
            Block("stock.more_than_there", f"The record knows of {left} packs here; {packs} cannot be put away.")
        )
    return tuple(found)


def before_recall(because: str) -> tuple[Block, ...]:
    """A recall says why: who told, and what is wrong with the lot."""
    return tuple(_reason(because))


def _label(lot: Lot) -> Iterable[Block]:
    if not key(lot.number) or len(lot.number) > LONGEST_LOT:
        yield Block("stock.number", f"Write the lot number as it is on the box, at most {LONGEST_LOT} characters.")
    if not lot.maker.strip() or len(lot.maker) > LONGEST_MAKER:
        yield Block("stock.maker", f"Write who made the needles, at most {LONGEST_MAKER} characters.")
    if not _within(lot.gauge_mm, GAUGES):
        yield Block("stock.gauge", f"The diameter must be from {GAUGES[0]} to {GAUGES[1]} mm; {lot.gauge_mm} is not.")
    if not _within(lot.length_mm, LENGTHS):
        yield Block("stock.length", f"The length must be from {LENGTHS[0]} to {LENGTHS[1]} mm; {lot.length_mm} is not.")
    if not 1 <= lot.needles <= MOST_NEEDLES:
        yield Block("stock.needles", f"A pack holds from 1 to {MOST_NEEDLES} needles; {lot.needles} is not possible.")


def _within(value: Decimal, bounds: tuple[Decimal, Decimal]) -> bool:
    return value.is_finite() and bounds[0] <= value <= bounds[1]


def _number(packs: int) -> Iterable[Block]:
    if not 1 <= packs <= MOST_PACKS:
        yield Block("stock.packs", f"Give the number of packs, from 1 to {MOST_PACKS}.")


def _reason(because: str) -> Iterable[Block]:
    if not because.strip() or len(because) > LONGEST_REASON:
        yield Block("stock.reason", f"Write why, at most {LONGEST_REASON} characters.")


def _last_day(lot: Lot, on: date) -> Iterable[Block]:
    if on > lot.expiry:
        because = f"Lot {lot.number} was good until {lot.expiry}: do not take it in, send it back or put it away."
        yield Block("pack.expired", because)
    if lot.expiry > on + LONGEST_GOOD:
        yield Block("stock.expiry", f"{lot.expiry} is more than fifteen years away: read the last day again.")


def _differs(lot: Lot, known: Lot | None) -> Iterable[Block]:
    if known is None:
        return
    pairs = {
        "maker": (known.maker, lot.maker),
        "diameter": (known.gauge_mm, lot.gauge_mm),
        "length": (known.length_mm, lot.length_mm),
        "needles in a pack": (known.needles, lot.needles),
        "last day": (known.expiry, lot.expiry),
    }
    for what, (before, now) in pairs.items():
        if before != now:
            because = f"Lot {known.number} is in the stock with {what} {before}, and this says {now}: check the box."
            yield Block("stock.another_lot", because)
