"""`python -m tests.journeys.picture` writes docs/pictures/map.png and session.png: two pages as seen on a tablet."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, expect, sync_playwright

from tests import needs
from tests.journeys import driver
from tests.journeys.driver import hand
from tests.journeys.installation import Installation

PICTURES = Path(__file__).resolve().parents[2] / "docs" / "pictures"
TABLET = {"width": 1180, "height": 820}


def main() -> None:
    """A practice of its own for each."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=needs.chromium(), args=["--no-sandbox"])
        _map(browser)
        _session(browser)
        browser.close()


def _map(browser: Browser) -> None:
    """One muscle chosen, two findings tapped."""
    with tempfile.TemporaryDirectory() as folder:
        installation = Installation(Path(folder) / "data")
        told = json.loads(installation.make("tests.journeys.mapped"))
        mine = told["practices"]["Grove"]
        with installation.serving() as home, hand(browser, home, "picture") as one:
            driver.sign_in(one, mine["username"], told["password"])
            one.go(f"/visits/{mine['visit']}/locate/?muscle=upper_trapezius.right&view=back")
            driver.tap_finding(one, "Is this the pain you know?", "Yes")
            driver.tap_finding(one, "Tenderness", "2 winces")
            expect(one.page.locator("#map .marks .found")).to_be_visible()
            one.page.mouse.move(2, 2)
            one.page.evaluate("document.activeElement.blur(); scrollTo(0, 108)")
            one.page.screenshot(path=PICTURES / "map.png")


def _session(browser: Browser) -> None:
    """Four needles in, one of them out again."""
    with tempfile.TemporaryDirectory() as folder:
        installation = Installation(Path(folder) / "data")
        told = json.loads(installation.make("tests.bench._live_room"))
        with installation.serving() as home:
            context = browser.new_context(viewport=TABLET)  # type: ignore[arg-type]
            context.add_cookies([{"name": "sessionid", "value": told["session"], "url": home}])
            page = context.new_page()
            page.goto(home + told["url"])
            expect(page.locator("#starting")).to_have_count(0)
            for number, press in enumerate(("in", "twitch", "in", "next", "next", "in", "twitch", "in", "out"), 1):
                page.locator(
                    {"out": "#needles .out", "next": "#next-muscle"}.get(press, f"[data-do={press}]")
                ).first.click()
                page.wait_for_timeout(450 + number)  # a second press within 400 ms is a slip
            page.mouse.move(2, 2)
            page.wait_for_timeout(2_000)
            page.screenshot(path=PICTURES / "session.png")
            context.close()


if __name__ == "__main__":
    main()
