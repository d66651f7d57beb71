"""A server that can be taken away and a Chromium that can be killed, around the page's own ledger and nothing else.

The page of the test is not a page of the product: it shows what `ledger.js` says. It and the scripts come from this
process, so that while the server is away the page can still be loaded again; a later issue does that with a service
worker. What the server is asked is counted.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
from django.core.wsgi import get_wsgi_application
from django.test import Client
from playwright.sync_api import Error, Page, Route

from filiform.record.models import User
from tests import needs
from tests.journeys.installation import free_port

if TYPE_CHECKING:
    from playwright.sync_api import Browser

STATIC = Path(__file__).resolve().parents[2] / "src/filiform/pages/needle/static/needle"
PATIENCE = 15_000  # milliseconds
BACKEND = "filiform.record.signin.PractitionerBackend"
TOKEN = "a" * 32  # of the form: the cookie and the header must be the same, that is all
HTML = """<!doctype html><html lang="en"><title>Ledger</title><body>
<output id="in"></output> <output id="waiting"></output> <output id="link"></output>
<script type="module" src="/harness.js"></script></body></html>"""
SCRIPT = """
import { open } from "/static/needle/ledger.js";
const [id, url] = new URLSearchParams(location.search).getAll("x");
const asked = await fetch(url, { headers: { "content-type": "application/json" } }).catch(() => null);
const opening = asked?.ok ? await asked.json() : null;
const ledger = await open({ id, url, opening });
const show = () => {
  document.querySelector("#in").value = ledger.state().open_needles.length;
  document.querySelector("#waiting").value = ledger.status().waiting;
  document.querySelector("#link").value = ledger.status().link;
};
ledger.onchange(show);
show();
window.ledger = ledger;
"""


@dataclass
class Server:
    """The product, on one port for the whole test. `asked` counts what reached it, by method."""

    port: int = field(default_factory=free_port)
    asked: dict[str, int] = field(default_factory=dict)
    _running: _Server | None = None

    @property
    def home(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Answer again, on the same port."""
        self._running = _Server(("127.0.0.1", self.port), _Quiet)
        self._running.set_app(self._counted(get_wsgi_application()))
        threading.Thread(target=self._running.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def stop(self) -> None:
        """Gone: the port refuses, and what was connected is cut off."""
        if self._running is not None:
            self._running.shutdown()
            self._running.server_close()
            for one in self._running.connected:
                with suppress(OSError):
                    one.shutdown(socket.SHUT_RDWR)
            self._running = None

    def _counted(self, application: Any) -> Callable[[Mapping[str, Any], Any], Any]:
        def run(environ: Mapping[str, Any], start: Any) -> Any:
            method = environ["REQUEST_METHOD"]
            self.asked[method] = self.asked.get(method, 0) + 1
            return application(environ, start)

        return run


class _Server(ThreadedWSGIServer):
    """Knows its connections: a browser keeps one open and would be answered on it after the server has closed."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.connected: list[socket.socket] = []

    def get_request(self) -> tuple[socket.socket, Any]:
        found: tuple[socket.socket, Any] = super().get_request()
        self.connected.append(found[0])
        return found


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Nothing: the test says what it saw."""


@dataclass
class Chromium:
    """A Chromium of its own with a profile on the disk, which can be killed as a power cut kills it."""

    browser: Browser
    profile: Path
    _process: subprocess.Popen[bytes] | None = None

    def start(self) -> Page:
        """Start it on its profile; a fresh page."""
        (self.profile / "DevToolsActivePort").unlink(missing_ok=True)
        sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
        options = ["--headless=new", "--remote-debugging-port=0", f"--user-data-dir={self.profile}", *sandbox]
        self._process = subprocess.Popen(
            [needs.chromium(), *options, "--no-first-run", "about:blank"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        connected = self.browser.browser_type.connect_over_cdp(f"http://127.0.0.1:{self._port()}")
        context = connected.contexts[0]
        context.set_default_timeout(PATIENCE)
        return context.new_page()

    def kill(self) -> None:
        """Kill -9, with all that belongs to it and nothing else."""
        if self._process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait(20)
            self._process = None

    def _port(self) -> int:
        file = self.profile / "DevToolsActivePort"
        until = time.monotonic() + 30
        while time.monotonic() < until:
            with suppress(OSError, IndexError, ValueError):
                return int(file.read_text().splitlines()[0])
            time.sleep(0.05)
        raise AssertionError("Chromium did not start within 30 s")


@contextmanager
def chromium(browser: Browser, folder: Path) -> Iterator[Chromium]:
    """A Chromium that is killed at the end in any case."""
    one = Chromium(browser, folder / "profile")
    one.profile.mkdir(parents=True)
    try:
        yield one
    finally:
        one.kill()


def enter_room(page: Page, server: Server, session: str, url: str, mistakes: Mapping[str, tuple[str, str]]) -> None:
    """Open the page of the test, signed in. `mistakes` changes a line of a script: {file: (what it says, instead)}."""
    sign_in(page, server)
    page.route("**/harness/**", lambda route: route.fulfill(body=HTML, content_type="text/html"))
    page.route("**/harness.js", lambda route: route.fulfill(body=SCRIPT, content_type="text/javascript"))
    page.route("**/static/needle/*.js", lambda route: _script(route, mistakes))
    page.goto(f"{server.home}/harness/?x={session}&x={url}")
    page.wait_for_function("window.ledger")


def _script(route: Route, mistakes: Mapping[str, tuple[str, str]]) -> None:
    file = STATIC / route.request.url.rpartition("/")[2]
    text = file.read_text(encoding="utf-8")
    if file.name in mistakes:
        says, instead = mistakes[file.name]
        assert says in text, f"{file.name} no longer says {says}"
        text = text.replace(says, instead)
    route.fulfill(body=text, content_type="text/javascript")


def sign_in(page: Page, server: Server, who: str = "alder.therapist") -> None:
    """Sign `who` in, without the page for it."""
    client = Client()
    client.force_login(User.objects.get(username=who), backend=BACKEND)
    cookies = {"sessionid": client.cookies["sessionid"].value, "csrftoken": TOKEN}
    page.context.add_cookies([{"name": name, "value": value, "url": server.home} for name, value in cookies.items()])


def enter(page: Page, kind: str, **fields: Any) -> dict[str, Any]:
    """Enter one event as the page does; the event."""
    found: dict[str, Any] = page.evaluate("([kind, fields]) => window.ledger.enter(kind, fields)", [kind, fields])
    return found


def status(page: Page) -> dict[str, Any]:
    """What the outbox says of itself."""
    found: dict[str, Any] = page.evaluate("window.ledger.status()")
    return found


def shows(page: Page, needles: int, waiting: int) -> None:
    """The page shows so many needles in, and so many events that the server does not have."""
    wanted = f"document.querySelector('#in').value === '{needles}' && "
    wanted += f"document.querySelector('#waiting').value === '{waiting}'"
    try:
        page.wait_for_function(wanted)
    except Error as error:
        said = page.evaluate("[...document.querySelectorAll('output')].map((one) => `${one.id} ${one.value}`)")
        raise AssertionError(f"in {needles}, waiting {waiting} was wanted; the page says {said}") from error
