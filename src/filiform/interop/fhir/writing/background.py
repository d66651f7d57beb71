"""What was told to staff here: problems, medicines, allergies, devices, procedures. Imports go out as they came."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from filiform.interop.fhir.writing.parts import TERMINOLOGY, About, Resource, coded, instant, resource
from filiform.record.incoming import FactKind
from filiform.record.reads.background import Fact

_CONDITION = frozenset({"active", "recurrence", "relapse", "inactive", "remission", "resolved"})
_ALLERGY = frozenset({"active", "inactive", "resolved"})
_MEDICINE = frozenset({"active", "completed", "intended", "stopped", "on-hold", "unknown", "not-taken"})
_DEVICE = frozenset({"active", "inactive", "unknown"})
_PROCEDURE = frozenset({"preparation", "in-progress", "not-done", "on-hold", "stopped", "completed", "unknown"})
# AllergyIntolerance must have a clinical status and its value set has no "unknown": this is how FHIR says so.
_UNKNOWN = {
    "extension": [
        {"url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason", "valueCode": "unknown"},
    ]
}


def fact(about: About, one: Fact) -> Resource:
    """The resource of one fact."""
    return _WRITERS[one.kind](about, one)


def _concept(one: Fact) -> Resource:
    return coded(one.code_system, one.code, one.text) if one.code else {"text": one.text}


def _onset(one: Fact, stem: str = "onset") -> dict[str, Any]:
    if not one.began_said:
        return {}
    exact = one.began_on is not None and one.began_said == one.began_on.isoformat()
    return {f"{stem}DateTime" if exact else f"{stem}String": one.began_said}


def _note(about: About, one: Fact, known: frozenset[str]) -> list[Resource]:
    """A status that the value set does not hold, in its own words."""
    return [{"text": f"Status as told: {one.status}"}] if one.status and one.status not in known else []


def _problem(about: About, one: Fact) -> Resource:
    status = coded(f"{TERMINOLOGY}/condition-clinical", one.status) if one.status in _CONDITION else None
    return resource(
        "Condition",
        one.id,
        clinicalStatus=status,
        code=_concept(one),
        subject=about.subject(),
        **_onset(one),
        recordedDate=instant(one.recorded_at),
        recorder=about.who(one.recorded_by),
        note=_note(about, one, _CONDITION),
    )


def _allergy(about: About, one: Fact) -> Resource:
    known = one.status in _ALLERGY
    status = coded(f"{TERMINOLOGY}/allergyintolerance-clinical", one.status) if known else _UNKNOWN
    return resource(
        "AllergyIntolerance",
        one.id,
        clinicalStatus=status,
        code=_concept(one),
        patient=about.subject(),
        **_onset(one),
        recordedDate=instant(one.recorded_at),
        recorder=about.who(one.recorded_by),
        note=_note(about, one, _ALLERGY),
    )


def _medicine(about: About, one: Fact) -> Resource:
    began = one.began_said if one.began_on is not None else ""
    words = [{"text": f"Since, as told: {one.began_said}"}] if one.began_said and not began else []
    return resource(
        "MedicationStatement",
        one.id,
        status=one.status if one.status in _MEDICINE else "unknown",
        medicationCodeableConcept=_concept(one),
        subject=about.subject(),
        effectiveDateTime=one.began_on.isoformat() if one.began_on else "",
        dateAsserted=instant(one.recorded_at),
        informationSource=about.who(one.recorded_by),
        note=_note(about, one, _MEDICINE) + words,
    )


def _device(about: About, one: Fact) -> Resource:
    words = [{"text": f"Since, as told: {one.began_said}"}] if one.began_said else []
    return resource(
        "Device",
        one.id,
        status=one.status if one.status in _DEVICE else "",
        type_=_concept(one),
        patient=about.subject(),
        note=_note(about, one, _DEVICE) + words,
    )


def _procedure(about: About, one: Fact) -> Resource:
    return resource(
        "Procedure",
        one.id,
        status=one.status if one.status in _PROCEDURE else "unknown",
        code=_concept(one),
        subject=about.subject(),
        **_onset(one, "performed"),
        recorder=about.who(one.recorded_by),
        note=_note(about, one, _PROCEDURE),
    )


_WRITERS: dict[FactKind, Callable[[About, Fact], Resource]] = {
    FactKind.PROBLEM: _problem,
    FactKind.ALLERGY: _allergy,
    FactKind.MEDICINE: _medicine,
    FactKind.DEVICE: _device,
    FactKind.PROCEDURE: _procedure,
}
