"""What the page shows in words: areas, warning signs, what to press next, candidates, sets, how sure the ranking is."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from filiform.clinical import pain_drawing
from filiform.clinical.anatomy import Muscle, Tier
from filiform.clinical.locate import Candidate, MuscleSet
from filiform.clinical.terms import Block, BodySite, MuscleId, MuscleSide, Side
from filiform.knowledge import book
from filiform.pages.locate.asked import muscle_value
from filiform.pages.locate.planned import How, how
from filiform.record.reads.locate import ChosenMuscle, Flag, Located
from filiform.web import bodylist
from filiform.web.bodymap import strength
from filiform.web.parts import Chip, Kind

FIRST = 6  # candidates shown before "show all"
FIRST_LOCKED = 3
A_LOT, SOME = 0.4, 0.15  # bits: what pressing a muscle is expected to tell, in words


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
    """One muscle on one side. `rank` 0: not ranked."""

    one: MuscleSide
    value: str
    rank: int
    muscle: Muscle
    side: Side
    percent: str
    share: int  # the same, whole, for the bar
    because: tuple[str, ...]
    tier: Chip
    locks: tuple[Block, ...]
    locked: bool
    pressed: bool
    chosen: bool  # for today
    here: bool  # looked at now


@dataclass(frozen=True, slots=True)
class Today:
    """A muscle chosen for today. `locks` stand against it now; `how` it is to be needled."""

    value: str
    muscle: Muscle
    side: Side
    locks: tuple[Block, ...]
    how: How


@dataclass(frozen=True, slots=True)
class Next:
    """A muscle worth pressing: what that is expected to tell in words, and in bits."""

    value: str
    muscle: Muscle
    side: Side
    words: str
    bits: str


@dataclass(frozen=True, slots=True)
class Together:
    """Muscles that explain the drawing together."""

    muscles: tuple[tuple[Muscle, Side], ...]
    percent: str


@dataclass(frozen=True, slots=True)
class Moved:
    """How far one of the first five moves when the hand counts half or twice: percents in words and for the bar."""

    muscle: Muscle
    side: Side
    halved: str
    given: str
    doubled: str
    low: float
    high: float
    label: str


@dataclass(frozen=True, slots=True)
class Warning:
    """A warning sign that the drawing asks for, where it points there, and how far it was answered."""

    question: str
    places: str
    chip: Chip
    open: bool


def areas(found: Sequence[pain_drawing.Area]) -> tuple[Area, ...]:
    """The drawing, head to foot, in words."""
    return tuple(area(one.site, one.intensity) for one in found)


def area(site: BodySite, intensity: int) -> Area:
    """One place with its pain; -1 for one that is not in the drawing."""
    return Area(bodylist.value(site), site.side, bodylist.sentence(site), intensity, strength(max(0, intensity)))


def percent(chance: float) -> str:
    """A chance in whole percent; never nought or a hundred, which no model knows."""
    if chance < 0.01:
        return _("under 1 %")
    return _("over 99 %") if chance > 0.99 else _("%(n)d %%") % {"n": round(chance * 100)}


def warnings(flags: Sequence[Flag]) -> tuple[Warning, ...]:
    """What must be asked before the ranking is used, open ones first."""
    found = (_warning(flag) for flag in flags)
    return tuple(sorted(found, key=lambda one: not one.open))


def _warning(flag: Flag) -> Warning:
    if flag.excluded:
        chip = Chip(Kind.OK, _("Today's screening: no"), "check")
    elif flag.answered:
        chip = Chip(Kind.WARN, _("Today's screening: yes"), "warning")
    else:
        chip = Chip(Kind.STOP, _("Not answered"), "question")
    return Warning(flag.mimic.question, bodylist.said(flag.sites), chip, not flag.excluded)


def following(found: Located) -> tuple[Next, ...]:
    """Which muscles to press next, the most telling first."""
    return tuple(
        Next(
            muscle_value(one.one),
            book().muscles[MuscleId(one.one.muscle)],
            one.one.side,
            _worth(one.gain_bits),
            f"{one.gain_bits:.2f}",
        )
        for one in found.answer.palpate_next
    )


def _worth(bits: float) -> str:
    if bits >= A_LOT:
        return _("tells a lot")
    return _("tells something") if bits >= SOME else _("tells a little")


def together(sets: Sequence[MuscleSet]) -> tuple[Together, ...]:
    """The sets that explain the drawing, the most probable first; the empty set is left to the reader's own eye."""
    return tuple(
        Together(
            tuple((book().muscles[MuscleId(one.muscle)], one.side) for one in each.muscles), percent(each.probability)
        )
        for each in sets
        if each.muscles
    )


def moved(found: Located) -> tuple[Moved, ...]:
    """How the first five move with the weight of the hand."""
    return tuple(_moved_rows(found))


def _moved_rows(found: Located) -> Iterator[Moved]:
    for one in found.moves:
        three = one.halved, one.given, one.doubled
        muscle = book().muscles[MuscleId(one.one.muscle)]
        halved, given, doubled = map(percent, three)
        label = _("half the weight %(a)s, as assumed %(b)s, twice %(c)s") % {"a": halved, "b": given, "c": doubled}
        yield Moved(muscle, one.one.side, halved, given, doubled, one.halved * 100, one.doubled * 100, label)


def cards(found: Located, everything: bool, here: MuscleSide | None) -> tuple[tuple[Card, ...], int]:
    """The candidates to show, and how many more there are. What was pressed or chosen is always shown."""
    chosen = {one.one for one in found.chosen}
    every = [_card(n, one, found, chosen, here) for n, one in enumerate(found.candidates, 1)]
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
            return _card(number, candidate, found, chosen, one)
    muscle = book().muscles[MuscleId(one.muscle)]
    because = (_("Does not match the pain that was drawn."),)
    none = Candidate(one.muscle, one.side, 0.0, (), because, muscle.hazard, muscle.tier, locks)
    return _card(0, none, found, chosen, one)


@functools.cache
def options() -> SafeString:
    """Every muscle by name, for a select: drawn once, because a hundred tags take a third of the page's time."""
    muscles = sorted(book().muscles.values(), key=lambda muscle: muscle.name)
    return format_html_join("", '<option value="{}">{}</option>', ((muscle.id, muscle.name) for muscle in muscles))


def today(found: Located, of: str, sent: Mapping[str, object]) -> tuple[Today, ...]:
    """The muscles chosen for today, in order; of the muscle `of`, what was `sent` as its plan and refused."""
    return tuple(_today(one, of, sent) for one in found.chosen)


def _today(chosen: ChosenMuscle, of: str, sent: Mapping[str, object]) -> Today:
    one, value = chosen.one, muscle_value(chosen.one)
    plan = how(chosen, sent if value == of else None)
    return Today(value, book().muscles[one.muscle], one.side, chosen.locked, plan)


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


def _card(rank: int, one: Candidate, found: Located, chosen: set[MuscleSide], here: MuscleSide | None) -> Card:
    muscle_side = MuscleSide(one.muscle, one.side)
    return Card(
        one=muscle_side,
        value=muscle_value(muscle_side),
        rank=rank,
        muscle=book().muscles[one.muscle],
        side=one.side,
        percent=percent(one.probability) if rank else "",
        share=round(one.probability * 100),
        because=one.because,
        tier=tier_chip(one.tier),
        locks=one.restricted,
        locked=one.locked,
        pressed=muscle_side in found.points,
        chosen=muscle_side in chosen,
        here=muscle_side == here,
    )
