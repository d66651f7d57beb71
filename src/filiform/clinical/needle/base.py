"""What every event has, and the fixed words that events choose from. The kinds: `events.py`, `problems.py`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Annotated, ClassVar

from filiform.clinical.needle.fields import IDENTIFIER, MOMENT, text


class Technique(StrEnum):
    SUPERFICIAL = "superficial"
    DEEP = "deep"
    PISTONING = "pistoning"
    RETAINED = "retained"
    ESTIM = "estim"


class Feeling(StrEnum):
    """What the patient says it feels like. Only cramp and ache are expected (facts.md section 5, stop signs)."""

    CRAMP = "cramp"
    ACHE = "ache"
    SHARP = "sharp"
    ELECTRIC = "electric"
    BURNING = "burning"
    SPREADING = "spreading"
    NUMB = "numb"
    COUGH = "cough"
    BREATHLESS = "breathless"
    FAINT = "faint"


EXPECTED_FEELINGS = frozenset({Feeling.CRAMP, Feeling.ACHE})


class Bleeding(StrEnum):
    NONE = "none"
    SPOT = "spot"
    PRESSED = "pressed"
    NOT_STOPPED = "not_stopped"


class Position(StrEnum):
    PRONE = "prone"
    SUPINE = "supine"
    SIDE_LYING = "side_lying"
    SITTING = "sitting"


class Mishap(StrEnum):
    BROKEN_NEEDLE = "broken_needle"
    NEEDLESTICK = "needlestick"
    EXPIRED_PACK = "expired_pack"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """What every event has."""

    kind: ClassVar[str] = ""
    says: ClassVar[str] = ""

    id: Annotated[str, IDENTIFIER, "made on the device before it is sent; a repeat with the same id changes nothing"]
    at: Annotated[datetime, MOMENT, "when, by the device's clock; never decides the order of events"]
    device: Annotated[str, text(80), "which device"]
    by: Annotated[str, text(80), "which person"]
