"""The consent page: the text and today's areas, a typed name that works without JavaScript, withdrawn in two taps."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from filiform.knowledge import book
from filiform.record import agreeing
from filiform.record.models import Consent, ConsentWithdrawal
from tests import clinic
from tests.clinic import Clinic
from tests.pages.visiting import check_people, get, post, signed_in
from tests.record.test_consent import STROKES, chosen

pytestmark = pytest.mark.django_db
READERS = {"therapist", "owner", "auditor"}


@pytest.fixture
def here() -> Clinic:
    return clinic.make()


@pytest.fixture
def browser(here: Clinic) -> Client:
    return signed_in()


def form(here: Clinic, **other: Any) -> dict[str, Any]:
    return {
        "seen": Consent.objects.filter(visit_id=here.visit).count(),
        "site": ["neck_lateral.right", "shoulder_superior.right"],
        "text_hash": agreeing.text_for(agreeing.chosen(here.visit)).hash,
        "signed_by": "Maya Okafor",
        "signs_as": "patient",
        **other,
    }


def test_people(here: Clinic) -> None:
    clinic.make("Birch")
    check_people("consent:visit", here, 200, None, READERS)
    check_people("consent:sign", here, 302, lambda: form(here), {"therapist"})
    number = Consent.objects.count()
    check_people("consent:withdraw", here, 302, lambda: {"seen": number}, {"therapist"})


def test_every_statement_its_version_and_hash_are_shown(here: Clinic, browser: Client) -> None:
    text = get(browser, "consent:visit", here).content.decode()
    for line in book().consent.statements:
        assert line.text in text.replace("&#x27;", "'"), line.id
    assert book().consent.version in text
    assert "No clinician has reviewed" in text


@pytest.mark.control("C-064")
def test_areas_follow_from_the_chosen_muscles(here: Clinic, browser: Client) -> None:
    chosen(here, ("soleus", "left"))
    text = get(browser, "consent:visit", here).content.decode()
    for region in book().muscles["soleus"].enters:  # type: ignore[index]
        assert f'name="site" value="{region}.left"' in text
    assert "Near the lungs" not in text
    assert "data-bodylist" not in text, "nothing to pick: the areas are known"


def test_without_muscles_the_areas_are_picked_and_none_is_preset(here: Clinic, browser: Client) -> None:
    text = get(browser, "consent:visit", here).content.decode()
    assert text.count('type="checkbox" name="site"') > 180
    assert " checked aria-label" not in text
    assert "Near the lungs" in text


def test_signing_by_name_alone(here: Clinic, browser: Client) -> None:
    assert post(browser, "consent:sign", here, form(here)).status_code == 302
    text = get(browser, "consent:visit", here).content.decode()
    assert "Signed for today" in text
    assert "Maya Okafor" in text
    assert f"Witnessed by {here.therapist.name}" in text
    assert "right side of the neck" in text


def test_a_drawn_signature_is_shown_again(here: Clinic, browser: Client) -> None:
    post(browser, "consent:sign", here, form(here, strokes=STROKES))
    assert f'<path d="{STROKES}"/>' in get(browser, "consent:visit", here).content.decode()


def test_refused_everything_typed_stays(here: Clinic, browser: Client) -> None:
    answer = post(browser, "consent:sign", here, form(here, signed_by="", strokes=STROKES, signs_as="guardian"))
    assert answer.status_code == 422
    text = answer.content.decode()
    assert "types their full name" in text
    assert STROKES in text
    assert 'value="neck_lateral.right" checked' in text
    assert 'value="guardian" checked' in text


@pytest.mark.control("C-064")
def test_a_muscle_chosen_afterwards_elsewhere_asks_for_a_new_consent(here: Clinic, browser: Client) -> None:
    chosen(here, ("upper_trapezius", "right"))
    areas = [f"{site.region}.{site.side}" for site in agreeing.areas_of(agreeing.chosen(here.visit))]
    post(browser, "consent:sign", here, form(here, site=areas))
    assert "has not consented" not in get(browser, "consent:visit", here).content.decode()
    chosen(here, ("upper_trapezius", "right"), ("soleus", "left"), number=2)
    text = get(browser, "consent:visit", here).content.decode()
    assert "and the patient has not consented to that: ask first" in text
    assert "Sign the consent" in text


def test_withdrawn_in_two_taps_without_a_reason(here: Clinic, browser: Client) -> None:
    post(browser, "consent:sign", here, form(here))
    assert "Withdraw now" in get(browser, "consent:visit", here).content.decode()
    assert post(browser, "consent:withdraw", here, {"seen": 1}).status_code == 302
    assert ConsentWithdrawal.objects.count() == 1
    text = get(browser, "consent:visit", here).content.decode()
    assert "Consent withdrawn" in text
    assert "Signed for today" not in text


def test_who_comes_second_is_told(here: Clinic, browser: Client) -> None:
    first = form(here)
    post(browser, "consent:sign", here, first)
    for route, data in (("consent:sign", {**first, "signed_by": "Somebody Else"}), ("consent:withdraw", {"seen": 0})):
        told = post(browser, route, here, data)
        assert told.status_code == 409
        assert "Somebody else has just changed" in told.content.decode()
    assert Consent.objects.count() == 1


WORD = st.one_of(st.text(max_size=20), st.sampled_from(["palm.left", ".", "M1 1L2 2", "\x00", "²", "9" * 30]))
FIELDS = ["seen", "site", "text_hash", "signed_by", "signs_as", "strokes", "because"]


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.dictionaries(st.sampled_from(FIELDS), WORD, max_size=7))
def test_garbage_never_breaks_a_page(here: Clinic, browser: Client, data: dict[str, str]) -> None:
    for route in ("consent:sign", "consent:withdraw"):
        assert post(browser, route, here, data).status_code in (302, 409, 422)
        assert post(browser, route, here, {**form(here), **data}).status_code in (302, 409, 422)
