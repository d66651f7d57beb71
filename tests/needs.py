"""What some tests need beyond Python: a browser, PostgreSQL, Node.

Where it is missing the test is skipped and says what to install. On CI (FILIFORM_CI=1, set by .ci/run) it fails
instead, because a skip there would hide a broken promise.
"""

import functools
import os
import shutil
import subprocess
from pathlib import Path
from typing import NoReturn

import pytest

ROOT = Path(__file__).resolve().parents[1]
VALIDATORS = ROOT / "tests" / "validators"
LOCAL_POSTGRES = "postgresql://postgres@127.0.0.1:5432/postgres"
LEAST_NODE = 20
BROWSERS = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)


def missing(what: str, remedy: str) -> NoReturn:
    """Skip this test, or fail it on CI. `remedy` is what to install or run."""
    message = f"needs {what}: {remedy}"
    if os.environ.get("FILIFORM_CI") == "1":
        pytest.fail(f"on CI nothing is skipped for want of {what}; {message}", pytrace=False)
    pytest.skip(message)


def chromium() -> str:
    """The path of a Chromium or Chrome: FILIFORM_CHROMIUM, or the first one that is installed."""
    for name in (os.environ.get("FILIFORM_CHROMIUM") or "", *BROWSERS):
        found = shutil.which(name) if name else None
        if found:
            return found
    missing("a browser", "apt install chromium, or set FILIFORM_CHROMIUM to the program of a Chromium or Chrome")


def node_alone() -> str:
    """The path of Node, new enough; for our own scripts, which need no packages."""
    found = shutil.which("node")
    if found is None or _node_version(found) < LEAST_NODE:
        missing("Node", f"install Node {LEAST_NODE} or newer")
    return found


def node() -> str:
    """The path of Node, new enough and with the validators' packages installed."""
    found = node_alone()
    if not (VALIDATORS / "node_modules" / "@medplum" / "definitions").is_dir():
        missing("the FHIR validators", "cd tests/validators && npm ci")
    return found


def postgres() -> str:
    """The address of a PostgreSQL that answers: DATABASE_URL, or the one on this machine."""
    url = os.environ.get("DATABASE_URL", "")
    url = url if url.startswith("postgres") else LOCAL_POSTGRES
    if not _answers(url):
        missing("PostgreSQL", "start PostgreSQL 15 or newer on 127.0.0.1:5432, or set DATABASE_URL")
    return url


def disk(folder: Path) -> None:
    """A folder on a disk: a practice's server refuses to start from memory or from another machine."""
    from filiform.config.durable import folder_problem

    if folder_problem(folder) is not None:
        missing("a temporary folder on a disk", "set TMPDIR to one; this one is in memory or on another machine")


def strace() -> str:
    """The path of strace, when it may trace the programs that it starts."""
    found = shutil.which("strace")
    if found is None:
        missing("strace", "apt install strace")
    if not _may_trace(found):
        missing("leave to trace processes", "in a container start it with --cap-add SYS_PTRACE")
    return found


@functools.cache
def _may_trace(program: str) -> bool:
    done = subprocess.run([program, "-f", "-o", os.devnull, "true"], capture_output=True, check=False)
    return done.returncode == 0


@functools.cache
def _node_version(program: str) -> int:
    """Node's major version, 0 when it does not run."""
    done = subprocess.run([program, "--version"], capture_output=True, text=True, check=False)
    number = done.stdout.strip().lstrip("v").partition(".")[0]
    return int(number) if number.isdigit() else 0


@functools.cache
def _answers(url: str) -> bool:
    import psycopg

    try:
        psycopg.connect(url, connect_timeout=3).close()
    except psycopg.Error:
        return False
    return True
