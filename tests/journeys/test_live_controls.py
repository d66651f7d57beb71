"""The live page's journeys with one guard taken out: each must fail, in the assertion that the guard is there for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import Page, expect

from filiform.record.reads import needle as reads
from tests import steps
from tests.journeys import ledger_room as room
from tests.journeys import live, two_rooms
from tests.journeys.test_live_session import check_away
from tests.journeys.test_two_rooms import check_faint, hand_over, strip
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


# ---- a faint


def check_a_faint(one: steps.Visit, server: room.Server, page: Page) -> None:
    live.open_page(page, server, one)
    live.put_in(page, 2)
    check_faint(page)


@pytest.mark.control("C-241")
def test_a_faint_is_all_out_in_one_tap_and_nothing_goes_in_before_a_count(
    rooms: two_rooms.TwoRooms, server: room.Server, browser: Browser
) -> None:
    with live.page_of(browser, server) as page:
        check_a_faint(rooms.two, server, page)


FAINT = {
    "all out takes nothing out": ("live.js", '[["all_out", { needles }], ...running()]', "running()", "needles-in"),
    "a needle may go in before the count": ("gates.js", "if (state.recount_due) {", "if (false) {", "needle-in"),
    "the fold forgets that a count is due": ("fold.js", "recount_due:", "recount_due: false && ", "needle-in"),
}


@pytest.mark.control("C-241")
@pytest.mark.parametrize("mistake", FAINT)
def test_without_its_guards_a_faint_is_not_safe(
    rooms: two_rooms.TwoRooms, server: room.Server, browser: Browser, mistake: str
) -> None:
    script, says, instead, where = FAINT[mistake]
    with live.page_of(browser, server) as page:
        live.mistaken(page, script, says, instead)
        live.fails(check_a_faint, rooms.two, server, page, f"(?s)Locator expected.*{where}")


# ---- the server is away

AWAY = {
    "what was not sent is taken for sent": (
        "ledger.js",
        "if (status === 200 && LISTS",
        "if (status !== 200) Object.assign(answer, { held: batch.map((one) => one.id), you: this.#entry?.by });\n"
        "    for (const name of LISTS) answer[name] ??= [];\n    if (LISTS",
        "2 events are safe",
    ),
    "the page does not say that they wait": (
        "show.js",
        '["away", "missing", "not_allowed"].includes(status.link) &&',
        "false &&",
        "2 events are safe",
    ),
    "it closes before the server has them all": (
        "show.js",
        '$("#close-now").disabled = waiting > 0 || link !== "ok";',
        '$("#close-now").disabled = false;',
        "expected to be disabled",
    ),
}


@pytest.mark.control("C-246")
@pytest.mark.parametrize("mistake", AWAY)
def test_without_its_guards_the_page_does_not_go_on_without_a_server(
    rooms: two_rooms.TwoRooms, server: room.Server, browser: Browser, mistake: str
) -> None:
    script, says, instead, where = AWAY[mistake]
    with live.page_of(browser, server) as page:
        live.mistaken(page, script, says, instead)
        live.fails(check_away, rooms.one, server, page, where)


# ---- a needle that is missing


def check_search_is_owed(one: steps.Visit, server: room.Server, page: Page) -> None:
    """The incident first, because help was needed; the count is right then, and it closes when all was searched."""
    live.open_page(page, server, one)
    page.click("#close-button")
    page.locator("#c-count [data-do=recount]").click()
    live.number(page, 7)
    page.click("[data-do=searched][data-value=skin]")
    page.fill("#incident textarea", "The owner was told.")
    page.locator("#incident button").click()
    page.locator("#c-search [data-do=recount]").click()
    live.number(page, 7)
    expect(page.locator("#verdict")).to_contain_text("The count is right")
    expect(page.locator("#c-close")).to_be_hidden()
    expect(page.locator("#incident")).to_be_hidden()
    expect(page.locator("#blocks")).to_contain_text("was not looked for here: hair, clothing, table, floor")
    live.picture(page, "search-owed")
    for place in ("hair", "clothing", "table", "floor"):
        page.click(f"[data-do=searched][data-value={place}]")
        page.wait_for_timeout(live.SLIP)
    page.locator("[data-do=recount]:visible").first.click()
    live.number(page, 7)
    expect(page.locator("#close-now")).to_be_enabled()


@pytest.mark.control("C-263")
def test_a_search_is_owed_after_an_incident(rooms: two_rooms.TwoRooms, server: room.Server, browser: Browser) -> None:
    with live.page_of(browser, server) as page:
        check_search_is_owed(rooms.one, server, page)
        page.click("#close-now")
        page.wait_for_url(re.compile("/evaluate/$"))


@pytest.mark.control("C-263")
@pytest.mark.parametrize(
    ("script", "says", "instead", "where"),
    [
        ("gates.js", "if (!unsearched.length ||", "if (unsearched ||", "expected to be hidden"),
        ("fold.js", '["skin", "hair", "clothing", "table", "floor"]', '["skin"]', "expected to be hidden"),
    ],
)
def test_without_its_guard_the_page_would_offer_to_close(
    rooms: two_rooms.TwoRooms, server: room.Server, browser: Browser, script: str, says: str, instead: str, where: str
) -> None:
    with live.page_of(browser, server) as page:
        live.mistaken(page, script, says, instead)
        live.fails(check_search_is_owed, rooms.one, server, page, where)


# ---- a hand-over


def check_hand_over(rooms: two_rooms.TwoRooms, server: room.Server, browser: Browser) -> None:
    """Her pages lose the room, and his show it with its needles."""
    with live.page_of(browser, server) as page:
        live.open_page(page, server, rooms.one)
        live.put_in(page, 3)
        hand_over(page)
    with live.page_of(browser, server, two_rooms.USERNAME) as page:
        page.goto(f"{server.home}/today/")
        strip(page, "Room 1", 3)


@pytest.mark.control("C-243")
@pytest.mark.parametrize("guard", ["whole", "with whom it was opened"])
def test_a_room_goes_with_the_hand_over(
    rooms: two_rooms.TwoRooms, server: room.Server, browser: Browser, monkeypatch: pytest.MonkeyPatch, guard: str
) -> None:
    if guard == "whole":
        check_hand_over(rooms, server, browser)
        return
    opener = (rooms.one.here.therapist.id,)
    made = reads.OpenSession.__init__

    def forgets(self: Any, *args: Any, **given: Any) -> None:
        made(self, *args, **{**given, "with_whom": opener})

    monkeypatch.setattr(reads.OpenSession, "__init__", forgets)
    live.fails(lambda *_: check_hand_over(rooms, server, browser), rooms.one, server, None, "she has handed it over")  # type: ignore[arg-type]
