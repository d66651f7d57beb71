"""`fold`: the events of a session in any order, any number of times, to the one state they mean."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from filiform.clinical.needle.closing import blocks
from filiform.clinical.needle.counting import Counted, counts, recount_due, unsearched
from filiform.clinical.needle.events import EstimOff, EstimOn, Event, HandOver
from filiform.clinical.needle.ledger import Ledger, settle
from filiform.clinical.needle.mending import Mended, mended
from filiform.clinical.needle.noticing import Noticed, noticed
from filiform.clinical.needle.problems import ChestCheck, SearchPlace
from filiform.clinical.needle.tally import Needle, Pack, Tally, Where, tally
from filiform.clinical.terms import Block, MuscleId, Side


@dataclass(frozen=True, slots=True)
class MuscleNeedled:
    """One muscle on one side: needles that went in, and twitches."""

    muscle: MuscleId
    side: Side
    needles: int
    twitches: int


@dataclass(frozen=True, slots=True)
class State:
    """Where every needle of a session is, and what stands against closing it.

    `inserted` is the contract's "in"; `open_needles` are still in the patient; `left_in` stay there on purpose.
    `events` are the ids a count must cover when it is made now. `estim` are the `estim_on` events that still run.
    `handed_to`: who took over last, nobody when the session was not handed over, several when two hand-overs do not
    know each other. `chest_asked`: the needles of which a chest check knew; `chest_symptoms`: one of them said yes.
    """

    opened: int
    unused: int
    inserted: int
    out: int
    indwelling: int
    tray: int
    needles: tuple[Needle, ...]
    open_needles: tuple[Needle, ...]
    left_in: tuple[Needle, ...]
    packs: tuple[Pack, ...]
    muscles: tuple[MuscleNeedled, ...]
    blocks: tuple[Block, ...]
    incidents: tuple[Noticed, ...]
    counts: tuple[Counted, ...]
    estim: tuple[str, ...]
    events: tuple[str, ...]
    recount_due: bool
    last_out: datetime | None
    handed_to: tuple[str, ...]
    problems: tuple[Mended, ...]
    chest_asked: tuple[str, ...]
    chest_symptoms: bool
    unsearched: tuple[SearchPlace, ...]  # owed for a needle that is reported missing

    @property
    def can_close(self) -> bool:
        return not self.blocks

    @property
    def unusual_sensation(self) -> bool:
        """An unusually sharp or strange pain was felt: the follow-up starts from it (M18)."""
        return any(one.rule in _UNUSUAL for one in self.incidents)

    def as_json(self) -> dict[str, object]:
        """The shape of `contracts.md`: what `./filiform session` prints."""
        return {
            "opened": self.opened,
            "unused": self.unused,
            "in": self.inserted,
            "out": self.out,
            "indwelling": self.indwelling,
            "tray": self.tray,
            "open_needles": [_open_as_json(one) for one in self.open_needles],
            "muscles": [_muscle_as_json(one) for one in self.muscles],
            "can_close": self.can_close,
            "blocks": [{"rule": one.rule, "because": one.because} for one in self.blocks],
            "incidents": [
                {"rule": one.rule, "because": one.because, "events": list(one.events)} for one in self.incidents
            ],
        }


_UNUSUAL = frozenset({"sensation.unusual", "problem.sharp_pain", "problem.chest", "chest.symptoms"})


def _open_as_json(needle: Needle) -> dict[str, object]:
    return {
        "id": needle.id,
        "muscle": needle.muscle,
        "side": needle.side.value,
        "since": needle.since.isoformat(),
        "twitches": needle.twitches,
    }


def _muscle_as_json(one: MuscleNeedled) -> dict[str, object]:
    return {"muscle": one.muscle, "side": one.side.value, "needles": one.needles, "twitches": one.twitches}


def fold(events: Iterable[Event]) -> State:
    """The state that `events` mean. Pure; the same for every order and repetition of the same events."""
    ledger = settle(events)
    now = tally(ledger.standing)
    judged = counts(ledger, now)
    open_needles, left_in = now.at(Where.IN), now.at(Where.LEFT_IN)
    return State(
        opened=now.opened,
        unused=now.unused,
        inserted=len(now.needles),
        out=len(now.at(Where.OUT)),
        indwelling=len(left_in),
        tray=now.tray,
        needles=now.needles,
        open_needles=open_needles,
        left_in=left_in,
        packs=now.packs,
        muscles=_muscles(now),
        blocks=blocks(ledger, now, judged),
        incidents=noticed(ledger, now, judged),
        counts=judged,
        estim=_running(ledger, {one.id for one in open_needles}),
        events=tuple(ledger.everything),
        recount_due=recount_due(ledger, judged),
        last_out=max((one.out_at for one in now.needles if one.out_at is not None), default=None),
        handed_to=_handed_to(ledger),
        problems=mended(ledger),
        chest_asked=tuple(sorted({name for one in _chest_checks(ledger) for name in one.covers})),
        chest_symptoms=any(one.breathless or one.chest_pain for one in _chest_checks(ledger)),
        unsearched=unsearched(ledger.standing),
    )


def _handed_to(ledger: Ledger) -> tuple[str, ...]:
    handed = [event for event in ledger.standing.values() if isinstance(event, HandOver)]
    followed = {event.after for event in handed}
    return tuple(sorted({event.to for event in handed if event.id not in followed}))


def _chest_checks(ledger: Ledger) -> list[ChestCheck]:
    return [event for event in ledger.standing.values() if isinstance(event, ChestCheck)]


def _muscles(now: Tally) -> tuple[MuscleNeedled, ...]:
    together: dict[tuple[MuscleId, Side], list[Needle]] = {}
    for needle in now.needles:
        together.setdefault((needle.muscle, needle.side), []).append(needle)
    return tuple(
        MuscleNeedled(muscle, side, len(these), sum(one.twitches for one in these))
        for (muscle, side), these in sorted(together.items())
    )


def _running(ledger: Ledger, open_ids: set[str]) -> tuple[str, ...]:
    """Stimulation that nobody switched off and that still has a needle to run through."""
    ended = {event.estim for event in ledger.standing.values() if isinstance(event, EstimOff)}
    return tuple(
        name
        for name, event in ledger.standing.items()
        if isinstance(event, EstimOn) and name not in ended and open_ids.intersection(event.needles)
    )
