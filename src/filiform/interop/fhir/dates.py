"""FHIR dates: kept as they came, a day only when they name one, refused when no calendar has them (2019-02-30)."""

from __future__ import annotations

import re
from datetime import date, time
from typing import Any

from filiform.record.incoming import Said

_DATE = re.compile(
    r"(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d:\d\d)(?::(\d\d)(?:\.\d+)?)?(?:Z|[+-](?:0\d|1[0-4]):[0-5]\d)?)?)?)?", re.ASCII
)


def day_of(text: str) -> date | None:
    """The day `text` names, None for a year or a month. ValueError when it is not a FHIR date or no such day exists.

    The day is the one written, in the sender's own time zone. A time without seconds or zone is taken, as real
    systems send it, though R4 asks for both.
    """
    found = _DATE.fullmatch(text)
    if not found:
        raise ValueError(f'"{text[:40]}" is not a date')
    year, month, day, clock, seconds = found.groups()
    try:
        whole = date(int(year), int(month or 1), int(day or 1))
        if clock:
            time.fromisoformat(clock)
    except ValueError:
        raise ValueError(f'"{text[:40]}" is a date that no calendar has') from None
    if seconds and int(seconds) > 60:  # 60: a leap second
        raise ValueError(f'"{text[:40]}" is a time that no clock shows')
    return whole if day else None


def said(text: Any) -> Said:
    """`text` as a Said; nothing for what is not text. ValueError as in `day_of`."""
    return Said(text, day_of(text)) if isinstance(text, str) and text else Said()


def said_choice(resource: dict[str, Any], stem: str) -> Said:
    """A choice such as onset[x] of `resource`, whichever of its types came, in words where it is no date."""
    if f"{stem}DateTime" in resource:
        return said(resource[f"{stem}DateTime"])
    period = resource.get(f"{stem}Period")
    if isinstance(period, dict):
        return said(period.get("start"))
    if isinstance(resource.get(f"{stem}String"), str):
        return Said(resource[f"{stem}String"])
    if isinstance(resource.get(f"{stem}Age"), dict):
        return Said("at the age of " + quantity(resource[f"{stem}Age"]))
    if isinstance(resource.get(f"{stem}Range"), dict):
        low, high = (resource[f"{stem}Range"].get(end) for end in ("low", "high"))
        return Said(" to ".join(quantity(end) for end in (low, high) if isinstance(end, dict)))
    if isinstance(resource.get(f"{stem}Boolean"), bool):
        return Said("yes" if resource[f"{stem}Boolean"] else "no")
    return Said()


def quantity(node: dict[str, Any]) -> str:
    """A quantity in words: its value and its unit as they came."""
    parts = (node.get("comparator"), node.get("value"), node.get("unit") or node.get("code"))
    return " ".join(str(part) for part in parts if part not in (None, ""))
