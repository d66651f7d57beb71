"""One patient's record as FHIR R4: judged by two validators, and nothing lost on the way to an empty Filiform."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from filiform.interop.fhir.reading import read_bundle
from filiform.interop.fhir.writing.bundle import bundle_text
from filiform.interop.fhir.writing.parts import About
from filiform.knowledge import book
from filiform.record.actions.background import import_bundle
from filiform.record.actions.practice import NewPlace, set_up_practice
from filiform.record.actor import VISITOR, system
from filiform.record.reads.export import PatientExport, SourcePart, patient_export
from filiform.record.reads.practice import public_practice
from tests.interop import bundles, judges, records

NOW = datetime(2026, 11, 3, tzinfo=UTC)


def exported(record: PatientExport) -> dict[str, Any]:
    made: dict[str, Any] = json.loads(bundle_text(record, book(), NOW))
    return made


def of_type(bundle: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    return [e["resource"] for e in bundle["entry"] if e["resource"]["resourceType"] == kind]


def by_id(bundle: dict[str, Any]) -> dict[tuple[str, str], dict[str, Any]]:
    return {(e["resource"]["resourceType"], e["resource"]["id"]): e for e in bundle["entry"]}


WHOLE = exported(records.whole())


@pytest.mark.node
class TestOfficialValidator:
    def test_the_whole_record_has_no_issue(self) -> None:
        report = judges.official(WHOLE)
        assert report["issues"] == []
        assert report["checked"] > 90, "the required bindings were really looked at"
        assert report["unchecked"] == ["http://hl7.org/fhir/ValueSet/mimetypes"]

    def test_negative_controls(self) -> None:
        """Each harm is done to a bundle of its own, and each must be found."""
        harmed = [self._harmed(harm) for harm in HARMS.values()]
        report = judges.official(*harmed)
        missed = [name for name, words in EXPECTED.items() if not any(words in i["text"] for i in report["issues"])]
        assert missed == []
        assert len(report["issues"]) >= len(HARMS)

    def _harmed(self, harm: Callable[[dict[str, Any]], None]) -> dict[str, Any]:
        made = copy.deepcopy(WHOLE)
        harm(made)
        return made


def _status(made: dict[str, Any]) -> None:
    of_type(made, "Observation")[0]["status"] = "weird"


def _required(made: dict[str, Any]) -> None:
    del of_type(made, "Observation")[0]["code"]


def _concept(made: dict[str, Any]) -> None:
    of_type(made, "Condition")[0]["clinicalStatus"]["coding"][0]["code"] = "sort-of"


def _dangling(made: dict[str, Any]) -> None:
    of_type(made, "Procedure")[1]["partOf"] = [{"reference": "urn:uuid:00000000-0000-0000-0000-000000000000"}]


def _wrong_target(made: dict[str, Any]) -> None:
    of_type(made, "Procedure")[0]["encounter"] = {"reference": made["entry"][0]["fullUrl"]}


def _unknown(made: dict[str, Any]) -> None:
    of_type(made, "Goal")[0]["colour"] = "red"


HARMS = {
    "status": _status,
    "required": _required,
    "concept": _concept,
    "dangling": _dangling,
    "wrong target": _wrong_target,
    "unknown": _unknown,
}
EXPECTED = {
    "status": "is not in the required value set http://hl7.org/fhir/ValueSet/observation-status",
    "required": "Missing required property (Observation.code)",
    "concept": "is not in the required value set http://hl7.org/fhir/ValueSet/condition-clinical",
    "dangling": "leads to nothing in this bundle",
    "wrong target": "Invalid reference",
    "unknown": 'Invalid additional property "colour"',
}


class TestHealthchain:
    def test_the_whole_record_has_no_error(self) -> None:
        assert judges.healthchain(WHOLE) == []

    @pytest.mark.parametrize("name", ["status", "required", "unknown"])
    def test_negative_controls_it_finds(self, name: str) -> None:
        made = copy.deepcopy(WHOLE)
        HARMS[name](made)
        assert judges.healthchain(made)

    @pytest.mark.parametrize("name", ["concept", "dangling", "wrong target"])
    def test_what_it_does_not_look_at(self, name: str) -> None:
        """Why there are two validators. When this fails, healthchain has learnt it: move the name above."""
        made = copy.deepcopy(WHOLE)
        HARMS[name](made)
        assert judges.healthchain(made) == []


class TestVisit:
    def test_everything_the_issue_asks_for_is_there(self) -> None:
        kinds = {e["resource"]["resourceType"] for e in WHOLE["entry"]}
        assert kinds >= {
            "Patient",
            "Encounter",
            "Procedure",
            "Observation",
            "Consent",
            "QuestionnaireResponse",
            "CarePlan",
            "Goal",
            "AdverseEvent",
            "Provenance",
            "Condition",
            "MedicationStatement",
            "AllergyIntolerance",
            "Device",
        }

    def test_a_procedure_for_each_muscle_with_site_and_side(self) -> None:
        children = [one for one in of_type(WHOLE, "Procedure") if "partOf" in one]
        sites = {one["bodySite"][0]["text"]: one["bodySite"][0]["coding"] for one in children}
        assert len(children) == 4
        trapezius = book().muscles["upper_trapezius"].name  # type: ignore[index]
        assert sites[f"{trapezius}, left"] == [
            {"system": "urn:x-filiform:muscle", "code": "upper_trapezius"},
            {"system": "http://snomed.info/sct", "code": "7771000", "display": "Left"},
        ]
        assert sites[f"{trapezius}, right"][1]["code"] == "24028007"
        left = next(one for one in children if one["bodySite"][0]["text"] == f"{trapezius}, left")
        assert len(left["note"]) == 2
        assert "0.3 x 40 mm, lot L1; depth 20 mm; pistoning; twitches 1" in left["note"][0]["text"]

    def test_three_muscles_or_more_are_20561_and_sides_do_not_count_twice(self) -> None:
        (session,) = [one for one in of_type(WHOLE, "Procedure") if "usedCode" in one]
        assert session["code"] == {
            "coding": [{"system": "http://www.ama-assn.org/go/cpt", "code": "20561"}],
            "text": "Dry needling",
        }

    def test_pain_is_a_number_and_zero_is_a_value(self) -> None:
        pain = [
            one for one in of_type(WHOLE, "Observation") if one["code"].get("coding", [{}])[0].get("code") == "72514-3"
        ]
        assert sorted(one["valueInteger"] for one in pain if "valueInteger" in one) == [0, 6]
        assert sorted(one["valueQuantity"]["value"] for one in pain if "valueQuantity" in one) == [0, 6]
        assert not any("valueCodeableConcept" in one for one in pain)

    def test_a_withdrawn_consent_is_inactive(self) -> None:
        assert sorted(one["status"] for one in of_type(WHOLE, "Consent")) == ["active", "inactive"]

    def test_the_signature_names_who_and_when(self) -> None:
        signed = next(one for one in of_type(WHOLE, "Provenance") if len(one["target"]) > 1)
        assert signed["signature"][0]["who"]["display"] == "Robin Therapist"
        assert signed["signature"][0]["when"] == "2026-11-02T10:00:00+00:00"
        targets = {one["reference"] for one in signed["target"]}
        assert {f"urn:uuid:{records.ident('visit')}", f"urn:uuid:{records.ident('session')}"} <= targets

    def test_a_missed_visit_is_said_to_be_missed(self) -> None:
        visits = {one["id"]: one for one in of_type(WHOLE, "Encounter")}
        missed = visits[str(records.ident("missed"))]
        assert (missed["status"], missed["type"][0]["text"]) == (
            "cancelled",
            "Dry needling visit that the patient missed",
        )
        assert visits[str(records.ident("booked"))]["status"] == "planned"

    def test_people_and_places_that_nothing_refers_to_stay_here(self) -> None:
        assert [one["id"] for one in of_type(WHOLE, "Practitioner")] == [str(records.THERAPIST)]
        assert [one["name"] for one in of_type(WHOLE, "Location")] == ["North"]

    def test_ids_do_not_change_from_one_export_to_the_next(self) -> None:
        assert exported(records.whole())["entry"] == WHOLE["entry"]


@pytest.mark.control("C-080")
class TestUnknownStaysUnknown:
    def test_a_status_nobody_told_is_not_made_up(self) -> None:
        statuses = {
            one["medicationCodeableConcept"]["text"]: one["status"] for one in of_type(WHOLE, "MedicationStatement")
        }
        assert statuses == {"apixaban 5 mg twice a day": "active", "something for sleep": "unknown"}
        fainted = next(one for one in of_type(WHOLE, "Condition") if "fainted" in one["code"]["text"])
        assert "clinicalStatus" not in fainted
        assert fainted["note"] == [{"text": "Status as told: long ago"}]
        nickel = next(one for one in of_type(WHOLE, "AllergyIntolerance") if one["code"]["text"] == "nickel")
        assert nickel["clinicalStatus"]["extension"][0]["valueCode"] == "unknown"

    def test_an_answer_nobody_gave_has_no_answer(self) -> None:
        screening = next(
            one for one in of_type(WHOLE, "QuestionnaireResponse") if one["item"][0]["text"] == "Screening"
        )
        answers = {one["linkId"]: one for one in screening["item"][0]["item"][0]["item"]}
        assert "answer" not in answers["answers.pregnancy_weeks"]
        assert answers["answers.fever"]["answer"] == [{"valueBoolean": False}]

    def test_a_birth_year_stays_a_year(self) -> None:
        made = exported(records.whole(birth_date=None, birth_date_said="1957"))
        assert of_type(made, "Patient")[0]["birthDate"] == "1957"
        assert "birthDate" not in of_type(exported(records.whole(birth_date=None, birth_date_said="")), "Patient")[0]


class TestWhatCame:
    address = "https://a.example/Patient/x1"
    came = '{"resourceType":"Patient","id":"x1","name":[{"family":"Old","given":["Ada"]}],"multipleBirthInteger": 2}'
    lab = '{"resourceType": "Observation","id":"o1","code":{"text":"INR"},"valueQuantity":{"value":2.50}}'

    def _record(self, **patient: object) -> str:
        sources = (
            SourcePart(
                resource_type="Patient", source_id="x1", full_url="https://a.example/Patient/x1", content=self.came
            ),
            SourcePart(resource_type="Observation", source_id="o1", full_url="", content=self.lab),
        )
        return bundle_text(records.whole(sources, **patient), book(), NOW)

    unchanged = {"family": "Old", "given": "Ada", "birth_date_said": "", "sex": "", "phone": ""}

    def test_goes_out_to_the_letter(self) -> None:
        text = self._record(**self.unchanged)
        assert self.came in text
        assert self.lab in text

    def test_everything_refers_to_the_patient_by_the_name_that_came(self) -> None:
        made = json.loads(self._record(**self.unchanged))
        assert of_type(made, "Encounter")[0]["subject"] == {"reference": self.address}
        assert len(of_type(made, "Patient")) == 1

    def test_what_was_changed_here_wins_and_the_rest_stays(self) -> None:
        (she,) = of_type(json.loads(self._record(**{**self.unchanged, "family": "New"})), "Patient")
        assert (she["id"], she["name"], she["multipleBirthInteger"]) == ("x1", [{"family": "New", "given": ["Ada"]}], 2)


@pytest.mark.django_db
@pytest.mark.parametrize("source", ["made here", "Eura", "Tom"])
def test_nothing_is_lost_in_an_empty_filiform(source: str) -> None:
    """Out, into an empty Filiform, out again: the same resources, each with the same content."""
    if source == "made here":
        text = bundle_text(records.whole(), book(), NOW)
    else:
        text = _again(next(p for p in bundles.PATIENTS if p.name.startswith(source)).read_bytes())
    assert by_id(json.loads(_again(text.encode()))) == by_id(json.loads(text))


def _again(data: bytes) -> str:
    """The export of what `data` becomes in the database."""
    numbers = {"phone": "", "emergency_number": "", "time_zone": "UTC"}
    set_up_practice(by=system("setup", None), now=NOW, name="P", places=(NewPlace(name="North"),), **numbers)
    practice = public_practice(by=VISITOR, now=NOW)
    by = system("import", practice.id)
    read = read_bundle(data, "test.json")
    assert read.refused == ()
    result = import_bundle(by=by, now=NOW, place_id=practice.places[0].id, bundle=read)
    return bundle_text(patient_export(by=by, now=NOW, patient_id=result.patient_id), book(), NOW)


def test_who_wrote_is_named_whoever_it_was() -> None:
    about = About(patient="urn:uuid:p", people={"staff:1": "Robin"}, book=book())
    assert about.who("staff:1") == {"reference": "urn:uuid:1", "display": "Robin"}
    assert about.who("patient:2") == {"reference": "urn:uuid:p"}
    assert about.who("system:import") == {"display": "Filiform (import)"}
    assert about.who("visitor") == {"display": "not known"}
