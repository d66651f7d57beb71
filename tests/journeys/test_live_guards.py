"""The guards of the live session's page: what may not be needled, when it may close, who lies on the table.

A negative control takes one guard out and runs the same check, which must then fail.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Page, expect

from filiform.clinical.terms import Block
from filiform.record.models import Session
from filiform.record.reads import gates
from tests import clinic, steps
from tests.journeys import ledger_room as room
from tests.journeys import live
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


# ---- what may not be needled


def check_locked(one: steps.Visit, server: room.Server, page: Page) -> None:
    """A muscle that the screening locks, or that consent does not cover, cannot come into hand."""
    live.open_page(page, server, one)
    expect(page.locator("#in-what")).to_contain_text("Levator scapulae")
    for _ in range(4):
        page.click("#next-muscle")
        expect(page.locator("#in-what")).not_to_contain_text("Upper trapezius")
        page.wait_for_timeout(live.SLIP)
    page.locator("[data-open=muscles]:visible").first.click()
    expect(page.locator("#muscles [data-key='upper_trapezius:right']")).to_be_disabled()
    expect(page.locator("#muscles")).to_contain_text("because of the test")


WHY = (Block("test.locked", "Locked because of the test."),)


@pytest.mark.control("C-240")
@pytest.mark.parametrize("guard", ["muscle", "consent_blocks_of"])
def test_a_locked_muscle_cannot_be_chosen_and_says_why(
    one: steps.Visit, server: room.Server, browser: Browser, monkeypatch: pytest.MonkeyPatch, guard: str
) -> None:
    live.with_a_pack(one)

    def locked(*given: object) -> tuple[Block, ...]:
        named = [getattr(one, "muscle", one) for one in given]
        return WHY if "upper_trapezius" in named else ()

    monkeypatch.setattr(gates, guard, locked)
    with live.page_of(browser, server) as page:
        check_locked(one, server, page)
        asks = page.locator("#muscles").get_by_role("link", name="Ask for consent")
        expect(asks).to_have_count(1 if guard == "consent_blocks_of" else 0)
        live.picture(page, "locked")
    monkeypatch.undo()
    with live.page_of(browser, server) as page:
        live.fails(check_locked, one, server, page)


# ---- closing


def check_close(one: steps.Visit, server: room.Server, page: Page) -> None:
    """Not while a needle is in; not before the chest is asked; not when the numbers differ."""
    live.open_page(page, server, one)
    live.put_in(page, 1)
    expect(page.locator("#close-button")).to_be_disabled()
    live.out(page, 1)
    page.click("#close-button")
    expect(page.locator("#c-chest")).to_be_visible()
    expect(page.locator("#c-count")).to_be_hidden()
    expect(page.locator("#c-result")).to_be_hidden()
    page.click("[data-field=breathless][data-value=no]")
    page.click("[data-field=chest_pain][data-value=no]")
    page.locator("#c-count [data-do=recount]").click()
    expect(page.locator("#expected:visible")).to_have_count(0)
    live.number(page, 7)
    expect(page.locator("#c-close")).to_be_hidden()
    expect(page.locator("#verdict")).to_contain_text("1 not accounted for")


@pytest.mark.control("C-242")
@pytest.mark.control("C-245")
def test_closing_waits_for_needles_chest_and_count(one: steps.Visit, server: room.Server, browser: Browser) -> None:
    live.with_a_pack(one)
    with live.page_of(browser, server) as page:
        check_close(one, server, page)
        live.sent(page, 5, one)
        # Whatever the page shows, the server refuses.
        page.evaluate("document.querySelector('#c-close').submit()")
        page.wait_for_url(re.compile("/needle/$"))
        expect(page.locator("#toasts")).to_contain_text("1 needle is not accounted for")
    assert Session.objects.get(pk=one.session).closed_at is None


@pytest.mark.control("C-242")
@pytest.mark.control("C-245")
@pytest.mark.parametrize(
    ("says", "instead"),
    [
        ("close.disabled = !ready || inNow.length > 0;", "close.disabled = false;"),
        ('const chest = has("chest.not_asked");', "const chest = false;"),
        ('hide("#c-close", blocks.length > 0);', 'hide("#c-close", false);'),
    ],
)
def test_without_its_guards_the_page_would_close(
    one: steps.Visit, server: room.Server, browser: Browser, says: str, instead: str
) -> None:
    live.with_a_pack(one)
    with live.page_of(browser, server) as page:
        live.mistaken(page, "show.js", says, instead)
        live.fails(check_close, one, server, page)


# ---- who lies on the table


def check_header(one: steps.Visit, server: room.Server, page: Page) -> None:
    """Name, birth date and room stay in sight at every size, also where the page scrolls."""
    live.open_page(page, server, one)
    for size in (live.TABLET, live.UPRIGHT, live.PHONE):
        page.set_viewport_size({"width": size[0], "height": size[1]})
        page.evaluate("scrollTo(0, 9999)")
        for query in (".session-who h1", ".session-who .who p", ".session-bar .room"):
            expect(page.locator(query)).to_be_in_viewport(ratio=0.9)
        page.click("#problem-button")
        born, sheet = page.locator(".session-who .who p").bounding_box(), page.locator("#problem").bounding_box()
        assert born and sheet and born["y"] + born["height"] <= sheet["y"], size
        page.locator("#problem [data-do=shut]").click()
        page.wait_for_timeout(live.SLIP)


@pytest.mark.control("C-247")
def test_the_patient_stays_in_sight(one: steps.Visit, server: room.Server, browser: Browser) -> None:
    live.with_a_pack(one)
    with live.page_of(browser, server) as page:
        check_header(one, server, page)
    with live.page_of(browser, server) as page:
        css = (room.STATIC / "live.css").read_text(encoding="utf-8")
        loose = css.replace("position: sticky; top: 0", "position: static")
        assert loose != css
        page.route("**/needle/live.css*", lambda route: route.fulfill(body=loose, content_type="text/css"))
        live.fails(check_header, one, server, page)
