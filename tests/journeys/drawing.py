"""Run in an installation (`python -m tests.journeys.drawing`): a patient with a link to draw, and two older drawings.

Prints as JSON what a test must know to open the link and to sign in as the therapist.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from filiform.config.start import migrate, start_django

if TYPE_CHECKING:
    from tests.clinic import Clinic

EARLIER: tuple[tuple[int, tuple[tuple[str, str, int], ...]], ...] = (
    (28, (("shoulder_superior", "right", 5), ("neck_lateral", "right", 8), ("scapula_superior", "right", 6))),
    (14, (("shoulder_superior", "right", 8), ("neck_lateral", "right", 4), ("occiput", "right", 3))),
)


def main() -> None:
    """Make it."""
    start_django()
    migrate()
    from filiform.record.actions import follow, locate
    from filiform.record.models import User
    from tests import clinic, steps

    now = datetime.now(UTC)
    here = clinic.make(now=now)
    for user in User.objects.all():
        user.set_password(clinic.PASSWORD)
        user.save()
    for days, areas in EARLIER:
        visit = _before(here, now - timedelta(days=days))
        drawn = [{"region": region, "side": side, "intensity": pain} for region, side, pain in areas]
        locate.draw_pain(by=here.therapist, now=now - timedelta(days=days), visit_id=visit, seen=0, areas=drawn)
    known: dict[str, Any] = {"by": here.staff["front_desk"], "now": now, "purpose": "draw"}
    told = {
        "links": [follow.make_link(visit_id=here.visit, **known), *_ended(here, known)],
        "born": [steps.BIRTH.day, steps.BIRTH.month, steps.BIRTH.year],
        "patient": str(here.patient),
        "visit": str(here.visit),
        "password": clinic.PASSWORD,
    }
    print(json.dumps(told))


def _before(here: Clinic, at: datetime) -> Any:
    from tests import clinic

    return clinic.another_visit(here, at).visit


def _ended(here: Clinic, known: dict[str, Any]) -> list[str]:
    """A link that has ended."""
    from filiform.record.actions import follow

    return [follow.make_link(visit_id=here.visit, **{**known, "now": known["now"] - timedelta(days=8)})]


if __name__ == "__main__":
    main()
