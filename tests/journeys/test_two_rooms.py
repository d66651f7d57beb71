"""Two patients in two rooms, a faint in one, a hand-over, an unequal count and an incident: by tapping alone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Page, expect

from filiform.record.models import FollowUp, Session
from tests.journeys import ledger_room as room
from tests.journeys import live, two_rooms
from tests.pages import walk

if TYPE_CHECKING:
    from playwright.sync_api import Browser


@pytest.fixture
def rooms(real_db: None) -> two_rooms.TwoRooms:
    return two_rooms.make(walk.began())


@pytest.fixture
def server(rooms: two_rooms.TwoRooms) -> Iterator[room.Server]:
    running = room.Server()
    running.start()
    yield running
    running.stop()


def strip(page: Page, room_name: str, needles: int) -> None:
    line = page.get_by_role("navigation", name="Open sessions").get_by_role("link").filter(has_text=room_name)
    expect(line.get_by_label(re.compile(rf"^{needles} needles? in$"))).to_be_visible()


def close(page: Page) -> None:
    expect(page.locator("#close-now")).to_be_enabled()
    page.click("#close-now")
    page.wait_for_url(re.compile("/evaluate/$"))


def chest(page: Page) -> None:
    """Breathing and chest pain are asked before anybody counts."""
    for question in ("breathless", "chest_pain"):
        page.click(f"[data-field={question}][data-value=no]")
    expect(page.locator("#c-chest")).to_be_hidden()


def check_faint(page: Page) -> None:
    """ALL OUT by one tap on the first sheet, the fixed steps, how it ended; nothing goes in before a count."""
    page.click("#problem-button")
    live.picture(page, "problem")
    page.click("#all-out")
    live.shows(page, 0)
    for step in ("laid_flat", "legs_raised", "pulse_and_breathing"):
        page.click(f".trouble:not([hidden]) [data-value={step}]")
        expect(page.locator(f".trouble:not([hidden]) [data-value={step}]")).to_have_attribute("aria-pressed", "true")
    live.picture(page, "faint")
    page.click(".trouble:not([hidden]) [data-value=settled]")
    expect(page.locator("#kinds")).to_be_visible()
    page.locator("#problem [data-do=shut]").click()
    expect(page.locator("#needle-in")).to_be_disabled()
    expect(page.locator("#why-not")).to_contain_text("count again before another needle")


def count_and_close(page: Page, needles: int) -> None:
    page.click("#close-button")
    if page.locator("#c-chest").is_visible():
        live.picture(page, "chest")
        chest(page)
    page.locator("#c-count [data-do=recount]").click()
    live.picture(page, "number")
    live.number(page, needles)
    expect(page.locator("#verdict")).to_be_visible()


@pytest.mark.control("C-241")
@pytest.mark.control("C-242")
@pytest.mark.control("C-243")
def test_two_rooms_a_faint_a_hand_over_an_unequal_count_and_an_incident(
    rooms: two_rooms.TwoRooms, server: room.Server, browser: Browser
) -> None:
    with live.page_of(browser, server) as page:
        live.open_page(page, server, rooms.one)
        live.put_in(page, 3)
        page.get_by_role("navigation", name="Open sessions").get_by_role("link").filter(has_text="Room 2").click()
        expect(page.locator("#starting")).to_have_count(0)
        expect(page.locator(".session-who")).to_contain_text("Ola Lindqvist")
        expect(page.locator(".session-who")).to_contain_text("30 Jul 1990")
        live.put_in(page, 2)
        strip(page, "Room 1", 3)
        strip(page, "Room 2", 2)
        check_faint(page)
        count_and_close(page, 8)
        close(page)
        live.open_page(page, server, rooms.one)
        hand_over(page)
        expect(page.get_by_role("navigation", name="Open sessions")).to_have_count(0)
    take_over(rooms, server, browser)
    assert Session.objects.filter(closed_at__isnull=False).count() == 2
    kinds = [event["kind"] for event in live.stored(rooms.one)]
    assert "missing" in kinds and kinds.count("searched") == 5 and kinds.count("hand_over") == 1
    faint = [event["kind"] for event in live.stored(rooms.two)]
    assert faint.index("all_out") < faint.index("problem") and faint.count("step") == 4
    assert FollowUp.objects.filter(visit_id=rooms.two.visit).exists()


def hand_over(page: Page) -> None:
    page.click("[data-open=more]")
    page.get_by_role("button", name=two_rooms.COLLEAGUE).click()
    live.picture(page, "hand-over")
    with page.expect_response("**/events/"):  # what the next page shows is what the server has
        live.number(page, 3)
    expect(page.locator("#said")).to_contain_text("Handed over; 3 needles in")
    page.goto(page.url.rpartition("/visits/")[0] + "/today/")
    rooms = page.get_by_role("navigation", name="Open sessions").get_by_role("link")
    expect(rooms.filter(has_text="Room 1"), "she has handed it over").to_have_count(0)


def take_over(rooms: two_rooms.TwoRooms, server: room.Server, browser: Browser) -> None:
    """The colleague sees the room, takes all out, finds one needle too few, looks everywhere, files an incident."""
    with live.page_of(browser, server, two_rooms.USERNAME) as page:
        page.goto(f"{server.home}/today/")
        strip(page, "Room 1", 3)
        live.open_page(page, server, rooms.one)
        for n in (1, 2, 3):
            live.out(page, n)
        live.shows(page, 0)
        count_and_close(page, 7)
        expect(page.locator("#verdict")).to_contain_text("1 not accounted for")
        expect(page.locator("#c-close")).to_be_hidden()
        live.picture(page, "unequal")
        for place in ("skin", "hair", "clothing", "table", "floor"):
            page.click(f"[data-do=searched][data-value={place}]")
            expect(page.locator(f"[data-do=searched][data-value={place}]")).to_have_attribute("aria-pressed", "true")
        page.fill("#incident textarea", "The owner was told; the patient knows.")
        page.locator("#incident button").click()
        page.locator("#c-search [data-do=recount]").click()
        live.number(page, 7)
        expect(page.locator("#verdict")).to_contain_text("The count is right")
        live.picture(page, "equal")
        close(page)
