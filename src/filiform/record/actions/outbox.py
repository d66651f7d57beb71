"""The outbox: sending what is due, once.

Nothing leaves this machine yet: "sent" means kept in the outbox; real sending by text and e-mail is a later issue.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from filiform.clinical.access import Act
from filiform.record import audit, links
from filiform.record.actor import Actor
from filiform.record.models import FollowUp, Message
from filiform.record.models.follow import LinkPurpose
from filiform.record.write import NotFound, internal, write


@write(Act.SEND_MESSAGES)
def send_message(*, by: Actor, now: datetime, message_id: UUID, base_url: str = "", keep_link: bool = False) -> bool:
    """Send one due message with a fresh link; False when another worker has it already.

    Claiming, the link and the sending are one transaction, so that a crash leaves the message due. `base_url` is the
    address under which patients reach this practice; `keep_link` keeps the link where the outbox shows it, which only
    the demo may.
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
    due = Message.objects.filter(practice_id=by.practice, sent_at__isnull=True, claimed_at__isnull=True)
    ids = list(due.filter(due_at__lte=now).order_by("due_at").values_list("pk", flat=True)[:at_most])
    return sum(send_message(by=by, now=now, message_id=one, base_url=base_url, keep_link=keep_links) for one in ids)
