"""The locate page: read back in words, ranked by match, locked ones last, every change kept or told."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from filiform.record.models import Choice, PainDrawing, Palpation, PalpationPlace
from tests import clinic
from tests.clinic import Clinic
from tests.pages.visiting import check_people, get, post, signed_in
from tests.record.test_locate import NO_WARNING_SIGN, arm_restriction, screened

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


PRESSED = {"muscle": "upper_trapezius.right", "point": "1", "finding": "familiar_pain:yes"}
PLACED = {"muscle": "upper_trapezius.right", "point": "1", "view": "back", "x": "40", "y": "140"}


def text_of(answer: Any) -> str:
    """The page's words and tags with single spaces."""
    return " ".join(answer.content.decode().split())


def candidates(text: str) -> str:
    """The part of the page with the ranking."""
    return text.split('id="candidates"')[1].split("</section>\n</div>")[0]


def test_people(here: Clinic) -> None:
    clinic.make("Birch")
    screened(here)
    seen = iter(range(100))
    check_people("locate:visit", here, 200, None, READERS)
    drawing = {"site": "palm.left", "intensity": "3"}
    check_people("locate:pain", here, 302, lambda: {**drawing, "seen": PainDrawing.objects.count()}, {"therapist"})
    check_people("locate:press", here, 302, lambda: PRESSED, {"therapist"})
    check_people("locate:place", here, 302, lambda: PLACED, {"therapist"})
    check_people("locate:take_back", here, 302, lambda: PRESSED, {"therapist"})
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
    for name in ("pain", "press", "place", "take-back", "choose"):
        assert browser.get(f"/visits/{here.visit}/locate/{name}/").status_code == 405


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
    text = text_of(get(browser, "locate:visit", here, "?muscle=upper_trapezius.right"))
    assert "Upper trapezius" not in text
    assert "warning signs come before" in text
    screened(here)
    text = text_of(get(browser, "locate:visit", here))
    assert "Upper trapezius" in candidates(text)
    assert "Ranked by match, not by safety" in text
    assert "No fixed referral should be expected" in text
    assert "No clinician has reviewed" in text
    assert "Schematic, not reviewed by a clinician" in text


HEART = "forearm_ulnar.left"  # pain there can come from the heart: asked by flags_chest


def answered(**said: str) -> list[dict[str, str]]:
    return [{**one, "said": said.get(one["question"], one["said"])} for one in NO_WARNING_SIGN]


@pytest.mark.control("C-234")
@pytest.mark.parametrize(
    ("answers", "cleared", "ranked"),
    [
        ([], True, False),
        ([one for one in NO_WARNING_SIGN if one["question"] != "flags_chest"], True, False),
        (answered(flags_chest="unsure"), True, False),
        (answered(flags_chest=""), True, False),
        (answered(flags_chest="yes"), False, False),
        (answered(flags_chest="yes"), True, True),  # a doctor has answered: shown, with the warning
        (answered(), True, True),
    ],
)
def test_what_the_drawing_can_mimic_is_asked_before_any_ranking(
    here: Clinic, browser: Client, answers: list[dict[str, str]], cleared: bool, ranked: bool
) -> None:
    screened(here, answers=answers, result={"disposition": "region_excluded" if cleared else "consult_first"})
    draw(browser, here, HEART)
    text = text_of(get(browser, "locate:visit", here, "?muscle=flexor_carpi_ulnaris.left"))
    assert ("Ranked by match" in text) is ranked
    assert ("Press next" in text) is ranked
    assert ('class="m chosen"' in text) is ranked
    assert "Pain of chest or arm can come from the heart" in text, "the question itself is on the page, either way"
    assert "Go to the screening" in text or ranked


@pytest.mark.control("C-234")
def test_negative_control_without_the_question_the_ranking_comes(
    here: Clinic, browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("filiform.record.reads.locate._flags", lambda *_: ())
    screened(here, answers=[])
    draw(browser, here, HEART)
    assert "Ranked by match" in text_of(get(browser, "locate:visit", here))


@pytest.mark.control("C-234")
def test_a_drawing_that_mimics_nothing_asks_nothing(here: Clinic, browser: Client) -> None:
    screened(here, answers=[])
    draw(browser, here, "scapula_body.right")
    text = text_of(get(browser, "locate:visit", here))
    assert "Ranked by match" in text and "warning sign" not in text


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
    text = text_of(get(browser, "locate:visit", here))
    assert "Upper trapezius" not in candidates(text)


def test_hazard_tier_and_reason_stand_on_the_card(here: Clinic, browser: Client) -> None:
    screened(here)
    draw(browser, here)
    text = text_of(get(browser, "locate:visit", here))
    card = candidates(text).split('class="cands"')[1].split("Upper trapezius", 1)[1].split("</li>")[0]
    for words in ("Tier C: extra training", "apex of pleura/lung", "painful area"):
        assert words in card, words
    assert "prompts for trained therapists, not instructions" in text
    opened = text_of(get(browser, "locate:visit", here, "?muscle=upper_trapezius.right"))
    panel = opened.split('id="press"')[1].split("</section>")[0]
    for words in ("Tier C: extra training", "apex of pleura/lung", "PINCER", "Drawn across it:", "lung"):
        assert words in panel, words


@pytest.mark.control("C-061")
def test_locked_muscles_stand_last_without_a_way_to_add_them(here: Clinic, browser: Client) -> None:
    screened(here, arm_restriction("left"))
    draw(browser, here, "forearm_dorsal.left")
    text = get(browser, "locate:visit", here, "?all=1").content.decode()
    cards = (
        text.split('id="candidates"')[1]
        .split("</ol>")[1 if "Press next" in text else 0]
        .split('<li class="card cand')[1:]
    )
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


def test_each_finding_is_saved_by_itself_and_re_ranks(here: Clinic, browser: Client) -> None:
    screened(here)
    draw(browser, here)
    for number, finding in enumerate(("familiar_pain:yes", "tenderness:3", "taut_band:yes", "twitch:no"), 1):
        assert post(browser, "locate:press", here, {**PRESSED, "finding": finding}).status_code == 302
        assert Palpation.objects.count() == number
    text = text_of(get(browser, "locate:visit", here, "?muscle=upper_trapezius.right"))
    assert "Pressing it brings on the familiar pain." in text
    pressed = re.findall(r'value="([\w:]+)" aria-pressed="true"', text)
    assert pressed == ["familiar_pain:yes", "tenderness:3", "taut_band:yes", "twitch:no"]
    assert "If the hand counted less, or more" in text
    assert 'class="mark found"' in text


def test_nothing_is_preset(here: Clinic, browser: Client) -> None:
    screened(here)
    text = text_of(get(browser, "locate:visit", here, "?muscle=soleus.left"))
    panel = text.split('id="findings"')[1].split('id="press-more"')[0]
    assert panel.count('aria-pressed="false"') == 10
    assert 'aria-pressed="true"' not in panel
    assert "If the hand counted less" not in text


@pytest.mark.control("C-232")
@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"finding": ["familiar_pain:yes", "familiar_pain:no"]}, "was said in two ways at once"),
        ({"finding": "tenderness:9"}, "Tenderness is 0 or 1 or 2 or 3"),
        ({"finding": "mood:yes"}, "is no finding of palpation"),
        ({"finding": ""}, "is no finding of palpation"),
        ({}, "Say what was found."),
        ({"finding": "twitch:no", "point": "5"}, "neither one of them nor the next"),
        ({"finding": "twitch:no", "muscle": "wing.left"}, "There is no muscle"),
        ({"finding": "twitch:no", "muscle": "soleus.midline"}, "on the left or on the right"),
    ],
)
def test_wrong_palpation_is_named_on_the_page_and_nothing_is_kept(
    here: Clinic, browser: Client, data: dict[str, Any], words: str
) -> None:
    screened(here)
    answer = post(browser, "locate:press", here, {"muscle": "soleus.left", "point": "1", **data})
    assert answer.status_code == 409
    assert words in text_of(answer).split('role="alert"')[1].split("</div>")[0]
    assert not Palpation.objects.exists()


@pytest.mark.control("C-233")
def test_a_point_is_moved_on_its_muscle_and_refused_beside_it(here: Clinic, browser: Client) -> None:
    screened(here)
    draw(browser, here)
    assert post(browser, "locate:place", here, PLACED).status_code == 302
    assert 'transform="translate(40 140)' in text_of(
        get(browser, "locate:visit", here, "?muscle=upper_trapezius.right")
    )
    refused = post(browser, "locate:place", here, {**PLACED, "x": "-40"})
    assert refused.status_code == 409
    assert "That place is not on Upper trapezius, right." in text_of(refused)
    moved = post(browser, "locate:place", here, {**PLACED, "x": "", "y": "", "spot": "44 140"})
    assert moved.status_code == 302
    newest = PalpationPlace.objects.order_by("-recorded_at")[0]
    assert (float(newest.x), float(newest.y)) == (44, 140)


def test_taking_a_point_back(here: Clinic, browser: Client) -> None:
    screened(here)
    post(browser, "locate:press", here, PRESSED)
    assert 'class="mark found"' in text_of(get(browser, "locate:visit", here, "?muscle=upper_trapezius.right"))
    assert post(browser, "locate:take_back", here, PRESSED).status_code == 302
    assert 'class="mark found"' not in text_of(get(browser, "locate:visit", here, "?muscle=upper_trapezius.right"))
    assert post(browser, "locate:take_back", here, PRESSED).status_code == 404


def test_what_is_looked_at_stays_through_a_change(here: Clinic, browser: Client) -> None:
    screened(here)
    draw(browser, here)
    state = "?muscle=upper_trapezius.right&view=back&depth=deep&whole=1"
    url = reverse("locate:press", args=[here.visit]) + state
    assert browser.post(url, PRESSED).headers["Location"].endswith(f"/locate/{state}")
    answer = browser.post(url, PRESSED, headers={"HX-Request": "true"})
    assert answer.status_code == 200, "with htmx the page comes back at once"
    assert answer.headers["HX-Replace-Url"].endswith(f"/locate/{state}")
    text = text_of(answer)
    assert "<html" not in text and "no-store" in answer.headers["Cache-Control"], "only the parts, and never kept"
    whole = text_of(browser.get(answer.headers["HX-Replace-Url"]))
    for part in ("refused", "drawn", "chosen", "map", "press", "press-tags", "press-more", "candidates"):
        assert text.count(f'id="{part}"') == whole.count(f'id="{part}"') == 1, part
    assert f'action="{reverse("locate:press", args=[here.visit])}{state.replace("&", "&amp;")}"' in text


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
FIELDS = ["seen", "site", "intensity", "remove", "muscle", "side", "add", "up", "finding", "point", "ask"]
FIELDS += ["view", "depth", "whole", "all", "x", "y", "spot"]


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.dictionaries(st.sampled_from(FIELDS), WORD, max_size=6))
def test_garbage_never_breaks_a_page(here: Clinic, browser: Client, data: dict[str, str]) -> None:
    for route in ("locate:pain", "locate:press", "locate:place", "locate:take_back", "locate:choose"):
        assert post(browser, route, here, data).status_code in (302, 404, 409)
    assert browser.get(f"/visits/{here.visit}/locate/", data).status_code == 200
