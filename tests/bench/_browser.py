"""Chromium killed with -9 while somebody taps: what was shown as entered is on the device, and reaches the server.

The page's own program (`ledger.js`) enters events in a profile on the disk. An event counts as entered when `enter`
has returned, for then the page shows it. Half of the rounds are without network, so that the outbox is all there is.
"""

from __future__ import annotations

import os
import shutil
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

from tests.bench import _server
from tests.bench._tablet import OpenSession

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page, Playwright, Route

PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
LONGEST = 1.2  # seconds of entering before a kill, at most
SETTLES_WITHIN = 30  # seconds until the outbox is empty when the network is there
OPEN = """async ([id, url]) => {
  const { open } = await import("/static/needle/ledger.js");
  const answer = await fetch(url, { headers: { accept: "application/json" } });
  globalThis.ledger = await open({ id, url, opening: await answer.json() });
  return globalThis.ledger.events().map((event) => event.id);
}"""
ENTER = """() => (async () => {
  for (;;) {
    const event = await globalThis.ledger.enter("note", { text: "Bench" });
    await globalThis.entered(event.id);
  }
})() && true"""
# The negative control: the page is told that an event is safe a moment before it is written.
TOO_EARLY = (
    "export async function write(rows) {",
    "export async function write(rows) {\n  setTimeout(() => late(rows), 300);\n}\nasync function late(rows) {",
)


@dataclass
class Killed:
    """What the kills did to the browser. `back`: seconds from the kill until the ledger was open again."""

    back: list[float] = field(default_factory=list)
    entered: set[str] = field(default_factory=set)
    lost_here: set[str] = field(default_factory=set)  # entered, and not on the device afterwards
    held: set[str] = field(default_factory=set)  # what the server holds at the end


def program() -> str | None:
    """The path of a Chromium or Chrome, as tests/needs.py finds it."""
    names = (os.environ.get("FILIFORM_CHROMIUM") or "", *PROGRAMS)
    return next((found for name in names if name and (found := shutil.which(name))), None)


@dataclass
class Device:
    """One browser with its profile, signed in at a server."""

    playwright: Playwright
    program: str
    profile: Path
    server: _server.Server
    too_early: bool = False
    cookies: list[Any] = field(default_factory=list)  # of who is signed in: such a cookie ends with its browser

    @contextmanager
    def running(self) -> Iterator[tuple[BrowserContext, Page]]:
        """The browser with one page, until it is closed or killed."""
        sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []  # Chromium's own sandbox refuses to run as root
        context = self.playwright.chromium.launch_persistent_context(
            str(self.profile), executable_path=self.program, headless=True, args=sandbox
        )
        try:
            if self.too_early:
                context.route("**/needle/store.js", _too_early)
            context.add_cookies(self.cookies)
            yield context, context.pages[0]
        finally:
            with suppress(Exception):  # one that was killed has nothing to close
                context.close()

    def sign_in(self, username: str, password: str) -> None:
        """Once for all rounds."""
        with self.running() as (context, page):
            page.goto(f"http://127.0.0.1:{self.server.port}/account/login/")
            page.fill("[name=login]", username)
            page.fill("[name=password]", password)
            page.press("[name=password]", "Enter")
            page.wait_for_url("**/today/")
            self.cookies = list(context.cookies())

    def open(self, page: Page, at: OpenSession) -> set[str]:
        """Open the session's ledger; the ids that are on the device."""
        page.goto(f"http://127.0.0.1:{self.server.port}/today/")
        there: list[str] = page.evaluate(OPEN, [at.session, f"/visits/{at.visit}/needle/events/"])
        return set(there)

    def kill(self) -> None:
        """kill -9 of every process of this profile, and of no other."""
        mine = f"--user-data-dir={self.profile}".encode()
        for path in Path("/proc").glob("[0-9]*/cmdline"):
            with suppress(OSError):
                words = path.read_bytes().split(b"\0")
                if mine in words or any(word.endswith(str(self.profile).encode()) for word in words):
                    os.kill(int(path.parent.name), signal.SIGKILL)


def kill_browser(device: Device, at: OpenSession, times: int, seed: int) -> Killed:
    """Enter, kill, start again, look; `times` times. At the end everything is sent."""
    chance, found = Random(seed), Killed()
    for number in range(times):
        offline = number % 2 == 1
        with device.running() as (context, page):
            device.open(page, at)
            page.expose_function("entered", lambda event: found.entered.add(event))
            context.set_offline(offline)
            page.evaluate(ENTER)
            page.wait_for_timeout(1000 * chance.uniform(0.2, LONGEST))
            device.kill()
        began = time.monotonic()
        with device.running() as (_, page):
            there = device.open(page, at)
            found.back.append(time.monotonic() - began)
            found.lost_here |= found.entered - there
            if number == times - 1:
                _settle(page)
    return found


def _settle(page: Page) -> None:
    """Wait until nothing waits to be sent."""
    until = time.monotonic() + SETTLES_WITHIN
    waiting: Callable[[], Any] = lambda: page.evaluate("() => globalThis.ledger.status().waiting")  # noqa: E731
    while waiting() and time.monotonic() < until:
        page.wait_for_timeout(100)


def _too_early(route: Route) -> None:
    answer = route.fetch()
    changed = answer.text().replace(*TOO_EARLY)
    assert changed != answer.text(), "store.js is written otherwise now; the control changes nothing"
    route.fulfill(response=answer, body=changed)
