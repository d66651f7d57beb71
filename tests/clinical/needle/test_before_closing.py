"""What stands against closing beside the count: a problem without an end, a chest not asked about, a needle unwatched.

Each check has its negative control: with the guard taken out, the same check fails.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from filiform.clinical.needle import Event, before_closing, fold, gates
from filiform.clinical.needle.problems import STEPS, SearchPlace, Step, Wrong
from filiform.clinical.terms import MuscleId
from tests.clinical.needle.making import count, make, needle_in, rules, whole_session

OVER_LUNG = frozenset({MuscleId("upper_trapezius")})


def counted(*more: Event, over_lung: bool = False) -> list[Event]:
    """A whole session with `more` in it, counted after it; one of its needles over the lung when asked for."""
    events = [event for event in whole_session() if event.kind != "count"]
    if over_lung:
        events += [needle_in("lung", muscle="upper_trapezius"), make("out", "olung", needle="lung")]
    events += more
    return [*events, count("c", 5, *events)]


def stands(*more: Event, over_lung: bool = False) -> list[str]:
    """The rules against closing."""
    return rules(before_closing(fold(counted(*more, over_lung=over_lung)), OVER_LUNG))


def asked(*needles: str, **said: bool) -> Event:
    return make("chest_check", "ask", covers=list(needles), **{"breathless": False, "chest_pain": False, **said})


def check_problem_is_ended() -> None:
    problem = make("problem", "b", what="bleeding", needle="n0")
    over = make("problem_over", "b2", problem="b", outcome="settled")
    assert stands(problem) == ["problem.open"]
    assert stands(problem, over) == []
    assert stands(problem, over, make("undo", "u", event="b2")) == ["problem.open"], "the end was taken back"
    assert stands(problem, make("step", "s", problem="b", step="pressed")) == ["problem.open"], "a step is no end"


def check_chest_is_asked() -> None:
    assert stands(over_lung=True) == ["chest.not_asked"]
    assert stands(asked("n0"), over_lung=True) == ["chest.not_asked"], "asked before that needle went in"
    assert stands(asked("lung"), over_lung=True) == []
    assert stands(asked("lung"), make("undo", "u", event="ask"), over_lung=True) == ["chest.not_asked"]
    assert stands() == [], "nothing over the lung was needled"


def check_symptoms_are_a_problem() -> None:
    chest = make("problem", "p1", what="chest")
    over = make("problem_over", "p2", problem="p1", outcome="emergency")
    for said in ("breathless", "chest_pain"):
        assert stands(asked("lung", **{said: True}), over_lung=True) == ["chest.symptoms"]
        assert stands(asked("lung", **{said: True}), chest, over, over_lung=True) == []


def check_left_in_is_watched() -> None:
    def left(due: str) -> list[str]:
        events = [event for event in whole_session() if event.id not in ("o2", "c")]
        events.append(make("left_in", "l", needle="n2", reason="ear", patient_agreed=True, due_out=due))
        return rules(before_closing(fold([*events, count("c", 4, *events)]), OVER_LUNG))

    assert left("2026-11-26T15:58:00+01:00") == [], "exactly the last follow-up"
    assert left("2026-11-26T15:58:01+01:00") == ["needle.left_in_unwatched"]


def check_every_place_is_searched() -> None:
    """One needle of five is missing: reported at once, searched for later, or an emergency took the patient away."""

    def found(*more: Event) -> list[str]:
        events = [event for event in whole_session() if event.kind != "count"]
        events += [make("missing", "m", needles=1, account="Fell when the patient fainted."), *more]
        return rules(before_closing(fold([*events, count("c", 4, *events)]), OVER_LUNG))

    every = [make("searched", f"s-{place}", place=place, found=0) for place in SearchPlace]
    assert found() == found(*every[1:]) == found(*every[:4]) == ["needle.not_searched"]
    assert found(*every) == []
    assert found(*every, make("undo", "u", event="s-hair")) == ["needle.not_searched"], (
        "hair was not searched after all"
    )
    faint = make("problem", "b", what="faint")
    assert found(faint, make("problem_over", "b2", problem="b", outcome="emergency")) == []
    assert found(faint, make("problem_over", "b2", problem="b", outcome="settled")) == ["needle.not_searched"]
    assert stands() == [], "nothing is missing"


def check_left_in_is_due_in_time_by_a_right_clock() -> None:
    """A tablet two years fast leaves a needle in until a day in two years."""

    def left(at: str, due: str, closed: str | None) -> list[str]:
        events = [event for event in whole_session() if event.id not in ("o2", "c")]
        events.append(make("left_in", "l", at=at, needle="n2", reason="ear", patient_agreed=True, due_out=due))
        when = datetime.fromisoformat(closed) if closed else None
        stood = before_closing(fold([*events, count("c", 4, *events)]), OVER_LUNG, None, when)
        return [rule for rule in rules(stood) if rule != "needle.left_in_unwatched"]

    now = "2026-11-23T16:10:00+01:00"
    fast, slow = "2028-11-23T16:00:00+01:00", "2024-11-23T16:00:00+01:00"
    assert left(now, "2026-11-24T16:10:00+01:00", now) == []
    assert left(now, "2026-11-26T16:10:00+01:00", now) == [], "exactly the last follow-up"
    assert left(now, "2026-11-26T16:10:01+01:00", now) == ["needle.left_in_due"]
    assert left(fast, "2028-11-24T16:00:00+01:00", now) == ["needle.left_in_due"]
    assert left(slow, "2024-11-24T16:00:00+01:00", now) == ["needle.left_in_due"]
    assert left(now, "2026-11-24T16:10:00+01:00", "2026-11-24T16:10:00+01:00") == ["needle.left_in_due"], "due now"
    assert left(fast, "2028-11-24T16:00:00+01:00", None) == [], "without a clock nothing is known"


def check_pack_is_judged_by_a_right_clock() -> None:
    """A tablet two years slow took a pack for good that was past its date on the day of the session."""
    old = {"at": "2024-11-23T15:00:00+01:00", "expiry": "2025-03-31"}

    def found(on: date | None, *more: Event) -> list[str]:
        events = [event for event in whole_session() if event.kind not in ("count", "open_pack")]
        events += [make("open_pack", "p", **old), *more]
        return rules(before_closing(fold([*events, count("c", 5, *events)]), OVER_LUNG, on))

    assert found(date(2026, 11, 23)) == ["pack.expired"]
    assert found(date(2025, 3, 31)) == [], "its last day itself is good"
    told = make("incident", "i", what="expired_pack", account="looked at", about="p")
    assert found(date(2026, 11, 23), told) == []
    assert found(None) == []


CHECKS: dict[Callable[[], None], str] = {
    check_problem_is_ended: "_problems_open",
    check_chest_is_asked: "_chest_not_asked",
    check_symptoms_are_a_problem: "_chest_not_asked",
    check_left_in_is_watched: "_unwatched",
    check_left_in_is_due_in_time_by_a_right_clock: "_due_by_our_clock",
    check_every_place_is_searched: "_not_searched",
    check_pack_is_judged_by_a_right_clock: "_past_by_our_clock",
}


@pytest.mark.control("C-200")
@pytest.mark.control("C-207")
@pytest.mark.control("C-263")
@pytest.mark.control("C-264")
@pytest.mark.parametrize("check", CHECKS, ids=lambda one: one.__name__)
def test_what_stands_against_closing_beside_the_count(check: Callable[[], None]) -> None:
    check()


@pytest.mark.control("C-200")
@pytest.mark.control("C-207")
@pytest.mark.control("C-263")
@pytest.mark.control("C-264")
@pytest.mark.parametrize("check", CHECKS, ids=lambda one: one.__name__)
def test_without_its_guard_the_same_check_fails(check: Callable[[], None], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gates, CHECKS[check], lambda *_: ())
    with pytest.raises(AssertionError):
        check()


@pytest.mark.control("C-263")
def test_an_incident_names_the_places_that_were_not_searched() -> None:
    missing = make("missing", "m", needles=1, account="The owner was told.")
    searched = [make("searched", f"s-{place}", place=place, found=0) for place in ("skin", "table", "clothing")]
    (told,) = [one for one in state(missing, *searched).incidents if one.rule == "needle.missing"]
    assert told.because == "Not found: 1. The owner was told. Not searched: hair, floor."
    every = [make("searched", f"s-{place}", place=place, found=0) for place in SearchPlace]
    (told,) = [one for one in state(missing, *every).incidents if one.rule == "needle.missing"]
    assert told.because == "Not found: 1. The owner was told."


@pytest.mark.control("C-264")
@pytest.mark.parametrize(
    ("hours", "agreed", "wanted"),
    [
        (24, True, []),
        (72, True, []),
        (72.01, True, ["needle.left_in_unwatched"]),
        (0, True, ["needle.left_in_past"]),
        (-1, False, ["needle.left_in_untold", "needle.left_in_past"]),
        (24, False, ["needle.left_in_untold"]),
    ],
)
def test_a_needle_is_left_in_only_agreed_and_watched(hours: float, agreed: bool, wanted: list[str]) -> None:
    at = datetime.fromisoformat("2026-11-23T16:00:00+01:00")
    assert rules(gates.before_leaving_in(at + timedelta(hours=hours), agreed, at)) == wanted


@pytest.mark.control("C-200")
def test_the_reasons_of_the_count_come_first_and_are_never_lost() -> None:
    events = [event for event in counted(make("problem", "b", what="faint")) if event.id != "o1"]
    found = rules(before_closing(fold(events), OVER_LUNG))
    assert found[0] == "needle.still_in"
    assert found[-1] == "problem.open"


def test_every_problem_has_its_steps_and_every_step_a_problem() -> None:
    assert set(STEPS) == set(Wrong)
    assert {step for steps in STEPS.values() for step in steps} == set(Step)
    assert [what for what, steps in STEPS.items() if len(set(steps)) != len(steps)] == []


# ---- what the events add to the state


def state(*more: Event, **changes: Any) -> Any:
    return fold(counted(*more, **changes))


def test_a_problem_shows_what_was_done_and_how_it_ended() -> None:
    found = state(
        make("problem", "b", what="faint"),
        make("step", "s2", problem="b", step="legs_raised"),
        make("step", "s1", problem="b", step="laid_flat"),
        make("step", "s3", problem="b", step="laid_flat"),
        make("problem_over", "b2", problem="b", outcome="call_back"),
    )
    (one,) = found.problems
    assert (one.what, one.steps, one.outcomes) == ("faint", ("laid_flat", "legs_raised"), ("call_back",))
    (told,) = found.incidents
    assert told.rule == "problem.faint"
    assert told.because == "Problem: faint. Done: laid flat, legs raised. Ended: call back."
    assert not found.unusual_sensation
    assert state(make("problem", "b", what="sharp_pain")).unusual_sensation, "it is followed up (M18)"
    assert state(asked("n0", chest_pain=True)).unusual_sensation


def test_a_hand_over_says_who_has_the_session_and_a_wrong_count_is_noticed() -> None:
    first = make("hand_over", "h1", to="Bo", needles_in=0, known=[])
    second = make("hand_over", "h2", to="Cy", needles_in=1, known=[], after="h1")
    rival = make("hand_over", "h3", to="Di", needles_in=0, known=[])
    assert state().handed_to == ()
    assert state(first).handed_to == ("Bo",)
    assert state(second, first).handed_to == ("Cy",)
    assert state(rival, second, first).handed_to == ("Cy", "Di"), "two that do not know each other: both see it"
    assert [one.rule for one in state(first, second).incidents] == ["hand_over.disagrees"]


def test_another_technique_adds_up_and_the_first_alarm_stays_the_first() -> None:
    needle = needle_in("x", technique="superficial", depth_mm=8, planned_minutes=10)
    deeper = make("technique", "t1", needle="x", technique="deep", depth_mm=20)
    longer = make("technique", "t2", needle="x", technique="retained", planned_minutes=15)
    (one,) = [n for n in state(needle, make("out", "ox", needle="x"), longer, deeper).needles if n.id == "x"]
    assert one.techniques == ("deep", "retained", "superficial")
    assert (one.technique, one.depth_mm, one.planned_minutes) == ("superficial", 20, 10)
    to_the_handle = make("technique", "t1", needle="x", technique="deep", depth_mm=40)
    found = state(needle, make("out", "ox", needle="x"), to_the_handle)
    assert [one.rule for one in found.incidents] == ["needle.to_the_handle"]
