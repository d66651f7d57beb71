"""When something is wrong: the problem, the steps that were taken, how it ended, and the question about the chest.

Each is a fact that somebody taps, never advice: what a step asks for in words is on the page. Which steps belong to
which problem is in `STEPS`. No clinician has reviewed it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Annotated, ClassVar

from filiform.clinical.needle.base import Event
from filiform.clinical.needle.fields import FLAG, one_of, ref, refs, text, whole
from filiform.clinical.terms import Cite, Sure


class Wrong(StrEnum):
    """What went wrong with the patient, the therapist or a needle."""

    FAINT = "faint"
    SHARP_PAIN = "sharp_pain"
    BLEEDING = "bleeding"
    STUCK_NEEDLE = "stuck_needle"
    BENT_NEEDLE = "bent_needle"
    BROKEN_NEEDLE = "broken_needle"
    CHEST = "chest"
    NEEDLESTICK = "needlestick"


class Step(StrEnum):
    """Something that was done about a problem. Each is a fact, in the past."""

    STIM_OFF = "stim_off"
    NEEDLES_OUT = "needles_out"
    NEEDLE_WITHDRAWN = "needle_withdrawn"
    LAID_FLAT = "laid_flat"
    LEGS_RAISED = "legs_raised"
    PULSE_AND_BREATHING = "pulse_and_breathing"
    BREATHING_ASKED = "breathing_asked"
    FEELING_CHECKED = "feeling_checked"
    PRESSED = "pressed"
    EDGE_MARKED = "edge_marked"
    WAITED = "waited"
    NEEDLE_BESIDE = "needle_beside"
    KEPT_STILL = "kept_still"
    SKIN_MARKED = "skin_marked"
    FRAGMENT_KEPT = "fragment_kept"
    WASHED = "washed"
    REPORTED = "reported"
    EMERGENCY_CALLED = "emergency_called"


class Outcome(StrEnum):
    """How a problem ended here."""

    SETTLED = "settled"
    CALL_BACK = "call_back"  # it is asked about again the same day
    DOCTOR = "doctor"
    EMERGENCY = "emergency"


class SearchPlace(StrEnum):
    """Where a needle that the count misses is looked for, in this order."""

    SKIN = "skin"
    HAIR = "hair"
    CLOTHING = "clothing"
    TABLE = "table"
    FLOOR = "floor"


# facts.md section 3.3. The order is the order in which they are done.
STEPS: Mapping[Wrong, tuple[Step, ...]] = MappingProxyType(
    {
        Wrong.FAINT: (
            Step.STIM_OFF,
            Step.NEEDLES_OUT,
            Step.LAID_FLAT,
            Step.LEGS_RAISED,
            Step.PULSE_AND_BREATHING,
            Step.EMERGENCY_CALLED,
        ),
        Wrong.SHARP_PAIN: (Step.NEEDLE_WITHDRAWN, Step.BREATHING_ASKED, Step.FEELING_CHECKED, Step.EMERGENCY_CALLED),
        Wrong.BLEEDING: (Step.PRESSED, Step.EDGE_MARKED, Step.FEELING_CHECKED, Step.EMERGENCY_CALLED),
        Wrong.STUCK_NEEDLE: (Step.STIM_OFF, Step.WAITED, Step.NEEDLE_BESIDE, Step.NEEDLE_WITHDRAWN),
        Wrong.BENT_NEEDLE: (Step.KEPT_STILL, Step.WAITED, Step.NEEDLE_WITHDRAWN),
        Wrong.BROKEN_NEEDLE: (Step.KEPT_STILL, Step.SKIN_MARKED, Step.FRAGMENT_KEPT, Step.EMERGENCY_CALLED),
        Wrong.CHEST: (Step.NEEDLES_OUT, Step.BREATHING_ASKED, Step.PULSE_AND_BREATHING, Step.EMERGENCY_CALLED),
        Wrong.NEEDLESTICK: (Step.NEEDLES_OUT, Step.WASHED, Step.REPORTED),
    }
)
CITES: tuple[Cite, ...] = (Cite("filiform_facts", Sure.RECALLED),)


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem(Event):
    kind: ClassVar[str] = "problem"
    says: ClassVar[str] = "Something is wrong. It stays open until problem_over says how it ended."

    what: Annotated[Wrong, one_of(Wrong), "what is wrong"]
    needle: Annotated[str | None, ref("in"), "the needle it is about, if it is about one"] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StepDone(Event):
    kind: ClassVar[str] = "step"
    says: ClassVar[str] = "One step was taken about a problem."

    problem: Annotated[str, ref("problem"), "the problem: the id of its `problem` event"]
    step: Annotated[Step, one_of(Step), "what was done"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemOver(Event):
    kind: ClassVar[str] = "problem_over"
    says: ClassVar[str] = "A problem ended, for this session."

    problem: Annotated[str, ref("problem"), "the problem: the id of its `problem` event"]
    outcome: Annotated[Outcome, one_of(Outcome), "how it ended"]
    account: Annotated[str | None, text(2000), "what happened, in words"] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChestCheck(Event):
    kind: ClassVar[str] = "chest_check"
    says: ClassVar[str] = "Before leaving, the patient was asked about breathing and chest pain."

    # Any kind, as a count: one of them may be taken back later as a mistap, and then nothing is asked anew.
    covers: Annotated[tuple[str, ...], refs(), "the needles that this device knew when it was asked"]
    breathless: Annotated[bool, FLAG, "the patient is short of breath or has a new cough"]
    chest_pain: Annotated[bool, FLAG, "the patient has pain in the chest, the neck base or the tip of the shoulder"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Searched(Event):
    kind: ClassVar[str] = "searched"
    says: ClassVar[str] = "One place was searched for a needle that the count missed."

    place: Annotated[SearchPlace, one_of(SearchPlace), "where was looked"]
    found: Annotated[int, whole(0, 200), "how many needles were found there"]
