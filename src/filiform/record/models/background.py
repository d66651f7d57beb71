"""What another system knew about the patient: the source resource as it came, and the rows read from it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from filiform.record.models.base import Recorded
from filiform.record.models.people import Patient
from filiform.record.models.practice import Practice


class Import(Recorded):
    """One file taken in. The hash finds a file that was taken before."""

    practice = models.ForeignKey(Practice, on_delete=models.PROTECT, related_name="+")
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="imports")
    file_name = models.CharField(max_length=255)
    file_hash = models.CharField(max_length=64)
    counts = models.JSONField()  # created, unchanged, ignored by type; refused with reasons


class ImportedResource(Recorded):
    """One FHIR resource exactly as it came. A changed one with the same id is a further row, never an overwrite."""

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="imported", db_index=False)
    taken_in = models.ForeignKey(Import, on_delete=models.PROTECT, related_name="resources")
    resource_type = models.CharField(max_length=64)
    source_id = models.CharField(max_length=200)
    full_url = models.CharField(max_length=300, blank=True)  # the name other resources of its bundle call it by
    content_hash = models.CharField(max_length=64)  # of the content in canonical form
    content = models.TextField()  # character by character as it came, without its indentation
    version = models.PositiveIntegerField(default=1)  # a changed one gets the next; the newest counts
    refused_because = models.CharField(max_length=500, blank=True)  # kept aside, not read

    class Meta:
        indexes = [models.Index(fields=["patient", "resource_type"], name="imported_by_type")]
        constraints = [
            models.UniqueConstraint(
                fields=["patient", "resource_type", "source_id", "content_hash"], name="imported_content_once"
            ),
            models.UniqueConstraint(
                fields=["patient", "resource_type", "source_id", "version"], name="imported_one_of_each_version"
            ),
        ]


class Background(Recorded):
    """A problem, medicine, allergy, device or procedure: from an import (`source`) or told to staff (`source` null).

    `status`, `verification` and `began_said` hold what came, "" when nothing came:
    an absent status is unknown, not active.
    """

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="+")
    source = models.ForeignKey(ImportedResource, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    text = models.CharField(max_length=500)
    code_system = models.CharField(max_length=200, blank=True)
    code = models.CharField(max_length=100, blank=True)
    status = models.CharField(max_length=60, blank=True)
    verification = models.CharField(max_length=60, blank=True)
    began_said = models.CharField(max_length=40, blank=True)
    began_on = models.DateField(null=True, blank=True)
    ended_said = models.CharField(max_length=40, blank=True)
    ended_on = models.DateField(null=True, blank=True)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(condition=~Q(text="") | ~Q(code=""), name="%(class)s_says_something"),
            models.UniqueConstraint(fields=["source"], condition=Q(source__isnull=False), name="%(class)s_read_once"),
        ]


class Problem(Background):
    class Meta(Background.Meta):
        abstract = False


class Medicine(Background):
    class Meta(Background.Meta):
        abstract = False


class Allergy(Background):
    class Meta(Background.Meta):
        abstract = False


class Device(Background):
    class Meta(Background.Meta):
        abstract = False


class Procedure(Background):
    """Something done to the patient elsewhere: an operation, a treatment, a test."""

    class Meta(Background.Meta):
        abstract = False
