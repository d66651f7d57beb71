"""The facts of `./filiform screen`: what each key means, the traps, contradictions, and what is refused by name."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from filiform.clinical.screen import Result
from filiform.clinical.screen.facts_in import FactsRefused, read_facts
from filiform.clinical.screen.facts_keys import COVERED
from filiform.clinical.screen.facts_map import codes_in, screen_facts
from filiform.clinical.screen.symptoms import seen
from filiform.clinical.terms import MuscleId, MuscleSide, Side
from filiform.knowledge import book

MAPPING = "filiform.clinical.screen.facts_map"
ON = date(2026, 11, 23)
WELL: dict[str, Any] = {
    "age": 45, "sex": "female", "willing": True, "capacity": True, "needle_phobia": "none", "conditions": [],
    "medications": [], "allergies": [], "devices": [], "implants": [], "symptoms": [], "events": [], "fever": False,
    "pregnancy_weeks": 0, "bleeding_history": False, "lymphoedema": False, "skin": False, "wound": False,
    "vascular": False, "surgery": False, "travel": False, "syncope_history": False, "fasting": False, "bmi": 23.5,
    "jurisdiction": "US-MD", "therapist_role": "PT", "months_licensed": 60, "prelicensure_coursework": False,
}  # fmt: skip
NEEDED = set(WELL) - {"sex", "bmi", "months_licensed", "prelicensure_coursework"}
DOCTOR = {"condition": "anticoagulant", "asked": "May she be needled?", "answered_by": "Dr X", "on": "2026-11-01"}


def screened(told: dict[str, Any], **more: Any) -> Result:
    known = book()
    return screen_facts(
        read_facts(told, ON), book_rules=known.screening, symptoms=known.symptoms, places=known.jurisdictions,
        muscles=known.muscles, on=ON, **more,
    )  # fmt: skip


def also(**told: Any) -> Result:
    """A well patient with other facts."""
    return screened(WELL | told)


def found(result: Result) -> set[str]:
    return {f"{one.condition} {one.action}" for one in result.findings}


def asked(result: Result) -> set[str]:
    return {one.condition for one in result.ask}


@pytest.mark.control("C-140")
def test_a_patient_of_whom_everything_is_told_is_cleared_and_nobody_else() -> None:
    assert screened(WELL).cleared and screened(WELL).disposition == "proceed"
    for key in NEEDED:
        for left in ({**WELL, key: None}, {name: told for name, told in WELL.items() if name != key}):
            assert not screened(left).cleared and screened(left).ask, key


@pytest.mark.control("C-140")
def test_guard_removed_a_missing_list_would_clear(monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control: a mapping that takes every question as covered clears a patient of whom little is known."""
    monkeypatch.setattr(f"{MAPPING}.COVERED", dict.fromkeys(COVERED, ()))
    with pytest.raises(AssertionError):
        test_a_patient_of_whom_everything_is_told_is_cleared_and_nobody_else()


TRAPS: list[tuple[dict[str, Any], str, set[str], set[str]]] = [
    # facts, disposition, findings among, asked among
    ({"conditions": ["prediabetes"]}, "proceed", set(), set()),
    ({"conditions": ["seizure in 2009"]}, "proceed", set(), {"epilepsy"}),
    ({"conditions": ["HIV, normal CD4 counts"]}, "proceed", {"blood_borne_virus note"}, {"immunosuppression"}),
    ({"conditions": ["pregnancy 2018"]}, "proceed", set(), set()),
    ({"medications": ["gabapentin 300 mg"]}, "proceed", set(), {"epilepsy"}),
    ({"medications": ["topiramate"]}, "proceed", set(), {"epilepsy"}),
    ({"medications": ["metformin 500 mg"]}, "proceed", set(), {"diabetes"}),
    ({"medications": ["aspirin 81 mg"]}, "proceed_modified", {"antiplatelet modify"}, set()),
    ({"allergies": ["sulfa", "penicillin"]}, "proceed", set(), {"other"}),
    ({"allergies": ["nickel"]}, "proceed_modified", {"metal_allergy modify"}, set()),
    ({"conditions": ["breast feeding"]}, "proceed", set(), set()),
    ({"medications": ["chemotherapy"], "fever": True}, "emergency", {"immunosuppression alert"}, set()),
    ({"medications": ["apixaban 5 mg bd"], "inr": 1.0}, "consult_first", {"anticoagulant consult"}, set()),
    ({"medications": ["warfarin"], "inr": 2.2}, "consult_first", {"anticoagulant consult"}, {"anticoagulant"}),
    ({"medications": ["warfarin"], "inr": 5}, "consult_first", {"anticoagulant defer"}, {"anticoagulant"}),
    ({"medications": ["warfarin, stopped in 2018"]}, "proceed", set(), set()),
    ({"platelets": 40}, "consult_first", {"bleeding_disorder consult"}, set()),
    ({"platelets": 12}, "consult_first", {"bleeding_disorder defer"}, set()),
    ({"neutrophils": 0.4}, "consult_first", {"immunosuppression defer"}, set()),
    ({"lymphoedema": "left_arm"}, "region_excluded", {"lymphoedema region"}, set()),
    ({"lymphoedema": ["nodes removed left arm"]}, "consult_first", {"lymphoedema consult"}, set()),
    ({"lymphoedema": "none"}, "proceed", set(), set()),
    ({"lymphoedema": "not sure"}, "proceed", set(), {"lymphoedema"}),
    ({"skin": "cellulitis left calf"}, "defer", {"infection defer"}, set()),
    ({"skin": "eczema left forearm"}, "region_excluded", {"skin region"}, set()),
    ({"skin": False, "wound": "left knee"}, "region_excluded", {"skin region"}, set()),
    ({"wound": True}, "region_excluded", {"skin region"}, {"skin"}),
    ({"vascular": True}, "consult_first", {"vascular_disease consult"}, {"vascular_disease"}),
    ({"vascular": "varicose veins left calf"}, "region_excluded", {"vascular_disease region"}, set()),
    ({"surgery": "laminectomy 2010"}, "region_excluded", {"surgery region"}, {"surgery"}),
    ({"surgery": "appendix out in 2010"}, "proceed", set(), {"surgery"}),
    ({"surgery": True}, "consult_first", {"surgery consult"}, {"surgery"}),
    ({"travel": "flight to Rome on 2026-11-25"}, "region_excluded", {"travel region"}, set()),
    ({"travel": "no"}, "proceed", set(), set()),
    ({"bmi": 17}, "region_excluded", {"lung_disease region"}, set()),
    ({"syncope_history": True}, "proceed_modified", {"reaction modify"}, set()),
    ({"syncope_history": "at a blood test"}, "proceed_modified", {"reaction modify"}, set()),
    ({"fasting": True}, "proceed_modified", {"today modify"}, set()),
    ({"fasting": True, "conditions": ["diabetes"]}, "consult_first", {"diabetes modify"}, set()),
    ({"fasting": "no"}, "proceed", set(), set()),
    ({"fasting": "yes"}, "proceed_modified", {"today modify"}, set()),
    ({"fasting": "only coffee"}, "proceed_modified", {"today modify"}, set()),
    ({"skin": "intact", "wound": "none", "surgery": "none", "vascular": "none"}, "proceed", set(), set()),
    ({"capacity": "none"}, "refuse", {"capacity refuse"}, set()),
    ({"skin": ["none", "eczema left forearm"]}, "region_excluded", {"skin region"}, set()),
    ({"fever": 38.6}, "defer", {"infection defer"}, {"infection"}),
    ({"fever": 36.6}, "proceed", set(), {"infection"}),
    ({"fever": "yes"}, "defer", {"infection defer"}, set()),
    ({"fever": "no"}, "proceed", set(), set()),
    ({"bleeding_history": True}, "consult_first", {"bleeding_disorder consult"}, {"bleeding_disorder"}),
    ({"bleeding_history": "haemophilia A"}, "consult_first", {"bleeding_disorder consult"}, set()),
    ({"bleeding_history": "denies any"}, "proceed", set(), {"bleeding_disorder"}),
    ({"pregnancy_weeks": 10}, "defer", {"pregnancy defer"}, {"pregnancy"}),
    ({"age": 15}, "proceed_modified", {"minor modify"}, {"minor"}),
    ({"age": 15, "guardian_consent": True, "child_assent": True}, "proceed_modified", {"minor modify"}, set()),
    ({"age": 15, "guardian_consent": True, "child_assent": False}, "refuse", {"minor refuse"}, set()),
    ({"age": 15, "guardian_consent": False, "child_assent": True}, "defer", {"minor defer"}, set()),
    ({"willing": False}, "refuse", {"willingness refuse"}, set()),
    ({"needle_phobia": "mild"}, "proceed_modified", {"needle_phobia modify"}, set()),
    ({"needle_phobia": "severe"}, "refuse", {"needle_phobia refuse"}, set()),
    ({"capacity": False}, "refuse", {"capacity refuse"}, set()),
    ({"capacity": False, "legal_proxy": False}, "refuse", {"capacity refuse"}, set()),
    ({"capacity": False, "legal_proxy": True}, "proceed_modified", {"capacity modify"}, {"capacity"}),
    ({"capacity": "drunk"}, "defer", {"capacity defer"}, set()),
    ({"capacity": "dementia", "legal_proxy": "daughter"}, "proceed_modified", {"capacity modify"}, {"capacity"}),
    ({"capacity": "something is odd"}, "proceed", set(), {"capacity"}),
    ({"capacity": "has capacity"}, "proceed", set(), set()),
    ({"conditions": ["73211009"]}, "consult_first", {"diabetes consult"}, set()),
    ({"conditions": ["E11.9"]}, "consult_first", {"diabetes consult"}, set()),
    ({"medications": ["rxnorm 1364430"]}, "consult_first", {"anticoagulant consult"}, set()),
    ({"conditions": ["99999999"]}, "proceed", set(), {"other"}),
    ({"conditions": ["wobbly knee syndrome"]}, "proceed", set(), {"other"}),
    ({"devices": ["pacemaker"]}, "proceed_modified", {"cardiac_device modify"}, {"cardiac_device"}),
    ({"implants": ["left knee replacement"]}, "region_excluded", {"implant region"}, {"implant"}),
    ({"events": ["fell and hit head"], "medications": ["warfarin"]}, "emergency", {"head_injury alert"}, set()),
    ({"events": ["seizure last week"], "conditions": ["epilepsy"]}, "consult_first", {"epilepsy defer"}, set()),
    ({"events": ["first visit"]}, "proceed_modified", {"first_visit modify"}, set()),
]  # fmt: skip


@pytest.mark.control("C-142")
@pytest.mark.parametrize(("told", "disposition", "finds", "asks"), TRAPS, ids=lambda one: str(one)[:60])
def test_trap(told: dict[str, Any], disposition: str, finds: set[str], asks: set[str]) -> None:
    result = also(**told)
    assert result.disposition == disposition, (found(result), asked(result))
    assert finds <= found(result)
    assert asks <= asked(result)
    if not asks and disposition == "proceed":
        assert result.cleared, asked(result)


@pytest.mark.control("C-140")
def test_whoever_is_told_of_less_is_never_cleared() -> None:
    """Removing any fact of any of these patients never clears one, and what it answered is asked."""
    for told, *_ in TRAPS:
        whole = WELL | told
        for key in NEEDED:
            result = screened({name: value for name, value in whole.items() if name != key})
            assert not result.cleared and result.ask, (told, key)


def test_the_order_of_a_list_changes_nothing() -> None:
    told = ["apixaban", "metformin 500 mg", "no warfarin", "sertraline"]
    assert also(medications=told).as_stored() == also(medications=told[::-1]).as_stored()


SYMPTOMS = {
    "chest pain with sweating": "emergency",
    "sudden shortness of breath": "emergency",
    "coughing up blood": "emergency",
    "numbness around the saddle": "emergency",
    "lost bladder control since yesterday": "emergency",
    "face drooping and slurred speech": "emergency",
    "worst headache of my life": "emergency",
    "left calf swollen and warm": "emergency",
    "dark urine after a marathon": "emergency",
    "hot swollen knee": "emergency",
    "thinking of suicide": "emergency",
    "unexplained weight loss": "consult_first",
    "back pain after a car accident": "consult_first",
    "fever": "defer",
    "nauseous": "defer",
    "drunk": "defer",
    "no chest pain": "proceed",
    "stiff shoulder when reaching": "proceed",
}


@pytest.mark.control("C-142")
@pytest.mark.parametrize(("text", "disposition"), SYMPTOMS.items())
def test_a_symptom_in_plain_words(text: str, disposition: str) -> None:
    assert also(symptoms=[text]).disposition == disposition


def test_a_symptom_that_is_over_is_asked_about() -> None:
    result = also(symptoms=["previous chest pain"])
    assert result.disposition == "proceed" and "red_flag" in asked(result)


def test_every_symptom_is_read_in_its_own_words_and_answers_its_question() -> None:
    for symptom in book().symptoms:
        for pattern in symptom.patterns:
            text = " ".join(stem.rstrip("*") for stem in pattern)
            told = {one.symptom.id for one in seen(text, book().symptoms)}
            assert symptom.id in told or pattern[0] in ("not", "never", "cannot"), (symptom.id, text)


# --- contradictions ---


@pytest.mark.control("C-143")
@pytest.mark.parametrize(
    ("told", "disposition", "words"),
    [
        ({"lymphoedema": False, "conditions": ["lymphoedema left arm"]}, "region_excluded", "said no to this"),
        ({"vascular": False, "conditions": ["claudication left leg"]}, "consult_first", "said no to this"),
        ({"needle_phobia": "none", "conditions": ["needle phobia"]}, "refuse", "said no to this"),
        ({"fever": False, "symptoms": ["fever and chills"]}, "defer", "fever: false"),
        ({"sex": "male", "pregnancy_weeks": 20}, "defer", "sex: male"),
        ({"capacity": True, "symptoms": ["drunk"]}, "defer", "capacity: true"),
        ({"fasting": False, "symptoms": ["not eaten today"]}, "proceed_modified", "fasting: false"),
        ({"syncope_history": False, "events": ["fainted last week"]}, "proceed_modified", "syncope_history: false"),
    ],
)  # fmt: skip
def test_of_two_facts_that_contradict_the_less_safe_counts_and_is_named(
    told: dict[str, Any], disposition: str, words: str
) -> None:
    result = also(**told)
    assert result.disposition == disposition
    assert any(words in one.because for one in result.findings), [one.because for one in result.findings]


def test_guard_removed_a_contradiction_would_pass_unnamed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control for C-143: without the denials nothing names the contradiction."""
    monkeypatch.setattr(f"{MAPPING}.DENIES", {})
    told = {"fever": False, "symptoms": ["fever and chills"]}
    with pytest.raises(AssertionError):
        test_of_two_facts_that_contradict_the_less_safe_counts_and_is_named(told, "defer", "fever: false")


# --- evidence ---


def test_the_evidence_is_what_was_told_and_not_the_question_it_answers() -> None:
    (finding,) = also(medications=["apixaban 5 mg bd"]).findings
    assert [(one.text, one.source) for one in finding.evidence] == [("apixaban 5 mg bd", "facts:medications")]


# --- doctors ---


@pytest.mark.control("C-142")
def test_only_a_recorded_answer_closes_a_consultation() -> None:
    told = WELL | {"medications": ["apixaban"]}
    assert screened(told | {"doctor_answer": DOCTOR | {"verdict": "yes"}}).disposition == "proceed_modified"
    limited = screened(told | {"doctor_answer": [DOCTOR | {"verdict": "limits", "limits": "superficial"}]})
    assert any("superficial" in one.because for one in limited.restrictions)
    for words in ("yes, fine", True):
        result = screened(told | {"doctor_answer": words})
        assert result.disposition == "consult_first" and "doctor_answer" in asked(result)
    for words in ("no", False):
        assert screened(told | {"doctor_answer": words}).disposition == "refuse"


# --- who needles, and where ---


@pytest.mark.control("C-144")
@pytest.mark.parametrize(
    ("told", "disposition", "finds", "asks"),
    [
        ({"jurisdiction": "US-NY"}, "refuse", {"jurisdiction refuse"}, set()),
        ({"jurisdiction": "US-CA"}, "refuse", {"jurisdiction refuse"}, set()),
        ({"jurisdiction": "US-NY", "therapist_role": "LAc"}, "proceed", set(), {"jurisdiction"}),
        ({"jurisdiction": "US-CO", "months_licensed": 5}, "refuse", {"credential refuse"}, {"credential"}),
        ({"jurisdiction": "US-CO", "months_licensed": 24}, "proceed", set(), {"credential"}),
        ({"jurisdiction": "US-CO", "prelicensure_coursework": True}, "proceed", {"jurisdiction note"}, set()),
        ({"jurisdiction": "US-CO", "training_hours": 46, "training_in_person": True}, "proceed", set(), set()),
        ({"jurisdiction": "US-CO", "training_hours": 46}, "proceed", set(), {"credential"}),
        ({"jurisdiction": "US-CO", "training_hours": 46, "training_in_person": False}, "refuse", set(), set()),
        (
            {"jurisdiction": "US-CO", "months_licensed": None, "prelicensure_coursework": True},
            "proceed",
            set(),
            {"credential"},
        ),
        ({"jurisdiction": "US-CO", "months_licensed": 5, "prelicensure_coursework": True}, "refuse", set(), set()),
        ({"jurisdiction": "US-TN", "months_licensed": 5}, "refuse", {"credential refuse"}, {"credential"}),
        ({"jurisdiction": "US-TN", "training_hours": 23, "training_approved": True}, "refuse", set(), set()),
        ({"jurisdiction": "US-TN", "months_licensed": 5, "prelicensure_coursework": True}, "proceed", set(), set()),
        ({"jurisdiction": "US-TN", "therapist_role": "PTA"}, "refuse", {"credential refuse"}, set()),
        ({"jurisdiction": "US-TX"}, "proceed", set(), {"jurisdiction"}),
        ({"jurisdiction": "IE"}, "proceed", set(), {"jurisdiction"}),
    ],
)
def test_the_law_of_the_place(told: dict[str, Any], disposition: str, finds: set[str], asks: set[str]) -> None:
    result = also(**told)
    assert (result.disposition, finds <= found(result), asked(result)) == (disposition, True, asks)
    assert result.cleared is (disposition == "proceed" and not asks)


# --- refused by name ---


REFUSED: list[tuple[Any, str]] = [
    ([], "facts: must be one JSON object"),
    ({"weight": -3}, "weight: no such key"),
    ({"bmi": -3}, "bmi: must be a number from 8"),
    ({"age": True}, "age: must be a whole number"),
    ({"age": 45.5}, "age: must be a whole number"),
    ({"age": 200}, "age: must be"),
    ({"inr": float("inf")}, "inr: must be"),
    ({"inr": "2"}, "inr: must be"),
    ({"pregnancy_weeks": 60}, "pregnancy_weeks: must be"),
    ({"willing": "yes"}, "willing: must be true or false"),
    ({"sex": 3}, "sex: must be one of"),
    ({"needle_phobia": []}, "needle_phobia: must be one of none"),
    ({"therapist_role": "nurse"}, "therapist_role: must be one of PT"),
    ({"medications": "warfarin"}, "medications: must be a list"),
    ({"medications": [3]}, r"medications\[0\]: must be a text"),
    ({"medications": ["warfarin", " "]}, r"medications\[1\]: must be a text that is not empty"),
    ({"medications": ["x"] * 400}, "400 entries are more than one patient has"),
    ({"medications": ["x" * 501]}, "at most 500 letters"),
    ({"medications": ["w\u0430rfarin"]}, "cyrillic small letter a"),
    ({"medications": ["war\u200bfarin"]}, "zero width space"),
    ({"skin": "湿疹"}, "one alphabet"),
    ({"skin": 3}, "skin: must be true, false or a text"),
    ({"skin": [True]}, r"skin\[0\]: must be a text"),
    ({"fever": 60}, "fever: must be degrees Celsius"),
    ({"events": ["DVT on 2031-05-01"]}, r"events\[0\]: 2031-05-01 lies after"),
    ({"surgery": "knee in 2031"}, "surgery: 2031 lies after"),
    ({"jurisdiction": "Texas"}, "jurisdiction: must be an ISO 3166-2"),
    ({"doctor_answer": 3}, r"doctor_answer\[0\]: must be a text, or an object"),
    ({"doctor_answer": DOCTOR | {"verdict": "yes", "on": "2031-01-01"}}, "date not after 2026-11-23"),
    ({"doctor_answer": DOCTOR | {"verdict": "yes", "on": 3}}, "a date like"),
    ({"doctor_answer": DOCTOR | {"verdict": "maybe"}}, "verdict: must be yes, no or limits"),
    ({"doctor_answer": DOCTOR | {"verdict": "limits"}}, "limits in words"),
    ({"doctor_answer": DOCTOR | {"verdict": "yes", "mood": "good"}}, "mood: no such key"),
]  # fmt: skip


@pytest.mark.control("C-141")
@pytest.mark.parametrize(("told", "says"), REFUSED, ids=[says for _, says in REFUSED])
def test_what_cannot_be_taken_is_refused_by_name(told: Any, says: str) -> None:
    with pytest.raises(FactsRefused, match=says):
        read_facts(told, ON)


def test_letters_with_accents_are_read_and_other_signs_are_let_be() -> None:
    assert "anticoagulant consult" in found(also(medications=["Wàrfarin 5 mg – 1/2 tablet, 50 µg"]))


@pytest.mark.parametrize(
    ("text", "key", "codes"),
    [
        ("73211009", "conditions", (("snomed", "73211009"),)),
        ("855332", "medications", (("rxnorm", "855332"),)),
        ("http://snomed.info/sct|44054006", "conditions", (("snomed", "44054006"),)),
        ("RxNorm 855332", "conditions", (("rxnorm", "855332"),)),
        ("ICD-10-CM: E11.9", "conditions", (("icd10cm", "E11.9"), ("icd10cm", "E11"))),
        ("D66", "conditions", (("icd10cm", "D66"),)),
        ("LOINC 72514", "conditions", ()),
        ("type 2 diabetes", "conditions", ()),
    ],
)
def test_codes_are_read_alone_or_with_their_system(text: str, key: str, codes: tuple[Any, ...]) -> None:
    assert codes_in(text, key) == codes


def test_a_plan_and_stimulation_reach_the_rules() -> None:
    plan = (MuscleSide(MuscleId("upper_trapezius"), Side.LEFT),)
    assert "lung_disease modify" in found(screened(WELL, plan=plan))
    assert "estim modify" in found(screened(WELL, estim=True))
