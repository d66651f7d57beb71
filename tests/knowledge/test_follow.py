"""The after-care rules and the adverse events: strict reading, with file and table in every error."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from filiform.clinical.follow import FollowRules
from filiform.knowledge import KnowledgeError, book
from filiform.knowledge.adverse import load_adverse
from filiform.knowledge.follow import load_follow
from filiform.knowledge.loading import HERE


def changed(tmp_path: Path, folder: str, file: str, old: str, new: str) -> Path:
    """One knowledge folder with one text replaced in one file."""
    copy = tmp_path / folder
    shutil.copytree(HERE / folder, copy)
    text = (copy / file).read_text(encoding="utf-8")
    assert old in text
    (copy / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    return copy


def follow(folder: Path) -> FollowRules:
    return load_follow(folder, book().sources, book().adverse, book().screening.vocabulary)


def test_the_shipped_files_load_into_the_book() -> None:
    assert follow(HERE / "aftercare") == book().follow
    assert load_adverse(HERE / "adverse_events", book().sources) == book().adverse


@pytest.mark.parametrize(
    ("file", "old", "new", "told"),
    [
        ("lines.toml", 'queue = "now"', 'queue = "soon"', r"lines.toml.*line.breath_or_chest.*soon"),
        ("lines.toml", 'queue = "now"', 'kueue = "now"', r"lines.toml.*line.breath_or_chest.*'queue' is missing"),
        ("lines.toml", "until = 48\n", "", r"line.pain_worse.*belong together"),
        ("lines.toml", "until = 48\n", "until = 48\nso = 1\n", r"line.pain_worse.*unknown key 'so'"),
        ("lines.toml", '"chest_pain", "shoulder_tip"', '"chest_pane"', "'chest_pane', which no words set"),
        ("lines.toml", 'may_be = ["pneumothorax"]', 'may_be = ["lung"]', "'lung' in 'may_be' is not a known adverse"),
        ("lines.toml", "ghent_2024 found", "ghent_2025 found", "ghent_2025"),
        ("lines.toml", 'hazard = "pleura"', 'hazard = "lung"', "silence.*lung"),
        ("lines.toml", "fever_c = 38.0", 'fever_c = "38"', "limits.*fever_c"),
        ("lines.toml", 'treatment_needed = "none"', 'treatment_needed = "ice"', "sore.observed.*ice"),
        ("lines.toml", "hours = 72, words", "after = 72, words", "sore.again.*'hours' is missing"),
        ("words.toml", 'mild = ["sore"', 'mild = ["sores"', "'sores' is mild or reassuring"),
        ("words.toml", 'anticoagulant = "blood', 'anticoagulants = "blood', "screening.*'anticoagulants'"),
        ("words.toml", 'numb = ["numb"', 'numb = ["fever"', "the words 'fever' mean both fever and numb"),
    ],
)
def test_a_wrong_after_care_file_is_refused(tmp_path: Path, file: str, old: str, new: str, told: str) -> None:
    with pytest.raises(KnowledgeError, match=told):
        follow(changed(tmp_path, "aftercare", file, old, new))


@pytest.mark.parametrize(
    ("file", "old", "new", "told"),
    [
        ("events.toml", "serious = false", 'serious = "no"', r"events.toml.*event.bleeding.*serious"),
        ("events.toml", "words = ", "wirds = ", r"event.bleeding.*'words' is missing"),
        (
            "schemes.toml",
            'any = ["medical_care", "function_lost"]',
            "",
            "'significant' has no 'any' and is not the last",
        ),
        (
            "schemes.toml",
            'words = "Short, rev',
            'any = ["death"]\nwords = "Short, rev',
            "last grade must have no 'any'",
        ),
        ("schemes.toml", '"death", "admission"', '"dead", "admission"', "dead"),
        ("rates.toml", "n = 7629", "n = 0", r"rates.toml.*study.brady_2014.*at least 1"),
        ("rates.toml", 'event = "any_mild"', 'event = "mild"', "'mild' in 'event' is none of"),
        ("rates.toml", 'per = "percent"', 'per = "promille"', "promille"),
        ("rates.toml", "value = 19.18", "value = 29.18", "lies between its own limits"),
        ("rates.toml", "value = 7.55", "value = -7.55", "none is below zero"),
    ],
)
def test_a_wrong_adverse_file_is_refused(tmp_path: Path, file: str, old: str, new: str, told: str) -> None:
    with pytest.raises(KnowledgeError, match=told):
        load_adverse(changed(tmp_path, "adverse_events", file, old, new), book().sources)


def test_no_word_is_plain_that_is_an_alarm_by_itself() -> None:
    """A plain word adds nothing; a word that is a whole phrase of an alarming term does."""
    rules = book().follow
    alarms = {
        phrase[0]
        for term in rules.vocabulary.terms
        for phrase in term.phrases
        if len(phrase) == 1 and term.sign and term.sign not in rules.mild | rules.reassuring
    }
    assert sorted(alarms & rules.plain) == []
