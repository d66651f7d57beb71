"""The live session's page at speed: its sizes, a tap to its paint on a slow tablet, ten needles in and out.

Tap to paint is from the press to the frame after the page shows it, in Chromium slowed down four times: the event is
on the disk by then. Screen time of ten needles is by the tap model of the design: 0.9 s for each tap on a tablet, plus
what the page itself takes from tap to paint. The script taps the page and nothing else.
"""

from __future__ import annotations

import gzip
import json
import re
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

from playwright.sync_api import Page, expect, sync_playwright

from tests import needs
from tests.bench._frame import Row, percentile
from tests.journeys.installation import Installation

MOST_PAINT_MS, MOST_SECONDS = 50.0, 35.0
MOST_KB = {"HTML": 30.0, "CSS": 12.0, "JavaScript": 25.0}
SLOWER = 4
TAP_SECONDS = 0.9
NEEDLES = 10
ROUNDS = 3  # of ten needles in and out: of one round's twenty taps the 95th percentile is the second slowest
SLIP = 450  # milliseconds between two presses of one button

# From the press to the frame in which the number stands on the page.
MEASURE = """selector => new Promise(done => {
  const shown = document.querySelector('#needles-in');
  const before = shown.textContent;
  const channel = new MessageChannel(); // made before the tap: it is no part of it
  let begun = 0;
  new MutationObserver((_, watch) => {
    if (shown.textContent === before) return;
    watch.disconnect();
    requestAnimationFrame(() => {
      channel.port1.onmessage = () => done(performance.now() - begun);
      channel.port2.postMessage(0);
    });
  }).observe(shown, { childList: true, characterData: true, subtree: true });
  begun = performance.now();
  document.querySelector(selector).click();
})"""


def rows() -> Sequence[Row]:
    """The rows for `./filiform bench session`; none where no browser is installed."""
    with tempfile.TemporaryDirectory() as folder:
        installation = Installation(Path(folder) / "data")
        told = json.loads(installation.make("tests.bench._live_room"))
        with installation.serving() as home, sync_playwright() as played:
            browser = played.chromium.launch(executable_path=needs.chromium())
            context = browser.new_context(viewport={"width": 1180, "height": 820})
            context.add_cookies([{"name": "sessionid", "value": told["session"], "url": home}])
            page = context.new_page()
            found = [*_sizes(home, told), *_taps(page, home + told["url"])]
            browser.close()
    return found


def _sizes(home: str, told: dict[str, Any]) -> Iterator[Row]:
    sizes = sizes_of(lambda url: _fetched(home + url, told["session"]), told["url"])
    for kind, most in MOST_KB.items():
        yield Row(f"page: {kind} gzipped", sizes[kind] / 1024, "KB", most)


def _fetched(url: str, session: str) -> str:
    with urlopen(Request(url, headers={"Cookie": f"sessionid={session}"})) as answer:
        text: str = answer.read().decode()
    return text


def sizes_of(fetched: Any, url: str) -> dict[str, int]:
    """Bytes of the page, its styles and every script it loads, each gzipped. `fetched`: the text of an address."""
    html = fetched(url)
    sheets = re.findall(r'<link rel="stylesheet" href="([^"]+)"', html)
    waiting = re.findall(r'<script src="([^"]+)"', html)
    scripts: dict[str, str] = {}
    while waiting:
        name = waiting.pop()
        if name not in scripts:
            scripts[name] = fetched(name)
            folder = name.rpartition("/")[0]
            waiting += [f"{folder}/{one}" for one in re.findall(r'from "\./([^"]+)"', scripts[name])]
    return {
        "HTML": _gz(html),
        "CSS": sum(_gz(fetched(sheet)) for sheet in sheets),
        "JavaScript": sum(map(_gz, scripts.values())),
    }


def _gz(text: str) -> int:
    return len(gzip.compress(text.encode(), mtime=0))


def _taps(page: Page, url: str) -> Iterator[Row]:
    page.goto(url)
    expect(page.locator("#starting")).to_have_count(0)
    page.wait_for_timeout(1500)
    page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    took = [one for _ in range(ROUNDS) for one in _ten(page)]
    yield Row(f"page: tap to paint, {SLOWER}x slower, 95th percentile", percentile(took, 95), "ms", MOST_PAINT_MS)
    yield Row(f"page: tap to paint, {SLOWER}x slower, median", percentile(took, 50), "ms")
    first = took[: 2 * NEEDLES]
    seconds = len(first) * TAP_SECONDS + sum(first) / 1000
    yield Row(f"page: {NEEDLES} needles in and out", seconds, "s", MOST_SECONDS)


def _ten(page: Page) -> Iterator[float]:
    """Every tap of ten needles in, each with its muscle in hand, and out again, in ms."""
    for _ in range(NEEDLES):
        yield page.evaluate(MEASURE, "#needle-in")
        page.wait_for_timeout(SLIP)
    for _ in range(NEEDLES):
        yield page.evaluate(MEASURE, "#needles .out")
        page.wait_for_timeout(SLIP)
