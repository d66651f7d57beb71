"""docs/map.md leads to what exists, and no sentence of the README is without its place there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
MAP = (ROOT / "docs" / "map.md").read_text(encoding="utf-8")
README = (ROOT / "README.md").read_text(encoding="utf-8")
STEPS = ("learn", "book", "screen", "consent", "locate", "needle", "evaluate", "plan", "follow", "note")
SAID = ("What a visit looks like", "Where the data is", "Safety")  # sections whose every sentence has its place
PATH = re.compile(r"`((?:src|tests|docs|requirements)/[\w./-]+|pyproject\.toml)`")


def section(text: str, heading: str) -> str:
    """What stands below a heading of the second level."""
    return text.split(f"\n## {heading}\n", 1)[1].split("\n## ", 1)[0]


def rows(text: str) -> list[list[str]]:
    """The cells of each row of the tables in `text`, without the ruled line."""
    lines = [line for line in text.splitlines() if line.startswith("|") and not line.startswith("|---")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def grid() -> list[list[str]]:
    """The grid: its head first."""
    return rows(section(MAP, "The grid: a step on every floor"))


def flat(text: str) -> str:
    """In one line, without the marks of lists."""
    return re.sub(r"\s+", " ", re.sub(r"^(\d+\.|-) ", "", text, flags=re.MULTILINE)).strip()


def sentences(text: str) -> list[str]:
    """The sentences of a section; links stand without their addresses."""
    plain = flat(re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", text))
    return [one for one in re.split(r"(?<=[.])\s+(?=[A-Z*\[])", plain) if len(one) > 3]


@pytest.mark.parametrize("path", sorted(set(PATH.findall(MAP))))
def test_every_path_it_names_exists(path: str) -> None:
    assert (ROOT / path).exists()


def test_the_grid_has_every_step_on_every_floor_with_paths_that_exist() -> None:
    head, *steps = grid()
    assert [row[0] for row in steps] == list(STEPS)
    for name, *cells in steps:
        for column, cell in zip(head[1:], cells, strict=True):
            folder = ROOT / _base(column)
            found = re.findall(r"`([^`]+)`", cell)
            assert found or cell == "-", (name, column)
            missing = [path for path in found if not (folder / path).exists()]
            assert missing == [], (name, column)


def _base(column: str) -> str:
    """The folder in the head of a column, from the root."""
    (folder,) = re.findall(r"`([^`]+)`", column)
    return folder if folder.startswith("tests/") else f"src/filiform/{folder}"


def test_a_step_of_the_grid_is_on_every_floor_that_has_its_name() -> None:
    """Nobody looks for a file that lies there under the step's own name and is not in the grid."""
    head, *steps = grid()
    for name, *cells in steps:
        for column, cell in zip(head[1:-1], cells, strict=False):
            for own in (f"{name}.py", f"{name}/"):
                assert not (ROOT / _base(column) / own).exists() or f"`{own}`" in cell, (name, column)


@pytest.mark.parametrize("heading", SAID)
def test_every_sentence_of_the_readme_has_its_place(heading: str) -> None:
    places = [row[0] for row in rows(section(MAP, "The README, sentence by sentence"))[1:]]
    for sentence in sentences(section(README, heading)):
        assert any(place in sentence for place in places), sentence


def test_every_place_quotes_the_readme_and_leads_somewhere() -> None:
    readme = flat(README)
    for said, where in rows(section(MAP, "The README, sentence by sentence"))[1:]:
        assert said in readme, said
        assert PATH.search(where) or where == "a statement, no code", said


def test_a_sentence_that_is_new_is_missed() -> None:
    text = "1. **Today** shows who is expected.\n2. Patients get a song at the end.\n"
    places = [row[0] for row in rows(section(MAP, "The README, sentence by sentence"))[1:]]
    found = [one for one in sentences(text) if not any(place in one for place in places)]
    assert found == ["Patients get a song at the end."]
