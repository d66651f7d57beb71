"""Afterwards: follow-ups that fall due, answers, adverse events, messages and the patient's links."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from filiform.record.models.base import Recorded, Row, one_of
from filiform.record.models.book import Visit
from filiform.record.models.people import Patient
from filiform.record.models.practice import Place, Practice


class FollowUp(Row):
    """A check that falls due some hours after the last needle came out."""

    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="follow_ups", db_index=False)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="+")
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+", db_index=False)
    hours = models.PositiveSmallIntegerField()
    due_at = models.DateTimeField()
    asked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["place", "due_at"], name="follow_up_due")]
        constraints = [
            models.UniqueConstraint(fields=["visit", "hours"], name="follow_up_once_per_hour_mark"),
            models.CheckConstraint(condition=Q(hours__in=[24, 48, 72]), name="follow_up_hours_known"),
        ]


class Queue(models.TextChoices):
    NONE = "none"
    ROUTINE = "routine"
    SAME_DAY = "same_day"
    NOW = "now"


class FollowUpAnswer(Recorded):
    """What the patient said. A later answer to the same check is a further row."""

    follow_up = models.ForeignKey(FollowUp, on_delete=models.PROTECT, related_name="answers")
    answers = models.JSONField()
    queue = models.CharField(max_length=10, choices=Queue.choices)
    because = models.JSONField()
    knowledge_hash = models.CharField(max_length=64)
    read_at = models.DateTimeField(null=True, blank=True)  # by a person; every answer is
    read_by = models.CharField(max_length=64, blank=True)
    call_outcome = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [
            one_of("queue", Queue, "answer_queue_known"),
            models.CheckConstraint(
                condition=Q(read_at__isnull=True, read_by="") | (Q(read_at__isnull=False) & ~Q(read_by="")),
                name="answer_read_by_somebody",
            ),
        ]


class AdverseEvent(Recorded):
    """Observed facts only; every grade is derived from them (knowledge of published schemes)."""

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="adverse_events")
    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="adverse_events")
    what = models.CharField(max_length=200)
    began_hours_after = models.DecimalField(max_digits=6, decimal_places=1, null=True, blank=True)
    lasted_hours = models.DecimalField(max_digits=6, decimal_places=1, null=True, blank=True)
    treatment_needed = models.CharField(max_length=200, blank=True)
    function_lost = models.BooleanField(null=True)
    admitted = models.BooleanField(null=True)
    detail = models.CharField(max_length=1000, blank=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(what=""), name="adverse_event_says_what")]


class LinkPurpose(models.TextChoices):
    SCREENING = "screening"
    FOLLOW_UP = "follow_up"
    DRAW = "draw"


class PatientLink(Row):
    """A signed link for one purpose. Only a hash of its token is kept; it dies at `expires_at`."""

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="+")
    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="+")
    follow_up = models.ForeignKey(FollowUp, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    purpose = models.CharField(max_length=12, choices=LinkPurpose.choices)
    token_hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    wrong_answers = models.PositiveSmallIntegerField(default=0)  # to the birth date question

    class Meta:
        constraints = [
            one_of("purpose", LinkPurpose, "link_purpose_known"),
            models.CheckConstraint(condition=Q(expires_at__gt=models.F("made_at")), name="link_dies"),
        ]


class Channel(models.TextChoices):
    TEXT = "text"
    EMAIL = "email"


class Message(Row):
    """A message with a due time, claimed by a conditional UPDATE. Its text names the practice and no health words."""

    practice = models.ForeignKey(Practice, on_delete=models.PROTECT, related_name="+", db_index=False)
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="+")
    follow_up = models.OneToOneField(FollowUp, on_delete=models.PROTECT, related_name="message", null=True, blank=True)
    channel = models.CharField(max_length=8, choices=Channel.choices)
    to = models.CharField(max_length=254)
    text = models.CharField(max_length=1000)
    link = models.CharField(max_length=300, blank=True)  # kept only where the outbox may show it: the demo
    due_at = models.DateTimeField()
    claimed_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["practice", "due_at"], condition=Q(sent_at__isnull=True), name="message_due")]
        constraints = [
            one_of("channel", Channel, "message_channel_known"),
            models.CheckConstraint(
                condition=Q(sent_at__isnull=True) | Q(claimed_at__isnull=False), name="message_claimed_before_sent"
            ),
        ]
