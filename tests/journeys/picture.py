"""`python -m tests.journeys.picture` writes docs/pictures/map.png: the locate page as it is seen on a tablet."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

from playwright.sync_api import expect, sync_playwright

from tests import needs
from tests.journeys import driver
from tests.journeys.driver import hand
from tests.journeys.installation import Installation

PICTURE = Path(__file__).resolve().parents[2] / "docs" / "pictures" / "map.png"


def main() -> None:
    """A practice of its own, one muscle chosen, two findings tapped."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        installation = Installation(Path(folder) / "data")
        told = json.loads(installation.make("tests.journeys.mapped"))
        mine = told["practices"]["Grove"]
        browser = playwright.chromium.launch(executable_path=needs.chromium(), args=["--no-sandbox"])
        with installation.serving() as home, hand(browser, home, "picture") as one:
            driver.sign_in(one, mine["username"], told["password"])
            one.go(f"/visits/{mine['visit']}/locate/?muscle=upper_trapezius.right&view=back")
            driver.tap_finding(one, "Is this the pain you know?", "Yes")
            driver.tap_finding(one, "Tenderness", "2 winces")
            expect(one.page.locator("#map .marks .found")).to_be_visible()
            one.page.mouse.move(2, 2)
            one.page.evaluate("document.activeElement.blur(); scrollTo(0, 108)")
            one.page.screenshot(path=PICTURE)
        browser.close()
    print(PICTURE.name)


if __name__ == "__main__":
    main()
