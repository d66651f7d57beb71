"""Needles in stock: what is on the shelf, whom a lot went into, and which lots went into a patient."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, Sum
from django.db.models.fields.json import KT

from filiform.clinical import needle, stock
from filiform.clinical.access import Act
from filiform.clinical.needle import events as kinds
from filiform.clinical.terms import Block
from filiform.record import models as m
from filiform.record import names, within
from filiform.record.actor import Actor
from filiform.record.models.stock import LotMoveKind, LotOf
from filiform.record.reads import gates, people
from filiform.record.reads.people import PatientLine
from filiform.record.write import NotFound, internal, read, unlogged_read

SOON = timedelta(days=60)
LONG_OVER = timedelta(days=366)  # a lot that ended before is not on the shelf; by its number it is found for ever


class Standing(StrEnum):
    """Whether packs of a lot may be opened today."""

    GOOD = "good"
    SOON = "soon"  # good, but not for long
    EXPIRED = "expired"
    RECALLED = "recalled"


@dataclass(frozen=True, slots=True)
class LotLine:
    """One lot with its packs, in all places or in the one that was asked for. `left` is what the record knows of.

    `opened` counts events of the ledger that were not taken back. It is a number for the shelf: no gate rests on it.
    """

    id: UUID
    lot: stock.Lot
    standing: Standing
    recalled_because: str
    received: int
    put_away: int
    opened: int

    @property
    def left(self) -> int:
        """Packs that should be there; fewer than none when more were opened than were ever taken in."""
        return self.received - self.put_away - self.opened


@dataclass(frozen=True, slots=True)
class Shelf:
    on: date
    lots: tuple[LotLine, ...]


@dataclass(frozen=True, slots=True)
class Use:
    """A pack of a lot that was opened in one session. `needled`: how many of its needles went into the patient.

    `written`: the lot as somebody wrote it. `stands` is False when the opening was taken back, or corrected to another
    lot, since; `late` when it is not in the ledger but was kept beside it.
    """

    session_id: UUID
    visit_id: UUID
    opened_at: datetime
    place: str
    practitioner: str
    written: str
    expiry: date | None
    needled: int
    stands: bool
    late: bool = False


@dataclass(frozen=True, slots=True)
class PatientOfLot:
    """Somebody to call in a recall, with every use, newest first."""

    id: UUID
    name: str
    birth_date_said: str
    phone: str
    email: str
    uses: tuple[Use, ...]


@dataclass(frozen=True, slots=True)
class LotUses:
    """Whom a lot went into. `line` is None for a lot that was never taken in and is only in the ledger."""

    written: str
    line: LotLine | None
    moves: tuple[Move, ...]
    patients: tuple[PatientOfLot, ...]


@dataclass(frozen=True, slots=True)
class LotsOfPatient:
    """Every pack that was opened for a patient, newest first."""

    patient: PatientLine
    uses: tuple[Use, ...]


@dataclass(frozen=True, slots=True)
class Move:
    at: datetime
    by: str
    place: str
    kind: str
    packs: int
    because: str


@unlogged_read(Act.SEE_STOCK, because="lots and packs, no patient in it")
def shelf(*, by: Actor, now: datetime, place_id: UUID | None = None) -> Shelf:
    """The lots of the practice, or of one place, that are there or may be opened; the first to end first."""
    on = gates.today(by.practice, now)
    rows = m.Lot.objects.filter(practice_id=by.practice, expiry__gte=on - LONG_OVER)
    there = (line for line in _lines(by, on, rows, place_id) if line.left or line.standing is not Standing.EXPIRED)
    return Shelf(on, tuple(sorted(there, key=lambda line: (line.lot.expiry, line.lot.number))))


@unlogged_read(Act.SEE_STOCK, because="lots and packs, no patient in it")
def may_be_opened(*, by: Actor, now: datetime, place_id: UUID) -> tuple[LotLine, ...]:
    """The lots of a place of which a pack may be opened today and should be there; first to end first."""
    lines = shelf(by=by, now=now, place_id=place_id).lots
    return tuple(line for line in lines if line.standing in (Standing.GOOD, Standing.SOON) and line.left > 0)


@read(Act.READ_LOT, about="=stock")
def lot(*, by: Actor, now: datetime, lot_id: UUID) -> LotUses:
    """A lot of the stock: its packs, its moves, and whom it went into."""
    found = _uses_of(by, now, m.Lot.objects.filter(pk=lot_id, practice_id=by.practice), "")
    if found.line is None:
        raise NotFound("lot")
    return found


@read(Act.READ_LOT, about="=stock")
def find_lot(*, by: Actor, now: datetime, written: str) -> LotUses:
    """As `lot`, by the number as somebody writes it; also one that was never taken in."""
    lots = m.Lot.objects.filter(practice_id=by.practice, key=stock.key(written))
    return _uses_of(by, now, lots, written.strip())


@read(Act.READ_CHART, about="patient_id")
def lots_of(*, by: Actor, now: datetime, patient_id: UUID) -> LotsOfPatient:
    """The lots that a patient was needled with, or may have been."""
    patient = within.patient(by, patient_id)
    sessions = m.Session.objects.filter(patient=patient, place__practice_id=by.practice)
    uses = [use for _, use in _uses(sessions, None)]
    return LotsOfPatient(people.line(patient), tuple(sorted(uses, key=lambda use: use.opened_at, reverse=True)))


@internal("facts for a rule, read for an action that is itself checked")
def before_opening(by: Actor, now: datetime, written: str, expiry: date) -> tuple[Block, ...]:
    """What stands against opening a pack with this label now: its own last day, and what the stock knows of the lot."""
    row = m.Lot.objects.filter(practice_id=by.practice, key=stock.key(written)).select_related("recall").first()
    known = as_lot(row) if row else None
    recalled = row is not None and hasattr(row, "recall")
    return stock.before_opening_lot(written, expiry, gates.today(by.practice, now), known, recalled)


@internal("pure")
def as_lot(row: m.Lot) -> stock.Lot:
    """The lot of a row."""
    return stock.Lot(row.number, row.maker, row.gauge_mm, row.length_mm, row.needles, row.expiry)


@internal("checked by its caller in the record")
def left(by: Actor, lot_row: m.Lot, place_id: UUID) -> int:
    """Packs of a lot that should be at a place."""
    (line,) = _lines(by, lot_row.expiry, m.Lot.objects.filter(pk=lot_row.pk), place_id, every=True)
    return line.left


# ---- the shelf


def _lines(by: Actor, on: date, lots: Any, place_id: UUID | None, *, every: bool = False) -> list[LotLine]:
    here = Q(moves__place_id=place_id) if place_id else Q()
    rows = lots.select_related("recall").annotate(
        came=Sum("moves__packs", filter=here & Q(moves__kind=LotMoveKind.RECEIVED), default=0),
        went=Sum("moves__packs", filter=here & Q(moves__kind=LotMoveKind.PUT_AWAY), default=0),
    )
    found = [row for row in rows if every or row.came]
    opened = _opened(by, [row.key for row in found], place_id)
    return [
        LotLine(
            id=row.pk,
            lot=as_lot(row),
            standing=_standing(row, on),
            recalled_because=row.recall.because if hasattr(row, "recall") else "",
            received=row.came,
            put_away=row.went,
            opened=opened.get(row.key, 0),
        )
        for row in found
    ]


def _standing(row: m.Lot, on: date) -> Standing:
    if hasattr(row, "recall"):
        return Standing.RECALLED
    if on > row.expiry:
        return Standing.EXPIRED
    return Standing.SOON if on + SOON > row.expiry else Standing.GOOD


def _opened(by: Actor, keys: Sequence[str], place_id: UUID | None) -> dict[str, int]:
    """Packs opened, by the lot's key; without those that were taken back."""
    undone = m.SessionEvent.objects.annotate(undoes=KT("body__event")).filter(
        kind="undo", session_id=OuterRef("session_id"), undoes=OuterRef("pk")
    )
    rows = _of_lots(m.SessionEvent.objects.filter(session__place__practice_id=by.practice), keys)
    if place_id:
        rows = rows.filter(session__place_id=place_id)
    counted = rows.filter(~Exists(undone), kind="open_pack").order_by().values_list("compared").annotate(n=Count("pk"))
    return dict(counted)


def _of_lots(events: Any, keys: Sequence[str]) -> Any:
    """Of events, those that name one of these lots: an index answers (see models/stock.py)."""
    return events.annotate(compared=LotOf("body")).filter(compared__in=keys)


# ---- whom a lot went into


def _uses_of(by: Actor, now: datetime, lots: Any, written: str) -> LotUses:
    """Of the one lot that `lots` finds, or else of whatever was `written`."""
    line = next(iter(_lines(by, gates.today(by.practice, now), lots, None, every=True)), None)
    written = line.lot.number if line else written
    key = stock.key(written)
    if not key:
        return LotUses(written, None, (), ())
    named = _of_lots(m.SessionEvent.objects.all(), [key]).values("session_id")
    late = _of_lots(m.AsideEvent.objects.all(), [key]).values("session_id")
    sessions = m.Session.objects.filter(Q(pk__in=named) | Q(pk__in=late), place__practice_id=by.practice)
    return LotUses(written, line, _moves(by, line.id) if line else (), _patients(_uses(sessions, key)))


def _moves(by: Actor, lot_id: UUID) -> tuple[Move, ...]:
    whose = names.staff(by.practice)
    columns = ("recorded_at", "recorded_by", "place__name", "kind", "packs", "because")
    rows = m.LotMove.objects.filter(lot_id=lot_id).order_by("recorded_at", "id").values_list(*columns)
    return tuple(Move(at, whose.get(who, who), *rest) for at, who, *rest in rows)


_SESSION = ("id", "visit_id", "opened_at", "place__name", "practitioner__name")
_PATIENT = ("patient_id", "patient__given", "patient__family", "patient__birth_date_said", "patient__phone")


def _uses(sessions: Any, key: str | None) -> list[tuple[Mapping[str, Any], Use]]:
    """(the session's row, a pack opened in it) for every pack, or for those of one lot."""
    rows = {row["id"]: row for row in sessions.values(*_SESSION, *_PATIENT, "patient__email")}
    events: dict[UUID, list[needle.Event]] = {pk: [] for pk in rows}
    late: dict[UUID, list[needle.Event]] = {pk: [] for pk in rows}
    for table, into in ((m.SessionEvent, events), (m.AsideEvent, late)):
        for pk, body in table.objects.filter(session_id__in=list(rows)).values_list("session_id", "body"):
            into[pk].append(needle.event_from(body))
    return [(row, use) for pk, row in rows.items() for use in _of_session(row, events[pk], late[pk], key)]


def _of_session(
    row: Mapping[str, Any], events: Sequence[needle.Event], late: Sequence[needle.Event], key: str | None
) -> Iterable[Use]:
    """Each pack as it stands, then whatever else was said of a lot: no correction takes anybody out of a recall."""
    state = needle.fold(events)
    needled = Counter(one.pack for one in state.needles)
    about = (row["id"], row["visit_id"], row["opened_at"], row["place__name"], row["practitioner__name"])
    told: set[str] = set() if key else {pack.id for pack in state.packs}
    for pack in state.packs:
        if key in (None, stock.key(pack.lot)):
            told.add(pack.id)
            yield Use(*about, pack.lot, pack.expiry, needled[pack.id], stands=True)
    for said, aside in (*((one, False) for one in _said(events)), *((one, True) for one in _said(late))):
        if said.pack not in told and key in (None, stock.key(said.lot)):
            told.add(said.pack)
            yield Use(*about, said.lot, said.expiry, needled[said.pack], stands=False, late=aside)


@dataclass(frozen=True, slots=True)
class _Said:
    """A lot that an event names, for the pack with this id."""

    lot: str
    pack: str
    expiry: date | None


def _said(events: Iterable[needle.Event]) -> Iterable[_Said]:
    """The openings, and the corrections of one's lot."""
    for event in events:
        if isinstance(event, kinds.OpenPack):
            yield _Said(event.lot, event.id, event.expiry)
        elif isinstance(event, kinds.Correct) and (lot := dict(event.fields).get("lot")) is not None:
            yield _Said(str(json.loads(lot)), event.event, None)


def _patients(found: Iterable[tuple[Mapping[str, Any], Use]]) -> tuple[PatientOfLot, ...]:
    grouped: dict[UUID, tuple[Mapping[str, Any], list[Use]]] = {}
    for row, use in found:
        grouped.setdefault(row["patient_id"], (row, []))[1].append(use)
    people = (_patient(row, uses) for row, uses in grouped.values())
    return tuple(sorted(people, key=lambda one: (one.name, str(one.id))))


def _patient(row: Mapping[str, Any], uses: list[Use]) -> PatientOfLot:
    return PatientOfLot(
        id=row["patient_id"],
        name=names.shown(row["patient__family"], row["patient__given"]),
        birth_date_said=row["patient__birth_date_said"],
        phone=row["patient__phone"],
        email=row["patient__email"],
        uses=tuple(sorted(uses, key=lambda use: use.opened_at, reverse=True)),
    )
