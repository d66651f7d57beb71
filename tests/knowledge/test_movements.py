"""Movements whose range is measured: their sides, their words, and files that are refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from filiform.clinical.terms import Side
from filiform.knowledge import movements as module
from filiform.knowledge.loading import HERE, KnowledgeError, read
from filiform.knowledge.movements import movements


def test_a_paired_movement_has_two_sides_and_another_none() -> None:
    assert movements()["neck_rotation"].sides == (Side.LEFT, Side.RIGHT)
    assert movements()["back_flexion"].sides == (Side.MIDLINE,)
    assert movements()["neck_rotation"].name == "Neck, turn"


def test_every_movement_has_a_source_and_a_range_of_a_joint() -> None:
    for one in movements().values():
        assert one.cites
        assert 0 < one.norm[0] <= one.norm[1] <= 190


def test_a_range_that_no_joint_has_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "instruments"
    folder.mkdir()
    text = (HERE / "instruments" / "movements.toml").read_text(encoding="utf-8")
    (folder / "movements.toml").write_text(text.replace("norm = [60, 80]", "norm = [80, 60]", 1), encoding="utf-8")
    monkeypatch.setattr(module, "HERE", tmp_path)
    movements.cache_clear()
    try:
        with pytest.raises(KnowledgeError, match="no range of a joint"):
            movements()
    finally:
        movements.cache_clear()


@pytest.mark.parametrize(
    ("text", "ask", "said"),
    [
        ("words = [1]", "texts", "must hold texts only"),
        ("[words]\none = 2", "tables", "must be a table"),
        ("words = [1]", "listed", "must hold tables only"),
    ],
)
def test_a_value_of_the_wrong_kind_is_named(tmp_path: Path, text: str, ask: str, said: str) -> None:
    path = tmp_path / "file.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(KnowledgeError, match=said):
        list(getattr(read(path), ask)("words"))
