"""Adverse events: what was observed, and the grade that each published scheme gives it.

A grade is never typed in: it is derived from the observed fields, so that one event can be counted under every scheme
(facts.md 3.1). A field that is not known stays unknown, and so does a grade that hangs on it. Soreness and bruises are
events too: White counted any ill effect, no matter how small. No clinician has reviewed this.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from filiform.clinical.terms import Cite

UNKNOWN = "unknown"
DEATH = "death"


class Treatment(StrEnum):
    """The most that was needed."""

    NONE = "none"
    SELF_CARE = "self_care"  # rest, ice, a plaster: no medical care
    MEDICAL = "medical"


@dataclass(frozen=True, slots=True)
class Observed:
    """What was seen and said; None is unknown.

    `what` is an event id or the words for it, "death" for a death. `began_hours` counts from the last needle out,
    `lasted_hours` is given only when it is over. `function_lost`: it interfered with work, sleep or walking.
    """

    what: str
    began_hours: float | None = None
    lasted_hours: float | None = None
    treatment_needed: Treatment | None = None
    function_lost: bool | None = None
    admitted: bool | None = None


class Effect(StrEnum):
    """What a scheme asks about an event."""

    DEATH = "death"
    ADMISSION = "admission"
    DISABILITY = "disability"  # persistent or significant
    MEDICAL_CARE = "medical_care"
    FUNCTION_LOST = "function_lost"


def effects(seen: Observed) -> Mapping[Effect, bool | None]:
    """Which effects an event had; None is unknown. An event that is over has left no lasting disability."""
    died = seen.what == DEATH
    over = seen.lasted_hours is not None
    medical = None if seen.treatment_needed is None else seen.treatment_needed is Treatment.MEDICAL
    return {
        Effect.DEATH: died,
        Effect.ADMISSION: seen.admitted,
        Effect.DISABILITY: False if over or seen.function_lost is False else None,
        Effect.MEDICAL_CARE: medical,
        Effect.FUNCTION_LOST: seen.function_lost,
    }


@dataclass(frozen=True, slots=True)
class Grade:
    """One grade of a scheme: it holds when any of its effects was there; the mildest has none and is what remains."""

    id: str
    words: str
    any_of: tuple[Effect, ...]


@dataclass(frozen=True, slots=True)
class Scheme:
    """A published way to grade events: its grades, the worst first."""

    id: str
    words: str
    grades: tuple[Grade, ...]
    cites: tuple[Cite, ...]


def grade(seen: Observed, schemes: Iterable[Scheme]) -> dict[str, str]:
    """The grade of an event under each scheme, or "unknown" while a worse one cannot be ruled out."""
    had = effects(seen)
    return {scheme.id: _grade(had, scheme) for scheme in schemes}


def _grade(had: Mapping[Effect, bool | None], scheme: Scheme) -> str:
    for one in scheme.grades:
        answers = [had[effect] for effect in one.any_of]
        if True in answers or not answers:
            return one.id
        if None in answers:
            return UNKNOWN
    raise ValueError(f"scheme {scheme.id!r} has no grade for what remains")


@dataclass(frozen=True, slots=True)
class Study:
    """Who counted: the design in a few words and how many of what; `n` is None when it could not be read."""

    id: str
    design: str
    n: int | None
    of: str  # treatments, patients, therapists ...
    note: str
    cites: tuple[Cite, ...]


class Per(StrEnum):
    """What a rate is counted in."""

    PERCENT = "percent"
    PER_10000 = "per_10000"
    PER_MILLION = "per_million"


@dataclass(frozen=True, slots=True)
class Rate:
    """One published figure: `value` in `per`, of what, with its 95 % interval where one is known."""

    event: str
    study: str
    value: float
    per: Per
    of: str
    low: float | None
    high: float | None
    note: str
    cites: tuple[Cite, ...]

    @property
    def share(self) -> float:
        """As a share of one, so that figures in different units can be compared."""
        return self.value / {Per.PERCENT: 100, Per.PER_10000: 10_000, Per.PER_MILLION: 1_000_000}[self.per]


@dataclass(frozen=True, slots=True)
class Event:
    """One kind of event. `serious`: facts.md 3.3 lists it; then `signs` and `action` say what to look for and do."""

    id: str
    words: str
    serious: bool
    signs: str
    action: str
    cites: tuple[Cite, ...]


@dataclass(frozen=True, slots=True)
class AdverseBook:
    """All that is published and held here on adverse events."""

    events: Mapping[str, Event]
    schemes: Mapping[str, Scheme]
    studies: Mapping[str, Study]
    rates: tuple[Rate, ...]

    def rates_of(self, event: str) -> tuple[Rate, ...]:
        """The published rates of one kind of event, in the order of the book."""
        return tuple(rate for rate in self.rates if rate.event == event)
