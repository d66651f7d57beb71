"""Rows of one practice only: every look-up by id goes through here, so that no id opens another practice's record."""

from __future__ import annotations

from functools import cache
from typing import TypeVar
from uuid import UUID

from django.db import connection
from django.db.models import Max

from filiform.record.actor import Actor
from filiform.record.models import FollowUp, Patient, Place, Practitioner, Room, Session, Visit
from filiform.record.models.base import Numbered
from filiform.record.prepared import Prepared
from filiform.record.write import NotFound, Stale

N = TypeVar("N", bound=Numbered)
_ANY, _PRACTICE = UUID(int=1), UUID(int=2)  # stand for the ids in the compiled statement


@cache
def _visits(alias: str) -> Prepared:
    # Nearly every act begins with its visit: compiled once, because that took longer than asking.
    rows = Visit.objects.select_related("patient", "place", "room", "practitioner")
    return Prepared(rows.filter(pk=_ANY, place__practice_id=_PRACTICE).order_by(), alias)


def patient(by: Actor, patient_id: UUID) -> Patient:
    """The patient, or NotFound. A patient's own link opens that patient only."""
    if by.patient is not None and by.patient != patient_id:
        raise NotFound("patient")
    row = Patient.objects.filter(pk=patient_id, practice_id=by.practice).first()
    if row is None:
        raise NotFound("patient")
    return row


def visit(by: Actor, visit_id: UUID) -> Visit:
    """The visit with its patient, place, room and practitioner, or NotFound."""
    found = _visits(connection.alias).objects(_ANY, visit_id, _PRACTICE, by.practice)
    row: Visit | None = next(found, None)
    if row is None or (by.patient is not None and by.patient != row.patient_id):
        raise NotFound("visit")
    return row


def session(by: Actor, session_id: UUID) -> Session:
    """The session with its patient, room and visit, or NotFound."""
    rows = Session.objects.select_related("patient", "room", "place", "visit", "practitioner")
    row = rows.filter(pk=session_id, place__practice_id=by.practice).first()
    if row is None:
        raise NotFound("session")
    return row


def place(by: Actor, place_id: UUID) -> Place:
    """The place, or NotFound."""
    row = Place.objects.filter(pk=place_id, practice_id=by.practice).first()
    if row is None:
        raise NotFound("place")
    return row


def room(by: Actor, room_id: UUID) -> Room:
    """The room, or NotFound."""
    row = Room.objects.filter(pk=room_id, place__practice_id=by.practice).first()
    if row is None:
        raise NotFound("room")
    return row


def practitioner(by: Actor, practitioner_id: UUID) -> Practitioner:
    """The practitioner, or NotFound."""
    row = Practitioner.objects.filter(pk=practitioner_id, practice_id=by.practice).first()
    if row is None:
        raise NotFound("practitioner")
    return row


def follow_up(by: Actor, follow_up_id: UUID) -> FollowUp:
    """The follow-up with its patient, or NotFound."""
    rows = FollowUp.objects.select_related("patient", "visit", "place")
    row = rows.filter(pk=follow_up_id, place__practice_id=by.practice).first()
    if row is None or (by.patient is not None and by.patient != row.patient_id):
        raise NotFound("follow-up")
    return row


def next_number(model: type[N], visit_id: UUID, seen: int, what: str) -> int:
    """The number of the next row of a visit's series, when the writer had seen the newest one (`seen`; 0 for none).

    Raises Stale when somebody wrote in between. Two who pass at once meet the unique constraint instead.
    """
    newest: int = model._default_manager.filter(visit_id=visit_id).aggregate(n=Max("number"))["n"] or 0
    if newest != seen:
        raise Stale(what)
    return newest + 1
