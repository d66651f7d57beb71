"""Afterwards: follow-ups and their messages, links, answers, calls, adverse events."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext

from filiform.clinical import needle
from filiform.clinical.access import Act, Role
from filiform.clinical.anatomy import Hazard
from filiform.knowledge import book
from filiform.record import audit, links, within
from filiform.record.actor import Actor
from filiform.record.models import FollowUp, Message, Session
from filiform.record.models.follow import Channel, LinkPurpose
from filiform.record.write import NotFound, internal, write

HOURS = (24, 48)
HOURS_OVER_LUNG = (24, 48, 72)


@dataclass(frozen=True, slots=True)
class Opened:
    """What became of a try to open a link: the link's id and purpose, or how many tries are left."""

    link_id: UUID | None
    purpose: str
    tries_left: int


@internal("part of closing a session")
def schedule_follow_ups(by: Actor, now: datetime, session: Session, state: needle.State) -> None:
    """Checks at 24 and 48 hours after the last needle came out, at 72 too over the lung, and a message for each.

    Called inside the transaction that closes the session. A patient who cannot be reached, or whose birth date is not
    known and who therefore could not open the link, gets no message: the desk calls.
    """
    over_lung = any(Hazard.PLEURA in book().muscles[one.muscle].hazards for one in state.muscles)
    came_out = min(max(state.last_out or now, session.opened_at), now)  # a device's clock may be wrong
    marks = HOURS_OVER_LUNG if over_lung else HOURS
    for hours in marks:
        follow_up = FollowUp.objects.create(
            visit_id=session.visit_id,
            patient_id=session.patient_id,
            place_id=session.place_id,
            hours=hours,
            due_at=came_out + timedelta(hours=hours),
        )
        _announce(session, follow_up)
    audit.leave(by=by, at=now, act=Act.CLOSE_SESSION, about=session.visit_id, detail={"follow_ups": list(marks)})


def _announce(session: Session, follow_up: FollowUp) -> None:
    patient, practice = session.patient, session.place.practice
    to = patient.phone or patient.email
    if not to or patient.birth_date is None:
        return
    Message.objects.create(
        practice=practice,
        place_id=session.place_id,
        patient=patient,
        follow_up=follow_up,
        channel=Channel.TEXT if patient.phone else Channel.EMAIL,
        to=to,
        # No word about health: a text shows on a locked screen.
        text=gettext("%(practice)s: please tell us how you are today. It takes one minute.")
        % {"practice": practice.name},
        due_at=follow_up.due_at,
    )


@write(Act.MAKE_LINK)
def make_link(*, by: Actor, now: datetime, visit_id: UUID, purpose: str, follow_up_id: UUID | None = None) -> str:
    """A link for the visit's patient; its token, which is kept nowhere. `purpose` is `screening` or `follow_up`."""
    visit = within.visit(by, visit_id)
    follow_up = within.follow_up(by, follow_up_id) if follow_up_id else None
    if purpose not in LinkPurpose.values or (follow_up is not None and follow_up.visit_id != visit.pk):
        raise NotFound("link")
    link_id, token = links.make(now, visit, LinkPurpose(purpose), follow_up)
    audit.leave(by=by, at=now, act=Act.MAKE_LINK, about=visit_id, detail={"link": str(link_id), "purpose": purpose})
    return token


@write(Act.SEE_PUBLIC_PAGES)
def open_link(*, by: Actor, now: datetime, token: str, birth_date: date) -> Opened:
    """Try to open a link with the patient's birth date. NotFound when the link ended or never was.

    A wrong date is an outcome and no refusal, because the try must be kept; five close the link for good.
    """
    link = links.find(token, now)
    if link is None:
        raise NotFound("link")
    right = links.knows(link, birth_date)
    who = Actor(id=f"patient:{link.patient_id}", role=Role.PATIENT, practice=link.patient.practice_id)
    audit.leave(
        by=who, at=now, act=Act.READ_OWN_LINK, about=link.visit_id, done=bool(right), detail={"link": str(link.pk)}
    )
    return Opened(link.pk if right else None, link.purpose, links.tries_left(link))


@write(Act.SEND_MESSAGES)
def send_message(*, by: Actor, now: datetime, message_id: UUID, base_url: str = "", keep_link: bool = False) -> bool:
    """Send one due message with a fresh link; False when another worker has it already.

    Nothing leaves this machine yet: "sent" means kept in the outbox (real sending is a later issue). Claiming, the link
    and the sending are one transaction, so that a crash leaves the message due. `base_url` is the address under which
    patients reach this practice; `keep_link` keeps the link where the outbox shows it, which only the demo may.
    """
    message = Message.objects.select_related("follow_up__visit", "practice").filter(pk=message_id).first()
    if message is None or message.practice_id != by.practice or message.follow_up is None:
        raise NotFound("message")
    if not _claim(message_id, now):
        audit.leave(by=by, at=now, act=Act.SEND_MESSAGES, about=message_id, done=False)
        return False
    _, token = links.make(now, message.follow_up.visit, LinkPurpose.FOLLOW_UP, message.follow_up)
    link = f"{base_url.rstrip('/')}/p/{token}/" if keep_link else ""
    Message.objects.filter(pk=message_id).update(sent_at=now, link=link)
    FollowUp.objects.filter(pk=message.follow_up.pk).update(asked_at=now)
    audit.leave(by=by, at=now, act=Act.SEND_MESSAGES, about=message_id)
    return True


def _claim(message_id: UUID, now: datetime) -> bool:
    """Make the message ours. One conditional UPDATE: of two workers exactly one sees a row change."""
    return bool(Message.objects.filter(pk=message_id, claimed_at__isnull=True).update(claimed_at=now))


@internal("each message is sent by its own action")
def send_due_messages(
    *, by: Actor, now: datetime, base_url: str = "", keep_links: bool = False, at_most: int = 500
) -> int:
    """Send every message that is due, oldest first, each in a transaction of its own; how many were sent."""
    if by.practice is None:
        return 0
    due = Message.objects.filter(practice_id=by.practice, sent_at__isnull=True, claimed_at__isnull=True)
    ids = list(due.filter(due_at__lte=now).order_by("due_at").values_list("pk", flat=True)[:at_most])
    return sum(send_message(by=by, now=now, message_id=one, base_url=base_url, keep_link=keep_links) for one in ids)
