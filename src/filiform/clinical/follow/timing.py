"""When the patient is asked: 24 and 48 hours after the last needle came out, 72 too over the lung.

No clinician has reviewed this.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta, tzinfo

HOURS = (24, 48)
HOURS_OF_CARE = (24, 48, 72)  # over the lung, or after an unusual feeling
EARLIEST, LATEST = time(8), time(21)  # by the clock of the place: when a message may reach somebody


@dataclass(frozen=True, slots=True)
class Due:
    """A check that falls due `hours` after the last needle came out, at the moment `at`."""

    hours: int
    at: datetime


def due(last_out: datetime, *, over_lung: bool, unusual: bool, zone: tzinfo) -> tuple[Due, ...]:
    """The checks after a session, moved into the waking hours of the place, whose time zone is `zone`.

    `over_lung`: a muscle with the pleura hazard was needled. `unusual`: an unusual feeling was recorded (M18).
    `last_out` must know its own zone; raises ValueError when it does not.
    """
    if last_out.tzinfo is None:
        raise ValueError("the time of the last needle out has no time zone")
    marks = HOURS_OF_CARE if over_lung or unusual else HOURS
    return tuple(Due(hours, waking(last_out + timedelta(hours=hours), zone)) for hours in marks)


def waking(at: datetime, zone: tzinfo) -> datetime:
    """`at`, or the next morning's first waking moment in `zone` when it falls in the night. In the zone of `at`."""
    local = at.astimezone(zone)
    if EARLIEST <= local.time() < LATEST:
        return at
    day = local.date() if local.time() < EARLIEST else local.date() + timedelta(days=1)
    return datetime.combine(day, EARLIEST, zone).astimezone(at.tzinfo)
