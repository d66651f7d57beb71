"""What the screening page shows: what is known, what must be asked, what was answered, and what it leads to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import F, JSONField, OuterRef, Subquery

from filiform.clinical.access import Act
from filiform.clinical.screen import Answer, DoctorAnswer, Question, Result, due_questions, screen
from filiform.record import models as m
from filiform.record import screening
from filiform.record.actor import Actor
from filiform.record.reads import visit
from filiform.record.reads.people import age_on
from filiform.record.reads.visit import VisitHead
from filiform.record.screening import BackgroundFact
from filiform.record.write import internal, read


@dataclass(frozen=True, slots=True)
class LastTime:
    """The patient's last screening at another visit. It is shown beside the questions and never taken over."""

    on: date
    answers: Mapping[str, Answer]


@dataclass(frozen=True, slots=True)
class ScreeningToday:
    """`result` is what was stored, None before the first answers; `now_known` is what the record alone leads to today.

    `outdated` says that the stored result is not what the same answers lead to now: something was imported, a doctor
    answered, or the rules changed since. It must be saved anew before anybody relies on it.
    """

    head: VisitHead
    emergency_number: str
    background: tuple[BackgroundFact, ...]
    doctors: tuple[DoctorAnswer, ...]
    questions: tuple[Question, ...]
    answers: Mapping[str, Answer]
    last: LastTime | None
    result: Result | None
    now_known: Result
    outdated: bool


@read(Act.READ_CHART, about="visit_id")
def screening_today(*, by: Actor, now: datetime, visit_id: UUID) -> ScreeningToday:
    """Everything about the screening of one visit; two queries beside those of the head."""
    head = visit.inside(by, now, visit_id)
    row = _row(head)
    known = screening.known(head.patient_id)
    answers = screening.answers_by_question(row.answers)
    facts = _facts(head, row, known, now)
    fresh = screen(answers.values(), known.for_rules(), **facts)
    result = Result.from_json(head.screening) if head.screening is not None else None
    return ScreeningToday(
        head=head,
        emergency_number=row.emergency,
        background=known.background,
        doctors=known.doctors,
        questions=due_questions(answers.values(), known.for_rules(), **facts),
        answers=answers,
        last=_last(row, now),
        result=result,
        now_known=fresh,
        outdated=result is not None and _differs(result, fresh),
    )


@internal("facts for a rule, read for an action that is itself checked")
def outdated(head: VisitHead, now: datetime) -> bool:
    """Whether the stored result is not what the same answers lead to now; False when nobody screened yet."""
    if head.screening is None:
        return False
    row, known = _row(head), screening.known(head.patient_id)
    answers = screening.answers_by_question(row.answers).values()
    return _differs(
        Result.from_json(head.screening), screen(answers, known.for_rules(), **_facts(head, row, known, now))
    )


def _facts(head: VisitHead, row: Any, known: screening.Known, now: datetime) -> dict[str, Any]:
    today = screening.today(now, row.zone)
    return {
        "book_rules": screening.rulebook(),
        "patient_age": age_on(head.birth_date, today),
        "on": today,
        "profile": row.profile,
        "doctor_answers": known.doctors,
    }


def _row(head: VisitHead) -> Any:
    """The practice's own settings, today's newest answers and the last ones before, in one query."""
    own = m.Screening.objects.filter(visit=head.visit_id).order_by("-number")
    before = m.Screening.objects.filter(patient=OuterRef("pk")).exclude(visit=head.visit_id).order_by("-recorded_at")
    return m.Patient.objects.annotate(
        zone=F("practice__time_zone"),
        profile=F("practice__screening_profile"),
        emergency=F("practice__emergency_number"),
        answers=Subquery(own.values("answers")[:1], output_field=JSONField()),
        last_answers=Subquery(before.values("answers")[:1], output_field=JSONField()),
        last_at=Subquery(before.values("recorded_at")[:1]),
    ).get(pk=head.patient_id)


def _last(row: Any, now: datetime) -> LastTime | None:
    if row.last_at is None:
        return None
    return LastTime(screening.today(row.last_at, row.zone), screening.answers_by_question(row.last_answers))


def _differs(stored: Result, fresh: Result) -> bool:
    """Whether the stored result may no longer be relied on: less was known, or other rules were used."""
    ours = (stored.disposition, stored.cleared, stored.restrictions, stored.ask, {one.rule for one in stored.findings})
    return ours != (
        fresh.disposition,
        fresh.cleared,
        fresh.restrictions,
        fresh.ask,
        {one.rule for one in fresh.findings},
    )
