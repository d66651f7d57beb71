"""Adverse events: the event, and the facts that were observed. No grade: every grade is derived, and elsewhere."""

from __future__ import annotations

from uuid import UUID

from filiform.interop.fhir.writing.answers import items, response
from filiform.interop.fhir.writing.parts import About, Resource, below, instant, reference, resource, text
from filiform.record.reads.export import AdverseEventPart, SessionPart


def adverse_event(about: About, visit_id: UUID, one: AdverseEventPart, session: SessionPart | None) -> list[Resource]:
    """AdverseEvent has no place for what was observed; so the facts follow it as answers."""
    event = resource(
        "AdverseEvent",
        one.id,
        actuality="actual",
        event=text(one.what),
        subject=about.subject(),
        encounter=reference(visit_id),
        recordedDate=instant(one.recorded_at),
        recorder=about.who(one.recorded_by),
        suspectEntity=[{"instance": reference(session.id)}] if session else [],
    )
    seen = {
        "what": one.what,
        "began_hours_after": _number(one.began_hours_after),
        "lasted_hours": _number(one.lasted_hours),
        "treatment_needed": one.treatment_needed,
        "function_lost": one.function_lost,
        "admitted": one.admitted,
        "detail": one.detail,
    }
    title = "Facts observed of an adverse event"
    identity = below(one.id, "facts")
    facts = response(about, identity, title, items("facts", seen), one.recorded_at, one.recorded_by, visit_id)
    return [event, facts]


def _number(value: object) -> float | None:
    return None if value is None else float(str(value))
