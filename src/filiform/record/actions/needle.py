"""Opening a session, adding its events, closing it. Nothing acknowledged is ever lost; nothing is rewritten."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from functools import cache
from typing import Any
from uuid import UUID

from django.db import IntegrityError, connection, transaction

from filiform.clinical import needle
from filiform.clinical.access import Act
from filiform.clinical.needle import events as kinds
from filiform.clinical.terms import Block, MuscleSide, stops
from filiform.knowledge import book
from filiform.record import against, audit, receiving, within
from filiform.record import entry as entries
from filiform.record.actions import follow
from filiform.record.actor import NOWHERE, Actor
from filiform.record.models import Session, SessionEvent
from filiform.record.models.needle import WhyAside
from filiform.record.prepared import Prepared
from filiform.record.reads import gates, stock
from filiform.record.reads import visit as visits
from filiform.record.write import NotFound, Refused, Stale, refuse, write

EVENTS_AT_ONCE = 500  # of one batch; a page sends 50


@write(Act.OPEN_SESSION)
def open_session(*, by: Actor, now: datetime, visit_id: UUID, room_id: UUID, birth_date: date) -> UUID:
    """Open the visit's session after the patient said their birth date; its id.

    Refused, with every reason, unless the therapist's credential is valid today, today's screening is cleared, consent
    covers today, and `birth_date` is the one on record. A birth date that is not on record confirms nobody.
    """
    row = within.visit(by, visit_id)
    head = visits.inside(by, now, visit_id)
    refuse(gates.may_open(by, now, head, birth_date))
    room = within.room(by, room_id)
    try:
        with transaction.atomic():
            session = Session.objects.create(
                visit=row,
                patient=row.patient,
                practitioner_id=by.staff_id or NOWHERE,
                place_id=room.place_id,
                room=room,
                opened_at=now,
                opened_by=by.id,
                identity_confirmed_at=now,
            )
    except IntegrityError as error:
        raise Stale("session") from error
    audit.leave(by=by, at=now, act=Act.OPEN_SESSION, about=visit_id, detail={"session": str(session.id)})
    return session.id


@write(Act.ADD_SESSION_EVENT)
def receive_events(
    *, by: Actor, now: datetime, visit_id: UUID, entry: str, events: Sequence[object]
) -> receiving.Receipt:
    """Take a batch of events that a device held, in any order and however often; what became of each of them.

    `entry` proves who entered them (record/entry.py), `by` only sends them. `events` are the JSON values as they came,
    at most EVENTS_AT_ONCE; of more, nothing is kept. One bad event loses no other: see record/receiving.py.
    """
    if not 0 < len(events) <= EVENTS_AT_ONCE:
        raise Refused(Block("session.events", f"Send between 1 and {EVENTS_AT_ONCE} events at once."))
    session = _locked(by, visit_id=visit_id)
    proof, receipt = entries.opened(entry), receiving.Receipt(session.pk, session.closed_at is not None)
    if proof is not None and proof.session_id != session.pk:
        receiving.refuse_all(events, receipt)
    else:
        found = receiving.read(events, proof, receipt)
        if receipt.closed:
            receiving.keep_aside(session, found, WhyAside.CLOSED, by, now, receipt)
        elif proof is None:
            receiving.keep_aside(session, found, WhyAside.UNPROVEN, by, now, receipt)
        else:
            _judge(by, visit_id, receiving.keep(session, found, by, now, receipt), now, receipt)
    receipt.count = receiving.held_by(session)
    detail = receipt.for_audit(proof.by if proof is not None and proof.by != by.id else "")
    kept = bool(receipt.held or receipt.aside)
    audit.leave(by=by, at=now, act=Act.ADD_SESSION_EVENT, about=session.pk, done=kept, detail=detail)
    return receipt


def _judge(by: Actor, visit_id: UUID, fresh: Iterable[needle.Event], now: datetime, receipt: receiving.Receipt) -> None:
    """Tell what the gates would have said of new needles and packs. Only they cost the query."""
    asked = [event for event in fresh if isinstance(event, kinds.NeedleIn | kinds.OpenPack | kinds.LeftIn)]
    if asked:
        packs = any(isinstance(event, kinds.OpenPack) for event in asked)
        past = against.past(by.practice, visit_id, arrived=False, stocked=packs)
        receipt.against(past.events(asked, now))


@write(Act.ADD_SESSION_EVENT)
def add_events(*, by: Actor, now: datetime, session_id: UUID, events: Sequence[Mapping[str, Any]]) -> needle.State:
    """Append `events` (as in the contract of `session`) and return the folded state.

    What happened is kept, whatever a gate would have said: a needle that went in while the network was away is in. The
    gates stand before the act (see `tap`). A repeat of a stored event changes nothing; an event with a stored id and
    another content is refused, and then none of `events` is stored.
    """
    session = _locked(by, session_id)
    if session.closed_at is not None:
        raise Refused(Block("session.closed", "This session is closed. Write what is missing as an amendment."))
    if not 0 < len(events) <= EVENTS_AT_ONCE:
        raise Refused(Block("session.events", f"Send between 1 and {EVENTS_AT_ONCE} events at once."))
    stored = _stored(session)
    fresh = _fresh([_read(event) for event in events], {event.id: event for event in stored})
    _store(session, fresh, by, now)
    ids = [event.id for event in fresh]
    audit.leave(by=by, at=now, act=Act.ADD_SESSION_EVENT, about=session_id, detail={"events": ids})
    return needle.fold([*stored, *fresh])


@write(Act.ADD_SESSION_EVENT)
def tap(
    *,
    by: Actor,
    now: datetime,
    session_id: UUID,
    event_id: str,
    device: str,
    kind: str,
    fields: Mapping[str, Any],
) -> needle.State:
    """Add the one event that a tap on a page means, at `now`. The same tap sent twice changes nothing.

    Asked before the act, so the gates speak: a locked muscle, an empty pack or one past its date is refused. So is an
    old page that was filled in anew and sent with its old id: taken for a repeat, what it says would be lost.
    """
    session = _locked(by, session_id)
    known = SessionEvent.objects.filter(pk=event_id, session=session, kind=kind).values_list("body", flat=True)
    for body in known:
        again = {key: value for key, value in fields.items() if key != "covers"}  # it grew by the first tap itself
        _fresh([_read({**body, **again})], {event_id: needle.event_from(body)})
        audit.leave(by=by, at=now, act=Act.ADD_SESSION_EVENT, about=session_id, detail={"repeat": event_id[:80]})
        return needle.fold(_stored(session))
    event = {"id": event_id, "at": now.isoformat(), "device": device, "by": by.id, "kind": kind, **fields}
    refuse(_before(by, now, session, _read(event)))
    return add_events(by=by, now=now, session_id=session_id, events=[event])


@write(Act.CLOSE_SESSION)
def close_session(*, by: Actor, now: datetime, session_id: UUID, seen: Collection[str] = ()) -> None:
    """Close the session; follow-ups are made.

    Refused, with every reason, while a needle is unaccounted for, a problem has no end, or a chest was not asked about;
    and until who closes has `seen` (event ids) what is held although a gate would have refused it.
    """
    session = _locked(by, session_id)
    if session.closed_at is not None:
        raise Stale("session")
    state = needle.fold(_stored(session))
    held = against.past(by.practice, session.visit_id, arrived=True).state(state)
    opened_on = gates.today(by.practice, session.opened_at)
    refuse((*needle.before_closing(state, gates.over_lung(), opened_on, now), *against.before_closing(held, seen)))
    session.closed_at, session.closed_by = now, by.id
    session.still_in, session.closing_state = len(state.open_needles), state.as_json()
    session.save()
    follow.schedule_follow_ups(by, now, session, state)
    seen_now = {"seen": sorted({one.id for one in held}), "held": sorted({one.block.rule for one in held})}
    audit.leave(by=by, at=now, act=Act.CLOSE_SESSION, about=session_id, detail=seen_now if held else {})


def _locked(by: Actor, session_id: UUID | None = None, visit_id: UUID | None = None) -> Session:
    # The lock makes two tablets wait for each other on PostgreSQL; on SQLite there is one writer anyway.
    key, value = ("pk", session_id) if session_id is not None else ("visit_id", visit_id)
    rows = _to_lock(connection.alias, key).objects(_ANY, value or NOWHERE, _PRACTICE, by.practice)
    session: Session | None = next(rows, None)
    if session is None:
        raise NotFound("session")
    return session


_ANY, _PRACTICE = UUID(int=1), UUID(int=2)  # stand for the ids in the compiled statement


@cache
def _to_lock(alias: str, key: str) -> Prepared:
    rows = Session.objects.select_for_update(of=("self",)).filter(place__practice_id=_PRACTICE, **{key: _ANY})
    return Prepared(rows, alias)


def _stored(session: Session) -> list[needle.Event]:
    """Every event of the session, with every content of an id that came with several."""
    bodies = SessionEvent.objects.filter(session=session).values_list("body", flat=True)
    return [needle.event_from(body) for body in bodies]


def _read(event: Mapping[str, Any]) -> needle.Event:
    known = needle.Known(muscles=book().muscles.keys(), regions=book().regions.keys())
    try:
        return needle.event_from(dict(event), known)
    except needle.EventError as error:
        raise Refused(Block("session.event_unreadable", str(error))) from error


def _fresh(events: Sequence[needle.Event], stored: Mapping[str, needle.Event]) -> list[needle.Event]:
    fresh: dict[str, needle.Event] = {}
    for event in events:
        known = stored.get(event.id) or fresh.get(event.id)
        if known is None:
            fresh[event.id] = event
        elif needle.canonical(known) != needle.canonical(event):
            because = f"The event {event.id} is stored already and says something else. Send it with an id of its own."
            raise Refused(Block("session.event_conflict", because))
    return list(fresh.values())


def _before(by: Actor, now: datetime, session: Session, event: needle.Event) -> tuple[Block, ...]:
    if isinstance(event, kinds.OpenPack):
        return stock.before_opening(by, now, event.lot, event.expiry)
    if isinstance(event, kinds.LeftIn):
        return needle.before_leaving_in(event.due_out, event.patient_agreed, now)
    if isinstance(event, kinds.NeedleIn):
        head = visits.inside(by, now, session.visit_id)
        locked = stops(gates.insertion(head, MuscleSide(event.muscle, event.side), now))
        state = needle.fold(_stored(session))
        return needle.before_insertion(state, event.muscle, event.side, locked, event.pack, over_lung=gates.over_lung())
    return ()


def _store(session: Session, events: Sequence[needle.Event], by: Actor, now: datetime) -> None:
    rows = [
        SessionEvent(
            id=event.id,
            session=session,
            kind=event.kind,
            body=needle.as_dict(event),
            received_at=now,
            received_by=by.id,
        )
        for event in events
    ]
    try:
        with transaction.atomic():
            SessionEvent.objects.bulk_create(rows)
    except IntegrityError as error:
        because = "An event with this id belongs to another session. Send it with an id of its own."
        raise Refused(Block("session.event_conflict", because)) from error
