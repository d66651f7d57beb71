"""Run in an installation (`python -m tests.bench._rooms N`): one practice, N therapists, each with a session under way.

Prints as JSON what tablets must know: everybody's password, the practice, and each session as `_tablet.OpenSession`.
Made by the actions that the pages call, in as many rooms of one place.
"""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from filiform.config.start import migrate, start_django

BEGAN = timedelta(minutes=30)  # ago


def main(number: int) -> None:
    """Make it."""
    start_django()
    migrate()
    from filiform.clinical.access import Role
    from filiform.config.demo.make import morning_zone
    from filiform.record.actions import book, people, practice
    from filiform.record.actor import Actor, system
    from filiform.record.models import Place, Practice, Practitioner, Room, Session, User
    from tests import clinic, steps

    now = datetime.now(UTC) - BEGAN
    here = clinic.make(now=now)
    Practice.objects.filter(pk=here.practice).update(time_zone=morning_zone(now))
    place = Place.objects.get(pk=here.place)
    inside, desk = system("bench", here.practice), here.staff["front_desk"]
    steps.reach(here, "needling", now)
    for n in range(2, number + 1):
        room = Room.objects.create(place=place, name=f"Room {n + 2}")
        username = f"alder.therapist{n}"
        who = practice.employ(
            by=inside, now=now, place_id=place.pk, name=f"Therapist {n}", role="therapist", username=username
        )
        days: dict[str, Any] = {
            "issued_on": now.date() - timedelta(days=9),
            "expires_on": now.date() + timedelta(days=9),
        }
        practice.record_credential(by=inside, now=now, practitioner_id=who, kind="dry_needling", hours=80, **days)
        row = Practitioner.objects.get(pk=who)
        actor = Actor(f"staff:{row.pk}", Role.THERAPIST, row.practice_id, place.pk, row.name)
        patient = people.register_patient(
            by=desk, now=now, place_id=place.pk, family=f"Okafor {n}", given="Maya", birth_date=steps.BIRTH
        )
        about: dict[str, Any] = {
            "patient_id": patient,
            "practitioner_id": who,
            "place_id": place.pk,
            "room_id": room.pk,
        }
        visit = book.book_visit(by=desk, now=now, starts_at=now, minutes=45, **about)
        book.mark_arrived(by=desk, now=now, visit_id=visit)
        staff = {**here.staff, "therapist": actor}
        steps.reach(replace(here, staff=staff, patient=patient, visit=visit, room=room.pk), "needling", now)
    for user in User.objects.filter(username__startswith="alder.therapist"):
        user.set_password(clinic.PASSWORD)
        user.save()
    rows = Session.objects.order_by("opened_at").values_list("pk", "visit_id", "practitioner__user__username")
    where = {"muscle": steps.MUSCLES[0], "side": "right"}
    told = [{"session": str(pk), "visit": str(visit), "username": name, **where} for pk, visit, name in rows]
    print(json.dumps({"password": clinic.PASSWORD, "practice": str(here.practice), "sessions": told}))


if __name__ == "__main__":
    main(int(sys.argv[1]))
