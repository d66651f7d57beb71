"""Before a pack is opened, before a needle goes in, before the session closes, and how long needles have been in."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, timedelta

from filiform.clinical.follow.timing import HOURS_OF_CARE
from filiform.clinical.needle.problems import Outcome, Wrong
from filiform.clinical.needle.state import State
from filiform.clinical.needle.tally import Needle, Pack
from filiform.clinical.terms import Block, Cite, Level, MuscleId, Side, Sure

LAST_CHECK = timedelta(hours=HOURS_OF_CARE[-1])  # after it nobody asks about a needle that is still in
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


def before_leaving_in(due_out: datetime, agreed: bool, at: datetime) -> tuple[Block, ...]:
    """May a needle stay in on purpose from `at`, by a clock that is right, until `due_out`?

    Only when the patient agreed, and while somebody still asks about it: no later than the last follow-up.
    """
    found = []
    if not agreed:
        because = "The patient was not told of the needle that stays in, or did not agree: tell them, or take it out."
        found.append(Block("needle.left_in_untold", because))
    if due_out <= at:
        found.append(Block("needle.left_in_past", "The needle would be due out already: give a time that is to come."))
    if due_out > at + LAST_CHECK:
        because = (
            f"The needle would be due out after the last follow-up, in {HOURS_OF_CARE[-1]} hours: give a time before."
        )
        found.append(Block("needle.left_in_unwatched", because))
    return tuple(found)


def before_closing(
    state: State, over_lung: Collection[MuscleId], opened_on: date | None = None, at: datetime | None = None
) -> tuple[Block, ...]:
    """Every reason against closing: those of the count (`state.blocks`), then those of the patient on the table.

    `over_lung`: ids of muscles with the pleura hazard. `opened_on`: the local day on which the session was opened, and
    `at`: the moment of closing, both by a clock that is right. What stands here and not in the fold needs one of them.
    """
    return (
        *state.blocks,
        *_not_searched(state),
        *_past_by_our_clock(state, opened_on),
        *_problems_open(state),
        *_chest_not_asked(state, over_lung),
        *_unwatched(state),
        *_due_by_our_clock(state, at),
    )


def _not_searched(state: State) -> tuple[Block, ...]:
    """Every place is searched before the patient leaves, unless an emergency took them away: then it is only named."""
    if not state.unsearched or any(Outcome.EMERGENCY in one.outcomes for one in state.problems):
        return ()
    because = f"A needle is missing and was not looked for here: {', '.join(state.unsearched)}. Look, then count again."
    return (Block("needle.not_searched", because),)


def _past_by_our_clock(state: State, opened_on: date | None) -> tuple[Block, ...]:
    """Packs past their date on the day of the session, which a device with a wrong clock took for good ones."""
    told = {name for one in state.incidents if one.rule == "incident.expired_pack" for name in one.events}
    return tuple(
        Block(
            "pack.expired",
            f"Pack {pack.id} (lot {pack.lot}) was past its date, {pack.expiry}, on the day of the session: the clock "
            "of the device is wrong. Correct the date if it is wrong, or record an incident about the pack.",
        )
        for pack in state.packs
        if opened_on is not None and not pack.expired and pack.expiry < opened_on and pack.id not in told
    )


def _problems_open(state: State) -> tuple[Block, ...]:
    return tuple(
        Block(
            "problem.open", f"Problem, {one.what.value.replace('_', ' ')}: say how it ended before the patient leaves."
        )
        for one in state.problems
        if not one.outcomes
    )


def _chest_not_asked(state: State, over_lung: Collection[MuscleId]) -> tuple[Block, ...]:
    asked = frozenset(state.chest_asked)
    if any(one.muscle in over_lung and one.id not in asked for one in state.needles):
        because = "A muscle over the lung was needled: ask about breathing and chest pain, and record the answer."
        return (Block("chest.not_asked", because),)
    if state.chest_symptoms and not any(one.what is Wrong.CHEST for one in state.problems):
        because = "The patient is short of breath or has pain in the chest: open Problem, chest, and follow its steps."
        return (Block("chest.symptoms", because),)
    return ()


def _unwatched(state: State) -> tuple[Block, ...]:
    """A needle left in on purpose must be due out while somebody still asks about it: by the last follow-up."""
    found = []
    for one in state.left_in:
        last = (state.last_out or one.since) + LAST_CHECK
        if one.due_out is not None and one.due_out > last:
            because = f"Needle {one.id} is due out after the last follow-up: correct the date, or take it out."
            found.append(Block("needle.left_in_unwatched", because))
    return tuple(found)


def _due_by_our_clock(state: State, at: datetime | None) -> tuple[Block, ...]:
    """A tablet with a wrong clock gives a wrong time to take the needle out; so does one who closes too late."""
    found = []
    for one in state.left_in:
        if at is not None and one.due_out is not None and not at < one.due_out <= at + LAST_CHECK:
            due = one.due_out.astimezone(at.tzinfo)
            because = (
                f"Needle {one.id} is due out at {due:%Y-%m-%d %H:%M}, and it is {at:%Y-%m-%d %H:%M} ({at:%Z}): take "
                "back on the form board that it was left in, then take it out or leave it in anew."
            )
            found.append(Block("needle.left_in_due", because))
    return tuple(found)


def dwell(needle: Needle, now: datetime) -> int:
    """Whole seconds that `needle` has been in at `now`, or was in until it came out; never negative, whatever the
    clocks say."""
    return max(int(((needle.out_at or now) - needle.since).total_seconds()), 0)


def longest_dwell(state: State, now: datetime) -> int:
    """The most seconds that a needle still in has been in; 0 when none is. Left in on purpose does not count."""
    return max((dwell(needle, now) for needle in state.open_needles), default=0)
