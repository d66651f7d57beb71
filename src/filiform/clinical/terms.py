"""The words every floor shares: sides, regions, muscles, sources, and the reason a thing may not be done."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import NewType

RegionId = NewType("RegionId", str)
MuscleId = NewType("MuscleId", str)


class Side(StrEnum):
    """The patient's own side, never the viewer's."""

    LEFT = "left"
    RIGHT = "right"
    MIDLINE = "midline"


class Sure(StrEnum):
    """How sure a cite is. An unsure fact may ask or warn; it never clears."""

    FOUND = "found"  # the text was read; the locator says where
    RECALLED = "recalled"  # known, citation believed right, not re-read
    UNSURE = "unsure"  # verify before relying on it


@dataclass(frozen=True, slots=True, order=True)
class Cite:
    """Where a fact comes from: `source` is an id in knowledge/sources, `locator` the place in it ("" when recalled)."""

    source: str
    sure: Sure
    locator: str = ""


class Level(StrEnum):
    """How hard a block is."""

    STOP = "stop"  # the act is refused
    CONSULT = "consult"  # refused until somebody's answer is recorded
    WARN = "warn"  # allowed, shown


@dataclass(frozen=True, slots=True)
class Block:
    """One reason against an act. An empty tuple of blocks means go.

    `rule` is a dotted id (`consent.lapsed`), `because` one plain English sentence for the person who reads it.
    The same block refuses the write, explains the disabled button and is kept in the audit.
    """

    rule: str
    because: str
    level: Level = Level.STOP
    cites: tuple[Cite, ...] = ()


@dataclass(frozen=True, slots=True, order=True)
class BodySite:
    """A region of the body on one side of it."""

    region: RegionId
    side: Side


@dataclass(frozen=True, slots=True, order=True)
class MuscleSide:
    """One muscle on one side."""

    muscle: MuscleId
    side: Side


def stops(blocks: tuple[Block, ...]) -> tuple[Block, ...]:
    """Those of `blocks` that refuse the act (stop and consult); warnings are left out."""
    return tuple(block for block in blocks if block.level is not Level.WARN)
