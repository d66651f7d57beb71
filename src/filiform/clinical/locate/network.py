"""The network that is solved: muscles on their sides as causes, drawn places as effects, noisy-OR with a leak.

Every cause is a source of pain or not. A source sends its pain into each place it is linked to with the link's chance,
each link for itself. A place hurts when at least one link arrives, or from something else (`leak`). Places that were
not drawn couple nothing: each multiplies the odds of its causes by 1 - chance, so they are inside `odds` already and
only drawn places are left (see docs/adr/0006-locator.md).
"""

from __future__ import annotations

from dataclasses import dataclass

from filiform.clinical.terms import BodySite, MuscleSide


@dataclass(frozen=True, slots=True)
class Link:
    """`chance` (0 to 1) that a source sends its pain into the place with this number."""

    place: int
    chance: float


@dataclass(frozen=True, slots=True)
class Cause:
    """One muscle on one side. `odds` that it is a source, before the drawn places are looked at; finite, 0 or more."""

    one: MuscleSide
    odds: float
    links: tuple[Link, ...]

    @property
    def chance(self) -> float:
        """The chance that it is a source, before the drawn places are looked at."""
        return self.odds / (1 + self.odds)


@dataclass(frozen=True, slots=True)
class Network:
    """The drawn places, all of which hurt, and everything that may be behind them. `leak` is above 0 and below 1."""

    places: tuple[BodySite, ...]
    leak: float
    causes: tuple[Cause, ...]


@dataclass(frozen=True, slots=True)
class Posterior:
    """What follows from the drawing, exactly. Tuples run as the network's causes, their links, and its places.

    `chance`: the cause is a source. `reached`: it is one and this link arrived. `alone`: nothing of the table reached
    the place. `other`: something else was at work in the place, whether or not a muscle was too. `evidence`: natural
    logarithm of the chance of the drawing (of its drawn places, given the odds).
    """

    chance: tuple[float, ...]
    reached: tuple[tuple[float, ...], ...]
    alone: tuple[float, ...]
    other: tuple[float, ...]
    evidence: float
