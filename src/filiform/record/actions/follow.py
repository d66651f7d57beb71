"""Afterwards: follow-ups and their messages, links, answers, calls."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils.translation import gettext

from filiform.clinical import follow as rules
from filiform.clinical import needle
from filiform.clinical.access import Act, Role
from filiform.clinical.terms import Block
from filiform.knowledge import book
from filiform.record import audit, links, within
from filiform.record.actor import Actor
from filiform.record.models import AdverseEvent, FollowUp, FollowUpAnswer, Measure, Message, Session, SessionEvent
from filiform.record.models.evaluate import MeasureKind, Moment
from filiform.record.models.follow import Channel, LinkPurpose
from filiform.record.reads import gates
from filiform.record.write import NotFound, Refused, Stale, internal, write

STRONG_PAIN = 7  # from here somebody calls the same day (facts.md 3.4)
MOST_WORDS = 2000  # characters


@dataclass(frozen=True, slots=True)
class Opened:
    """What became of a try to open a link: the link's id and purpose, or how many tries are left."""

    link_id: UUID | None
    purpose: str
    tries_left: int


@internal("part of closing a session")
def schedule_follow_ups(by: Actor, now: datetime, session: Session, state: needle.State) -> None:
    """Checks at 24 and 48 hours after the last needle came out, at 72 too over the lung, after an unusual feeling, or
    when a needle was left in on purpose.

    Called inside the transaction that closes the session. Each check gets a message; a patient who cannot be reached,
    or whose birth date is not known and who therefore could not open the link, gets none: the desk calls.
    """
    came_out = min(max(state.last_out or now, session.opened_at), now)  # a device's clock may be wrong
    checks = rules.due(
        came_out,
        over_lung=any(one.muscle in gates.over_lung() for one in state.muscles),
        unusual=state.unusual_sensation or bool(state.left_in),
        zone=ZoneInfo(session.place.practice.time_zone),
    )
    for check in checks:
        follow_up = FollowUp.objects.create(
            visit_id=session.visit_id,
            patient_id=session.patient_id,
            place_id=session.place_id,
            hours=check.hours,
            due_at=check.at,
        )
        _announce(session, follow_up)
    marks = [check.hours for check in checks]
    audit.leave(by=by, at=now, act=Act.CLOSE_SESSION, about=session.visit_id, detail={"follow_ups": marks})


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
    """A link for the visit's patient; its token, which is kept nowhere. `purpose`: a `LinkPurpose`."""
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


@dataclass(frozen=True, slots=True)
class Answer:
    """What a patient says: pain now (0-10, None: skipped), ids of the fixed lines, and their own words."""

    pain: int | None = None
    lines: tuple[str, ...] = ()
    words: str = ""


@write(Act.ANSWER_FOLLOW_UP)
def answer_follow_up(*, by: Actor, now: datetime, follow_up_id: UUID, answer: Answer) -> rules.Sorted:
    """Store an answer, from the patient's link or told to staff on the telephone; where it goes in the call list.

    A later answer to the same check is a further row. A number for pain is a measure of the visit, too.
    """
    follow_up = within.follow_up(by, follow_up_id)
    if answer.pain is not None and not 0 <= answer.pain <= 10:
        raise Refused(Block("follow.pain", "Pain is a number from 0 to 10."))
    found = _sorted(follow_up, now, answer)
    row = FollowUpAnswer.objects.create(
        follow_up=follow_up,
        answers={"pain": answer.pain, "lines": list(answer.lines), "words": answer.words.strip()[:MOST_WORDS]},
        queue=found.queue.word,
        because=list(found.because),
        knowledge_hash=book().content_hash,
        recorded_at=now,
        recorded_by=by.id,
    )
    if answer.pain is not None:
        _measure_pain(by, now, follow_up, answer.pain)
    if found.adverse_event is not None:
        _keep_event(by, now, follow_up, found.adverse_event.words)
    detail = {"follow_up": str(follow_up_id), "answer": str(row.pk), "queue": found.queue.word}
    audit.leave(by=by, at=now, act=Act.ANSWER_FOLLOW_UP, about=follow_up.visit_id, detail=detail)
    return found


def _keep_event(by: Actor, now: datetime, follow_up: FollowUp, words: str) -> None:
    """Soreness and bruises are adverse events, too (facts.md 3.1). Told of twice, an event of a visit stays one."""
    what = words[:200]
    if AdverseEvent.objects.filter(visit_id=follow_up.visit_id, what=what).exists():
        return
    AdverseEvent.objects.create(
        patient_id=follow_up.patient_id, visit_id=follow_up.visit_id, what=what, recorded_at=now, recorded_by=by.id
    )


def _sorted(follow_up: FollowUp, now: datetime, answer: Answer) -> rules.Sorted:
    lines = list(answer.lines)
    if answer.pain is not None and answer.pain >= STRONG_PAIN:
        lines.append("pain_strong")
    if answer.pain is not None and not lines and not answer.words.strip():
        lines.append("nothing")  # a number is an answer
    state = _session_of(follow_up)
    hours = (now - (state.last_out or follow_up.visit.session.opened_at)).total_seconds() / 3600
    nearby = rules.nearby([one.muscle for one in state.muscles], book().muscles)
    return rules.sort(lines, hours, answer.words, rules=book().follow, nearby=nearby)


def _session_of(follow_up: FollowUp) -> needle.State:
    """The session of the visit, folded: when the last needle came out, and which muscles were needled."""
    bodies = SessionEvent.objects.filter(session__visit_id=follow_up.visit_id).values_list("body", flat=True)
    return needle.fold(map(needle.event_from, bodies))


def _measure_pain(by: Actor, now: datetime, follow_up: FollowUp, pain: int) -> None:
    Measure.objects.create(
        patient_id=follow_up.patient_id,
        visit_id=follow_up.visit_id,
        kind=MeasureKind.PAIN,
        moment=Moment.FOLLOW_UP,
        value=Decimal(pain),
        recorded_at=now,
        recorded_by=by.id,
    )


@write(Act.ANSWER_FOLLOW_UP)
def record_call(*, by: Actor, now: datetime, follow_up_id: UUID, outcome: str) -> None:
    """A call that reached nobody, kept with what came of it. The patient stays in the call list."""
    follow_up = within.follow_up(by, follow_up_id)
    if by.role is Role.PATIENT:
        raise NotFound("follow-up")
    if not outcome.strip():
        raise Refused(Block("follow.outcome", "Say in a few words what came of the call."))
    row = FollowUpAnswer.objects.create(
        follow_up=follow_up,
        answers={"not_reached": True},
        queue=rules.Queue.ROUTINE.word,
        because=["Called, nobody reached."],
        knowledge_hash=book().content_hash,
        recorded_at=now,
        recorded_by=by.id,
        read_at=now,
        read_by=by.id,
        call_outcome=outcome.strip()[:500],
    )
    detail = {"follow_up": str(follow_up_id), "call": str(row.pk)}
    audit.leave(by=by, at=now, act=Act.ANSWER_FOLLOW_UP, about=follow_up.visit_id, detail=detail)


@write(Act.READ_ANSWER)
def mark_read(*, by: Actor, now: datetime, answer_id: UUID, outcome: str) -> None:
    """A clinician took notice of an answer and says what came of it. Stale when a colleague was first."""
    rows = FollowUpAnswer.objects.filter(pk=answer_id, follow_up__place__practice_id=by.practice)
    row = rows.select_related("follow_up").first()
    if row is None:
        raise NotFound("answer")
    if not outcome.strip():
        raise Refused(Block("follow.outcome", "Say in a few words what came of it."))
    changed = FollowUpAnswer.objects.filter(pk=answer_id, read_at__isnull=True).update(
        read_at=now, read_by=by.id, call_outcome=outcome.strip()[:500]
    )
    if not changed:
        raise Stale("answer")
    detail = {"answer": str(answer_id)}
    audit.leave(by=by, at=now, act=Act.READ_ANSWER, about=row.follow_up.visit_id, detail=detail)
