"""Where it hurts, what the hand found, and which muscles were chosen for today."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from filiform.record.models.base import Numbered, Recorded, SideChoice, one_of
from filiform.record.models.book import Visit
from filiform.record.models.people import Patient


class PainDrawing(Numbered):
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="+")
    areas = models.JSONField()  # [{"region", "side", "intensity" 0-10}]

    class Meta(Numbered.Meta):
        abstract = False


class Palpation(Recorded):
    """What the hand found at one muscle. A second look at the same muscle is a further row; the newest counts."""

    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="palpations")
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="+")
    muscle = models.CharField(max_length=60)
    side = models.CharField(max_length=10, choices=SideChoice.choices)
    taut_band = models.BooleanField()
    tenderness = models.PositiveSmallIntegerField()  # 0-3
    familiar_pain = models.BooleanField()
    twitch = models.BooleanField()

    class Meta:
        constraints = [
            one_of("side", SideChoice, "palpation_side_known"),
            models.CheckConstraint(condition=Q(tenderness__lte=3), name="palpation_tenderness_0_to_3"),
        ]


class Choice(Numbered):
    """The muscles chosen for today, in order. The newest list counts."""

    muscles = models.JSONField()  # [{"muscle", "side"}]

    class Meta(Numbered.Meta):
        abstract = False
