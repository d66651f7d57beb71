"""Measures: pain, tightness and range, before and after."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from filiform.record.models.base import Recorded, SideChoice, one_of
from filiform.record.models.book import Visit
from filiform.record.models.people import Patient


class MeasureKind(models.TextChoices):
    PAIN = "pain"  # 0-10
    TIGHTNESS = "tightness"  # 0-10
    RANGE = "range"  # degrees


class Moment(models.TextChoices):
    BEFORE = "before"
    AFTER = "after"
    FOLLOW_UP = "follow_up"


class Measure(Recorded):
    """One value of one measure. A corrected value is a further row; the newest of the same kind and moment counts."""

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="+", db_index=False)
    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="measures")
    kind = models.CharField(max_length=12, choices=MeasureKind.choices)
    moment = models.CharField(max_length=12, choices=Moment.choices)
    what = models.CharField(max_length=60, blank=True)  # the movement, for range
    side = models.CharField(max_length=10, choices=SideChoice.choices, blank=True)
    value = models.DecimalField(max_digits=5, decimal_places=1)

    class Meta:
        indexes = [models.Index(fields=["patient", "recorded_at"], name="measure_by_patient")]
        constraints = [
            one_of("kind", MeasureKind, "measure_kind_known"),
            one_of("moment", Moment, "measure_moment_known"),
            models.CheckConstraint(
                condition=Q(kind="range", value__gte=-30, value__lte=190)
                | (~Q(kind="range") & Q(value__gte=0, value__lte=10)),
                name="measure_within_its_range",
            ),
            models.CheckConstraint(
                condition=~Q(kind="range") | ~Q(what=""), name="measure_of_range_names_the_movement"
            ),
        ]
