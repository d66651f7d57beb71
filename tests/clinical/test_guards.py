"""Negative controls of the pure steps: without its guard, the test that proves a control must fail."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from filiform.clinical import consent, evaluate, path, plan
from filiform.clinical.follow import Queue, Sorted, calling, timing
from filiform.clinical.needle import closing, gates, noticing
from tests.clinical import test_consent, test_evaluate, test_path, test_plan
from tests.clinical.follow import test_calling, test_timing
from tests.clinical.needle import test_closing, test_state
from tests.clinical.negative import again


def nothing(*args: Any, **more: Any) -> tuple[()]:
    """A guard that guards nothing."""
    return ()


REMOVED: list[tuple[str, object, str, object, Callable[[], None]]] = [
    (
        "C-007",
        closing,
        "_needles",
        nothing,
        test_closing.test_a_needle_left_in_needs_a_patient_who_knows_and_agrees,
    ),
    ("C-008", closing, "_packs", nothing, test_closing.test_more_needles_than_the_pack_holds),
    ("C-009", closing, "_packs", nothing, test_closing.test_a_pack_past_its_date_when_opened),
    ("C-009", gates, "before_opening", nothing, lambda: _pack_opens_after_its_day()),
    (
        "C-010",
        noticing,
        "_seen",
        nothing,
        lambda: test_state.test_an_unusual_feeling_is_a_warning_that_blocks_nothing("sharp"),
    ),
    ("C-011", gates, "_of_pack", nothing, test_state.test_before_a_needle_goes_in),
    (
        "C-012",
        evaluate,
        "_too_early",
        lambda scale, hours_since: False,
        again(test_evaluate.test_before_48_hours_only_better_is_believed),
    ),
    (
        "C-012",
        evaluate,
        "_bars",
        lambda *args: (0.0, 0.0),
        again(test_evaluate.test_what_lies_within_the_error_is_never_called_better_or_worse),
    ),
    ("C-013", path, "may", nothing, test_path.test_a_session_that_was_opened_is_closed_whatever_is_decided_since),
    ("C-014", path, "_credential", nothing, lambda: _opening({"credentials": ()}, "credential.not_valid")),
    ("C-014", path, "_screening", nothing, lambda: _opening({"cleared": False}, "screening.not_cleared")),
    ("C-014", path, "identity", nothing, lambda: _opening({"birth_date": None}, "identity.unknown")),
    ("C-015", consent, "_of_the_day", nothing, test_consent.test_each_reason_by_itself),
    ("C-015", consent, "_of_the_text", nothing, test_consent.test_each_reason_by_itself),
    ("C-015", consent, "_of_the_place", nothing, test_consent.test_each_reason_by_itself),
    ("C-015", consent, "_of_the_lung", nothing, test_consent.test_each_reason_by_itself),
    (
        "C-016",
        plan,
        "_beside_the_needles",
        nothing,
        lambda: _planned({"active_treatments": ()}, "plan.active_treatment"),
    ),
    ("C-016", plan, "_before", nothing, lambda: _planned({"examined_on": None}, "plan.examination")),
    ("C-016", plan, "check_decision", nothing, test_plan.test_a_decision_needs_a_reason_and_a_re_test),
    (
        "C-017",
        timing,
        "HOURS_OF_CARE",
        (24, 48),
        test_timing.test_24_and_48_hours_and_72_over_the_lung_or_after_an_unusual_feeling,
    ),
    (
        "C-018",
        calling,
        "_of_lines",
        lambda *args: [],
        lambda: test_calling.test_the_worst_line_decides(["breath_or_chest"], 1, Queue.NOW),
    ),
    ("C-018", calling, "max", min, again(test_calling.test_one_more_line_never_makes_it_less_urgent)),
    (
        "C-019",
        calling,
        "Sorted",
        lambda queue, because, cites, page, event: Sorted(queue, because, cites, queue.word, event),
        again(test_calling.test_the_patients_page_is_the_same_whatever_the_queue),
    ),
]


def _opening(change: dict[str, object], rule: str) -> None:
    test_path.test_each_thing_that_is_missing_refuses_by_itself(change, rule)


def _planned(change: dict[str, object], rule: str) -> None:
    test_plan.test_each_thing_that_is_missing_refuses_by_itself(change, rule)


def _pack_opens_after_its_day() -> None:
    assert gates.before_opening("L", test_plan.TODAY, test_plan.TODAY.replace(year=2027))


@pytest.mark.parametrize(
    ("control", "module", "name", "instead", "proof"), REMOVED, ids=[f"{r[0]} {r[2]}" for r in REMOVED]
)
def test_without_its_guard_the_proof_fails(
    control: str, module: Any, name: str, instead: object, proof: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    proof()
    monkeypatch.setattr(module, name, instead, raising=name != "max")
    for user in (test_path, test_plan):
        if hasattr(user, name):
            monkeypatch.setattr(user, name, instead)
    with pytest.raises((AssertionError, ValueError)):
        proof()
