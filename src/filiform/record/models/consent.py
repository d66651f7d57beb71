"""Consent for today's regions, and its withdrawal."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from filiform.record.models.base import Numbered, Recorded, one_of
from filiform.record.models.people import Patient


class SignatureWay(models.TextChoices):
    TYPED = "typed"  # the name, typed by the person
    DRAWN = "drawn"  # strokes, as an SVG path


class Consent(Numbered):
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="+")
    sites = models.JSONField()  # [{"region", "side"}]
    text_version = models.CharField(max_length=40)
    text_hash = models.CharField(max_length=64)
    pleural_risk_told = models.BooleanField()
    way = models.CharField(max_length=10, choices=SignatureWay.choices)
    signature = models.TextField()
    signed_by = models.CharField(max_length=200)  # the patient, or who may sign for them

    class Meta(Numbered.Meta):
        abstract = False
        constraints = [
            *Numbered.Meta.constraints,
            one_of("way", SignatureWay, "consent_way_known"),
            models.CheckConstraint(condition=~Q(signature="") & ~Q(signed_by=""), name="consent_is_signed"),
        ]


class ConsentWithdrawal(Recorded):
    consent = models.OneToOneField(Consent, on_delete=models.PROTECT, related_name="withdrawal")
    because = models.CharField(max_length=500, blank=True)
