"""Who and where: the patient, the practice, its places and the people who wrote."""

from __future__ import annotations

import json
from typing import Any

from filiform.interop.fhir.patients import patient_of
from filiform.interop.fhir.writing.parts import Resource, reference, resource
from filiform.record.reads.export import PatientExport, PatientPart, PersonPart, PlacePart, SourcePart

_GENDERS = frozenset({"male", "female", "other", "unknown"})


def patient_source(export: PatientExport) -> SourcePart | None:
    """The Patient as another system sent it, if she came from one."""
    return next((one for one in export.sources if one.resource_type == "Patient"), None)


def patient(export: PatientExport) -> Resource | None:
    """The Patient in our words; None when the imported one still says the same and goes out as it came."""
    row, source = export.patient, patient_source(export)
    if source is None:
        own = {"identifier": [{"system": "urn:ietf:rfc:3986", "value": f"urn:uuid:{row.id}"}]}
        return resource("Patient", row.id, **own, **_said_here(row), managingOrganization=reference(export.practice.id))
    came = json.loads(source.content)
    if _as_came(row, came, source.full_url):
        return None
    return {**came, **_said_here(row)}


def _as_came(row: PatientPart, came: dict[str, Any], full_url: str) -> bool:
    then = patient_of(came, full_url)
    now = (row.family, row.given, row.birth_date_said, row.sex, row.phone, row.email, row.deceased_said)
    return now == (then.family, then.given, then.birth.text, then.sex, then.phone, then.email, then.deceased)


def _said_here(row: PatientPart) -> dict[str, Any]:
    telecom = [
        {"system": kind, "value": value} for kind, value in (("phone", row.phone), ("email", row.email)) if value
    ]
    name = {"family": row.family} if row.family else {}
    said = {
        "name": [{**name, "given": row.given.split()}] if row.given else [name] if name else [],
        "telecom": telecom,
        "gender": row.sex if row.sex in _GENDERS else "",
        "birthDate": row.birth_date_said,
    }
    return {key: value for key, value in said.items() if value}


def organization(practice: PlacePart) -> Resource:
    return resource("Organization", practice.id, name=practice.name, telecom=_phone(practice.phone))


def location(place: PlacePart, practice: PlacePart) -> Resource:
    address = {"text": place.address} if place.address else None
    managed = reference(practice.id)
    return resource(
        "Location",
        place.id,
        name=place.name,
        telecom=_phone(place.phone),
        address=address,
        managingOrganization=managed,
    )


def practitioner(person: PersonPart) -> Resource:
    return resource("Practitioner", person.id, name=[{"text": ", ".join(filter(None, (person.name, person.title)))}])


def _phone(number: str) -> list[Resource]:
    return [{"system": "phone", "value": number}] if number else []
