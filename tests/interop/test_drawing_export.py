"""A pain drawing as FHIR: quality and since beside each number, unfinished ones preliminary, nothing made up."""

from __future__ import annotations

import json
from typing import Any

import pytest

from filiform.interop.fhir.writing.bundle import bundle_text
from filiform.knowledge import book
from filiform.record.actions import locate
from filiform.record.models import PainDrawing
from tests import clinic
from tests.clinic import NOW, Clinic
from tests.interop import judges
from tests.interop.test_visit_export import exported
from tests.record.test_drawings import patient_of

pytestmark = pytest.mark.django_db
SHOULDER: dict[str, Any] = {"region": "shoulder_superior", "side": "right", "intensity": 8}
SAID: dict[str, Any] = {**SHOULDER, "quality": ["burning", "numb"], "since": "weeks"}


@pytest.fixture
def here() -> Clinic:
    return clinic.make()


def draw(here: Clinic, areas: list[dict[str, Any]], **other: Any) -> None:
    known = {"by": patient_of(here), "now": NOW, "visit_id": here.visit, "seen": PainDrawing.objects.count()}
    locate.draw_pain(**{**known, "areas": areas, **other})


def observations(here: Clinic) -> list[dict[str, Any]]:
    bundle = json.loads(bundle_text(exported(here), book(), NOW))
    found = [entry["resource"] for entry in bundle["entry"]]
    return [one for one in found if one["resourceType"] == "Observation"]


def test_quality_and_since_stand_beside_the_number_with_region_and_side(here: Clinic) -> None:
    draw(here, [SAID], finished=True)
    (area,) = [one for one in observations(here) if "bodySite" in one]
    assert (area["valueInteger"], area["status"]) == (8, "final")
    assert area["bodySite"]["text"] == "top of the shoulder, right"
    said = [(one["code"]["text"], one["valueCodeableConcept"]) for one in area["component"]]
    assert said == [
        ("Quality of the pain", {"text": "burning"}),
        ("Quality of the pain", {"text": "numb"}),
        ("Since when", {"text": "for weeks"}),
    ]


def test_what_is_not_known_is_left_out_and_an_unfinished_drawing_is_preliminary(here: Clinic) -> None:
    draw(here, [SHOULDER])
    found = observations(here)
    assert {one["status"] for one in found} == {"preliminary"}
    assert not any("component" in one for one in found)


def test_nothing_hurts_is_said_only_when_it_was_said(here: Clinic) -> None:
    draw(here, [])
    (whole,) = observations(here)
    assert ("valueString" in whole, whole["status"]) == (False, "preliminary")
    draw(here, [], finished=True)
    said = {one["status"]: one.get("valueString") for one in observations(here)}
    assert said == {"preliminary": None, "final": "Nothing hurts"}


def test_a_row_of_the_first_release_comes_out_as_it_did(here: Clinic) -> None:
    written = {"visit_id": here.visit, "patient_id": here.patient, "recorded_at": NOW, "recorded_by": here.therapist.id}
    PainDrawing.objects.create(number=1, areas=[SHOULDER], **written)
    assert {one["status"] for one in observations(here)} == {"final"}


@pytest.mark.node
def test_both_judges_take_it(here: Clinic) -> None:
    draw(here, [SAID])
    draw(here, [SAID, {"region": "sternum", "side": "midline", "intensity": 0}], finished=True)
    draw(here, [], by=here.therapist)
    made = json.loads(bundle_text(exported(here), book(), NOW))
    assert judges.official(made)["issues"] == []
    assert judges.healthchain(made) == []
