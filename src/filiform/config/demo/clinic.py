"""The demo's practice and the people who act in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from uuid import UUID
from zoneinfo import ZoneInfo

from filiform.config.demo.visits import Maker
from filiform.record.actor import Actor
from filiform.record.reads import follow as follows
from filiform.record.reads import practice as reads


@dataclass(frozen=True, slots=True)
class Clinic:
    """The demo's practice and the people who act in it."""

    practice: UUID
    zone: ZoneInfo
    places: tuple[reads.PlaceInfo, ...]
    desk: Actor
    therapists: tuple[Actor, ...]
    system: Actor

    def makers(self, rng: Random) -> list[Maker]:
        """One maker of visits for each therapist, in the order of STAFF, each in a room of their own."""
        return [_maker(self, therapist, rng) for therapist in self.therapists]

    def asked(self, now: datetime) -> list[tuple[UUID, UUID]]:
        """(follow-up, patient) of what patients were asked in the last month, newest first."""
        return follows.asked_since(by=self.desk, now=now, since=now - timedelta(days=30))


def _maker(clinic: Clinic, therapist: Actor, rng: Random) -> Maker:
    place = next(place for place in clinic.places if place.id == therapist.place)
    mates = [one.id for one in clinic.therapists if one.place == therapist.place]
    return Maker(clinic.desk, therapist, place, mates.index(therapist.id), rng)
