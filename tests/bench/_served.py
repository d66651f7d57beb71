"""One page through the real server over loopback, for comparison with the same page asked for in this process."""

from __future__ import annotations

import os
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import TYPE_CHECKING

from tests.bench._frame import percentile

if TYPE_CHECKING:
    from tests.bench._asked import Base

NAME = "chart, through the server"
ROOT = Path(__file__).resolve().parents[2]
UP_WITHIN = 20  # seconds
_SERVER = """
from granian.constants import Interfaces
from granian.server import Server
import sys
Server("tests.bench._wsgi:application", address="127.0.0.1", port=int(sys.argv[1]), interface=Interfaces.WSGI,
       workers=1, blocking_threads=4, websockets=False, log_access=False).serve()
"""


def line(base: Base, times: int) -> None:
    """Print the line of the chart, asked for over one kept connection."""
    from tests.bench._asked import PAGES

    base.use()
    urls = next(page.urls(base) for page in PAGES if page.name == "chart")
    cookie = base.client("therapist").cookies["sessionid"].value
    took = []
    with _server(base.path) as port:
        connection = HTTPConnection("127.0.0.1", port)
        for url in [*urls, *urls][: times + 3]:
            began = time.perf_counter()
            connection.request("GET", url, headers={"Cookie": f"sessionid={cookie}", "Accept-Encoding": "identity"})
            answer = connection.getresponse()
            answer.read()
            took.append((time.perf_counter() - began) * 1000)
            if answer.status != 200:
                raise RuntimeError(f"{url} answered {answer.status} through the server")
    warm = took[3:]
    print(f"{NAME:<40}{len(warm):>6}: p50 {statistics.median(warm):.1f}, p95 {percentile(warm, 95):.1f}")


@contextmanager
def _server(path: Path) -> Iterator[int]:
    """granian on a free port, serving the database at `path`; the port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    places = {"DATABASE_URL": f"sqlite:///{path}", "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)])}
    command = [sys.executable, "-c", _SERVER, str(port)]
    process = subprocess.Popen(command, env={**os.environ, **places}, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    try:
        _wait(port, process)
        yield port
    finally:
        process.terminate()
        process.wait()


def _wait(port: int, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + UP_WITHIN
    while time.monotonic() < until and process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    process.kill()
    _, said = process.communicate()
    raise RuntimeError(f"the server did not start: {said.decode()[-500:]}")
