"""Taking needles into the stock, putting them away, recalling a lot, and opening a pack of one."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from django.db import IntegrityError, transaction

from filiform.clinical import needle, stock
from filiform.clinical.access import Act
from filiform.record import audit, within
from filiform.record.actions import needle as needles
from filiform.record.actor import Actor
from filiform.record.models import Lot, LotMove, LotRecall
from filiform.record.models.stock import LotMoveKind
from filiform.record.reads import gates
from filiform.record.reads import stock as reads
from filiform.record.write import NotFound, Stale, refuse, write


@write(Act.KEEP_STOCK)
def receive_lot(
    *,
    by: Actor,
    now: datetime,
    place_id: UUID,
    number: str,
    maker: str,
    gauge_mm: Decimal,
    length_mm: Decimal,
    needles: int,
    expiry: date,
    packs: int,
) -> UUID:
    """Take `packs` packs of a lot into the stock of a place; the lot's id. Sizes in mm, `needles` of one pack.

    Refused, with every reason, when the label cannot be right, the last day is over, or the stock has a lot of this
    number with another maker, size or last day.
    """
    place = within.place(by, place_id)
    label = stock.Lot(number.strip(), maker.strip(), gauge_mm, length_mm, needles, expiry)
    row = Lot.objects.filter(practice_id=by.practice, key=stock.key(number)).first()
    known = reads.as_lot(row) if row else None
    refuse(stock.before_receiving(label, packs, gates.today(by.practice, now), known))
    row = row or _new(by, now, label)
    move = LotMove.objects.create(
        lot=row, place=place, kind=LotMoveKind.RECEIVED, packs=packs, recorded_at=now, recorded_by=by.id
    )
    audit.leave(by=by, at=now, act=Act.KEEP_STOCK, about=row.id, detail={"received": str(move.id)})
    return row.id


@write(Act.KEEP_STOCK)
def put_away(*, by: Actor, now: datetime, lot_id: UUID, place_id: UUID, packs: int, because: str) -> None:
    """Take packs out of a place's stock for another reason than opening: damaged, past their day, lost, sent back."""
    row, place = _lot(by, lot_id), within.place(by, place_id)
    refuse(stock.before_putting_away(packs, reads.left(by, row, place_id), because))
    move = LotMove.objects.create(
        lot=row,
        place=place,
        kind=LotMoveKind.PUT_AWAY,
        packs=packs,
        because=because.strip(),
        recorded_at=now,
        recorded_by=by.id,
    )
    audit.leave(by=by, at=now, act=Act.KEEP_STOCK, about=row.id, detail={"put_away": str(move.id)})


@write(Act.KEEP_STOCK)
def recall_lot(*, by: Actor, now: datetime, lot_id: UUID, because: str) -> None:
    """From now on no pack of the lot may be opened. Recalled before: somebody else was first."""
    row = _lot(by, lot_id)
    refuse(stock.before_recall(because))
    try:
        with transaction.atomic():
            LotRecall.objects.create(lot=row, because=because.strip(), recorded_at=now, recorded_by=by.id)
    except IntegrityError as error:
        raise Stale("lot") from error
    audit.leave(by=by, at=now, act=Act.KEEP_STOCK, about=row.id, detail={"recalled": True})


@write(Act.ADD_SESSION_EVENT)
def open_pack(*, by: Actor, now: datetime, session_id: UUID, event_id: str, device: str, lot_id: UUID) -> needle.State:
    """Open one pack of a lot in a session: an event with what the lot's label says. Refused past its day or recalled.

    One that the record believes to be used up may be opened: the therapist holds it in her hand.
    """
    label = reads.as_lot(_lot(by, lot_id))
    fields = {
        "needles": label.needles,
        "gauge_mm": float(label.gauge_mm),
        "length_mm": float(label.length_mm),
        "lot": label.number,
        "expiry": label.expiry.isoformat(),
    }
    return needles.tap(
        by=by, now=now, session_id=session_id, event_id=event_id, device=device, kind="open_pack", fields=fields
    )


def _lot(by: Actor, lot_id: UUID) -> Lot:
    row = Lot.objects.filter(pk=lot_id, practice_id=by.practice).first()
    if row is None:
        raise NotFound("lot")
    return row


def _new(by: Actor, now: datetime, label: stock.Lot) -> Lot:
    try:
        with transaction.atomic():
            return Lot.objects.create(
                practice_id=by.practice,
                key=stock.key(label.number),
                number=label.number,
                maker=label.maker,
                gauge_mm=label.gauge_mm,
                length_mm=label.length_mm,
                needles=label.needles,
                expiry=label.expiry,
                recorded_at=now,
                recorded_by=by.id,
            )
    except IntegrityError as error:
        raise Stale("stock") from error
