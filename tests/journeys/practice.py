"""Run in an installation (`python -m tests.journeys.practice`): a practice whose therapist has needles in, next door.

Made by the actions that the pages call. Prints as JSON what a test must know to go on by clicking and typing.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

from filiform.config.start import migrate, start_django


def main() -> None:
    """Make it."""
    start_django()
    migrate()
    from filiform.config.demo.make import morning_zone
    from filiform.record.models import Practice, User
    from tests import clinic, steps

    now = datetime.now(UTC)
    here = clinic.make(now=now - timedelta(minutes=44))
    # Between ten and eleven in the morning, whenever the test runs: no visit of the test falls on another day.
    Practice.objects.filter(pk=here.practice).update(time_zone=morning_zone(now))
    for user in User.objects.all():
        user.set_password(clinic.PASSWORD)
        user.save()
    next_door = steps.reach(here, "needling", now - timedelta(minutes=20))
    print(
        json.dumps(
            {
                "zone": morning_zone(now),
                "therapist": here.therapist.name,
                "password": clinic.PASSWORD,
                "next_door": str(next_door.visit),
                "needles_next_door": len(next_door.head.session.state.open_needles),  # type: ignore[union-attr]
            }
        )
    )


if __name__ == "__main__":
    main()
