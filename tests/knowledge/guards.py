"""The tests that must notice a changed value of the knowledge, run over a book that is not the one that ships."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from types import ModuleType
from typing import Any

from _pytest.assertion import util

from filiform.knowledge import Book
from tests.clinical import (
    test_adverse,
    test_dosage,
    test_evaluation_cases,
    test_jurisdiction_cases,
    test_planning_cases,
    test_proposing,
)
from tests.clinical.follow import test_vignettes, vignettes
from tests.knowledge import test_conditions, test_figures, test_second_facts

# Where each module keeps what it knows.
PLACES: tuple[tuple[ModuleType, str, Callable[[Book], Any]], ...] = (
    (test_adverse, "BOOK", lambda known: known.adverse),
    (test_adverse, "SCHEMES", lambda known: tuple(known.adverse.schemes.values())),
    (test_dosage, "DOSAGE", lambda known: known.dosage),
    (test_dosage, "NEEDLES", lambda known: known.dosage.needles),
    (test_conditions, "BOOK", lambda known: known),
    *(
        (module, "book", lambda known: lambda: known)
        for module in (
            test_evaluation_cases, test_jurisdiction_cases, test_planning_cases, test_proposing, test_vignettes,
            vignettes, test_figures, test_second_facts,
        )
    ),
)  # fmt: skip


@contextmanager
def known_to_all(known: Book) -> Iterator[None]:
    """Every module of PLACES knows this book, and the one that ships again afterwards."""
    kept = [(module, name, getattr(module, name)) for module, name, _ in PLACES]
    for module, name, part in PLACES:
        setattr(module, name, part(known))
    explained, util._reprcompare = (
        util._reprcompare,
        None,
    )  # pytest's words for a difference cost a hundred times the test
    try:
        yield
    finally:
        util._reprcompare = explained
        for module, name, value in kept:
            setattr(module, name, value)


def every(test: Callable[..., None]) -> Callable[[], None]:
    """The whole of a test with one list of cases, as one call."""

    def run() -> None:
        (marked,) = (mark for mark in getattr(test, "pytestmark", ()) if mark.name == "parametrize")
        names, cases = marked.args[:2]
        for case in cases:
            test(*((case,) if isinstance(names, str) and "," not in names else case))

    return run


def _law() -> None:
    every(test_jurisdiction_cases.test_vignette)()
    test_jurisdiction_cases.test_the_four_states_that_prohibit_are_those_of_the_facts()


def _figures() -> None:
    every(test_figures.test_figures_and_range_are_those_of_the_facts)()
    test_figures.test_no_measure_is_left_out()
    test_figures.test_a_payers_rule_is_never_used_unasked()


def _adverse() -> None:
    every(test_adverse.test_the_grade_follows_from_the_facts)()
    every(test_adverse.test_published_rates_stand_with_their_n)()
    test_adverse.test_computed_intervals_are_right()
    test_adverse.test_every_serious_event_says_what_to_do_and_every_fact_has_a_source()


def _planning() -> None:
    every(test_planning_cases.test_decision)()
    every(test_planning_cases.test_coding)()


def _dosage() -> None:
    every(test_dosage.test_a_needle_never_goes_in_to_its_handle)()
    test_dosage.test_a_course_is_read_from_its_spans()
    test_dosage.test_depth_is_known_at_few_muscles_only()


def _conditions() -> None:
    test_conditions.test_the_conditions_are_the_articles_ten_and_osteoarthritis()
    test_conditions.test_every_condition_says_what_needling_cannot_do()
    test_conditions.test_how_often_trigger_points_were_found_is_that_of_the_facts()
    test_conditions.test_codes_are_as_sure_as_in_the_facts()
    test_conditions.test_the_re_test_waits_as_long_as_the_dosage_says()
    test_conditions.test_gauges_are_marked_as_unsure()


GUARDS: Mapping[str, Callable[[], None]] = {
    "second entry": every(test_second_facts.test_every_figure_is_entered_twice_and_alike),
    "figures, entered twice": _figures,
    "evaluation vignettes": every(test_evaluation_cases.test_vignette),
    "planning and coding vignettes": _planning,
    "law vignettes": _law,
    "adverse events": _adverse,
    "dosage": _dosage,
    "conditions": _conditions,
    "after-care vignettes": every(test_vignettes.test_vignette),
}
