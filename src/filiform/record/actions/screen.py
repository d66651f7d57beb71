"""Screening of the day: answers in, the whole result stored; and what a doctor answered."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from filiform import knowledge
from filiform.clinical.access import Act
from filiform.clinical.screen import Answer, Result, Verdict, screen
from filiform.clinical.terms import Block
from filiform.record import audit, screening, within
from filiform.record.actor import Actor
from filiform.record.answers import read_answers
from filiform.record.models import DoctorAnswer, Practice, Screening, Visit
from filiform.record.reads.people import age_on
from filiform.record.visiting import still_open
from filiform.record.write import Refused, Stale, write

LAPSES_AFTER = timedelta(days=365)  # a doctor's answer; facts.md section 2


@write(Act.SCREEN)
def answer_screening(
    *, by: Actor, now: datetime, visit_id: UUID, seen: int, answers: Iterable[Mapping[str, Any]]
) -> Result:
    """Store all answers of this visit's screening and what they lead to; the result.

    `answers` are `{"question", "said", "detail", "sites": [{"region", "side"}], "chosen", "number"}`; all but
    `question` may be missing. What is wrong is refused by name, with the rule `screen.answer.<question>`.
    `seen`: number of the newest screening that the writer saw, 0 for none.
    """
    visit = within.visit(by, visit_id)
    still_open(visit)
    return _screen(by, now, visit, seen, read_answers(answers))


@write(Act.RECORD_DOCTOR_ANSWER)
def record_doctor_answer(
    *,
    by: Actor,
    now: datetime,
    visit_id: UUID,
    seen: int,
    condition: str,
    asked: str,
    answered_by: str,
    answered_on: date,
    verdict: str,
    limits: str = "",
) -> Result | None:
    """Record what a doctor answered to a consultation, and screen anew with the same answers; the new result.

    `condition` is what the consultation is closed by (`answered_as` of the rule). None when nobody screened yet.
    Refused: an unknown condition or verdict, a missing name or question, limits that are not named, a day in the
    future or so long ago that the answer has lapsed.
    """
    visit = within.visit(by, visit_id)
    still_open(visit)
    practice = _practice(by)
    _check_doctor(condition, asked, answered_by, answered_on, verdict, limits, screening.today(now, practice.time_zone))
    row = DoctorAnswer.objects.create(
        patient=visit.patient,
        condition=condition,
        asked=asked.strip(),
        answered_by=answered_by.strip(),
        answered_on=answered_on,
        verdict=verdict,
        limits=limits.strip(),
        recorded_at=now,
        recorded_by=by.id,
    )
    audit.leave(by=by, at=now, act=Act.RECORD_DOCTOR_ANSWER, about=visit.id, detail={"answer": str(row.id)})
    newest = Screening.objects.filter(visit=visit).order_by("-number").first()
    if newest is None:
        return None
    given = tuple(screening.answer_from_json(item) for item in newest.answers)
    return _screen(by, now, visit, seen, given)


def _screen(by: Actor, now: datetime, visit: Visit, seen: int, answers: Sequence[Answer]) -> Result:
    number = within.next_number(Screening, visit.id, seen, "screening")
    result = _result(by, now, visit, answers)
    try:
        with transaction.atomic():
            Screening.objects.create(
                visit=visit,
                number=number,
                patient=visit.patient,
                answers=[screening.answer_as_json(answer) for answer in answers],
                result=result.as_stored(),
                disposition=result.disposition.value,
                cleared=result.cleared,
                profile=result.profile,
                knowledge_hash=knowledge.book().content_hash,
                recorded_at=now,
                recorded_by=by.id,
            )
    except IntegrityError as error:
        raise Stale("screening") from error
    rules = [finding.rule for finding in result.findings]
    detail = {"number": number, "cleared": result.cleared, "rules": rules, "knowledge": result.knowledge}
    audit.leave(by=by, at=now, act=Act.SCREEN, about=visit.id, detail=detail)
    return result


def _result(by: Actor, now: datetime, visit: Visit, answers: Sequence[Answer]) -> Result:
    practice = _practice(by)
    today = screening.today(now, practice.time_zone)
    known = screening.known(visit.patient_id)
    return screen(
        answers,
        known.for_rules(),
        book_rules=screening.rulebook(),
        patient_age=age_on(visit.patient.birth_date, today),
        on=today,
        profile=practice.screening_profile,
        doctor_answers=known.doctors,
    )


def _practice(by: Actor) -> Practice:
    return Practice.objects.get(pk=by.practice)


def _check_doctor(
    condition: str, asked: str, answered_by: str, on: date, verdict: str, limits: str, today: date
) -> None:
    checks = (
        ("condition", condition not in screening.consultations(), "This is no consultation that a doctor can close."),
        ("asked", not asked.strip(), "Write what the doctor was asked."),
        ("answered_by", not answered_by.strip(), "Write the name of the doctor who answered."),
        ("answered_on", on > today, "The day of the doctor's answer cannot be in the future."),
        ("answered_on", today - on >= LAPSES_AFTER, "An answer lapses after twelve months. Ask the doctor again."),
        ("verdict", verdict not in list(Verdict), "The doctor's answer is yes, no, or yes with limits."),
        ("limits", verdict == Verdict.LIMITS and not limits.strip(), "Write the limits that the doctor set."),
        ("asked", len(asked.strip()) > 500, "At most 500 characters, please."),
        ("answered_by", len(answered_by.strip()) > 200, "At most 200 characters, please."),
        ("limits", len(limits.strip()) > 500, "At most 500 characters, please."),
    )
    blocks = tuple(Block(f"doctor.{field}", because) for field, wrong, because in checks if wrong)
    if blocks:
        raise Refused(*blocks)
