"""Screening of the day, and what a doctor answered."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from filiform.record.models.base import Numbered, Recorded, one_of
from filiform.record.models.people import Patient


class Screening(Numbered):
    """Answers as given, what was known, and the result with the hash of the knowledge that gave it."""

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="+", db_index=False)
    answers = models.JSONField()
    result = models.JSONField()
    disposition = models.CharField(max_length=20)
    cleared = models.BooleanField()
    profile = models.CharField(max_length=20)
    knowledge_hash = models.CharField(max_length=64)

    class Meta(Numbered.Meta):
        abstract = False
        indexes = [models.Index(fields=["patient", "recorded_at"], name="screening_by_patient")]
        constraints = [
            *Numbered.Meta.constraints,
            models.CheckConstraint(
                condition=Q(cleared=False) | Q(disposition__in=["proceed", "proceed_modified", "region_excluded"]),
                name="screening_cleared_only_when_it_may_proceed",
            ),
        ]


class Verdict(models.TextChoices):
    YES = "yes"
    NO = "no"
    LIMITS = "limits"


class DoctorAnswer(Recorded):
    """A doctor's recorded answer to one consultation. It lapses; it is never edited."""

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="doctor_answers")
    condition = models.CharField(max_length=60)
    asked = models.CharField(max_length=500)
    answered_by = models.CharField(max_length=200)
    answered_on = models.DateField()
    verdict = models.CharField(max_length=10, choices=Verdict.choices)
    limits = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [
            one_of("verdict", Verdict, "doctor_answer_verdict_known"),
            models.CheckConstraint(
                condition=~Q(verdict="limits") | ~Q(limits=""), name="doctor_answer_names_its_limits"
            ),
            models.CheckConstraint(condition=~Q(answered_by=""), name="doctor_answer_names_the_doctor"),
        ]
