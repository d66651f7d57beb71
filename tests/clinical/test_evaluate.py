"""Better, the same or worse: against the measurement error, and not before soreness has gone."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filiform.clinical.evaluate import (
    Better,
    Figure,
    Reading,
    Scale,
    Settling,
    Verdict,
    applying,
    change,
    compare,
    people_of,
)
from filiform.clinical.terms import Cite, RegionId, Sure
from filiform.knowledge import book
from filiform.knowledge.scales import scales

BACK = Figure(2, "low_back", (Cite("childs_2005", Sure.RECALLED),), found_in="people with low back pain")
NECK = Figure(2.1, "neck", (Cite("cleland_2008", Sure.RECALLED),), found_in="people with neck pain")
TWO_DAYS = Settling(48, (Cite("retest_48h", Sure.FOUND, "abstract"),))
PAIN = Scale("pain", "Pain", "points", Better.LOWER, 0, 10, (BACK, NECK), (BACK,), (), settling=TWO_DAYS)
RANGE = Scale("range", "Range", "degrees", Better.HIGHER, -30, 190, (Figure(10, "", ()),), (), (), settling=TWO_DAYS)
TIGHT = Scale("tightness", "Tightness", "points", Better.LOWER, 0, 10, (), (), (), settling=TWO_DAYS)


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
        "Tightness is 1 point better. No measurement error is published for it, so this is the plain difference."
    )
    assert found.cites == ()


def test_too_early_says_when_to_measure_again_and_why() -> None:
    found = change(PAIN, 5, 8, hours_since=0.2)
    assert found.because.startswith("Pain is 3 points worse; soreness may hide the effect until 48 hours")
    assert TWO_DAYS.cites[0] in found.cites
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
    assert list(shipped)[:3] == ["pain", "tightness", "range"]
    assert [(one.value, one.people) for one in shipped["pain"].errors] == [
        (2.0, "low_back"),
        (2.1, "neck"),
        (4.0, "neck"),
        (1.77, "specific_back"),
    ]
    assert shipped["tightness"].errors == shipped["tightness"].important == ()
    assert shipped["range"].errors[0].value == 10
    assert shipped["range"].better is Better.HIGHER


def test_a_measure_that_soreness_cannot_touch_is_believed_at_once() -> None:
    steady = replace(PAIN, settling=None)
    assert change(steady, 5, 8, hours_since=0).verdict is Verdict.WORSE


@pytest.mark.control("C-151")
def test_two_measures_or_versions_are_never_compared() -> None:
    psfs, turned = scales()["psfs"], scales()["psfs_2"]
    for first, second in (
        (Reading(psfs, 4), Reading(turned, 6)),
        (Reading(turned, 6), Reading(psfs, 4)),
        (Reading(psfs, 4, "1995"), Reading(psfs, 6, "2012")),
        (Reading(psfs, 4, "1995"), Reading(psfs, 6)),
    ):
        found = compare(first, second, hours_since=None)
        assert (found.verdict, found.gain) == (Verdict.UNKNOWN, None)
        assert "never compared" in found.because
    same = compare(Reading(psfs, 4, "1995"), Reading(psfs, 6, "1995"), hours_since=None)
    assert same.verdict is Verdict.BETTER


SHIPPED = st.sampled_from([scale for scale in scales().values() if not scale.rating])


def _values(scale: Scale) -> st.SearchStrategy[float]:
    return st.integers(int(scale.low) * 2, int(scale.high) * 2).map(lambda half: half / 2)


@pytest.mark.control("C-150")
@given(st.data(), SHIPPED, st.sampled_from([*book().people, ""]))
def test_better_reaches_every_figure_of_the_same_people_and_worse_at_least_one(
    data: st.DataObject, scale: Scale, people: str
) -> None:
    before, after = data.draw(_values(scale)), data.draw(_values(scale))
    found = change(scale, before, after, hours_since=None, people=people)
    needed = [one.needed(before) for one in found.side_by_side]
    assert found.gain is not None
    if found.verdict is Verdict.BETTER:
        assert found.gain > 0 and all(found.gain >= one for one in needed)
    elif found.verdict is Verdict.WORSE:
        assert found.gain < 0 and any(-found.gain >= one for one in [*needed, 0])
    elif needed:
        assert -min(needed) < found.gain < max(needed)


@pytest.mark.control("C-150")
@given(st.data(), SHIPPED)
def test_a_further_figure_never_makes_somebody_better(data: st.DataObject, scale: Scale) -> None:
    """What is published later may only make the claim of a benefit harder and the report of a harm easier."""
    before, after = data.draw(_values(scale)), data.draw(_values(scale))
    people = scale.errors[0].people if scale.errors else ""
    more = Figure(data.draw(st.integers(1, 40)) / 2, people, ())
    wider = replace(scale, errors=(*scale.errors, more))
    first, second = (change(one, before, after, hours_since=None).verdict for one in (scale, wider))
    if scale.errors:
        assert first is Verdict.BETTER or second is not Verdict.BETTER
        assert first is not Verdict.WORSE or second is Verdict.WORSE


@given(st.data(), SHIPPED)
def test_turning_the_scale_round_turns_the_gain_round(data: st.DataObject, scale: Scale) -> None:
    before, after = data.draw(_values(scale)), data.draw(_values(scale))
    turned = replace(scale, better=Better.LOWER if scale.better is Better.HIGHER else Better.HIGHER)
    one, other = (change(which, before, after, hours_since=None) for which in (scale, turned))
    assert one.gain is not None and other.gain is not None
    assert one.gain == -other.gain


@given(st.data(), SHIPPED)
def test_every_figure_is_used_or_listed(data: st.DataObject, scale: Scale) -> None:
    before = data.draw(_values(scale))
    found = change(scale, before, before, hours_since=None)
    important = applying(scale.important, "", before)
    assert {*found.side_by_side, *found.others, *important} == {*scale.errors, *scale.important}


def test_places_of_pain_choose_the_people() -> None:
    groups = book().people
    assert people_of([RegionId("lumbar"), RegionId("sacroiliac")], groups) == "low_back"
    assert people_of([RegionId("neck_posterior")], groups) == "neck"
    assert people_of([RegionId("neck_posterior"), RegionId("lumbar")], groups) == ""
    assert people_of([RegionId("heel")], groups) == ""
    assert people_of([], groups) == ""
