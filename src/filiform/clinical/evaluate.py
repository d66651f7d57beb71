"""The `evaluate` step: is the patient better, the same or worse, against what the measure itself can tell?

A difference smaller than the measurement error is no difference. Populations have different errors and different
changes that matter; the one used is named, the others are kept beside it. Soon after needling, soreness hides the
effect, so only a better value is believed before 48 hours. No clinician has reviewed this.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from filiform.clinical.terms import Cite, Sure

# Pain changes more at two days than at once, because of soreness (facts.md section 5, timing of re-test).
SETTLED_HOURS = 48
TOO_EARLY = (Cite("retest_48h", Sure.FOUND, "abstract"),)


class Better(StrEnum):
    LOWER = "lower"
    HIGHER = "higher"


@dataclass(frozen=True, slots=True)
class Figure:
    """One published number, in the measure's unit, and the people it was found in ("" when not said)."""

    value: float
    people: str
    cites: tuple[Cite, ...]


@dataclass(frozen=True, slots=True)
class Scale:
    """A measure: its range in `unit`, which way is better, its errors and the changes that matter, most usual first."""

    id: str
    words: str
    unit: str
    better: Better
    low: float
    high: float
    errors: tuple[Figure, ...]
    important: tuple[Figure, ...]
    cites: tuple[Cite, ...]


class Verdict(StrEnum):
    BETTER = "better"
    SAME = "same"
    WORSE = "worse"
    TOO_EARLY = "too_early"
    UNKNOWN = "unknown"  # one of the two values was not taken


@dataclass(frozen=True, slots=True)
class Change:
    """What became of one measure. `gain` is in the measure's unit, positive when better; None when unknown.

    `matters`: the gain reaches a published change that matters to patients; None when none is known. `error` and
    `important` are the figures that were used, `because` one sentence that names them.
    """

    verdict: Verdict
    gain: float | None
    matters: bool | None
    error: Figure | None
    important: Figure | None
    because: str

    @property
    def cites(self) -> tuple[Cite, ...]:
        """The sources of the figures used, and of the waiting time where that decided."""
        used = [figure.cites for figure in (self.error, self.important) if figure is not None]
        early = TOO_EARLY if self.verdict is Verdict.TOO_EARLY else ()
        return tuple(dict.fromkeys(cite for cites in (*used, early) for cite in cites))


def change(
    scale: Scale, before: float | None, after: float | None, *, hours_since: float | None, people: str = ""
) -> Change:
    """Compare two values of `scale`, the second taken `hours_since` the last needle came out (None: none between).

    `people` chooses the published figures ("neck", "low back"); where there are none for it the most usual are taken,
    and `because` says so. Raises ValueError for a value outside the scale.
    """
    for value in (before, after):
        if value is not None and not scale.low <= value <= scale.high:
            raise ValueError(f"{value:g} is outside {scale.words}: {scale.low:g} to {scale.high:g} {scale.unit}")
    if before is None or after is None:
        return Change(Verdict.UNKNOWN, None, None, None, None, f"{scale.words} was not measured both times.")
    gain = before - after if scale.better is Better.LOWER else after - before
    error, important = _figure(scale.errors, people), _figure(scale.important, people)
    verdict = _verdict(gain, error, hours_since)
    matters = None if important is None else gain >= important.value
    return Change(verdict, gain, matters, error, important, _because(scale, gain, verdict, error))


def _figure(figures: tuple[Figure, ...], people: str) -> Figure | None:
    """The first figure for these people, else the first at all."""
    return next((one for one in figures if one.people == people), figures[0] if figures else None)


def _verdict(gain: float, error: Figure | None, hours_since: float | None) -> Verdict:
    least = error.value if error is not None else 0
    if gain and gain >= least:
        return Verdict.BETTER
    if hours_since is not None and hours_since < SETTLED_HOURS:
        return Verdict.TOO_EARLY
    return Verdict.WORSE if gain and -gain >= least else Verdict.SAME


def _because(scale: Scale, gain: float, verdict: Verdict, error: Figure | None) -> str:
    moved = f"{scale.words} is {_by(abs(gain), scale.unit)} {'better' if gain > 0 else 'worse'}" if gain else ""
    moved = moved or f"{scale.words} is as before"
    if verdict is Verdict.TOO_EARLY:
        return f"{moved}; soreness may hide the effect until {SETTLED_HOURS} hours after needling: measure again then."
    if error is None:
        return f"{moved}. No measurement error is published for it, so this is the plain difference."
    found = f"found in people with {error.people} pain" if error.people else "from no named group of people"
    return f"{moved}. Its measurement error is {_by(error.value, scale.unit)}, {found}."


def _by(value: float, unit: str) -> str:
    return f"{value:g} {unit}"
