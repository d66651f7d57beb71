"""The server is killed while a tablet sends, the browser while somebody taps: nothing that they said is kept is lost.

The small sister of `./filiform bench kill`. The controls: a server that answers first and stores a moment later, and a
page that shows an event before it is written.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests import needs
from tests.bench import _server, kill

KILLS = 6
PATIENCE = 20  # seconds on a machine that does other work as well; the benchmark's limit is kill.BACK_WITHIN


@pytest.mark.control("C-214")
def test_a_server_that_is_killed_serves_again_and_lost_nothing(tmp_path: Path) -> None:
    needs.disk(tmp_path)
    found = kill.kill_server(tmp_path, _server.make_practice(tmp_path), KILLS, seed=3)
    assert (found.lost, found.unsound) == (0, [])
    assert found.held > KILLS
    assert max(second for back in found.back.values() for second in back) < PATIENCE


@pytest.mark.control("C-214")
def test_a_server_that_answers_before_it_stores_is_seen(tmp_path: Path) -> None:
    needs.disk(tmp_path)
    password = _server.make_practice(tmp_path)
    assert kill.kill_server(tmp_path, password, KILLS, seed=3, spoilt=_server.ANSWERS_FIRST).lost > 0


# In a process of its own: other tests keep a Playwright of theirs running in this one.
BROWSER = """
import json, sys
from pathlib import Path
from tests.bench.kill import kill_browser
found = kill_browser(Path(sys.argv[1]), sys.argv[2], 4, 3, too_early=sys.argv[3] == "too early")
print(json.dumps([len(found.entered), len(found.lost_here), len(found.entered - found.held)]))
"""


def _kill_browser(folder: Path, how: str) -> list[int]:
    """[events entered, of these not on the device afterwards, not on the server at the end]"""
    words = [sys.executable, "-c", BROWSER, str(folder), needs.chromium(), how]
    place = {**os.environ, "PYTHONPATH": os.pathsep.join((str(_server.ROOT / "src"), str(_server.ROOT)))}
    done = subprocess.run(words, env=place, cwd=_server.ROOT, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    told: list[int] = json.loads(done.stdout)
    return told


@pytest.mark.browser
@pytest.mark.control("C-217")
@pytest.mark.parametrize(("how", "safe"), [("as it is", True), ("too early", False)])
def test_what_a_browser_showed_as_entered_survives_its_kill(how: str, safe: bool, tmp_path: Path) -> None:
    needs.disk(tmp_path)
    entered, lost_here, not_held = _kill_browser(tmp_path, how)
    assert entered > 4
    assert (lost_here == not_held == 0) is safe
