"""The locate page: read back in words, ranked by match, locked ones last, every change kept or told."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from filiform.record.models import Choice, PainDrawing, Palpation
from tests import clinic
from tests.clinic import Clinic
from tests.pages.visiting import check_people, get, post, signed_in
from tests.record.test_locate import arm_restriction, screened

pytestmark = pytest.mark.django_db
READERS = {"therapist", "owner", "auditor"}


@pytest.fixture
def here() -> Clinic:
    return clinic.make()


@pytest.fixture
def browser(here: Clinic) -> Client:
    return signed_in()


def draw(browser: Client, here: Clinic, site: str = "shoulder_superior.right", how: str = "7", seen: int = 0) -> Any:
    return post(browser, "locate:pain", here, {"seen": seen, "site": site, "intensity": how})


PRESSED = {
    "muscle": "upper_trapezius.right",
    "familiar_pain": "yes",
    "tenderness": "3",
    "taut_band": "yes",
    "twitch": "no",
}


def test_people(here: Clinic) -> None:
    clinic.make("Birch")
    screened(here)
    seen = iter(range(100))
    check_people("locate:visit", here, 200, None, READERS)
    drawing = {"site": "palm.left", "intensity": "3"}
    check_people("locate:pain", here, 302, lambda: {**drawing, "seen": PainDrawing.objects.count()}, {"therapist"})
    check_people("locate:press", here, 302, lambda: PRESSED, {"therapist"})
    muscles = ["soleus.left", "soleus.right", "temporalis.left", "temporalis.right", "masseter.left", "masseter.right"]
    check_people(
        "locate:choose",
        here,
        302,
        lambda: {"add": muscles[next(seen) % 6], "seen": Choice.objects.count()},
        {"therapist"},
    )


def test_a_get_never_writes(here: Clinic, browser: Client) -> None:
    get(browser, "locate:visit", here, "?ask=palm.left&muscle=soleus.left")
    assert not PainDrawing.objects.exists()
    assert browser.get(f"/visits/{here.visit}/locate/pain/").status_code == 405


def test_drawing_is_read_back_in_words(here: Clinic, browser: Client) -> None:
    asking = get(browser, "locate:visit", here, "?ask=shoulder_superior.right").content.decode()
    assert "Right top of the shoulder" in asking
    assert "aria-current" not in asking.split('id="ask"')[1].split("</form>")[0], "nothing is preset"
    assert draw(browser, here).status_code == 302
    text = " ".join(get(browser, "locate:visit", here).content.decode().split())
    assert 'Right top of the shoulder<span class="vh">,</span></span> <b class="num">7</b>' in text


def test_taking_an_area_out(here: Clinic, browser: Client) -> None:
    draw(browser, here)
    draw(browser, here, "palm.left", "2", seen=1)
    post(browser, "locate:pain", here, {"seen": 2, "remove": "palm.left"})
    newest = PainDrawing.objects.order_by("-number")[0]
    assert [area["region"] for area in newest.areas] == ["shoulder_superior"]


@pytest.mark.control("C-065")
def test_no_ranking_before_the_warning_signs_were_asked(here: Clinic, browser: Client) -> None:
    draw(browser, here)
    text = get(browser, "locate:visit", here).content.decode()
    assert "Upper trapezius" not in text.split('id="candidates"')[1]
    assert "warning signs come before" in text
    screened(here)
    text = get(browser, "locate:visit", here).content.decode()
    assert "Upper trapezius" in text.split('id="candidates"')[1]
    assert "Ranked by match, not by safety" in text
    assert "No clinician has reviewed" in text


@pytest.mark.control("C-065")
@pytest.mark.parametrize(
    "result",
    [
        {"disposition": "emergency", "ask": []},
        {"disposition": "proceed", "ask": [{"condition": "red_flag", "question": "?"}]},
    ],
)
def test_no_ranking_while_a_warning_sign_is_open(here: Clinic, browser: Client, result: dict[str, Any]) -> None:
    draw(browser, here)
    screened(here, result=result)
    text = get(browser, "locate:visit", here).content.decode()
    assert "Upper trapezius" not in text.split('id="candidates"')[1]


def test_hazard_tier_and_reason_stand_on_the_card(here: Clinic, browser: Client) -> None:
    screened(here)
    draw(browser, here)
    card = get(browser, "locate:visit", here).content.decode().split("Upper trapezius", 1)[1]
    for words in ("Tier C: extra training", "apex of pleura/lung", "painful area", "PINCER"):
        assert words in card, words
    assert "prompts for trained therapists, not instructions" in card


@pytest.mark.control("C-061")
def test_locked_muscles_stand_last_without_a_way_to_add_them(here: Clinic, browser: Client) -> None:
    screened(here, arm_restriction("left"))
    draw(browser, here, "forearm_dorsal.left")
    text = get(browser, "locate:visit", here, "?all=1").content.decode()
    cards = text.split('id="candidates"')[1].split('<li class="card cand')[1:]
    locked = [" locked" in card.partition(">")[0] for card in cards]
    assert any(locked)
    assert locked == sorted(locked)
    for card, is_locked in zip(cards, locked, strict=True):
        assert ('name="add"' in card) is not is_locked
        assert ("Lymph swelling in this arm." in card) is is_locked
    refused = post(browser, "locate:choose", here, {"seen": 0, "add": "biceps_brachii.left"})
    assert refused.status_code == 409
    assert "Lymph swelling in this arm." in refused.content.decode()
    assert not Choice.objects.exists()


def test_palpation_re_ranks_and_bad_input_keeps_what_was_said(here: Clinic, browser: Client) -> None:
    screened(here)
    draw(browser, here)
    half = post(browser, "locate:press", here, {"muscle": "upper_trapezius.right", "tenderness": "2"})
    assert half.status_code == 422
    text = half.content.decode()
    assert "Say whether pressing brought on the familiar pain." in text
    assert 'value="2" ' in text.split('name="tenderness"', 1)[1]
    assert "checked" in text.split('id="id_tenderness_2"')[1].split(">")[0]
    assert not Palpation.objects.exists()
    assert post(browser, "locate:press", here, PRESSED).status_code == 302
    assert "Pressing it brings on the familiar pain." in get(browser, "locate:visit", here).content.decode()


def test_choosing_ordering_and_taking_out(here: Clinic, browser: Client) -> None:
    screened(here)
    for number, muscle in enumerate(("soleus.left", "infraspinatus.right")):
        assert post(browser, "locate:choose", here, {"seen": number, "add": muscle}).status_code == 302
    post(browser, "locate:choose", here, {"seen": 2, "up": "infraspinatus.right"})
    newest = Choice.objects.order_by("-number")[0]
    assert [one["muscle"] for one in newest.muscles] == ["infraspinatus", "soleus"]
    post(browser, "locate:choose", here, {"seen": 3, "remove": "soleus.left"})
    page = get(browser, "locate:visit", here).content.decode()
    assert "Ask for consent" in page, "the one next step while nothing is signed"
    assert page.count('class="btn p') == 1


@pytest.mark.parametrize(
    ("route", "data"),
    [
        ("locate:pain", {"seen": "0", "site": "palm.left", "intensity": "3"}),
        ("locate:choose", {"seen": "0", "add": "soleus.left"}),
    ],
)
def test_who_comes_second_is_told(here: Clinic, browser: Client, route: str, data: dict[str, str]) -> None:
    screened(here)
    assert post(browser, route, here, data).status_code == 302
    told = post(browser, route, here, {**data, "site": "heel.left", "add": "masseter.left"})
    assert told.status_code == 409
    assert "Somebody else has just changed" in told.content.decode()


def test_owner_and_auditor_read_without_forms(here: Clinic) -> None:
    screened(here)
    text = get(signed_in("auditor"), "locate:visit", here).content.decode()
    assert "/locate/pain/" not in text
    assert "/locate/choose/" not in text


def test_a_tap_after_signing_out_leads_to_the_sign_in_and_back(here: Clinic) -> None:
    headers = {"HX-Request": "true", "HX-Current-URL": f"http://testserver/visits/{here.visit}/locate/?all=1"}
    answer = Client().post(f"/visits/{here.visit}/locate/pain/", {}, headers=headers)
    assert answer.status_code == 204
    assert answer.headers["HX-Redirect"] == f"/account/login/?next=/visits/{here.visit}/locate/"


WORD = st.one_of(
    st.text(max_size=12),
    st.sampled_from(["palm.left", "soleus.left", "yes", "3", "-1", "99999999999999999999", "²", "\x00", "."]),
)
FIELDS = ["seen", "site", "intensity", "remove", "muscle", "side", "add", "up", "tenderness", "twitch", "ask"]


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.dictionaries(st.sampled_from(FIELDS), WORD, max_size=6))
def test_garbage_never_breaks_a_page(here: Clinic, browser: Client, data: dict[str, str]) -> None:
    for route in ("locate:pain", "locate:press", "locate:choose"):
        assert post(browser, route, here, data).status_code in (302, 409, 422)
    assert browser.get(f"/visits/{here.visit}/locate/", data).status_code == 200
