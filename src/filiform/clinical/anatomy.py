"""The body as this practice speaks of it: regions a patient can point at, muscles a needle can reach, their sources.

All values live in `knowledge/*.toml`; here are only their shapes and the few questions everybody asks of them. A region
or muscle id is a word (`scapula_body`), never a number. **No clinician has reviewed the table.**
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from filiform.clinical.terms import BodySite, Cite, MuscleId, MuscleSide, RegionId, Side

BODY_SIDES = (Side.LEFT, Side.RIGHT)


@dataclass(frozen=True, slots=True)
class Source:
    """A book, paper, guideline or table of ours. `year` is None when undated; `as_of` the day it was looked at."""

    id: str
    title: str
    year: int | None
    licence: str
    url_or_citation: str
    as_of: date


@dataclass(frozen=True, slots=True)
class Region:
    """One of the 90 places a patient can point at; `words` are the patient's own.

    `midline` says that the region lies on the middle of the body and may therefore have the side `midline`.
    `choir_front` and `choir_back` are the CHOIR body map segments as (patient's right, left), male numbering.
    """

    id: RegionId
    words: str
    group: str
    midline: bool
    choir_front: tuple[int, int] | None
    choir_back: tuple[int, int] | None
    cites: tuple[Cite, ...]


class Tier(StrEnum):
    """How much training and care a muscle asks for (facts.md 8.3; the table's author's own grading)."""

    A = "A"  # low
    B = "B"  # a named nerve or vessel is near
    C = "C"  # pleura, cord or a major bundle: extra training, consent line, depth cap
    D = "D"  # specialist, usually not needled in routine practice


class Hazard(StrEnum):
    """What a needle in this muscle can hit, or what makes it special; read from the hazard text and facts.md 8.4."""

    PLEURA = "pleura"
    CORD = "cord"
    VESSEL = "vessel"
    NERVE = "nerve"
    ORGAN = "organ"
    EYE = "eye"
    JOINT = "joint"
    NON_COMPRESSIBLE = "non_compressible"  # a bleed cannot be pressed on from outside, wholly or in part
    IMPLANT = "implant"  # near the usual place of a breast, hip or knee implant
    PREGNANCY = "pregnancy"  # trunk and pelvis, left alone in pregnancy by every guideline profile


@dataclass(frozen=True, slots=True)
class MuscleCites:
    """The sources of a muscle's facts, one tuple for each kind of fact."""

    zones: tuple[Cite, ...]  # primary, spill and complaints
    hazard: tuple[Cite, ...]  # hazard text and tags
    tier: tuple[Cite, ...]
    technique: tuple[Cite, ...]  # position and technique prompt
    enters: tuple[Cite, ...]


@dataclass(frozen=True, slots=True)
class Muscle:
    """One row of the muscle table.

    `primary` and `spill` are the regions its pain is felt in (essential pattern, spillover). `enters` are the regions
    in which the needle goes through the skin: a restriction on a region locks the muscles that enter there, not those
    whose pain is felt there. `technique` is a prompt for a trained therapist, never an instruction.
    """

    id: MuscleId
    name: str
    group: str
    primary: tuple[RegionId, ...]
    spill: tuple[RegionId, ...]
    complaints: str
    hazard: str
    hazards: frozenset[Hazard]
    tier: Tier
    position: str
    technique: str
    enters: tuple[RegionId, ...]
    enters_reviewed: bool
    cited: MuscleCites

    @property
    def cites(self) -> tuple[Cite, ...]:
        """All sources of this muscle, each once, in order of first use."""
        kinds = self.cited
        every = kinds.zones + kinds.hazard + kinds.tier + kinds.technique + kinds.enters
        return tuple(dict.fromkeys(every))

    @property
    def regions(self) -> frozenset[RegionId]:
        """Every region this muscle touches: where it hurts and where it is entered."""
        return frozenset(self.primary + self.spill + self.enters)


def same_side(one: Side, other: Side) -> bool:
    """Whether two sides can mean the same half of the body; the midline belongs to both halves."""
    return one is other or Side.MIDLINE in (one, other)


def enters(muscle: Muscle, side: Side, sites: Iterable[BodySite]) -> bool:
    """Whether needling `muscle` on `side` goes through the skin of one of `sites`; a midline site counts for both."""
    return any(site.region in muscle.enters and same_side(site.side, side) for site in sites)


def needled_in(sites: Iterable[BodySite], muscles: Mapping[MuscleId, Muscle]) -> tuple[MuscleSide, ...]:
    """The muscles, by side, that are needled through the skin of `sites`: what a restriction on those sites locks."""
    asked = frozenset(sites)
    return tuple(
        MuscleSide(muscle.id, side) for muscle in muscles.values() for side in BODY_SIDES if enters(muscle, side, asked)
    )


def with_hazard(hazard: Hazard, muscles: Mapping[MuscleId, Muscle]) -> frozenset[MuscleId]:
    """The ids of the muscles that carry `hazard`, for instance the pleura set of facts.md 8.4."""
    return frozenset(muscle.id for muscle in muscles.values() if hazard in muscle.hazards)
