"""Reads `tests/cases/blind_screening_*.toml`: facts as a person writes them, and what facts.md says must come of them.

The way in is the one of `./filiform screen --facts`; only what is known in the room (`visit`) is added as an answer.
How to read a vignette stands at the head of blind_screening_well.toml.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from filiform.clinical.screen import Answer, Result, Said, screen
from filiform.clinical.screen.facts_in import read_facts
from filiform.clinical.screen.facts_map import map_facts, with_more
from filiform.clinical.screen.operator import operator_rules
from filiform.clinical.screen.signs import Today
from filiform.knowledge import book
from tests.clinical.screen.vignettes import muscle_side

CASES = Path(__file__).parents[2] / "cases"
TODAY = date(2026, 11, 23)
KEYS = {
    "title", "row", "note", "wrong_at_first", "facts", "unknown", "visit", "plan", "estim", "profiles", "disposition",
    "at_least", "at_most", "cleared", "finds", "finds_any", "not_finds", "not_finds_action", "asks", "not_asks",
    "asks_about", "either", "told", "locks", "free", "no_estim",
}  # fmt: skip
VISIT = {
    "first visit": Answer("needling_before", Said.YES, chosen=("first",)),
    "no sharps box": Answer("setup", Said.YES, "no sharps box"),
    "nobody within call": Answer("setup", Said.YES, "nobody within call"),
    "lot out of date": Answer("setup", Said.YES, "lot out of date"),
    "no resuscitation plan": Answer("setup", Said.YES, "no resuscitation plan"),
    "pelvic floor credential": Answer("pelvic_floor", Said.YES),
    "no pelvic floor credential": Answer("pelvic_floor", Said.NO),
}


@dataclass(frozen=True)
class Blind:
    """One vignette in one profile."""

    id: str
    profile: str
    data: dict[str, Any]
    facts: dict[str, Any]

    def __getattr__(self, key: str) -> Any:
        return self.data.get(key)

    def screened(self) -> Result:
        """What the screening says."""
        known = book()
        facts = read_facts(self.facts, TODAY)
        plan = tuple(muscle_side(item) for item in self.plan or ())
        age = int(facts.numbers["age"]) if "age" in facts.numbers else None
        mapped = map_facts(facts, known.screening, known.symptoms, TODAY, Today(age, plan, bool(self.estim)))
        told_here = [VISIT[words] for words in self.visit or ()]
        replaced = {answer.question for answer in told_here}
        result = screen(
            [*(one for one in mapped.answers if one.question not in replaced), *told_here],
            mapped.background,
            book_rules=known.screening,
            patient_age=age,
            on=TODAY,
            plan=plan,
            muscles=known.muscles,
            estim=bool(self.estim),
            profile=self.profile,
            doctor_answers=mapped.doctors,
        )
        findings, asks = operator_rules(facts.operator, known.jurisdictions, TODAY)
        return with_more(result, findings, (*mapped.asks, *asks))


def blind_cases() -> list[Blind]:
    """Every vignette in each of its profiles; an unknown key is a mistake in the file."""
    well = tomllib.loads((CASES / "blind_screening_well.toml").read_text(encoding="utf-8"))["well"]
    found = []
    for file in sorted(CASES.glob("blind_screening_*.toml")):
        for name, data in tomllib.loads(file.read_text(encoding="utf-8"))["case"].items():
            if not data.keys() <= KEYS:
                raise ValueError(f"{file.name} [case.{name}]: unknown {sorted(data.keys() - KEYS)}")
            facts = _facts(well, data)
            where = f"{file.stem.removeprefix('blind_screening_')}.{name}"
            found += [Blind(f"{where}-{one}", one, data, facts) for one in data.get("profiles", ["default"])]
    return found


def _facts(well: dict[str, Any], data: dict[str, Any]) -> dict[str, Any]:
    """The well patient with what the vignette tells, without what it leaves unknown."""
    unknown = data.get("unknown", [])
    base = {} if unknown == ["all"] else {key: value for key, value in well.items() if key not in unknown}
    if missing := set(unknown) - {"all"} - well.keys():
        raise ValueError(f"{data['title']}: {sorted(missing)} are no keys of the well patient")
    return base | data.get("facts", {})
