"""People: those who sign in, those who needle, and those who hurt."""

from __future__ import annotations

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import F, Q

from filiform.record.models.base import Recorded, Row, one_of
from filiform.record.models.practice import Place, Practice


class User(AbstractUser):
    """A sign-in. What a person may do comes from the practitioner row, never from Django's own permissions."""


class PractitionerRole(models.TextChoices):
    FRONT_DESK = "front_desk"
    THERAPIST = "therapist"
    OWNER = "owner"
    AUDITOR = "auditor"


class Practitioner(Row):
    """Somebody who works for the practice, with one role."""

    user = models.OneToOneField(User, on_delete=models.PROTECT, related_name="practitioner", null=True, blank=True)
    practice = models.ForeignKey(Practice, on_delete=models.PROTECT, related_name="practitioners")
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=120)
    title = models.CharField(max_length=40, blank=True)  # as written after the name: PT, DPT
    role = models.CharField(max_length=20, choices=PractitionerRole.choices)
    left_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [one_of("role", PractitionerRole, "practitioner_role_known")]


class Credential(Recorded):
    """The right of one practitioner to needle, with its hours and its last day."""

    practitioner = models.ForeignKey(Practitioner, on_delete=models.PROTECT, related_name="credentials")
    kind = models.CharField(max_length=40)  # dry_needling, licence
    jurisdiction = models.CharField(max_length=10, blank=True)  # ISO 3166-2
    hours = models.PositiveIntegerField(null=True, blank=True)
    issued_on = models.DateField()
    expires_on = models.DateField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(expires_on__gt=F("issued_on")), name="credential_ends_after_it_begins"),
        ]


class Patient(Recorded):
    """A person who hurts. An unknown birth date stays unknown; what an import said is kept in `birth_date_said`."""

    practice = models.ForeignKey(Practice, on_delete=models.PROTECT, related_name="patients", db_index=False)
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")
    family = models.CharField(max_length=120, blank=True)
    given = models.CharField(max_length=120, blank=True)
    name_key = models.CharField(max_length=260)  # folded for search: see reads.people.fold
    birth_date = models.DateField(null=True, blank=True)
    birth_date_said = models.CharField(max_length=40, blank=True)
    sex = models.CharField(max_length=20, blank=True)  # as it came; "" is unknown
    phone = models.CharField(max_length=40, blank=True)
    email = models.CharField(max_length=254, blank=True)
    deceased_said = models.CharField(max_length=40, blank=True)
    source_system = models.CharField(max_length=200, blank=True)
    source_id = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["practice", "name_key"], name="patient_by_name"),
            # With the name in it, or SQLite would rather read everybody by name than sort the few of one day.
            models.Index(fields=["practice", "birth_date", "name_key"], name="patient_by_birth"),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(name_key=""), name="patient_can_be_found"),
            models.UniqueConstraint(
                fields=["practice", "source_system", "source_id"],
                condition=~Q(source_id=""),
                name="patient_imported_once",
            ),
        ]
