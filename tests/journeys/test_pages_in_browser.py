"""Every page at every step of a visit, in a browser: light and dark, desk and telephone, 320 px, 200 %, keyboard."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from tests.journeys import axe
from tests.journeys.installation import Installation

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

DESK, TELEPHONE = {"width": 1366, "height": 900}, {"width": 390, "height": 844}
NARROW = 320
ZOOMED = 683  # a window of 1366 px at 200 %


@dataclass(frozen=True, slots=True)
class Walk:
    """The address of the server and the pages worth opening."""

    home: str
    pages: list[dict[str, Any]]


@pytest.fixture(scope="module")
def walk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Walk]:
    installation = Installation(tmp_path_factory.mktemp("walk") / "data")
    pages = json.loads(installation.make("tests.journeys.scenes"))
    with installation.serving() as home:
        yield Walk(home, pages)


@contextmanager
def window(browser: Browser, walk: Walk, size: dict[str, int], errors: list[str]) -> Iterator[BrowserContext]:
    """A window in which everything that the browser complains about is written into `errors`."""
    # Without motion, so that no colour is measured half way from one theme to the other.
    looks: dict[str, Any] = {"viewport": size, "color_scheme": "light", "reduced_motion": "reduce"}
    context = browser.new_context(base_url=walk.home, **looks)
    context.on("weberror", lambda error: errors.append(str(error.error)))
    context.on("console", lambda line: errors.append(line.text) if line.type == "error" else None)
    yield context
    context.close()


def sign_in(context: BrowserContext, walk: Walk, session: str) -> None:
    context.clear_cookies()
    if session:
        context.add_cookies([{"name": "sessionid", "value": session, "url": walk.home}])


def looked_at(page: Page, one: dict[str, Any], errors: list[str]) -> list[str]:
    """What is wrong with one page in light and dark, large and small."""
    page.emulate_media(color_scheme="light")
    page.set_viewport_size(DESK)  # type: ignore[arg-type]
    page.goto(one["url"])
    faults = [f"light, desk: {fault}" for fault in axe.violations(page)]
    page.emulate_media(color_scheme="dark")
    page.set_viewport_size(TELEPHONE)  # type: ignore[arg-type]
    faults += [f"dark, telephone: {fault}" for fault in axe.violations(page, axe.LOOKS)]
    for width in (ZOOMED, NARROW):
        page.set_viewport_size({"width": width, "height": 700})
        faults += axe.sideways(page, width)
    faults += errors
    errors.clear()
    return faults


@pytest.mark.parametrize("who", ["therapist", "everybody else"])
def test_every_page_is_accessible_and_fits(browser: Browser, walk: Walk, who: str) -> None:
    mine = [one for one in walk.pages if (one["who"] == "therapist") == (who == "therapist")]
    assert len(mine) > 5
    faults: dict[str, list[str]] = {}
    errors: list[str] = []
    with window(browser, walk, DESK, errors) as context:
        page = context.new_page()
        for one in mine:
            sign_in(context, walk, one["session"])
            if found := looked_at(page, one, errors):
                faults[f"{one['route']} at {one['step']}"] = found
    assert faults == {}, json.dumps(faults, indent=1)


def first_of_each(walk: Walk) -> list[dict[str, Any]]:
    """One page of every address, whoever opens it."""
    return list({one["route"]: one for one in reversed(walk.pages)}.values())


def test_the_keyboard_reaches_everything_in_order_and_focus_is_seen(browser: Browser, walk: Walk) -> None:
    faults: dict[str, list[str]] = {}
    with window(browser, walk, DESK, []) as context:
        page = context.new_page()
        for one in first_of_each(walk):
            sign_in(context, walk, one["session"])
            page.goto(one["url"])
            if found := axe.tabbing(page):
                faults[one["route"]] = found
    assert len(first_of_each(walk)) > 15
    assert faults == {}, json.dumps(faults, indent=1)


def staff_page(walk: Walk) -> dict[str, Any]:
    return next(one for one in walk.pages if one["route"] == "today:home" and one["who"] == "therapist")


def test_the_first_tab_skips_to_the_page_itself(browser: Browser, walk: Walk) -> None:
    for route in ("today:home", "learn:home", "follow:answer"):
        one = next(page for page in walk.pages if page["route"] == route)
        with window(browser, walk, DESK, []) as context:
            sign_in(context, walk, one["session"])
            page = context.new_page()
            page.goto(one["url"])
            page.keyboard.press("Tab")
            expect(page.locator(":focus")).to_be_in_viewport()
            assert page.evaluate("document.activeElement.getAttribute('href')") == "#main", route
            page.keyboard.press("Enter")
            page.keyboard.press("Tab")
            assert page.evaluate("document.querySelector('#main').contains(document.activeElement)"), route


def test_details_open_by_enter_and_the_menu_closes_by_escape(browser: Browser, walk: Walk) -> None:
    with window(browser, walk, DESK, []) as context:
        sign_in(context, walk, staff_page(walk)["session"])
        page = context.new_page()
        page.goto("/today/")
        summary = page.locator("details.menu summary")
        summary.focus()
        page.keyboard.press("Enter")
        expect(page.locator(".menu-body")).to_be_visible()
        page.keyboard.press("Escape")
        expect(page.locator(".menu-body")).to_be_hidden()
        expect(summary).to_be_focused()


def test_what_is_wrong_is_seen(browser: Browser, walk: Walk) -> None:
    """The negative control: a picture without words, a wide table, a lost focus ring and a wrong order are found."""
    with window(browser, walk, DESK, []) as context:
        sign_in(context, walk, staff_page(walk)["session"])
        page = context.new_page()
        page.goto("/today/")
        assert axe.violations(page) == [] and axe.tabbing(page) == []
        page.evaluate("document.querySelector('#main').append(Object.assign(new Image(), {src: '/static/x.png'}))")
        assert any(fault.startswith("image-alt") for fault in axe.violations(page))
        page.set_viewport_size({"width": NARROW, "height": 700})
        page.evaluate("document.querySelector('#main').append(document.createElement('hr'))")
        page.evaluate("document.querySelector('#main hr').style.width = '900px'")
        assert axe.sideways(page, NARROW)
        page.evaluate("document.querySelector('#main a, #main button').tabIndex = 5")
        assert axe.tabbing(page)
    assert Path(axe.__file__).exists()
