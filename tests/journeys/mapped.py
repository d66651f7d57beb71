"""Run in an installation (`python -m tests.journeys.mapped`): practices whose patient is screened and drew the pain.

Prints as JSON, by the name of the practice, the visit and who signs in. A practice for each test.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

from filiform.config.start import migrate, start_django

NAMES = ("Alder", "Birch", "Cedar", "Dogwood", "Elm", "Fir")
SWOLLEN = "Grove"  # here the patient's left arm must not be needled
PAIN = (("shoulder_superior", 7), ("neck_lateral", 5), ("scapula_medial", 4))


def main() -> None:
    """Make them."""
    start_django()
    migrate()
    from filiform.config.demo.make import morning_zone
    from filiform.record.actions import locate
    from filiform.record.models import Practice, User
    from tests import clinic, steps

    now = datetime.now(UTC)
    told = {}
    for name in (*NAMES, SWOLLEN):
        here = clinic.make(name, now=now - timedelta(minutes=44))
        one = steps.reach(here, "screened", now - timedelta(minutes=30))
        if name == SWOLLEN:
            lymph = {"said": "yes", "chosen": ["swelling"], "detail": "Left arm, since 2019"}
            steps.screened(one, lymph=lymph)  # asks which arm
            where = {"said": "yes", "sites": [{"region": "upper_arm_anterior", "side": "left"}]}
            steps.screened(one, lymph=lymph, where_lymph=where)
        areas = [{"region": region, "side": "right", "intensity": pain} for region, pain in PAIN]
        locate.draw_pain(**one.about(seen=0, areas=areas))
        told[name] = {"visit": str(one.visit), "username": f"{name.lower()}.therapist"}
    Practice.objects.update(time_zone=morning_zone(now))
    user = User.objects.first()
    assert user is not None
    user.set_password(clinic.PASSWORD)
    User.objects.update(password=user.password)  # hashing it once: it is slow on purpose
    print(json.dumps({"password": clinic.PASSWORD, "practices": told}))


if __name__ == "__main__":
    main()
