"""The sheets of the live session: technique, stimulation, turning over, one needle's own sheet, chest symptoms."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Page, expect

from filiform.pages.needle import live as page_of_session
from tests import clinic, steps
from tests.journeys import ledger_room as room
from tests.journeys import live
from tests.pages import walk

if TYPE_CHECKING:
    from playwright.sync_api import Browser


@pytest.fixture
def one(real_db: None) -> steps.Visit:
    found = steps.reach(clinic.make(now=walk.began()), "opened", walk.began())
    live.with_a_pack(found, length_mm=30)
    return found


@pytest.fixture
def server(one: steps.Visit) -> Iterator[room.Server]:
    running = room.Server()
    running.start()
    yield running
    running.stop()


def test_technique_depth_and_time_are_two_taps_each_and_hold_for_the_muscle(
    one: steps.Visit, server: room.Server, browser: Browser
) -> None:
    with live.page_of(browser, server) as page:
        live.open_page(page, server, one)
        for field, value in (("technique", "deep"), ("depth_mm", "20"), ("planned_minutes", "1")):
            page.click("[data-open=technique]")
            expect(page.locator("[data-field=depth_mm][data-value='30']")).to_be_disabled()
            page.click(f"[data-do=set][data-field={field}][data-value='{value}']")
            expect(page.locator("#technique")).to_be_hidden()
            page.wait_for_timeout(live.SLIP)
        expect(page.locator("#technique-now")).to_have_text("Deep, 20 mm, 1 min")
        live.put_in(page, 1)
        page.reload()
        expect(page.locator("#technique-now")).to_have_text("Deep, 20 mm, 1 min")
        live.sent(page, 2, one)
    (needle,) = [event for event in live.stored(one) if event["kind"] == "in"]
    assert (needle["technique"], needle["depth_mm"], needle["planned_minutes"]) == ("deep", 20, 1)


def test_when_the_planned_time_is_over_the_row_says_so_quietly(
    one: steps.Visit, server: room.Server, browser: Browser
) -> None:
    with live.page_of(browser, server) as page:
        page.clock.install()
        live.open_page(page, server, one)
        page.click("[data-open=technique]")
        page.click("[data-do=set][data-field=planned_minutes][data-value='1']")
        page.click("#needle-in")
        live.shows(page, 1)
        page.clock.run_for(50_000)
        expect(page.locator("#needles .since")).not_to_contain_text("time is up")
        page.clock.run_for(11_000)
        expect(page.locator("#needles .since")).to_contain_text("time is up")
        live.picture(page, "due")


def start_estim(page: Page) -> None:
    page.click("[data-open=estim]:visible")
    page.click("[data-field=hz][data-value='2']")
    page.click("[data-field=minutes][data-value='10']")
    page.click("#estim-on")


@pytest.mark.control("C-248")
def test_stimulation_starts_through_the_needles_of_the_muscle_and_stops_with_one_tap(
    one: steps.Visit, server: room.Server, browser: Browser
) -> None:
    with live.page_of(browser, server) as page:
        live.open_page(page, server, one)
        live.put_in(page, 2)
        start_estim(page)
        expect(page.locator("#estim-off")).to_be_visible()
        live.picture(page, "estim-running")
        page.click("#estim-off")
        expect(page.locator("#estim-off")).to_be_hidden()
        live.sent(page, 5, one)
    on = next(event for event in live.stored(one) if event["kind"] == "estim_on")
    assert (on["hz"], on["minutes"], len(on["needles"])) == (2, 10, 2)


def check_barred(one: steps.Visit, server: room.Server, page: Page) -> None:
    live.open_page(page, server, one)
    page.click("[data-open=estim]:visible")
    expect(page.locator("#estim")).to_contain_text("No electrical stimulation for this patient. A pacemaker.")
    expect(page.locator("#estim-on")).to_have_count(0)


@pytest.mark.control("C-248")
def test_a_patient_who_must_not_be_stimulated_cannot_be(
    one: steps.Visit, server: room.Server, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page_of_session, "_no_estim", lambda head: "A pacemaker.")
    with live.page_of(browser, server) as page:
        check_barred(one, server, page)
    monkeypatch.undo()
    with live.page_of(browser, server) as page:
        live.fails(check_barred, one, server, page)


def test_turning_over_asks_for_a_count_and_keeps_a_wrong_one(
    one: steps.Visit, server: room.Server, browser: Browser
) -> None:
    with live.page_of(browser, server) as page:
        live.open_page(page, server, one)
        live.put_in(page, 2)
        page.click("[data-open=turn]")
        page.click("[data-do=turn][data-value=supine]")
        expect(page.locator("#number-h")).to_have_text("How many needles are in now?")
        live.number(page, 1)
        expect(page.locator("#said")).to_contain_text("Patient turned over; 1 needles in")
        live.sent(page, 4, one)
    assert any(one.rule == "turn.disagrees" for one in one.head.session.state.incidents)  # type: ignore[union-attr]


def test_a_needle_has_a_sheet_of_its_own_for_feelings_left_in_and_a_slip(
    one: steps.Visit, server: room.Server, browser: Browser
) -> None:
    with live.page_of(browser, server) as page:
        live.open_page(page, server, one)
        live.put_in(page, 3)
        page.click("#twitch")
        expect(page.locator("#needles .chosen")).to_contain_text("1 twitch")
        page.click("#needles .chosen .pick")
        live.picture(page, "needle-sheet")
        page.click("[data-do=take_back]")
        live.shows(page, 2)
        page.click("#needles .chosen .pick")
        page.click("[data-do=feeling][data-value=sharp]")
        page.wait_for_timeout(live.SLIP)
        page.click("#needles .chosen .pick")
        page.click("[data-do=left_in][data-value='48']")
        live.shows(page, 1)
        expect(page.locator("#left")).to_have_text("1")
        live.sent(page, 9, one)
    state = one.head.session.state  # type: ignore[union-attr]
    assert (state.inserted, len(state.open_needles), state.indwelling) == (2, 1, 1)
    assert [block.rule for block in state.blocks] == ["needle.still_in", "count.none"], "nothing names what never was"


def test_chest_symptoms_lead_to_the_problem_and_keep_the_session_open(
    one: steps.Visit, server: room.Server, browser: Browser
) -> None:
    with live.page_of(browser, server) as page:
        live.open_page(page, server, one)
        live.put_in(page, 1)
        live.out(page, 1)
        page.click("#close-button")
        page.click("[data-field=breathless][data-value=yes]")
        page.click("[data-field=chest_pain][data-value=no]")
        expect(page.locator("#c-count")).to_be_hidden()
        page.click("#c-problem [data-open=problem]")
        page.click("[data-do=problem][data-value=chest]")
        live.picture(page, "chest-problem")
        expect(page.locator(".trouble:not([hidden])")).to_contain_text("Normal pulse and oxygen do not rule it out")
        page.click(".trouble:not([hidden]) [data-value=emergency_called]")
        page.click(".trouble:not([hidden]) [data-do=problem_over][data-value=emergency]")
        page.locator("#problem [data-do=shut]").click()
        page.click("#close-button")
        expect(page.locator("#c-count")).to_be_visible()
