"""The `evaluate` step: is the patient better, the same or worse, against what the measure itself can tell?

A difference smaller than the measurement error is no difference. Published figures differ by the people measured, and
for the same people too: all are kept side by side. Benefit is believed by the strictest of them, harm by the mildest.
Soon after needling, soreness hides the effect, so until a measure has settled only a better value is believed.
Every number comes from knowledge/instruments. No clinician has reviewed this.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from filiform.clinical.terms import Cite, RegionId

# Values are kept to a tenth or a hundredth; this takes away what binary fractions add (7.3 - 5.2 is 2.1, not less).
DIGITS = 6


class Better(StrEnum):
    LOWER = "lower"
    HIGHER = "higher"


class Licence(StrEnum):
    """What may be shown of an instrument. Filiform holds no item text of any."""

    FREE = "free"
    SCORE_ONLY = "score_only"  # the total is entered with version, date and who took it; no question is ever shown


@dataclass(frozen=True, slots=True)
class People:
    """A group that figures were published for. `regions` are the places of pain that make one of it; may be none."""

    id: str
    words: str
    regions: frozenset[RegionId]
    cites: tuple[Cite, ...]


@dataclass(frozen=True, slots=True)
class Figure:
    """One published number and the people it was found in ("" when not said; `found_in` says them in words).

    `value` is in the measure's unit, or with `percent` in hundredths of the first value. `begins`: it holds only for
    those whose first value lies in this range, both ends included. `note`: what else must be known of it.
    """

    value: float
    people: str
    cites: tuple[Cite, ...]
    percent: bool = False
    begins: tuple[float, float] | None = None
    note: str = ""
    found_in: str = ""

    def needed(self, before: float) -> float:
        """How much that is in the measure's unit for someone who began at `before`."""
        return round(abs(before) * self.value / 100, DIGITS) if self.percent else self.value


@dataclass(frozen=True, slots=True)
class Settling:
    """How many hours after the last needle a value that is not better is believed, and why."""

    hours: int
    cites: tuple[Cite, ...]


@dataclass(frozen=True, slots=True)
class Scale:
    """A measure: its range in `unit`, which way is better, its errors and the changes that matter, most usual first.

    `rating`: the patient judges the change itself in one number; the middle of the range is "as before".
    `settling` is None only for what soreness cannot touch. `licence_words`: what is known about the right to use it.
    """

    id: str
    words: str
    unit: str
    better: Better
    low: float
    high: float
    errors: tuple[Figure, ...]
    important: tuple[Figure, ...]
    cites: tuple[Cite, ...]
    rating: bool = False
    settling: Settling | None = None
    licence: Licence = Licence.FREE
    licence_words: str = ""
    note: str = ""

    @property
    def middle(self) -> float:
        """What a rating calls "no change"."""
        return (self.low + self.high) / 2


class Verdict(StrEnum):
    BETTER = "better"
    SAME = "same"
    WORSE = "worse"
    TOO_EARLY = "too_early"
    UNKNOWN = "unknown"  # one of the two values was not taken, or the two cannot be compared


@dataclass(frozen=True, slots=True)
class Change:
    """What became of one measure. `gain` is in the measure's unit, positive when better; None when unknown.

    `matters`: better, and by as much as matters to patients by the strictest figure; None when none is known. `error`
    and `important` are the figures that were used, `because` says them in words. `side_by_side` are all errors of the
    same people, `others` every figure of other people.
    """

    verdict: Verdict
    gain: float | None
    matters: bool | None
    error: Figure | None
    important: Figure | None
    because: str
    side_by_side: tuple[Figure, ...] = ()
    others: tuple[Figure, ...] = ()
    waits: tuple[Cite, ...] = ()

    @property
    def proven(self) -> bool:
        """Whether a published figure stands behind the verdict; a plain difference proves nothing."""
        return self.error is not None or self.important is not None

    @property
    def cites(self) -> tuple[Cite, ...]:
        """The sources of the figures used, and of the waiting time where that decided."""
        used = [figure.cites for figure in (self.error, self.important) if figure is not None]
        return tuple(dict.fromkeys(cite for cites in (*used, self.waits) for cite in cites))


@dataclass(frozen=True, slots=True)
class Reading:
    """A value with the measure, and the version of it, that it was taken with. None: not taken."""

    scale: Scale
    value: float | None
    version: str = ""


def compare(first: Reading, second: Reading, *, hours_since: float | None, people: str = "") -> Change:
    """`change` between two readings; two different measures or versions are never compared, whatever their names."""
    if first.scale.id != second.scale.id:
        because = (
            f"{first.scale.words} and {second.scale.words} are never compared: one of them may run the other way "
            "or mean another thing. Take the first one again."
        )
        return Change(Verdict.UNKNOWN, None, None, None, None, because)
    if first.version != second.version:
        versions = " and ".join(version or "one not named" for version in (first.version, second.version))
        because = f"{first.scale.words} was taken in two versions ({versions}), which are never compared."
        return Change(Verdict.UNKNOWN, None, None, None, None, because)
    return change(first.scale, first.value, second.value, hours_since=hours_since, people=people)


def change(
    scale: Scale, before: float | None, after: float | None, *, hours_since: float | None, people: str = ""
) -> Change:
    """Compare two values of `scale`, the second taken `hours_since` the last needle came out (None: none between).

    `people` chooses the published figures by a group's id; where there are none for it the most usual are taken, and
    `because` says so. A rating has no `before`. Raises ValueError for a value outside the scale.
    """
    first = scale.middle if scale.rating else before
    for value in (first, after):
        if value is not None and not scale.low <= value <= scale.high:
            raise ValueError(f"{value:g} is outside {scale.words}: {scale.low:g} to {scale.high:g} {scale.unit}")
    if first is None or after is None:
        return Change(Verdict.UNKNOWN, None, None, None, None, f"{scale.words} was not measured both times.")
    gain = round(first - after if scale.better is Better.LOWER else after - first, DIGITS)
    return _judged(scale, first, gain, hours_since, people)


def _judged(scale: Scale, before: float, gain: float, hours_since: float | None, people: str) -> Change:
    errors = applying(scale.errors, people, before)
    important = applying(scale.important, people, before)
    bars = _bars(scale, errors, important, before)
    early = _too_early(scale, hours_since)
    verdict = _verdict(gain, bars, early)
    error = _end(errors, before, strict=verdict is not Verdict.WORSE)
    matter = _end(important, before, strict=True)
    return Change(
        verdict=verdict,
        gain=gain,
        matters=None if matter is None else verdict is Verdict.BETTER and gain >= matter.needed(before),
        error=error,
        important=matter,
        because=_because(scale, before, gain, verdict, (errors, error, matter)),
        side_by_side=errors,
        others=tuple(one for one in (*scale.errors, *scale.important) if one not in (*errors, *important)),
        waits=scale.settling.cites if early and scale.settling and verdict is Verdict.TOO_EARLY else (),
    )


def applying(figures: tuple[Figure, ...], people: str, before: float) -> tuple[Figure, ...]:
    """The figures for these people who began at `before`; else those of the people listed first; else none."""
    fit = [one for one in figures if one.begins is None or one.begins[0] <= before < one.begins[1] + 1]
    usual = figures[0].people if figures else ""
    for who in (people, usual):
        found = tuple(one for one in fit if one.people == who)
        if found:
            return found
    return ()


def _end(figures: tuple[Figure, ...], before: float, *, strict: bool) -> Figure | None:
    """The figure that asks for most (strict) or least."""
    if not figures:
        return None
    return (max if strict else min)(figures, key=lambda one: one.needed(before))


def _bars(
    scale: Scale, errors: tuple[Figure, ...], important: tuple[Figure, ...], before: float
) -> tuple[float, float]:
    """From which gain it is better, and from which loss worse. Without an error the change that matters stands in.

    The important changes of a rating are steps (small, moderate) and no contradiction, so its smallest step counts.
    """
    figures = errors or important
    needed = [one.needed(before) for one in figures] or [0.0]
    strictest = min(needed) if scale.rating else max(needed)
    return strictest, min(needed)


def _too_early(scale: Scale, hours_since: float | None) -> bool:
    return scale.settling is not None and hours_since is not None and hours_since < scale.settling.hours


def _verdict(gain: float, bars: tuple[float, float], early: bool) -> Verdict:
    better, worse = bars
    if gain > 0 and gain >= better:
        return Verdict.BETTER
    if early:
        return Verdict.TOO_EARLY
    return Verdict.WORSE if gain < 0 and -gain >= worse else Verdict.SAME


def _because(
    scale: Scale,
    before: float,
    gain: float,
    verdict: Verdict,
    figures: tuple[tuple[Figure, ...], Figure | None, Figure | None],
) -> str:
    moved = f"{scale.words} is {by(abs(gain), scale.unit)} {'better' if gain > 0 else 'worse'}" if gain else ""
    moved = moved or f"{scale.words} is as before"
    if verdict is Verdict.TOO_EARLY and scale.settling is not None:
        hours = scale.settling.hours
        return f"{moved}; soreness may hide the effect until {hours} hours after needling: measure again then."
    errors, error, matter = figures
    if error is not None:
        return f"{moved}. {_of_error(scale, before, errors, error)}"
    if matter is not None:
        return f"{moved}. No measurement error is published for it, so the change that matters stands in for it."
    return f"{moved}. No measurement error is published for it, so this is the plain difference."


def _of_error(scale: Scale, before: float, errors: tuple[Figure, ...], used: Figure) -> str:
    found = f"found in {used.found_in}" if used.found_in else "from no named group of people"
    rest = ", ".join(by(one.value, scale.unit) for one in errors if one is not used)
    also = f" (also published: {rest})" if rest else ""
    said = f"Its measurement error is {by(used.value, scale.unit)}, {found}{also}."
    room = before - scale.low if scale.better is Better.LOWER else scale.high - before
    if room < used.needed(before):
        said += f" From {before:g} it cannot show that somebody got better: no room is left beyond the error."
    return said


def by(value: float, unit: str) -> str:
    """A number with its unit as people say it: "1 point", "2.1 points"."""
    return f"{value:g} {unit.removesuffix('s') if value == 1 else unit}"


def people_of(regions: Iterable[RegionId], groups: Mapping[str, People]) -> str:
    """The id of the one group whose regions hold every place of pain; "" when none or several do."""
    asked = frozenset(regions)
    found = [group.id for group in groups.values() if asked and asked <= group.regions]
    return found[0] if len(found) == 1 else ""
