"""The episode, its plan of care and the decision after each visit."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from filiform.record.models.base import Numbered, Recorded, one_of
from filiform.record.models.people import Patient, Practitioner
from filiform.record.models.practice import Place


class Episode(Recorded):
    """One problem of one patient, from the first examination to the end of care."""

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="episodes")
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")
    practitioner = models.ForeignKey(Practitioner, on_delete=models.PROTECT, related_name="+")
    problem = models.CharField(max_length=200)
    examined_on = models.DateField()
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_because = models.CharField(max_length=300, blank=True)


class Plan(Numbered):
    """A plan of care. Written anew as a whole each time; the newest of the episode counts."""

    episode = models.ForeignKey(Episode, on_delete=models.PROTECT, related_name="plans")
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="+")
    goals = models.JSONField()  # texts in the patient's words
    visits = models.PositiveSmallIntegerField()
    frequency = models.CharField(max_length=60)
    active_treatments = models.JSONField()  # beside the needles; never empty
    source_of_pain = models.CharField(max_length=300, blank=True)
    needling_can = models.CharField(max_length=500, blank=True)
    needling_cannot = models.CharField(max_length=500, blank=True)
    home_programme = models.CharField(max_length=500, blank=True)
    recheck_on = models.DateField()

    class Meta(Numbered.Meta):
        abstract = False
        constraints = [
            *Numbered.Meta.constraints,
            models.CheckConstraint(condition=Q(visits__gte=1, visits__lte=60), name="plan_visits_1_to_60"),
            models.CheckConstraint(
                condition=~Q(active_treatments=[]) & ~Q(goals=[]), name="plan_has_goals_and_an_active_treatment"
            ),
        ]


class DecisionKind(models.TextChoices):
    CONTINUE = "continue"
    CHANGE = "change"
    STOP = "stop"
    REFER = "refer"


class Decision(Numbered):
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=DecisionKind.choices)
    because = models.CharField(max_length=1000)

    class Meta(Numbered.Meta):
        abstract = False
        constraints = [
            *Numbered.Meta.constraints,
            one_of("kind", DecisionKind, "decision_kind_known"),
            models.CheckConstraint(condition=~Q(because=""), name="decision_has_a_reason"),
        ]
