"""`./filiform check [NAME...]`: linters, types, import contracts and migrations. One line each, with its time."""

import os
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from filiform.config.start import ROOT

AT_A_TIME = 2
# Deployment settings are checked as a practice behind TLS has them.
DEPLOYED = {"FILIFORM_HTTPS": "1", "FILIFORM_HOSTS": "filiform.example", "DATABASE_URL": "sqlite:///:memory:"}
KEY = "for-checks-only-and-not-a-secret-0123456789-abcdefghijklmnopqrstuvwxyz"
LINT_IMPORTS = "import sys; from importlinter.cli import lint_imports_command; sys.exit(lint_imports_command([]))"


@dataclass(frozen=True)
class Check:
    """One check: its name in the table and Python's arguments that run it (exit code 0: nothing found)."""

    name: str
    python: tuple[str, ...]


@dataclass(frozen=True)
class Outcome:
    """What a check found: its exit code, how long it took in seconds, and what it printed."""

    check: Check
    code: int
    seconds: float
    printed: str


# The slow ones first: two run at a time.
CHECKS = (
    Check("types", ("-m", "mypy")),
    Check("lint", ("-m", "ruff", "check", "--output-format", "concise", ".")),
    Check("format", ("-m", "ruff", "format", "--check", "--output-format", "concise", ".")),
    Check("imports", ("-c", LINT_IMPORTS)),
    Check("migrations", ("-m", "django", "makemigrations", "--check", "--dry-run")),
    Check("deploy", ("-m", "django", "check", "--deploy", "--fail-level", "WARNING")),
)


def run(argv: list[str]) -> int:
    """Run every check, or those that `argv` names; 0 when none found anything."""
    unknown = [name for name in argv if name not in {check.name for check in CHECKS}]
    if unknown:
        known = ", ".join(check.name for check in CHECKS)
        print(f"Filiform: there is no check {unknown[0]!r}; there are {known}.", file=sys.stderr)
        return 2
    wanted = [check for check in CHECKS if not argv or check.name in argv]
    with ThreadPoolExecutor(AT_A_TIME) as pool:
        codes = [_print(outcome) for outcome in pool.map(perform, wanted)]
    return int(any(codes))


def perform(check: Check) -> Outcome:
    """Run one check in its own process."""
    begun = time.monotonic()
    with tempfile.TemporaryDirectory() as data:
        environment = {**os.environ, **DEPLOYED, "FILIFORM_SECRET_KEY": KEY, "FILIFORM_DATA": data}
        environment["DJANGO_SETTINGS_MODULE"] = "filiform.config.settings"
        done = subprocess.run(
            [sys.executable, *check.python],
            cwd=ROOT,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
    return Outcome(check, done.returncode, time.monotonic() - begun, done.stdout)


def _print(outcome: Outcome) -> int:
    verdict = "ok" if outcome.code == 0 else "FAILED"
    print(f"{outcome.check.name:<12}{verdict:<8}{outcome.seconds:6.1f} s", flush=True)
    if outcome.code:
        print(outcome.printed.rstrip() + "\n", flush=True)
    return outcome.code
