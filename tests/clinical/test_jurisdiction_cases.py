"""Every vignette of tests/cases/planning_jurisdiction.toml, through the law that ships; contested is never a yes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from filiform.clinical.screen import Action, operator
from filiform.clinical.screen.operator import Operator, Role, operator_rules
from filiform.clinical.terms import Sure
from filiform.knowledge import KnowledgeError, book
from filiform.knowledge.jurisdictions import load_jurisdictions
from filiform.knowledge.loading import HERE
from tests.clinical.test_evaluation_cases import read

KEYS = {"title", "source", "where", "role", "months", "prelicensure", "level"}
CASES = read("planning_jurisdiction.toml", KEYS | {"hours", "in_person", "approved", "on", "told"})
LOOKED = date(2026, 11, 23)  # the day on which the data were looked at


def level(who: Operator, on: date = LOOKED) -> str:
    """How hard what stands against it is; a note is nothing against it."""
    found, asked = operator_rules(who, book().jurisdictions, on)
    refused = [one for one in found if one.action is not Action.NOTE]
    return "stop" if refused else "consult" if asked else ""


def who(case: dict[str, Any]) -> Operator:
    """The practitioner of a vignette."""
    return Operator(
        case["where"],
        Role(case["role"]),
        case.get("months"),
        case.get("prelicensure"),
        case.get("hours"),
        case.get("in_person"),
        case.get("approved"),
    )


@pytest.mark.control("C-144")
@pytest.mark.control("C-163")
@pytest.mark.parametrize("case", [case for _, case in CASES], ids=[name for name, _ in CASES])
def test_vignette(case: dict[str, Any]) -> None:
    on = case.get("on", LOOKED)
    assert level(who(case), on) == case["level"]
    found, _ = operator_rules(who(case), book().jurisdictions, on)
    notes = " ".join(one.because for one in found if one.action is Action.NOTE)
    assert case.get("told", "") in notes


def named(name: str) -> dict[str, Any]:
    return next(case for one, case in CASES if one == f"planning_jurisdiction.{name}")


@pytest.mark.control("C-144")
@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("place", book().jurisdictions.values(), ids=lambda place: place.id)
def test_nobody_passes_on_a_contested_or_unsure_law(place: operator.Jurisdiction, role: Role) -> None:
    """Neither do roles that the law on file does not speak of, whoever asks and whatever is told."""
    told = level(Operator(place.id, role, 600, True, 500, True, True))
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
    _, unknown = operator_rules(Operator(place.id, Role.PT, None, True), places, LOOKED)
    assert [ask.condition for ask in unknown] == ["jurisdiction", "credential"]
    refused, asked = operator_rules(Operator(place.id, Role.PT, 3, True), places, LOOKED)
    refused = tuple(one for one in refused if one.action is not Action.NOTE)
    assert len(refused) == len(asked) == 1
    _, long_enough = operator_rules(Operator(place.id, Role.PT, 30, True), places, LOOKED)
    assert [ask.condition for ask in long_enough] == ["jurisdiction"]


TRAINING = ("colorado_too_few_hours", "colorado_online", "colorado_hours_not_told", "tennessee_course_not_approved")


@pytest.mark.control("C-163")
@pytest.mark.parametrize("name", TRAINING)
def test_without_the_guard_the_hours_of_training_would_not_matter(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """Negative control: without the look at the training each of these vignettes fails."""
    test_vignette(named(name))
    monkeypatch.setattr(operator, "_trained", lambda who, place: ())
    with pytest.raises(AssertionError):
        test_vignette(named(name))


@pytest.mark.control("C-163")
def test_without_the_guard_old_data_would_clear(monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control: without the look at the age of the data nobody asks whether it is still the law."""
    test_vignette(named("maryland_data_too_old"))
    monkeypatch.setattr(operator, "_too_old", lambda place, on: ())
    with pytest.raises(AssertionError):
        test_vignette(named("maryland_data_too_old"))


def test_a_kind_of_training_without_hours_is_refused(tmp_path: Path) -> None:
    text = (HERE / "jurisdictions" / "dry_needling.toml").read_text(encoding="utf-8")
    assert "training_hours = 46\n" in text
    file = tmp_path / "places.toml"
    file.write_text(text.replace("training_hours = 46\n", ""), encoding="utf-8")
    with pytest.raises(KnowledgeError, match="say of which kind 'training_hours' are"):
        load_jurisdictions(file, book().sources)
