"""What the locator knows: how often, how far, how sure. The numbers are in knowledge/locate; here are their shapes.

Hardly any of these numbers was measured in patients like the one in the room, and none was reviewed by a clinician.
Each carries its source and how sure it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from filiform.clinical.terms import Cite, MuscleId, RegionId, Side


@dataclass(frozen=True, slots=True)
class Level:
    """One stated chance (0 to 1) for everything of which nothing better is known, and why it is that."""

    id: str
    value: float
    why: str
    cites: tuple[Cite, ...]


@dataclass(frozen=True, slots=True)
class Measured:
    """How often pain from `muscle` was felt in each of `regions`, measured, as a chance from 0 to 1."""

    muscle: MuscleId
    regions: tuple[RegionId, ...]
    chance: float
    note: str
    cites: tuple[Cite, ...]


@dataclass(frozen=True, slots=True)
class Zone:
    """A region in which a muscle's pain is felt. `chance` (0 to 1) that an active point is felt there."""

    region: RegionId
    chance: float
    primary: bool


@dataclass(frozen=True, slots=True)
class Complaint:
    """A complaint with published prevalence. Pain in one of `regions` makes it this complaint, on that side.

    `chances`: a muscle, and the chance (0 to 1) that such a patient has an active point in it. `condition` is where the
    percentages are kept.
    """

    id: str
    words: str
    condition: str
    regions: frozenset[RegionId]
    chances: tuple[tuple[MuscleId, float], ...]
    cites: tuple[Cite, ...]


@dataclass(frozen=True, slots=True)
class Sign:
    """One finding of the hand. How often each of its values is found, in a muscle that is a source and in one that is
    not; assumed. The values run from none upwards (no, yes; or 0 to 3)."""

    if_source: tuple[float, ...]
    if_not: tuple[float, ...]
    why: str
    cites: tuple[Cite, ...]

    def ratio(self, value: int) -> float:
        """The likelihood ratio of one value: above 1 it speaks for the muscle, below 1 against it."""
        return self.if_source[value] / self.if_not[value]


@dataclass(frozen=True, slots=True)
class Signs:
    """The four findings."""

    familiar_pain: Sign
    tenderness: Sign
    taut_band: Sign
    twitch: Sign


@dataclass(frozen=True, slots=True)
class Mimic:
    """Something that is no muscle and can hurt in the same place. `question` is asked before any ranking is used.

    Pain in one of `regions`, or on that side in one of `sided`, or in `both` on the left and on the right, asks it.
    `screening` are the questions of the screening that ask the same in full.
    """

    id: str
    question: str
    regions: frozenset[RegionId]
    sided: frozenset[tuple[RegionId, Side]]
    both: frozenset[RegionId]
    screening: tuple[str, ...]
    cites: tuple[Cite, ...]


@dataclass(frozen=True, slots=True)
class Told:
    """How much is told. `sets` at most, each at least as probable as `least_set`; `next` muscles to press at most, each
    worth at least `least_bits`; a place is unexplained when the chance that no muscle reached it is `unexplained`."""

    sets: int
    least_set: float
    next: int
    least_bits: float
    unexplained: float
    cites: tuple[Cite, ...]


@dataclass(frozen=True, slots=True)
class Known:
    """All of it; `regions`, and `zones` of every muscle, head to foot.

    `levels`: base (an active point in a muscle of which nothing is published), leak (a place hurts from other causes),
    primary and spill (an active point is felt in such a zone).
    """

    levels: Mapping[str, Level]
    measured: tuple[Measured, ...]
    regions: tuple[RegionId, ...]
    zones: Mapping[MuscleId, tuple[Zone, ...]]
    complaints: tuple[Complaint, ...]
    signs: Signs
    mimics: tuple[Mimic, ...]
    told: Told

    @property
    def base(self) -> float:
        """The chance of an active point in a muscle of which nothing is published for the complaint."""
        return self.levels["base"].value

    @property
    def leak(self) -> float:
        """The chance that a place hurts from something that is not in the muscle table."""
        return self.levels["leak"].value
