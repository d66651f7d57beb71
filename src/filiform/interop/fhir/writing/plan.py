"""The plan of care with its goals, and the decision after a visit."""

from __future__ import annotations

from uuid import UUID

from filiform.interop.fhir.writing.parts import About, Resource, below, instant, reference, resource, text
from filiform.record.reads.export import DecisionPart, PlanPart


def plan(about: About, visit_id: UUID, one: PlanPart, newer: bool) -> list[Resource]:
    """CarePlan and Goals. `newer`: a later plan of the same episode has taken its place."""
    goals = [_goal(about, one, number, words, newer) for number, words in enumerate(one.goals)]
    notes = {
        "Where the pain comes from": one.source_of_pain,
        "What needling can do": one.needling_can,
        "What needling cannot do": one.needling_cannot,
        "Home programme": one.home_programme,
        "Next check of the plan": one.recheck_on.isoformat(),
    }
    whole = resource(
        "CarePlan",
        one.id,
        status="revoked" if newer else "active",
        intent="plan",
        title="Plan of care",
        description=f"{one.visits} visits, {one.frequency}",
        subject=about.subject(),
        encounter=reference(visit_id),
        created=instant(one.recorded_at),
        author=about.who(one.recorded_by),
        supportingInfo=[reference(one.episode_id)],
        goal=[reference(goal["id"]) for goal in goals],
        activity=[_activity(words, newer) for words in ["Dry needling", *one.active_treatments]],
        note=[{"text": f"{title}: {words}"} for title, words in notes.items() if words],
    )
    return [whole, *goals]


def decision(about: About, visit_id: UUID, one: DecisionPart) -> Resource:
    return resource(
        "ClinicalImpression",
        one.id,
        status="completed",
        code=text("Decision after the visit"),
        description=one.kind,
        subject=about.subject(),
        encounter=reference(visit_id),
        date=instant(one.recorded_at),
        assessor=about.who(one.recorded_by),
        summary=one.because,
    )


def _goal(about: About, one: PlanPart, number: int, words: str, newer: bool) -> Resource:
    return resource(
        "Goal",
        below(one.id, "goal", number),
        lifecycleStatus="cancelled" if newer else "active",
        description=text(words),
        subject=about.subject(),
        startDate=one.recorded_at.date().isoformat(),
        expressedBy=about.subject(),
    )


def _activity(words: str, newer: bool) -> Resource:
    return {"detail": {"status": "stopped" if newer else "in-progress", "description": words}}
