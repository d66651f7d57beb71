"""Every vignette of tests/cases/planning_decision.toml and planning_coding.toml, through the facts that ship."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from filiform.clinical import coding, plan
from filiform.clinical.dosage import course
from filiform.clinical.evaluate import Change, change
from filiform.clinical.plan import History, Proposal
from filiform.clinical.terms import MuscleId, MuscleSide, Side
from filiform.knowledge import book
from tests.clinical.test_evaluation_cases import read

DECISION = {
    "title", "source", "people", "first", "visits", "hours", "planned", "goals_reached", "red_flags", "active",
    "condition", "choice", "rules", "no_rules", "because", "limit", "no_plan",
}  # fmt: skip
CODING = {"title", "source", "muscles", "on", "code", "asks", "because", "bill", "diagnosis", "refused"}
TODAY = date(2026, 11, 23)

DECISIONS = read("planning_decision.toml", DECISION)
CODES = read("planning_coding.toml", CODING)


def _changes(case: dict[str, Any], number: int) -> tuple[Change, ...]:
    """The changes of one later visit; only the newest may have been taken soon after needles."""
    newest = number == len(case["visits"]) - 1
    return tuple(
        change(
            book().scales[name],
            case["first"].get(name),
            value,
            hours_since=case.get("hours") if newest else None,
            people=case.get("people", ""),
        )
        for name, value in case["visits"][number].items()
    )


def proposed(case: dict[str, Any]) -> Proposal:
    """What is proposed for one vignette."""
    history = History(
        visits=tuple(_changes(case, number) for number in range(len(case["visits"]))),
        planned=case.get("planned"),
        goals_reached=case.get("goals_reached", False),
        red_flags=tuple(case.get("red_flags", ())),
        active_treatment=None if case.get("no_plan") else case.get("active", True),
        condition=book().conditions[case["condition"]] if "condition" in case else None,
    )
    return plan.propose(history, course(book().dosage))


@pytest.mark.control("C-153")
@pytest.mark.parametrize("case", [case for _, case in DECISIONS], ids=[name for name, _ in DECISIONS])
def test_decision(case: dict[str, Any]) -> None:
    found = proposed(case)
    rules = {reason.rule for reason in found.reasons}
    assert (found.choice or "") == case["choice"], found
    assert set(case.get("rules", ())) <= rules, found
    assert not set(case.get("no_rules", ())) & rules, found
    for words in case.get("because", ()):
        assert any(words in reason.because for reason in found.reasons), found
    for words in case.get("limit", ()):
        assert words in found.limit
    assert all(reason.cites for reason in found.reasons), "every reason has its source"


def muscle_side(words: str) -> MuscleSide:
    """ "soleus left" as a muscle on a side."""
    muscle, side = words.split()
    assert muscle in book().muscles, muscle
    return MuscleSide(MuscleId(muscle), Side(side))


@pytest.mark.control("C-154")
@pytest.mark.parametrize("case", [case for _, case in CODES], ids=[name for name, _ in CODES])
def test_coding(case: dict[str, Any]) -> None:
    needled = [muscle_side(one) for one in case["muscles"]] if "muscles" in case else None
    on = case.get("on", TODAY)
    if "code" in case:
        assert needled is not None
        found = coding.propose(needled, on, book().codes)
        assert (found.code.code if found.code else "") == case["code"], found
        assert "asks" not in case or bool(found.asks) is case["asks"], found
        told = [found.because]
    else:
        blocks = (
            coding.check_diagnosis(case["diagnosis"], on, book().codes)
            if "diagnosis" in case
            else coding.check_bill(case["bill"], needled, on, book().codes)
        )
        assert [block.rule for block in blocks] == case["refused"]
        told = [block.because for block in blocks]
    for words in case.get("because", ()):
        assert any(words in one for one in told), told


def test_there_are_enough() -> None:
    assert len(DECISIONS) >= 20
    assert {case["choice"] for _, case in DECISIONS} == {"continue", "change", "stop", "refer", ""}
    assert len(CODES) >= 12
