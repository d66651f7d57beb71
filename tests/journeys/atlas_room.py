"""Run in an installation (`python -m tests.journeys.atlas_room`): a practice; its therapist's session as JSON."""

from __future__ import annotations

import json

from filiform.config.start import migrate, start_django


def main() -> None:
    """Make it."""
    start_django()
    migrate()
    from tests import clinic
    from tests.pages.visiting import signed_in

    clinic.make()
    print(json.dumps(signed_in().cookies["sessionid"].value))


if __name__ == "__main__":
    main()
