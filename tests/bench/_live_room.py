"""Run in an installation (`python -m tests.bench._live_room`): an open session with a pack of forty, and a sign-in.

Prints as JSON the page's address and the cookie of the session.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

from filiform.config.start import migrate, start_django


def main() -> None:
    """Make it."""
    start_django()
    migrate()
    from tests import clinic, steps
    from tests.pages.visiting import signed_in

    now = datetime.now(UTC)
    one = steps.reach(clinic.make(now=now - timedelta(minutes=10)), "opened", now - timedelta(minutes=9))
    steps.add(one, steps.event(one, "pack", "open_pack", **steps.pack(one, needles=40)))
    cookie = signed_in("therapist").cookies["sessionid"].value
    print(json.dumps({"url": f"/visits/{one.visit}/needle/", "session": cookie}))


if __name__ == "__main__":
    main()
