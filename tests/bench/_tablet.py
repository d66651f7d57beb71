"""A tablet that is signed in and taps: one kept connection to a server, one session, over HTTP as a page does.

Nothing of Django is needed. What a tablet must know of its session (visit, muscle, side) is read from the database file
by `sessions` before anything is sent.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from uuid import UUID, uuid4

HELD = 200  # the status of an answer that says which events are held
NEEDLES = 200  # the most that one pack may hold
EXPIRY = (datetime.now(UTC) + timedelta(days=700)).date().isoformat()


@dataclass(frozen=True, slots=True)
class OpenSession:
    """One open session: where it is, who may tap, and what is chosen for it."""

    session: str
    visit: str
    username: str
    muscle: str
    side: str


def sessions(database: Path) -> list[OpenSession]:
    """Every open session of a SQLite practice with a needle on record, oldest first."""
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as there:
        rows = there.execute(
            "SELECT s.id, s.visit_id, u.username, e.body FROM record_session s "
            "JOIN record_practitioner p ON p.id = s.practitioner_id JOIN record_user u ON u.id = p.user_id "
            "JOIN record_sessionevent e ON e.session_id = s.id AND e.kind = 'in' "
            "WHERE s.closed_at IS NULL ORDER BY s.opened_at, s.id, e.received_at, e.id"
        ).fetchall()
    found: dict[str, OpenSession] = {}
    for session, visit, username, body in rows:
        into = json.loads(body)
        one = OpenSession(str(UUID(session)), str(UUID(visit)), username, into["muscle"], into["side"])
        found.setdefault(session, one)
    return list(found.values())


class Unheld(Exception):
    """An event was sent, answered, and is not held; the message is the answer."""


@dataclass
class Tablet:
    """`port` is the server's. `sent` holds the ids of every batch in its order, `held` those that the server holds."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)
    sent: list[list[str]] = field(default_factory=list)
    held: list[str] = field(default_factory=list)
    at: OpenSession = field(init=False)
    entry: str = field(init=False)
    common: dict[str, str] = field(init=False)
    connection: HTTPConnection = field(init=False)
    own_port: int = field(init=False)  # this end of the connection; 0 before anything was sent over it

    def __post_init__(self) -> None:
        self.connect()

    def connect(self) -> None:
        """A new connection: after a server came back, or to be told apart in a trace by `own_port`."""
        self.connection = HTTPConnection("127.0.0.1", self.port, timeout=60)
        self.own_port = 0

    def ask(self, method: str, path: str, body: bytes | None = None, **headers: str) -> tuple[int, bytes]:
        """One request with this tablet's cookies; status and body."""
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        given = {"Cookie": cookie, "X-CSRFToken": self.cookies.get("csrftoken", ""), **headers}
        self.connection.request(method, path, body, given)
        self.own_port = self.connection.sock.getsockname()[1]
        answer = self.connection.getresponse()
        text = answer.read()
        for line in answer.headers.get_all("Set-Cookie") or ():
            name, _, value = line.partition(";")[0].partition("=")
            self.cookies[name] = value
        return answer.status, text

    def post(self, path: str, **fields: object) -> tuple[int, bytes]:
        """A form, as a page sends it."""
        kind = "application/x-www-form-urlencoded"
        return self.ask(
            "POST", path, urlencode(fields, doseq=True).encode(), **{"Content-Type": kind, "HX-Request": "true"}
        )

    def sign_in_to_the_demo(self, role: str = "therapist") -> None:
        """By the button of the demo's front page. Raises RuntimeError when that does not work."""
        self.ask("GET", "/demo/")
        status, _ = self.post("/demo/sign-in/", role=role)
        self._signed_in(status)

    def sign_in(self, username: str, password: str) -> None:
        """By name and password. Raises RuntimeError when that does not work."""
        _, page = self.ask("GET", "/account/login/")
        token = re.search(rb'name="csrfmiddlewaretoken" value="(\w+)"', page)
        assert token is not None
        status, _ = self.post(
            "/account/login/", login=username, password=password, csrfmiddlewaretoken=token.group(1).decode()
        )
        self._signed_in(status)

    def _signed_in(self, status: int) -> None:
        if "sessionid" not in self.cookies:
            raise RuntimeError(f"nobody is signed in (the server answered {status})")

    def open(self, at: OpenSession) -> None:
        """Open the session as its page does: from now on `send` goes there, and what is entered is this person's."""
        status, text = self.ask("GET", f"/visits/{at.visit}/needle/events/")
        if status != 200:
            raise RuntimeError(f"the session does not open: {status} {text[:200]!r}")
        opened = json.loads(text)
        self.at, self.entry = at, opened["entry"]
        self.common = {"device": opened["device"], "by": opened["by"]}

    def send(self, *events: dict[str, Any]) -> None:
        """One batch. Raises Unheld unless the server says of every event that it holds it."""
        names = [event["id"] for event in events]
        self.sent.append(names)
        body = json.dumps({"entry": self.entry, "events": events}).encode()
        path = f"/visits/{self.at.visit}/needle/events/"
        status, text = self.ask("POST", path, body, **{"Content-Type": "application/json"})
        if status != HELD or not set(names) <= set(json.loads(text)["held"]):
            raise Unheld(f"{status}: {text[:300].decode(errors='replace')}")
        self.held += names


def events(tablet: Tablet) -> Iterator[dict[str, Any]]:
    """Events without end, as this tablet makes them: a large pack, then needles in, twitching and out again."""
    muscle = {"muscle": tablet.at.muscle, "side": tablet.at.side, "technique": "retained"}
    while True:
        pack = {**_new(tablet, "open_pack"), "needles": NEEDLES, "gauge_mm": 0.3, "length_mm": 40.0}
        yield {**pack, "lot": "BENCH-1", "expiry": EXPIRY}
        for _ in range(NEEDLES):
            into = {**_new(tablet, "in"), **muscle, "pack": pack["id"]}
            yield into
            yield {**_new(tablet, "twitch"), "needle": into["id"]}
            yield {**_new(tablet, "out"), "needle": into["id"]}


def _new(tablet: Tablet, kind: str) -> dict[str, Any]:
    return {"id": str(uuid4()), "at": datetime.now(UTC).isoformat(), "kind": kind, **tablet.common}
