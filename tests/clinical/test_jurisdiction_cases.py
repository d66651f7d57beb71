"""Every vignette of tests/cases/planning_jurisdiction.toml, through the law that ships; contested is never a yes."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from filiform.clinical.screen import operator
from filiform.clinical.screen.operator import Operator, Role, operator_rules
from filiform.clinical.terms import Sure
from filiform.knowledge import book
from tests.clinical.test_evaluation_cases import read

CASES = read("planning_jurisdiction.toml", {"title", "source", "where", "role", "months", "prelicensure", "level"})


def level(who: Operator) -> str:
    """How hard what stands against it is."""
    refused, asked = operator_rules(who, book().jurisdictions)
    return "stop" if refused else "consult" if asked else ""


@pytest.mark.control("C-144")
@pytest.mark.parametrize("case", [case for _, case in CASES], ids=[name for name, _ in CASES])
def test_vignette(case: dict[str, Any]) -> None:
    who = Operator(case["where"], Role(case["role"]), case.get("months"), case.get("prelicensure"))
    assert level(who) == case["level"]


@pytest.mark.control("C-144")
@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("place", book().jurisdictions.values(), ids=lambda place: place.id)
def test_nobody_passes_on_a_contested_or_unsure_law(place: operator.Jurisdiction, role: Role) -> None:
    """Neither do roles that the law on file does not speak of, whoever asks and whatever is told."""
    told = level(Operator(place.id, role, 600, True))
    unsure = {cite.sure for cite in place.cites} == {Sure.UNSURE}
    if place.contested or not place.permitted or role not in place.roles:
        assert told in ("stop", "consult")
    assert place.contested or not unsure


def test_the_four_states_that_prohibit_are_those_of_the_facts() -> None:
    prohibited = {place.id for place in book().jurisdictions.values() if not place.permitted}
    assert prohibited == {"US-CA", "US-HI", "US-NY", "US-OR"}


def test_without_the_guard_a_contested_law_would_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    washington = Operator("US-WA", Role.PT, 600, True)
    assert level(washington) == "consult"
    monkeypatch.setattr(operator, "_contested", lambda role, place: ())
    assert level(washington) == ""


def test_a_contested_law_with_a_time_in_practice_asks_for_both() -> None:
    place = replace(book().jurisdictions["US-CO"], contested=True)
    places = {place.id: place}
    _, unknown = operator_rules(Operator(place.id, Role.PT, None, None), places)
    assert [ask.condition for ask in unknown] == ["jurisdiction", "credential"]
    refused, asked = operator_rules(Operator(place.id, Role.PT, 3, None), places)
    assert len(refused) == len(asked) == 1
    _, long_enough = operator_rules(Operator(place.id, Role.PT, 30, None), places)
    assert [ask.condition for ask in long_enough] == ["jurisdiction"]
