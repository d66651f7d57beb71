"""The session at speed, through the real server: single events, batches, and opening a long one; SQLite and PostgreSQL.

Twenty therapists of one practice are signed in on a tablet each, in a session each. Everything is on: middleware,
sign-in, audit, synchronous FULL. A single event's time is from the moment it was due to the whole answer, so that
waiting counts. Beside each row stands the bare database: the same rows in one transaction, without Filiform.

    ./filiform bench session [--seconds N] [--only sqlite|postgresql]
"""

from __future__ import annotations

import argparse
import contextlib
import importlib.util
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from tests.bench import _bare, _server
from tests.bench._frame import Row, percentile, show
from tests.bench._tablet import OpenSession, Tablet, events

TABLETS, PER_SECOND = 20, 50  # events a second, of all tablets together
SECONDS = 20
BATCH, SENDERS = 50, 4
LONG, OPENINGS = 2000, 20  # events of the long session, how often it is opened
MOST_SINGLE_MS, LEAST_PER_SECOND, MOST_OPENING_MS = 20.0, 3000.0, 200.0
LOCAL = "postgresql://postgres@127.0.0.1:5432"


@dataclass(frozen=True, slots=True)
class Practice:
    """What `_rooms` made: the password, the practice's id, its sessions."""

    password: str
    id: str
    sessions: tuple[OpenSession, ...]


def main(argv: list[str]) -> int:
    """Print the table; 1 when a limit was not kept."""
    wanted = _parser().parse_args(argv)
    rows: list[Row] = []
    if wanted.only in ("", "sqlite"):
        with tempfile.TemporaryDirectory() as folder:
            rows += _measured("sqlite", Path(folder), "", wanted.seconds)
    if wanted.only in ("", "postgresql"):
        with _own_postgresql() as url, tempfile.TemporaryDirectory() as folder:
            if url:
                rows += _measured("postgresql", Path(folder), url, wanted.seconds)
    return show("session", [*rows, *_of_the_page()])


def _parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(prog="./filiform bench session", description="Measure the session.")
    made.add_argument("--seconds", type=int, default=SECONDS, help=f"of single events (default: {SECONDS})")
    made.add_argument("--only", choices=("sqlite", "postgresql"), default="", help="measure on this alone")
    return made


def _of_the_page() -> list[Row]:
    """Rows of the page itself (sizes, tap to paint, ten needles): `rows()` of `_session_page.py`, when it is there."""
    if importlib.util.find_spec("tests.bench._session_page") is None:
        return []
    rows: Callable[[], Sequence[Row]] = importlib.import_module("tests.bench._session_page").rows
    return list(rows())


@contextlib.contextmanager
def _own_postgresql() -> Iterator[str]:
    """The address of a database of our own, "" when no PostgreSQL answers; it is dropped afterwards."""
    import psycopg
    from psycopg import sql

    given = os.environ.get("DATABASE_URL", "")
    server = given.rpartition("/")[0] if given.startswith("postgres") else LOCAL
    name = f"filiform_bench_{os.getpid()}"
    try:
        there = psycopg.connect(f"{server}/postgres", autocommit=True, connect_timeout=3)
    except psycopg.Error:
        print(f"no PostgreSQL answers at {server}: measured on SQLite only", file=sys.stderr)
        yield ""
        return
    with there:
        there.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        try:
            yield f"{server}/{name}"
        finally:
            there.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def _made(data: Path, url: str) -> Practice:
    command = [sys.executable, "-m", "tests.bench._rooms", str(TABLETS)]
    place = _server.environment(data, url)
    done = subprocess.run(command, env=place, cwd=_server.ROOT, check=True, stdout=subprocess.PIPE)
    told = json.loads(done.stdout)
    return Practice(told["password"], told["practice"], tuple(OpenSession(**one) for one in told["sessions"]))


def _measured(name: str, data: Path, url: str, seconds: int) -> Iterator[Row]:
    practice = _made(data, url)
    with _server.serving(data, "serve", url=url) as server:
        tablets = [_signed_in(server, at, practice.password) for at in practice.sessions]
        singles = _singles(tablets, seconds)
        per_second = _batches(tablets[:SENDERS], seconds / 2)
        openings = _openings(tablets[-1])
    about = (practice.id, practice.sessions[0].session)
    with _bare.postgresql(url, *about) if url else _bare.sqlite(server.database, *about) as commit:
        bare, bare_per_second = _bare_singles(commit, seconds), _bare_batches(commit, seconds / 2)
    p95 = percentile(singles, 95)
    yield Row(f"{name}: single event, median", percentile(singles, 50), "ms")
    yield Row(f"{name}: single event, 95th percentile", p95, "ms", MOST_SINGLE_MS)
    yield Row(f"{name}: bare database, 95th percentile", percentile(bare, 95), "ms")
    yield Row(f"{name}: single event, ratio to bare", p95 / percentile(bare, 95), "times")
    yield Row(f"{name}: batches of {BATCH}", per_second, "events/s", least=LEAST_PER_SECOND)
    yield Row(f"{name}: bare database, batches of {BATCH}", bare_per_second, "events/s")
    yield Row(f"{name}: batches, ratio to bare", bare_per_second / per_second, "times")
    for what, took in openings.items():
        yield Row(f"{name}: {what} of {LONG} events opens", percentile(took, 95), "ms", MOST_OPENING_MS)


def _signed_in(server: _server.Server, at: OpenSession, password: str) -> Tablet:
    tablet = Tablet(server.port)
    tablet.sign_in(at.username, password)
    tablet.open(at)
    return tablet


def _singles(tablets: Sequence[Tablet], seconds: int) -> list[float]:
    """Milliseconds of each event, of tablets that send one after the other, PER_SECOND in all."""
    between = len(tablets) / PER_SECOND  # seconds from one event of a tablet to its next
    began = time.perf_counter() + 0.5

    def send(number: int) -> list[float]:
        took = []
        due = began + number * between / len(tablets)
        for event in islice(events(tablets[number]), int(seconds / between)):
            time.sleep(max(0.0, due - time.perf_counter()))
            tablets[number].send({**event})
            took.append((time.perf_counter() - due) * 1000)
            due += between
        return took

    with ThreadPoolExecutor(len(tablets)) as pool:
        return [one for each in pool.map(send, range(len(tablets))) for one in each]


def _batches(tablets: Sequence[Tablet], seconds: float) -> float:
    """Events a second that the server takes in batches, from tablets that come back into the net at the same time."""
    ready = [_cut(events(tablet), 200) for tablet in tablets]
    until = time.perf_counter() + seconds

    def send(number: int) -> int:
        sent = 0
        for batch in ready[number]:
            if time.perf_counter() > until:
                break
            tablets[number].send(*batch)
            sent += len(batch)
        return sent

    began = time.perf_counter()
    with ThreadPoolExecutor(len(tablets)) as pool:
        sent = sum(pool.map(send, range(len(tablets))))
    return sent / (time.perf_counter() - began)


def _cut(every: Iterator[dict[str, Any]], batches: int) -> list[list[dict[str, Any]]]:
    return [list(islice(every, BATCH)) for _ in range(batches)]


def _openings(tablet: Tablet) -> dict[str, list[float]]:
    """Milliseconds until a session of LONG events is open: its events for the page's program, and its page.

    Before each opening one event more is sent: what the server remembers of the last one is of no use to it.
    """
    more = LONG - len(json.loads(tablet.ask("GET", f"/visits/{tablet.at.visit}/needle/events/")[1])["events"])
    every = events(tablet)
    while more > 0:
        batch = list(islice(every, min(BATCH, more)))
        tablet.send(*batch)
        more -= len(batch)
    paths = {"ledger": f"/visits/{tablet.at.visit}/needle/events/", "page": f"/visits/{tablet.at.visit}/needle/"}
    return {what: [_opened(tablet, path, next(every)) for _ in range(OPENINGS)] for what, path in paths.items()}


def _opened(tablet: Tablet, path: str, first: dict[str, Any]) -> float:
    tablet.send(first)
    began = time.perf_counter()
    status, text = tablet.ask("GET", path)
    took = (time.perf_counter() - began) * 1000
    if status != 200:
        raise RuntimeError(f"{path} answered {status}: {text[:200]!r}")
    return took


def _bare_singles(commit: _bare.Commit, seconds: int) -> list[float]:
    took = []
    due = time.perf_counter() + 0.1
    for _ in range(seconds * PER_SECOND):
        time.sleep(max(0.0, due - time.perf_counter()))
        began = time.perf_counter()
        commit(1)
        took.append((time.perf_counter() - began) * 1000)
        due += 1 / PER_SECOND
    return took


def _bare_batches(commit: _bare.Commit, seconds: float) -> float:
    began, sent = time.perf_counter(), 0
    while time.perf_counter() - began < seconds:
        commit(BATCH)
        sent += BATCH
    return sent / (time.perf_counter() - began)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
