"""The bundle's Patient: who it is, and by what the person is found again."""

from __future__ import annotations

import re
from typing import Any

from filiform.interop.fhir.dates import said, said_choice
from filiform.interop.fhir.facts import shortened
from filiform.interop.fhir.references import identifiers
from filiform.record.incoming import IncomingPatient, Said

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_NAME, _PHONE, _EMAIL, _KEY, _SEX, _SAID = 120, 40, 254, 200, 20, 40


def patient_of(resource: dict[str, Any], full_url: str) -> IncomingPatient:
    """`resource` as an IncomingPatient. ValueError for an impossible birth date or an id too long to be kept."""
    system, identity, weak = source_of(resource, full_url)
    if len(system) > _KEY or len(identity) > _KEY:
        raise ValueError(f"its address or identifier is longer than {_KEY} characters")
    family, given = _name(resource.get("name"))
    return IncomingPatient(
        source_system=system,
        source_id=identity,
        weak=weak,
        family=shortened(family, _NAME),
        given=shortened(given, _NAME),
        birth=said(resource.get("birthDate")),
        sex=shortened(str(resource.get("gender") or ""), _SEX),
        phone=_contact(resource, "phone", _PHONE),
        email=_contact(resource, "email", _EMAIL),
        deceased=_deceased(said_choice(resource, "deceased")),
    )


def source_of(resource: dict[str, Any], full_url: str) -> tuple[str, str, bool]:
    """(system, id, weak): the server's address, or a name unique in the world, or an identifier with its system.

    An id such as `Patient/1` is one of many in the world: it is weak, and the record checks it against what it holds.
    """
    identity = str(resource.get("id") or "")
    if full_url.startswith(("http://", "https://")):
        base, _, last = full_url.rpartition("/Patient/")
        return (base, last, False) if base and last else ("", full_url, False)
    if _UUID.fullmatch(identity):
        return "urn:uuid", identity.lower(), False
    if full_url.startswith(("urn:uuid:", "urn:oid:")):
        return full_url[:8].rstrip(":"), full_url[full_url.index(":", 4) + 1 :].lower(), False
    named = [(system, value) for system, value in identifiers(resource) if system]
    return (*named[0], False) if named else ("Patient", identity, True)


def _name(names: Any) -> tuple[str, str]:
    """Family and given names as they came: the official name, else the first. One in one piece is the family name."""
    listed = [node for node in names or [] if isinstance(node, dict)]
    best = next((node for node in listed if node.get("use") == "official"), listed[0] if listed else {})
    family = str(best.get("family") or "")
    given = " ".join(str(one) for one in best.get("given") or [] if one)
    if not family and not given:
        return str(best.get("text") or ""), ""
    return family, given


def _contact(resource: dict[str, Any], system: str, most: int) -> str:
    nodes = [node for node in resource.get("telecom") or [] if isinstance(node, dict)]
    values = [str(node["value"]) for node in nodes if node.get("system") == system and node.get("value")]
    # A number cut short calls a stranger, so what does not fit is left to the source resource.
    return next((value for value in values if len(value) <= most), "")


def _deceased(given: Said) -> str:
    return "" if given.text == "no" else shortened(given.text, _SAID)
