"""What every table shares: an opaque id, and for clinical rows who wrote them and when.

`db_index=False` on a key here and in the other files: an index or constraint of the table begins with that key already.
A second index costs each write, and it can tempt SQLite away from the better one.
"""

from __future__ import annotations

import uuid

from django.db import models


class Row(models.Model):
    """A table row with an opaque id, safe to show in an address and in the audit."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)

    class Meta:
        abstract = True


class Recorded(Row):
    """A row that somebody wrote down at some time. `recorded_by` is an actor id, such as `staff:<uuid>`."""

    recorded_at = models.DateTimeField()
    recorded_by = models.CharField(max_length=64)

    class Meta:
        abstract = True


class Numbered(Recorded):
    """One of a visit's series (its screenings, its consents ...): appended with the next number, never changed.

    The number is unique per visit, so of two people who write from the same page one wins and the other is told.
    """

    visit = models.ForeignKey("record.Visit", on_delete=models.PROTECT, related_name="+", db_index=False)
    number = models.PositiveIntegerField()

    class Meta:
        abstract = True
        constraints = [models.UniqueConstraint(fields=["visit", "number"], name="%(class)s_one_per_number")]


def one_of(field: str, choices: type[models.TextChoices], name: str) -> models.CheckConstraint:
    """The database's own refusal of a value outside `choices`."""
    return models.CheckConstraint(condition=models.Q(**{f"{field}__in": choices.values}), name=name)


class SideChoice(models.TextChoices):
    """The patient's own side."""

    LEFT = "left"
    RIGHT = "right"
    MIDLINE = "midline"
