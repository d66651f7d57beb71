"""The worker: what the program consists of is not looked through for garbage while somebody taps."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.bench._server import ROOT, environment

_COUNT = "import gc; from filiform.config import wsgi; print(gc.get_freeze_count(), len(gc.get_objects()))"


def test_what_the_program_consists_of_is_out_of_the_collectors_way(tmp_path: Path) -> None:
    """In a process of its own: the collector is one for all."""
    command = [sys.executable, "-c", _COUNT]
    done = subprocess.run(command, env=environment(tmp_path), cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True)
    kept, looked_through = map(int, done.stdout.split())
    assert kept > 10 * looked_through
