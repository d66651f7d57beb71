"""The locate page of `./filiform bench locate`: how long the server takes for it, map and ranking included, and a tap.

A practice of its own is made and served; the page is asked for over loopback by one browser that waits for each answer,
so the time holds signing in, permission, audit, ranking, map and compression. The tap is painted by Chromium with its
processor four times slower.
"""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from playwright.sync_api import expect, sync_playwright

from tests import needs
from tests.bench._frame import Row, percentile, show
from tests.journeys import driver, paint
from tests.journeys.installation import Installation

if TYPE_CHECKING:
    from playwright.sync_api import Page

TIMES = 60
MOST_PAGE, MOST_PAINT = 150.0, 100.0  # milliseconds, 95th percentile
STATES = {
    "page, back, zoomed": "",
    "page, a muscle chosen": "?muscle=upper_trapezius.right",
    "page, whole figure, every candidate": "?view=front&whole=1&all=1",
    "page, head from near": "?muscle=masseter.right",
}


def rows() -> int:
    """Measure and print; 0 when every limit was kept."""
    with _page() as (page, home, visit):
        found = [*_answers(page, f"{home}/visits/{visit}/locate/"), *_tap(page, f"{home}/visits/{visit}/locate/")]
    return show("\nthe locate page, over loopback, 60 of each", found)


@contextmanager
def _page() -> Iterator[tuple[Page, str, str]]:
    """A browser that is signed in, the server's address, a visit with a drawing."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        installation = Installation(Path(folder) / "data")
        told = json.loads(installation.make("tests.journeys.mapped"))
        mine = told["practices"]["Alder"]
        browser = playwright.chromium.launch(executable_path=needs.chromium(), args=["--no-sandbox"])
        with installation.serving() as home, driver.hand(browser, home, "bench") as one:
            driver.sign_in(one, mine["username"], told["password"])
            yield one.page, home, mine["visit"]
        browser.close()


def _answers(page: Page, address: str) -> Iterator[Row]:
    for what, query in STATES.items():
        taken = _times(lambda query=query: page.request.get(address + query))  # type: ignore[misc]
        yield Row(f"{what}, median", percentile(taken, 50), "ms")
        yield Row(f"{what}, 95th percentile", percentile(taken, 95), "ms", MOST_PAGE)


def _times(ask: Callable[[], object]) -> list[float]:
    ask()
    taken = []
    for _ in range(TIMES):
        begun = time.perf_counter()
        ask()
        taken.append((time.perf_counter() - begun) * 1000)
    return taken


def _tap(page: Page, address: str) -> Iterator[Row]:
    """Findings tapped by turns; the server's answer follows each and is waited for."""
    page.goto(address + "?muscle=upper_trapezius.right")
    expect(page.locator("#press-h")).to_contain_text("Upper trapezius")
    paint.slow_down(page)
    taken, answered = [], []
    for number in range(24):
        value = ("twitch:yes", "tenderness:2", "taut_band:yes", "twitch:no", "tenderness:1", "taut_band:no")[number % 6]
        with page.expect_response(lambda answer: "/locate/press/" in answer.url) as answer:
            begun = time.perf_counter()
            taken.append(paint.tap(page, page.locator(f"#findings button[value='{value}']")))
        assert answer.value.status == 200
        answered.append((time.perf_counter() - begun) * 1000)
    yield Row("tap to paint, 4x slower, median", percentile(taken, 50), "ms")
    yield Row("tap to paint, 4x slower, 95th percentile", percentile(taken, 95), "ms", MOST_PAINT)
    yield Row("tap to its answer, 4x slower, median", percentile(answered, 50), "ms")
