"""Two patients of one therapist, on two tables at once, and a colleague who can take one over."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from filiform.clinical.access import Role
from filiform.record.actions import book, needle, people, practice
from filiform.record.actor import Actor, system
from filiform.record.models import Practitioner, Room
from tests import clinic, steps

COLLEAGUE = "Robin Colleague"
USERNAME = "alder.colleague"


@dataclass(frozen=True, slots=True)
class TwoRooms:
    """`one` lies in Room 1, `two` in Room 2; both sessions are open, a pack of eight is open in each."""

    one: steps.Visit
    two: steps.Visit
    colleague: Actor


def make(now: datetime) -> TwoRooms:
    """Made by the actions that the pages call."""
    here = clinic.make(now=now)
    one = steps.reach(here, "opened", now)
    two = steps.on(_second(here, now), "consented")
    room = Room.objects.filter(place_id=here.place).order_by("name")[1]
    two.session = needle.open_session(**two.about(room_id=room.pk, birth_date=two.birth))
    two.done.append("opened")
    for visit in (one, two):
        steps.add(visit, steps.event(visit, "pack", "open_pack", **steps.pack(visit)))
    return TwoRooms(one, two, _colleague(here, now))


def _second(here: clinic.Clinic, now: datetime) -> steps.Visit:
    desk = here.staff["front_desk"]
    birth = date(1990, 7, 30)
    patient = people.register_patient(
        by=desk, now=now, place_id=here.place, family="Lindqvist", given="Ola", birth_date=birth
    )
    assert here.therapist.staff_id is not None
    visit = book.book_visit(
        by=desk,
        now=now,
        patient_id=patient,
        practitioner_id=here.therapist.staff_id,
        place_id=here.place,
        starts_at=now + timedelta(minutes=45),
        minutes=45,
    )
    book.mark_arrived(by=desk, now=now, visit_id=visit)
    return steps.Visit(replace(here, patient=patient, visit=visit), visit, now, birth)


def _colleague(here: clinic.Clinic, now: datetime) -> Actor:
    inside = system("setup", here.practice)
    row_id = practice.employ(
        by=inside, now=now, place_id=here.place, name=COLLEAGUE, role="therapist", username=USERNAME
    )
    row = Practitioner.objects.get(pk=row_id)
    return Actor(f"staff:{row.pk}", Role.THERAPIST, here.practice, here.place, row.name)
