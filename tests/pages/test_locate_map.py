"""The locate page's map, what it suggests to press, sets, and what remains unexplained."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse

from filiform.clinical.figure import View
from filiform.knowledge import book
from filiform.pages.locate import shown
from tests.clinic import Clinic
from tests.pages.test_locate import browser, draw, here, text_of
from tests.pages.visiting import get, post
from tests.record.test_locate import arm_restriction, screened

pytestmark = pytest.mark.django_db
__all__ = ["browser", "here"]  # the fixtures of the page


# ---- the map


@pytest.mark.parametrize("view", list(View))
def test_every_view_can_be_opened_and_keeps_the_budgets(here: Clinic, browser: Client, view: View) -> None:
    screened(here)
    draw(browser, here)
    for more in ("", "&whole=1", "&depth=deep", "&muscle=soleus.left", "&muscle=masseter.right&all=1"):
        text = text_of(get(browser, "locate:visit", here, f"?view={view.value}{more}"))
        assert f'<svg class="bodymap {view.value}"' in text


def test_a_chosen_muscle_opens_the_view_that_shows_it(here: Clinic, browser: Client) -> None:
    screened(here)
    for muscle in book().muscles:
        for side in ("left", "right"):
            text = browser.get(reverse("locate:visit", args=[here.visit]) + f"?muscle={muscle}.{side}").content.decode()
            assert 'class="m chosen"' in text, muscle


def test_the_map_shows_pain_referral_restrictions_and_ranks(here: Clinic, browser: Client) -> None:
    screened(here, arm_restriction("left"))
    draw(browser, here)
    text = text_of(get(browser, "locate:visit", here, "?muscle=upper_trapezius.right&whole=1&view=back"))
    picture = text.split('id="map"')[1].split("</section>")[0]
    for found in ('class="pain p3"', "referral main", 'class="restricted"', 'class="no"', "mark suggested", "loud"):
        assert found in picture, found
    assert "Do not needle this patient here" in picture
    assert text.count('<a class="pick"') > 40


# ---- what to press, sets, what remains


def test_what_to_press_next_in_plain_words_with_the_bits_small(here: Clinic, browser: Client) -> None:
    screened(here)
    draw(browser, here)
    text = text_of(get(browser, "locate:visit", here))
    following = text.split("Press next", 1)[1].split("</ol>")[0]
    assert re.search(r"tells (a lot|something|a little) <small[^>]*>0\.\d\d bits", following)
    href = re.findall(r'href="\?muscle=([\w.]+)', following)
    assert 1 <= len(href) <= 3
    post(browser, "locate:press", here, {"muscle": href[0], "point": "1", "finding": "familiar_pain:no"})
    after = text_of(get(browser, "locate:visit", here)).split("Press next", 1)[1].split("</ol>")[0]
    assert f"muscle={href[0]}" not in after, "what was pressed is not suggested again"


def test_little_left_to_learn_is_said(here: Clinic, browser: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    screened(here)
    draw(browser, here)
    monkeypatch.setattr("filiform.clinical.locate.answer._next", lambda *_: ())
    text = text_of(get(browser, "locate:visit", here))
    assert "Little is left to learn by pressing" in text and "Press next" not in text


def test_sets_and_what_remains(here: Clinic, browser: Client) -> None:
    screened(here)
    draw(browser, here)
    draw(browser, here, "teeth_upper.right", "3", seen=1)
    text = text_of(get(browser, "locate:visit", here))
    assert "Together they explain the drawing" in text
    assert "exactly these muscles" in text


@pytest.mark.parametrize(
    ("chance", "words"), [(0.0, "under 1 %"), (0.0099, "under 1 %"), (0.5, "50 %"), (0.99, "99 %"), (1.0, "over 99 %")]
)
def test_no_chance_is_nought_or_a_hundred(chance: float, words: str) -> None:
    assert shown.percent(chance) == words


def test_when_every_muscle_that_fits_is_locked_that_is_said(here: Clinic, browser: Client) -> None:
    everywhere = [{**one, "target": region} for one in arm_restriction("left")[:1] for region in book().regions]
    screened(here, everywhere)
    draw(browser, here, "forearm_dorsal.left")
    text = text_of(get(browser, "locate:visit", here))
    assert "Every muscle that fits this drawing is locked" in text
    assert "Little is left to learn" not in text and "Press next" not in text
