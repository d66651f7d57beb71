"""What the tests of follow-ups and of links share: a closed session, a check that was asked, a link, an answer."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from filiform.clinical.access import Role
from filiform.record.actions import follow, needle, outbox
from filiform.record.actor import Actor, system
from filiform.record.models import FollowUp, Patient
from tests import clinic, steps
from tests.clinic import NOW, Clinic

BIRTH = date(1984, 3, 12)
DAY = timedelta(days=1)


def with_telephone() -> Clinic:
    """A practice whose patient has a telephone number."""
    made = clinic.make()
    Patient.objects.filter(pk=made.patient).update(phone="+15125550177")
    return made


def patient_of(here: Clinic, **other: Any) -> Actor:
    known = {"id": f"patient:{here.patient}", "role": Role.PATIENT, "practice": here.practice, "patient": here.patient}
    return Actor(**{**known, **other})


def closed(here: Clinic, *muscles: str, feeling: str = "") -> steps.Visit:
    """A session of these muscles, closed. Its last needle came out when it was counted."""
    one = steps.reach(here, "opened", NOW)
    pack = steps.event(one, "pack", "open_pack", **steps.pack(one))
    ins = [
        steps.event(one, f"n{n}", "in", muscle=muscle, side="right", pack=pack["id"])
        for n, muscle in enumerate(muscles)
    ]
    felt = [steps.event(one, "felt", "sensation", needle=ins[0]["id"], feeling=feeling)] if feeling else []
    steps.add(one, pack, *ins, *felt)
    one.done.append("needling")
    steps.on(one, "counted")
    # Not every muscle here was planned, and who closes says that she has seen it.
    seen = [event["id"] for event in ins]
    needle.close_session(by=here.therapist, now=one.at, session_id=one.session, seen=seen)
    one.done.append("closed")
    return one


def asked(here: Clinic, hours: int = 24) -> FollowUp:
    """The check at `hours`, of a closed session whose messages were sent."""
    closed(here, "splenius_capitis")
    outbox.send_due_messages(by=system("worker", here.practice), now=NOW + timedelta(hours=hours + 20))
    return FollowUp.objects.get(hours=hours)


def link(here: Clinic, check: FollowUp, at: datetime = NOW, purpose: str = "follow_up") -> str:
    return follow.make_link(
        by=here.staff["front_desk"], now=at, visit_id=here.visit, purpose=purpose, follow_up_id=check.pk
    )


def tell(here: Clinic, check: FollowUp, pain: int | None = 2, *lines: str, words: str = "", **other: Any) -> Any:
    answer = follow.Answer(pain=pain, lines=lines, words=words)
    known = {"by": patient_of(here), "now": NOW + DAY, "follow_up_id": check.pk, "answer": answer}
    return follow.answer_follow_up(**{**known, **other})
