"""Where it hurts, what the hand found, and which muscles were chosen for today."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from filiform.record.models.base import Numbered, Recorded, SideChoice, one_of
from filiform.record.models.book import Visit
from filiform.record.models.people import Patient


class PainDrawing(Numbered):
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="+")
    areas = models.JSONField()  # as in record.drawn
    # Only of a drawing by the patient: whether they said that this is all. None: by staff, or before it was asked.
    finished = models.BooleanField(null=True, blank=True)

    class Meta(Numbered.Meta):
        abstract = False


class Palpation(Recorded):
    """What the hand found at one point of a muscle, as far as it was looked for: None is not looked for.

    Each finding is saved when it is tapped, so a point has several rows; the newest counts. Which point it is
    says its place.
    """

    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="palpations")
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="+")
    muscle = models.CharField(max_length=60)
    side = models.CharField(max_length=10, choices=SideChoice.choices)
    taut_band = models.BooleanField(null=True)
    tenderness = models.PositiveSmallIntegerField(null=True)  # 0-3
    familiar_pain = models.BooleanField(null=True)
    twitch = models.BooleanField(null=True)

    class Meta:
        constraints = [
            one_of("side", SideChoice, "palpation_side_known"),
            models.CheckConstraint(condition=Q(tenderness__lte=3), name="palpation_tenderness_0_to_3"),
        ]


class PalpationPlace(Recorded):
    """Where on the figure a pressed point is, in units of the neutral build, and which of the muscle's points it is.

    Moving it is a further row; the newest counts. Without a view the point was taken back. A palpation from before
    places were kept has none: it is of point 1, at the usual place.
    """

    palpation = models.ForeignKey(Palpation, on_delete=models.PROTECT, related_name="places")
    number = models.PositiveSmallIntegerField()
    view = models.CharField(max_length=20, blank=True)
    x = models.DecimalField(max_digits=5, decimal_places=1)
    y = models.DecimalField(max_digits=5, decimal_places=1)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(number__gte=1, number__lte=20), name="palpation_place_number_1_to_20"),
            models.CheckConstraint(condition=~Q(view="") | Q(x=0, y=0), name="palpation_place_taken_back_is_nowhere"),
        ]


class Choice(Numbered):
    """The muscles chosen for today, in order. The newest list counts."""

    muscles = models.JSONField()  # [{"muscle", "side"}], with "plan" where one was made (clinical.needle.manner)

    class Meta(Numbered.Meta):
        abstract = False
