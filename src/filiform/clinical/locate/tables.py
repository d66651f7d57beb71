"""The exact posterior, by tables over the open places. Only sums and products of positive numbers: nothing cancels.

A table holds, for every way in which its places may already have been reached (one bit each), the chance of that and of
all that was worked off. A cause begins as such a table; tables are joined, and places closed. Each of these is linear
in each of its inputs, so one sweep back (reverse differentiation, positive as well) tells how much of the whole each
cell of each first table carries: all posteriors come from one sweep forth and one back.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from filiform.clinical.locate.joining import Join as Joining
from filiform.clinical.locate.joining import join
from filiform.clinical.locate.network import Cause, Network, Posterior
from filiform.clinical.locate.planning import Close, Join, Plan, plan

Array: TypeAlias = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Table:
    """`cells` has one bit of its index for each place of `places`, the first changing slowest; 1 = reached."""

    places: tuple[int, ...]
    cells: Array


@dataclass(frozen=True, slots=True)
class Own:
    """What reaches one place besides the coupled causes: its leak and the causes that are linked to it alone.

    `on` and `off`: some of it arrives, or nothing does. `quiet`: none of its own causes does.
    """

    on: float
    off: float
    quiet: float
    causes: tuple[int, ...]


@dataclass(slots=True)
class Found:
    """What the sweeps find: for each coupled cause the share in which it is a source, and in which each of its links
    arrived; for each place the share in which a coupled cause reached it; the logarithm of the whole."""

    chance: list[float]
    reached: list[tuple[float, ...]]
    placed: list[float]
    evidence: float


def solve(network: Network) -> Posterior:
    """The exact posterior. The largest table has 2 to the power of the plan's width cells (17 when all is drawn)."""
    numbers = [number for number, cause in enumerate(network.causes) if len(cause.links) > 1]
    causes = [network.causes[number] for number in numbers]
    owns = _owns(network)
    way = plan(len(network.places), tuple(sum(1 << link.place for link in cause.links) for cause in causes))
    return _read(network, numbers, _swept(way, causes, owns), owns)


def _owns(network: Network) -> list[Own]:
    alone: list[list[int]] = [[] for _ in network.places]
    for number, cause in enumerate(network.causes):
        if len(cause.links) == 1:
            alone[cause.links[0].place].append(number)
    return [_own(network, tuple(numbers)) for numbers in alone]


def _own(network: Network, numbers: tuple[int, ...]) -> Own:
    on, off, quiet = network.leak, 1 - network.leak, 1.0
    for number in numbers:
        cause = network.causes[number]
        fire = cause.chance * cause.links[0].chance
        on, off, quiet = on + off * fire, off * (1 - fire), quiet * (1 - fire)
    return Own(on, off, quiet, numbers)


# --- the sweeps ---


def _swept(way: Plan, causes: list[Cause], owns: list[Own]) -> Found:
    found = Found([], [], [0.0] * len(owns), 0.0)
    tables = [_begun(cause) for cause in causes]
    joined: dict[int, Joined] = {}
    for number, step in enumerate(way.steps):
        if isinstance(step, Join):
            joined[number] = _joined(tables[step.one], tables[step.other])
            tables.append(joined[number].result)
        else:
            tables.append(_closed(tables, step, owns, found))
    slopes: list[Table] = [Table((), np.ones(1))] * len(tables)
    for number in range(len(way.steps) - 1, -1, -1):
        step, slope = way.steps[number], slopes[len(causes) + number]
        if isinstance(step, Join):
            slopes[step.one], slopes[step.other] = _unjoined(joined[number], slope)
        else:
            slopes[step.table] = _unclosed(tables, step, owns, slope, found)
    for cause, slope in zip(causes, slopes, strict=False):
        _told(cause, slope, found)
    return found


@dataclass(frozen=True, slots=True)
class Joined:
    """A join that was made: the places of both tables as they went in, the join itself, and its result."""

    one: tuple[int, ...]
    other: tuple[int, ...]
    made: Joining
    result: Table


def _joined(one: Table, other: Table) -> Joined:
    shared = [place for place in one.places if place in other.places]
    one, other = _turned(one, _first(one, shared)), _turned(other, _first(other, shared))
    count = len(shared)
    made = join(one.cells.reshape(1 << count, -1), other.cells.reshape(1 << count, -1))
    places = one.places[: made.ahead] + other.places[count:] + one.places[made.ahead :]
    return Joined(one.places, other.places, made, Table(places, made.result().reshape(-1)))


def _unjoined(done: Joined, slope: Table) -> tuple[Table, Table]:
    to_one, to_other = done.made.back(_turned(slope, done.result.places).cells)
    return Table(done.one, to_one.reshape(-1)), Table(done.other, to_other.reshape(-1))


def _first(table: Table, places: Iterable[int]) -> tuple[int, ...]:
    return tuple(dict.fromkeys((*places, *table.places)))


def _turned(table: Table, places: tuple[int, ...]) -> Table:
    """The same table with its places in another order."""
    if places == table.places:
        return table
    order = [table.places.index(place) for place in places]
    return Table(places, table.cells.reshape((2,) * len(order)).transpose(order).reshape(-1))


def _closed(tables: list[Table], step: Close, owns: list[Own], found: Found) -> Table:
    table = tables[step.table]
    off, on = _halves(table, step.place)
    cells = (on + owns[step.place].on * off).reshape(-1)
    scale = cells.max()
    found.evidence += math.log(scale)
    return Table(tuple(place for place in table.places if place != step.place), cells / scale)


def _unclosed(tables: list[Table], step: Close, owns: list[Own], slope: Table, found: Found) -> Table:
    table, own = tables[step.table], owns[step.place]
    off, on = _halves(table, step.place)
    back = Table(table.places, np.empty_like(table.cells))
    to_off, to_on = _halves(back, step.place)
    to_on[...] = _turned(slope, tuple(place for place in table.places if place != step.place)).cells.reshape(on.shape)
    np.multiply(to_on, own.on, out=to_off)
    hit, missed = float((to_on * on).sum()), float((to_off * off).sum())
    found.placed[step.place] = hit / (hit + missed)
    back.cells[...] /= back.cells.max()  # only the shares within one table count, and none shall underflow
    return back


def _halves(table: Table, place: int) -> tuple[Array, Array]:
    """The cells in which the place was not reached, and those in which it was; views."""
    halves = table.cells.reshape(1 << table.places.index(place), 2, -1)
    return halves[:, 0], halves[:, 1]


# --- a cause as a table, and what its slopes tell ---


@functools.lru_cache(maxsize=512)
def _arrivals(chances: tuple[float, ...]) -> tuple[Array, Array]:
    """Of a source: the chance of every pattern of arrivals; below it, row by row, of those with each link's arrival."""
    cells = np.ones(1)
    for chance in chances:
        cells = np.multiply.outer(cells, np.array([1 - chance, chance])).reshape(-1)
    patterns = np.arange(cells.size)
    arrived = [cells * ((patterns >> at) & 1) for at in range(len(chances) - 1, -1, -1)]
    return cells, np.array([cells, *arrived])


def _begun(cause: Cause) -> Table:
    cells = cause.chance * _arrivals(tuple(link.chance for link in cause.links))[0]
    cells[0] += 1 - cause.chance
    return Table(tuple(link.place for link in cause.links), cells)


def _told(cause: Cause, slope: Table, found: Found) -> None:
    outer = _turned(slope, tuple(link.place for link in cause.links)).cells
    rows = _arrivals(tuple(link.chance for link in cause.links))[1]
    present, *arrived = (cause.chance * (rows @ outer)).tolist()
    total = present + (1 - cause.chance) * float(outer[0])
    found.chance.append(present / total)
    found.reached.append(tuple(one / total for one in arrived))


# --- what it means ---


def _read(network: Network, numbers: list[int], found: Found, owns: list[Own]) -> Posterior:
    chance = [cause.chance for cause in network.causes]  # of those without a link nothing was learned
    reached: list[tuple[float, ...]] = [()] * len(chance)
    for number, one, links in zip(numbers, found.chance, found.reached, strict=True):
        chance[number], reached[number] = one, links
    alone, other, evidence = [], [], found.evidence
    coupled = {link.place for number in numbers for link in network.causes[number].links}
    for place, own in enumerate(owns):
        hit = found.placed[place]
        missed = (1 - hit) / own.on
        alone.append(missed * network.leak * own.quiet)
        other.append(network.leak * (hit + missed))
        evidence += 0.0 if place in coupled else math.log(own.on)
        for number in own.causes:
            chance[number], arrived = _lone(network.causes[number], hit, missed, own.off)
            reached[number] = (arrived,)
    return Posterior(tuple(chance), tuple(reached), tuple(alone), tuple(other), evidence)


def _lone(cause: Cause, hit: float, missed: float, off: float) -> tuple[float, float]:
    """Of a cause with one link: the chance that it is a source, and that its link arrived.

    `hit`: a coupled cause has reached the place. `missed`: none has, divided by the chance that something else did.
    """
    fire, silent = cause.chance * cause.links[0].chance, cause.chance * (1 - cause.links[0].chance)
    others = 1 - off / (1 - fire)
    return hit * cause.chance + missed * (fire + silent * others), fire * (hit + missed)
