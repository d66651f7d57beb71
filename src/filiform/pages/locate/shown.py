"""What the page shows of a muscle: rank, match, hazard and tier in words, what the hand found, whether it is chosen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from filiform.clinical.anatomy import Muscle, Tier
from filiform.clinical.locate import Candidate, Pain, Palpated
from filiform.clinical.terms import Block, MuscleSide, Side
from filiform.knowledge import book
from filiform.record.reads.locate import Located
from filiform.web import bodylist
from filiform.web.parts import Chip, Kind

FIRST = 8  # candidates shown before "show all"
FIRST_LOCKED = 3


@dataclass(frozen=True, slots=True)
class Area:
    """A painful area as it is read back. `strength` is 0 to 4, for the swatch."""

    value: str
    side: Side
    words: str
    intensity: int
    strength: int


@dataclass(frozen=True, slots=True)
class Card:
    """One muscle on one side."""

    value: str
    rank: int
    muscle: Muscle
    side: Side
    percent: int | None
    because: tuple[str, ...]
    tier: Chip
    locks: tuple[Block, ...]
    locked: bool
    pressed: Palpated | None
    chosen: bool


@dataclass(frozen=True, slots=True)
class Today:
    """A muscle chosen for today. `locks` stand against it now."""

    value: str
    muscle: Muscle
    side: Side
    locks: tuple[Block, ...]


def areas(found: Sequence[Pain]) -> tuple[Area, ...]:
    """The drawing, head to foot, in words."""
    return tuple(
        Area(
            bodylist.value(one.site),
            one.site.side,
            bodylist.sentence(one.site),
            one.intensity,
            (one.intensity + 2) // 3,
        )
        for one in found
    )


def cards(found: Located, everything: bool) -> tuple[tuple[Card, ...], int]:
    """The candidates to show, and how many more there are. What was pressed or chosen is always shown."""
    chosen = {one.one for one in found.chosen}
    every = [_card(n, one, found, chosen) for n, one in enumerate(found.candidates, 1)]
    if everything:
        return tuple(every), 0
    free = [one for one in every if not one.locked]
    locked = [one for one in every if one.locked]
    kept = [*_first(free, FIRST), *_first(locked, FIRST_LOCKED)]
    return tuple(kept), len(every) - len(kept)


def one_card(found: Located, one: MuscleSide, locks: tuple[Block, ...]) -> Card:
    """The card of a muscle that somebody asked for by name: as ranked, or without a match."""
    chosen = {chosen.one for chosen in found.chosen}
    for number, candidate in enumerate(found.candidates, 1):
        if (candidate.muscle, candidate.side) == (one.muscle, one.side):
            return _card(number, candidate, found, chosen)
    muscle = book().muscles[one.muscle]
    because = (_("Does not match the pain that was drawn."),)
    none = Candidate(one.muscle, one.side, 0.0, (), because, muscle.hazard, muscle.tier, locks)
    return _card(0, none, found, chosen)


def today(found: Located) -> tuple[Today, ...]:
    """The muscles chosen for today, in order."""
    muscles = book().muscles
    return tuple(Today(value(one.one), muscles[one.one.muscle], one.one.side, one.locked) for one in found.chosen)


def value(one: MuscleSide) -> str:
    """How a form sends a muscle."""
    return f"{one.muscle}.{one.side.value}"


def tier_chip(tier: Tier) -> Chip:
    """How much training and care a muscle asks for, in words."""
    return {
        Tier.A: Chip(Kind.PLAIN, _("Tier A: low risk")),
        Tier.B: Chip(Kind.WARN, _("Tier B: nerve or vessel near"), "warning"),
        Tier.C: Chip(Kind.STOP, _("Tier C: extra training"), "warning"),
        Tier.D: Chip(Kind.STOP, _("Tier D: specialist only"), "warning"),
    }[tier]


def _first(every: Sequence[Card], most: int) -> list[Card]:
    return [one for n, one in enumerate(every) if n < most or one.pressed or one.chosen]


def _card(rank: int, one: Candidate, found: Located, chosen: set[MuscleSide]) -> Card:
    muscle_side = MuscleSide(one.muscle, one.side)
    return Card(
        value=value(muscle_side),
        rank=rank,
        muscle=book().muscles[one.muscle],
        side=one.side,
        percent=round(one.probability * 100) if rank else None,
        because=one.because,
        tier=tier_chip(one.tier),
        locks=one.restricted,
        locked=one.locked,
        pressed=found.pressed.get(muscle_side),
        chosen=muscle_side in chosen,
    )
