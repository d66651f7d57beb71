"""`./filiform test [pytest arguments]`: all tests, or those that the arguments name."""

import os
import subprocess
import sys
from pathlib import Path

from filiform.config.start import ROOT

# What means that the caller has decided about processes, or wants to talk to the one that runs.
DECIDES = ("-n", "--numprocesses", "-p", "--pdb", "--trace", "-s", "--capture", "--co", "--collect-only", "--dist")
MOST_PROCESSES = 4
# Tests need a key, and must neither read nor make the practice's.
KEY = "for-tests-only-and-not-a-secret-0123456789-abcdefghijklmnopqrstuvwxyz"


def run(argv: list[str]) -> int:
    """Run pytest in the project's folder with `argv`; its exit code (0 all passed)."""
    environment = {**os.environ, "FILIFORM_SECRET_KEY": KEY}
    command = [sys.executable, "-m", "pytest", *arguments(argv, Path.cwd(), os.cpu_count() or 1)]
    return subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode


def arguments(argv: list[str], cwd: Path, processors: int) -> list[str]:
    """pytest's arguments: `argv` with paths made absolute, and more processes when everything runs.

    `--dist loadscope` keeps a module's tests in one process, so that what a module sets up is set up once.
    """
    given = [_absolute(argument, cwd) for argument in argv]
    if any(argument.startswith(DECIDES) for argument in argv) or given != argv or _names_a_path(argv):
        return given
    return ["-n", str(min(max(2, processors), MOST_PROCESSES)), "--dist", "loadscope", *given]


def _absolute(argument: str, cwd: Path) -> str:
    """A path as typed in another folder, `tests/x.py::test_y` included, seen from there."""
    path, colons, test = argument.partition("::")
    if cwd == ROOT or argument.startswith("-") or not (cwd / path).exists():
        return argument
    return f"{cwd / path}{colons}{test}"


def _names_a_path(argv: list[str]) -> bool:
    return any(not argument.startswith("-") and (ROOT / argument.partition("::")[0]).exists() for argument in argv)
