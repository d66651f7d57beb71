"""Needles and packs that the ledger holds although a gate would have refused them.

A tablet without network sees no gate that moved. What happened is kept, and must be seen: in the door's answer, beside
the session, before it closes, and in the note. Nothing of it is stored: each needle and pack is judged by what stood
when its event arrived, so the answer stays the same when a lock is lifted or a consent withdrawn later.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import F, OuterRef, QuerySet, Subquery

from filiform.clinical import consent, needle, stock
from filiform.clinical.needle import events as kinds
from filiform.clinical.screen import restriction_blocks, restriction_from_json
from filiform.clinical.terms import Block, BodySite, Level, MuscleId, MuscleSide, RegionId, Side, stops
from filiform.knowledge import book
from filiform.record import agreeing, gathered
from filiform.record import models as m
from filiform.record.gathered import Row
from filiform.record.models.stock import LotOf
from filiform.record.prepared import PreparedText
from filiform.record.write import NotFound

Parts = dict[str, tuple[QuerySet[Any], Sequence[str]]]
Rows = Mapping[str, Sequence[Row]]
Standing = tuple[Row | None, Row | None, Row | None, bool]  # screening, choice, consent, and whether it was withdrawn

LOT_UNKNOWN = "pack.lot_unknown"
_DO = {
    "needle": "If it is still in, take it out. Look at the patient, and write into the note why it was needled.",
    "consent": "Tell the patient, and ask before another needle goes in. If it is still in, take it out.",
    "pack": "Put the rest of the pack away and record an incident about it, or correct the label if it was misread.",
    "needle.left_in": "Take back that it was left in, then take it out, or tell the patient and leave it in anew.",
    "needle.not_planned": "If the tap was wrong, take it back. If it was meant, choose the muscle on the Locate page.",
    LOT_UNKNOWN: "Compare the lot with the label, and take it into the stock: a recall finds patients by it.",
}


@dataclass(frozen=True, slots=True)
class Held:
    """One reason against one event that is held all the same: a needle in a muscle, or a pack of a lot."""

    id: str
    muscle: MuscleId | None
    side: Side | None
    lot: str
    block: Block

    @property
    def about(self) -> str:
        """Which needle or pack."""
        if self.block.rule.startswith("needle.left_in"):
            return "Needle left in on purpose"
        if self.muscle is None or self.side is None:
            return f"Pack of lot {self.lot}"
        found = book().muscles.get(self.muscle)
        return f"Needle in {found.name if found is not None else self.muscle}, {self.side.value}"

    @property
    def do(self) -> str:
        """What to do about it now."""
        rule = self.block.rule
        if rule.startswith("needle.left_in"):
            return _DO["needle.left_in"]
        return _DO.get(rule) or _DO.get(rule.partition(".")[0]) or _DO["needle"]

    @property
    def must_be_seen(self) -> bool:
        """Whether the session closes only when somebody says to have seen it."""
        return self.block.level is not Level.WARN


# ---- the gates, for whoever asks before the act and for whoever looks afterwards


def screened(restrictions: Iterable[Mapping[str, Any]], muscle: MuscleId, side: Side) -> tuple[Block, ...]:
    """What a screening's restrictions say against needling this muscle on this side."""
    found = book().muscles.get(muscle)
    if found is None:
        return (Block("muscle.unknown", f"There is no muscle {muscle} in Filiform's table."),)
    return restriction_blocks([restriction_from_json(one) for one in restrictions], found, side)


def consented(
    signed: consent.Signed | None, choice: Sequence[MuscleSide], muscles: Iterable[MuscleSide], on: date
) -> tuple[Block, ...]:
    """Why a consent does not cover `muscles` on the day `on`; `choice` are those that are chosen."""
    # Signed before muscles were chosen, the patient read the whole text, which says more than the text for them.
    texts = {agreeing.text_for(choice).hash, agreeing.text_for(()).hash}
    current = signed.text_hash if signed is not None and signed.text_hash in texts else agreeing.text_for(()).hash
    planned = [consent.planned(book().muscles[one.muscle], one.side) for one in muscles]
    return consent.covers(signed, planned, on, current)


def planned(choice: Collection[MuscleSide], one: MuscleSide) -> tuple[Block, ...]:
    """Whether the muscle is among those chosen for today."""
    if one in choice:
        return ()
    found = book().muscles.get(one.muscle)
    name = found.name if found is not None else one.muscle
    because = (
        f"{name}, {one.side.value}, is not among the muscles chosen for today: choose it on the Locate page first."
    )
    return (Block("needle.not_planned", because),)


def before_closing(held: Iterable[Held], seen: Collection[str]) -> tuple[Block, ...]:
    """What is held against a lock does not keep a session open for ever: it closes when somebody has seen each."""
    lines = [f"{one.about}: {one.block.because}" for one in held if one.must_be_seen and one.id not in seen]
    if not lines:
        return ()
    because = "Say first that you have seen what is held against a lock. "
    return (Block("session.held_unseen", because + " ".join(dict.fromkeys(lines))),)


# ---- what stood at some moment


@dataclass(frozen=True, slots=True)
class Past:
    """The screenings, consents and choices of a visit with their times, what the stock knows, and when events came."""

    rows: Rows
    zone: ZoneInfo
    on: date  # the local day on which the session was opened
    # A session may hold a thousand needles in a dozen muscles, of a few batches: each is judged once for each state.
    stood: dict[datetime | None, Standing] = field(default_factory=dict)
    judged: dict[tuple[object, ...], tuple[Block, ...]] = field(default_factory=dict)

    @classmethod
    def of(cls, rows: Rows, zone: str, opened_at: datetime) -> Past:
        """From rows as `parts` names them."""
        here = ZoneInfo(zone)
        return cls(rows, here, opened_at.astimezone(here).date())

    def needled(self, name: str, one: MuscleSide, at: datetime | None) -> Iterator[Held]:
        """What stood against a needle in this muscle, at the moment `at`."""
        if at not in self.stood:
            self.stood[at] = self._standing(at)
        screening, choice, signed, withdrawn = self.stood[at]
        key = (one, *(row and row["number"] for row in (screening, choice, signed)), withdrawn)
        if key not in self.judged:
            self.judged[key] = self._judged(one, screening, _choice(choice), self._signed(signed, withdrawn))
        return (Held(name, one.muscle, one.side, "", block) for block in self.judged[key])

    def _standing(self, at: datetime | None) -> Standing:
        screening, choice, signed = (self._newest(kind, at) for kind in ("screening", "choice", "consent"))
        return screening, choice, signed, signed is not None and _by(signed["withdrawn_at"], at)

    def _judged(
        self, one: MuscleSide, screening: Row | None, choice: Sequence[MuscleSide], signed: consent.Signed | None
    ) -> tuple[Block, ...]:
        restrictions = gathered.structure(screening["result"]).get("restrictions", ()) if screening else ()
        every = (*planned(choice, one), *screened(restrictions, one.muscle, one.side))
        if one.muscle in book().muscles:
            every = (*every, *consented(signed, choice, (one,), self.on))
        return tuple(dict.fromkeys(stops(every)))

    def opened(self, name: str, lot: str, expiry: date, at: datetime | None) -> Iterator[Held]:
        """What stood against opening a pack with this label, at the moment `at`."""
        key = stock.key(lot)
        row = next((one for one in self.rows["lot"] if one["key"] == key and _by(one["recorded_at"], at)), None)
        recalled = row is not None and _by(row["recalled_at"], at)
        found = stock.before_opening_lot(lot, expiry, self.on, _lot(row) if row else None, recalled)
        if row is None and any(_by(one["kept_since"], at) for one in self.rows.get("practice", ())):
            because = f"Lot {lot} is in no list of the stock."
            found = (*found, Block(LOT_UNKNOWN, because, Level.WARN))
        return (Held(name, None, None, lot, block) for block in found)

    def events(self, events: Iterable[needle.Event], at: datetime) -> list[Held]:
        """What stood against these events, which have just arrived."""
        found: list[Held] = []
        for event in events:
            if isinstance(event, kinds.NeedleIn):
                found += self.needled(event.id, MuscleSide(event.muscle, event.side), at)
            elif isinstance(event, kinds.OpenPack):
                found += self.opened(event.id, event.lot, event.expiry, at)
            elif isinstance(event, kinds.LeftIn):
                stood = needle.before_leaving_in(event.due_out, event.patient_agreed, at)
                found += (Held(event.id, None, None, "", block) for block in stood)
        return found

    def state(self, state: needle.State) -> tuple[Held, ...]:
        """What stood against the needles and packs as they stand: taken back is gone, corrected is judged anew."""
        came = {row["id"]: gathered.at(row["received_at"]) for row in self.rows["event"]}
        last = max(came.values(), default=None)  # of an id with two contents the needle may be the second one
        found: list[Held] = []
        for one in state.needles:
            found += self.needled(one.id, MuscleSide(one.muscle, one.side), came.get(one.id, last))
        for pack in state.packs:
            found += self.opened(pack.id, pack.lot, pack.expiry, came.get(pack.id, last))
        return tuple(found)

    def _newest(self, kind: str, at: datetime | None) -> Row | None:
        return gathered.newest([row for row in self.rows[kind] if _by(row["recorded_at"], at)])

    def _signed(self, row: Row | None, withdrawn: bool) -> consent.Signed | None:
        if row is None:
            return None
        sites = gathered.structure(row["sites"])
        return consent.Signed(
            signed_on=gathered.at(row["recorded_at"]).astimezone(self.zone).date(),
            sites=frozenset(BodySite(RegionId(one["region"]), Side(one["side"])) for one in sites),
            text_hash=row["text_hash"],
            pleural_risk_told=bool(row["pleural_risk_told"]),
            withdrawn=withdrawn,
        )


def _choice(row: Row | None) -> tuple[MuscleSide, ...]:
    every = gathered.structure(row["muscles"]) if row else ()
    return tuple(MuscleSide(MuscleId(one["muscle"]), Side(one["side"])) for one in every)


def _by(when: object, at: datetime | None) -> bool:
    return when is not None and at is not None and gathered.at(when) <= at


def _lot(row: Row) -> stock.Lot:
    sizes = (gathered.number(row["gauge_mm"]), gathered.number(row["length_mm"]))
    return stock.Lot(row["number"], row["maker"], *sizes, row["needles"], gathered.day(row["expiry"]))


# ---- asked


def past(practice_id: UUID, visit_id: UUID, *, arrived: bool, stocked: bool = True) -> Past:
    """Of the visit's session; one query. Raises NotFound where there is none. `arrived`: when each needle, pack came.

    `stocked`: with the lots, without which no pack can be judged. They are asked of every pack of the session, which
    takes longer the longer it is; and at the door nearly every event is a needle.
    """
    names, statement = _statement(connection.alias, arrived, stocked)
    rows = gathered.sort_out(names, statement.ask(_VISIT, visit_id, _PRACTICE, practice_id))
    if not rows["session"]:
        raise NotFound("session")
    (session,), (practice,) = rows["session"], rows["practice"]
    return Past.of(rows, practice["time_zone"], gathered.at(session["opened_at"]))


_VISIT, _PRACTICE = UUID(int=1), UUID(int=2)  # stand for the ids in the compiled statement


@cache
def _statement(alias: str, arrived: bool, stocked: bool) -> tuple[tuple[str, ...], PreparedText]:
    found = parts(_PRACTICE, _VISIT)
    if not arrived:
        del found["event"]
    if not stocked:
        del found["lot"]
    return tuple(found), PreparedText(gathered.union(found), alias)


def parts(practice_id: UUID, visit_id: UUID) -> Parts:
    """Everything that `Past` reads of a visit, for `gathered`."""
    withdrawn = m.ConsentWithdrawal.objects.filter(consent_id=OuterRef("pk")).values("recorded_at")[:1]
    consents = m.Consent.objects.filter(visit_id=visit_id).annotate(withdrawn_at=Subquery(withdrawn))
    came = m.SessionEvent.objects.filter(session__visit_id=visit_id, kind__in=("in", "open_pack"))
    own = ("number", "recorded_at")
    return {
        "screening": (m.Screening.objects.filter(visit_id=visit_id), ("result", *own)),
        "consent": (consents, ("sites", "text_hash", "pleural_risk_told", "withdrawn_at", *own)),
        "choice": (m.Choice.objects.filter(visit_id=visit_id), ("muscles", *own)),
        "session": (m.Session.objects.filter(visit_id=visit_id, place__practice_id=practice_id), ("opened_at",)),
        "event": (came, ("id", "received_at")),
        **lots(practice_id, visit_id),
        **_practice(practice_id),
    }


def lots(practice_id: UUID, visit_id: UUID) -> Parts:
    """The lots of which packs were opened at a visit, as the stock knows them."""
    named = m.SessionEvent.objects.filter(session__visit_id=visit_id, kind__in=("open_pack", "correct"))
    keys = named.annotate(compared=LotOf("body")).filter(compared__isnull=False).values("compared")
    found = m.Lot.objects.filter(practice_id=practice_id, key__in=Subquery(keys))
    label = ("key", "number", "maker", "gauge_mm", "length_mm", "needles", "expiry", "recorded_at", "recalled_at")
    return {"lot": (found.annotate(recalled_at=F("recall__recorded_at")), label)}


def _practice(practice_id: UUID) -> Parts:
    """The practice's clock, and since when it keeps a stock: before, no lot is called unknown."""
    first = m.Lot.objects.filter(practice_id=OuterRef("pk")).order_by("recorded_at").values("recorded_at")[:1]
    rows = m.Practice.objects.filter(pk=practice_id).annotate(kept_since=Subquery(first))
    return {"practice": (rows, ("time_zone", "kept_since"))}
