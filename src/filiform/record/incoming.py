"""What an import hands to the record: a bundle read and judged, nothing of it stored yet.

Made by `interop.fhir.reading`; kept here because the floor above may know the record, and never the other way round.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class FactKind(StrEnum):
    PROBLEM = "problem"
    MEDICINE = "medicine"
    ALLERGY = "allergy"
    DEVICE = "device"
    PROCEDURE = "procedure"


@dataclass(frozen=True, slots=True)
class Said:
    """A date as it came ("2018-05", "in her forties") and the day it names; None when it names no single day."""

    text: str = ""
    day: date | None = None


@dataclass(frozen=True, slots=True)
class IncomingFact:
    """A problem, medicine, allergy, device or procedure. `status` or `verification` "": unknown, never active."""

    kind: FactKind
    text: str
    code_system: str
    code: str
    status: str
    verification: str
    began: Said
    ended: Said


@dataclass(frozen=True, slots=True)
class IncomingResource:
    """One source resource. `content` is its JSON as it came, unindented; `refused_because` is "" when it was read."""

    resource_type: str
    source_id: str
    full_url: str
    content_hash: str
    content: str
    fact: IncomingFact | None = None
    refused_because: str = ""


@dataclass(frozen=True, slots=True)
class IncomingPatient:
    """Who the bundle is about. `source_system` and `source_id` together find the person again; a name never does.

    `weak` says that the id alone does not tell hospitals apart, so that a match must not contradict what is held.
    """

    source_system: str
    source_id: str
    weak: bool
    family: str
    given: str
    birth: Said
    sex: str
    phone: str
    email: str
    deceased: str


@dataclass(frozen=True, slots=True)
class RefusedResource:
    """`resource` is `Condition/id` or `entry[n]`; `because` one sentence."""

    resource: str
    because: str


@dataclass(frozen=True, slots=True)
class IncomingBundle:
    """A whole file: `ignored` counts by type what has no place in a chart; `refused` lists what was kept aside."""

    file_name: str
    file_hash: str
    patient: IncomingPatient
    resources: tuple[IncomingResource, ...]
    ignored: tuple[tuple[str, int], ...]
    refused: tuple[RefusedResource, ...]
