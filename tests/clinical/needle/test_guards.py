"""Negative controls: each guard of the ledger is taken away, and the laws' own checks must then find a counterexample.

A law that no missing guard can break proves nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from filiform.clinical.needle import Event, Where, closing, counting, fold, ledger, state, tally
from tests.clinical.needle import test_laws as laws
from tests.clinical.needle.making import Room, rooms, wild

QUICK = settings(
    max_examples=1500,
    derandomize=True,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


def finds(law: Callable[..., None], *given_by: st.SearchStrategy[Any]) -> None:
    """The law's own check, run on the mutated code, must fail."""
    with pytest.raises(AssertionError):
        QUICK(given(*given_by)(law))()


def on_wild(check: Callable[[list[Event], Any], None]) -> Callable[[list[Event]], None]:
    def law(events: list[Event]) -> None:
        check(events, fold(events))

    return law


@pytest.mark.control("C-001")
def test_believing_the_content_that_came_first_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ledger, "_worst", lambda variants: next(iter(variants.values())))

    def law(events: list[Event], data: st.DataObject) -> None:
        laws.check_order(events, data)

    finds(law, wild, st.data())


@pytest.mark.control("C-002")
def test_ignoring_take_backs_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ledger, "_taken_back", lambda everything, circle: set())
    finds(_knows_where_needles_are, rooms)


@pytest.mark.control("C-002")
def test_an_undo_that_cannot_be_taken_back_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    def always(first: str, undos: dict[str, list[str]], stands: dict[str, bool]) -> None:
        stands[first] = not undos.get(first)

    def everyone_undoes(everything: dict[str, Event], circle: set[str]) -> set[str]:
        return {event.event for event in everything.values() if event.kind == "undo"}

    monkeypatch.setattr(ledger, "_walk", always)
    monkeypatch.setattr(ledger, "_taken_back", everyone_undoes)
    finds(_knows_where_needles_are, rooms)


@pytest.mark.control("C-002")
def test_counting_a_needle_that_is_out_twice_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tally.Tally, "tray", property(lambda self: len(self.at(Where.OUT)) * 2 + self.unused))
    finds(_knows_where_needles_are, rooms)


@pytest.mark.control("C-003")
def test_forgetting_a_needle_that_is_still_in_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tally, "_where", lambda out, left: Where.LEFT_IN if left else Where.OUT)
    finds(lambda room: laws.test_the_fold_knows_where_every_needle_really_is.hypothesis.inner_test(room), rooms)


@pytest.mark.control("C-003")
def test_closing_with_a_wrong_count_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counting.Counted, "agrees", property(lambda self: True))
    finds(_accounted_for_after_a_count, rooms, st.integers(-2, 2).filter(bool))


@pytest.mark.control("C-003")
def test_closing_with_needles_in_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(closing, "_needles", lambda ledger, now: ())
    finds(_accounted_for_after_a_count, rooms, st.just(0))


@pytest.mark.control("C-003")
def test_using_more_needles_than_were_opened_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(closing, "_packs", lambda ledger, now: ())
    finds(on_wild(laws.check_against_plain), wild)


@pytest.mark.control("C-004")
def test_an_emergency_without_a_recount_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(closing, "recount_due", lambda ledger, judged: False)
    monkeypatch.setattr(state, "recount_due", lambda ledger, judged: False)
    finds(laws.test_an_emergency_is_always_recounted.hypothesis.inner_test, rooms)


@pytest.mark.control("C-005")
def test_a_count_that_need_not_cover_everything_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counting, "uncovered", lambda ledger, covers: ())
    finds(laws.test_what_arrives_after_the_count_opens_the_session_again.hypothesis.inner_test, rooms, st.data())


@pytest.mark.control("C-006")
def test_closing_while_events_are_on_the_way_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ledger, "_bad_references", lambda everything, standing, gone: ())
    law = laws.test_a_session_of_which_some_events_are_still_on_the_way_does_not_close.hypothesis.inner_test
    finds(law, rooms, st.data())


def _knows_where_needles_are(room: Room) -> None:
    laws.test_the_fold_knows_where_every_needle_really_is.hypothesis.inner_test(room)


def _accounted_for_after_a_count(room: Room, wrong_by: int) -> None:
    room.count(wrong_by)
    found = fold(room.events)
    laws.check_closable_is_accounted_for(room.events, found)
