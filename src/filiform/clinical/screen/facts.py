"""What the screening is given: the patient's answers, the facts of the imported record, and doctors' answers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from filiform.clinical.terms import BodySite


class Said(StrEnum):
    """The answer to one question. `unsure` is treated as not answered: unknown is never safe."""

    YES = "yes"
    NO = "no"
    UNSURE = "unsure"


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer given today.

    `detail` is free text in English and is read for medicines and conditions whatever `said` is. `sites` are the places
    marked on the body, `chosen` the ids of the options of a choice question, `number` the figure of a number question
    in the unit that the question names.
    """

    question: str
    said: Said
    detail: str = ""
    sites: tuple[BodySite, ...] = ()
    chosen: tuple[str, ...] = ()
    number: float | None = None


class Kind(StrEnum):
    """What sort of fact the record holds. Words of a drug mean something else in a list of allergies."""

    PROBLEM = "problem"
    MEDICINE = "medicine"
    ALLERGY = "allergy"
    DEVICE = "device"
    PROCEDURE = "procedure"  # done once: finished is no "over", its trace stays
    TEXT = "text"  # written by the patient or the therapist, not imported


@dataclass(frozen=True, slots=True)
class Background:
    """One fact of the record as it came: nothing added, nothing defaulted.

    `codes` are (system, code) pairs with the FHIR system address or its short name (`snomed`, `rxnorm`). `status` is
    the record's own word ("active", "resolved", ...), empty when it was missing; an unknown status counts as present.
    `onset` is the first date that the record gives, None when there is none. `source` names where the fact is kept.
    """

    kind: Kind
    text: str
    codes: tuple[tuple[str, str], ...] = ()
    status: str = ""
    onset: date | None = None
    source: str = ""


class Verdict(StrEnum):
    """What the doctor said."""

    YES = "yes"
    NO = "no"
    LIMITS = "limits"


@dataclass(frozen=True, slots=True)
class DoctorAnswer:
    """A recorded answer to a consultation: who was asked what, when, and what came back.

    `condition` is a condition id of `contracts.md`; for a red flag it is the id of the rule, because one doctor's
    word on a sore neck after a fall says nothing about weight loss. It lapses twelve months after `on`.
    """

    condition: str
    asked: str
    answered_by: str
    on: date
    verdict: Verdict
    limits: str = ""
