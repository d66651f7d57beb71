"""Only an event is an event: everything else is refused with what, where and what to do."""

from __future__ import annotations

import json
from dataclasses import fields
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filiform.clinical.needle import (
    BY_KIND,
    EVENTS,
    EventError,
    Known,
    as_dict,
    event_again,
    event_from,
    kinds,
    read_lines,
    reading,
)
from tests.clinical.needle.making import PACK, make, needle_in, wild

COMMON = {"id": "e1", "at": "2026-11-23T15:58:00+01:00", "device": "tablet-1", "by": "Ana"}
NEEDLE = {**COMMON, "kind": "in", "muscle": "infraspinatus", "side": "right", "pack": "p"}
LEFT = {**COMMON, "kind": "left_in", "needle": "n", "reason": "ear", "patient_agreed": True}


def refusal(value: Any, **more: Any) -> EventError:
    with pytest.raises(EventError) as caught:
        event_from(value, **more)
    return caught.value


@pytest.mark.parametrize(
    ("change", "key", "because"),
    [
        ({"kind": "inn"}, "kind", "must be one of open_pack, in, out"),
        ({"kind": 3}, "kind", "must be one of"),
        ({"depht_mm": 20}, "depht_mm", 'is not a field of "in"'),
        ({"depth_mm": "20"}, "depth_mm", "must be a number, in mm"),
        ({"depth_mm": True}, "depth_mm", "must be a number, in mm"),
        ({"depth_mm": 0}, "depth_mm", "must be from 1 to 150 mm"),
        ({"depth_mm": float("nan")}, "depth_mm", "must be from 1 to 150 mm"),
        ({"depth_mm": 10**400}, "depth_mm", "must be from 1 to 150 mm"),
        ({"depth_mm": None}, "depth_mm", "must be a number"),
        ({"side": "Left"}, "side", "must be one of left, right, midline"),
        ({"side": 1}, "side", "must be one of"),
        ({"muscle": " "}, "muscle", "must be a text that is not empty"),
        ({"muscle": ["x"]}, "muscle", "must be a text"),
        ({"by": "Ana\u202e"}, "by", "without control characters"),
        ({"by": "A" * 81}, "by", "at most 80 characters"),
        ({"id": "has space"}, "id", "must be 1 to 80 letters"),
        ({"id": 7}, "id", "must be 1 to 80 letters"),
        ({"pack": "e1"}, "pack", "names the event itself"),
        ({"at": "2026-11-23T15:58:00"}, "at", "must be a time with its offset"),
        ({"at": "2026-02-30T15:58:00Z"}, "at", "day"),
        ({"at": "1970-01-01T00:00:00Z"}, "at", "set the clock of the device"),
        ({"at": 1790000000}, "at", "must be a time with its offset"),
    ],
)
def test_a_wrong_value_is_refused_by_name(change: dict[str, Any], key: str, because: str) -> None:
    error = refusal({**NEEDLE, **change})
    assert error.key == key
    assert because in error.because


@pytest.mark.parametrize(
    ("value", "key", "because"),
    [
        ({**COMMON, "kind": "open_pack", **PACK, "needles": 0}, "needles", "whole number from 1 to 200"),
        ({**COMMON, "kind": "open_pack", **PACK, "needles": 5.0}, "needles", "whole number"),
        ({**COMMON, "kind": "open_pack", **PACK, "needles": True}, "needles", "whole number"),
        ({**COMMON, "kind": "open_pack", **PACK, "expiry": "2027-02-30"}, "expiry", "day"),
        ({**COMMON, "kind": "open_pack", **PACK, "expiry": "31.3.2027"}, "expiry", "must be a day"),
        ({**COMMON, "kind": "count", "tray": 1, "covers": "all"}, "covers", "must be a list of event ids"),
        ({**COMMON, "kind": "count", "tray": 1, "covers": ["a", "a"]}, "covers", "each event once"),
        ({**COMMON, "kind": "count", "tray": 1, "covers": ["e1"]}, "covers", "names the event itself"),
        ({**COMMON, "kind": "count", "tray": 1, "covers": [None]}, "covers", "letters"),
        ({**LEFT, "due_out": "2026-11-20T10:00:00Z"}, "due_out", "must be later"),
        ({**LEFT, "due_out": "2026-11-25T10:00:00Z", "patient_agreed": "yes"}, "patient_agreed", "true or false"),
        ({**COMMON, "kind": "correct", "event": "a", "reason": "r", "fields": {}}, "fields", "new values by field"),
        ({**COMMON, "kind": "correct", "event": "a", "reason": "r", "fields": [1]}, "fields", "new values by field"),
        ({**COMMON, "kind": "correct", "event": "a", "reason": "r", "fields": {"side": {}}}, "fields", "a list of ids"),
        (
            {**COMMON, "kind": "correct", "event": "a", "reason": "r", "fields": {"depht": 1}},
            "fields",
            '"depht" is a field of no kind',
        ),
        ({**COMMON, "kind": "undo"}, "event", "is missing: add the event taken back"),
    ],
)
def test_a_wrong_event_is_refused_by_name(value: Any, key: str, because: str) -> None:
    error = refusal(value)
    assert error.key == key
    assert because in error.because


@pytest.mark.parametrize("value", [None, [], "in", 3, True])
def test_what_is_no_object_is_refused(value: Any) -> None:
    error = refusal(value)
    assert (error.where, error.key) == ("event without an id", "event")


def test_the_error_names_the_event_and_the_line() -> None:
    assert str(refusal({**NEEDLE, "side": "up"}, where="line 4")).startswith('line 4, event "e1": side: must be one of')
    assert refusal({**NEEDLE, "id": ""}).where == "event without an id"


def test_ids_are_checked_against_the_tables_when_they_are_given() -> None:
    known = Known(muscles={"infraspinatus"}, regions={"scapula_body"})
    event_from({**NEEDLE, "region": "scapula_body"}, known)
    assert refusal({**NEEDLE, "muscle": "glute"}, known=known).because.startswith('"glute" is in no table')
    assert refusal({**NEEDLE, "region": "knee"}, known=known).key == "region"
    correct = {**COMMON, "kind": "correct", "event": "n", "reason": "r"}
    event_from({**correct, "fields": {"muscle": "infraspinatus", "depth_mm": 3}}, known)
    event_from({**correct, "fields": {"needles": ["n1", "n2"]}}, known)
    assert refusal({**correct, "fields": {"muscle": "glute"}}, known=known).key == "muscle"
    assert refusal({**correct, "fields": {"region": "glute"}}, known=known).key == "region"


@pytest.mark.parametrize(
    ("line", "because"),
    [
        ("{", "is not JSON"),
        ('{"id": "a", "id": "b"}', "has the same key twice"),
        ('{"id": NaN}', "holds NaN, which is no number"),
        ("[" * 100_000, "nested too deeply"),
        ("9" * 5000, "digits"),
        ("[1]", "must be an object"),
    ],
)
def test_a_line_that_is_no_event_is_refused_with_its_number(line: str, because: str) -> None:
    good = json.dumps({**COMMON, "kind": "note", "text": "seen"})
    read = read_lines([good, "", "  \n", line, good])
    assert len(read.events) == 2
    (error,) = read.refused
    assert error.where.startswith("line 4")
    assert because in error.because


def test_every_bad_line_is_told_not_only_the_first() -> None:
    assert [error.where for error in read_lines(["{", "{}", "x"]).refused] == [
        "line 1",
        "line 2, event without an id",
        "line 3",
    ]


def test_every_kind_is_described_with_every_field() -> None:
    described = kinds()
    assert set(described) == set(BY_KIND) == {cls.kind for cls in EVENTS}
    for cls in EVENTS:
        entry: Any = described[cls.kind]
        assert entry["says"] == cls.says != ""
        assert set(entry["fields"]) == {one.name for one in fields(cls)}
        assert all(one["says"] and one["type"] for one in entry["fields"].values())
    needle: Any = described["in"]
    assert needle["fields"]["side"]["values"] == ["left", "right", "midline"]
    assert needle["fields"]["depth_mm"]["required"] is False
    assert needle["fields"]["pack"] == {
        "type": "id of an event of kind open_pack",
        "required": True,
        "says": "the pack the needle came from",
    }


@given(wild)
def test_an_event_written_and_read_again_is_the_same(events: list[Any]) -> None:
    for event in events:
        assert event_from(json.loads(json.dumps(as_dict(event)))) == event


@pytest.mark.control("C-256")
@given(wild)
def test_an_event_of_the_record_is_the_same_when_it_is_not_asked_again(events: list[Any]) -> None:
    the_same_again(events)


def the_same_again(events: list[Any]) -> None:
    """Also as it is written: a side that is only a text is equal to the side."""
    for event in events:
        stored = json.loads(json.dumps(as_dict(event)))
        assert event_again(stored) == event_from(stored) == event
        assert repr(event_again(stored)) == repr(event)


@pytest.mark.control("C-256")
@pytest.mark.parametrize(
    ("event", "field"),
    [
        (make("open_pack", "p"), "at"),
        (make("open_pack", "p"), "expiry"),
        (needle_in("n"), "side"),
        (make("count", "c", tray=1, covers=["a", "b"]), "covers"),
        (make("correct", "c", event="n", fields={"depth_mm": 20}, reason="said wrongly"), "fields"),
    ],
)
def test_guard_removed_a_field_that_is_not_read_again_would_make_another_event(
    event: Any, field: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    the_same_again([event])
    without = tuple(one for one in reading._AGAIN[event.kind] if one[0] != field)
    monkeypatch.setitem(reading._AGAIN, event.kind, without)
    with pytest.raises(AssertionError):
        the_same_again([event])


def test_the_order_in_which_a_list_names_events_means_nothing() -> None:
    one, other = (make("count", "c", tray=1, covers=covers) for covers in (["a", "b"], ["b", "a"]))
    assert one == other


def test_what_was_not_said_is_left_out() -> None:
    assert "depth_mm" not in as_dict(needle_in("n"))
    assert as_dict(needle_in("n", depth_mm=20))["depth_mm"] == 20.0
    assert as_dict(make("open_pack", "p"))["expiry"] == "2027-03-31"


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(), lambda s: st.lists(s) | st.dictionaries(st.text(), s)
    )
)
def test_nothing_but_an_event_error_comes_out(value: Any) -> None:
    for candidate in (value, {**COMMON, "kind": "in", "muscle": value}, {**COMMON, "kind": "correct", "fields": value}):
        with pytest.raises(EventError):
            event_from(candidate)
