"""Adverse events: a grade is derived from what was observed, and what is not known stays unknown."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filiform.clinical.adverse import UNKNOWN, Observed, Per, Rate, Scheme, Treatment, grade
from filiform.knowledge import book

BOOK = book().adverse
SCHEMES = tuple(BOOK.schemes.values())
BRUISE = Observed("bruising", 2, 72, Treatment.NONE, function_lost=False, admitted=False)
SOME = st.sampled_from([None, True, False])
OBSERVED = st.builds(
    Observed,
    what=st.sampled_from(["bruising", "pneumothorax", "death"]),
    lasted_hours=st.none() | st.floats(0, 500),
    treatment_needed=st.none() | st.sampled_from(Treatment),
    function_lost=SOME,
    admitted=SOME,
)


@pytest.mark.control("C-125")
@pytest.mark.parametrize(
    ("change", "white", "carnes"),
    [
        ({}, "mild", "mild"),
        ({"treatment_needed": Treatment.SELF_CARE}, "mild", "mild"),
        ({"treatment_needed": Treatment.MEDICAL}, "significant", "moderate_or_major"),
        ({"function_lost": True}, "significant", "moderate_or_major"),
        ({"admitted": True}, "serious", "moderate_or_major"),
        ({"what": "death"}, "serious", "moderate_or_major"),
        ({"lasted_hours": None}, "mild", "mild"),
        ({"function_lost": True, "lasted_hours": None}, UNKNOWN, "moderate_or_major"),
        ({"admitted": None}, UNKNOWN, UNKNOWN),
        ({"admitted": None, "function_lost": True}, UNKNOWN, "moderate_or_major"),
        ({"treatment_needed": None}, UNKNOWN, UNKNOWN),
        ({"function_lost": None}, UNKNOWN, UNKNOWN),
        ({"function_lost": None, "lasted_hours": None}, UNKNOWN, UNKNOWN),
        ({"admitted": True, "treatment_needed": None, "function_lost": None}, "serious", "moderate_or_major"),
    ],
)
def test_the_grade_follows_from_the_facts(change: dict[str, object], white: str, carnes: str) -> None:
    assert grade(replace(BRUISE, **change), SCHEMES) == {"white_2001": white, "carnes_2010": carnes}  # type: ignore[arg-type]


def rank(scheme: Scheme, given: str) -> int:
    """Greater is worse."""
    return -[one.id for one in scheme.grades].index(given)


@pytest.mark.control("C-125")
@given(OBSERVED)
def test_learning_a_bad_fact_never_makes_a_grade_milder(seen: Observed) -> None:
    for worse in (replace(seen, admitted=True), replace(seen, treatment_needed=Treatment.MEDICAL)):
        for scheme in SCHEMES:
            before, after = grade(seen, [scheme])[scheme.id], grade(worse, [scheme])[scheme.id]
            if UNKNOWN not in (before, after):
                assert rank(scheme, after) >= rank(scheme, before)


@pytest.mark.control("C-125")
@given(OBSERVED)
def test_an_unknown_grade_is_one_that_the_missing_facts_could_change(seen: Observed) -> None:
    for scheme in SCHEMES:
        if grade(seen, [scheme])[scheme.id] == UNKNOWN:
            admitted = grade(replace(seen, admitted=True), [scheme])[scheme.id]
            assert admitted == scheme.grades[0].id


def test_nothing_known_is_no_mild_event() -> None:
    assert set(grade(Observed("bruising"), SCHEMES).values()) == {UNKNOWN}


def test_without_the_unknown_a_missing_admission_would_be_mild() -> None:
    """Negative control: unknown taken for no."""
    blind = replace(BRUISE, admitted=None)
    assert grade(blind, SCHEMES)["white_2001"] == UNKNOWN
    assert grade(replace(blind, admitted=False), SCHEMES)["white_2001"] == "mild"


def test_a_scheme_without_a_mildest_grade_is_a_fault_of_the_program() -> None:
    broken = replace(SCHEMES[0], grades=SCHEMES[0].grades[:1])
    with pytest.raises(ValueError, match="no grade for what remains"):
        grade(BRUISE, [broken])


def test_rates_in_different_units_compare() -> None:
    def rate(value: float, per: Per) -> Rate:
        return Rate("any", "x", value, per, "patients", None, None, "", ())

    assert rate(1, Per.PERCENT).share == rate(100, Per.PER_10000).share == rate(10_000, Per.PER_MILLION).share == 0.01


@pytest.mark.parametrize(
    ("event", "study", "value", "n"),
    [
        ("any_mild", "brady_2014", 19.18, 7629),
        ("bruising", "brady_2014", 7.55, 7629),
        ("bleeding", "boyce_2020", 16, 20494),
        ("any_serious", "boyce_2020", 0.098, 20494),
        ("syncope", "jenkins_2024", 13, 198),
        ("any_significant", "white_2001", 14, 31822),
        ("any", "witt_2009", 8.6, 229230),
        ("any_serious", "baumler_2021", 1.01, 12_900_000),
        ("pain_after", "soreness_trials", 91, None),
    ],
)
def test_published_rates_stand_with_their_n(event: str, study: str, value: float, n: int | None) -> None:
    assert value in [rate.value for rate in BOOK.rates_of(event) if rate.study == study]
    assert BOOK.studies[study].n == n


def test_computed_intervals_are_right() -> None:
    """Brady's 1,463 of 7,629: the Wilson interval that the book carries."""
    n, share, z = 7629, 1463 / 7629, 1.96
    middle = (share + z * z / 2 / n) / (1 + z * z / n)
    half = z / (1 + z * z / n) * (share * (1 - share) / n + z * z / 4 / n / n) ** 0.5
    [rate] = [one for one in BOOK.rates_of("any_mild") if one.study == "brady_2014"]
    assert (rate.low, rate.high) == (round(100 * (middle - half), 1), round(100 * (middle + half), 1))


def test_every_serious_event_says_what_to_do_and_every_fact_has_a_source() -> None:
    for event in BOOK.events.values():
        assert event.cites
        assert not event.serious or event.action or event.id == "any_serious", event.id
    assert all(one.cites for one in (*BOOK.rates, *BOOK.studies.values(), *BOOK.schemes.values()))
