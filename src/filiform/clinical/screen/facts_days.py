"""Days, years and blood pressures in what people write: "deep vein thrombosis on 2026-10-05", "BP 185/95"."""

from __future__ import annotations

import re
from datetime import date

MONTHS_3 = 92  # days; facts.md section 2 says "in the last 3 months" (rows 12, 17, 23)
_DAY = re.compile(r"\b(?:19|20)\d\d-\d\d-\d\d\b")
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_PRESSURE = re.compile(r"\b(?:bp|blood pressure)\b\D{0,20}(\d{2,3})\s*/\s*(\d{2,3})\b", re.IGNORECASE)


def last_day(text: str) -> date | None:
    """The latest full date that `text` names; a string that only looks like one names none."""
    days = []
    for one in _DAY.findall(text):
        try:
            days.append(date.fromisoformat(one))
        except ValueError:
            continue
    return max(days, default=None)


def within(text: str, on: date, days: int) -> bool:
    """Whether `text` names a full date at most `days` days before `on`."""
    day = last_day(text)
    return day is not None and (on - day).days <= days


def over(text: str, on: date, days: int) -> bool:
    """Whether all that `text` tells of its time lies more than `days` days before `on`. No date at all is not over.

    A year alone counts as its last day, and only when a whole further year has passed: "last year" may be last month.
    """
    day = last_day(text)
    if day is not None:
        return (on - day).days > days
    years = [int(year) for year in _YEAR.findall(text)]
    return bool(years) and max(years) < on.year - 1


def before(text: str, day: date) -> bool:
    """Whether all that `text` tells of its time lies before `day`; a year alone counts as its last day."""
    named = last_day(text)
    if named is None:
        years = [int(year) for year in _YEAR.findall(text)]
        named = date(max(years), 12, 31) if years else None
    return named is not None and named < day


def pressure(text: str) -> tuple[int, int] | None:
    """The blood pressure that `text` gives, upper and lower number in mmHg."""
    found = _PRESSURE.search(text)
    return (int(found[1]), int(found[2])) if found else None
