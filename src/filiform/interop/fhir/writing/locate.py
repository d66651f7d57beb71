"""Where it hurts and what the hand found: Observations with body site and side."""

from __future__ import annotations

from uuid import UUID

from filiform.interop.fhir.writing.parts import (
    LOINC,
    TERMINOLOGY,
    About,
    Resource,
    below,
    coded,
    instant,
    reference,
    resource,
    text,
)
from filiform.record.reads.export import DrawingPart, PalpationPart, Part

PAIN_0_TO_10 = "72514-3"  # facts.md section 7; a number, never its coded answers, whose list is wrong in places


def observation(
    about: About, identity: UUID, visit_id: UUID, row: Part, category: str, code: Resource, **rest: object
) -> Resource:
    """An Observation of one visit. `category` is a code of FHIR's own list (survey, exam)."""
    return resource(
        "Observation",
        identity,
        status="final",
        category=[coded(f"{TERMINOLOGY}/observation-category", category)],
        code=code,
        subject=about.subject(),
        encounter=reference(visit_id),
        effectiveDateTime=instant(row.recorded_at),
        performer=[about.who(row.recorded_by)],
        **rest,
    )


def drawing(about: About, visit_id: UUID, one: DrawingPart) -> list[Resource]:
    """The drawing, and one pain observation for each area of it."""
    areas = [
        observation(
            about,
            below(one.id, area["region"], area["side"]),
            visit_id,
            one,
            "survey",
            coded(LOINC, PAIN_0_TO_10, "Pain severity 0 to 10 in an area of the pain drawing"),
            valueInteger=area.get("intensity"),
            bodySite=about.region(area["region"], area["side"]),
        )
        for area in one.areas
    ]
    members = [reference(area["id"]) for area in areas]
    whole = observation(about, one.id, visit_id, one, "survey", text("Pain drawing"), hasMember=members)
    return [whole, *areas]


def palpation(about: About, visit_id: UUID, one: PalpationPart) -> Resource:
    found = [
        {"code": text("Taut band"), "valueBoolean": one.taut_band},
        {"code": text("Tenderness, 0 none to 3 severe"), "valueInteger": one.tenderness},
        {"code": text("Pressing brings the patient's familiar pain"), "valueBoolean": one.familiar_pain},
        {"code": text("Local twitch"), "valueBoolean": one.twitch},
    ]
    site = about.muscle(one.muscle, one.side)
    code = text("Palpation of a muscle")
    return observation(about, one.id, visit_id, one, "exam", code, bodySite=site, component=found)
