"""What is missing is skipped with a remedy here and fails on CI; which tests run on which database."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from _pytest.outcomes import Failed, Skipped

from tests import needs

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("ask", [needs.chromium, needs.node, needs.postgres])
@pytest.mark.parametrize(("ci", "outcome"), [("", Skipped), ("1", Failed)])
def test_what_is_missing_is_skipped_and_on_ci_fails(
    ask: object, ci: str, outcome: type[BaseException], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert callable(ask)
    monkeypatch.setenv("FILIFORM_CI", ci)
    monkeypatch.setattr(needs.shutil, "which", lambda name: None)
    monkeypatch.setattr(needs, "_answers", lambda url: False)
    with pytest.raises(outcome, match=r"needs .+: (apt install|install|start|set|cd) "):
        ask()


def test_the_first_browser_there_is_taken_and_one_that_is_named_before_it(monkeypatch: pytest.MonkeyPatch) -> None:
    there = {"chromium-browser": "/a/chromium-browser", "google-chrome": "/a/chrome", "/my/own": "/my/own"}
    monkeypatch.setattr(needs.shutil, "which", there.get)
    monkeypatch.delenv("FILIFORM_CHROMIUM", raising=False)
    assert needs.chromium() == "/a/chromium-browser"
    monkeypatch.setenv("FILIFORM_CHROMIUM", "/my/own")
    assert needs.chromium() == "/my/own"


@pytest.mark.parametrize(("url", "asked"), [("", needs.LOCAL_POSTGRES), ("sqlite:///x", needs.LOCAL_POSTGRES)])
def test_without_an_address_the_server_of_this_machine_is_asked(
    url: str, asked: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", url)
    monkeypatch.setattr(needs, "_answers", lambda url: url == asked)
    assert needs.postgres() == asked


SAMPLE = """
import pytest
from tests.conftest import *

def test_plain(): ...
def test_fixture(db): ...
@pytest.mark.django_db
def test_mark(): ...
def test_page(browser, db): ...
@pytest.mark.postgres
def test_theirs(db): ...
@pytest.mark.sqlite
def test_ours(db): ...
"""


def _collected(folder: Path, *arguments: str, url: str) -> set[str]:
    """The names that pytest would run of SAMPLE, with this project's conftest."""
    (folder / "conftest.py").write_text("from tests.conftest import *\n")
    (folder / "test_sample.py").write_text(SAMPLE)
    command = [sys.executable, "-m", "pytest", "--collect-only", "-q", "-c", str(ROOT / "pyproject.toml")]
    done = subprocess.run(
        [*command, "--rootdir", str(ROOT), "-p", "no:cacheprovider", str(folder), *arguments],
        env={**os.environ, "DATABASE_URL": url},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return {line.partition("::test_")[2] for line in done.stdout.splitlines() if "::" in line}


def test_a_test_about_one_database_is_left_out_on_the_other(tmp_path: Path) -> None:
    both = {"plain", "fixture", "mark", "page"}
    assert _collected(tmp_path, url="") == both | {"ours"}
    assert _collected(tmp_path, url="postgresql://127.0.0.1/x") == both | {"theirs"}


def test_db_only_runs_what_uses_the_database_and_no_browser(tmp_path: Path) -> None:
    assert _collected(tmp_path, "--db-only", url="") == {"fixture", "mark", "ours"}
    assert _collected(tmp_path, "--db-only", url="postgresql://127.0.0.1/x") == {"fixture", "mark", "theirs"}
