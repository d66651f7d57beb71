"""The laws of the needle ledger, over thousands of sessions: honest ones on two tablets, and senseless ones.

`test_guards.py` removes the guards one by one and shows that these same checks then fail.
"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filiform.clinical.needle import Event, State, fold
from tests.clinical.needle.making import Room, make, rooms, wild
from tests.clinical.needle.plain import plain_fold


def check_sums(state: State) -> None:
    """opened = in + unused; in = out + still in + indwelling; tray = out + unused; nothing is negative."""
    assert state.opened == state.inserted + state.unused
    assert state.inserted == state.out + len(state.open_needles) + state.indwelling
    assert state.tray == state.out + state.unused
    assert min(state.opened, state.unused, state.out, state.indwelling, state.tray) >= 0


def check_against_plain(events: list[Event], state: State) -> None:
    """The slow fold finds the same numbers and the same kinds of reasons."""
    plain = plain_fold(events)
    numbers = (state.opened, state.unused, state.inserted, state.out, state.indwelling, state.tray)
    assert numbers == (plain.opened, plain.unused, plain.inserted, plain.out, plain.indwelling, plain.tray)
    assert [one.id for one in state.open_needles] == plain.open_needles
    assert {one.rule for one in state.blocks} - {"all_out.recount"} == plain.reasons


def check_closable_is_accounted_for(events: list[Event], state: State) -> None:
    """A session that may be closed: no needle is in, a person counted all events, and every needle has its place.

    Said without the fold's own notion of a count: there is a count whose cover is everything but counts, and where
    nothing is an incident or a correction, what it found plus what stays in on purpose is what was opened.
    """
    if not state.can_close:
        return
    assert not state.open_needles
    ids = {event.id for event in events} - {event.id for event in events if event.kind == "count"}
    covering = [event for event in events if event.kind == "count" and ids <= set(event.covers)]
    assert covering
    if not {event.kind for event in events} & {"missing", "extra", "correct", "dropped"}:
        assert state.opened in {one.tray + state.indwelling for one in covering}


def check_all_out_was_recounted(events: list[Event], state: State) -> None:
    """After an emergency nothing closes unless a count names the `all_out` among the events it covers."""
    undone = {event.event for event in events if event.kind == "undo"}
    emergencies = {event.id for event in events if event.kind == "all_out"} - undone
    covered = {name for event in events if event.kind == "count" and event.id not in undone for name in event.covers}
    if state.can_close:
        assert emergencies <= covered


def check_order(events: list[Event], data: st.DataObject) -> None:
    """Any order and any repetition of the same events give the same state, to the last letter."""
    again = data.draw(st.lists(st.sampled_from(events), max_size=6)) if events else []
    shuffled = data.draw(st.permutations([*events, *again]))
    assert fold(shuffled) == fold(events)
    assert fold(shuffled).as_json() == fold(events).as_json()


@pytest.mark.control("C-001")
@given(rooms, st.data())
def test_every_order_and_repetition_of_an_honest_session_gives_one_state(room: Room, data: st.DataObject) -> None:
    check_order(room.events, data)


@pytest.mark.control("C-001")
@given(wild, st.data())
def test_every_order_and_repetition_of_senseless_events_gives_one_state(
    events: list[Event], data: st.DataObject
) -> None:
    check_order(events, data)


@pytest.mark.control("C-002")
@given(rooms)
def test_the_fold_knows_where_every_needle_really_is(room: Room) -> None:
    state = fold(room.events)
    assert {one.id for one in state.open_needles} == room.really_in
    assert {one.id for one in state.left_in} == room.really_left
    assert state.out == len(room.really_out)
    assert state.tray == room.on_the_tray
    assert state.opened == sum(room.packs.values())
    check_sums(state)


@pytest.mark.control("C-002")
@given(wild)
def test_the_sums_hold_whatever_arrives(events: list[Event]) -> None:
    check_sums(fold(events))


@given(rooms)
def test_the_slow_fold_agrees_on_honest_sessions(room: Room) -> None:
    check_against_plain(room.events, fold(room.events))


@given(wild)
def test_the_slow_fold_agrees_on_senseless_events(events: list[Event]) -> None:
    check_against_plain(events, fold(events))


@pytest.mark.control("C-003")
@given(rooms)
def test_no_honest_session_closes_with_a_needle_unaccounted_for(room: Room) -> None:
    state = fold(room.events)
    check_closable_is_accounted_for(room.events, state)
    if state.can_close:
        assert not room.really_in


@pytest.mark.control("C-003")
@given(rooms)
def test_every_honest_session_can_be_closed_in_the_end(room: Room) -> None:
    """The guard against guarding too much: take everything out, count rightly, and the session closes."""
    while room.really_in:
        room.take_out(0)
    room.count()
    assert fold(room.events).blocks == ()


@pytest.mark.control("C-003")
@given(wild)
def test_no_senseless_session_closes_with_a_needle_unaccounted_for(events: list[Event]) -> None:
    check_closable_is_accounted_for(events, fold(events))


@pytest.mark.control("C-004")
@given(rooms)
def test_an_emergency_is_always_recounted(room: Room) -> None:
    check_all_out_was_recounted(room.events, fold(room.events))
    room.everything_out()
    assert "all_out.recount" in {block.rule for block in fold(room.events).blocks}
    room.count(wrong_by=1)
    assert fold(room.events).recount_due, "a count that is wrong does not end the emergency"
    room.count()
    assert fold(room.events).can_close


@pytest.mark.control("C-005")
@given(rooms, st.data())
def test_what_arrives_after_the_count_opens_the_session_again(room: Room, data: st.DataObject) -> None:
    while room.really_in:
        room.take_out(0)
    room.count()
    late = data.draw(st.sampled_from(["note", "twitch", "in", "open_pack", "undo"]))
    name = next(event.id for event in room.events if event.kind == "open_pack")
    more = {
        "note": {"text": "late"},
        "twitch": {"needle": min(room.every_needle, default="unknown")},
        "in": {"muscle": "piriformis", "side": "left", "pack": name},
        "open_pack": {},
        "undo": {"event": name},
    }[late]
    assert not fold([*room.events, make(late, "late", **more)]).can_close


@pytest.mark.control("C-006")
@given(rooms, st.data())
def test_a_session_of_which_some_events_are_still_on_the_way_does_not_close(room: Room, data: st.DataObject) -> None:
    """Whatever a tablet has not yet sent: a count that covers it, or an event that names it, blocks until it comes."""
    while room.really_in:
        room.take_out(0)
    room.count()
    lost = data.draw(st.sampled_from([event.id for event in room.events if event.kind != "count"]))
    arrived = [event for event in room.events if event.id != lost]
    state = fold(arrived)
    assert not state.can_close
    assert "event.pending" in {block.rule for block in state.blocks}
    assert fold([*arrived, next(event for event in room.events if event.id == lost)]).can_close
