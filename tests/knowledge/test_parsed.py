"""Parsed TOML that is kept: the same as parsed anew, never that of another file, and no matter when it is damaged."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from filiform.knowledge.loading import HERE
from filiform.knowledge.parsed import Store, parse

SHIPPED = sorted(HERE.rglob("*.toml"))


@pytest.mark.control("C-147")
def test_what_is_kept_is_what_parsing_gives(tmp_path: Path) -> None:
    first = Store(tmp_path / "kept" / "toml.pickle")
    for file in SHIPPED:
        first.parse(file.read_bytes())
    first.keep()
    second = Store(first.file)
    for file in SHIPPED:
        assert second.parse(file.read_bytes()) == tomllib.loads(file.read_text(encoding="utf-8"))
    assert not second.new
    second.file.unlink()
    second.keep()
    assert not second.file.exists(), "nothing was new, so nothing is written"


@pytest.mark.control("C-147")
def test_a_changed_file_is_parsed_anew(tmp_path: Path) -> None:
    first = Store(tmp_path / "toml.pickle")
    first.parse(b'action = "refuse"')
    first.keep()
    second = Store(first.file)
    assert second.parse(b'action = "modify"') == {"action": "modify"}
    assert second.new


@pytest.mark.parametrize("damaged", [b"", b"nonsense", b"\x80\x04K\x01.", b"\x80\x04c"])
def test_a_damaged_store_is_parsed_around_and_mended(tmp_path: Path, damaged: bytes) -> None:
    store = Store(tmp_path / "toml.pickle")
    store.file.write_bytes(damaged)
    assert store.parse(b"a = 1") == {"a": 1}
    store.keep()
    assert Store(store.file).parse(b"a = 1") == {"a": 1}


def test_a_folder_that_cannot_be_written_to_is_let_be(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    store = Store(tmp_path / "file" / "toml.pickle")
    assert store.parse(b"a = 1") == {"a": 1}
    store.keep()
    assert (tmp_path / "file").read_text() == "in the way"


def test_files_of_others_are_not_kept(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text("a = 1")
    assert parse(tmp_path / "mine.toml") == {"a": 1}
