"""Needle events that came too late or from nobody known, until who is responsible has written what really happened."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Exists, Max, OuterRef, Q

from filiform.clinical.access import Role
from filiform.record import models as m
from filiform.record import names
from filiform.record.actor import NOWHERE, Actor
from filiform.record.write import internal


@dataclass(frozen=True, slots=True)
class Late:
    """One session with events beside its ledger of which no note and no amendment says anything yet."""

    visit_id: UUID
    patient: str
    practitioner: str
    opened_at: datetime
    events: int
    newest: datetime

    @property
    def url(self) -> str:
        """Where the events stand."""
        return f"/visits/{self.visit_id}/needle/"


@internal("asked by the day, which checks and audits; of the therapist's own sessions, and of all for the owner")
def unwritten(by: Actor) -> tuple[Late, ...]:
    """Newest first; one query, two when there are any. A note or amendment of after the arrival takes a session off.

    A session is the therapist's who opened it or took it over. Whoever else reads charts is not told here.
    """
    if by.role not in (Role.THERAPIST, Role.OWNER):
        return ()
    sessions = m.Session.objects.filter(place__practice_id=by.practice)
    if by.role is Role.THERAPIST:
        handed = m.SessionEvent.objects.filter(session=OuterRef("pk"), kind="hand_over", body__to=by.id)
        sessions = sessions.filter(Q(practitioner_id=by.staff_id or NOWHERE) | Exists(handed))
    came = {"recorded_at__gte": OuterRef("received_at")}
    signed = m.Note.objects.filter(visit__session=OuterRef("session_id"), **came)
    amended = m.Amendment.objects.filter(note__visit__session=OuterRef("session_id"), **came)
    # The few events beside a ledger come first: joined, the database would begin with the sessions of all years.
    mine = Exists(sessions.filter(pk=OuterRef("session_id")))
    left = m.AsideEvent.objects.filter(mine, ~Exists(signed), ~Exists(amended)).order_by()
    found = {row[0]: row[1:] for row in left.values_list("session_id").annotate(Count("pk"), Max("received_at"))}
    if not found:
        return ()
    about = ("id", "visit_id", "patient__family", "patient__given", "practitioner__name", "opened_at")
    rows = m.Session.objects.filter(pk__in=list(found)).values_list(*about)
    every = (
        Late(visit, names.shown(family, given), who, opened, *found[pk])
        for pk, visit, family, given, who, opened in rows
    )
    return tuple(sorted(every, key=lambda one: one.newest, reverse=True))
