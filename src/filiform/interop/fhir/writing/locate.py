"""Where it hurts and what the hand found: Observations with body site and side."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
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
from filiform.knowledge.pain_drawing import marking
from filiform.record.reads.export import DrawingPart, PalpationPart, Part

PAIN_0_TO_10 = "72514-3"  # facts.md section 7; a number, never its coded answers, whose list is wrong in places


def observation(
    about: About, identity: UUID, visit_id: UUID, row: Part, category: str, code: Resource, **rest: object
) -> Resource:
    """An Observation of one visit. `category` is a code of FHIR's own list (survey, exam)."""
    rest.setdefault("status", "final")
    return resource(
        "Observation",
        identity,
        category=[coded(f"{TERMINOLOGY}/observation-category", category)],
        code=code,
        subject=about.subject(),
        encounter=reference(visit_id),
        effectiveDateTime=instant(row.recorded_at),
        performer=[about.who(row.recorded_by)],
        **rest,
    )


def drawing(about: About, visit_id: UUID, one: DrawingPart) -> list[Resource]:
    """The drawing, and one pain observation for each area of it; preliminary while the patient was still drawing."""
    status = "preliminary" if one.finished is False else "final"
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
            component=_said(area),
            status=status,
        )
        for area in one.areas
    ]
    members = [reference(area["id"]) for area in areas]
    nothing = "Nothing hurts" if not areas and one.finished is not False else None
    code = text("Pain drawing")
    whole = observation(
        about, one.id, visit_id, one, "survey", code, valueString=nothing, hasMember=members, status=status
    )
    return [whole, *areas]


def _said(area: Mapping[str, Any]) -> list[Resource]:
    """What the pain is like and since when, in words: no code of theirs was looked up. Left out where not known."""
    known = marking()
    qualities = [known.qualities[name].words for name in area.get("quality", ()) if name in known.qualities]
    found = [("Quality of the pain", words) for words in qualities]
    if area.get("since") in known.since:
        found.append(("Since when", known.since[area["since"]].words))
    return [{"code": text(what), "valueCodeableConcept": text(words)} for what, words in found]


def palpation(about: About, visit_id: UUID, one: PalpationPart) -> Resource:
    """What was found at one point of a muscle. What was not looked for is left out; a point taken back is marked so."""
    known = [
        ("Taut band", "valueBoolean", one.taut_band),
        ("Tenderness, 0 none to 3 severe", "valueInteger", one.tenderness),
        ("Pressing brings the patient's familiar pain", "valueBoolean", one.familiar_pain),
        ("Local twitch", "valueBoolean", one.twitch),
        *_place(one),
    ]
    found = [{"code": text(words), kind: value} for words, kind, value in known if value is not None]
    taken_back = bool(one.spots) and not one.spots[-1].view
    site = about.muscle(one.muscle, one.side)
    code = text("Palpation of a muscle")
    made = observation(about, one.id, visit_id, one, "exam", code, bodySite=site, component=found)
    return {**made, "status": "entered-in-error"} if taken_back else made


def _place(one: PalpationPart) -> Iterator[tuple[str, str, str | int]]:
    if not one.spots:
        return
    yield "Point of the muscle, by number", "valueInteger", one.spots[-1].number
    for spot in one.spots:
        if spot.view:
            where = f"{spot.view}, x {spot.x}, y {spot.y}"
            yield "Place on the schematic figure of Filiform, in its units", "valueString", where
