"""Better, the same or worse: against the measurement error, and not before soreness has gone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filiform.clinical.evaluate import TOO_EARLY, Better, Figure, Scale, Verdict, change
from filiform.clinical.terms import Cite, Sure
from filiform.knowledge.scales import scales

BACK = Figure(2, "low back", (Cite("childs_2005", Sure.RECALLED),))
NECK = Figure(2.1, "neck", (Cite("cleland_2008", Sure.RECALLED),))
PAIN = Scale("pain", "Pain", "points", Better.LOWER, 0, 10, (BACK, NECK), (BACK,), ())
RANGE = Scale("range", "Range", "degrees", Better.HIGHER, -30, 190, (Figure(10, "", ()),), (), ())
TIGHT = Scale("tightness", "Tightness", "points", Better.LOWER, 0, 10, (), (), ())


@pytest.mark.parametrize(
    ("scale", "before", "after", "verdict", "gain"),
    [
        (PAIN, 7, 5, Verdict.BETTER, 2),
        (PAIN, 7, 6, Verdict.SAME, 1),
        (PAIN, 5, 6, Verdict.SAME, -1),
        (PAIN, 5, 7, Verdict.WORSE, -2),
        (PAIN, 5, 5, Verdict.SAME, 0),
        (RANGE, 50, 60, Verdict.BETTER, 10),
        (RANGE, 50, 59, Verdict.SAME, 9),
        (RANGE, 60, 50, Verdict.WORSE, -10),
        (TIGHT, 5, 4, Verdict.BETTER, 1),
        (TIGHT, 4, 5, Verdict.WORSE, -1),
        (TIGHT, 5, 5, Verdict.SAME, 0),
    ],
)
def test_a_change_counts_from_the_measurement_error_on(
    scale: Scale, before: float, after: float, verdict: Verdict, gain: float
) -> None:
    found = change(scale, before, after, hours_since=48)
    assert (found.verdict, found.gain) == (verdict, gain)
    assert change(scale, before, after, hours_since=None).verdict is verdict


@pytest.mark.control("C-012")
@given(st.integers(0, 10), st.integers(0, 10), st.floats(0, 47.9))
def test_before_48_hours_only_better_is_believed(before: int, after: int, hours: float) -> None:
    found = change(PAIN, before, after, hours_since=hours)
    later = change(PAIN, before, after, hours_since=48)
    assert found.verdict is (Verdict.BETTER if later.verdict is Verdict.BETTER else Verdict.TOO_EARLY)


@pytest.mark.control("C-012")
@given(st.integers(0, 10), st.integers(0, 10), st.sampled_from([None, 0.5, 48.0]))
def test_what_lies_within_the_error_is_never_called_better_or_worse(before: int, after: int, hours: float) -> None:
    found = change(PAIN, before, after, hours_since=hours)
    if abs(before - after) < 2:
        assert found.verdict in (Verdict.SAME, Verdict.TOO_EARLY)


def test_the_figures_fit_the_people_and_are_named() -> None:
    neck = change(PAIN, 7, 5, hours_since=None, people="neck")
    assert neck.error is NECK
    assert neck.verdict is Verdict.SAME, "2 points are within 2.1"
    assert (
        neck.because == "Pain is 2 points better. Its measurement error is 2.1 points, found in people with neck pain."
    )
    shoulder = change(PAIN, 7, 5, hours_since=None, people="shoulder")
    assert shoulder.error is BACK
    assert "found in people with low back pain" in shoulder.because
    assert "from no named group of people" in change(RANGE, 50, 60, hours_since=None).because


def test_whether_a_change_matters_is_said_only_where_it_is_known() -> None:
    assert change(PAIN, 7, 5, hours_since=None).matters is True
    assert change(PAIN, 7, 6, hours_since=None).matters is False
    assert change(PAIN, 5, 8, hours_since=None).matters is False
    assert change(RANGE, 50, 90, hours_since=None).matters is None


def test_tightness_says_that_nothing_is_published() -> None:
    found = change(TIGHT, 6, 5, hours_since=72)
    assert found.because == (
        "Tightness is 1 points better. No measurement error is published for it, so this is the plain difference."
    )
    assert found.cites == ()


def test_too_early_says_when_to_measure_again_and_why() -> None:
    found = change(PAIN, 5, 8, hours_since=0.2)
    assert found.because.startswith("Pain is 3 points worse; soreness may hide the effect until 48 hours")
    assert TOO_EARLY[0] in found.cites
    assert BACK.cites[0] in found.cites
    assert change(PAIN, 5, 5, hours_since=0.2).because.startswith("Pain is as before; soreness")


def test_what_was_not_measured_is_unknown() -> None:
    for before, after in ((None, 5), (5, None), (None, None)):
        found = change(PAIN, before, after, hours_since=48)
        assert (found.verdict, found.gain, found.matters, found.cites) == (Verdict.UNKNOWN, None, None, ())


@pytest.mark.parametrize(("before", "after"), [(11, 5), (5, -1), (None, 11)])
def test_a_value_outside_the_scale_is_refused(before: float | None, after: float) -> None:
    with pytest.raises(ValueError, match="is outside Pain: 0 to 10 points"):
        change(PAIN, before, after, hours_since=None)


def test_the_shipped_scales_have_the_figures_of_the_facts() -> None:
    shipped = scales()
    assert list(shipped) == ["pain", "tightness", "range"]
    assert [(one.value, one.people) for one in shipped["pain"].errors] == [
        (2.0, "low back"),
        (2.1, "neck"),
        (4.0, "neck"),
        (1.8, "specific back"),
    ]
    assert shipped["tightness"].errors == shipped["tightness"].important == ()
    assert shipped["range"].errors[0].value == 10
    assert shipped["range"].better is Better.HIGHER
