"""Corners of the screening that no vignette reaches, and files that would weaken a rule without an error anywhere."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from filiform.clinical.screen import (
    Answer,
    Background,
    Kind,
    Restrict,
    Restriction,
    Result,
    Said,
    Scope,
    restriction_from_json,
    screen,
    technique_blocks,
)
from filiform.clinical.screen.signs import gather
from filiform.clinical.terms import Level
from filiform.knowledge import KnowledgeError, book
from filiform.knowledge.loading import HERE
from filiform.knowledge.screening import load_screening
from tests.clinical.screen.test_facts import also, asked, screened

BOOK = book().screening
ON = date(2026, 11, 23)


def record(*facts: Background) -> Result:
    return screen([], facts, book_rules=BOOK, patient_age=45, on=ON)


def test_an_unknown_rule_is_named() -> None:
    with pytest.raises(ValueError, match=r"no screening rule 'screen\.gone'"):
        BOOK.rule("screen.gone")


def test_a_code_without_words_is_shown_as_the_code() -> None:
    result = record(Background(Kind.PROBLEM, "", codes=(("http://snomed.info/sct", "44054006"),), status="active"))
    assert [one.text for one in result.findings[0].evidence] == ["http://snomed.info/sct 44054006"]


def test_missed_tablets_deny_nothing() -> None:
    """ "No missed doses": the medicine is taken; the same words without "properly" or "missed" would deny it."""
    for text in ("does not take warfarin properly", "not warfarin as prescribed"):
        known = gather([Answer("anything_else", Said.YES, text)], [], BOOK, ON)
        assert known.holds("anticoagulant.vka"), text
    assert not gather([Answer("anything_else", Said.YES, "not warfarin")], [], BOOK, ON).holds("anticoagulant")


def test_a_technique_is_locked_by_its_own_restriction_only() -> None:
    mine = Restriction(Scope.TECHNIQUE, "estim", None, Restrict.AVOID, "A pacemaker.", "screen.cardiac_device")
    other = Restriction(Scope.TECHNIQUE, "thin_needle", None, Restrict.MODIFY, "Thin.", "")
    blocks = technique_blocks([mine, other, mine], "estim")
    assert [(one.rule, one.level) for one in blocks] == [("screen.cardiac_device", Level.STOP)]
    assert [one.rule for one in technique_blocks([other], "thin_needle")] == ["screen.restriction"]


def test_a_restriction_printed_for_others_has_no_rule() -> None:
    told = record(Background(Kind.PROBLEM, "COPD", status="active")).as_json()["restrictions"][0]
    assert "rule" not in told and restriction_from_json(told).rule == ""


# --- facts ---


@pytest.mark.control("C-140")
def test_words_that_nobody_understands_settle_nothing_else() -> None:
    """Among the conditions stands something unknown, and of symptoms and events nothing is told."""
    result = screened({"conditions": ["wobbly knee syndrome"]})
    assert sum("anything else" in one.question.lower() for one in result.ask) == 1
    assert any("read what the patient wrote" in one.question for one in result.ask)


def test_a_sign_without_a_matching_answer_leaves_its_question_open() -> None:
    """A metastasis is a place to leave out; whether the cancer is treated now is still asked."""
    result = also(conditions=["metastasis in the left thigh"])
    assert "cancer" in asked(result) and not result.cleared
    assert asked(also(vascular=True)) == {"vascular_disease"}


# --- files ---


@pytest.mark.parametrize(
    ("file", "old", "new", "told"),
    [
        ("questions.toml", 'kind = "yes_no_unsure"', 'kind = "choice"', "options belong to a choice question"),
        ("questions.toml", 'ask_if = ["reaction.harm"]', "", "a regions question needs 'ask_if'"),
        ("rules/skin.toml", 'all = ["lymphoedema"]\n', "", "would hold for everybody"),
        ("rules/skin.toml", 'limits_because = "The skin is broken or ill here."\n', "", "'limits_because' is missing"),
        (
            "rules/skin.toml",
            'limits_because = "Lymphoedema on this side',
            'tell = "Lymphoedema on this side',
            "an alert, and only an alert, needs 'tell'",
        ),
        ("rules/skin.toml", 'avoid_at = "site"\n', "refuse_there = true\n", "'refuse_there' needs avoid_at"),
    ],
)
def test_a_file_that_would_weaken_a_rule_is_refused(tmp_path: Path, file: str, old: str, new: str, told: str) -> None:
    folder = tmp_path / "screening"
    shutil.copytree(HERE / "screening", folder)
    text = (folder / file).read_text(encoding="utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(KnowledgeError, match=told):
        load_screening(folder, book().sources, book().regions, book().muscles)
