"""The practice, its places and their rooms."""

from __future__ import annotations

from django.db import models

from filiform.record.models.base import Row


class Practice(Row):
    name = models.CharField(max_length=120)
    phone = models.CharField(max_length=40, blank=True)
    emergency_number = models.CharField(max_length=20, blank=True)
    time_zone = models.CharField(max_length=64, default="UTC")
    screening_profile = models.CharField(max_length=20, default="default")


class Place(Row):
    """One of the practice's locations."""

    practice = models.ForeignKey(Practice, on_delete=models.PROTECT, related_name="places")
    name = models.CharField(max_length=120)
    address = models.CharField(max_length=240, blank=True)
    phone = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["practice", "name"], name="place_name_once")]


class Room(Row):
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="rooms")
    name = models.CharField(max_length=60)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["place", "name"], name="room_name_once")]
