"""What every resource is built from: entries, references, concepts, and the names of people, muscles and regions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from filiform.clinical.terms import MuscleId, RegionId, Side
from filiform.knowledge import Book

Resource = dict[str, Any]

SNOMED = "http://snomed.info/sct"
LOINC = "http://loinc.org"
UCUM = "http://unitsofmeasure.org"
CPT = "http://www.ama-assn.org/go/cpt"
TERMINOLOGY = "http://terminology.hl7.org/CodeSystem"
MUSCLES = "urn:x-filiform:muscle"  # our own ids, so that nothing is lost on the way back
REGIONS = "urn:x-filiform:region"
# facts.md section 7: these two are known; no SNOMED concept for dry needling could be verified, so there is none here.
_SIDES = {"left": ("7771000", "Left"), "right": ("24028007", "Right")}


@dataclass(frozen=True, slots=True)
class About:
    """What all resources of one export share. `people` are the actor ids that have a Practitioner resource."""

    patient: str  # the patient's fullUrl
    people: Mapping[str, str]  # actor id to name
    book: Book

    def subject(self) -> Resource:
        return {"reference": self.patient}

    def who(self, actor: str) -> Resource:
        """The reference for an actor id: a practitioner, the patient herself, or the words of the id."""
        kind, _, identity = actor.partition(":")
        if actor in self.people:
            return {"reference": url(identity), "display": self.people[actor]}
        if kind == "patient":
            return self.subject()
        return {"display": f"Filiform ({identity})" if kind == "system" else "not known"}

    def staff(self, identity: UUID) -> Resource:
        return self.who(f"staff:{identity}")

    def muscle(self, muscle: str, side: str) -> Resource:
        """A body site: the muscle's name and side in words, its own id, and the side in SNOMED CT."""
        known = self.book.muscles.get(MuscleId(muscle))
        return _site(MUSCLES, muscle, known.name if known else muscle, side)

    def region(self, region: str, side: str) -> Resource:
        """A body site: the region in the patient's words, its own id, and the side in SNOMED CT."""
        known = self.book.regions.get(RegionId(region))
        return _site(REGIONS, region, known.words if known else region, side)


def _site(system: str, code: str, name: str, side: str) -> Resource:
    codings = [{"system": system, "code": code}]
    if side in _SIDES:
        sided, display = _SIDES[side]
        codings.append({"system": SNOMED, "code": sided, "display": display})
    words = {"": name, Side.MIDLINE.value: f"{name}, midline"}.get(side, f"{name}, {side}")
    return {"coding": codings, "text": words}


def url(identity: UUID | str) -> str:
    """The fullUrl of a resource of our own."""
    return f"urn:uuid:{identity}"


def below(identity: UUID, *name: object) -> UUID:
    """A stable id for a resource that is a part of the row `identity`."""
    return uuid5(identity, "/".join(str(part) for part in name))


def reference(identity: UUID | str) -> Resource:
    return {"reference": url(identity)}


def text(words: str) -> Resource:
    """A concept in words only."""
    return {"text": words}


def coded(system: str, code: str, words: str = "") -> Resource:
    """A concept with one code, and words where the code's own text may not be copied."""
    return clean({"coding": [{"system": system, "code": code}], "text": words})


def instant(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")


def quantity(value: float, unit: str, code: str) -> Resource:
    return {"value": value, "unit": unit, "system": UCUM, "code": code}


def resource(kind: str, identity: UUID | str, **elements: Any) -> Resource:
    """A resource; elements that are empty (None, "", [], {}) are left out, as FHIR asks. A trailing _ is dropped."""
    named = {key.rstrip("_"): value for key, value in elements.items()}
    return {"resourceType": kind, "id": str(identity), **clean(named)}


def clean(node: Mapping[str, Any]) -> Resource:
    """`node` without its empty elements; False and 0 are values and stay."""
    return {key: value for key, value in node.items() if value is not None and value not in ("", [], {}, ())}
