"""What a page reads from the state: warnings, muscles, stimulation, dwell; and the gates before the next act."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from filiform.clinical.needle import Event, before_insertion, before_opening, fold, longest_dwell
from filiform.clinical.terms import Block, Level, MuscleId, Side, stops
from tests.clinical.needle.making import make, needle_in, rules

PACK = make("open_pack", "p")
INFRASPINATUS, TRAPEZIUS, SOLEUS = MuscleId("infraspinatus"), MuscleId("upper_trapezius"), MuscleId("soleus")


def incidents(*events: Event) -> list[str]:
    return [one.rule for one in fold(events).incidents]


def test_muscles_are_counted_by_side() -> None:
    events = [PACK, needle_in("n1"), needle_in("n2", side="left"), needle_in("n3")]
    events += [make("twitch", f"t{number}", needle="n3") for number in range(2)]
    found = [(one.muscle, one.side, one.needles, one.twitches) for one in fold(events).muscles]
    assert found == [("infraspinatus", "left", 1, 0), ("infraspinatus", "right", 2, 2)]


@pytest.mark.control("C-010")
@pytest.mark.parametrize(
    "feeling", ["sharp", "electric", "burning", "spreading", "numb", "cough", "breathless", "faint"]
)
def test_an_unusual_feeling_is_a_warning_that_blocks_nothing(feeling: str) -> None:
    events = [PACK, needle_in("n"), make("sensation", "s", needle="n", feeling=feeling, strength=8, familiar=False)]
    state = fold(events)
    assert state.unusual_sensation
    assert [one.rule for one in state.incidents] == ["sensation.unusual"]
    assert feeling in state.incidents[0].because
    assert "sensation.unusual" not in rules(state.blocks)


@pytest.mark.parametrize("feeling", ["cramp", "ache"])
def test_cramp_and_ache_are_expected(feeling: str) -> None:
    state = fold([PACK, needle_in("n"), make("sensation", "s", needle="n", feeling=feeling)])
    assert not state.unusual_sensation
    assert state.incidents == ()


def test_what_happened_is_kept_for_afterwards() -> None:
    needle = needle_in("n", depth_mm=40)
    assert incidents(PACK, needle) == ["needle.to_the_handle"]
    assert incidents(PACK, needle_in("n", depth_mm=39)) == []
    assert "needle.to_the_handle" not in incidents(needle)
    assert incidents(PACK, needle_in("n"), make("out", "o", needle="n", bleeding="not_stopped")) == [
        "bleeding.not_stopped"
    ]
    assert incidents(PACK, needle_in("n"), make("out", "o", needle="n", bleeding="spot")) == []
    assert incidents(make("incident", "i", what="needlestick", account="Left thumb.")) == ["incident.needlestick"]
    turn = {"to": "supine", "known": ["n"]}
    assert incidents(PACK, needle_in("n"), make("turn", "t", needles_in=0, **turn)) == ["turn.disagrees"]
    assert incidents(PACK, needle_in("n"), make("turn", "t", needles_in=1, **turn)) == []


def test_stimulation_runs_until_it_is_off_or_has_no_needle_left() -> None:
    on = make("estim_on", "e", needles=["n1", "n2"], hz=2)
    events = [PACK, needle_in("n1"), needle_in("n2"), on]
    assert fold(events).estim == ("e",)
    assert fold([*events, make("estim_off", "f", estim="e")]).estim == ()
    assert fold([*events, make("out", "o1", needle="n1")]).estim == ("e",)
    assert fold([*events, make("all_out", "a", needles=["n1", "n2"])]).estim == ()


def test_dwell_is_the_longest_of_the_needles_still_in() -> None:
    times = {"n1": "2026-11-23T15:50:00+01:00", "n2": "2026-11-23T14:55:00Z", "n3": "2026-11-23T15:59:00+01:00"}
    events = [PACK, *(needle_in(name, at=at) for name, at in times.items())]
    now = datetime.fromisoformat("2026-11-23T16:00:30+01:00")
    assert longest_dwell(fold(events), now) == 10 * 60 + 30
    assert longest_dwell(fold([*events, make("out", "o", needle="n1")]), now) == 5 * 60 + 30
    assert longest_dwell(fold([PACK]), now) == 0
    early = datetime.fromisoformat("2026-11-23T15:00:00+01:00")
    assert longest_dwell(fold(events), early) == 0, "a clock that is behind makes no negative time"


@pytest.mark.control("C-009")
def test_a_pack_may_be_opened_on_its_last_day_and_not_after() -> None:
    last = date(2026, 11, 23)
    assert before_opening("L-1", last, last) == ()
    (block,) = before_opening("L-1", last, date(2026, 11, 24))
    assert (block.rule, block.level) == ("pack.expired", Level.STOP)
    assert block.because == "Lot L-1 was good until 2026-11-23: put the pack away and take another one."


@pytest.mark.control("C-011")
def test_before_a_needle_goes_in() -> None:
    state = fold([PACK])
    assert before_insertion(state, INFRASPINATUS, Side.LEFT, (), "p") == ()
    assert rules(before_insertion(state, INFRASPINATUS, Side.LEFT, (), "q")) == ["pack.not_opened"]
    locked = Block("screen.lymphoedema", "No needles in the left arm.")
    assert before_insertion(state, INFRASPINATUS, Side.LEFT, (locked,), "p") == (locked,)
    full = fold([make("open_pack", "p", needles=1), make("dropped", "d", pack="p", needles=1)])
    assert rules(before_insertion(full, INFRASPINATUS, Side.LEFT, (), "p")) == ["pack.empty"]
    old = fold([make("open_pack", "p", expiry="2026-11-01")])
    assert rules(before_insertion(old, INFRASPINATUS, Side.LEFT, (), "p")) == ["pack.expired"]


@pytest.mark.control("C-004")
def test_after_an_emergency_no_needle_goes_in_before_the_recount() -> None:
    events = [PACK, needle_in("n"), make("all_out", "a", needles=["n"])]
    assert rules(before_insertion(fold(events), SOLEUS, Side.LEFT, (), "p")) == ["all_out.recount"]
    right = make("count", "c", tray=5, covers=["p", "n", "a"])
    assert before_insertion(fold([*events, right]), SOLEUS, Side.LEFT, (), "p") == ()
    wrong = make("count", "c", tray=4, covers=["p", "n", "a"])
    assert rules(before_insertion(fold([*events, wrong]), SOLEUS, Side.LEFT, (), "p")) == ["all_out.recount"]


def test_the_second_side_over_the_lung_is_a_warning_and_no_refusal() -> None:
    over_lung = {INFRASPINATUS, TRAPEZIUS}
    state = fold([PACK, needle_in("n")])
    blocks = before_insertion(state, TRAPEZIUS, Side.LEFT, (), "p", over_lung=over_lung)
    assert rules(blocks) == ["needle.both_sides_over_lung"]
    assert stops(blocks) == ()
    assert before_insertion(state, TRAPEZIUS, Side.RIGHT, (), "p", over_lung=over_lung) == ()
    assert before_insertion(state, SOLEUS, Side.LEFT, (), "p", over_lung=over_lung) == ()
    assert before_insertion(state, TRAPEZIUS, Side.MIDLINE, (), "p", over_lung=over_lung) == ()
