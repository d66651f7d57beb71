"""Repeats, conflicts, take-backs, corrections, late and impossible references."""

from __future__ import annotations

import pytest

from filiform.clinical.needle import Event, fold
from tests.clinical.needle.making import count, make, needle_in, rules, whole_session

PACK = make("open_pack", "p")


def closed(*events: Event, tray: int = 5) -> list[Event]:
    return [*events, count("c", tray, *events)]


def correct(name: str, event: str, /, **fields: object) -> Event:
    return make("correct", name, event=event, fields=fields, reason="misread")


def test_the_out_may_arrive_before_the_in() -> None:
    out = make("out", "o", needle="n")
    early = fold([PACK, out])
    assert rules(early.blocks) == ["event.pending", "count.none"]
    assert "Event o (out) names n, which has not arrived" in early.blocks[0].because
    assert fold([PACK, out, needle_in("n")]).out == 1


def test_the_in_may_arrive_before_its_pack() -> None:
    state = fold([needle_in("n")])
    assert (state.opened, state.inserted, state.unused) == (1, 1, 0)
    assert "event.pending" in rules(state.blocks)
    assert fold([needle_in("n"), PACK]).opened == 5


@pytest.mark.control("C-001")
def test_one_id_with_two_contents_is_never_silently_one_of_them() -> None:
    events = whole_session()[:-1]
    other = make("note", "n0", text="the same id by mistake")
    for both in ([*events, other], [other, *events]):
        state = fold(closed(*both))
        assert rules(state.blocks) == ["event.conflict"]
        assert state.inserted == 3, "the needle that one of them says went in is shown"
        assert [one.rule for one in state.incidents] == ["event.conflict"]


@pytest.mark.control("C-001")
def test_a_conflict_is_settled_by_taking_the_id_back_and_recording_again() -> None:
    events = [make("note", "x", text="one"), make("note", "x", text="two"), make("undo", "u", event="x")]
    state = fold(closed(*{event.id: event for event in events}.values(), tray=0))
    assert state.can_close
    state = fold([*events, make("count", "c", tray=0, covers=["u", "x"])])
    assert state.can_close
    assert [one.rule for one in state.incidents] == ["event.conflict"], "settled, and remembered"


def test_the_same_instant_written_with_another_offset_is_another_content() -> None:
    """The local day decides whether a pack is past its date, so the offset is part of what was said."""
    events = [make("open_pack", "p", at=at) for at in ("2026-11-23T15:00:00Z", "2026-11-23T16:00:00+01:00")]
    assert "event.conflict" in rules(fold(events).blocks)


def test_true_is_not_one() -> None:
    events = [PACK, correct("k", "p", needles=1), correct("k", "p", needles=True)]
    for order in (events, events[::-1]):
        assert "event.conflict" in rules(fold(order).blocks)


@pytest.mark.control("C-002")
def test_undo_and_undo_of_undo_to_any_depth() -> None:
    events = [PACK, needle_in("n")]
    target, expected = "n", [0, 1, 0, 1, 0]
    for depth, inside in enumerate(expected):
        events.append(make("undo", f"u{depth}", event=target))
        target = f"u{depth}"
        assert fold(events).inserted == inside, depth


@pytest.mark.control("C-002")
def test_an_event_undone_twice_stays_undone_when_one_undo_is_taken_back() -> None:
    events = [PACK, needle_in("n"), make("undo", "u1", event="n"), make("undo", "u2", event="n")]
    assert fold([*events, make("undo", "u3", event="u1")]).inserted == 0
    assert fold([*events, make("undo", "u3", event="u1"), make("undo", "u4", event="u2")]).inserted == 1


def test_a_very_long_chain_of_undos_and_corrections_does_not_fall_over() -> None:
    events = [PACK, needle_in("n")]
    events += [make("undo", f"u{n}", event=f"u{n - 1}" if n else "n") for n in range(3000)]
    events += [correct(f"k{n}", f"k{n - 1}" if n else "n", depth_mm=10 + n % 20) for n in range(3000)]
    assert fold(events).needles[0].depth_mm == 10 + 2999 % 20


def test_what_is_about_an_event_taken_back_is_told() -> None:
    events = [PACK, needle_in("n"), make("twitch", "t", needle="n"), make("undo", "u", event="n")]
    state = fold(closed(*events))
    assert rules(state.blocks) == ["event.names_undone"]
    assert state.blocks[0].because.startswith("Event t (twitch) is about n, which was taken back.")
    assert fold(closed(*events, make("undo", "v", event="t"))).can_close


def test_a_reference_to_the_wrong_kind_is_told() -> None:
    events = [PACK, needle_in("n"), make("out", "o", needle="p")]
    state = fold(events)
    assert "event.wrong_kind" in rules(state.blocks)
    assert [one.id for one in state.open_needles] == ["n"]
    because = next(block.because for block in state.blocks if block.rule == "event.wrong_kind")
    assert (
        because == "Event o (out) names p as its needle; that is of kind open_pack, not in. Undo o and record it again."
    )


def test_events_that_name_each_other_round_take_nothing_back() -> None:
    events = [PACK, needle_in("n"), make("undo", "a", event="b"), make("undo", "b", event="a")]
    state = fold([*events, make("undo", "x", event="a")])
    assert rules(state.blocks).count("event.circle") == 3
    assert not fold(closed(*events)).can_close


def test_a_correction_changes_what_it_names_and_nothing_else() -> None:
    events = [PACK, needle_in("n", depth_mm=20), correct("k", "n", muscle="upper_trapezius", depth_mm=25)]
    (needle,) = fold(events).needles
    assert (needle.muscle, needle.depth_mm, needle.side) == ("upper_trapezius", 25, "right")
    assert fold([*events, make("undo", "u", event="k")]).needles[0].depth_mm == 20


def test_a_correction_of_a_correction_wins_over_it() -> None:
    events = [PACK, needle_in("n"), correct("k1", "n", depth_mm=20, side="left"), correct("k2", "k1", depth_mm=25)]
    needle = fold([*events, correct("k3", "k1", technique="pistoning")]).needles[0]
    assert (needle.depth_mm, needle.side, needle.technique) == (25, "left", "pistoning")


def test_corrections_that_do_not_know_each_other_must_agree() -> None:
    events = [PACK, needle_in("n", depth_mm=10), correct("k1", "n", depth_mm=20), correct("k2", "n", depth_mm=25)]
    state = fold(closed(*events, make("out", "o", needle="n")))
    assert rules(state.blocks) == ["correct.disagree"]
    assert state.needles[0].depth_mm == 10
    assert fold([*events[:-1], correct("k2", "n", depth_mm=20)]).needles[0].depth_mm == 20


def test_a_correction_that_stands_on_one_taken_back_is_told() -> None:
    events = [PACK, correct("k1", "p", needles=4), correct("k2", "k1", lot="Z"), make("undo", "u", event="k1")]
    assert rules(fold(closed(*events)).blocks) == ["event.names_undone"]


def test_a_correction_of_an_event_that_was_taken_back_is_moot() -> None:
    events = [PACK, make("note", "x", text="a"), correct("k", "x", text="b"), make("undo", "u", event="x")]
    assert fold(closed(*events)).can_close


@pytest.mark.parametrize(
    ("event", "fields", "because"),
    [
        ("n", {"depth_mm": -3}, "does not fit: depth_mm must be from 1 to 150 mm"),
        ("n", {"lot": "Z"}, 'does not fit: lot is not a field of "in"'),
        ("n", {"at": "2026-11-23T15:00:00Z"}, "does not fit: at cannot be corrected"),
        ("n", {"kind": "note"}, "does not fit: kind cannot be corrected"),
        ("u", {"event": "n"}, "An event of kind undo cannot be corrected: undo it instead."),
        ("first", {"tray": 4}, "An event of kind count cannot be corrected: count again instead."),
    ],
)
def test_a_correction_that_does_not_fit_changes_nothing_and_is_told(
    event: str, fields: dict[str, object], because: str
) -> None:
    events = [PACK, needle_in("n", depth_mm=10), make("out", "o", needle="n"), make("note", "x", text="a")]
    events += [make("undo", "u", event="x"), count("first", 5, *events)]
    state = fold(closed(*events, correct("k", event, **fields)))
    assert rules(state.blocks) == ["correct.refused"]
    assert because in state.blocks[0].because
    assert state.needles[0].depth_mm == 10


def test_a_count_that_knows_an_event_which_has_not_arrived_is_pending() -> None:
    state = fold([PACK, make("count", "c", tray=5, covers=["p", "elsewhere"])])
    assert rules(state.blocks) == ["event.pending"]
    assert not fold([PACK, make("count", "c", tray=5, covers=["elsewhere"])]).can_close
