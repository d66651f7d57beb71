"""The locator as it ships, asked in few words; drawings of every size."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace

from filiform.clinical.locate import Answer, Candidate, Pain, Palpated, locate
from filiform.clinical.locate.drawing import network_of
from filiform.clinical.locate.network import Link, Network
from filiform.clinical.terms import BodySite, MuscleId, MuscleSide, RegionId, Side
from filiform.knowledge import book

LEFT, RIGHT, MIDLINE = Side.LEFT, Side.RIGHT, Side.MIDLINE
BOOK = book()
MUSCLES, KNOWN = BOOK.muscles, BOOK.locator
EVERYWHERE = tuple(
    BodySite(region.id, side)
    for region in BOOK.regions.values()
    for side in ((MIDLINE,) if region.midline else (LEFT, RIGHT))
)
_REACHED = {
    region: frozenset(muscle.id for muscle in MUSCLES.values() if region in muscle.primary + muscle.spill)
    for region in BOOK.regions
}


def pain(*regions: str, side: Side = LEFT, intensity: int = 6) -> list[Pain]:
    """Pain in some regions of one side."""
    return [Pain(BodySite(RegionId(region), side), intensity) for region in regions]


def press(muscle: str, side: Side = LEFT, *, tenderness: int = 0, familiar: bool = False, **more: bool) -> Palpated:
    """What pressing a muscle found; nothing unless said."""
    return Palpated(
        MuscleId(muscle), side, more.get("taut", False), tenderness, familiar, more.get("twitch", False)
    )  # fmt: skip


def ask(drawn: Sequence[Pain], found: Sequence[Palpated] = (), **more: object) -> Answer:
    """The answer with the knowledge that ships."""
    return locate(drawn, found, more.get("restricted", {}), MUSCLES, more.get("known", KNOWN))  # type: ignore[arg-type]


def one(answer: Answer, muscle: str, side: Side = LEFT) -> Candidate:
    """The candidate of this name."""
    return next(found for found in answer.candidates if (found.muscle, found.side) == (muscle, side))


def names(answer: Answer) -> list[str]:
    """The candidates in their order."""
    return [f"{found.muscle} {found.side.value}" for found in answer.candidates]


def dense(count: int) -> list[BodySite]:
    """The `count` places that the most muscles reach, of the left and the midline: the hardest to tell apart."""
    sites = [site for site in EVERYWHERE if site.side is not RIGHT]
    return sorted(sites, key=lambda site: (-len(_REACHED[site.region]), site))[:count]


def patch(count: int, seed: int) -> list[BodySite]:
    """`count` places of one side that hang together by their muscles, grown by chance, as pain spreads."""
    chance = random.Random(seed)
    sites = [site for site in EVERYWHERE if site.side is not RIGHT]
    grown = [chance.choice(sites)]
    while len(grown) < count:
        near = [(sum(len(_REACHED[site.region] & _REACHED[at.region]) for at in grown), site) for site in sites]
        choice = max((shared * chance.random(), site) for shared, site in near if site not in grown)
        grown.append(choice[1])
    return grown


def network(sites: Sequence[BodySite], ratios: dict[MuscleSide, float] | None = None) -> Network:
    """The network of some places, with the knowledge that ships."""
    return network_of(
        sorted(sites, key=lambda site: (KNOWN.regions.index(site.region), site.side)), ratios or {}, KNOWN
    )


def short(made: Network) -> Network:
    """The same network with its numbers cut to a few binary digits, so that rational arithmetic stays quick."""
    causes = tuple(
        replace(
            cause,
            odds=max(1, round(cause.odds * 4096)) / 4096,
            links=tuple(Link(link.place, round(link.chance * 64) / 64) for link in cause.links),
        )
        for cause in made.causes
    )
    return Network(made.places, 1 / 64, causes)
