"""The demo's needles in stock: a lot a quarter at every place, one that is past its day, one that was recalled."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from filiform.record.actions import stock
from filiform.record.actor import Actor

GAUGE, LENGTH, NEEDLES = Decimal("0.30"), Decimal(40), 5  # of the packs that the visits open
MAKER = "Riverbend Needles"
PACKS = 120  # of a lot at a place: more than a quarter's visits open
GOOD = timedelta(days=730)


def lot_of(on: date) -> tuple[str, date]:
    """(number, last day) of the lot that is opened on a day."""
    began = date(on.year, (on.month - 1) // 3 * 3 + 1, 1)
    return f"F{began:%y}-{(began.month + 2) // 3}04{began.month % 7}", began + GOOD


def fill(by: Actor, now: datetime, places: Iterable[UUID], days: int) -> None:
    """Take in every lot of the last `days`, each when its first pack was opened; then what a shelf has besides."""
    began = now - timedelta(days=days)
    first_seen = {
        lot_of((began + timedelta(days=day)).date()): began + timedelta(days=day) for day in range(days, -1, -1)
    }
    for place in places:
        for (number, expiry), at in first_seen.items():
            _take_in(by, at, place, number, expiry, PACKS)
        lot_id = _take_in(by, began, place, "E22-311", now.date() - timedelta(days=3), 4, gauge="0.25", length=30)
        recalled = _take_in(by, began, place, "K71-90B", now.date() + timedelta(days=400), 12, gauge="0.25", length=30)
    stock.put_away(by=by, now=began, lot_id=lot_id, place_id=place, packs=1, because="Torn in the box")
    because = "Letter of the maker: the seal of some packs may be open."
    stock.recall_lot(by=by, now=now - timedelta(days=9), lot_id=recalled, because=because)


def _take_in(
    by: Actor,
    now: datetime,
    place: UUID,
    number: str,
    expiry: date,
    packs: int,
    *,
    gauge: str = str(GAUGE),
    length: int = int(LENGTH),
) -> UUID:
    return stock.receive_lot(
        by=by,
        now=now,
        place_id=place,
        number=number,
        maker=MAKER,
        gauge_mm=Decimal(gauge),
        length_mm=Decimal(length),
        needles=NEEDLES,
        expiry=expiry,
        packs=packs,
    )
