"""What one tap costs the page, and whether the screen stays lit between taps."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Page, expect

from tests import clinic, steps
from tests.journeys import ledger_room as room
from tests.journeys import live
from tests.pages import walk

if TYPE_CHECKING:
    from playwright.sync_api import Browser


@pytest.fixture
def one(real_db: None) -> steps.Visit:
    made = steps.reach(clinic.make(now=walk.began()), "opened", walk.began())
    live.with_a_pack(made)
    return made


@pytest.fixture
def server(one: steps.Visit) -> Iterator[room.Server]:
    running = room.Server()
    running.start()
    yield running
    running.stop()


# ---- the screen that may go dark

LIT = "navigator.wakeLock.request = async () => (globalThis.lock = new EventTarget());"
DARK = {
    "the lock is refused": "navigator.wakeLock.request = async () => { throw new DOMException(); };",
    "this browser has no lock": "Object.defineProperty(navigator, 'wakeLock', { configurable: true });",
    "the lock is taken away later": LIT,
}
LOST = "lock.dispatchEvent(new Event('release'))"
BACK = f"delete navigator.wakeLock; {LIT} document.dispatchEvent(new Event('visibilitychange'))"


def warns(page: Page) -> None:
    expect(page.locator("#alerts")).to_contain_text("screen may go to sleep")
    expect(page.locator("#alerts")).to_be_visible()


def check_it_warns(page: Page, server: room.Server, one: steps.Visit, how: str) -> None:
    page.add_init_script(DARK[how])
    live.open_page(page, server, one)
    if how == "the lock is taken away later":
        expect(page.locator("#alerts")).not_to_contain_text("screen may go to sleep")
        page.evaluate(LOST)
    warns(page)


@pytest.mark.control("C-251")
@pytest.mark.parametrize("how", DARK)
def test_when_the_screen_cannot_be_kept_lit_the_page_says_so(
    one: steps.Visit, server: room.Server, browser: Browser, how: str
) -> None:
    with live.page_of(browser, server) as page:
        check_it_warns(page, server, one, how)
        live.picture(page, "dark-screen")
        page.click("#needle-in")
        live.shows(page, 1)
        warns(page)
        page.evaluate(BACK)
        expect(page.locator("#alerts")).not_to_contain_text("screen may go to sleep")


@pytest.mark.control("C-251")
@pytest.mark.parametrize("how", DARK)
def test_without_the_warning_the_test_above_fails(
    one: steps.Visit, server: room.Server, browser: Browser, how: str
) -> None:
    with live.page_of(browser, server) as page:
        live.mistaken(page, "live.js", "  here.asleep = may;\n", "")
        expect.set_options(timeout=1500)
        try:
            with pytest.raises(AssertionError, match="screen may go to sleep"):
                check_it_warns(page, server, one, how)
        finally:
            expect.set_options(timeout=5000)


# ---- one tap: one fold, one painting, and only then the network

COUNTED = {
    "fold.js": ("export function fold(events) {", "export function fold(events) {\n  globalThis.folds += 1;"),
    "show.js": (
        "export function paint(ledger, here) {",
        "export function paint(ledger, here) {\n  globalThis.paints += 1;",
    ),
}
ZERO = "Object.assign(globalThis, { folds: 0, paints: 0 });"
FRAME = 45  # milliseconds: time for the tap to be seen
# When the page shows the tap, and when a request begins, in milliseconds.
WATCH = """() => {
  Object.assign(globalThis, { folds: 0, paints: 0, shown: 0, asked: 0 });
  const own = globalThis.fetch;
  globalThis.fetch = (...given) => {
    globalThis.asked ||= performance.now();
    return own(...given);
  };
  new MutationObserver(() => (globalThis.shown ||= performance.now())).observe(
    document.querySelector("#needles-in"), { childList: true, characterData: true, subtree: true });
}"""
# Each is a way in which a tap costs more, in ledger.js.
DEARER = {
    "the answer is folded again": ("if (this.#rows.get(row.key)?.event !== row.event) this.#state", "this.#state"),
    "everything is painted twice": ("if (rows.length || said) this.#say();", "this.#say(), this.#say();"),
    "the request goes first": ("setTimeout(() => this.send({ now: true }), FRAME);", "this.send({ now: true });"),
}


def check_one_tap(one: steps.Visit, server: room.Server, page: Page) -> None:
    page.add_init_script(ZERO)
    page.route("**/needle/rest/", lambda route: route.abort())  # it looks at the other rooms now and then
    for script, (says, instead) in COUNTED.items():
        live.mistaken(page, script, says, instead)
    live.open_page(page, server, one)
    live.put_in(page, 1)
    live.sent(page, 2, one)
    page.wait_for_timeout(500)
    page.evaluate(WATCH)
    page.click("#needle-in")
    live.shows(page, 2)
    live.sent(page, 3, one)
    page.wait_for_timeout(500)
    told = page.evaluate("({ folds, paints, waited: asked - shown })")
    assert told["folds"] == 1, told
    assert told["paints"] == 2, ("the tap, and the answer", told)
    assert told["waited"] >= FRAME, told


def test_a_tap_is_folded_once_shown_at_once_and_then_sent(
    one: steps.Visit, server: room.Server, browser: Browser
) -> None:
    with live.page_of(browser, server) as page:
        check_one_tap(one, server, page)


@pytest.mark.parametrize("dearer", DEARER)
def test_a_tap_that_costs_more_is_found(one: steps.Visit, server: room.Server, browser: Browser, dearer: str) -> None:
    with live.page_of(browser, server) as page:
        live.mistaken(page, "ledger.js", *DEARER[dearer])
        with pytest.raises(AssertionError, match="folds"):
            check_one_tap(one, server, page)
