"""Before a pack is opened, before a needle goes in, and how long needles have been in."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

from filiform.clinical.needle.state import State
from filiform.clinical.needle.tally import Needle, Pack
from filiform.clinical.terms import Block, Cite, Level, MuscleId, Side, Sure

# facts.md section 2 row 33: marked unsure there, so it may warn and never refuse.
_ONE_SIDE = Cite("filiform_facts", Sure.UNSURE, "section 2, row 33")


def before_opening(lot: str, expiry: date, on: date) -> tuple[Block, ...]:
    """May a pack of `lot` be opened on the local day `on`? Its last day is `expiry` itself (M15)."""
    if on > expiry:
        return (Block("pack.expired", f"Lot {lot} was good until {expiry}: put the pack away and take another one."),)
    return ()


def before_insertion(
    state: State,
    muscle: MuscleId,
    side: Side,
    restriction_blocks: tuple[Block, ...],
    pack: str,
    *,
    over_lung: Collection[MuscleId] = (),
) -> tuple[Block, ...]:
    """Reasons against putting a needle of pack `pack` (its event id) into `muscle` on `side`, now.

    `restriction_blocks`: what the screening said about this muscle and side. `over_lung`: ids of muscles with the
    pleura hazard. A block of level warn is shown and does not refuse.
    """
    found = list(restriction_blocks)
    if state.recount_due:
        found.append(Block("all_out.recount", "Everything was pulled out at once: count again before another needle."))
    found.extend(_of_pack(state, pack))
    if muscle in over_lung and _other_side_needled(state, side, over_lung):
        because = (
            "The other side was already needled over the lung today: one side per session unless you decide otherwise."
        )
        found.append(Block("needle.both_sides_over_lung", because, Level.WARN, (_ONE_SIDE,)))
    return tuple(found)


def _of_pack(state: State, name: str) -> tuple[Block, ...]:
    pack = next((one for one in state.packs if one.id == name), None)
    if pack is None:
        return (Block("pack.not_opened", "Open a pack first: no needle goes in that was not counted."),)
    return (*_expired(pack), *_empty(pack))


def _expired(pack: Pack) -> tuple[Block, ...]:
    if not pack.expired:
        return ()
    return (Block("pack.expired", f"Lot {pack.lot} was good until {pack.expiry}: open another pack."),)


def _empty(pack: Pack) -> tuple[Block, ...]:
    if pack.left > 0:
        return ()
    return (Block("pack.empty", f"No unused needle is left of lot {pack.lot}: open another pack."),)


def _other_side_needled(state: State, side: Side, over_lung: Collection[MuscleId]) -> bool:
    opposite = {Side.LEFT: Side.RIGHT, Side.RIGHT: Side.LEFT}.get(side)
    return any(one.side is opposite and one.muscle in over_lung for one in state.muscles)


def dwell(needle: Needle, now: datetime) -> int:
    """Whole seconds that `needle` has been in at `now`, or was in until it came out; never negative, whatever the
    clocks say."""
    return max(int(((needle.out_at or now) - needle.since).total_seconds()), 0)


def longest_dwell(state: State, now: datetime) -> int:
    """The most seconds that a needle still in has been in; 0 when none is. Left in on purpose does not count."""
    return max((dwell(needle, now) for needle in state.open_needles), default=0)
