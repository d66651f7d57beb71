"""The model worked out the slow and obvious way, in exact rational numbers. Nothing here is shared with the program."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from filiform.clinical.locate.network import Cause, Link, Network
from filiform.clinical.terms import BodySite, MuscleId, MuscleSide, RegionId, Side

ONE = Fraction(1)
Pattern = frozenset[int]


@dataclass(frozen=True)
class Exact:
    """The posterior as fractions; the fields as in `network.Posterior`, and the chance of the drawing."""

    chance: list[Fraction]
    reached: list[list[Fraction]]
    alone: list[Fraction]
    other: list[Fraction]
    evidence: Fraction


def prior(cause: Cause) -> Fraction:
    """The chance that it is a source, before the drawn places."""
    return Fraction(cause.odds) / (1 + Fraction(cause.odds))


def choices(network: Network) -> Iterator[tuple[tuple[int, ...], Fraction, list[Fraction], list[Fraction]]]:
    """Every set of sources with: its chance times that of the drawing; for each place the chance that it hurts, and
    that no source reaches it."""
    chances = [prior(cause) for cause in network.causes]
    for present in itertools.product((False, True), repeat=len(chances)):
        weight, quiet = ONE, [ONE] * len(network.places)
        for chance, is_source, cause in zip(chances, present, network.causes, strict=True):
            weight *= chance if is_source else 1 - chance
            for link in cause.links if is_source else ():
                quiet[link.place] *= 1 - Fraction(link.chance)
        hurts = [1 - (1 - Fraction(network.leak)) * one for one in quiet]
        for one in hurts:
            weight *= one
        yield tuple(n for n, is_source in enumerate(present) if is_source), weight, hurts, quiet


def enumerated(network: Network) -> Exact:
    """By adding up every set of sources."""
    leak, places = Fraction(network.leak), range(len(network.places))
    total = Fraction(0)
    chance = [Fraction(0) for _ in network.causes]
    reached = [[Fraction(0) for _ in cause.links] for cause in network.causes]
    alone, other = [Fraction(0) for _ in places], [Fraction(0) for _ in places]
    for sources, weight, hurts, quiet in choices(network):
        total += weight
        for number in sources:
            chance[number] += weight
            for at, link in enumerate(network.causes[number].links):
                reached[number][at] += weight * Fraction(link.chance) / hurts[link.place]
        for place in places:
            alone[place] += weight * leak * quiet[place] / hurts[place]
            other[place] += weight * leak / hurts[place]
    return Exact(
        [one / total for one in chance],
        [[one / total for one in row] for row in reached],
        [one / total for one in alone],
        [one / total for one in other],
        total,
    )


def chance_of(network: Network, number: int) -> Fraction:
    """The posterior of one cause, by working out the chance of the drawing twice."""
    weight = prior(network.causes[number])
    yes, no = weight * drawing(network, {number: True}), (1 - weight) * drawing(network, {number: False})
    return yes / (yes + no)


def drawing(network: Network, known: Mapping[int, bool]) -> Fraction:
    """The chance of the drawing when some causes are known, place by place: a table says how probable it is that
    exactly these of its places were reached."""
    tables = [_table(cause, known.get(number)) for number, cause in enumerate(network.causes)]
    result, left = ONE, set(range(len(network.places)))
    while left:
        place = min(left, key=lambda one: (len(set().union(*(scope for scope, _ in tables if one in scope))), one))
        left.remove(place)
        mine = [one for one in tables if place in one[0]]
        tables = [one for one in tables if place not in one[0]]
        scope, cells = Pattern({place}), {Pattern(): ONE}
        for more, others in sorted(mine, key=lambda one: len(one[0])):
            scope, cells = scope | more, _joined(cells, others)
        closed: dict[Pattern, Fraction] = {}
        for pattern, weight in cells.items():
            hurts = ONE if place in pattern else Fraction(network.leak)
            closed[pattern - {place}] = closed.get(pattern - {place}, Fraction(0)) + weight * hurts
        if scope == {place}:
            result *= closed[Pattern()]
        else:
            tables.append((scope - {place}, closed))
    return result


def _table(cause: Cause, known: bool | None) -> tuple[Pattern, dict[Pattern, Fraction]]:
    source = {None: prior(cause), True: ONE, False: Fraction(0)}[known]
    cells: dict[Pattern, Fraction] = {Pattern(): source}
    for link in cause.links:
        chance = Fraction(link.chance)
        cells = {
            pattern | extra: weight * part
            for pattern, weight in cells.items()
            for extra, part in ((Pattern(), 1 - chance), (Pattern({link.place}), chance))
        }
    cells[Pattern()] += 1 - source
    return Pattern(link.place for link in cause.links), cells


def _joined(one: Mapping[Pattern, Fraction], other: Mapping[Pattern, Fraction]) -> dict[Pattern, Fraction]:
    cells: dict[Pattern, Fraction] = {}
    for (a, x), (b, y) in itertools.product(one.items(), other.items()):
        cells[a | b] = cells.get(a | b, Fraction(0)) + x * y
    return cells


def made_up(seed: int, most_places: int = 6, most_causes: int = 9) -> Network:
    """A small network by chance: causes with none to all of the places, likely and unlikely ones."""
    chance = random.Random(seed)
    places = chance.randint(1, most_places)
    causes = []
    for number in range(chance.randint(0, most_causes)):
        reach = chance.sample(range(places), chance.randint(0, min(places, 5)))
        links = tuple(Link(place, chance.choice((0.01, 0.3, 0.6, 0.857, 0.99))) for place in reach)
        odds = chance.choice((1e-6, 0.01, 0.05, 0.5, 3.0, 40.0))
        causes.append(Cause(MuscleSide(MuscleId(f"m{number}"), Side.LEFT), odds, links))
    sites = tuple(BodySite(RegionId(f"r{number}"), Side.LEFT) for number in range(places))
    return Network(sites, chance.choice((1e-4, 0.02, 0.3)), tuple(causes))
