"""Events that arrive from a device: each is judged alone, so that a bad one never loses another.

    held      it is in the ledger, now or already: the device may forget it
    aside     it is kept, but not in the ledger (the session is closed, or nobody proves who entered it): likewise
    refused   nothing of it is kept: the device keeps it and shows it

What happened is kept whatever a gate would have said; the gates stand before the act, on the page, and before closing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, connection, transaction

from filiform.clinical import needle
from filiform.knowledge import book
from filiform.record import gathered
from filiform.record.actor import Actor
from filiform.record.against import Held
from filiform.record.entry import Entry
from filiform.record.models import AsideEvent, Session
from filiform.record.models.needle import WhyAside

CLOCK_MAY_BE_OFF = timedelta(minutes=10)
_MARK = "~"  # no id of a device has one (clinical/needle/fields.py), so no event can take such a row's place
_ID_SHOWN, _DIGEST_SHOWN = 47, 32  # together with the mark the 80 characters of a row's id
KEEP = "It stays on this device: show it to whoever looks after Filiform, and record again what happened."


@dataclass(frozen=True, slots=True)
class Told:
    """What became of one event that is not simply held: its id ("" when it has none), the rule, why, what to do."""

    id: str
    rule: str
    because: str
    do: str = ""
    index: int | None = None  # its place in the batch, of one that could not be read


@dataclass
class Receipt:
    """The answer to a batch. `fresh` are those of `held` that were new; `flagged` are held, with something to know.

    `count` is how many events the ledger holds now: a device that holds fewer asks for the others.
    """

    session_id: UUID
    closed: bool
    count: int = 0
    fresh: list[str] = field(default_factory=list)
    held: list[str] = field(default_factory=list)
    aside: list[Told] = field(default_factory=list)
    refused: list[Told] = field(default_factory=list)
    flagged: list[Told] = field(default_factory=list)

    def against(self, held: Iterable[Held]) -> None:
        """Flag what is held although a gate would have refused it."""
        for one in held:
            because = f"Held against a lock. {one.about}: {one.block.because}"
            self.flagged.append(Told(one.id, one.block.rule, because, one.do))

    def for_audit(self, entered_by: str) -> dict[str, object]:
        """Ids and rules only. `entered_by`: who entered the events, when that is not who sends them."""
        found: dict[str, object] = {"events": self.fresh, "repeats": len(set(self.held)) - len(set(self.fresh))}
        if self.aside:
            found["aside"] = [one.id for one in self.aside]
        if self.flagged:
            found["flagged"] = sorted({one.rule for one in self.flagged})
        if self.refused:
            found["rules"] = sorted({one.rule for one in self.refused})
        return found | ({"entered_by": entered_by} if entered_by else {})


def read(raw: Iterable[object], entry: Entry | None, receipt: Receipt) -> list[needle.Event]:
    """The events of `raw` that are events and of the one whom the entry names; the others are told in `receipt`."""
    known = needle.Known(muscles=book().muscles.keys(), regions=book().regions.keys())
    found = []
    for index, value in enumerate(raw):
        try:
            event = needle.event_from(value, known)
        except needle.EventError as error:
            receipt.refused.append(Told(_id_of(value), "event.unreadable", str(error), KEEP, index))
            continue
        if entry is not None and (event.by, event.device) != (entry.by, entry.device):
            because = f"Event {event.id} says that somebody else entered it, or another device."
            receipt.refused.append(Told(event.id, "event.author", because, KEEP))
        else:
            found.append(event)
    return found


def refuse_all(raw: Iterable[object], receipt: Receipt) -> None:
    """Events whose entry is of another session: of another patient, then, or another practice."""
    receipt.refused += [_elsewhere(_id_of(value)) for value in raw]


def _id_of(value: object) -> str:
    name = value.get("id") if isinstance(value, dict) else None
    return name if isinstance(name, str) and len(name) <= 80 else ""


def keep(
    session: Session, events: Sequence[needle.Event], by: Actor, now: datetime, receipt: Receipt
) -> list[needle.Event]:
    """Put `events` into the ledger of an open session; those that are new.

    Call it inside the transaction that locked the session.
    """
    sorting = _stored_at_once(session, events, by, now)
    _tell(sorting, receipt)
    receipt.fresh += [event.id for event in sorting.fresh.values()]
    receipt.flagged += [_conflict(name) for name in sorted(sorting.conflicting)]
    receipt.flagged += [_clock(event.id) for event in events if off_clock(event.at, session.opened_at, now)]
    return list(sorting.fresh.values())


def keep_aside(
    session: Session, events: Sequence[needle.Event], why: WhyAside, by: Actor, now: datetime, receipt: Receipt
) -> None:
    """Keep `events` beside the ledger; what the ledger holds already is held, and nothing is kept twice."""
    sorting = _sort(session, events)
    digests = {name: digest(event) for name, event in sorting.fresh.items()}
    known = set(
        AsideEvent.objects.filter(session=session, digest__in=digests.values()).values_list("digest", flat=True)
    )
    AsideEvent.objects.bulk_create(
        AsideEvent(
            session=session,
            event_id=event.id,
            digest=digests[name],
            why=why,
            body=needle.as_dict(event),
            received_at=now,
            received_by=by.id,
        )
        for name, event in sorting.fresh.items()
        if digests[name] not in known
    )
    _tell(sorting, receipt)
    apart = {event.id for event in sorting.fresh.values()}
    receipt.held = [name for name in receipt.held if name not in apart]
    receipt.aside += [_aside(name, why) for name in sorted(apart)]


@dataclass
class _Sorting:
    """`fresh`: what the ledger lacks, by the row id it would get. The others are ids: `held` of this session,
    `conflicting` those of them that came with a further content, `elsewhere` of another session."""

    fresh: dict[str, needle.Event] = field(default_factory=dict)
    held: dict[str, None] = field(default_factory=dict)
    conflicting: set[str] = field(default_factory=set)
    elsewhere: list[str] = field(default_factory=list)


def _stored_at_once(session: Session, events: Sequence[needle.Event], by: Actor, now: datetime) -> _Sorting:
    """Also when another session takes one of the ids in this very moment: then it can be seen, so sort again."""
    if connection.vendor != "postgresql":  # one writer at a time: nobody comes between, and no way back is needed
        return _stored(session, events, by, now)
    try:
        with transaction.atomic():
            return _stored(session, events, by, now)
    except IntegrityError:
        return _stored(session, events, by, now)


def _stored(session: Session, events: Sequence[needle.Event], by: Actor, now: datetime) -> _Sorting:
    sorting = _sort(session, events)
    if sorting.fresh:
        _insert(session, sorting.fresh, by, now)
    return sorting


def _insert(session: Session, fresh: Mapping[str, needle.Event], by: Actor, now: datetime) -> None:
    # By hand: building a model for each event took as long as everything else together. The columns are tried by every
    # test that reads an event back.
    ops = connection.ops
    owner = _owner(session)
    moment = ops.adapt_datetimefield_value(now)
    rows = [
        (name, owner, event.kind, ops.adapt_json_value(needle.as_dict(event), None), moment, by.id)
        for name, event in fresh.items()
    ]
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO record_sessionevent (id, session_id, kind, body, received_at, received_by) "
            "VALUES (%s, %s, %s, %s, %s, %s)",
            rows,
        )


def _sort(session: Session, events: Sequence[needle.Event]) -> _Sorting:
    """What is new, of `events`: of one id the first content has the id itself, every further one a row beside it."""
    found = _Sorting()
    there = _rows({event.id for event in events}) if events else {}
    beside: dict[str, needle.Event] = {}
    for event in events:
        owner, body = there.get(event.id, (session.pk, None))
        if owner != session.pk:
            found.elsewhere.append(event.id)
            continue
        found.held[event.id] = None
        first = needle.as_dict(found.fresh[event.id]) if event.id in found.fresh else body
        if first is None:
            found.fresh[event.id] = event
        elif needle.as_dict(event) != first:
            beside[conflict_id(event)] = event
    known = _rows(beside) if beside else {}
    found.conflicting = {event.id for event in beside.values()}
    found.fresh |= {name: event for name, event in beside.items() if name not in known}
    return found


def _rows(names: Collection[str]) -> Mapping[str, tuple[UUID, object]]:
    # By hand, as `_insert`: compiling the query took longer than asking it.
    marks = ", ".join(["%s"] * len(names))
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT id, session_id, body FROM record_sessionevent WHERE id IN ({marks})", [*names])
        return {name: (UUID(str(owner)), gathered.structure(body)) for name, owner, body in cursor.fetchall()}


def held_by(session: Session) -> int:
    """How many rows the ledger of the session has."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM record_sessionevent WHERE session_id = %s", [_owner(session)])
        (found,) = cursor.fetchone()
    return int(found)


def _owner(session: Session) -> UUID | str:
    return session.pk if connection.features.has_native_uuid_field else session.pk.hex


def digest(event: needle.Event) -> str:
    """The hash of an event's content, hex SHA-256."""
    return hashlib.sha256(needle.canonical(event).encode()).hexdigest()


def conflict_id(event: needle.Event) -> str:
    """The row id of a further content of an id: no event can have it, and the same content gets the same."""
    return f"{event.id[:_ID_SHOWN]}{_MARK}{digest(event)[:_DIGEST_SHOWN]}"


def off_clock(at: datetime, opened_at: datetime, received_at: datetime) -> bool:
    """Whether a device's clock cannot be right: its event lies before the session was opened, or after it arrived."""
    return at < opened_at - CLOCK_MAY_BE_OFF or at > received_at + CLOCK_MAY_BE_OFF


# ---- what is told


def _tell(sorting: _Sorting, receipt: Receipt) -> None:
    receipt.held += sorting.held
    receipt.refused += [_elsewhere(name) for name in sorting.elsewhere]


def _elsewhere(name: str) -> Told:
    return Told(name, "event.other_session", f"Event {name} belongs to another session.", KEEP)


def _conflict(name: str) -> Told:
    because = f"Event {name} was stored with another content. Both are kept, and the session cannot close."
    return Told(name, "event.conflict", because, "Undo the event, then record again what really happened.")


def _clock(name: str) -> Told:
    because = f"The device's clock was not right when event {name} was entered. The event counts; its time does not."
    return Told(name, "clock.off", because, "Set the clock of the device.")


def _aside(name: str, why: WhyAside) -> Told:
    if why is WhyAside.CLOSED:
        because = f"Event {name} arrived after the session was closed. It is kept and shown beside the session."
        return Told(name, "session.closed", because, "Look at the patient's session, and write an amendment.")
    because = f"Nothing proves who entered event {name}. It is kept and shown beside the session."
    return Told(name, "event.unproven", because, "Record again, under your own name, what really happened.")
