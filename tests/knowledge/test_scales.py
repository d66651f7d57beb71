"""The measures' file is read as strictly as the rest of the knowledge."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest

from filiform.clinical.evaluate import Better, Licence, Scale
from filiform.knowledge import KnowledgeError, book
from filiform.knowledge.instruments import load_people, load_scales
from filiform.knowledge.loading import HERE
from filiform.knowledge.scales import scales

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
        ('people = "neck"', 'people = "elbow"', "is no group of people.toml"),
        ("tenths = 21", "tenths = 21, percent = 5", "not in tenths and percent"),
        ("tenths = 21, ", "", "not in none"),
        ("hours = 48", "hours = 0", "is not above nought"),
        ('licence = "free"', 'licence = "any"', "is none of free, score_only"),
        ('licence = "score_only"', 'licence = "score_only"\nitems = ["Pain intensity"]', "unknown key 'items'"),
    ],
)
def test_a_wrong_file_is_refused(tmp_path: Path, old: str, new: str, says: str) -> None:
    text = FILE.read_text(encoding="utf-8")
    assert old in text
    spoiled = tmp_path / "scales.toml"
    spoiled.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(KnowledgeError, match=r"scales\.toml") as refused:
        load_scales(spoiled, book().sources, book().people)
    assert says in str(refused.value)


def test_the_message_names_the_line_of_a_figure_too(tmp_path: Path) -> None:
    text = FILE.read_text(encoding="utf-8")
    spoiled = tmp_path / "scales.toml"
    spoiled.write_text(text.replace("tenths = 21", "tenths = 0", 1), encoding="utf-8")
    with pytest.raises(KnowledgeError) as refused:
        load_scales(spoiled, book().sources, book().people)
    assert refused.value.line == text.splitlines().index("[scale.pain]") + 1


def test_groups_are_read_as_strictly(tmp_path: Path) -> None:
    text = (HERE / "instruments" / "people.toml").read_text(encoding="utf-8")
    spoiled = tmp_path / "people.toml"
    spoiled.write_text(text.replace('"lumbar"', '"loin"', 1), encoding="utf-8")
    with pytest.raises(KnowledgeError, match="'loin' in 'regions' is not a known region"):
        load_people(spoiled, book().sources, book().regions)


@pytest.mark.control("C-152")
def test_of_a_licensed_instrument_there_is_the_score_and_nothing_else() -> None:
    licensed = {scale.id for scale in scales().values() if scale.licence is Licence.SCORE_ONLY}
    assert licensed == {
        "ndi", "odi", "quickdash", "lefs", "spadi", "hit6", "promis_pi", "promis_pf", "koos_jr", "hoos_jr",
    }  # fmt: skip
    for name in licensed:
        assert "no item text" in scales()[name].licence_words
    assert not {"items", "questions", "text"} & {field.name for field in fields(Scale)}


@pytest.mark.control("C-151")
def test_which_way_is_better_is_that_of_the_facts() -> None:
    """A wrong direction would call every harm a benefit, so each one is typed a second time here."""
    up = {name for name, scale in scales().items() if scale.better is Better.HIGHER}
    assert up == {
        "range", "crom", "flexion_rotation", "ppt", "psfs", "psfs_single", "groc", "lefs", "promis_pf", "koos_jr",
        "hoos_jr",
    }  # fmt: skip
    assert len(scales()) == 23
