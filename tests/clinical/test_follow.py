"""When the patient is asked, and how soon somebody calls back."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filiform.clinical.follow import BY_ID, EARLIEST, LATEST, LINES, Queue, due, silent, sort, waking

ZONE = ZoneInfo("Europe/Berlin")
NEW_YEAR = datetime(2026, 1, 1, tzinfo=UTC)
NOON = datetime(2026, 11, 23, 12, 0, tzinfo=ZONE)


def hours(**more: bool) -> list[int]:
    facts = {"over_lung": False, "unusual": False, **more}
    return [one.hours for one in due(NOON, zone=ZONE, **facts)]


@pytest.mark.control("C-017")
def test_24_and_48_hours_and_72_over_the_lung_or_after_an_unusual_feeling() -> None:
    assert hours() == [24, 48]
    assert hours(over_lung=True) == hours(unusual=True) == hours(over_lung=True, unusual=True) == [24, 48, 72]
    assert [one.at - NOON for one in due(NOON, over_lung=False, unusual=False, zone=ZONE)] == [
        timedelta(hours=24),
        timedelta(hours=48),
    ]


@pytest.mark.parametrize(
    ("out", "expected"),
    [
        ("2026-11-23T07:30:00+01:00", "2026-11-24T08:00:00+01:00"),
        ("2026-11-23T08:00:00+01:00", "2026-11-24T08:00:00+01:00"),
        ("2026-11-23T20:59:00+01:00", "2026-11-24T20:59:00+01:00"),
        ("2026-11-23T21:00:00+01:00", "2026-11-25T08:00:00+01:00"),
        ("2026-11-23T22:30:00+00:00", "2026-11-25T08:00:00+01:00"),
        ("2026-03-28T20:30:00+01:00", "2026-03-30T08:00:00+02:00"),
    ],
)
def test_nobody_is_woken_at_night_by_the_clock_of_the_place(out: str, expected: str) -> None:
    first = due(datetime.fromisoformat(out), over_lung=False, unusual=False, zone=ZONE)[0]
    assert first.at == datetime.fromisoformat(expected)


@given(
    st.integers(0, 2 * 365 * 24 * 60).map(lambda minutes: NEW_YEAR + timedelta(minutes=minutes)),
    st.sampled_from(["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia", "Asia/Kolkata"]),
)
def test_a_moment_is_only_ever_moved_forward_into_the_day_by_less_than_half_a_day(at: datetime, zone: str) -> None:
    moved = waking(at, ZoneInfo(zone))
    assert EARLIEST <= moved.astimezone(ZoneInfo(zone)).time() < LATEST
    assert timedelta(0) <= moved - at <= timedelta(hours=12)
    assert moved.tzinfo is UTC


def test_a_time_without_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="has no time zone"):
        due(NOON.replace(tzinfo=None), over_lung=False, unusual=False, zone=ZONE)


@pytest.mark.control("C-018")
@pytest.mark.parametrize(
    ("answers", "after", "queue"),
    [
        (["breath_or_chest"], 1, Queue.NOW),
        (["breath_or_chest"], 24 * 9, Queue.NOW),
        (["calf"], 24, Queue.SAME_DAY),
        (["calf", "breath_or_chest"], 24, Queue.NOW),
        (["needle_in_body"], None, Queue.NOW),
        (["loose_needle"], 24, Queue.SAME_DAY),
        (["pain_worse"], 24, Queue.ROUTINE),
        (["pain_worse"], 49, Queue.SAME_DAY),
        (["pain_worse"], None, Queue.SAME_DAY),
        (["sore"], 48, Queue.NONE),
        (["sore"], 48.1, Queue.ROUTINE),
        (["sore"], None, Queue.ROUTINE),
        (["small_bruise"], 24 * 11, Queue.ROUTINE),
        (["sleepy"], 12, Queue.NONE),
        (["sleepy"], 30, Queue.SAME_DAY),
        (["nothing"], 24, Queue.NONE),
        (["nothing", "infection"], 24, Queue.SAME_DAY),
        (["sore", "tired", "mild_headache"], 20, Queue.NONE),
        (["from an old page"], 24, Queue.SAME_DAY),
        (["nothing", "from an old page"], 24, Queue.SAME_DAY),
        ([], 24, Queue.SAME_DAY),
    ],
)
def test_the_worst_line_decides(answers: list[str], after: float | None, queue: Queue) -> None:
    assert sort(answers, after).queue is queue


@pytest.mark.control("C-018")
@given(st.sets(st.sampled_from(sorted(BY_ID))), st.sampled_from(sorted(BY_ID)), st.none() | st.floats(0, 500))
def test_one_more_answer_never_makes_it_less_urgent(some: set[str], more: str, after: float | None) -> None:
    if some:
        assert sort({*some, more}, after).queue >= sort(some, after).queue


@pytest.mark.control("C-018")
def test_own_words_are_read_by_a_person_today() -> None:
    assert sort(["nothing"], 24, "all good, thank you").queue is Queue.SAME_DAY
    assert sort(["nothing"], 24, "  ").queue is Queue.NONE
    assert sort(["breath_or_chest"], 24, "cannot breathe").queue is Queue.NOW


@pytest.mark.control("C-019")
@given(st.lists(st.sampled_from(sorted(BY_ID)) | st.text()), st.none() | st.floats(0, 500), st.text())
def test_the_patients_page_is_the_same_whatever_the_queue(answers: list[str], after: float | None, text: str) -> None:
    found = sort(answers, after, text)
    assert found.tell_patient == sort(["nothing"], 24).tell_patient
    assert found.because
    assert found.cites


def test_silence_is_routine_and_sooner_when_the_lung_was_near() -> None:
    assert silent(over_lung=False, unusual=False).queue is Queue.ROUTINE
    assert silent(over_lung=True, unusual=False).queue is Queue.SAME_DAY
    assert silent(over_lung=False, unusual=True).queue is Queue.SAME_DAY


def test_every_line_says_its_reason_once_and_has_an_id_of_its_own() -> None:
    assert len(BY_ID) == len(LINES)
    found = sort(["calf", "infection", "sore"], 24)
    assert found.because == (BY_ID["calf"].words + ".", BY_ID["infection"].words + ".")
    assert [one.word for one in Queue] == ["none", "routine", "same_day", "now"]
    assert time(8) == EARLIEST
