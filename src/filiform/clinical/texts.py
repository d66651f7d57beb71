"""What the practice says to patients: pages to read, the consent text, the after-care sheet.

The words live in `knowledge/`; here are their shapes. Every line keeps its sources, and every text says whether a
clinician has reviewed it. `{emergency}` in a line stands for the practice's own emergency number; `say` puts it in.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from filiform.clinical.anatomy import Hazard, Muscle
from filiform.clinical.terms import Cite

EMERGENCY = "{emergency}"


def say(text: str, emergency: str) -> str:
    """`text` with the practice's emergency number put in; an empty number is refused, for it would print a gap."""
    if not emergency.strip():
        raise ValueError("The practice has no emergency number; set it before any text is shown to a patient.")
    return text.replace(EMERGENCY, emergency)


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph, or one point of a list; may hold `{emergency}`."""

    text: str
    cites: tuple[Cite, ...]
    point: bool = False


@dataclass(frozen=True, slots=True)
class EducationPage:
    """One patient page in plain words."""

    slug: str
    title: str
    reviewed: bool
    paragraphs: tuple[Paragraph, ...]


class ConsentKind(StrEnum):
    """What a consent statement is about, in the order in which the page shows them."""

    ABOUT = "about"
    RISK = "risk"
    PLEURAL = "pleural"  # only when a planned muscle lies over the lung
    ALTERNATIVE = "alternative"
    RIGHT = "right"


@dataclass(frozen=True, slots=True)
class Statement:
    """One sentence or two that the patient agrees to have understood."""

    id: str
    kind: ConsentKind
    text: str
    cites: tuple[Cite, ...]


@dataclass(frozen=True, slots=True)
class ConsentText:
    """A version of the consent text. A signature stores `version` and the hash of the statements that were shown."""

    version: str
    title: str
    reviewed: bool
    statements: tuple[Statement, ...]

    def shown(self, planned: Iterable[Muscle]) -> tuple[Statement, ...]:
        """The statements for these muscles: the pleural line only, and always, when one of them has the pleura tag."""
        over_lung = any(Hazard.PLEURA in muscle.hazards for muscle in planned)
        return tuple(line for line in self.statements if over_lung or line.kind is not ConsentKind.PLEURAL)

    def text_hash(self, shown: Iterable[Statement]) -> str:
        """SHA-256 (hex) of version, title and the statements shown: what the patient had before her when she signed."""
        lines = [self.version, self.title, *(f"{line.id}\t{line.text}" for line in shown)]
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Aftercare:
    """The after-care sheet: what is normal for 24 to 48 hours, what to do, when to call whom."""

    version: str
    title: str
    reviewed: bool
    normal: tuple[Paragraph, ...]
    do: tuple[Paragraph, ...]
    now: tuple[Paragraph, ...]  # the emergency number, at any hour, also days later
    same_day: tuple[Paragraph, ...]  # the practice, today
