"""Which muscles fit the pain that was drawn and what the hand found: ranked, in sets, and which to press next.

**Ranked by match, not by safety.** A high place says that the drawing is what this muscle's pain usually looks like; it
says nothing about whether it may be needled. Hazard, tier and restrictions stand beside each candidate, locked ones go
last, and screening and consent decide. The map is a hypothesis: no fixed place of the referred pain is to be expected
(Delphi study, `delphi_2018`). The model and its numbers are **not validated on patients**; see adr 0006.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from filiform.clinical.anatomy import Muscle, Tier, same_side
from filiform.clinical.locate.drawing import Pain, Palpated, network_of, painful, prior
from filiform.clinical.locate.known import Known, Mimic
from filiform.clinical.locate.network import Cause, Network, Posterior
from filiform.clinical.locate.pressing import gain, ratios, strongest
from filiform.clinical.terms import Block, BodySite, Cite, MuscleId, MuscleSide, RegionId, Side, Sure, stops

METHOD = "noisy-or-1"
CITES = (
    Cite("delphi_2018", Sure.FOUND, "abstract"),
    Cite("rathbone_2017", Sure.FOUND, "abstract"),
    Cite("lucas_2009", Sure.FOUND, "abstract"),
)
PLACES = 12  # decimals that are told; what lies beyond is rounding, and must not order anything
TOP = 5


@dataclass(frozen=True, slots=True, order=True)
class Explained:
    """A drawn place that a muscle can reach. `share`: of all that is expected to be at work there, the drawing given,
    the part that comes from this muscle (0 to 1). With the other muscles and "something else" it sums to 1."""

    region: RegionId
    side: Side
    share: float


@dataclass(frozen=True, slots=True)
class Candidate:
    """One muscle on one side. `probability` (0 to 1) that it is a source of the pain, under the model.

    `restricted` holds every block the caller knows for it, warnings too; `locked` says whether one of them stops it.
    `explains` runs from the worst pain down.
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


@dataclass(frozen=True, slots=True)
class MuscleSet:
    """Muscles that together are the sources, with no other that reaches the drawing; and how probable that is."""

    muscles: tuple[MuscleSide, ...]
    probability: float


@dataclass(frozen=True, slots=True)
class Press:
    """A muscle worth pressing, and the bits that this is expected to tell."""

    one: MuscleSide
    gain_bits: float


@dataclass(frozen=True, slots=True)
class RedFlag:
    """What must be asked before the ranking is used, and the drawn places that ask it."""

    mimic: Mimic
    sites: tuple[BodySite, ...]


@dataclass(frozen=True, slots=True)
class Move:
    """How one of the first five moves when the findings of the hand weigh half as much or twice (logarithms)."""

    one: MuscleSide
    halved: float
    given: float
    doubled: float


@dataclass(frozen=True, slots=True)
class Answer:
    """Everything that follows from a drawing and palpation. `red_flags` come before all else. `unexplained` are the
    places which, more likely than not, no muscle of the table explains."""

    red_flags: tuple[RedFlag, ...]
    candidates: tuple[Candidate, ...]
    sets: tuple[MuscleSet, ...]
    palpate_next: tuple[Press, ...]
    unexplained: tuple[BodySite, ...]
    method: str


Restricted = Callable[[MuscleSide], tuple[Block, ...]] | Mapping[MuscleSide, tuple[Block, ...]]


def locate(
    pain: Sequence[Pain],
    palpation: Sequence[Palpated],
    restricted: Restricted,
    muscles: Mapping[MuscleId, Muscle],
    known: Known,
) -> Answer:
    """The exact answer of the model. The order of the inputs and repeats in them change nothing.

    Of one site the highest intensity counts, of one muscle the point that speaks most for it. Raises ValueError for an
    unknown region or muscle.
    """
    from filiform.clinical.locate.sets import best_sets  # numpy loads slowly: only who locates pays for it

    worst = painful(pain, known)
    pressed = strongest(palpation, known.signs, muscles)
    network = network_of(tuple(worst), ratios(pressed, known), known)
    posterior = _solved(network)
    blocks = {cause.one: _blocks(restricted, cause.one) for cause in network.causes}
    # One more than are told: that no muscle at all is behind it may be among them, and explains nothing.
    sets = best_sets(network, posterior, known.told.sets + 1, known.told.least_set)
    return Answer(
        red_flags=red_flags(tuple(worst), known),
        candidates=_candidates(network, posterior, _Shown(worst, pressed, blocks, muscles, known)),
        sets=tuple(
            MuscleSet(tuple(network.causes[number].one for number in one.causes), round(one.probability, PLACES))
            for one in [one for one in sets if one.causes][: known.told.sets]
        ),
        palpate_next=_next(network, posterior, pressed, blocks, known),
        unexplained=tuple(
            site
            for site, alone in zip(network.places, posterior.alone, strict=True)
            if round(alone, PLACES) >= known.told.unexplained
        ),
        method=METHOD,
    )


def moves(
    pain: Sequence[Pain], palpation: Sequence[Palpated], muscles: Mapping[MuscleId, Muscle], known: Known
) -> tuple[Move, ...]:
    """How the five most probable muscles move when every likelihood ratio is taken to the power 1/2 and 2."""
    sites, pressed = tuple(painful(pain, known)), strongest(palpation, known.signs, muscles)
    chances = []
    for strength in (0.5, 1.0, 2.0):
        network = network_of(sites, ratios(pressed, known, strength), known)
        chances.append([round(one, PLACES) for one in _solved(network).chance])
    ranked = sorted(range(len(network.causes)), key=lambda number: (-chances[1][number], number))
    return tuple(Move(network.causes[number].one, *(chance[number] for chance in chances)) for number in ranked[:TOP])


def red_flags(sites: Sequence[BodySite], known: Known) -> tuple[RedFlag, ...]:
    """What the drawing can mimic, each with the places that say so."""
    found = ((mimic, _mimicking(mimic, sites)) for mimic in known.mimics)
    return tuple(RedFlag(mimic, where) for mimic, where in found if where)


def _mimicking(mimic: Mimic, sites: Sequence[BodySite]) -> tuple[BodySite, ...]:
    two = tuple(site for site in sites if site.region in mimic.both)
    sides = {site.side for site in two}
    return tuple(
        site
        for site in sites
        if site.region in mimic.regions
        or any(site.region == region and same_side(site.side, side) for region, side in mimic.sided)
        or (site in two and (len(sides) > 1 or Side.MIDLINE in sides))
    )


def _solved(network: Network) -> Posterior:
    from filiform.clinical.locate.tables import solve

    return solve(network)


def _blocks(restricted: Restricted, one: MuscleSide) -> tuple[Block, ...]:
    return restricted.get(one, ()) if isinstance(restricted, Mapping) else restricted(one)


def _next(
    network: Network,
    posterior: Posterior,
    pressed: Mapping[MuscleSide, Palpated],
    blocks: Mapping[MuscleSide, tuple[Block, ...]],
    known: Known,
) -> tuple[Press, ...]:
    """The most telling muscles that were not pressed yet and are not locked; none when little is left to learn."""
    worth = [
        Press(cause.one, round(gain(chance, known.signs), PLACES))
        for cause, chance in zip(network.causes, posterior.chance, strict=True)
        if cause.links and cause.one not in pressed and not stops(blocks[cause.one])
    ]
    worth = [one for one in worth if one.gain_bits >= known.told.least_bits]
    return tuple(sorted(worth, key=lambda one: -one.gain_bits)[: known.told.next])


# --- candidates ---


@dataclass(frozen=True, slots=True)
class _Shown:
    """What a candidate is made of, besides its numbers."""

    worst: Mapping[BodySite, int]
    pressed: Mapping[MuscleSide, Palpated]
    blocks: Mapping[MuscleSide, tuple[Block, ...]]
    muscles: Mapping[MuscleId, Muscle]
    known: Known


def _candidates(network: Network, posterior: Posterior, shown: _Shown) -> tuple[Candidate, ...]:
    """Every muscle that reaches the drawing or was pressed: locked ones last; by probability; then head to foot."""
    at_work = list(posterior.other)
    for cause, reached in zip(network.causes, posterior.reached, strict=True):
        for link, arrived in zip(cause.links, reached, strict=True):
            at_work[link.place] += arrived
    published = prior(network.places, shown.known)
    found = []
    for number, cause in enumerate(network.causes):
        explains = tuple(
            Explained(*_place(network, link.place), round(arrived / at_work[link.place], PLACES))
            for link, arrived in zip(cause.links, posterior.reached[number], strict=True)
        )
        found.append(_candidate(cause, posterior.chance[number], explains, shown, published.get(cause.one)))
    return tuple(sorted(found, key=lambda one: (one.locked, -one.probability)))


def _place(network: Network, number: int) -> tuple[RegionId, Side]:
    return network.places[number].region, network.places[number].side


def _candidate(
    cause: Cause, chance: float, explains: tuple[Explained, ...], shown: _Shown, published: float | None
) -> Candidate:
    muscle, pressed = shown.muscles[cause.one.muscle], shown.pressed.get(cause.one)
    return Candidate(
        muscle=cause.one.muscle,
        side=cause.one.side,
        probability=round(chance, PLACES),
        explains=tuple(sorted(explains, key=lambda one: (-shown.worst[BodySite(one.region, one.side)], one))),
        because=tuple(_because(muscle, explains, len(shown.worst), published, pressed)),
        hazard=muscle.hazard,
        tier=muscle.tier,
        restricted=shown.blocks[cause.one],
    )


def _because(
    muscle: Muscle, explains: Sequence[Explained], areas: int, published: float | None, pressed: Palpated | None
) -> list[str]:
    """Plain sentences: what the drawing says, what is published, what the hand said."""
    reasons = [_coverage(muscle, explains, areas)] if areas else []
    if published is not None:
        reasons.append(f"Taken as active in about {round(published * 100)} of 100 with this complaint, from a study.")
    return reasons + _by_hand(pressed) if pressed else reasons


def _by_hand(pressed: Palpated) -> list[str]:
    """What was looked for, in the order of its weight."""
    reasons = []
    if pressed.familiar_pain is not None:
        brings = "brings on" if pressed.familiar_pain else "did not bring on"
        reasons.append(f"Pressing it {brings} the familiar pain.")
    if pressed.tenderness is not None:
        tender = (
            f"Tender when pressed ({pressed.tenderness} of 3)." if pressed.tenderness else "Not tender when pressed."
        )
        reasons.append(tender)
    if pressed.taut_band is not None:
        reasons.append("A taut band was felt." if pressed.taut_band else "No taut band was felt.")
    if pressed.twitch is not None:
        reasons.append("It twitched." if pressed.twitch else "It did not twitch.")
    return reasons


def _coverage(muscle: Muscle, explains: Sequence[Explained], areas: int) -> str:
    what = "painful area" if areas == 1 else "painful areas"
    if not explains:
        return f"Usually does not hurt in the {what} drawn."
    spill = sum(1 for area in explains if area.region in muscle.spill)
    text = f"Covers {len(explains)} of {areas} {what}"
    return f"{text}, {spill} of them as a spillover." if spill else f"{text}."
