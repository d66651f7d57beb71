"""The needling session and its append-only events."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.db.models.lookups import IsNull

from filiform.record.models.base import Recorded, Row, one_of
from filiform.record.models.book import Visit
from filiform.record.models.people import Patient, Practitioner
from filiform.record.models.practice import Place, Room
from filiform.record.models.stock import LotOf


class Session(Row):
    """Opened once per visit, after the birth date was asked; closed once, with nothing left unaccounted for."""

    visit = models.OneToOneField(Visit, on_delete=models.PROTECT, related_name="session")
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="+", db_index=False)
    # Every page asks for the open ones of a therapist or a place: an index of all of them would grow with the years.
    practitioner = models.ForeignKey(Practitioner, on_delete=models.PROTECT, related_name="sessions", db_index=False)
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+", db_index=False)
    room = models.ForeignKey(Room, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    opened_by = models.CharField(max_length=64)
    identity_confirmed_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.CharField(max_length=64, blank=True)
    still_in = models.PositiveSmallIntegerField(null=True, blank=True)  # at closing
    closing_state = models.JSONField(null=True, blank=True)  # the folded state at closing

    class Meta:
        indexes = [
            models.Index(fields=["place"], condition=Q(closed_at__isnull=True), name="session_open_by_place"),
            models.Index(
                fields=["practitioner"], condition=Q(closed_at__isnull=True), name="session_open_by_therapist"
            ),
            models.Index(fields=["patient", "opened_at"], name="session_by_patient"),
        ]
        constraints = [
            models.CheckConstraint(
                # The count is asked for by name: `still_in = 0` is NULL and no refusal where it is missing.
                condition=Q(closed_at__isnull=True, closed_by="", still_in__isnull=True)
                | (
                    Q(closed_at__isnull=False, still_in__isnull=False, still_in=0, closing_state__isnull=False)
                    & ~Q(closed_by="")
                ),
                name="session_closed_with_no_needle_in",
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True) | Q(closed_at__gte=F("opened_at")),
                name="session_closes_after_it_opens",
            ),
        ]


class SessionEvent(models.Model):
    """One event, with the id that the device made before it was sent, so that a repeat changes nothing.

    A second content under one id is a row too, with a mark behind the id that no device's id can have; its body keeps
    the id as it came, and the fold sees the conflict.
    """

    id = models.CharField(primary_key=True, max_length=80)
    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="events")
    kind = models.CharField(max_length=30)
    body = models.JSONField()  # the event as it came, `id` and `kind` included
    received_at = models.DateTimeField()
    received_by = models.CharField(max_length=64)

    class Meta:
        indexes = [
            # A recall asks every pack that was ever opened; other events cost nothing here.
            models.Index(LotOf("body"), condition=Q(IsNull(LotOf("body"), False)), name="event_by_lot")
        ]
        constraints = [models.CheckConstraint(condition=~Q(id=""), name="event_has_an_id")]


class WhyAside(models.TextChoices):
    """Why an event is not in its session's ledger."""

    CLOSED = "closed"  # it arrived after the session was closed
    UNPROVEN = "unproven"  # nothing proves who entered it


class AsideEvent(Row):
    """An event that came and could not count: kept as it came, shown with the session, never lost."""

    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="aside", db_index=False)
    event_id = models.CharField(max_length=80)
    digest = models.CharField(max_length=64)  # of the content: sent again it is the same row
    why = models.CharField(max_length=10, choices=WhyAside.choices)
    body = models.JSONField()
    received_at = models.DateTimeField()
    received_by = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["session", "event_id", "digest"], name="aside_event_once"),
            one_of("why", WhyAside, "aside_event_why_known"),
        ]


class Treatment(Recorded):
    """Another treatment given at the visit, with its minutes."""

    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="treatments")
    kind = models.CharField(max_length=60)
    detail = models.CharField(max_length=300, blank=True)
    minutes = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(minutes__gte=1, minutes__lte=240), name="treatment_minutes_1_to_240")
        ]
