"""The audit chain: who did or read what about whom, in opaque ids and hashes only, each row sealing the one before."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from filiform.record.models.practice import Practice


class AuditRow(models.Model):
    practice = models.ForeignKey(Practice, on_delete=models.PROTECT, related_name="+", db_index=False)
    number = models.PositiveBigIntegerField()
    at = models.DateTimeField()
    by = models.CharField(max_length=64)
    role = models.CharField(max_length=20)
    act = models.CharField(max_length=40)
    about = models.CharField(max_length=80)  # opaque id of the patient, visit, session, place ...
    done = models.BooleanField()  # False: refused
    detail = models.JSONField()  # opaque ids, hashes and rule ids; never a name or a value
    sealed = models.CharField(max_length=64)  # hash of this row and of the seal before it

    class Meta:
        indexes = [models.Index(fields=["about"], name="audit_by_about")]
        constraints = [
            models.UniqueConstraint(fields=["practice", "number"], name="audit_one_chain"),
            models.CheckConstraint(condition=~Q(sealed=""), name="audit_is_sealed"),
        ]


class ErasurePermit(models.Model):
    """While a row stands here, append-only rows may be deleted. Used by lawful erasure only, which is a later issue."""

    because = models.CharField(max_length=300)
    at = models.DateTimeField()
