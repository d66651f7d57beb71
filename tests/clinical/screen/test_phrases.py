"""What people write: over 300 phrases, a third of them traps, read through the whole screening."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from filiform.clinical.screen import Action, Answer, Said
from filiform.clinical.screen.signs import gather
from filiform.knowledge import book
from tests.clinical.screen.vignettes import TODAY

FILE = Path(__file__).parents[2] / "cases" / "phrases_screening.toml"
BOOK = book().screening
PHRASES = tomllib.loads(FILE.read_text(encoding="utf-8"))
# Questions that nobody needs because of a phrase: they are asked of everybody.
BASE = {question.id for question in BOOK.questions if not question.ask_if}


def raised(phrase: str) -> set[str]:
    """The conditions that a phrase raises: a rule that more than notes, or a question that only this phrase asks."""
    known = gather([Answer("anything_else", Said.YES, phrase)], [], BOOK, TODAY)
    found = {
        rule.condition
        for rule in BOOK.rules
        if rule.actions["default"] is not Action.NOTE
        and all(map(known.holds, rule.all_of))
        and (not rule.any_of or any(map(known.holds, rule.any_of)))
    }
    for question in BOOK.questions:
        if question.id == "read_text":  # asked of every text that names nothing
            continue
        if question.id in known.reminders or any(map(known.holds, question.ask_if)):
            found.add(question.condition)
    return found


def phrases() -> list[tuple[str, str]]:
    """Every phrase that must be read, with its condition."""
    return [(condition, phrase) for condition, written in PHRASES["reads"].items() for phrase in written]


@pytest.mark.control("C-076")
@pytest.mark.parametrize(("condition", "phrase"), phrases())
def test_phrase_is_read(condition: str, phrase: str) -> None:
    assert condition in raised(phrase)


@pytest.mark.control("C-076")
@pytest.mark.parametrize("phrase", PHRASES["nothing"]["phrases"])
def test_trap_raises_nothing(phrase: str) -> None:
    assert raised(phrase) == set()


def test_there_are_enough_phrases_and_a_third_are_traps() -> None:
    read, traps = len(phrases()), len(PHRASES["nothing"]["phrases"])
    assert read + traps >= 300
    assert traps * 3 >= read + traps
