"""The words of symptoms and events from TOML, checked against the questions that they answer."""

from __future__ import annotations

import re
from pathlib import Path

from filiform.clinical.screen.book import Rulebook
from filiform.clinical.screen.facts_keys import TEXTS
from filiform.clinical.screen.symptoms import READ_IN, Symptom
from filiform.knowledge.loading import Table, read

_STEM = re.compile(r"[a-z0-9]+\*?")


def load_symptoms(file: Path, rules: Rulebook) -> tuple[Symptom, ...]:
    """Every `[symptom.name]` of `file`; raises `KnowledgeError`."""
    root = read(file)
    found = tuple(_symptom(name, table, rules) for name, table in root.tables("symptom"))
    root.done()
    return found


def _symptom(name: str, table: Table, rules: Rulebook) -> Symptom:
    question, option = table.text("question"), table.text("option", "")
    try:
        known = rules.question(question)
        if option:
            known.option(option)
    except ValueError as unknown:
        raise table.error(str(unknown), "question") from None
    if bool(option) != bool(known.options):
        raise table.error("a choice question needs an option, and no other question has one", "option")
    patterns = tuple(tuple(words.split()) for words in table.distinct("words"))
    for stem in (stem for pattern in patterns for stem in pattern):
        if not _STEM.fullmatch(stem):
            raise table.error(f"{stem!r} is no word in small letters, with or without a star at its end", "words")
    lists = table.distinct("lists", READ_IN)
    if strange := sorted(set(lists) - TEXTS):
        raise table.error(f"{', '.join(strange)}: no facts in words; there are {', '.join(sorted(TEXTS))}", "lists")
    within = table.whole("within_days", 0) or None
    table.done()
    return Symptom(name, question, option, patterns, lists, within)
