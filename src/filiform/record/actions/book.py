"""Asking for a first visit, booking, arriving, cancelling."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Protocol
from uuid import UUID

from django.db import IntegrityError, connection, transaction

from filiform.clinical.access import Act
from filiform.clinical.terms import Block
from filiform.record import audit, within
from filiform.record.actor import Actor
from filiform.record.models import Episode, Place, Practice, Visit, VisitRequest
from filiform.record.models.book import VisitState
from filiform.record.write import NotFound, Refused, Stale, write


class Move(Protocol):
    """An action that moves a booked visit on."""

    def __call__(self, *, by: Actor, now: datetime, visit_id: UUID) -> None: ...


@write(Act.REQUEST_VISIT)
def request_visit(
    *,
    by: Actor,
    now: datetime,
    place_id: UUID,
    name: str,
    phone: str,
    email: str = "",
    birth_date: date | None = None,
    when_suits: str = "",
    where_it_hurts: str = "",
) -> UUID:
    """Keep a visitor's wish for a first visit where the desk will see it; its id."""
    place = Place.objects.filter(pk=place_id).first()
    if place is None:
        raise NotFound("place")
    if not name.strip() or not phone.strip():
        raise Refused(Block("request.incomplete", "We need your name and a telephone number to call you back."))
    row = VisitRequest.objects.create(
        practice_id=place.practice_id,
        place=place,
        name=name.strip(),
        phone=phone.strip(),
        email=email.strip(),
        birth_date=birth_date,
        when_suits=when_suits.strip(),
        where_it_hurts=where_it_hurts.strip(),
        recorded_at=now,
        recorded_by=by.id,
    )
    there = Actor(id=by.id, role=by.role, practice=place.practice_id)
    audit.leave(by=there, at=now, act=Act.REQUEST_VISIT, about=row.id)
    return row.id


@write(Act.ANSWER_REQUEST)
def answer_request(*, by: Actor, now: datetime, request_id: UUID, outcome: str) -> None:
    """Mark a request as dealt with, in words (`outcome`). Stale when a colleague was first."""
    row = VisitRequest.objects.filter(pk=request_id, practice_id=by.practice).first()
    if row is None:
        raise NotFound("request")
    if not outcome.strip():
        raise Refused(Block("request.outcome_missing", "Say in a few words what came of it."))
    changed = VisitRequest.objects.filter(pk=request_id, answered_at__isnull=True).update(
        answered_at=now, answered_by=by.id, outcome=outcome.strip()
    )
    if not changed:
        raise Stale("request")
    audit.leave(by=by, at=now, act=Act.ANSWER_REQUEST, about=request_id)


@write(Act.BOOK_VISIT)
def book_visit(
    *,
    by: Actor,
    now: datetime,
    patient_id: UUID,
    practitioner_id: UUID,
    place_id: UUID,
    starts_at: datetime,
    minutes: int,
    room_id: UUID | None = None,
    reason: str = "",
    first: bool = False,
    episode_id: UUID | None = None,
) -> UUID:
    """Book a visit; its id. Two visits of one therapist, room or patient never overlap: the database refuses."""
    patient = within.patient(by, patient_id)
    place = within.place(by, place_id)
    person = within.practitioner(by, practitioner_id)
    room = within.room(by, room_id) if room_id else None
    if room is not None and room.place_id != place.id:
        raise Refused(
            Block("visit.room_elsewhere", f"{room.name} is not at {place.name}. Choose a room of that place.")
        )
    if episode_id is not None and not Episode.objects.filter(pk=episode_id, patient=patient).exists():
        raise NotFound("episode")
    if not 5 <= minutes <= 240:
        raise Refused(Block("visit.minutes", "A visit lasts 5 to 240 minutes."))
    _one_at_a_time(by)
    try:
        with transaction.atomic():
            row = Visit.objects.create(
                patient=patient,
                place=place,
                room=room,
                practitioner=person,
                episode_id=episode_id,
                starts_at=starts_at,
                ends_at=starts_at + timedelta(minutes=minutes),
                reason=reason,
                first=first,
                recorded_at=now,
                recorded_by=by.id,
            )
    except IntegrityError as error:
        raise _taken(error) from error
    audit.leave(by=by, at=now, act=Act.BOOK_VISIT, about=row.id, detail={"patient": str(patient.id)})
    return row.id


def _one_at_a_time(by: Actor) -> None:
    """Wait until nobody else of the practice is booking.

    Two who book one therapist write first and look afterwards, each waiting for the other: PostgreSQL then ends one of
    them by an error (a deadlock), where she should be told that the time is taken.
    """
    if connection.features.has_select_for_no_key_update:
        Practice.objects.select_for_update(no_key=True).only("pk").get(pk=by.practice)


@write(Act.MARK_ARRIVAL)
def mark_arrived(*, by: Actor, now: datetime, visit_id: UUID, room_id: UUID | None = None) -> None:
    """The patient is here, and waits in `room_id` when one is given. Stale when the visit is no longer booked."""
    within.visit(by, visit_id)
    new: dict[str, object] = {"state": VisitState.ARRIVED, "arrived_at": now}
    if room_id is not None:
        new["room"] = within.room(by, room_id)
    _move(by, now, visit_id, new)


@write(Act.MARK_ARRIVAL)
def mark_missed(*, by: Actor, now: datetime, visit_id: UUID) -> None:
    """The patient did not come."""
    _move(by, now, visit_id, {"state": VisitState.MISSED})


@write(Act.BOOK_VISIT)
def cancel_visit(*, by: Actor, now: datetime, visit_id: UUID) -> None:
    """The visit will not take place."""
    _move(by, now, visit_id, {"state": VisitState.CANCELLED})


def _move(by: Actor, now: datetime, visit_id: UUID, new: dict[str, object]) -> None:
    visit = within.visit(by, visit_id)
    try:
        with transaction.atomic():
            changed = Visit.objects.filter(pk=visit.pk, state=VisitState.BOOKED).update(**new)
    except IntegrityError as error:
        raise _taken(error) from error
    if not changed:
        raise Stale("visit")
    audit.leave(by=by, at=now, act=Act.MARK_ARRIVAL, about=visit_id, detail={"state": str(new["state"])})


def _taken(error: IntegrityError) -> Refused:
    if "double_booking" not in str(error):
        raise error
    because = "The therapist, the room or the patient already has a visit at that time. Choose another time."
    return Refused(Block("visit.taken", because))
