"""Negative controls of evaluating: without its guard, the test that proves a control must fail."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from filiform.clinical import evaluate
from filiform.clinical.evaluate import Change, Reading, Verdict, change
from filiform.knowledge import book
from tests.clinical import test_evaluate
from tests.clinical.negative import again
from tests.clinical.test_evaluation_cases import CASES, test_vignette

VIGNETTES = dict(CASES)


def _mildest(figures: tuple[evaluate.Figure, ...], before: float, *, strict: bool) -> evaluate.Figure | None:
    return min(figures, key=lambda one: one.needed(before), default=None)


def _any_two(first: Reading, second: Reading, *, hours_since: float | None, people: str = "") -> Change:
    return change(first.scale, first.value, second.value, hours_since=hours_since, people=people)


REMOVED: list[tuple[str, object, str, object, Callable[[], None]]] = [
    (
        "C-150",
        evaluate,
        "_bars",
        lambda scale, errors, important, before: (min([one.needed(before) for one in errors] or [0.0]),) * 2,
        again(test_evaluate.test_better_reaches_every_figure_of_the_same_people_and_worse_at_least_one),
    ),
    (
        "C-150",
        evaluate,
        "_end",
        _mildest,
        lambda: test_vignette(VIGNETTES["evaluation_pain.neck_figures_conflict"]),
    ),
    (
        "C-150",
        evaluate,
        "applying",
        lambda figures, people, before: figures[:1],
        lambda: test_vignette(VIGNETTES["evaluation_pain.specific_back_from_nine"]),
    ),
    ("C-151", test_evaluate, "compare", _any_two, test_evaluate.test_two_measures_or_versions_are_never_compared),
]


@pytest.mark.parametrize(
    ("control", "module", "name", "instead", "proof"), REMOVED, ids=[f"{r[0]} {r[2]}" for r in REMOVED]
)
def test_without_its_guard_the_proof_fails(
    control: str, module: Any, name: str, instead: object, proof: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    proof()
    monkeypatch.setattr(module, name, instead)
    with pytest.raises(AssertionError):
        proof()


def test_a_scale_turned_round_in_the_file_is_noticed() -> None:
    """Negative control of C-151: with its direction wrong the vignette's verdict is the opposite."""
    psfs = book().scales["psfs"]
    turned = replace(psfs, better=evaluate.Better.LOWER)
    assert change(psfs, 4, 6, hours_since=None).verdict is Verdict.BETTER
    assert change(turned, 4, 6, hours_since=None).verdict is Verdict.WORSE
