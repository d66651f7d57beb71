"""Follow-ups: what is due, what patients answered, who stays silent, and what was sent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from filiform.clinical import follow as rules
from filiform.clinical.access import Act
from filiform.knowledge import book
from filiform.record import links, names
from filiform.record import models as m
from filiform.record.actor import Actor
from filiform.record.reads import gates
from filiform.record.reads import visit as visits
from filiform.record.reads.visit import VisitHead
from filiform.record.write import NotFound, read, unlogged_read

SILENT_AFTER = timedelta(hours=4)  # after the second message, which goes out 48 hours after the needles
LISTED_FOR = timedelta(days=14)
MOST_LISTED = 200
MOST_SENT, MOST_WAITING = 40, 10  # of the outbox
ORDER = {queue.word: -int(queue) for queue in rules.Queue}  # now first


@dataclass(frozen=True, slots=True)
class Said:
    """One answer, or one call that reached nobody (`not_reached`). `by_staff`: told on the telephone."""

    id: UUID
    at: datetime
    queue: str
    because: tuple[str, ...]
    pain: int | None
    lines: tuple[str, ...]  # in the patient's words
    words: str
    not_reached: bool
    by_staff: bool
    read_at: datetime | None
    read_by: str
    outcome: str


@dataclass(frozen=True, slots=True)
class Check:
    """One follow-up with what was answered to it, oldest first."""

    id: UUID
    visit_id: UUID
    patient_id: UUID
    name: str
    born: date | None
    phone: str
    email: str
    place: str
    hours: int
    due_at: datetime
    asked_at: datetime | None
    can_be_asked: bool  # there is a message for it
    over_lung: bool
    unusual: bool  # an unusual feeling during needling
    said: tuple[Said, ...]

    @property
    def answers(self) -> tuple[Said, ...]:
        """What the patient said; calls that reached nobody are left out."""
        return tuple(one for one in self.said if not one.not_reached)

    @property
    def calls(self) -> tuple[Said, ...]:
        """Calls that reached nobody."""
        return tuple(one for one in self.said if one.not_reached)

    @property
    def unread(self) -> tuple[Said, ...]:
        """Answers of which no clinician took notice yet."""
        return tuple(one for one in self.answers if one.read_at is None)


@dataclass(frozen=True, slots=True)
class ToCall:
    """A patient who answered nothing, or who could not be asked."""

    check: Check
    queue: str
    because: str


@dataclass(frozen=True, slots=True)
class CallList:
    """`unread`: (check, answer), now first, then the oldest. `silent`: to call. `waiting`: due, nothing said yet.

    Silent and waiting hold one line a patient.
    """

    unread: tuple[tuple[Check, Said], ...]
    silent: tuple[ToCall, ...]
    waiting: tuple[Check, ...]


@dataclass(frozen=True, slots=True)
class Face:
    """The practice as a patient sees it."""

    practice: str
    phone: str
    emergency_number: str


@dataclass(frozen=True, slots=True)
class OwnCheck(Face):
    """What a patient's own page needs. `danger`: the newest answer to this check held a danger sign."""

    follow_up_id: UUID
    given: str
    danger: bool


@dataclass(frozen=True, slots=True)
class Sent:
    """One message of the outbox. `link` is kept in the demo only."""

    id: UUID
    channel: str
    to: str
    text: str
    link: str
    name: str
    patient_id: UUID
    due_at: datetime
    sent_at: datetime | None


@dataclass(frozen=True, slots=True)
class VisitChecks:
    """The follow-ups of one visit, and the practice's emergency number for the sheet that goes with them."""

    head: VisitHead
    checks: tuple[Check, ...]
    emergency_number: str


@read(Act.READ_FOLLOW_UPS, about="=follow_ups")
def call_list(*, by: Actor, now: datetime) -> CallList:
    """Whom to call, the most urgent first; of the last fourteen days; three queries.

    Silent is who has answered nothing four hours after the second message, and who cannot be asked at all once a check
    is due.
    """
    checks = _checks(
        _rows(by).filter(due_at__gte=now - LISTED_FOR, due_at__lte=now + timedelta(days=3)), names.staff(by.practice)
    )
    unread = [(check, one) for check in checks for one in check.unread]
    unread.sort(key=lambda pair: (ORDER[pair[1].queue], pair[1].at))
    silent = tuple(sorted(_silent(checks, now), key=lambda one: (ORDER[one.queue], one.check.due_at)))
    settled = {one.check.patient_id for one in silent} | {c.patient_id for c in checks if c.answers}
    waiting = {c.patient_id: c for c in checks if c.patient_id not in settled and c.due_at <= now}
    return CallList(tuple(unread), silent, tuple(waiting.values()))


@read(Act.READ_FOLLOW_UPS, about="follow_up_id")
def check(*, by: Actor, now: datetime, follow_up_id: UUID) -> Check:
    """One follow-up with everything said to it."""
    found = _checks(_rows(by).filter(pk=follow_up_id), names.staff(by.practice))
    if not found:
        raise NotFound("follow-up")
    return found[0]


@read(Act.READ_CHART, about="visit_id")
def of_visit(*, by: Actor, now: datetime, visit_id: UUID) -> VisitChecks:
    """The follow-ups of one visit, in order; four queries."""
    head = visits.inside(by, now, visit_id)
    staff, number = names.staff_and_number(by.practice)
    return VisitChecks(head, _checks(_rows(by).filter(visit_id=visit_id), staff), number)


@read(Act.READ_FOLLOW_UPS, about="=follow_ups")
def asked_since(*, by: Actor, now: datetime, since: datetime) -> list[tuple[UUID, UUID]]:
    """(follow-up, patient) of everybody who was asked since then, newest first."""
    rows = m.FollowUp.objects.filter(place__practice_id=by.practice, asked_at__gte=since, asked_at__lte=now)
    return list(rows.order_by("-asked_at", "id").values_list("pk", "patient_id"))


@read(Act.READ_OWN_LINK, about="link_id")
def own_check(*, by: Actor, now: datetime, link_id: UUID) -> OwnCheck:
    """The check that a patient's opened link is for. NotFound for another patient's link or one that has ended."""
    if by.patient is None:
        raise NotFound("follow-up")
    link = (
        m.PatientLink.objects.select_related("patient__practice")
        .filter(pk=link_id, patient_id=by.patient, follow_up__isnull=False, expires_at__gt=now)
        .first()
    )
    if link is None or link.follow_up_id is None:
        raise NotFound("follow-up")
    newest = m.FollowUpAnswer.objects.filter(follow_up_id=link.follow_up_id).order_by("-recorded_at").first()
    practice = link.patient.practice
    return OwnCheck(
        practice=practice.name,
        phone=practice.phone,
        emergency_number=practice.emergency_number,
        follow_up_id=link.follow_up_id,
        given=link.patient.given.split(" ")[0],
        danger=newest is not None and newest.queue == rules.Queue.NOW.word,
    )


@unlogged_read(Act.SEE_PUBLIC_PAGES, because="the practice's face; nobody is named before the birth date is known")
def link_face(*, by: Actor, now: datetime, token: str) -> Face:
    """Whose link it is, the practice's side of it. NotFound when it ended, was tried too often, or never was."""
    link = links.find(token, now)
    if link is None or links.tries_left(link) == 0:
        raise NotFound("link")
    practice = link.patient.practice
    return Face(practice.name, practice.phone, practice.emergency_number)


@unlogged_read(Act.SEE_PUBLIC_PAGES, because="the practice's public face, no patient in it")
def practice_face(*, by: Actor, now: datetime) -> Face:
    """The practice, for a page that cannot say whose link it was; empty before set-up."""
    row = m.Practice.objects.order_by("id").first()
    return Face(row.name, row.phone, row.emergency_number) if row else Face("", "", "")


@read(Act.READ_OUTBOX, about="=outbox")
def outbox(*, by: Actor, now: datetime) -> tuple[Sent, ...]:
    """The newest messages that were sent in the last fourteen days, then those that are due next; two queries."""
    rows = m.Message.objects.filter(practice_id=by.practice).select_related("patient")
    # By the follow-ups' index of place and time: messages have none of their own for what was sent.
    lately = {"follow_up__due_at__gte": now - LISTED_FOR, "follow_up__due_at__lte": now}
    sent = rows.filter(sent_at__isnull=False, follow_up__place__practice_id=by.practice, **lately)
    sent = sent.order_by("-follow_up__due_at", "id")[:MOST_SENT]
    waiting = rows.filter(sent_at__isnull=True).order_by("due_at", "id")[:MOST_WAITING]
    return tuple(_sent(row) for row in (*sent, *waiting))


def _sent(row: m.Message) -> Sent:
    return Sent(
        row.pk,
        row.channel,
        row.to,
        row.text,
        row.link,
        names.shown(row.patient.family, row.patient.given),
        row.patient_id,
        row.due_at,
        row.sent_at,
    )


def _rows(by: Actor) -> QuerySet[m.FollowUp]:
    rows = m.FollowUp.objects.filter(place__practice_id=by.practice)
    return rows.select_related("patient", "place", "visit__session").order_by("due_at", "id")


def _checks(rows: QuerySet[m.FollowUp], staff: Mapping[str, str]) -> tuple[Check, ...]:
    found = rows.annotate(has_message=Exists(m.Message.objects.filter(follow_up=OuterRef("pk"))))
    return tuple(_check(row, staff) for row in found.prefetch_related("answers")[: MOST_LISTED * 5])


def _check(row: Any, staff: Mapping[str, str]) -> Check:
    patient = row.patient
    lung, unusual = _lung_or_unusual(row)
    answers = sorted(row.answers.all(), key=lambda one: one.recorded_at)
    return Check(
        id=row.pk,
        visit_id=row.visit_id,
        patient_id=row.patient_id,
        name=names.shown(patient.family, patient.given),
        born=patient.birth_date,
        phone=patient.phone,
        email=patient.email,
        place=row.place.name,
        hours=row.hours,
        due_at=row.due_at,
        asked_at=row.asked_at,
        can_be_asked=row.has_message,
        over_lung=lung,
        unusual=unusual,
        said=tuple(_said(one, staff) for one in answers),
    )


def _said(row: m.FollowUpAnswer, staff: Mapping[str, str]) -> Said:
    kept = row.answers
    return Said(
        id=row.pk,
        at=row.recorded_at,
        queue=row.queue,
        because=tuple(row.because),
        pain=kept.get("pain"),
        lines=tuple(_line(one) for one in kept.get("lines", ())),
        words=kept.get("words", ""),
        not_reached=bool(kept.get("not_reached")),
        by_staff=row.recorded_by.startswith("staff:"),
        read_at=row.read_at,
        read_by=staff.get(row.read_by, ""),
        outcome=row.call_outcome,
    )


def _line(name: str) -> str:
    line = book().follow.by_id.get(name)
    return line.words if line else name


def _silent(checks: Iterable[Check], now: datetime) -> Iterable[ToCall]:
    """Of each patient the newest visit alone: who came again since was seen by a person."""
    newest: dict[UUID, UUID] = {one.patient_id: one.visit_id for one in checks}  # by due time, so the last one stays
    by_visit: dict[UUID, list[Check]] = {}
    for one in checks:
        if newest[one.patient_id] == one.visit_id:
            by_visit.setdefault(one.visit_id, []).append(one)
    for group in by_visit.values():
        found = _silent_visit(group, now)
        if found:
            yield found


def _silent_visit(group: list[Check], now: datetime) -> ToCall | None:
    if any(one.answers for one in group):
        return None
    due = [one for one in group if one.due_at <= now]
    if not due:
        return None
    queue = rules.silent(over_lung=due[-1].over_lung, unusual=due[-1].unusual, rules=book().follow)
    if not any(one.can_be_asked for one in due):
        return ToCall(due[-1], queue.queue.word, "No message can reach this patient: call.")
    if len(due) >= 2 and due[1].due_at + SILENT_AFTER <= now:
        return ToCall(due[-1], queue.queue.word, queue.because[0])
    return None


def _lung_or_unusual(row: m.FollowUp) -> tuple[bool, bool]:
    """Whether the lung was near and whether something unusual was felt; what is not known counts as yes."""
    session = getattr(row.visit, "session", None)
    closing = session.closing_state if session is not None else None
    if not isinstance(closing, dict):
        return True, True
    lung = gates.over_lung()
    near = any(one["muscle"] in lung or one["muscle"] not in book().muscles for one in closing.get("muscles", ()))
    return near, any(one["rule"] == "sensation.unusual" for one in closing.get("incidents", ()))
