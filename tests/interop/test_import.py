"""What an import stores: once, in versions, for the right person, and nothing of what is refused."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from filiform.clinical.access import Role
from filiform.interop.fhir.reading import read_bundle
from filiform.record import models as m
from filiform.record.actions.background import ImportResult, add_background, import_bundle
from filiform.record.actions.practice import NewPlace, employ, set_up_practice
from filiform.record.actor import VISITOR, Actor, system
from filiform.record.incoming import FactKind
from filiform.record.reads.background import Background, background
from filiform.record.reads.practice import public_practice
from filiform.record.write import NotAllowed, Refused
from tests.interop import bundles
from tests.interop.bundles import as_bytes, bundle, condition, patient

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)


@pytest.fixture
def place() -> Any:
    """The one place of a new practice."""
    numbers = {"phone": "", "emergency_number": "", "time_zone": "UTC"}
    set_up_practice(by=system("setup", None), now=NOW, name="P", places=(NewPlace(name="North"),), **numbers)
    practice = public_practice(by=VISITOR, now=NOW)
    return practice.places[0], practice.id


def take(place: Any, data: bytes) -> ImportResult:
    where, practice = place
    read = read_bundle(data, "test.json")
    return import_bundle(by=system("import", practice), now=NOW, place_id=where.id, bundle=read)


def therapist(place: Any) -> Actor:
    where, practice = place
    person = employ(by=system("setup", practice), now=NOW, place_id=where.id, name="T", role=Role.THERAPIST)
    return Actor(f"staff:{person}", Role.THERAPIST, practice, where.id)


def known(place: Any, result: ImportResult) -> Background:
    return background(by=therapist(place), now=NOW, patient_id=result.patient_id)


def rows() -> dict[str, int]:
    tables = (m.Patient, m.Import, m.ImportedResource, m.Problem, m.Medicine, m.Allergy, m.Device, m.Procedure)
    return {table.__name__: table.objects.count() for table in tables}


@pytest.mark.control("C-083")
class TestTwice:
    def test_a_repeat_stores_nothing_and_says_so(self, place: Any) -> None:
        data = (bundles.FHIR / "unknowns.json").read_bytes()
        first = take(place, data)
        held = rows()
        again = take(place, data)
        assert rows() == held
        assert set(again.created.values()) == {0}
        assert again.unchanged == first.created
        assert again.patient_id == first.patient_id
        assert again.refused == first.refused

    def test_the_same_in_another_order_is_the_same(self, place: Any) -> None:
        take(place, as_bytes(bundle(patient(), condition("a"), condition("b"))))
        held = rows()
        take(place, as_bytes(bundle(condition("b"), condition("a"), patient())))
        assert rows() == held

    def test_changed_content_is_a_further_version(self, place: Any) -> None:
        active = {"coding": [{"code": "active"}]}
        take(place, as_bytes(bundle(patient(), condition(clinicalStatus=active))))
        resolved = {"coding": [{"code": "resolved"}]}
        result = take(place, as_bytes(bundle(patient(), condition(clinicalStatus=resolved))))
        assert result.created == {"Condition": 1, "Patient": 0}
        assert m.ImportedResource.objects.filter(resource_type="Condition").count() == 2
        assert [fact.status for fact in known(place, result).problems] == ["resolved"]

    def test_an_older_file_does_not_bring_the_older_version_back(self, place: Any) -> None:
        old = as_bytes(bundle(patient(), condition()))
        take(place, old)
        take(place, as_bytes(bundle(patient(), condition(code={"text": "newer"}))))
        result = take(place, old)
        assert [fact.text for fact in known(place, result).problems] == ["newer"]

    def test_a_newer_version_that_cannot_be_read_does_not_hide_the_older(self, place: Any) -> None:
        take(place, as_bytes(bundle(patient(), condition())))
        result = take(place, as_bytes(bundle(patient(), condition(onsetDateTime="2019-02-30"))))
        assert [fact.text for fact in known(place, result).problems] == ["asthma"]
        assert m.ImportedResource.objects.exclude(refused_because="").count() == 1

    def test_a_medicine_that_is_now_forbidden_is_no_longer_listed(self, place: Any) -> None:
        order = {"resourceType": "MedicationRequest", "id": "m", "subject": bundles.SHE, "status": "active"}
        order["medicationCodeableConcept"] = {"text": "warfarin"}
        take(place, as_bytes(bundle(patient(), order)))
        result = take(place, as_bytes(bundle(patient(), {**order, "doNotPerform": True})))
        assert known(place, result).medicines == ()

    def test_negative_control_another_id_is_another_row(self, place: Any) -> None:
        take(place, as_bytes(bundle(patient(), condition("a"))))
        result = take(place, as_bytes(bundle(patient(), condition("b"))))
        assert result.created["Condition"] == 1
        assert len(known(place, result).problems) == 2


@pytest.mark.control("C-081")
class TestWho:
    def test_two_people_of_one_name_and_birth_date_stay_two(self, place: Any) -> None:
        one = take(place, as_bytes(bundle(patient(id="0b5c3f0e-6ad6-4c19-9b0e-0f1d2c3b4a51"))))
        two = take(place, as_bytes(bundle(patient(id="0b5c3f0e-6ad6-4c19-9b0e-0f1d2c3b4a52"))))
        assert one.patient_id != two.patient_id

    def test_one_number_from_two_hospitals_is_two_people(self, place: Any) -> None:
        results = set()
        for host in ("a", "b"):
            node = bundle()
            node["entry"] = [{"fullUrl": f"https://{host}.example/fhir/Patient/p", "resource": patient()}]
            results.add(take(place, as_bytes(node)).patient_id)
        assert len(results) == 2

    def test_a_weak_id_with_another_birth_date_is_refused(self, place: Any) -> None:
        take(place, as_bytes(bundle(patient())))
        held = rows()
        with pytest.raises(Refused, match="another name or birth date"):
            take(place, as_bytes(bundle(patient(birthDate="1980-01-03"), condition())))
        assert rows() == held

    def test_a_weak_id_of_the_same_person_is_found(self, place: Any) -> None:
        first = take(place, as_bytes(bundle(patient())))
        assert take(place, as_bytes(bundle(patient(), condition()))).patient_id == first.patient_id

    def test_a_birth_date_in_the_future_is_refused(self, place: Any) -> None:
        with pytest.raises(Refused, match="in the future"):
            take(place, as_bytes(bundle(patient(birthDate="2026-11-03"))))
        assert rows()["Patient"] == 0

    def test_what_is_not_known_stays_empty(self, place: Any) -> None:
        take(place, (bundles.FHIR / "unknowns.json").read_bytes())
        row = m.Patient.objects.get()
        assert (row.birth_date, row.birth_date_said, row.sex, row.phone) == (None, "1957", "", "")


class TestKeptAside:
    def test_the_rest_is_stored(self, place: Any) -> None:
        result = take(place, (bundles.FHIR / "one-bad.json").read_bytes())
        assert result.created == {"Condition": 1, "Patient": 1}
        assert len(result.refused) == 16
        assert [fact.text for fact in known(place, result).problems] == ["good one"]

    def test_what_is_kept_says_why_it_was_not_read(self, place: Any) -> None:
        take(place, (bundles.FHIR / "one-bad.json").read_bytes())
        row = m.ImportedResource.objects.get(source_id="impossible-date")
        assert "no calendar has" in row.refused_because
        assert not m.ImportedResource.objects.filter(source_id="other-patient").exists()

    def test_the_file_is_remembered_with_its_reasons(self, place: Any) -> None:
        result = take(place, (bundles.FHIR / "one-bad.json").read_bytes())
        (file,) = known(place, result).files
        assert file.created == {"Condition": 1, "Patient": 1}
        assert ("Condition/impossible-date", next(iter(x.because for x in result.refused))) in file.refused


class TestTold:
    def test_what_is_told_stands_beside_what_came(self, place: Any) -> None:
        result = take(place, as_bytes(bundle(patient(), condition())))
        add_background(
            by=therapist(place),
            now=NOW,
            patient_id=result.patient_id,
            kind=FactKind.MEDICINE,
            text="apixaban",
            began_said="last year",
        )
        found = known(place, result)
        assert [(fact.text, fact.source, fact.status) for fact in found.medicines] == [("apixaban", "", "")]
        assert [fact.source for fact in found.problems] == ["Condition/c"]

    def test_nothing_said_is_refused(self, place: Any) -> None:
        result = take(place, as_bytes(bundle(patient())))
        with pytest.raises(Refused, match="Say what"):
            add_background(by=therapist(place), now=NOW, patient_id=result.patient_id, kind=FactKind.DEVICE, text=" ")


class TestGuards:
    def test_a_therapist_may_not_import(self, place: Any) -> None:
        where, _ = place
        read = read_bundle(as_bytes(bundle(patient())), "t")
        with pytest.raises(NotAllowed):
            import_bundle(by=therapist(place), now=NOW, place_id=where.id, bundle=read)
        assert rows()["Patient"] == 0

    def test_the_audit_has_no_name(self, place: Any) -> None:
        result = take(place, as_bytes(bundle(patient(name=[{"family": "Zyxw"}]), condition())))
        row = m.AuditRow.objects.filter(act="import_record").get()
        assert row.about == str(result.patient_id)
        assert "zyxw" not in f"{row.detail}{row.by}".casefold()

    def test_a_whole_real_record_in_few_queries(self, place: Any, django_assert_max_num_queries: Any) -> None:
        """Rows go in by the hundred: one statement for each would take seconds."""
        file = next(path for path in bundles.PATIENTS if path.name.startswith("Eura"))
        read = read_bundle(file.read_bytes(), file.name)
        where, practice = place
        with django_assert_max_num_queries(30):
            import_bundle(by=system("import", practice), now=NOW, place_id=where.id, bundle=read)
