"""The strict loader refuses every kind of wrong file, and says where."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from filiform.knowledge import KnowledgeError, content_hash, load_book
from filiform.knowledge.loading import HERE


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the whole knowledge that a test may spoil."""
    return Path(shutil.copytree(HERE, tmp_path / "knowledge", ignore=shutil.ignore_patterns("*.py", "__pycache__")))


def _spoil(folder: Path, file: str, old: str, new: str) -> None:
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_the_untouched_copy_loads(folder: Path) -> None:
    assert len(load_book(folder).muscles) == 98


BAD = [
    ("muscles/hand.toml", 'tier = "B"', 'tier = "B"\nangle = 5', "unknown key 'angle'"),
    ("muscles/hand.toml", 'tier = "B"\n', "", "key 'tier' is missing"),
    ("muscles/hand.toml", 'tier = "B"', 'tier = "E"', "'E' in 'tier' is none of A, B, C, D"),
    ("muscles/hand.toml", 'hazards = ["nerve", ', 'hazards = ["nerves", ', "'nerves' in 'hazards' is none of"),
    ("muscles/hand.toml", '"hand_dorsal"', '"hand_back"', "'hand_back' in 'enters' is not a known region"),
    ("muscles/hand.toml", 'enters = ["thumb", "palm", "hand_dorsal"]', "enters = []", "'enters' is empty"),
    ("muscles/hand.toml", 'enters = ["thumb", ', 'enters = ["palm", ', "'palm' comes twice in 'enters'"),
    ("muscles/hand.toml", 'spill = ["palm", ', 'spill = ["thumb", ', "both in 'primary' and in 'spill'"),
    ("muscles/hand.toml", "enters_reviewed = false", "enters_reviewed = 0", "must be true or false"),
    ("muscles/hand.toml", '["dommerholt_2019 recalled"]', "[]", "every fact needs a source"),
    ("muscles/hand.toml", "dommerholt_2019 recalled", "dommerholt_2018 recalled", "is not a known source"),
    ("muscles/hand.toml", "dommerholt_2019 recalled", "dommerholt_2019 sure", "'sure' in 'hazard' is none of"),
    ("muscles/hand.toml", "dommerholt_2019 recalled", "dommerholt_2019 found", "needs the place"),
    ("muscles/hand.toml", "dommerholt_2019 recalled", "dommerholt_2019 recalled p. 7", "nobody re-read it"),
    ("muscles/hand.toml", "[muscle.thenar", "[muscle.Thenar", "is no id"),
    ("muscles/hand.toml", "[muscle.dorsal_interossei_hand]", "[muscle.rhomboids]", "in another file"),
    ("muscles/hand.toml", "[muscle.dorsal_interossei_hand]", "[muscle.thenar_adductor_opponens]", "line"),
    ("muscles/hand.toml", 'tier = "B"', "tier = ", "Invalid value"),
    ("regions.toml", "choir_front = [101, 102]", "choir_front = [101]", "two whole numbers"),
    ("regions.toml", "midline = true", 'midline = "yes"', "must be true or false"),
    ("sources/own.toml", "licence = ", "license = ", "'licence' is missing"),
    ("sources/own.toml", "as_of = 2026-11-23", 'as_of = "today"', "must be a date"),
    ("sources/own.toml", "year = 2026", "year = 26", "not a year"),
    ("consent/text.toml", 'kind = "pleural"', 'kind = "risk"', "no statement of kind 'pleural'"),
    ("education/who-should-wait.toml", "order = 4", "order = 5", "already taken"),
    ("education/not-acupuncture.toml", "Both use", "Both {use}", "no known place to fill"),
    ("education/when-to-call.toml", 'include = "now"', 'include = "later"', "is none of now, same_day"),
    ("aftercare/sheet.toml", "Call {emergency}. Do not drive", "Do not drive", "does not say {emergency}"),
]


@pytest.mark.parametrize(("file", "old", "new", "says"), BAD, ids=[f"{bad[0]}: {bad[3]}" for bad in BAD])
def test_a_wrong_file_is_refused_with_its_name_and_reason(
    folder: Path, file: str, old: str, new: str, says: str
) -> None:
    _spoil(folder, file, old, new)
    with pytest.raises(KnowledgeError) as refused:
        load_book(folder)
    assert says in str(refused.value)
    assert Path(file).name in str(refused.value)


def test_the_message_names_line_and_table(folder: Path) -> None:
    _spoil(folder, "muscles/hand.toml", 'tier = "B"', 'tier = "E"')
    with pytest.raises(KnowledgeError) as refused:
        load_book(folder)
    lines = (folder / "muscles/hand.toml").read_text(encoding="utf-8").splitlines()
    assert refused.value.table == "muscle.thenar_adductor_opponens"
    assert refused.value.line is not None
    assert lines[refused.value.line - 1] == 'tier = "E"'


@pytest.mark.parametrize("file", ["muscles/elbow.toml", "muscles/hand.toml"])
def test_a_muscle_file_too_many_or_too_few_is_refused(folder: Path, file: str) -> None:
    path = folder / file
    if path.exists():
        path.unlink()
    else:
        path.write_text("", encoding="utf-8")
    with pytest.raises(KnowledgeError, match=path.name):
        load_book(folder)


def test_not_utf8_is_refused(folder: Path) -> None:
    (folder / "regions.toml").write_bytes(b'[cites]\nwords = ["\xff"]')
    with pytest.raises(KnowledgeError, match="UTF-8"):
        load_book(folder)


def test_the_hash_changes_with_one_letter_and_with_a_name(folder: Path) -> None:
    before = content_hash(folder)
    _spoil(folder, "regions.toml", "forehead", "Forehead")
    changed = content_hash(folder)
    (folder / "sources/own.toml").rename(folder / "sources/ours.toml")
    assert len({before, changed, content_hash(folder)}) == 3
