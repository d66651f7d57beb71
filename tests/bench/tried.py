"""What the tests of the two pure floors try: every line and branch of clinical and knowledge, counted by coverage.

Two runs at a time; a line or branch that no test reaches is listed. A `pragma: no cover` counts as not tried: there is
none, so there are no exceptions to give reasons for.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from tests.bench._frame import Row, show

ROOT = Path(__file__).resolve().parents[2]
FLOORS = ("src/filiform/clinical", "src/filiform/knowledge")
COMMANDS = ("aftercare", "locate", "screen", "session")  # their tests reach the reading of input
QUIET = ("-q", "-p", "no:xdist", "-p", "no:cacheprovider")
PARTS = (
    ("tests/clinical", "--ignore=tests/clinical/screen"),
    (
        "tests/clinical/screen",
        "tests/knowledge",
        *(f"tests/config/test_{name}_command.py" for name in COMMANDS),
        "tests/config/test_screen_bad_input.py",
    ),
)


def main(argv: list[str]) -> int:
    """Print the table and what was not reached; 1 when something was not, or a test failed."""
    with tempfile.TemporaryDirectory() as folder:
        place = {**os.environ, "COVERAGE_FILE": f"{folder}/tried"}
        with ThreadPoolExecutor(len(PARTS)) as pool:
            codes = list(pool.map(lambda part: _tested(part, place), PARTS))
        _coverage("combine", "-q", place=place)
        _coverage("json", "-q", "-o", f"{folder}/found.json", place=place)
        found = json.loads(Path(folder, "found.json").read_text(encoding="utf-8"))
    for name, one in sorted(found["files"].items()):
        _tell(name, one)
    files = found["files"]
    rows = [Row(f"{floor.rpartition('/')[2]}: tried", _percent(files, floor), "%", least=100) for floor in FLOORS]
    rows.append(Row("lines left out by a mark", found["totals"]["excluded_lines"], "", limit=0))
    return show("tried", rows) or max(codes)


def _tested(part: tuple[str, ...], place: Mapping[str, str]) -> int:
    given = ("--branch", f"--source={','.join(FLOORS)}", "-m", "pytest", *QUIET)
    return _coverage("run", "-p", *given, *part, place=place, check=False)


def _coverage(*arguments: str, place: Mapping[str, str], check: bool = True) -> int:
    command = [sys.executable, "-m", "coverage", *arguments]
    return subprocess.run(command, cwd=ROOT, env=dict(place), check=check, stdout=sys.stderr).returncode


def _tell(name: str, one: Mapping[str, Any]) -> None:
    for line in one["missing_lines"]:
        print(f"{name}:{line}: not reached")
    for begin, end in one["missing_branches"]:
        print(f"{name}:{begin}: never goes on to {'the end' if end < 0 else f'line {end}'}")


def _percent(files: Mapping[str, Any], floor: str) -> float:
    sums = [one["summary"] for name, one in files.items() if name.startswith(floor)]
    there = sum(one["num_statements"] + one["num_branches"] for one in sums)
    return 100 * sum(one["covered_lines"] + one["covered_branches"] for one in sums) / there
