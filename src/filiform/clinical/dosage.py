"""Needles and dosage: what is published on sizes, depths, times and the length of a course.

These are prompts for a trained therapist, never instructions; build and place change every length and depth. No number
here allows anything: it may warn. No clinician has reviewed this.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from filiform.clinical.anatomy import Muscle
from filiform.clinical.terms import Block, Cite, Level, MuscleId
from filiform.clinical.texts import Paragraph

_LENGTH = re.compile(r"(?<![\d.])(\d{2,3})(?:-(\d{2,3}))? mm")  # not the "16.4 mm" of a measured depth


@dataclass(frozen=True, slots=True)
class Diameter:
    """One diameter in hundredths of a millimetre. `gauge` is about what brands call it (their tables differ)."""

    hundredths: int
    gauge: int
    cites: tuple[Cite, ...]


@dataclass(frozen=True, slots=True)
class Use:
    """Which diameters, in hundredths of a millimetre (low, high), are usual where. `groups`: the muscles there."""

    where: str
    hundredths: tuple[int, int]
    groups: tuple[str, ...]
    cites: tuple[Cite, ...]


@dataclass(frozen=True, slots=True)
class Needles:
    """What needles there are. `outside_percent`: the part of the shaft that stays outside the skin, (low, high)."""

    diameters: tuple[Diameter, ...]
    uses: tuple[Use, ...]
    lengths_mm: tuple[int, ...]
    outside_percent: tuple[int, int]
    outside_cites: tuple[Cite, ...]
    rules: tuple[Paragraph, ...]


@dataclass(frozen=True, slots=True)
class Span:
    """One parameter of dosage, from `low` to `high` in `unit`; `note` says what it depends on."""

    id: str
    words: str
    low: int
    high: int
    unit: str
    note: str
    cites: tuple[Cite, ...]


@dataclass(frozen=True, slots=True)
class Depth:
    """What a study found about depth at some muscles. Of a group, never a safe depth for a person."""

    muscles: tuple[MuscleId, ...]
    text: str
    cites: tuple[Cite, ...]


@dataclass(frozen=True, slots=True)
class Dosage:
    """All of dosage; `statements` by topic (stop_signs, left_in, asepsis, technique, effect)."""

    spans: Mapping[str, Span]
    statements: Mapping[str, tuple[Paragraph, ...]]
    depths: tuple[Depth, ...]
    needles: Needles


@dataclass(frozen=True, slots=True)
class Fit:
    """The needles that a muscle's technique prompt and its place speak for; never what is safe for a person.

    `named_mm` is the length in the prompt (low, high), None where it names none; `lengths_mm` are the packs within it.
    """

    named_mm: tuple[int, int] | None
    lengths_mm: tuple[int, ...]
    use: Use


@dataclass(frozen=True, slots=True)
class Course:
    """How long a course usually is, and after how many visits without change it is changed, then stopped."""

    usual_visits: tuple[int, int]
    change_after: int
    stop_after: int
    worse_running: int
    usual_cites: tuple[Cite, ...]
    stop_cites: tuple[Cite, ...]
    worse_cites: tuple[Cite, ...]


def course(dosage: Dosage) -> Course:
    """The course of `dosage`; its spans `course_visits`, `no_change_visits` and `worse_visits` must be there."""
    usual, none, worse = (dosage.spans[name] for name in ("course_visits", "no_change_visits", "worse_visits"))
    return Course((usual.low, usual.high), none.low, none.high, worse.low, usual.cites, none.cites, worse.cites)


def named_length(technique: str) -> tuple[int, int] | None:
    """The length of needle in mm (low, high) that a technique prompt names ("30-50 mm"); None where it names none."""
    found = _LENGTH.search(technique)
    if found is None:
        return None
    low = int(found[1])
    return low, int(found[2] or low)


def fitting(muscle: Muscle, needles: Needles) -> Fit:
    """The needles for `muscle`: lengths by its prompt, diameters by its group; an unknown group raises KeyError."""
    use = next((use for use in needles.uses if muscle.group in use.groups), None)
    if use is None:
        raise KeyError(f"no diameter is given for muscles of the group {muscle.group!r}")
    named = named_length(muscle.technique)
    lengths = tuple(mm for mm in needles.lengths_mm if named is not None and named[0] <= mm <= named[1])
    return Fit(named, lengths, use)


def deepest(length_mm: int, needles: Needles) -> int:
    """How far in mm a needle of `length_mm` goes in when enough stays outside: rounded down, never a goal."""
    return length_mm * (100 - needles.outside_percent[1]) // 100


def too_deep(length_mm: float, depth_mm: float, needles: Needles) -> tuple[Block, ...]:
    """What stands against putting a needle of `length_mm` in to `depth_mm`: it never goes in to the handle.

    A length that no pack has is asked about. Raises ValueError for a depth below nought.
    """
    if depth_mm < 0:
        raise ValueError(f"{depth_mm:g} mm is no depth")
    if depth_mm >= length_mm:
        because = f"A needle of {length_mm:g} mm goes in at most to its handle, where it breaks: take a longer one."
        return (Block("needle.to_the_handle", because, Level.STOP, needles.outside_cites),)
    found: list[Block] = []
    if length_mm not in needles.lengths_mm:
        because = f"{length_mm:g} mm is no usual length: look at the pack again."
        found.append(Block("needle.length", because, Level.WARN, needles.outside_cites))
    least = length_mm * needles.outside_percent[1] / 100
    if length_mm - depth_mm < least:
        low, high = needles.outside_percent
        because = (
            f"Only {length_mm - depth_mm:g} of {length_mm:g} mm stay outside; {low} to {high} % of the shaft should."
        )
        found.append(Block("needle.little_outside", because, Level.WARN, needles.outside_cites))
    return tuple(found)


def on_depth(muscle: MuscleId, dosage: Dosage) -> tuple[Depth, ...]:
    """What studies found about depth at this muscle; empty means that nothing is known, not that it is safe."""
    return tuple(one for one in dosage.depths if muscle in one.muscles)
