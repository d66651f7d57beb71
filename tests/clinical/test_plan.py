"""A plan rests on an examination and never on needles alone; a decision has a reason."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from filiform.clinical.plan import Choice, Decision, Plan, check, check_decision
from filiform.clinical.terms import stops

TODAY = date(2026, 11, 23)
PLAN = Plan(
    examined_on=date(2026, 11, 20),
    source_of_pain="Osteoarthritis of the knee",
    needling_cannot="It does not change the joint",
    goals=("Climb the stairs at home",),
    visits=6,
    active_treatments=("Strengthening of the thigh",),
    home_programme="Ten chair rises, twice a day",
    recheck_on=date(2026, 12, 14),
)


def rules(**change: object) -> list[str]:
    return [block.rule for block in stops(check(replace(PLAN, **change), TODAY))]  # type: ignore[arg-type]


def warnings(**change: object) -> list[str]:
    blocks = check(replace(PLAN, **change), TODAY)  # type: ignore[arg-type]
    return [block.rule for block in blocks if block not in stops(blocks)]


def test_a_whole_plan_has_no_reason_against_it() -> None:
    assert check(PLAN, TODAY) == ()
    assert rules(examined_on=TODAY) == []


@pytest.mark.control("C-016")
@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"examined_on": None}, "plan.examination"),
        ({"examined_on": date(2026, 11, 24)}, "plan.examination"),
        ({"source_of_pain": " "}, "plan.source_of_pain"),
        ({"needling_cannot": ""}, "plan.needling_cannot"),
        ({"goals": ()}, "plan.goals"),
        ({"goals": (" ",)}, "plan.goals"),
        ({"visits": 0}, "plan.visits"),
        ({"visits": 61}, "plan.visits"),
        ({"active_treatments": ()}, "plan.active_treatment"),
        ({"active_treatments": ("", " ")}, "plan.active_treatment"),
        ({"recheck_on": None}, "plan.recheck_on"),
        ({"recheck_on": TODAY}, "plan.recheck_on"),
    ],
)
def test_each_thing_that_is_missing_refuses_by_itself(change: dict[str, object], rule: str) -> None:
    assert rules(**change) == [rule]


def test_many_visits_and_no_home_programme_are_warnings() -> None:
    assert warnings(visits=7) == ["plan.many_visits"]
    assert warnings(visits=6) == []
    assert warnings(home_programme="") == ["plan.home_programme"]


@pytest.mark.control("C-016")
def test_a_decision_needs_a_reason_and_a_re_test() -> None:
    good = Decision(choice=Choice.CONTINUE, reason="Pain 7 to 4", retested=True, visits_without_change=2)
    assert check_decision(good) == ()
    assert [one.rule for one in check_decision(replace(good, reason=" "))] == ["decision.because"]
    for choice in (Choice.CONTINUE, Choice.CHANGE):
        blocks = check_decision(replace(good, choice=choice, retested=False))
        assert [one.rule for one in stops(blocks)] == ["decision.not_retested"]
    for choice in (Choice.STOP, Choice.REFER):
        assert check_decision(replace(good, choice=choice, retested=False)) == (), "nobody waits for a re-test to refer"


def test_going_on_without_change_is_a_warning() -> None:
    stuck = Decision(choice=Choice.CONTINUE, reason="Try once more", retested=True, visits_without_change=3)
    blocks = check_decision(stuck)
    assert [one.rule for one in blocks] == ["decision.no_change"]
    assert stops(blocks) == ()
    assert check_decision(replace(stuck, choice=Choice.CHANGE)) == ()
