"""The measures' file is read as strictly as the rest of the knowledge."""

from __future__ import annotations

from pathlib import Path

import pytest

from filiform.knowledge import KnowledgeError, book
from filiform.knowledge.loading import HERE
from filiform.knowledge.scales import load_scales, scales

FILE = HERE / "instruments" / "scales.toml"


def test_every_figure_has_a_source_that_is_known() -> None:
    for scale in scales().values():
        for cites in (scale.cites, *(figure.cites for figure in (*scale.errors, *scale.important))):
            assert cites
            assert {cite.source for cite in cites} <= set(book().sources)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("tenths = 21", "tenths = 0", "is no error and no change"),
        ("tenths = 21", "tenths = 2.1", "must be a whole number"),
        ("range = [0, 10]", "range = [10, 0]", "is no range"),
        ('better = "higher"', 'better = "up"', "is none of lower, higher"),
        ('people = "neck"', 'poeple = "neck"', "unknown key 'poeple'"),
        ("childs_2005 recalled", "childs recalled", "is not a known source"),
    ],
)
def test_a_wrong_file_is_refused(tmp_path: Path, old: str, new: str, says: str) -> None:
    text = FILE.read_text(encoding="utf-8")
    assert old in text
    spoiled = tmp_path / "scales.toml"
    spoiled.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(KnowledgeError, match=r"scales\.toml") as refused:
        load_scales(spoiled, book().sources)
    assert says in str(refused.value)
