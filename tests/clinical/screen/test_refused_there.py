"""The places that no answer opens: whatever muscle is planned there is refused, and the rest is not (C-162)."""

from __future__ import annotations

import pytest

from filiform.clinical.screen import (
    Answer,
    Disposition,
    DoctorAnswer,
    Finding,
    Result,
    Said,
    Verdict,
    decide,
    restriction_blocks,
    screen,
)
from filiform.clinical.terms import BodySite, MuscleSide, RegionId, Side, stops
from filiform.knowledge import book
from tests.clinical.screen.vignettes import TODAY

BOOK = book().screening
ULCER = Answer("vessels", Said.YES, chosen=("ulcer",), sites=(BodySite(RegionId("leg_medial"), Side.LEFT),))
# The rule, an answer that makes it hold, and the key of a doctor's answer.
THERE = {
    "screen.vessel_ulcer": (ULCER, "vascular_disease"),
    "screen.cancer_spine": (Answer("cancer", Said.YES, chosen=("spine",)), "cancer"),
    "screen.lung_one": (Answer("lungs", Said.YES, chosen=("one_lung",)), "lung_disease"),
}


def planned(rule: str, one: MuscleSide | None, *doctors: DoctorAnswer) -> Result:
    plan = (one,) if one else ()
    return screen(
        [THERE[rule][0]], [], book_rules=BOOK, patient_age=45, on=TODAY, plan=plan, muscles=book().muscles,
        doctor_answers=doctors,
    )  # fmt: skip


def of_rule(rule: str, result: Result) -> Finding:
    return next(one for one in result.findings if one.rule == rule)


def law_of_place(rule: str) -> tuple[int, int]:
    """Every muscle on each side is refused exactly where the rule leaves it out; how many are there, and beside."""
    own = [one for one in planned(rule, None).restrictions if one.rule == rule]
    agreed = [
        DoctorAnswer(THERE[rule][1], "May I?", "Dr Okafor", TODAY, verdict, "superficial")
        for verdict in (Verdict.YES, Verdict.LIMITS)
    ]
    there = beside = 0
    for muscle in book().muscles.values():
        for side in (Side.LEFT, Side.RIGHT):
            left_out = bool(stops(restriction_blocks(own, muscle, side)))
            there, beside = there + left_out, beside + (not left_out)
            for doctors in ([], *([one] for one in agreed)):
                result = planned(rule, MuscleSide(muscle.id, side), *doctors)
                assert (of_rule(rule, result).action == "refuse") is left_out, (muscle.id, side)
                assert not left_out or (result.disposition is Disposition.REFUSE and not result.cleared)
    return there, beside


@pytest.mark.control("C-162")
def test_these_are_all_the_rules_that_refuse_a_place() -> None:
    assert {rule.id for rule in BOOK.rules if rule.refuse_there} == THERE.keys()


@pytest.mark.control("C-162")
@pytest.mark.parametrize("rule", THERE)
def test_what_is_planned_there_is_refused_and_the_rest_is_not(rule: str) -> None:
    there, beside = law_of_place(rule)
    assert there > 10 and beside > 10


@pytest.mark.control("C-162")
@pytest.mark.parametrize("rule", THERE)
def test_without_a_plan_the_doctor_is_asked_first(rule: str) -> None:
    result = planned(rule, None)
    assert result.disposition is Disposition.CONSULT_FIRST and of_rule(rule, result).action == "consult"


@pytest.mark.control("C-162")
@pytest.mark.parametrize("rule", THERE)
def test_guard_removed_a_plan_there_would_only_be_consulted(rule: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control."""
    monkeypatch.setattr(decide, "refused_there", lambda held, book, plan, muscles: held)
    with pytest.raises(AssertionError):
        law_of_place(rule)


def test_the_finding_says_that_no_answer_lifts_it() -> None:
    soleus = next(one for one in book().muscles.values() if one.id == "soleus")
    yes = DoctorAnswer("vascular_disease", "May I?", "Dr Okafor", TODAY, Verdict.YES)
    finding = of_rule("screen.vessel_ulcer", planned("screen.vessel_ulcer", MuscleSide(soleus.id, Side.LEFT), yes))
    assert "whatever a doctor answers" in finding.because and "Dr Okafor" in finding.because
