"""The note of a visit: written from the record, signed once, then only amended."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from filiform.record.models.base import Recorded
from filiform.record.models.book import Visit
from filiform.record.models.people import Patient


class Note(Recorded):
    """`recorded_*` is the signature. One per visit, so of two people who sign one wins."""

    visit = models.OneToOneField(Visit, on_delete=models.PROTECT, related_name="note")
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="+")
    content = models.JSONField()  # sections as they stood at signing
    content_hash = models.CharField(max_length=64)
    added_words = models.TextField(blank=True)  # the therapist's own

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(content_hash=""), name="note_is_hashed")]


class Amendment(Recorded):
    note = models.ForeignKey(Note, on_delete=models.PROTECT, related_name="amendments")
    text = models.TextField()

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(text=""), name="amendment_says_something")]
