"""kill -9, 100 times of the server and 100 times of Chromium: serving again in 5 s, nothing acknowledged lost.

The server: a tablet sends single events without pause; at a random moment the server is killed, in turns the whole of
it (started again here, as systemd would), its main process alone, and its worker alone (which the main process starts
again). Then everything that the tablet was told is held must be there, the database sound. This shows that it comes
back; that what it said is on the disk when the power fails is shown by `bench power` only. The browser: see `_browser`.

    ./filiform bench kill [--times N] [--seed N] [--only server|browser]
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from http.client import HTTPException
from pathlib import Path
from random import Random
from threading import Thread

from tests.bench import _browser, _server
from tests.bench._frame import Row, percentile, show
from tests.bench._tablet import Tablet, Unheld, events, sessions
from tests.bench.power import look

TIMES, SEED = 100, 20261123
BACK_WITHIN = 5.0  # seconds from the kill to the first answer
LONGEST_BEFORE = 1.0  # seconds of sending before a kill, at most
WAYS = ("whole", "main", "worker")


@dataclass
class Killed:
    """What the kills did: seconds until it served again, by the way it was killed; what was lost; what was unsound."""

    back: dict[str, list[float]] = field(default_factory=lambda: {way: [] for way in WAYS})
    held: int = 0
    lost: int = 0
    unsound: list[str] = field(default_factory=list)
    interrupted: int = 0  # kills that cut an event off before its answer


def main(argv: list[str]) -> int:
    """Print the table; 1 when something was lost or it came back too late."""
    wanted = _parser().parse_args(argv)
    rows: list[Row] = []
    with tempfile.TemporaryDirectory() as folder:
        if wanted.only in ("", "server"):
            rows += server_rows(Path(folder) / "server", wanted.times, wanted.seed)
        if wanted.only in ("", "browser"):
            rows += browser_rows(Path(folder) / "browser", wanted.times, wanted.seed)
    return show("kill", rows)


def _parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(prog="./filiform bench kill", description="Kill, and look what is left.")
    made.add_argument("--times", type=int, default=TIMES, help=f"kills of each (default: {TIMES})")
    made.add_argument("--seed", type=int, default=SEED, help=f"when the kills fall (default: {SEED})")
    made.add_argument("--only", choices=("server", "browser"), default="", help="kill this alone")
    return made


def server_rows(data: Path, times: int, seed: int) -> Iterator[Row]:
    """Kill the server `times` times."""
    data.mkdir()
    found = kill_server(data, _server.make_practice(data), times, seed)
    for problem, count in Counter(found.unsound).most_common(5):
        print(f"unsound {count} times: {problem}")
    yield Row("server: kills", sum(map(len, found.back.values())), "kills", least=times)
    yield Row("server: kills that cut an event off", found.interrupted, "kills", least=1)
    yield Row("server: events held", found.held, "events", least=times)
    yield Row("server: held events lost", found.lost, "events", 0)
    yield Row("server: database unsound", len(found.unsound), "kills", 0)
    for way, back in found.back.items():
        if back:
            yield Row(f"server, {way} killed: serving again, slowest", max(back), "s", BACK_WITHIN)
            yield Row(f"server, {way} killed: serving again, median", percentile(back, 50), "s")


def browser_rows(folder: Path, times: int, seed: int) -> Iterator[Row]:
    """Kill Chromium `times` times; without one there are no rows, and it is said."""
    program = _browser.program()
    if program is None:
        print("there is no Chromium here: only the server was killed", file=sys.stderr)
        return
    folder.mkdir()
    found = kill_browser(folder, program, times, seed)
    yield Row("browser: kills", len(found.back), "kills", least=times)
    yield Row("browser: events entered", len(found.entered), "events", least=times)
    yield Row("browser: entered events not on the device", len(found.lost_here), "events", 0)
    yield Row("browser: entered events not on the server", len(found.entered - found.held), "events", 0)
    yield Row("browser: ledger open again, slowest", max(found.back), "s", BACK_WITHIN)
    yield Row("browser: ledger open again, median", percentile(found.back, 50), "s")


def kill_browser(folder: Path, program: str, times: int, seed: int, *, too_early: bool = False) -> _browser.Killed:
    """Serve a practice in `folder`, and kill a browser that is signed in there."""
    from playwright.sync_api import sync_playwright

    data = folder / "data"
    data.mkdir()
    password = _server.make_practice(data)
    with _server.serving(data, "serve") as server, sync_playwright() as playwright:
        (at,) = sessions(server.database)
        device = _browser.Device(playwright, program, folder / "profile", server, too_early)
        device.sign_in(at.username, password)
        found = _browser.kill_browser(device, at, times, seed)
        there, _ = look(server.database, frozenset(found.entered))
    found.held = set(there)
    return found


def kill_server(data: Path, password: str, times: int, seed: int, spoilt: Sequence[str] = ()) -> Killed:
    """Serve the practice in `data`, send, kill, start again, look; `times` times."""
    chance, found, port = Random(seed), Killed(), _server.free_port()
    server = _server.start(data, "serve", port, spoilt=spoilt)
    tablet = Tablet(port)
    (at,) = sessions(server.database)
    tablet.sign_in(at.username, password)
    tablet.open(at)
    try:
        for number in range(times):
            way = WAYS[number % len(WAYS)]
            sender = Thread(target=_send_until_cut, args=(tablet, found))
            sender.start()
            time.sleep(chance.uniform(0.05, LONGEST_BEFORE))
            began = time.monotonic()
            server = _kill(server, way, spoilt)
            found.back[way].append(time.monotonic() - began)
            sender.join()
            there, problem = look(server.database, frozenset(tablet.held))
            found.lost += len(set(tablet.held) - there)
            found.unsound += [problem] if problem else []
            tablet.connect()
        found.held = len(tablet.held)
    finally:
        _server.kill(_server.family(server.process.pid))
        server.process.wait()
    return found


def _send_until_cut(tablet: Tablet, found: Killed) -> None:
    """Send event after event until the connection breaks."""
    for event in events(tablet):
        try:
            tablet.send(event)
        except (OSError, HTTPException):
            found.interrupted += 1
            return
        except Unheld as answer:
            found.unsound.append(f"an event was answered and not held: {answer}")
            return


def _kill(server: _server.Server, way: str, spoilt: Sequence[str]) -> _server.Server:
    """Kill it, and bring it back if it does not come by itself."""
    main, *workers = _server.family(server.process.pid)
    _server.kill({"whole": [main, *workers], "main": [main], "worker": workers}[way])
    if way == "worker":
        until = time.monotonic() + 6 * BACK_WITHIN
        while not _server.answers(server.port):
            if time.monotonic() > until:
                raise RuntimeError("the worker was not started again")
            time.sleep(0.01)
        return server
    server.process.wait()
    return _server.start(server.folder, "serve", server.port, spoilt=spoilt)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
