"""The practice's server: its port, its start and its end."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from filiform.config.commands import serve
from filiform.config.server import address, check_port
from filiform.config.start import ROOT, Refused
from tests import needs

STARTS_WITHIN = 60
STOPS_WITHIN = 15


@pytest.fixture
def taken() -> Iterator[int]:
    """A port on which something else listens."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield int(other.getsockname()[1])


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_a_taken_port_is_refused_with_another_to_try(taken: int) -> None:
    with pytest.raises(Refused, match=f"port {taken} is taken .* --port {taken + 1}"):
        serve.run(["--port", str(taken)])


def test_a_free_port_stays_free_after_the_question() -> None:
    port = _free_port()
    check_port("127.0.0.1", port)
    check_port("127.0.0.1", port)


def test_an_address_that_is_not_this_machine_s_is_refused() -> None:
    with pytest.raises(Refused, match=r"192\.0\.2\.1 port 8000 cannot be served"):
        check_port("192.0.2.1", 8000)


@pytest.mark.parametrize("port", ["0", "65536", "-1", "http", "80.0", "٨٠٠٠"])
def test_what_is_no_port_is_wrong_usage(port: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        serve.run([f"--port={port}"])
    assert caught.value.code == 2
    assert "from 1 to 65535" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("host", "expected"),
    [("127.0.0.1", "http://127.0.0.1:81/"), ("0.0.0.0", "http://127.0.0.1:81/"), ("::1", "http://[::1]:81/")],
)
def test_the_address_can_be_typed_into_a_browser(host: str, expected: str) -> None:
    assert address(host, 81) == expected


def test_a_practice_starts_from_nothing_serves_and_stops(tmp_path: Path) -> None:
    needs.disk(tmp_path)
    port = _free_port()
    with (tmp_path / "log").open("w+") as log:
        process = _start(tmp_path / "data", port, log.fileno())
        try:
            status, body = _ask(process, f"http://127.0.0.1:{port}/nowhere?name=Ervin")
            again = subprocess.run(_command(port), env=_environment(tmp_path / "data"), capture_output=True, text=True)
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(STOPS_WITHIN)
        printed = (tmp_path / "log").read_text()
    assert (status, "<html" in body) == (404, True)
    assert (tmp_path / "data" / "filiform.sqlite3").exists()
    assert (tmp_path / "data" / "secret_key").stat().st_mode & 0o777 == 0o600
    assert f"http://127.0.0.1:{port}/" in printed
    assert "Ervin" not in printed, "what was asked for may name a patient"
    assert (again.returncode, again.stdout) == (1, "")
    assert f"port {port} is taken" in again.stderr
    check_port("127.0.0.1", port)


def _command(port: int) -> list[str]:
    return [sys.executable, "-m", "filiform.config", "serve", "--port", str(port)]


def _environment(data: Path) -> dict[str, str]:
    own = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "FILIFORM_SECRET_KEY")}
    return own | {"FILIFORM_DATA": str(data), "PYTHONPATH": str(ROOT / "src")}


def _start(data: Path, port: int, log: int) -> subprocess.Popen[bytes]:
    return subprocess.Popen(_command(port), env=_environment(data), stdout=log, stderr=log)


def _ask(process: subprocess.Popen[bytes], url: str) -> tuple[int, str]:
    """The answer's status and body, as soon as the server answers at all."""
    until = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < until and process.poll() is None:
        try:
            with urlopen(url, timeout=5) as answer:
                return int(answer.status), answer.read().decode()
        except HTTPError as answer:
            return answer.code, answer.read().decode()
        except OSError:
            time.sleep(0.1)
    raise AssertionError(f"the server did not answer; its exit code is {process.poll()}")


# Serves without the guard: the worker is forked from here, with what was patched.
WITHOUT = """
import sys
from filiform.config import server
server.end_with_parent = lambda: None
from filiform.config.cli import main
sys.exit(main(sys.argv[1:]))
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the guard is Linux's own")
@pytest.mark.control("C-213")
@pytest.mark.parametrize("guarded", [True, False])
def test_a_server_that_was_killed_leaves_no_orphan_that_serves(guarded: bool, tmp_path: Path) -> None:
    needs.disk(tmp_path)
    port = _free_port()
    command = _command(port) if guarded else [sys.executable, "-c", WITHOUT, "serve", "--port", str(port)]
    process = subprocess.Popen(command, env=_environment(tmp_path), stderr=subprocess.DEVNULL)
    _ask(process, f"http://127.0.0.1:{port}/")
    (worker,) = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    process.kill()
    process.wait()
    try:
        assert _is_free_within(port, 3) is guarded
    finally:
        with suppress(ProcessLookupError):
            os.kill(int(worker), signal.SIGKILL)


def _is_free_within(port: int, seconds: float) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            check_port("127.0.0.1", port)
        except Refused:
            time.sleep(0.1)
        else:
            return True
    return False
