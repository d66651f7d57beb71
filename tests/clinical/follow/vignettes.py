"""Reads `tests/cases/aftercare_*.toml`: an answer of a patient, and where it must go in the call list.

`because` and `not_because` are words that the reasons must or must not hold; `event` is the line that the adverse
event is told by ("none": there is none), `may_be` and `grades` are of that event.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from filiform.clinical.follow import After, Sorted, after_from_json, aftercare
from filiform.knowledge import book

CASES = Path(__file__).parents[2] / "cases"


@dataclass(frozen=True)
class Case:
    """One vignette; an unknown key is refused by the constructor."""

    id: str
    title: str
    source: str
    queue: str
    hours: float | None = None
    muscles: list[str] = field(default_factory=list)
    symptoms: list[str] = field(default_factory=list)
    answers: dict[str, Any] = field(default_factory=dict)
    because: str = ""
    not_because: str = ""
    event: str = ""
    may_be: list[str] | None = None
    grades: dict[str, str] | None = None

    @property
    def after(self) -> After:
        said = {"muscles": self.muscles, "symptoms": self.symptoms, "answers": self.answers}
        return after_from_json({"hours_since": self.hours, **said}, book().muscles)

    def sorted(self) -> Sorted:
        return aftercare(self.after, book().follow, book().muscles)


def cases() -> list[Case]:
    """Every vignette, in the files' order."""
    files = sorted(CASES.glob("aftercare_*.toml"))
    tables = [tomllib.loads(file.read_text(encoding="utf-8"))["case"] for file in files]
    return [Case(name, **case) for table in tables for name, case in table.items()]
