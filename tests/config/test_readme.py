"""The README keeps to what exists: its commands, its links, its picture."""

import re
from pathlib import Path

import pytest

from filiform.config.cli import COMMANDS

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
NAMES = {command.name for command in COMMANDS}


def test_every_command_it_names_exists() -> None:
    assert set(re.findall(r"\./filiform ([a-z]+)", README)) - NAMES == set()


def test_its_table_has_every_command() -> None:
    assert set(re.findall(r"^\| `\./filiform ([a-z]+)", README, re.MULTILINE)) == NAMES


@pytest.mark.parametrize("target", sorted(set(re.findall(r"\]\(([^)#]+)\)", README))))
def test_what_it_links_to_is_there(target: str) -> None:
    assert (ROOT / target).exists()


def test_it_says_first_what_it_is_in_five_lines_then_a_picture_then_the_two_commands() -> None:
    title, what, picture, commands = README.split("\n\n")[:4]
    assert title == "# Filiform"
    assert len(what.splitlines()) == 5
    assert picture.startswith("![")
    assert re.findall(r"\./filiform (\w+)", commands) == ["demo", "test"]


def test_it_says_that_no_clinician_has_reviewed_it() -> None:
    assert "No clinician has reviewed" in README
