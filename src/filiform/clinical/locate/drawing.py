"""From a pain drawing and what the hand found to the network that is solved.

**A drawn place is one that hurts; how much it hurts does not count.** Nobody has published how the intensity of a
place depends on the muscle behind it, so a weight for it would be made up. Intensity orders what is shown, and 0 means
that the place does not hurt. A place that was not drawn does not hurt either: that is evidence against every muscle
that usually hurts there.

A region on the midline may be drawn as `left`, `right` or `midline`. On the midline it is one place, which the muscles
of both sides can reach; its halves then count only where they were drawn as well.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from filiform.clinical.anatomy import BODY_SIDES
from filiform.clinical.locate.known import Known, Zone
from filiform.clinical.locate.network import Cause, Link, Network
from filiform.clinical.terms import BodySite, MuscleId, MuscleSide, RegionId, Side

WORST_PAIN = 10
MOST_TENDER = 3


@dataclass(frozen=True, slots=True, order=True)
class Pain:
    """One drawn area; `intensity` on the numeric scale 0-10. An area at 0 does not hurt and is not counted."""

    site: BodySite
    intensity: int

    def __post_init__(self) -> None:
        if not 0 <= self.intensity <= WORST_PAIN:
            raise ValueError(f"Pain intensity runs from 0 to 10, not {self.intensity}.")


@dataclass(frozen=True, slots=True)
class Palpated:
    """What pressing one point found. `tenderness` 0 none, 1 tender, 2 winces, 3 withdraws; `twitch` on pressing.

    None is not looked for: it says nothing, neither for nor against the muscle.
    """

    muscle: MuscleId
    side: Side
    taut_band: bool | None
    tenderness: int | None
    familiar_pain: bool | None
    twitch: bool | None

    def __post_init__(self) -> None:
        if self.side is Side.MIDLINE:
            raise ValueError(f"{self.muscle} was pressed on the left or on the right, not on the midline.")
        if self.tenderness is not None and not 0 <= self.tenderness <= MOST_TENDER:
            raise ValueError(f"Tenderness runs from 0 to 3, not {self.tenderness}.")

    @property
    def findings(self) -> tuple[int | None, ...]:
        """The four findings as numbers, those that agree best between examiners first; None: not looked for."""
        return self.familiar_pain, self.tenderness, self.taut_band, self.twitch


Drawn = Mapping[RegionId, Sequence[tuple[Side, int]]]


def painful(pain: Sequence[Pain], known: Known) -> dict[BodySite, int]:
    """Each place that hurts with its worst intensity, head to foot; areas at 0 left out.

    Raises ValueError for an unknown region.
    """
    worst = {area.site: area.intensity for area in sorted(pain) if area.intensity > 0}
    place = {region: number for number, region in enumerate(known.regions)}
    for site in worst:
        if site.region not in place:
            raise ValueError(f"{site.region!r} is not a region of the body.")
    return {site: worst[site] for site in sorted(worst, key=lambda site: (place[site.region], site.side))}


def network_of(sites: Sequence[BodySite], ratios: Mapping[MuscleSide, float], known: Known) -> Network:
    """The drawn `sites` and every muscle on its side that reaches one of them or was pressed (is in `ratios`)."""
    drawn: dict[RegionId, list[tuple[Side, int]]] = {}
    for number, site in enumerate(sites):
        drawn.setdefault(site.region, []).append((site.side, number))
    before, pressed = prior(sites, known), {one.muscle for one in ratios}
    causes: list[Cause] = []
    for muscle, zones in known.zones.items():
        reached = [zone for zone in zones if zone.region in drawn]
        if reached or muscle in pressed:
            quiet = math.prod(1 - zone.chance for zone in zones if zone.region not in drawn)
            causes += _causes(muscle, reached, quiet, drawn, before, ratios, known.base)
    return Network(tuple(sites), known.leak, tuple(causes))


def prior(sites: Sequence[BodySite], known: Known) -> dict[MuscleSide, float]:
    """The chances, before its places are weighed, of the muscles of which one is published for the drawing's complaint.

    Where several complaints speak of a muscle the highest counts.
    """
    found: dict[MuscleSide, float] = {}
    for complaint in known.complaints:
        sides = {site.side for site in sites if site.region in complaint.regions}
        for side in BODY_SIDES:
            if side in sides or Side.MIDLINE in sides:
                for muscle, chance in complaint.chances:
                    one = MuscleSide(muscle, side)
                    found[one] = max(chance, found.get(one, 0.0))
    return found


def _causes(
    muscle: MuscleId,
    reached: Sequence[Zone],
    quiet: float,
    drawn: Drawn,
    before: Mapping[MuscleSide, float],
    ratios: Mapping[MuscleSide, float],
    base: float,
) -> Iterator[Cause]:
    """The muscle on each side on which it reaches a drawn place or was pressed. `quiet`: what its other zones say."""
    for side in BODY_SIDES:
        links: list[Link] = []
        silent = quiet
        for zone in reached:
            here = [number for where, number in drawn[zone.region] if where is side or where is Side.MIDLINE]
            links += [Link(number, zone.chance) for number in here]
            silent *= 1.0 if here else 1 - zone.chance
        one = MuscleSide(muscle, side)
        if links or one in ratios:
            chance = before.get(one, base)
            yield Cause(one, chance / (1 - chance) * silent * ratios.get(one, 1.0), tuple(links))
