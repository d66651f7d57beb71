"""Answers to questions, as QuestionnaireResponse: the screening, a doctor's answer, follow-ups, facts of an event."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from filiform.interop.fhir.writing.parts import About, Resource, clean, instant, reference, resource
from filiform.record.reads.export import AnswerPart, DoctorAnswerPart, ScreeningPart


def screening(about: About, visit_id: UUID, one: ScreeningPart) -> Resource:
    """The answers as given, and under `result` what the rules made of them."""
    given = items("answers", one.answers) + items("result", one.result)
    return response(about, one.id, "Screening", given, one.recorded_at, one.recorded_by, visit_id)


def doctor_answer(about: About, one: DoctorAnswerPart) -> Resource:
    said = {
        "condition": one.condition,
        "asked": one.asked,
        "answered_by": one.answered_by,
        "answered_on": one.answered_on.isoformat(),
        "verdict": one.verdict,
        "limits": one.limits,
    }
    given = items("doctor_answer", said)
    return response(about, one.id, "Answer of a doctor", given, one.recorded_at, one.recorded_by)


def follow_up(about: About, visit_id: UUID, one: AnswerPart) -> Resource:
    given = items("answers", one.answers) + items("queue", one.queue)
    title = f"Follow-up {one.hours} hours after needling"
    return response(about, one.id, title, given, one.recorded_at, one.recorded_by, visit_id)


def response(
    about: About,
    identity: UUID,
    title: str,
    given: list[Resource],
    at: datetime,
    by: str,
    visit_id: UUID | None = None,
) -> Resource:
    """A QuestionnaireResponse. R4 has no title, so the whole stands in one group that has it as its text."""
    return resource(
        "QuestionnaireResponse",
        identity,
        status="completed",
        subject=about.subject(),
        encounter=reference(visit_id) if visit_id else None,
        authored=instant(at),
        author=about.who(by),
        item=[clean({"linkId": "filiform", "text": title, "item": given})],
    )


def items(link: str, value: Any) -> list[Resource]:
    """`value` (any JSON) as one item named `link`; what is not known (None) is an item without an answer."""
    if isinstance(value, Mapping):
        inner = [item for key, one in value.items() for item in items(f"{link}.{key}", one)]
        return [clean({"linkId": link, "text": _words(link), "item": inner})]
    if isinstance(value, list | tuple) and any(isinstance(one, Mapping | list) for one in value):
        inner = [item for number, one in enumerate(value) for item in items(f"{link}.{number}", one)]
        return [clean({"linkId": link, "text": _words(link), "item": inner})]
    answers = [_answer(one) for one in (value if isinstance(value, list | tuple) else [value]) if one not in (None, "")]
    return [clean({"linkId": link, "text": _words(link), "answer": answers})]


def _words(link: str) -> str:
    return link.rpartition(".")[2].replace("_", " ")


def _answer(value: Any) -> Resource:
    if isinstance(value, bool):
        return {"valueBoolean": value}
    if isinstance(value, int):
        return {"valueInteger": value}
    if isinstance(value, float):
        return {"valueDecimal": value}
    return {"valueString": str(value)}
