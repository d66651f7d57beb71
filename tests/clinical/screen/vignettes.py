"""Reads `tests/cases/screening_*.toml`: a patient in a few lines, and what the screening must say.

`says`    question = answer: "yes", "no", "unsure", an option ("mild"), several ("fever, other"), a number, a text after
          a colon ("yes: Eliquis 5 mg"), places after @ ("swelling @ forearm_volar left").
`record`  "problem|medicine|allergy|device|procedure: words (status, date)"; status and date left out: unknown.
Every question that `says` leaves out is answered as a well patient would, follow-up questions too; `silent = true`
leaves them all unanswered, `unanswered` names some. `reminds` are words of the record that stand beside a question.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Set
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from filiform.clinical.screen import (
    Answer,
    AnswerKind,
    Background,
    DoctorAnswer,
    Kind,
    Question,
    Result,
    Said,
    Verdict,
    due_questions,
    screen,
)
from filiform.clinical.screen.asking import _possible
from filiform.clinical.terms import BodySite, MuscleId, MuscleSide, RegionId, Side
from filiform.knowledge import book

CASES = Path(__file__).parents[2] / "cases"
TODAY = date(2026, 11, 23)
_RECORD = re.compile(r"(problem|medicine|allergy|device|procedure): (.*?)(?: \(([^()]*)\))?")
KEYS = {
    "title", "row", "age", "says", "record", "plan", "estim", "profile", "doctor", "silent", "unanswered",
    "disposition", "cleared", "finds", "finds_all", "not_finds", "asks", "not_asks", "reminds", "locks", "free",
    "because",
}  # fmt: skip


@dataclass(frozen=True)
class Case:
    """One vignette as written."""

    id: str
    data: dict[str, Any]

    def __getattr__(self, key: str) -> Any:
        return self.data.get(key)


@dataclass
class Patient:
    """The input of `screen` for one vignette."""

    answers: list[Answer]
    record: list[Background]
    doctors: list[DoctorAnswer] = field(default_factory=list)
    plan: tuple[MuscleSide, ...] = ()
    estim: bool = False
    age: int | None = 45
    profile: str = "default"

    def screened(self) -> Result:
        """What the screening says."""
        return screen(
            self.answers,
            self.record,
            book_rules=book().screening,
            patient_age=self.age,
            plan=self.plan,
            muscles=book().muscles,
            estim=self.estim,
            on=TODAY,
            profile=self.profile,
            doctor_answers=self.doctors,
        )


def cases() -> list[Case]:
    """Every vignette; an unknown key is a mistake in the file."""
    found = []
    for file in sorted(CASES.glob("screening_*.toml")):
        for name, data in tomllib.loads(file.read_text(encoding="utf-8"))["case"].items():
            if not data.keys() <= KEYS:
                raise ValueError(f"{file.name} [case.{name}]: unknown {sorted(data.keys() - KEYS)}")
            found.append(Case(f"{file.stem.removeprefix('screening_')}.{name}", data))
    return found


def patient(case: Case) -> Patient:
    """The patient that a vignette describes."""
    one = Patient(
        answers=[answer(question, said) for question, said in (case.says or {}).items()],
        record=[background(line) for line in case.record or ()],
        doctors=[_doctor(item) for item in case.doctor or ()],
        plan=tuple(muscle_side(item) for item in case.plan or ()),
        estim=bool(case.estim),
        age=None if case.age == "unknown" else (case.age if case.age is not None else 45),
        profile=case.profile or "default",
    )
    if not case.silent:
        answer_the_rest(one, leave=set(case.unanswered or ()))
    return one


def answer_the_rest(one: Patient, leave: Set[str] = frozenset()) -> None:
    """Answer every open question as a well patient would, until no answer opens another."""
    while True:
        given = {answer.question for answer in one.answers} | leave
        due = due_questions(
            one.answers,
            one.record,
            book_rules=book().screening,
            on=TODAY,
            profile=one.profile,
            patient_age=one.age,
            plan=one.plan,
            estim=one.estim,
            doctor_answers=one.doctors,
        )
        fresh = [
            well(question) for question in due if question.id not in given and question.kind is not AnswerKind.REGIONS
        ]
        if not fresh:
            return
        one.answers += fresh


def well(question: Question) -> Answer:
    """The answer that sets no sign."""
    if question.kind is AnswerKind.NUMBER:
        usual = (16, 2, 45, 60, 250)
        fine = [one for one in usual if _possible(question, one) and not any(b.holds(one) for b in question.bands)]
        return Answer(question.id, Said.YES, number=fine[0])
    return Answer(question.id, Said.YES if question.no else Said.NO)


def answer(question: str, said: object) -> Answer:
    """One answer from its short form."""
    if isinstance(said, int | float):
        return Answer(question, Said.YES, number=said)
    words, _, detail = str(said).partition(":")
    words, _, where = words.partition("@")
    sites = tuple(_site(item) for item in where.split(",") if item.strip())
    words = words.strip()
    if words in ("yes", "no", "unsure"):
        return Answer(question, Said(words), detail.strip(), sites)
    chosen = tuple(option.strip() for option in words.split(",") if option.strip())
    return Answer(question, Said.YES, detail.strip(), sites, chosen)


def _site(item: str) -> BodySite:
    region, side = item.split()
    assert region in book().regions, region
    return BodySite(RegionId(region), Side(side))


def background(line: str) -> Background:
    """One fact of the record from its short form."""
    match = _RECORD.fullmatch(line)
    assert match, line
    kind, words, more = match.groups()
    parts = [part.strip() for part in (more or "").split(",") if part.strip()]
    days = [part for part in parts if part[0].isdigit()]
    status = [part for part in parts if not part[0].isdigit()]
    return Background(
        Kind(kind), words, status=status[0] if status else "", onset=date.fromisoformat(days[0]) if days else None
    )


def muscle_side(item: str) -> MuscleSide:
    """ "soleus left" as a muscle on a side."""
    muscle, side = item.split()
    assert muscle in book().muscles, muscle
    return MuscleSide(MuscleId(muscle), Side(side))


def _doctor(item: dict[str, Any]) -> DoctorAnswer:
    return DoctorAnswer(
        condition=item["condition"],
        asked=item.get("asked", "May this patient be needled?"),
        answered_by=item.get("by", "Dr Okafor"),
        on=item["on"],
        verdict=Verdict(item["verdict"]),
        limits=item.get("limits", ""),
    )
