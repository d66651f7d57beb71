"""What a pain drawing says of each place, and what changed between two drawings of one patient.

A drawing says where, and how bad it is there. It is no outcome: see `Marking.comparing` and its source.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from filiform.clinical.terms import BodySite, Cite

WORST = 10  # the end of the scale


@dataclass(frozen=True, slots=True)
class Step:
    """One tap's worth of pain. `least`: the number (0 to 10) from which it is called so; `sets`: what a tap stores."""

    id: str
    words: str
    least: int
    sets: int


@dataclass(frozen=True, slots=True)
class Word:
    """What pain is like, or since when it is there, by id and in the patient's words."""

    id: str
    words: str


@dataclass(frozen=True, slots=True)
class Marking:
    """How a place is marked: the steps from weak to strong, what the pain may be like, since when it may be there."""

    steps: tuple[Step, ...]
    qualities: Mapping[str, Word]
    since: Mapping[str, Word]
    cites: tuple[Cite, ...]
    comparing: str
    comparing_cites: tuple[Cite, ...]

    def step(self, intensity: int) -> Step | None:
        """What a number from 0 to 10 is called; None for 0, which is no pain."""
        return next((step for step in reversed(self.steps) if intensity >= step.least), None)

    def tapped(self, intensity: int | None) -> int | None:
        """The number after one tap more; None: the place is no longer marked. `intensity` None: it was not."""
        if intensity is None:
            return self.steps[0].sets
        now = self.step(intensity)
        following = self.steps.index(now) + 1 if now else 0
        return self.steps[following].sets if following < len(self.steps) else None


@dataclass(frozen=True, slots=True, order=True)
class Area:
    """One marked place: pain 0 to 10, what it is like (ids; empty: not known), since when (id; None: not known)."""

    site: BodySite
    intensity: int
    qualities: tuple[str, ...] = ()
    since: str | None = None


class Change(StrEnum):
    """What became of a place between two drawings."""

    NEW = "new"
    STRONGER = "stronger"
    WEAKER = "weaker"
    GONE = "gone"
    SAME = "same"


@dataclass(frozen=True, slots=True)
class Changed:
    """A place that either drawing marks. `before`, `after`: pain 0 to 10, None where it is not marked."""

    site: BodySite
    change: Change
    before: int | None
    after: int | None


def compare(before: Iterable[Area], after: Iterable[Area]) -> tuple[Changed, ...]:
    """Every place that one of two drawings marks, by place. A place drawn as 0 is marked: it was not forgotten."""
    first = {area.site: area.intensity for area in before}
    second = {area.site: area.intensity for area in after}
    sites = sorted(first.keys() | second.keys())
    return tuple(Changed(s, _change(first.get(s), second.get(s)), first.get(s), second.get(s)) for s in sites)


def _change(before: int | None, after: int | None) -> Change:
    if before is None:
        return Change.NEW
    if after is None:
        return Change.GONE
    if after == before:
        return Change.SAME
    return Change.STRONGER if after > before else Change.WEAKER
