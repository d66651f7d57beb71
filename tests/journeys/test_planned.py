"""Planned on the locate page, shown by the live page, written by its event, changed in two taps, kept by a reload.

The negative control changes one line of the page's program and runs the same check, which must then fail.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Page, expect

from tests import clinic, steps
from tests.journeys import axe, live
from tests.journeys import ledger_room as room
from tests.pages import walk

if TYPE_CHECKING:
    from playwright.sync_api import Browser


@pytest.fixture
def one(real_db: None) -> steps.Visit:
    return steps.reach(clinic.make(now=walk.began()), "consented", walk.began())


@pytest.fixture
def server(one: steps.Visit) -> Iterator[room.Server]:
    running = room.Server()
    running.start()
    yield running
    running.stop()


def planned(one: steps.Visit, server: room.Server, page: Page, depth: str = "20", length: str = "40") -> None:
    """By hand on the locate page: the first muscle deep, 10 minutes, with a needle of its own size."""
    page.goto(f"{server.home}/visits/{one.visit}/locate/")
    first = page.locator("#chosen .today li").first
    expect(first).to_contain_text("How: not planned")
    first.locator("summary").click()
    for name, value in (("technique", "deep"), ("gauge_mm", "0.30"), ("length_mm", length)):
        first.locator(f"select[name={name}]").select_option(value)
    for name, value in (("depth_mm", depth), ("planned_minutes", "10")):
        first.locator(f"input[name={name}]:visible").fill(value)
    live.picture(page, "plan-form")
    first.get_by_role("button", name="Plan this").click()


def opened(one: steps.Visit, server: room.Server, page: Page) -> None:
    steps.on(one, "opened")
    live.with_a_pack(one)
    live.open_page(page, server, one)


def how(one: steps.Visit) -> list[tuple[object, ...]]:
    """Technique, depth and minutes of each needle that the server holds."""
    needles = [event for event in live.stored(one) if event["kind"] == "in"]
    return [tuple(event.get(key) for key in ("technique", "depth_mm", "planned_minutes")) for event in needles]


def test_the_plan_is_shown_written_changed_in_two_taps_and_kept(
    one: steps.Visit, server: room.Server, browser: Browser
) -> None:
    with live.page_of(browser, server) as page:
        planned(one, server, page)
        expect(page.locator("#chosen .today li").first).to_contain_text("How: Deep, 20 mm, 10 min, needle 0.30 × 40 mm")
        page.locator("#chosen").scroll_into_view_if_needed()
        live.picture(page, "plan-made")
        assert axe.violations(page) == []
        opened(one, server, page)
        now = page.locator("#technique-now")
        expect(now).to_have_text("Deep, 20 mm, 10 min")
        expect(page.locator("[data-target]:visible")).to_contain_text("Planned needle: 0.30 × 40 mm.")
        live.picture(page, "plan-live")
        page.set_viewport_size({"width": live.PHONE[0], "height": live.PHONE[1]})
        live.picture(page, "plan-live-phone")
        assert axe.sideways(page, 390) == []
        page.set_viewport_size({"width": live.TABLET[0], "height": live.TABLET[1]})
        page.click("#needle-in")
        live.shows(page, 1)
        page.click("[data-open=technique]")
        expect(page.locator("[data-do=set][aria-pressed=true]")).to_have_text(["Deep", "20", "10"])
        live.picture(page, "plan-sheet")
        page.click("[data-field=depth_mm][data-value='15']")
        expect(now).to_have_text("Deep, 15 mm, 10 min")
        page.reload()  # before a needle went in with it
        expect(page.locator("#starting")).to_have_count(0)
        expect(now).to_have_text("Deep, 15 mm, 10 min")
        page.click("#needle-in")
        live.shows(page, 2)
        live.sent(page, 3, one)
        page.click("#next-muscle")
        expect(now).to_have_text("not set")
        page.wait_for_timeout(live.SLIP)
        page.click("#needle-in")
        live.shows(page, 3)
        live.sent(page, 4, one)
        page.evaluate("sessionStorage.clear()")  # the device was killed, or it is another one
        live.open_page(page, server, one)
        expect(now).to_have_text("Deep, 15 mm, 10 min")
    assert how(one) == [("deep", 20, 10), ("deep", 15, 10), (None, None, None)]


def test_set_nothing_stays_nothing_over_the_plan(one: steps.Visit, server: room.Server, browser: Browser) -> None:
    with live.page_of(browser, server) as page:
        planned(one, server, page)
        expect(page.locator("#chosen .today li").first).to_contain_text("How: Deep")
        opened(one, server, page)
        page.click("[data-open=technique]")
        live.tap(page, "Set nothing")
        expect(page.locator("#technique-now")).to_have_text("not set")
        page.reload()
        expect(page.locator("#starting")).to_have_count(0)
        expect(page.locator("#technique-now")).to_have_text("not set")


def test_on_a_phone_the_session_before_is_taken_up_in_one_tap(real_db: None, browser: Browser) -> None:
    began = walk.began()
    first = steps.reach(clinic.make(now=began), "opened", began)
    live.with_a_pack(first)
    name = f"{first.session.hex}-n1"
    how = {"technique": "deep", "depth_mm": 20, "planned_minutes": 10}
    into = {"muscle": steps.MUSCLES[0], "side": "right", "pack": f"{first.session.hex}-pack"}
    steps.add(first, steps.event(first, "n1", "in", **into, **how))
    steps.add(first, steps.event(first, "out", "out", needle=name), steps.chest(first))
    steps.count(first, 8)
    steps.closed(first)
    later = first.at + timedelta(hours=2)
    second = steps.reach(clinic.another_visit(first.here, later), "located", later)
    running = room.Server()
    running.start()
    with live.page_of(browser, running, size=live.PHONE) as page:
        page.goto(f"{running.home}/visits/{second.visit}/locate/")
        line = page.locator("#chosen .today li").first
        line.scroll_into_view_if_needed()
        live.picture(page, "plan-phone-offer")
        assert axe.sideways(page, 390) == [] and axe.violations(page) == []
        page.get_by_role("button", name=f"As on {began:%-d %b %Y}: Deep, 20 mm, 10 min, needle 0.30 × 40 mm").click()
        expect(line).to_contain_text("How: Deep, 20 mm, 10 min, needle 0.30 × 40 mm")
        live.picture(page, "plan-phone-made")
    running.stop()


# ---- never in to the handle


def check_too_deep(one: steps.Visit, server: room.Server, page: Page) -> None:
    """Planned for a needle of 60 mm; the pack at hand has 40: nothing goes in until one of them is changed."""
    live.open_page(page, server, one)
    expect(page.locator("#technique-now")).to_have_text("Deep, 45 mm, 10 min")
    expect(page.locator("#needle-in")).to_be_disabled()
    expect(page.locator("#why-not")).to_contain_text("45 mm is set, and the needle of the open pack is 40 mm long")
    live.picture(page, "plan-too-deep")
    page.click("[data-open=technique]")
    page.click("[data-field=depth_mm][data-value='30']")
    page.click("#needle-in")
    live.shows(page, 1)
    live.sent(page, 2, one)
    assert how(one) == [("deep", 30, 10)]


@pytest.mark.control("C-267")
def test_a_planned_depth_that_the_needle_at_hand_does_not_have_lets_nothing_in(
    one: steps.Visit, server: room.Server, browser: Browser
) -> None:
    with live.page_of(browser, server) as page:
        planned(one, server, page, "45", "60")
        expect(page.locator("#chosen .today li").first).to_contain_text("How: Deep, 45 mm")
        opened(one, server, page)
        check_too_deep(one, server, page)


@pytest.mark.control("C-267")
def test_without_the_guard_it_goes_in_to_the_handle(one: steps.Visit, server: room.Server, browser: Browser) -> None:
    with live.page_of(browser, server) as page:
        planned(one, server, page, "45", "60")
        expect(page.locator("#chosen .today li").first).to_contain_text("How: Deep, 45 mm")
        opened(one, server, page)
        live.mistaken(page, "show.js", "if (n >= length) found.push", "if (false) found.push")
        live.fails(check_too_deep, one, server, page)
