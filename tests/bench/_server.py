"""The server as a command starts it, in a process of its own that benchmarks trace, kill and ask.

`spoilt` starts the same command as it must not be, for the negative control of whatever is measured: with SQLite
settings that lose acknowledged writes, without the guard that refuses them; or answering before anything is stored.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
READY_WITHIN = 300  # seconds; making the demo takes half a minute on an idle machine
STOPS_WITHIN = 20
OTHERS = ("DATABASE_URL", "FILIFORM_SECRET_KEY", "FILIFORM_DEMO", "FILIFORM_HTTPS", "DJANGO_SETTINGS_MODULE")
_MAIN = """
from filiform.config.cli import main
sys.exit(main(sys.argv[1:]))
"""
_OTHER_SETTINGS = """
import sys
from filiform.config import database, durable
options, asked = database.sqlite_options, sys.argv.pop(1)
database.sqlite_options = lambda version: options(version) | {"init_command": asked}
durable.check = lambda **how: None
durable.watch = lambda: None
"""
_ANSWERS_FIRST = """
import sys, threading
from uuid import UUID
from filiform.config.start import start_django
start_django()
from filiform.record.actions import needle
from filiform.record.receiving import Receipt
store = needle.receive_events
def answer_first(**what):
    threading.Timer(0.05, store, kwargs=what).start()
    return Receipt(UUID(int=0), False, held=[event["id"] for event in what["events"]])
needle.receive_events = answer_first
"""
NORMAL_ON_WAL = (_OTHER_SETTINGS, "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON")
ANSWERS_FIRST = (_ANSWERS_FIRST,)


@dataclass(frozen=True, slots=True)
class Server:
    """A server that answers on `port`. `folder` holds its database, the file `filiform.sqlite3`."""

    process: subprocess.Popen[bytes]
    port: int
    folder: Path
    under: bool = False  # `process` is a tracer, and the server its child

    @property
    def database(self) -> Path:
        return self.folder / "filiform.sqlite3"


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environment(data: Path, url: str = "") -> dict[str, str]:
    """This process's environment with `data` as the only data, and PostgreSQL when a `url` is given."""
    own = {name: value for name, value in os.environ.items() if name not in OTHERS}
    places = {"FILIFORM_DATA": str(data), "PYTHONPATH": os.pathsep.join((str(ROOT / "src"), str(ROOT)))}
    return own | places | ({"DATABASE_URL": url} if url else {})


def make_practice(data: Path) -> str:
    """Make a practice with a session under way in `data` (tests/journeys/practice.py); everybody's password."""
    command = [sys.executable, "-m", "tests.journeys.practice"]
    done = subprocess.run(command, env=environment(data), cwd=ROOT, check=True, stdout=subprocess.PIPE)
    return str(json.loads(done.stdout)["password"])


def start(
    data: Path, command: str, port: int, *, spoilt: Sequence[str] = (), url: str = "", under: Sequence[str] = ()
) -> Server:
    """Start `demo` or `serve`, `under` a tracer when given, and wait until it answers. Else RuntimeError."""
    words = ["--port", str(port), *(("--no-browser",) if command == "demo" else ())]
    program = ["-c", spoilt[0] + _MAIN, *spoilt[1:]] if spoilt else ["-m", "filiform.config"]
    log = data / f"server-{port}.log"
    with log.open("ab") as out:
        process = subprocess.Popen(
            [*under, sys.executable, *program, command, *words], env=environment(data, url), stdout=out, stderr=out
        )
    folder = data / f"demo-{port}" if command == "demo" else data
    until = time.monotonic() + READY_WITHIN
    while time.monotonic() < until and process.poll() is None:
        if answers(port):
            return Server(process, port, folder, bool(under))
        time.sleep(0.02)
    process.kill()
    raise RuntimeError(f"{command} did not start: {log.read_text()[-1000:]}")


@contextmanager
def serving(
    data: Path, command: str, *, spoilt: Sequence[str] = (), url: str = "", under: Sequence[str] = ()
) -> Iterator[Server]:
    """A server on a free port until the end of the block."""
    server = start(data, command, free_port(), spoilt=spoilt, url=url, under=under)
    try:
        yield server
    finally:
        stop(server)


def stop(server: Server) -> None:
    """Ask it to stop, and make sure."""
    first = family(server.process.pid)[int(server.under)]
    os.kill(first, signal.SIGTERM)
    try:
        server.process.wait(STOPS_WITHIN)
    except subprocess.TimeoutExpired:
        server.process.kill()
        server.process.wait()


def family(process: int) -> list[int]:
    """A process and all its children, as Linux lists them; the parent first."""
    found = [process]
    with suppress(FileNotFoundError):  # it ended meanwhile
        for task in Path(f"/proc/{process}/task").iterdir():
            for child in (task / "children").read_text().split():
                found += family(int(child))
    return found


def kill(processes: Sequence[int]) -> None:
    """kill -9, all at once."""
    for process in processes:
        with suppress(ProcessLookupError):
            os.kill(process, signal.SIGKILL)


def answers(port: int) -> bool:
    """Whether a page of the server is answered; a port that listens is not enough."""
    from http.client import HTTPConnection, HTTPException

    connection = HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", "/account/login/")
        return connection.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()
