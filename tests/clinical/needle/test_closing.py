"""Each reason that stands against closing a session, and the way out of each."""

from __future__ import annotations

import pytest

from filiform.clinical.needle import Event, Where, fold
from tests.clinical.needle.making import count, make, needle_in, rules, whole_session

PACK = make("open_pack", "p")


def because(events: list[Event]) -> list[str]:
    return [block.because for block in fold(events).blocks]


def closed(*events: Event, tray: int) -> list[Event]:
    return [*events, count("c", tray, *events)]


def test_a_whole_session_may_be_closed() -> None:
    state = fold(whole_session())
    assert state.can_close
    assert state.as_json() == {
        "opened": 5,
        "unused": 2,
        "in": 3,
        "out": 3,
        "indwelling": 0,
        "tray": 5,
        "open_needles": [],
        "muscles": [{"muscle": "infraspinatus", "side": "right", "needles": 3, "twitches": 1}],
        "can_close": True,
        "blocks": [],
        "incidents": [],
    }


def test_nothing_at_all_is_not_closed_before_somebody_counted() -> None:
    assert rules(fold([]).blocks) == ["count.none"]
    assert fold([make("count", "c", tray=0, covers=[])]).can_close


@pytest.mark.control("C-003")
def test_a_needle_still_in_names_its_muscle_and_side() -> None:
    events = [PACK, needle_in("n1"), needle_in("n2"), needle_in("n3", muscle="upper_trapezius", side="left")]
    state = fold(closed(*events, tray=2))
    assert rules(state.blocks) == ["needle.still_in"]
    assert state.blocks[0].because == "3 needles are still in: infraspinatus right (2), upper trapezius left (1)."
    assert [one["id"] for one in state.as_json()["open_needles"]] == ["n1", "n2", "n3"]  # type: ignore[attr-defined]


@pytest.mark.control("C-003")
def test_out_and_left_in_at_once_is_looked_at() -> None:
    left = make("left_in", "l", needle="n", reason="ear", patient_agreed=True, due_out="2026-11-25T10:00:00Z")
    events = [PACK, needle_in("n"), left, make("out", "o", needle="n")]
    state = fold(closed(*events, tray=4))
    assert rules(state.blocks) == ["needle.out_and_left_in"]
    assert [one.where for one in state.needles] == [Where.IN]
    settled = [*events, make("undo", "u", event="l")]
    assert fold(closed(*settled, tray=5)).can_close


@pytest.mark.control("C-007")
def test_a_needle_left_in_needs_a_patient_who_knows_and_agrees() -> None:
    left = make("left_in", "l", needle="n", reason="ear", patient_agreed=False, due_out="2026-11-25T10:00:00Z")
    events = [PACK, needle_in("n"), left]
    state = fold(closed(*events, tray=4))
    assert rules(state.blocks) == ["needle.left_in_untold"]
    assert (state.indwelling, state.out, len(state.open_needles)) == (1, 0, 0)
    told = make("correct", "k", event="l", fields={"patient_agreed": True}, reason="told now, leaflet given")
    assert fold(closed(*events, told, tray=4)).can_close


@pytest.mark.control("C-008")
def test_more_needles_than_the_pack_holds() -> None:
    small = make("open_pack", "p", needles=1)
    events = [small, needle_in("n1"), needle_in("n2"), make("out", "o1", needle="n1"), make("out", "o2", needle="n2")]
    state = fold(closed(*events, tray=2))
    assert rules(state.blocks) == ["needle.more_in_than_opened"]
    assert (state.opened, state.unused) == (2, 0), "a needle that went in was opened, whatever the label says"
    second = make("correct", "k", event="n2", fields={"pack": "p2"}, reason="second pack")
    other = make("open_pack", "p2", needles=1)
    assert fold(closed(*events, other, second, tray=2)).can_close


@pytest.mark.control("C-008")
def test_a_dropped_needle_is_not_used_and_still_found_on_the_tray() -> None:
    small = make("open_pack", "p", needles=2)
    dropped = make("dropped", "d", pack="p", needles=1)
    events = [small, needle_in("n1"), make("out", "o1", needle="n1"), dropped]
    assert fold(closed(*events, tray=2)).can_close
    more = [*events, needle_in("n2"), make("out", "o2", needle="n2")]
    assert rules(fold(closed(*more, tray=2)).blocks)[0] == "needle.more_in_than_opened"


@pytest.mark.control("C-009")
def test_a_pack_past_its_date_when_opened() -> None:
    old = make("open_pack", "p", expiry="2026-11-22")
    state = fold(closed(old, tray=5))
    assert rules(state.blocks) == ["pack.expired"]
    told = make("incident", "i", what="expired_pack", account="Seen too late; patient told.", about="p")
    state = fold(closed(old, told, tray=5))
    assert state.can_close
    assert [one.rule for one in state.incidents] == ["incident.expired_pack"]
    other = make("incident", "i", what="other", account="Something else.", about="p")
    assert not fold(closed(old, other, tray=5)).can_close


@pytest.mark.control("C-009")
def test_the_last_day_of_a_pack_is_a_day_of_the_place_not_of_greenwich() -> None:
    evening = {"at": "2026-11-23T20:00:00-05:00", "expiry": "2026-11-23"}
    assert fold(closed(make("open_pack", "p", **evening), tray=5)).can_close


@pytest.mark.control("C-003")
def test_a_count_too_low_keeps_the_patient_until_found_or_an_incident_is_written() -> None:
    events = whole_session()[:-1]
    first = count("c1", 4, *events)
    state = fold([*events, first])
    assert rules(state.blocks) == ["count.mismatch"]
    assert state.blocks[0].because.startswith("Counted 4, expected 5: 1 needle is not accounted for. The patient stays")
    found = fold([*events, first, count("c2", 5, *events, first)])
    assert found.can_close
    assert [one.rule for one in found.incidents] == ["count.mismatch"], "a wrong first count is remembered"
    missing = make("missing", "m", needles=1, account="Searched skin, linen, floor, bin; owner told.")
    assert rules(fold([*events, first, missing]).blocks) == ["count.not_covering"]
    lost = fold([*events, first, missing, count("c2", 4, *events, first, missing)])
    assert lost.can_close
    assert [one.rule for one in lost.incidents] == ["count.mismatch", "needle.missing"]
    late = [*events, first, missing, make("undo", "u", event="m")]
    assert fold([*late, count("c3", 5, *late)]).can_close, "it turned up: the incident is taken back"
    assert rules(fold([*events, missing, count("c3", 5, *events, missing)]).blocks) == ["count.mismatch"]


@pytest.mark.control("C-003")
def test_a_count_too_high() -> None:
    events = whole_session()[:-1]
    state = fold([*events, count("c1", 7, *events)])
    assert because([*events, count("c1", 7, *events)]) == [
        "Counted 7, expected 5: 2 needles are too many. Record what was opened, or an incident."
    ]
    assert not state.can_close
    extra = make("extra", "x", needles=2, account="Two needles of another brand under the bolster.")
    state = fold([*events, extra, count("c2", 7, *events, extra)])
    assert state.can_close
    assert [one.rule for one in state.incidents] == ["needle.extra"]


def test_two_counts_at_once_must_both_be_right() -> None:
    events = whole_session()[:-1]
    both = [*events, count("c1", 5, *events), count("c2", 4, *events)]
    assert rules(fold(both).blocks) == ["count.mismatch"]
    assert fold([*both, count("c3", 5, *both)]).can_close


@pytest.mark.control("C-005")
def test_a_count_that_leaves_something_out_says_what() -> None:
    events = whole_session()
    notes = [make("note", f"x{number}", text="seen") for number in range(7)]
    assert because([*events, notes[0]]) == ["1 event is in no count (x0): count again."]
    assert because([*events, *notes]) == ["7 events are in no count (x0, x1, x2, x3, x4 and 2 more): count again."]


@pytest.mark.control("C-005")
def test_two_counts_together_do_not_make_one() -> None:
    events = whole_session()[:-1]
    halves = [*events, count("c1", 5, *events[:4]), count("c2", 5, *events[4:])]
    assert rules(fold(halves).blocks) == ["count.not_covering"]


def test_a_count_that_is_taken_back_counts_no_more() -> None:
    events = whole_session()
    assert rules(fold([*events, make("undo", "u", event="c")]).blocks) == ["count.none"]


@pytest.mark.control("C-005")
def test_a_correction_after_the_count_opens_the_session_again() -> None:
    events = [*whole_session(), make("correct", "k", event="n0", fields={"depth_mm": 25}, reason="misread")]
    assert rules(fold(events).blocks) == ["count.not_covering"]
    state = fold([*events, count("c2", 5, *events)])
    assert state.can_close
    assert state.needles[0].depth_mm == 25


@pytest.mark.control("C-004")
def test_all_out_is_believed_by_nobody_until_counted() -> None:
    events = [PACK, needle_in("n1"), needle_in("n2"), make("all_out", "a", needles=["n1", "n2"])]
    state = fold(events)
    assert (len(state.open_needles), state.out) == (0, 2)
    assert state.recount_due
    assert rules(state.blocks) == ["all_out.recount", "count.none"]
    assert [one.rule for one in state.incidents] == ["all_out"]
    wrong = count("c1", 4, *events)
    assert rules(fold([*events, wrong]).blocks) == ["all_out.recount", "count.mismatch"]
    assert fold([*events, wrong, count("c2", 5, *events, wrong)]).can_close


@pytest.mark.control("C-004")
def test_a_needle_that_the_emergencys_device_did_not_know_stays_in() -> None:
    events = [PACK, needle_in("n1"), make("all_out", "a", needles=["n1"]), needle_in("n2", device="tablet-2")]
    assert [one.id for one in fold(events).open_needles] == ["n2"]


def test_two_devices_that_both_say_a_needle_is_out_count_it_once() -> None:
    events = [PACK, needle_in("n"), make("out", "o1", needle="n"), make("out", "o2", needle="n", device="tablet-2")]
    state = fold(closed(*events, tray=5))
    assert (state.out, state.can_close) == (1, True)


def test_the_time_a_needle_came_out_is_the_earliest_that_was_said() -> None:
    times = ["2026-11-23T16:02:00+01:00", "2026-11-23T16:01:00+01:00"]
    outs = [make("out", f"o{number}", needle="n", at=at) for number, at in enumerate(times)]
    (needle,) = fold([PACK, needle_in("n"), *outs]).needles
    assert needle.out_at is not None
    assert needle.out_at.isoformat() == times[1]
    assert fold([PACK, needle_in("n"), *outs]).last_out == needle.out_at
    assert fold([PACK]).last_out is None
