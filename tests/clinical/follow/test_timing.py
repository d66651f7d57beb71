"""When the patient is asked."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filiform.clinical.follow import EARLIEST, LATEST, due, waking

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
