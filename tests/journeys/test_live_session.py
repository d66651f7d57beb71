"""The live session by hand: what is one tap, what is refused, and what each guard of the page stops when it is there.

A negative control changes one line of the page's program and runs the same check, which must then fail.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Page, expect

from filiform.record.models import Session
from tests import clinic, steps
from tests.journeys import axe, driver, live
from tests.journeys import ledger_room as room
from tests.pages import walk

if TYPE_CHECKING:
    from playwright.sync_api import Browser


@pytest.fixture
def one(real_db: None) -> steps.Visit:
    return steps.reach(clinic.make(now=walk.began()), "opened", walk.began())


@pytest.fixture
def server(one: steps.Visit) -> Iterator[room.Server]:
    running = room.Server()
    running.start()
    yield running
    running.stop()


def test_in_twitch_out_and_undo_are_one_tap_each_and_reach_the_server(
    one: steps.Visit, server: room.Server, browser: Browser
) -> None:
    live.with_a_pack(one)
    with live.page_of(browser, server) as page:
        live.open_page(page, server, one)
        live.picture(page, "empty")
        page.click("#needle-in")
        live.shows(page, 1)
        page.click("#twitch")
        expect(page.locator("#needles")).to_contain_text("1 twitch")
        page.click("#next-muscle")
        expect(page.locator("#in-what")).to_contain_text("no. 2 · Levator scapulae")
        page.click("#needle-in")
        live.shows(page, 2)
        live.picture(page, "two-in")
        live.out(page, 1)
        live.shows(page, 1)
        live.tap(page, "Undo")
        live.shows(page, 2)
        expect(page.locator("#needles > li")).to_have_count(2)
        live.out(page, 2)
        live.shows(page, 1)
        live.sent(page, 7, one)
    assert live.kinds(one) == ["in", "in", "open_pack", "out", "out", "twitch", "undo"]


# ---- undo, and a finger that slips


def check_slips(one: steps.Visit, server: room.Server, page: Page) -> None:
    """Two presses within 400 ms, and a key held down, are one needle each; undo is there for eight seconds."""
    live.open_page(page, server, one)
    page.dblclick("#needle-in")
    page.wait_for_timeout(live.SLIP)
    live.shows(page, 1)
    page.focus("#needle-in")
    page.keyboard.down("Enter")
    for _ in range(5):
        page.wait_for_timeout(150)
        page.keyboard.down("Enter")
    page.keyboard.up("Enter")
    page.wait_for_timeout(300)
    live.shows(page, 2)
    expect(page.locator("#undo")).to_be_visible()
    page.locator("#undo button").click()
    live.shows(page, 1)


@pytest.mark.control("C-244")
def test_a_slip_of_the_finger_is_one_needle_and_can_be_taken_back(
    one: steps.Visit, server: room.Server, browser: Browser
) -> None:
    live.with_a_pack(one)
    with live.page_of(browser, server) as page:
        check_slips(one, server, page)
        page.wait_for_timeout(8300)
        expect(page.locator("#undo")).to_be_hidden()


@pytest.mark.control("C-244")
@pytest.mark.parametrize(
    ("says", "instead"),
    [
        ("const SLIP = 400;", "const SLIP = 0;"),
        ("event.repeat && ", "false && "),
        ('await act(say("undone"), ids.map', 'await act(say("undone"), [].map'),
    ],
)
def test_without_its_guards_a_slip_is_two_needles(
    one: steps.Visit, server: room.Server, browser: Browser, says: str, instead: str
) -> None:
    live.with_a_pack(one)
    with live.page_of(browser, server) as page:
        live.mistaken(page, "live.js", says, instead)
        live.fails(check_slips, one, server, page)


# ---- the server is away


def check_away(one: steps.Visit, server: room.Server, page: Page) -> None:
    """The server goes: taps are shown, said to be waiting, counted; it closes when the server has them all."""
    live.open_page(page, server, one)
    page.wait_for_timeout(1000)  # the maps of the other muscles are fetched after the start
    server.stop()
    live.put_in(page, 2)
    expect(page.locator("#alerts")).to_contain_text("2 events are safe on this device")
    page.click("#next-muscle")
    expect(page.locator("#map .mark.in")).to_have_count(2)
    live.picture(page, "away")
    live.out(page, 1)
    live.out(page, 2)
    live.shows(page, 0)
    page.click("#close-button")
    page.click("[data-field=breathless][data-value=no]")
    page.click("[data-field=chest_pain][data-value=no]")
    page.locator("#c-count [data-do=recount]").click()
    live.number(page, 8)
    expect(page.locator("#verdict")).to_contain_text("The count is right")
    expect(page.locator("#close-now")).to_be_disabled()
    expect(page.locator("#unsent")).to_contain_text("6 events are not sent yet")
    server.start()
    page.evaluate("dispatchEvent(new Event('online'))")
    live.sent(page, 7, one)


@pytest.mark.control("C-246")
def test_with_the_server_away_taps_are_shown_kept_and_said_to_be_waiting_and_arrive_later(
    one: steps.Visit, server: room.Server, browser: Browser
) -> None:
    live.with_a_pack(one)
    with live.page_of(browser, server) as page:
        check_away(one, server, page)
        expect(page.locator("#close-now")).to_be_enabled(timeout=40_000)
        page.click("#close-now")
        page.wait_for_url(re.compile("/evaluate/$"))
    assert Session.objects.get(pk=one.session).closed_at is not None


# ---- by the hand of the journeys, by keyboard, and looked at by axe


def test_a_pack_is_opened_from_its_label_and_the_count_closes_in_three_taps(
    one: steps.Visit, server: room.Server, browser: Browser
) -> None:
    with live.page_of(browser, server) as page:
        live.open_page(page, server, one)
        hand = driver.Hand(page, server.home, "live")
        expect(page.locator("#why-not")).to_contain_text("Open a pack first")
        with pytest.raises(AssertionError):  # past its last day
            driver.open_pack(hand, 10, "LOT-OLD", f"{walk.began().year - 1}-01-31")
        expect(page.locator("#alerts")).to_contain_text("put the pack away")
        driver.open_pack(hand, 10, "LOT-77", f"{walk.began().year + 1}-01-31")
        driver.needle_in(hand, "Upper trapezius", 1)
        driver.needle_out(hand, 1)
        live.shows(page, 0)
        page.click("#close-button")
        driver.ask_chest(hand)
        driver.count(hand, 10)
        expect(page.locator("#close-now")).to_be_enabled()
        hand.press("Close the session")
        page.wait_for_url(re.compile("/evaluate/$"))
    assert live.kinds(one) == ["chest_check", "count", "in", "open_pack", "out"]


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_axe_finds_nothing_and_every_sheet_is_reached_by_keyboard(
    one: steps.Visit, server: room.Server, browser: Browser, theme: str
) -> None:
    live.with_a_pack(one)
    with live.page_of(browser, server, reduced_motion="reduce") as page:
        page.context.add_cookies([{"name": "session_theme", "value": theme, "url": server.home}])
        live.open_page(page, server, one)
        live.put_in(page, 2)
        faults = {"page": axe.violations(page) + axe.sideways(page, live.TABLET[0])}
        live.picture(page, f"{theme}-two")
        for name in ("problem", "technique", "estim", "turn", "pack", "muscles", "more"):
            opener = page.locator(f"[data-open={name}]:visible").first
            opener.focus()
            page.keyboard.press("Enter")
            expect(page.locator(f"#{name}")).to_be_visible()
            faults[name] = axe.violations(page)
            live.picture(page, f"{theme}-{name}")
            page.keyboard.press("Escape")
            expect(page.locator(f"#{name}")).to_be_hidden()
            page.wait_for_timeout(live.SLIP)
        assert {name: found for name, found in faults.items() if found} == {}


@pytest.mark.parametrize("look", ["portrait", "phone", "left", "full"])
def test_it_fits_upright_on_a_phone_and_for_the_left_hand(
    one: steps.Visit, server: room.Server, browser: Browser, look: str
) -> None:
    live.with_a_pack(one)
    size = {"portrait": live.UPRIGHT, "phone": live.PHONE}.get(look, live.TABLET)
    with live.page_of(browser, server, size=size) as page:
        live.open_page(page, server, one)
        live.put_in(page, 8 if look == "full" else 2)
        if look == "left":
            page.click("[data-open=more]")
            page.click("#hand-button")
            page.locator("#more [data-do=shut]").click()
            page.reload()
            expect(page.locator("#starting")).to_have_count(0)
            needles, muscle = page.locator(".count-pane").bounding_box(), page.locator(".map-pane").bounding_box()
            assert needles and muscle and needles["x"] < muscle["x"], "mirrored, and remembered by this device"
        live.picture(page, look)
        assert axe.sideways(page, size[0]) == []
        assert smallest(page) == []


def smallest(page: Page) -> list[str]:
    """Buttons and links of the session that a gloved finger would miss: below 72 px, the primary below 104."""
    found: list[str] = page.evaluate("""() =>
      [...document.querySelectorAll('#live button, .session-bar :is(a, button)')]
      .filter(one => one.checkVisibility() && !one.closest('dialog'))
      .filter(one => one.getBoundingClientRect().height < (one.id === 'needle-in' ? 104 : 72) - .5)
      .map(one => `${one.id || one.textContent.trim()}: ${one.getBoundingClientRect().height}`)""")
    return found


@pytest.mark.parametrize("width", [683, 320])
def test_at_200_percent_and_320_px_nothing_scrolls_sideways_and_tab_reaches_all_in_order(
    one: steps.Visit, server: room.Server, browser: Browser, width: int
) -> None:
    live.with_a_pack(one)
    with live.page_of(browser, server, size=(width, 700), reduced_motion="reduce") as page:
        live.open_page(page, server, one)
        live.put_in(page, 1)
        live.sent(page, 2, one)
        live.open_page(page, server, one)
        live.shows(page, 1)
        assert axe.sideways(page, width) == []
        assert axe.violations(page, axe.LOOKS) == []
        assert axe.tabbing(page) == []
