"""Visits (an appointment and what happens at it) and requests for a first one."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q

from filiform.record.models.base import Recorded, one_of
from filiform.record.models.people import Patient, Practitioner
from filiform.record.models.practice import Place, Practice, Room


class VisitRequest(Recorded):
    """Somebody asked the desk for a first visit."""

    practice = models.ForeignKey(Practice, on_delete=models.PROTECT, related_name="+", db_index=False)
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=200)
    phone = models.CharField(max_length=40)
    email = models.CharField(max_length=254, blank=True)
    birth_date = models.DateField(null=True, blank=True)
    when_suits = models.CharField(max_length=200, blank=True)
    where_it_hurts = models.CharField(max_length=500, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.CharField(max_length=64, blank=True)
    outcome = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = [models.Index(fields=["practice"], condition=Q(answered_at__isnull=True), name="request_waiting")]
        constraints = [
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True, answered_by="")
                | (Q(answered_at__isnull=False) & ~Q(answered_by="")),
                name="request_answered_by_somebody",
            )
        ]


class FourHoursLater(models.Func):
    """A time plus four hours, in the database's own words.

    `F("starts_at") + timedelta(hours=4)` would put a function of Django's into SQLite's schema, and a dump of the
    database could then be restored by nothing but Django.
    """

    arity = 1
    output_field = models.DateTimeField()

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        # Times are kept as text, with a fraction of a second or without.
        return self.as_sql(compiler, connection, template="(datetime(%(expressions)s, '+4 hours') || '.999999')")

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(compiler, connection, template="(%(expressions)s + interval '4 hours')")


class VisitState(models.TextChoices):
    BOOKED = "booked"
    ARRIVED = "arrived"
    CANCELLED = "cancelled"
    MISSED = "missed"


class Visit(Recorded):
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="visits", db_index=False)
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="visits", db_index=False)
    room = models.ForeignKey(Room, on_delete=models.PROTECT, related_name="+", null=True, blank=True, db_index=False)
    practitioner = models.ForeignKey(Practitioner, on_delete=models.PROTECT, related_name="visits", db_index=False)
    episode = models.ForeignKey(
        "record.Episode", on_delete=models.PROTECT, related_name="visits", null=True, blank=True
    )
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    reason = models.CharField(max_length=200, blank=True)
    first = models.BooleanField(default=False)
    state = models.CharField(max_length=10, choices=VisitState.choices, default=VisitState.BOOKED)
    arrived_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["place", "starts_at"], name="visit_by_place_and_time"),
            models.Index(fields=["patient", "starts_at"], name="visit_by_patient_and_time"),
            models.Index(fields=["practitioner", "starts_at"], name="visit_by_therapist_and_time"),
            models.Index(fields=["room", "starts_at"], name="visit_by_room_and_time"),
        ]
        constraints = [
            one_of("state", VisitState, "visit_state_known"),
            models.CheckConstraint(condition=Q(ends_at__gt=models.F("starts_at")), name="visit_ends_after_it_begins"),
            # The search for a clash looks back this far and no further: see appendonly.py.
            models.CheckConstraint(
                condition=Q(ends_at__lte=FourHoursLater("starts_at")), name="visit_within_four_hours"
            ),
            models.CheckConstraint(
                condition=~Q(state="arrived") | Q(arrived_at__isnull=False), name="visit_arrived_at_some_time"
            ),
        ]
