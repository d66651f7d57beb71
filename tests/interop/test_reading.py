"""What an import reads from a bundle: everything as it came, nothing made up, one bad resource kept aside."""

from __future__ import annotations

import json
from datetime import date

import pytest

from filiform.interop.fhir.dates import day_of
from filiform.interop.fhir.reading import read_bundle
from filiform.record.incoming import FactKind, Said
from tests.interop import bundles
from tests.interop.bundles import as_bytes, asides, bundle, condition, facts, patient
from tests.shared import SHARED, needs_shared


@pytest.mark.control("C-080")
class TestUnknownStaysUnknown:
    found = facts(bundles.read("unknowns.json"))

    def test_a_missing_status_is_not_active(self) -> None:
        for name in ("no-status", "only-recorded", "no-status-either", "nickel", "pacemaker"):
            assert self.found[name].status == "", name
            assert self.found[name].verification == "", name

    def test_a_status_that_nobody_knows_is_kept_as_it_came(self) -> None:
        assert self.found["in-words"].status == "smouldering"
        assert self.found["in-words"].verification == "entered-in-error"

    def test_a_month_does_not_become_a_day(self) -> None:
        assert self.found["no-status"].began == Said("2018-05", None)

    def test_the_day_of_writing_is_not_the_day_it_began(self) -> None:
        assert self.found["only-recorded"].began == Said("recorded 2020-01-02", None)

    def test_ages_and_words_stay_words(self) -> None:
        assert self.found["in-words"].began == Said("at the age of 6 years", None)
        assert self.found["in-words"].ended == Said("at school", None)

    def test_a_code_that_nothing_maps_keeps_its_system(self) -> None:
        fact = self.found["only-recorded"]
        assert (fact.code_system, fact.code) == ("urn:example:local", "X-12")
        assert fact.text == "code X-12 (urn:example:local)"

    def test_a_birth_year_is_not_a_birth_date(self) -> None:
        assert bundles.read("unknowns.json").patient.birth == Said("1957", None)

    @pytest.mark.parametrize("status", ["active", "resolved", "", "anything at all"])
    def test_negative_control_a_status_that_came_is_there(self, status: str) -> None:
        coded = {"coding": [{"code": status}]} if status else {}
        read = read_bundle(as_bytes(bundle(patient(), condition(clinicalStatus=coded))), "t")
        assert facts(read)["c"].status == status


class TestFacts:
    found = facts(bundles.read("unknowns.json"))

    def test_a_medicine_by_reference_is_resolved_inside_the_bundle(self) -> None:
        fact = self.found["by-reference"]
        assert (fact.kind, fact.text, fact.status) == (FactKind.MEDICINE, "Rivaroxaban 20 mg", "active")

    def test_an_order_not_to_give_is_no_medicine(self) -> None:
        assert "never-give" not in self.found
        kept = {one.source_id for one in bundles.read("unknowns.json").resources}
        assert "never-give" in kept

    def test_a_device_by_its_name(self) -> None:
        assert self.found["pacemaker"].text == "Dual chamber pacemaker"

    def test_the_source_keeps_every_digit(self) -> None:
        source = next(one for one in bundles.read("unknowns.json").resources if one.source_id == "precise")
        assert '"value": 2.50' in source.content

    def test_what_has_no_place_in_a_chart_is_counted(self) -> None:
        assert bundles.read("unknowns.json").ignored == (("Coverage", 1),)

    def test_a_code_is_never_cut_short(self) -> None:
        read = read_bundle(as_bytes(bundle(patient(), condition(code={"coding": [{"code": "1" * 101}]}))), "t")
        assert "longer than 100" in asides(read)["Condition/c"]
        assert not facts(read)

    def test_a_long_text_is_cut_and_the_source_is_whole(self) -> None:
        read = read_bundle(as_bytes(bundle(patient(), condition(code={"text": "x" * 600}))), "t")
        assert facts(read)["c"].text == "x" * 499 + "…"
        assert "x" * 600 in read.resources[1].content


class TestWho:
    def test_a_searchset_with_addresses(self) -> None:
        read = bundles.read("addresses.json")
        assert (read.patient.source_system, read.patient.source_id) == ("https://a.example/fhir", "1")
        assert set(facts(read)) == {"absolute", "relative"}
        assert read.ignored == (("OperationOutcome", 1),)

    @pytest.mark.control("C-081")
    def test_the_same_number_at_another_hospital_is_another_person(self) -> None:
        read = bundles.read("addresses.json")
        assert "another person" in asides(read)["Condition/elsewhere"]
        assert "elsewhere" not in {one.source_id for one in read.resources}

    def test_a_name_in_one_piece(self) -> None:
        who = bundles.read("unknowns.json").patient
        assert (who.family, who.given, who.source_system, who.source_id) == (
            "Müller-Lüdenscheidt",
            "",
            "urn:example:hospital",
            "MRN-77",
        )

    def test_an_id_that_many_hospitals_have_is_weak(self) -> None:
        assert read_bundle(as_bytes(bundle(patient())), "t").patient.weak
        assert not bundles.read("one-bad.json").patient.weak

    def test_no_name_at_all(self) -> None:
        who = read_bundle(as_bytes(bundle({"resourceType": "Patient", "id": "p"})), "t").patient
        assert (who.family, who.given, who.birth.text) == ("", "", "")


class TestOneBadResource:
    read = bundles.read("one-bad.json")

    @pytest.mark.parametrize(
        ("name", "because"),
        [
            ("Condition/impossible-date", '"2019-02-30" is a date that no calendar has'),
            ("Condition/deep-date", '"2019-13-01" is a date that no calendar has'),
            ("Condition/other-patient", "does not lead to this bundle's patient"),
            ("Condition/nobodys", "does not say whose it is"),
            ("Condition/unknown-key", '"colour" is not an element of Condition'),
            ("Condition/wrong-shape", "Condition.code must be an object"),
            ("Condition/says-nothing", "neither a code nor a text"),
            ("Condition/modified", "urn:example:not-really"),
            ("entry[10]", "id is not 1 to 64"),
            ("entry[11]", "resourceType missing"),
            ("entry[12]", '"Ailment" is no type'),
            ("Condition/good", "twice"),
            ("entry[14]", '"DELETE"'),
            ("MedicationStatement/unnamed-medicine", "gives no name"),
            ("Condition/entry-key", 'no key "color"'),
            ("entry[17]", "not an object"),
        ],
    )
    def test_is_listed_with_its_reason(self, name: str, because: str) -> None:
        assert because in asides(self.read)[name]

    def test_and_nothing_else_is_listed(self) -> None:
        assert len(self.read.refused) == 16

    def test_and_the_good_one_is_read(self) -> None:
        assert {name: fact.text for name, fact in facts(self.read).items()} == {"good": "good one"}

    @pytest.mark.control("C-081")
    def test_what_may_be_another_persons_is_not_even_kept(self) -> None:
        kept = {one.source_id: one.refused_because for one in self.read.resources}
        assert "other-patient" not in kept
        assert "nobodys" not in kept
        assert kept["impossible-date"], "what is hers and cannot be read is kept aside"

    @pytest.mark.control("C-081")
    def test_negative_control_with_the_right_subject_it_is_kept(self) -> None:
        node = json.loads((bundles.FHIR / "one-bad.json").read_text())
        hers = {"reference": node["entry"][0]["fullUrl"]}
        next(e for e in node["entry"] if e["resource"]["id"] == "other-patient")["resource"]["subject"] = hers
        assert "other-patient" in facts(read_bundle(as_bytes(node), "t"))

    def test_further_pages_are_named(self) -> None:
        node = bundle(patient(), type="searchset", link=[{"relation": "next", "url": "https://a.example/2"}])
        assert "further pages" in asides(read_bundle(as_bytes(node), "t"))["Bundle.link"]


class TestDates:
    @pytest.mark.parametrize(
        ("text", "day"),
        [
            ("2018", None),
            ("2018-05", None),
            ("2018-05-31", date(2018, 5, 31)),
            ("2020-02-29", date(2020, 2, 29)),
            ("2018-05-31T23:59:60Z", date(2018, 5, 31)),
            ("2018-05-31T10:00:00.123+02:00", date(2018, 5, 31)),
            ("2018-05-31T10:00", date(2018, 5, 31)),
        ],
    )
    def test_real(self, text: str, day: date | None) -> None:
        assert day_of(text) == day

    @pytest.mark.parametrize(
        "text",
        [
            "2019-02-30",
            "2019-02-29",
            "2019-13",
            "2019-00-01",
            "0000",
            "2019-1-1",
            "19",
            "2019-05-31T25:00:00Z",
            "2019-05-31T10:00:99Z",
            "2019-05-31T10:00:00+25:00",
            "31.05.2019",
            "2019-05-31Z",
            "２０１９",
            "yesterday",
        ],
    )
    def test_impossible(self, text: str) -> None:
        with pytest.raises(ValueError, match=r"date|time"):
            day_of(text)


def test_order_and_space_do_not_change_the_hash() -> None:
    one = read_bundle(as_bytes(bundle(patient(), condition())), "t")
    turned = {key: value for key, value in reversed(condition().items())}
    other = read_bundle(json.dumps(bundle(patient(), turned), indent=3).encode(), "t")
    assert [r.content_hash for r in one.resources] == [r.content_hash for r in other.resources]


@pytest.mark.parametrize("file", bundles.PATIENTS, ids=lambda path: path.name.split("_")[1])
def test_the_shipped_records_are_read_whole(file: object) -> None:
    read = read_bundle(file.read_bytes(), file.name)  # type: ignore[attr-defined]
    assert not read.refused
    assert {kind for kind, _ in read.ignored} == {"Claim", "ExplanationOfBenefit"}
    assert facts(read)


def test_traps_are_read_in_the_senders_words() -> None:
    """Prediabetes is not diabetes: the text comes over exactly, with its code."""
    jenna = next(path for path in bundles.PATIENTS if path.name.startswith("Jenna"))
    texts = {fact.text: fact for fact in facts(read_bundle(jenna.read_bytes(), "t")).values()}
    assert texts["Prediabetes"].code == "15777000"
    assert texts["Normal pregnancy"].status == "resolved"


@needs_shared
def test_all_21_shared_records_are_read_whole() -> None:
    files = sorted((SHARED / "patients").glob("*.json.gz"))
    assert len(files) == 21
    for file in files:
        assert not read_bundle(file.read_bytes(), file.name).refused, file.name


class TestEveryForm:
    """The rarer forms that R4 allows."""

    @pytest.mark.parametrize(
        ("element", "value", "text", "day"),
        [
            ("onsetPeriod", {"start": "2020-03-04", "end": "2020-05"}, "2020-03-04", date(2020, 3, 4)),
            ("onsetRange", {"low": {"value": 30, "unit": "years"}, "high": {"value": 40}}, "30 years to 40", None),
            ("onsetString", "in the war", "in the war", None),
            ("onsetAge", {"value": 7, "comparator": "<", "code": "a"}, "at the age of < 7 a", None),
        ],
    )
    def test_onset(self, element: str, value: object, text: str, day: date | None) -> None:
        read = read_bundle(as_bytes(bundle(patient(), condition(**{element: value}))), "t")
        assert facts(read)["c"].began == Said(text, day)

    @pytest.mark.parametrize(
        "subject",
        [
            {"reference": "Patient?identifier=urn:h|77"},
            {"reference": "https://a.example/Patient?identifier=urn:h|77"},
            {"identifier": {"system": "urn:h", "value": "77"}, "type": "Patient"},
            {"reference": "https://anywhere.example/Patient/p"},
            {"reference": "Patient/p"},
        ],
    )
    def test_ways_to_say_it_is_hers(self, subject: object) -> None:
        she = patient(identifier=[{"system": "urn:h", "value": "77"}])
        assert "c" in facts(read_bundle(as_bytes(bundle(she, condition(subject=subject))), "t"))

    @pytest.mark.control("C-071")
    @pytest.mark.parametrize(
        "subject",
        [
            {"reference": "Patient?identifier=urn:h|78"},
            {"reference": "Patient?name=probe"},
            {"identifier": {"system": "urn:other", "value": "77"}},
            {"display": "Ada Probe"},
            {"reference": "Patient/q"},
            {"reference": "#contained"},
            {},
            "Patient/p",
        ],
    )
    def test_ways_to_say_it_may_be_somebody_elses(self, subject: object) -> None:
        she = patient(identifier=[{"system": "urn:h", "value": "77"}])
        read = read_bundle(as_bytes(bundle(she, condition(subject=subject))), "t")
        assert {one.source_id for one in read.resources} == {"p"}

    @pytest.mark.parametrize(
        ("given", "said"),
        [({"deceasedBoolean": False}, ""), ({"deceasedBoolean": True}, "yes"), ({"deceasedDateTime": "2020"}, "2020")],
    )
    def test_death(self, given: dict[str, object], said: str) -> None:
        assert read_bundle(as_bytes(bundle(patient(**given))), "t").patient.deceased == said

    @pytest.mark.parametrize(
        ("resource", "because"),
        [
            ({"multipleBirthBoolean": "no"}, "must be true or false"),
            ({"multipleBirthInteger": True}, "must be a number"),
            ({"gender": 1}, "must be text"),
        ],
    )
    def test_shapes_of_primitives(self, resource: dict[str, object], because: str) -> None:
        assert because in bundles.refusal(as_bytes(bundle(patient(**resource)))).what

    def test_addresses_longer_than_the_record_keeps(self) -> None:
        entry = {"fullUrl": "https://a.example/" + "x" * 300, "resource": condition()}
        node = bundle(patient())
        node["entry"].append(entry)
        assert "at most 300" in asides(read_bundle(as_bytes(node), "t"))["Condition/c"]
        node["entry"][1] = {"fullUrl": "urn:x:" + "x" * 250, "resource": condition(id=None)}
        del node["entry"][1]["resource"]["id"]
        assert "longer than 200" in asides(read_bundle(as_bytes(node), "t"))["entry[1]"]
        node["entry"][0]["fullUrl"] = "https://a.example/" + "x" * 220 + "/Patient/p"
        assert "longer than 200" in bundles.refusal(as_bytes(node)).what

    def test_a_resource_without_an_id_is_known_by_its_content(self) -> None:
        nameless = condition()
        del nameless["id"]
        one, two = (read_bundle(as_bytes(bundle(patient(), nameless)), "t") for _ in range(2))
        assert one.resources[1].source_id == two.resources[1].source_id != ""
