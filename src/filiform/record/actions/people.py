"""Registering a patient by hand. Imported patients come through actions.background."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from filiform.clinical.access import Act
from filiform.clinical.terms import Block
from filiform.record import audit, names, within
from filiform.record.actor import Actor
from filiform.record.models import Patient
from filiform.record.write import Refused, write


@write(Act.REGISTER_PATIENT)
def register_patient(
    *,
    by: Actor,
    now: datetime,
    place_id: UUID,
    family: str,
    given: str,
    birth_date: date,
    sex: str = "",
    phone: str = "",
    email: str = "",
) -> UUID:
    """Add a patient; the new id. Refused without a name, and with a birth date in the future or over 130 years ago."""
    place = within.place(by, place_id)
    if not (family.strip() or given.strip()):
        raise Refused(Block("patient.name_missing", "A patient needs a name."))
    if not now.date().replace(year=now.year - 130, day=1) <= birth_date <= now.date():
        raise Refused(Block("patient.birth_date", "The birth date must be in the past, and within 130 years."))
    row = Patient.objects.create(
        practice_id=place.practice_id,
        place=place,
        family=family.strip(),
        given=given.strip(),
        name_key=names.name_key(family, given),
        birth_date=birth_date,
        birth_date_said=birth_date.isoformat(),
        sex=sex,
        phone=phone,
        email=email,
        recorded_at=now,
        recorded_by=by.id,
    )
    audit.leave(by=by, at=now, act=Act.REGISTER_PATIENT, about=row.id)
    return row.id
