"""The events of a session. Each says what a person did or saw, and names the events it is about.

An event is made on a device, with an id made there, and never changes. Which needle, which pack, which event is taken
back: always by id, never by time, because two tablets' clocks do not agree and a tablet may send hours late.
"""

from __future__ import annotations

from dataclasses import MISSING, dataclass, fields
from datetime import date, datetime
from typing import Annotated, Any, ClassVar, get_type_hints

from filiform.clinical.needle.base import (
    EXPECTED_FEELINGS,
    Bleeding,
    Event,
    Feeling,
    Mishap,
    Position,
    Technique,
)
from filiform.clinical.needle.fields import (
    ANY_EVENT,
    CHANGES,
    DAY,
    FLAG,
    MOMENT,
    Shape,
    number,
    one_of,
    ref,
    refs,
    text,
    whole,
)
from filiform.clinical.needle.problems import ChestCheck, Problem, ProblemOver, Searched, StepDone
from filiform.clinical.terms import MuscleId, RegionId, Side

__all__ = [
    "BY_KIND",
    "EVENTS",
    "EXPECTED_FEELINGS",
    "FIELDS",
    "Bleeding",
    "Event",
    "Feeling",
    "Field",
    "Mishap",
    "Position",
    "Technique",
    "references",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenPack(Event):
    kind: ClassVar[str] = "open_pack"
    says: ClassVar[str] = "A pack of sterile needles was opened."

    needles: Annotated[int, whole(1, 200), "how many needles are in the pack"]
    gauge_mm: Annotated[float, number(0.05, 1.0, "mm"), "diameter of the needles"]
    length_mm: Annotated[float, number(5, 150, "mm"), "length of the needles"]
    lot: Annotated[str, text(60), "lot number on the pack"]
    expiry: Annotated[date, DAY, "last day on which the pack may be opened"]


@dataclass(frozen=True, slots=True, kw_only=True)
class NeedleIn(Event):
    kind: ClassVar[str] = "in"
    says: ClassVar[str] = "A needle went in. The id of this event is the needle's id from now on."

    muscle: Annotated[MuscleId, text(60), "muscle id of muscles.csv"]
    side: Annotated[Side, one_of(Side), "the patient's own side"]
    pack: Annotated[str, ref("open_pack"), "the pack the needle came from"]
    depth_mm: Annotated[float | None, number(1, 150, "mm"), "how deep"] = None
    technique: Annotated[Technique | None, one_of(Technique), "how the needle is used"] = None
    region: Annotated[RegionId | None, text(60), "region id of regions.csv where it went in"] = None
    point: Annotated[str | None, text(120), "where exactly: a point of the figure, or words"] = None
    direction: Annotated[str | None, text(120), "angle and direction"] = None
    planned_minutes: Annotated[float | None, number(0.1, 120, "minutes"), "how long it is to stay in"] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TechniqueChanged(Event):
    kind: ClassVar[str] = "technique"
    says: ClassVar[str] = (
        "A needle that is in is used in another way from now on. A wrong record is put right by correct."
    )

    needle: Annotated[str, ref("in"), "the needle: the id of its `in` event"]
    technique: Annotated[Technique, one_of(Technique), "how it is used now"]
    depth_mm: Annotated[float | None, number(1, 150, "mm"), "how deep it is now"] = None
    planned_minutes: Annotated[float | None, number(0.1, 120, "minutes"), "how long it is to stay in"] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NeedleOut(Event):
    kind: ClassVar[str] = "out"
    says: ClassVar[str] = "A needle came out whole and went to the sharps box."

    needle: Annotated[str, ref("in"), "the needle: the id of its `in` event"]
    bleeding: Annotated[Bleeding | None, one_of(Bleeding), "bleeding at the point"] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AllOut(Event):
    kind: ClassVar[str] = "all_out"
    says: ClassVar[str] = "Emergency: everything was pulled at once, as claimed. Only a new count can confirm it."

    needles: Annotated[tuple[str, ...], refs("in"), "the needles that this device knew to be in"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftIn(Event):
    kind: ClassVar[str] = "left_in"
    says: ClassVar[str] = "A needle was left in on purpose. The patient must know, agree, and have it out in time."

    needle: Annotated[str, ref("in"), "the needle: the id of its `in` event"]
    reason: Annotated[str, text(500), "why it stays in"]
    patient_agreed: Annotated[bool, FLAG, "the patient was told, has the instructions, and agreed"]
    due_out: Annotated[datetime, MOMENT, "when it must be out"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Twitch(Event):
    kind: ClassVar[str] = "twitch"
    says: ClassVar[str] = "The muscle twitched once."

    needle: Annotated[str, ref("in"), "the needle: the id of its `in` event"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sensation(Event):
    kind: ClassVar[str] = "sensation"
    says: ClassVar[str] = "What the patient feels. Cramp and ache are expected; everything else is a warning."

    needle: Annotated[str, ref("in"), "the needle: the id of its `in` event"]
    feeling: Annotated[Feeling, one_of(Feeling), "what it feels like"]
    strength: Annotated[int | None, whole(0, 10), "how strong, 0 to 10"] = None
    familiar: Annotated[bool | None, FLAG, "it is the pain the patient came with"] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Dropped(Event):
    kind: ClassVar[str] = "dropped"
    says: ClassVar[str] = (
        "Needles of a pack were dropped, bent or touched before use; they go to the sharps box unused."
    )

    pack: Annotated[str, ref("open_pack"), "the pack they came from"]
    needles: Annotated[int, whole(1, 200), "how many"]


@dataclass(frozen=True, slots=True, kw_only=True)
class EstimOn(Event):
    kind: ClassVar[str] = "estim_on"
    says: ClassVar[str] = "Electrical stimulation was started through needles."

    needles: Annotated[tuple[str, ...], refs("in"), "the needles of the channel"]
    hz: Annotated[float, number(0.1, 200, "Hz"), "frequency"]
    minutes: Annotated[float | None, number(0.1, 120, "minutes"), "how long it is to run"] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EstimOff(Event):
    kind: ClassVar[str] = "estim_off"
    says: ClassVar[str] = "Electrical stimulation was switched off."

    estim: Annotated[str, ref("estim_on"), "the `estim_on` event that ends"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn(Event):
    kind: ClassVar[str] = "turn"
    says: ClassVar[str] = "The patient turned over, and somebody said how many needles were in."

    to: Annotated[Position, one_of(Position), "the new position"]
    needles_in: Annotated[int, whole(0, 200), "needles in, as the person answered"]
    known: Annotated[tuple[str, ...], refs("in"), "the needles that this device knew to be in"]


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOver(Event):
    kind: ClassVar[str] = "hand_over"
    says: ClassVar[str] = "A colleague took the session over, and the two counted the needles in together."

    to: Annotated[str, text(80), "which person took over"]
    needles_in: Annotated[int, whole(0, 200), "needles in, as the two counted them"]
    known: Annotated[tuple[str, ...], refs("in"), "the needles that this device knew to be in"]
    after: Annotated[str | None, ref("hand_over"), "the hand-over before this one, if there was one"] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Count(Event):
    kind: ClassVar[str] = "count"
    says: ClassVar[str] = "Somebody counted the needles on the tray and in the sharps box, used and unused."

    tray: Annotated[int, whole(0, 1000), "needles found, as the person typed it"]
    covers: Annotated[tuple[str, ...], refs(), "every event that this device knew when they were counted"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing(Event):
    kind: ClassVar[str] = "missing"
    says: ClassVar[str] = "Incident: needles were searched for and not found. Taken back with `undo` when they turn up."

    needles: Annotated[int, whole(1, 200), "how many were not found"]
    account: Annotated[str, text(2000), "where was searched, who was told, what is done now"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Extra(Event):
    kind: ClassVar[str] = "extra"
    says: ClassVar[str] = "Incident: needles were found that this session did not open."

    needles: Annotated[int, whole(1, 200), "how many were found"]
    account: Annotated[str, text(2000), "where they were found and what is known of them"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident(Event):
    kind: ClassVar[str] = "incident"
    says: ClassVar[str] = "Something went wrong that the count does not show."

    what: Annotated[Mishap, one_of(Mishap), "what went wrong"]
    account: Annotated[str, text(2000), "what happened and what is done now"]
    about: Annotated[str | None, ANY_EVENT, "the event it is about"] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Undo(Event):
    kind: ClassVar[str] = "undo"
    says: ClassVar[str] = "An event is taken back: it was recorded, but it did not happen."

    event: Annotated[str, ANY_EVENT, "the event taken back; another undo may be taken back too"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Correct(Event):
    kind: ClassVar[str] = "correct"
    says: ClassVar[str] = (
        "An event happened, but was recorded wrongly. A correction of a correction names the first one."
    )

    event: Annotated[str, ANY_EVENT, "the event, or the earlier correction, that is put right"]
    fields: Annotated[tuple[tuple[str, str], ...], CHANGES, "the new values by field name"]
    reason: Annotated[str, text(500), "why"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Note(Event):
    kind: ClassVar[str] = "note"
    says: ClassVar[str] = "Words that belong to the session."

    text: Annotated[str, text(2000), "the words"]


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a kind: its name, type, meaning, and whether it must be there."""

    name: str
    shape: Shape
    says: str
    required: bool


EVENTS: tuple[type[Event], ...] = (
    OpenPack,
    NeedleIn,
    NeedleOut,
    AllOut,
    LeftIn,
    TechniqueChanged,
    Twitch,
    Sensation,
    Dropped,
    EstimOn,
    EstimOff,
    Turn,
    HandOver,
    Count,
    Searched,
    Missing,
    Extra,
    Incident,
    Problem,
    StepDone,
    ProblemOver,
    ChestCheck,
    Undo,
    Correct,
    Note,
)


def _fields_of(cls: type[Event]) -> tuple[Field, ...]:
    hints = get_type_hints(cls, include_extras=True)
    found = []
    for one in fields(cls):
        shape, says = hints[one.name].__metadata__
        found.append(Field(one.name, shape, says, required=one.default is MISSING))
    return tuple(found)


BY_KIND: dict[str, type[Event]] = {cls.kind: cls for cls in EVENTS}
FIELDS: dict[str, tuple[Field, ...]] = {cls.kind: _fields_of(cls) for cls in EVENTS}
_REFERENCES: dict[str, tuple[tuple[str, Shape], ...]] = {
    kind: tuple((one.name, one.shape) for one in every if one.shape.refers) for kind, every in FIELDS.items()
}


def references(event: Event) -> tuple[tuple[str, Shape, str], ...]:
    """Every event that `event` names: (field, its shape, id)."""
    found: list[tuple[str, Shape, str]] = []
    for name, shape in _REFERENCES[event.kind]:
        value: Any = getattr(event, name)
        ids = value if shape.many else () if value is None else (value,)
        found.extend((name, shape, one) for one in ids)
    return tuple(found)
