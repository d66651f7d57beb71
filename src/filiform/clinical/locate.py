"""Which muscles fit the pain that was drawn: a ranking by overlap, re-ranked by what the hand found.

**It ranks by match, not by safety.** A high place says that a muscle's usual pain looks like this drawing; it says
nothing about whether the muscle may be needled. Hazard, tier and the restrictions stand beside each candidate,
a locked muscle goes last, and screening and consent decide. The therapist's hand comes after: the referral map is a
hypothesis, because no fixed place of the referred pain is to be expected (Delphi study, `delphi_2018`).

The weights below are ours, set by hand and **not validated on patients**. Their order follows the evidence: agreement
between examiners is best for tenderness (kappa 0.68) and the patient's recognition of the pain (0.58; `rathbone_2017`)
and poor for taut band (0.08-0.75) and twitch (0.05-0.57; `lucas_2009`): the first two weigh most (facts.md section 4).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from filiform.clinical.anatomy import BODY_SIDES, Muscle, Tier, same_side
from filiform.clinical.terms import Block, BodySite, Cite, MuscleId, MuscleSide, RegionId, Side, Sure, stops

METHOD = "overlap-1"
CITES = (
    Cite("delphi_2018", Sure.FOUND, "abstract"),
    Cite("rathbone_2017", Sure.FOUND, "abstract"),
    Cite("lucas_2009", Sure.FOUND, "abstract"),
)

SPILL = 0.5  # a spillover region explains half of what a primary one does
MISSED = 0.5  # a painful region the muscle does not explain counts half: drawings often hold two muscles
SILENT = 0.5  # a primary region that does not hurt
SILENT_SPILL = 0.1  # spillover is often absent
FAMILIAR = {True: 3.0, False: 0.6}
TENDER = (0.6, 1.0, 1.5, 2.0)  # by tenderness 0 to 3
TAUT = {True: 1.15, False: 0.95}
TWITCH = {True: 1.1, False: 1.0}
FAMILIAR_ALONE = 0.1  # the match given to a muscle whose zones are not drawn but that brings on the patient's own pain
WORST_PAIN = 10


@dataclass(frozen=True, slots=True, order=True)
class Pain:
    """One drawn area; `intensity` on the numeric scale 0-10. An area at 0 does not hurt and is not counted."""

    site: BodySite
    intensity: int

    def __post_init__(self) -> None:
        if not 0 <= self.intensity <= WORST_PAIN:
            raise ValueError(f"Pain intensity runs from 0 to 10, not {self.intensity}.")


@dataclass(frozen=True, slots=True, order=True)
class Palpated:
    """What pressing one muscle found. `tenderness` 0 none, 1 tender, 2 winces, 3 withdraws; `twitch` on pressing."""

    muscle: MuscleId
    side: Side
    taut_band: bool
    tenderness: int
    familiar_pain: bool
    twitch: bool

    def __post_init__(self) -> None:
        if self.side is Side.MIDLINE:
            raise ValueError(f"{self.muscle} was pressed on the left or on the right, not on the midline.")
        if not 0 <= self.tenderness < len(TENDER):
            raise ValueError(f"Tenderness runs from 0 to 3, not {self.tenderness}.")


@dataclass(frozen=True, slots=True, order=True)
class Explained:
    """A drawn area that a muscle's usual pain covers; `share` 1.0 for a primary region, 0.5 for spillover."""

    region: RegionId
    side: Side
    share: float


@dataclass(frozen=True, slots=True)
class Candidate:
    """One muscle on one side. `probability` is its share of all the match (0-1, sums to 1): no validated chance.

    `restricted` holds every block the caller knows for it, warnings too; `locked` says whether one of them stops it.
    """

    muscle: MuscleId
    side: Side
    probability: float
    explains: tuple[Explained, ...]
    because: tuple[str, ...]
    hazard: str
    tier: Tier
    restricted: tuple[Block, ...]

    @property
    def locked(self) -> bool:
        """Whether it may not be needled now; such candidates stand last."""
        return bool(stops(self.restricted))


Restricted = Callable[[MuscleSide], tuple[Block, ...]] | Mapping[MuscleSide, tuple[Block, ...]]


def rank(
    pain: Sequence[Pain],
    palpation: Sequence[Palpated],
    restricted: Restricted,
    muscles: Mapping[MuscleId, Muscle],
) -> tuple[Candidate, ...]:
    """Every muscle and side with some match, best match first, locked ones last; by match, not by safety.

    The order of the inputs and repeats in them change nothing: of one site the highest intensity counts, of one muscle
    the strongest finding. A midline site belongs to both sides. Raises ValueError for a pressed muscle that is unknown.
    """
    sites, pressed = _sites(pain), _pressed(palpation, muscles)
    match = {
        MuscleSide(muscle.id, side): _match(muscle, side, sites, pressed.get(MuscleSide(muscle.id, side)))
        for muscle in muscles.values()
        for side in BODY_SIDES
    }
    total = math.fsum(match.values())
    found = [
        _candidate(one, score / total, sites, pressed.get(one), _blocks(restricted, one), muscles[one.muscle])
        for one, score in match.items()
        if score > 0
    ]
    place = {one: n for n, one in enumerate(match)}
    found.sort(key=lambda one: (one.locked, -one.probability, place[MuscleSide(one.muscle, one.side)]))
    return tuple(found)


def unexplained(pain: Sequence[Pain], muscles: Mapping[MuscleId, Muscle]) -> tuple[BodySite, ...]:
    """The painful sites in which no muscle of the table refers pain; look for another cause of these first."""
    known = {region for muscle in muscles.values() for region in muscle.primary + muscle.spill}
    return tuple(site for site in _sites(pain) if site.region not in known)


def _sites(pain: Sequence[Pain]) -> dict[BodySite, float]:
    """Each painful site with its weight, 0.5 (barely) to 1 (worst), in one fixed order; sites at 0 left out."""
    worst: dict[BodySite, int] = {}
    for area in sorted(pain):
        if area.intensity > 0:
            worst[area.site] = area.intensity
    return {site: 0.5 + worst[site] / WORST_PAIN / 2 for site in sorted(worst)}


def _pressed(palpation: Sequence[Palpated], muscles: Mapping[MuscleId, Muscle]) -> dict[MuscleSide, Palpated]:
    """The strongest finding for each pressed muscle and side."""
    strongest: dict[MuscleSide, Palpated] = {}
    for found in sorted(palpation, key=lambda found: (_factor(found), found)):
        if found.muscle not in muscles:
            raise ValueError(f"{found.muscle!r} is not a muscle of the table.")
        strongest[MuscleSide(found.muscle, found.side)] = found
    return strongest


def _factor(found: Palpated | None) -> float:
    """By how much a finding raises (or lowers) the match; a muscle that was not pressed keeps its own."""
    if found is None:
        return 1.0
    return FAMILIAR[found.familiar_pain] * TENDER[found.tenderness] * TAUT[found.taut_band] * TWITCH[found.twitch]


def _share(muscle: Muscle, region: RegionId) -> float:
    if region in muscle.primary:
        return 1.0
    return SPILL if region in muscle.spill else 0.0


def _match(muscle: Muscle, side: Side, sites: Mapping[BodySite, float], found: Palpated | None) -> float:
    """Overlap (Tversky's index: common / (common + missed + silent)) times the factor of the palpation; 0 for none."""
    near = {site.region for site in sites if same_side(site.side, side)}
    common = math.fsum(
        weight * _share(muscle, site.region) for site, weight in sites.items() if same_side(site.side, side)
    )
    overlap = 0.0
    if common:
        missed = math.fsum(sites.values()) - common
        silent = SILENT * len(set(muscle.primary) - near) + SILENT_SPILL * len(set(muscle.spill) - near)
        overlap = common / (common + MISSED * missed + silent)
    elif found and found.familiar_pain:
        overlap = FAMILIAR_ALONE
    return overlap * _factor(found)


def _blocks(restricted: Restricted, one: MuscleSide) -> tuple[Block, ...]:
    return restricted.get(one, ()) if isinstance(restricted, Mapping) else restricted(one)


def _candidate(
    one: MuscleSide,
    probability: float,
    sites: Mapping[BodySite, float],
    found: Palpated | None,
    blocks: tuple[Block, ...],
    muscle: Muscle,
) -> Candidate:
    explains = tuple(
        Explained(site.region, site.side, _share(muscle, site.region))
        for site in sites
        if same_side(site.side, one.side) and _share(muscle, site.region)
    )
    return Candidate(
        muscle=one.muscle,
        side=one.side,
        probability=probability,
        explains=explains,
        because=_because(explains, len(sites), found),
        hazard=muscle.hazard,
        tier=muscle.tier,
        restricted=blocks,
    )


def _because(explains: tuple[Explained, ...], areas: int, found: Palpated | None) -> tuple[str, ...]:
    """One to three plain sentences: what the drawing says, then what the hand said."""
    reasons = []
    if areas:
        reasons.append(_coverage(explains, areas))
    if found:
        reasons.append(
            "Pressing it brings on the familiar pain."
            if found.familiar_pain
            else "Pressing it did not bring on the familiar pain."
        )
        reasons.append(
            f"Tender when pressed ({found.tenderness} of 3)." if found.tenderness else "Not tender when pressed."
        )
    return tuple(reasons)


def _coverage(explains: tuple[Explained, ...], areas: int) -> str:
    what = "painful area" if areas == 1 else "painful areas"
    if not explains:
        return f"Usually does not hurt in the {what} drawn."
    spill = sum(1 for area in explains if area.share < 1)
    text = f"Covers {len(explains)} of {areas} {what}"
    return f"{text}, {spill} of them as a spillover." if spill else f"{text}."
