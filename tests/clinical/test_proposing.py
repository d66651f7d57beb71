"""Laws of what is proposed after a visit, and what happens without its guards."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filiform.clinical import plan
from filiform.clinical.dosage import course
from filiform.clinical.evaluate import Change, change
from filiform.clinical.plan import CAREFUL, Choice, History, Proposal, propose
from filiform.knowledge import book
from tests.clinical.negative import again
from tests.clinical.test_planning_cases import DECISIONS, test_decision

COURSE = course(book().dosage)
FIRST = {"pain": 6, "psfs": 5, "tightness": 5, "range": 50}


def _change(name: str, after: float | None, hours: float | None) -> Change:
    scale = book().scales[name]
    return change(scale, FIRST[name], after, hours_since=hours)


CHANGES = st.builds(
    _change, st.sampled_from(sorted(FIRST)), st.one_of(st.none(), st.integers(0, 10)), st.sampled_from([None, 20.0])
)
HISTORIES = st.builds(
    History,
    visits=st.lists(st.lists(CHANGES, max_size=3).map(tuple), max_size=5).map(tuple),
    planned=st.one_of(st.none(), st.integers(1, 8)),
    goals_reached=st.booleans(),
    red_flags=st.lists(st.sampled_from(["Saddle numbness", "Fever"]), max_size=2, unique=True).map(tuple),
    active_treatment=st.sampled_from([True, False, None]),
    condition=st.sampled_from([None, *book().conditions.values()]),
)


def _care(found: Proposal) -> int:
    """Nought is the most careful."""
    return CAREFUL.index(found.choice) if found.choice else len(CAREFUL)


def _rules(found: Proposal) -> set[str]:
    return {reason.rule for reason in found.reasons}


@pytest.mark.control("C-153")
@given(HISTORIES)
def test_a_red_flag_always_refers(history: History) -> None:
    flagged = replace(history, red_flags=(*history.red_flags, "Calf swollen"))
    found = propose(flagged, COURSE)
    assert found.choice is Choice.REFER
    assert _rules(propose(history, COURSE)) <= _rules(found), "a red flag hides no other reason"


@pytest.mark.control("C-153")
@given(HISTORIES)
def test_one_more_finding_is_never_less_careful(history: History) -> None:
    before = _care(propose(history, COURSE))
    for more in ({"goals_reached": True}, {"active_treatment": False}, {"red_flags": ("Fever",)}):
        if "active_treatment" in more and history.active_treatment is None:
            continue  # to learn that a plan is there is no finding against it
        assert _care(propose(replace(history, **more), COURSE)) <= before  # type: ignore[arg-type]


@pytest.mark.control("C-153")
@given(HISTORIES)
def test_nobody_goes_on_without_proof_or_for_long(history: History) -> None:
    found = propose(history, COURSE)
    if found.choice is Choice.CONTINUE:
        proof = {"plan.helps", "plan.too_few"} & _rules(found)
        assert len(proof) == 1
        assert history.active_treatment and not history.red_flags


@given(HISTORIES)
def test_an_unmeasured_visit_proves_nothing_either_way(history: History) -> None:
    history = replace(history, planned=None)
    later = replace(history, visits=(*history.visits, ()))
    one, other = propose(history, COURSE), propose(later, COURSE)
    assert one.choice is other.choice
    assert "plan.measure_again" in _rules(other)


@given(HISTORIES, st.randoms(use_true_random=False))
def test_the_order_of_the_measures_of_a_visit_does_not_matter(history: History, chance: Any) -> None:
    mixed = replace(history, visits=tuple(tuple(chance.sample(visit, len(visit))) for visit in history.visits))
    one, other = propose(history, COURSE), propose(mixed, COURSE)
    assert (one.choice, _rules(one)) == (other.choice, _rules(other))


@given(HISTORIES)
def test_the_source_that_stays_is_always_named(history: History) -> None:
    found = propose(history, COURSE)
    assert ("plan.source_stays" in _rules(found)) is (history.condition is not None)
    assert found.limit == (history.condition.cannot if history.condition else "")


@pytest.mark.control("C-153")
@given(HISTORIES)
def test_without_a_plan_nobody_goes_on_as_planned(history: History) -> None:
    found = propose(replace(history, active_treatment=None), COURSE)
    assert found.choice is not Choice.CONTINUE
    assert "plan.not_written" in _rules(found)


def test_a_condition_whose_source_does_not_stay_says_its_limit_alone() -> None:
    mended = replace(book().conditions["ligament_strain"], source_stays=False)
    history = History(
        visits=(), planned=None, goals_reached=False, red_flags=(), active_treatment=True, condition=mended
    )
    found = propose(history, COURSE)
    assert found.limit == mended.cannot
    assert _rules(found) == {"plan.measure_again"}


def test_a_longer_patience_is_said_in_the_plural() -> None:
    patient = replace(COURSE, change_after=3, stop_after=4)
    same = (_change("pain", 6, None),)
    history = History(visits=(same, same), planned=None, goals_reached=False, red_flags=(), active_treatment=True)
    [reason] = propose(history, patient).reasons
    assert reason.because.startswith("2 visits are too few to tell")


def test_the_constants_of_one_plan_are_those_of_the_knowledge() -> None:
    assert COURSE.usual_visits[1] == plan.USUAL_VISITS
    assert COURSE.stop_after == plan.VISITS_WITHOUT_CHANGE
    for cites, held in ((plan.COURSE, COURSE.usual_cites), (plan.STOP_RULE, COURSE.stop_cites)):
        assert {cite.source for cite in cites} == {cite.source for cite in held}


VIGNETTES = dict(DECISIONS)
REMOVED: list[tuple[str, object, Callable[[], None]]] = [
    ("_danger", lambda history: (), again(test_a_red_flag_always_refers)),
    ("CAREFUL", tuple(reversed(CAREFUL)), lambda: test_decision(VIGNETTES["planning_decision.red_flag"])),
    (
        "_settled",
        lambda history: list(history.visits),
        lambda: test_decision(VIGNETTES["planning_decision.worse_but_sore"]),
    ),
    (
        "_with",
        lambda visit, verdict: tuple(one for one in visit if one.verdict is verdict),
        lambda: test_decision(VIGNETTES["planning_decision.tightness_alone_is_no_proof"]),
    ),
    ("_of_the_plan", lambda history, course: (), again(test_nobody_goes_on_without_proof_or_for_long)),
    ("_source", lambda condition: (), lambda: test_decision(VIGNETTES["planning_decision.arthrosis_is_not_cured"])),
]


@pytest.mark.parametrize(("name", "instead", "proof"), REMOVED, ids=[row[0] for row in REMOVED])
def test_without_its_guard_the_proof_fails(
    name: str, instead: object, proof: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    proof()
    monkeypatch.setattr(plan, name, instead)
    with pytest.raises((AssertionError, StopIteration)):
        proof()
