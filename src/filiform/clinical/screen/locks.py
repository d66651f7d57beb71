"""Which muscles a patient's restrictions lock."""

from __future__ import annotations

from collections.abc import Iterable

from filiform.clinical.screen.book import Entered
from filiform.clinical.screen.result import Restrict, Restriction, Scope
from filiform.clinical.terms import Block, Level, Side

_LEVEL = {Restrict.AVOID: Level.STOP, Restrict.CONSULT: Level.CONSULT, Restrict.MODIFY: Level.WARN}


def restriction_blocks(restrictions: Iterable[Restriction], muscle: Entered, side: Side) -> tuple[Block, ...]:
    """Why `muscle` on `side` may not be needled, or only with care; empty means that no restriction concerns it.

    A region restriction locks exactly the muscles that are entered through that region on that side; a restriction or a
    needle on the midline counts for both sides. A muscle whose entry is not known is locked by any excluded region.
    """
    blocks = dict.fromkeys(
        Block(one.rule or "screen.restriction", one.because, _LEVEL[one.action])
        for one in restrictions
        if _same_side(one.side, side) and _concerns(one, muscle)
    )
    return tuple(blocks)


def technique_blocks(restrictions: Iterable[Restriction], technique: str) -> tuple[Block, ...]:
    """Why `technique` (`estim`, ...) may not be used, or only with care."""
    return tuple(
        dict.fromkeys(
            Block(one.rule or "screen.restriction", one.because, _LEVEL[one.action])
            for one in restrictions
            if one.scope is Scope.TECHNIQUE and one.target == technique
        )
    )


def _same_side(restricted: Side | None, side: Side) -> bool:
    return restricted in (None, Side.MIDLINE, side) or side is Side.MIDLINE


def _concerns(restriction: Restriction, muscle: Entered) -> bool:
    if restriction.scope is Scope.REGION:
        return restriction.target in muscle.enters or not muscle.enters
    return restriction.scope is Scope.MUSCLE and restriction.target == muscle.id
