"""Measures: pain, tightness and range, as numbers with their units."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from filiform.interop.fhir.writing.locate import PAIN_0_TO_10, observation
from filiform.interop.fhir.writing.parts import LOINC, About, Resource, coded, quantity, text
from filiform.record.reads.export import MeasurePart

_MOMENTS = {"before": "before needling", "after": "after needling", "follow_up": "at follow-up"}


def measure(about: About, visit_id: UUID, one: MeasurePart) -> Resource:
    """One measure; its moment (before, after, at follow-up) is a component, for R4 has no element for it."""
    code, category, value = _CODES[one.kind](one)
    moment = {"code": text("Moment"), "valueCodeableConcept": text(_MOMENTS.get(one.moment, one.moment))}
    site = text(one.side) if one.side else None
    return observation(
        about, one.id, visit_id, one, category, code, valueQuantity=value, bodySite=site, component=[moment]
    )


def _pain(one: MeasurePart) -> tuple[Resource, str, Resource]:
    code = coded(LOINC, PAIN_0_TO_10, "Pain severity 0 to 10, told by the patient")
    return code, "survey", quantity(float(one.value), "of 10", "{score}")


def _tightness(one: MeasurePart) -> tuple[Resource, str, Resource]:
    return text("Tightness 0 to 10, told by the patient"), "survey", quantity(float(one.value), "of 10", "{score}")


def _range(one: MeasurePart) -> tuple[Resource, str, Resource]:
    return text(f"Range of motion: {one.what}"), "exam", quantity(float(one.value), "degrees", "deg")


_CODES: dict[str, Any] = {"pain": _pain, "tightness": _tightness, "range": _range}
