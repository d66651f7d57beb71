"""An installation of Filiform in a folder of its own, used as its users use it: by its commands and its server."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

from filiform.config.start import ROOT
from tests import needs

STARTS_WITHIN = 60  # seconds
STOPS_WITHIN = 20
OTHERS = ("DATABASE_URL", "FILIFORM_SECRET_KEY", "FILIFORM_DEMO", "FILIFORM_HTTPS", "DJANGO_SETTINGS_MODULE")


@dataclass(frozen=True, slots=True)
class Installation:
    """`data` holds its database and its key."""

    data: Path

    @property
    def environment(self) -> dict[str, str]:
        """This process's environment without what belongs to the tests' own database."""
        own = {name: value for name, value in os.environ.items() if name not in OTHERS}
        return own | {"FILIFORM_DATA": str(self.data), "PYTHONPATH": os.pathsep.join((str(ROOT / "src"), str(ROOT)))}

    def run(self, *arguments: str) -> str:
        """What `./filiform ...` prints; an error message instead of an answer is shown when it fails."""
        return self._run("filiform.config", *arguments)

    def make(self, module: str) -> str:
        """What `python -m module` prints, in this installation."""
        return self._run(module)

    @contextmanager
    def serving(self, *command: str) -> Iterator[str]:
        """The address of the server that `command` (default: serve) starts, until the end of the block."""
        needs.disk(self.data)
        port = free_port()
        words = [sys.executable, "-m", "filiform.config", *(command or ("serve",)), "--port", str(port)]
        with (self.data.parent / f"server-{port}.log").open("w+") as log:
            process = subprocess.Popen(words, env=self.environment, stdout=log, stderr=log)
            try:
                wait_for(process, f"http://127.0.0.1:{port}/")
                yield f"http://127.0.0.1:{port}"
            finally:
                process.send_signal(signal.SIGTERM)
                process.wait(STOPS_WITHIN)

    def _run(self, module: str, *arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", module, *arguments],
            env=self.environment,
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        assert done.returncode == 0, f"{module} {' '.join(arguments)}: {done.stdout[-1000:]}{done.stderr[-3000:]}"
        return done.stdout


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(process: subprocess.Popen[bytes], url: str, within: float = STARTS_WITHIN) -> float:
    """Wait until `url` is answered, with whatever status; the seconds it took."""
    began = time.monotonic()
    while time.monotonic() - began < within and process.poll() is None:
        try:
            with urlopen(url, timeout=10) as answer:
                answer.read()
            return time.monotonic() - began
        except HTTPError:
            return time.monotonic() - began
        except OSError:
            time.sleep(0.1)
    raise AssertionError(f"{url} did not answer within {within} s; the server's exit code is {process.poll()}")
