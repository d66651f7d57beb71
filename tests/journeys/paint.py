"""How long after a tap something is painted: Chromium's own event timing, with a processor four times slower."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

SLOWER = 4
# The browser tells of every tap that took 16 ms or more, from the finger to the next frame; faster ones count as 16.
LISTEN = """() => {
  window.tapped = [];
  new PerformanceObserver(list => {
    for (const one of list.getEntries()) if (one.name === 'click') window.tapped.push(one.duration);
  }).observe({type: 'event', durationThreshold: 16});
}"""


def slow_down(page: Page) -> None:
    """A processor four times slower, and the browser's own clock for taps."""
    page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    page.evaluate(LISTEN)


def tap(page: Page, what: Locator) -> float:
    """Tap once the answer before is shown; the milliseconds until the next frame was painted (16: anything faster)."""
    page.evaluate("() => new Promise(done => requestIdleCallback(done))")
    page.evaluate("window.tapped.length = 0")
    what.click()
    page.evaluate("() => new Promise(done => requestAnimationFrame(() => setTimeout(done, 60)))")
    taken: list[float] = page.evaluate("window.tapped")
    return max(taken, default=16.0)
