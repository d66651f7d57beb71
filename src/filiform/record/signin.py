"""From a sign-in or a link to an actor. The only way in: an actor without a practitioner row may do nothing."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from uuid import UUID

from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.db import connection

from filiform.clinical.access import Role
from filiform.record.actor import VISITOR, Actor
from filiform.record.models import PatientLink, Practitioner, User
from filiform.record.prepared import Prepared


class PractitionerBackend(ModelBackend):
    """Password sign-in for staff, loading user and practitioner in one query. Who has left cannot sign in."""

    def get_user(self, user_id: int) -> User | None:
        user: User | None = next(_users(connection.alias).objects(_ANYBODY, user_id), None)
        return user if user is not None and self.user_can_authenticate(user) else None

    def user_can_authenticate(self, user: User | AnonymousUser | None) -> bool:
        return super().user_can_authenticate(user) and _practitioner(user) is not None


_ANYBODY = -1  # stands for the id in the compiled statement


@cache
def _users(alias: str) -> Prepared:
    # Asked at every request of staff: compiling it took twenty times as long as running it.
    return Prepared(User.objects.select_related("practitioner__practice").filter(pk=_ANYBODY), alias)


def actor_for_user(user: AbstractBaseUser | AnonymousUser, place: UUID | None = None) -> Actor:
    """The actor behind a signed-in user; `VISITOR` when nobody is signed in or the person has left.

    `place` is where they chose to work today; without it, the place they usually work at.
    """
    person = _practitioner(user)
    if person is None:
        return VISITOR
    return Actor(
        id=f"staff:{person.id}",
        role=Role(person.role),
        practice=person.practice_id,
        place=place or person.place_id,
        name=person.name,
        zone=person.practice.time_zone,
    )


def actor_for_link(link_id: UUID, purpose: str, now: datetime) -> Actor:
    """The patient behind an opened link, or `VISITOR` when it has died, never was, or is for something else."""
    link = (
        PatientLink.objects.select_related("patient__practice")
        .filter(pk=link_id, purpose=purpose, expires_at__gt=now)
        .first()
    )
    if link is None:
        return VISITOR
    return Actor(
        id=f"patient:{link.patient_id}",
        role=Role.PATIENT,
        practice=link.patient.practice_id,
        place=link.patient.place_id,
        patient=link.patient_id,
        zone=link.patient.practice.time_zone,
    )


def usernames_by_role(practice_id: UUID) -> dict[str, str]:
    """One username per role, for the demo's buttons: {role: username}, in the order of the roles."""
    rows = (
        Practitioner.objects.filter(practice_id=practice_id, user__isnull=False, left_on__isnull=True)
        .order_by("user__id")
        .values_list("role", "user__username")
    )
    found: dict[str, str] = {}
    for role, username in rows:
        found.setdefault(role, username)
    return found


def _practitioner(user: AbstractBaseUser | AnonymousUser | None) -> Practitioner | None:
    person: Practitioner | None = getattr(user, "practitioner", None) if user is not None else None
    return person if person is not None and person.left_on is None else None
