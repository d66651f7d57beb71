"""The screening page: nothing preset, the record with its sources, the result in words, typed input never lost."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from filiform.record.actions import background
from filiform.record.incoming import FactKind
from filiform.record.models import DoctorAnswer, Screening
from tests import clinic
from tests.clinic import NOW, Clinic
from tests.pages.visiting import check_people, get, post, signed_in
from tests.record.test_screen import HEALTHY_YES, look

pytestmark = pytest.mark.django_db
READERS = {"therapist", "owner", "auditor"}


@pytest.fixture
def here() -> Clinic:
    return clinic.make()


@pytest.fixture
def browser(here: Clinic) -> Client:
    return signed_in()


def healthy(here: Clinic, **special: Any) -> dict[str, Any]:
    """The form as a healthy person fills it, with `special` fields over it."""
    said = {f"a-{q.id}": "yes" if q.id in HEALTHY_YES else "no" for q in look(here).questions}
    return {**said, "seen": str(Screening.objects.filter(visit_id=here.visit).count()), **special}


def tell(here: Clinic, kind: FactKind, text: str, **other: Any) -> None:
    background.add_background(by=here.therapist, now=NOW, patient_id=here.patient, kind=kind, text=text, **other)


DOCTOR = {
    "condition": "anticoagulant",
    "asked": "May she be needled?",
    "answered_by": "Dr Ruiz",
    "answered_on": "",
    "verdict": "limits",
    "limits": "Superficial only",
}


def doctor(here: Clinic, **other: Any) -> dict[str, Any]:
    seen = Screening.objects.filter(visit_id=here.visit).count()
    day = look(here).head.starts_at.date() - timedelta(days=3)
    return {**DOCTOR, "answered_on": day.isoformat(), "seen": seen, **other}


def test_people(here: Clinic) -> None:
    clinic.make("Birch")
    check_people("screen:visit", here, 200, None, READERS)
    check_people("screen:answer", here, 302, lambda: healthy(here), {"therapist"})
    check_people("screen:doctor", here, 302, lambda: doctor(here), {"therapist"})


@pytest.mark.control("C-062")
def test_nothing_is_preset(here: Clinic, browser: Client) -> None:
    text = get(browser, "screen:visit", here).content.decode()
    assert text.count('type="radio"') > 20
    assert not re.search(r"<input[^>]*\schecked", text)
    assert "No clinician has reviewed" in text


@pytest.mark.control("C-062")
def test_last_time_is_told_and_never_filled_in(here: Clinic, browser: Client) -> None:
    post(browser, "screen:answer", here, healthy(here, **{"d-other_medicines": "vitamin D"}))
    Screening.objects.filter(visit_id=here.visit)
    later = clinic.another_visit(here, NOW + timedelta(days=7))
    text = get(browser, "screen:visit", later).content.decode()
    assert "Last time," in text
    assert "vitamin D" in text
    assert not re.search(r"<input[^>]*\schecked", text)


def test_warning_signs_come_first(here: Clinic, browser: Client) -> None:
    text = get(browser, "screen:visit", here).content.decode()
    assert text.index("Chest pain or pressure") < text.index("Do you want dry needling today")


def test_the_record_is_shown_with_what_is_not_known(here: Clinic, browser: Client) -> None:
    tell(here, FactKind.PROBLEM, "Lymphedema of left arm")
    tell(here, FactKind.MEDICINE, "Apixaban 5 mg", status="active", began_said="2019")
    text = get(browser, "screen:visit", here).content.decode()
    assert "Lymphedema of left arm" in text
    assert "date not known · status not known" in text
    assert "2019 · active" in text
    assert "What the record already says" in text
    assert "Ask a doctor first" in text
    assert "Nothing is recorded. That does not mean there is nothing." in text


def test_a_healthy_person_is_cleared_and_led_on(here: Clinic, browser: Client) -> None:
    assert post(browser, "screen:answer", here, healthy(here)).status_code == 302
    text = get(browser, "screen:visit", here).content.decode()
    assert "Cleared for today" in text
    assert "Next: Consent" in text
    assert 'id="questions"' in text.split("<details", 1)[1], "the answers can still be changed"


@pytest.mark.control("C-062")
def test_an_open_question_keeps_the_way_shut(here: Clinic, browser: Client) -> None:
    post(browser, "screen:answer", here, healthy(here, **{"a-pregnancy": "unsure"}))
    text = get(browser, "screen:visit", here).content.decode()
    assert "Cleared for today" not in text
    assert "Next: Consent" not in text
    post(browser, "screen:answer", here, {"seen": 1})
    text = get(browser, "screen:visit", here).content.decode()
    assert "Not cleared yet" in text
    assert "still open" in text


@pytest.mark.control("C-066")
def test_a_warning_sign_is_answered_with_what_to_do_and_the_number(here: Clinic, browser: Client) -> None:
    fields = healthy(here, **{"a-flags_chest": "o:chest_pain"})
    post(browser, "screen:answer", here, fields)
    text = get(browser, "screen:visit", here).content.decode()
    assert "Act on the warning sign now" in text
    assert 'class="care"' in text
    assert 'href="tel:911"' in text
    assert text.index('class="care"') < text.index('id="questions"')
    assert "Next: Consent" not in text


def test_a_doctors_answer_makes_the_result_anew(here: Clinic, browser: Client) -> None:
    tell(here, FactKind.MEDICINE, "Apixaban 5 mg oral tablet", status="active")
    post(browser, "screen:answer", here, healthy(here))
    text = get(browser, "screen:visit", here).content.decode()
    assert "Record the doctor&#x27;s answer" in text or "Record the doctor's answer" in text
    assert post(browser, "screen:doctor", here, doctor(here)).status_code == 302
    text = get(browser, "screen:visit", here).content.decode()
    assert "Superficial only" in text
    assert "still open" in text, "whether anything changed since the answer"


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"answered_on": "soon"}, "Write the day as"),
        ({"answered_on": "2999-01-01"}, "in the future"),
        ({"answered_by": ""}, "name of the doctor"),
        ({"verdict": ""}, "Say what the doctor answered"),
        ({"limits": ""}, "Write the limits"),
        ({"condition": "anything"}, "Select a valid choice"),
    ],
)
def test_a_wrong_doctors_answer_keeps_what_was_typed(
    here: Clinic, browser: Client, change: dict[str, str], says: str
) -> None:
    tell(here, FactKind.MEDICINE, "Apixaban 5 mg oral tablet", status="active")
    post(browser, "screen:answer", here, healthy(here))
    answer = post(browser, "screen:doctor", here, doctor(here, **change))
    assert answer.status_code == 422
    text = answer.content.decode()
    assert says in text
    assert "May she be needled?" in text
    assert not DoctorAnswer.objects.exists()


def test_places_are_typed_in_words_and_a_wrong_one_is_named_and_kept(here: Clinic, browser: Client) -> None:
    fields = healthy(here, **{"a-skin": "o:wound"})
    post(browser, "screen:answer", here, fields)
    assert "left or right, and where" in get(browser, "screen:visit", here).content.decode()
    wrong = post(browser, "screen:answer", here, {**fields, "seen": 1, "s-where_skin": ["Left calf", "lft calf"]})
    assert wrong.status_code == 422
    text = wrong.content.decode()
    assert "There is no region &#x27;lft calf&#x27;" in text
    assert 'value="Left calf"' in text
    assert 'value="lft calf"' in text
    right = post(browser, "screen:answer", here, {**fields, "seen": 1, "s-where_skin": ["left CALF", "shin, right"]})
    assert right.status_code == 302
    answers = Screening.objects.order_by("-number")[0].answers
    assert [site["region"] for a in answers if a["question"] == "where_skin" for site in a["sites"]] == [
        "leg_anterior",
        "leg_posterior",
    ]
    assert "calf" in get(browser, "screen:visit", here).content.decode()


def test_refused_answers_stay_on_the_page(here: Clinic, browser: Client) -> None:
    fields = healthy(here, **{"a-fear": ["no", "o:a_lot"], "d-other_medicines": "St John's wort", "a-zzz": "no"})
    answer = post(browser, "screen:answer", here, fields)
    assert answer.status_code == 422
    text = answer.content.decode()
    assert "Answered no and something else at once" in text
    assert "There is no screening question &#x27;zzz&#x27;" in text
    assert "St John&#x27;s wort" in text
    assert re.search(r'value="o:a_lot" checked', text)
    assert not Screening.objects.exists()


def test_who_comes_second_is_told_and_loses_nothing(here: Clinic, browser: Client) -> None:
    first = healthy(here, **{"d-other_medicines": "vitamin D"})
    post(browser, "screen:answer", here, first)
    told = post(browser, "screen:answer", here, {**first, "d-other_medicines": "iron"})
    assert told.status_code == 409
    text = told.content.decode()
    assert "Somebody else has just changed" in text
    assert 'value="iron"' in text
    assert Screening.objects.count() == 1


@pytest.mark.control("C-062")
def test_something_new_asks_for_the_screening_again(here: Clinic, browser: Client) -> None:
    post(browser, "screen:answer", here, healthy(here))
    tell(here, FactKind.MEDICINE, "Apixaban 5 mg oral tablet", status="active")
    text = get(browser, "screen:visit", here).content.decode()
    assert "Screen again" in text
    assert "Next: Consent" not in text


@pytest.mark.control("C-061")
def test_a_swollen_arm_is_said_in_the_banner_in_few_words(here: Clinic, browser: Client) -> None:
    tell(here, FactKind.PROBLEM, "Lymphedema of left arm", status="active")
    post(browser, "screen:answer", here, healthy(here))
    text = get(browser, "screen:visit", here).content.decode()
    banner = text.split('class="person"')[1].split('id="main"')[0]
    assert "No needles: arm" in banner
    assert banner.count("No needles") == 1


def test_an_auditor_reads_without_forms(here: Clinic) -> None:
    text = get(signed_in("auditor"), "screen:visit", here).content.decode()
    assert "/screen/answers/" not in text
    assert "has not asked the screening questions yet" in text


WORD = st.one_of(st.text(max_size=12), st.sampled_from(["yes", "no", "o:fever", "o:", "1e999", "\x00", "left calf"]))
NAMES = ["a-willing", "a-fear", "d-fear", "n-pregnancy_weeks", "s-where_skin", "a-", "d-x", "seen", "n-skin", "zzz"]


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.dictionaries(st.sampled_from([*NAMES, *DOCTOR]), WORD, max_size=8))
def test_garbage_never_breaks_a_page(here: Clinic, browser: Client, data: dict[str, str]) -> None:
    for route in ("screen:answer", "screen:doctor"):
        assert post(browser, route, here, data).status_code in (302, 409, 422)
        seen = Screening.objects.filter(visit_id=here.visit).count()
        assert post(browser, route, here, {**data, "seen": seen}).status_code in (302, 409, 422)
