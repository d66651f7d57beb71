"""Episodes and visits: EpisodeOfCare and Encounter."""

from __future__ import annotations

from filiform.interop.fhir.writing.parts import TERMINOLOGY, About, Resource, clean, instant, reference, resource, text
from filiform.record.reads.export import EpisodePart, PlacePart, VisitPart


def episode(about: About, one: EpisodePart, practice: PlacePart) -> Resource:
    return resource(
        "EpisodeOfCare",
        one.id,
        status="finished" if one.ended_at else "active",
        type_=[text(one.problem)],
        patient=about.subject(),
        managingOrganization=reference(practice.id),
        period=clean({"start": one.examined_on.isoformat(), "end": instant(one.ended_at) if one.ended_at else ""}),
        careManager=about.staff(one.practitioner_id),
    )


def encounter(about: About, one: VisitPart, practice: PlacePart) -> Resource:
    return resource(
        "Encounter",
        one.id,
        status=_status(one),
        class_={"system": f"{TERMINOLOGY}/v3-ActCode", "code": "AMB"},
        type_=[text("Dry needling visit that the patient missed" if one.state == "missed" else "Dry needling visit")],
        subject=about.subject(),
        episodeOfCare=[reference(one.episode_id)] if one.episode_id else [],
        participant=[{"individual": about.staff(one.practitioner_id)}],
        period={"start": instant(one.starts_at), "end": instant(one.ends_at)},
        reasonCode=[text(one.reason)] if one.reason else [],
        location=[{"location": reference(one.place_id)}],
        serviceProvider=reference(practice.id),
    )


def _status(one: VisitPart) -> str:
    """R4's status of the visit; a missed one has no word of its own and is cancelled (its type says missed)."""
    if one.state in ("cancelled", "missed"):
        return "cancelled"
    if one.note is not None:
        return "finished"
    return "in-progress" if one.state == "arrived" else "planned"
