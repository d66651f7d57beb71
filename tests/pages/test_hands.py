"""The three pages before the needle under somebody's hands: in place, turned round, without JavaScript, with axe."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from filiform.record.models import Choice, Consent, PainDrawing, Palpation, Screening
from tests import clinic
from tests.clinic import Clinic
from tests.pages.visiting import signed_in
from tests.record.test_locate import arm_restriction, screened
from tests.web.test_looks import opened, violations

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page
    from pytest_django.live_server_helper import LiveServer

STEPS = ("screen", "consent", "locate")


@pytest.fixture
def here(live_server: LiveServer) -> Clinic:
    return clinic.make()


@contextmanager
def therapist(browser: Browser, server: LiveServer, width: int, height: int, **options: object) -> Iterator[Page]:
    """A page in which the therapist is signed in."""
    with opened(browser, width, height, **options) as page:
        cookie = signed_in().cookies["sessionid"].value
        page.context.add_cookies([{"name": "sessionid", "value": cookie, "url": server.url}])
        yield page


@pytest.mark.parametrize(("width", "theme"), [(390, "light"), (1180, "dark")])
def test_no_axe_violation_and_nothing_sideways(
    browser: Browser, live_server: LiveServer, here: Clinic, width: int, theme: str
) -> None:
    screened(here, arm_restriction("left"))
    with therapist(browser, live_server, width, 820, color_scheme=theme) as page:
        for step in (*STEPS, "locate", "consent"):
            page.goto(f"{live_server.url}/visits/{here.visit}/{step}/?ask=palm.left&muscle=soleus.left")
            assert violations(page) == [], step
            assert page.evaluate("document.documentElement.scrollWidth") <= width, step


def test_locate_changes_in_place(browser: Browser, live_server: LiveServer, here: Clinic) -> None:
    screened(here)
    with therapist(browser, live_server, 1366, 900) as page:
        loads: list[str] = []
        page.on("load", lambda: loads.append(page.url))
        page.goto(f"{live_server.url}/visits/{here.visit}/locate/")
        page.get_by_label("Find a part of the body").fill("calf")
        assert page.locator(".bodylist li:visible").all_inner_texts() == ["calf\nL\nR"]
        page.get_by_label("left calf", exact=True).click()
        page.locator("#ask").get_by_role("button", name="8", exact=True).click()
        page.get_by_role("link", name="Press Gastrocnemius, left").click()
        for finding in ("familiar_pain:yes", "tenderness:3", "taut_band:yes", "twitch:no"):
            page.locator(f"#findings button[value='{finding}']").click()
        page.get_by_text("Pressing it brings on the familiar pain.").wait_for()
        page.get_by_text("Tender when pressed (3 of 3).").wait_for()
        page.get_by_role("button", name="Add to today Gastrocnemius, left").first.click()
        page.locator(".today li").wait_for()
        assert len(loads) == 1, "the page was loaded once; all the rest was swapped in"
        page.get_by_role("link", name="Ask for consent").click()
        page.get_by_role("heading", name="Areas for today").wait_for()
    assert (PainDrawing.objects.count(), Palpation.objects.count(), Choice.objects.count()) == (1, 4, 1)
    newest = Palpation.objects.order_by("-recorded_at")[0]
    assert (newest.familiar_pain, newest.tenderness, newest.taut_band, newest.twitch) == (True, 3, True, False)


def test_a_signature_survives_turning_the_tablet(browser: Browser, live_server: LiveServer, here: Clinic) -> None:
    with therapist(browser, live_server, 1180, 820) as page:
        page.goto(f"{live_server.url}/visits/{here.visit}/consent/")
        pad = page.locator("[data-signature] svg").first
        pad.scroll_into_view_if_needed()
        box = pad.bounding_box()
        assert box is not None
        page.mouse.move(box["x"] + 40, box["y"] + 40)
        page.mouse.down()
        page.mouse.move(box["x"] + 120, box["y"] + 80, steps=5)
        page.mouse.up()
        drawn = page.locator("input[name=strokes]").input_value()
        assert drawn.startswith("M")
        page.set_viewport_size({"width": 820, "height": 1180})
        assert pad.locator("path").first.get_attribute("d") == drawn
        page.get_by_label("Find a part of the body").fill("side of the neck")
        page.get_by_label("right side of the neck", exact=True).check()
        page.get_by_label("Full name, typed by the person who signs").fill("Maya Okafor")
        page.get_by_role("button", name="Sign the consent").click()
        page.get_by_role("img", name="Signature of Maya Okafor").wait_for()
        page.get_by_text("Withdraw the consent").click()
        page.get_by_role("button", name="Withdraw now").click()
        page.get_by_text("Consent withdrawn").wait_for()
    assert Consent.objects.get().signature == drawn


def test_all_three_steps_without_javascript(browser: Browser, live_server: LiveServer, here: Clinic) -> None:
    with therapist(browser, live_server, 390, 844, java_script_enabled=False) as page:
        page.goto(f"{live_server.url}/visits/{here.visit}/screen/")
        for answer in page.locator("fieldset.q").all():
            answer.locator("input[value=no]").first.check()
        page.locator("#q-willing input[value=yes]").check()
        page.get_by_role("button", name="Save the answers").click()
        page.get_by_text("Cleared for today").wait_for()
        page.goto(f"{live_server.url}/visits/{here.visit}/locate/")
        page.locator("summary", has_text="Lower leg").click()
        page.get_by_label("left calf", exact=True).click()
        page.locator("#ask").get_by_role("button", name="8", exact=True).click()
        page.get_by_role("button", name="Add to today Soleus, left").click()
        page.get_by_role("link", name="Ask for consent").click()
        page.get_by_label("Full name, typed by the person who signs").fill("Maya Okafor")
        page.get_by_role("button", name="Sign the consent").click()
        page.get_by_text("Signed for today").wait_for()
    assert Screening.objects.get().cleared
    assert {site["region"] for site in Consent.objects.get().sites} >= {"leg_posterior"}
