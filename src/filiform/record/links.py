"""Links for patients: one purpose, seven days, opened by the birth date. Only a hash of the token is kept.

A stolen database therefore opens no link, and a link found in somebody's telephone opens nothing without the birth
date, for which there are five tries in the link's whole life.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import F

from filiform.record.models import FollowUp, PatientLink, Visit
from filiform.record.models.follow import LinkPurpose

LIFE = timedelta(days=7)
WRONG_AT_MOST = 5
_BYTES = 24  # of randomness: 192 bits, 32 characters in the address


def token_hash(token: str) -> str:
    """What is kept of a token, SHA-256 hex. No salt: a token of 192 random bits cannot be guessed from its hash."""
    return hashlib.sha256(token.encode()).hexdigest()


def make(now: datetime, visit: Visit, purpose: LinkPurpose, follow_up: FollowUp | None = None) -> tuple[UUID, str]:
    """A new link for the visit's patient; (its id, its token). The token exists nowhere else."""
    token = secrets.token_urlsafe(_BYTES)
    row = PatientLink.objects.create(
        patient_id=visit.patient_id,
        visit=visit,
        follow_up=follow_up,
        purpose=purpose,
        token_hash=token_hash(token),
        made_at=now,
        expires_at=now + LIFE,
    )
    return row.pk, token


def find(token: str, now: datetime) -> PatientLink | None:
    """The living link of `token` with its patient and practice, or None when it ended or never was."""
    rows = PatientLink.objects.select_related("patient__practice")
    return rows.filter(token_hash=token_hash(token), expires_at__gt=now).first()


def knows(link: PatientLink, birth_date: date) -> bool | None:
    """Whether `birth_date` opens the link; None when its tries are used up.

    The try is counted before the comparison, by a conditional UPDATE: a thousand guesses at once get five answers.
    A birth date that is not on record opens nothing.
    """
    row = PatientLink.objects.filter(pk=link.pk)
    if not row.filter(wrong_answers__lt=WRONG_AT_MOST).update(wrong_answers=F("wrong_answers") + 1):
        return None
    if link.patient.birth_date is None or link.patient.birth_date != birth_date:
        return False
    row.update(wrong_answers=F("wrong_answers") - 1)
    return True


def tries_left(link: PatientLink) -> int:
    """How many wrong answers the link still bears."""
    used = PatientLink.objects.filter(pk=link.pk).values_list("wrong_answers", flat=True).get()
    return max(WRONG_AT_MOST - used, 0)
