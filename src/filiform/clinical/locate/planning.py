"""In which order tables are joined and places closed, so that the tables stay small.

A table has one bit for every open place: has anything reached it yet? Each cause begins as a small table over its own
places. To close a place, all tables that hold it are joined; then its bit goes. How large the tables grow depends on
the order only; the result does not. The best order is hard to find; a greedy one is good enough.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

# The next place is the one that has least of this: pairs of neighbours that it would bring together, divided by its
# neighbours to this power. The power was found by trying drawings of every size; 1 is up to twice as slow on some.
POWER = 1.7


@dataclass(frozen=True, slots=True)
class Join:
    """Join two tables, named by their numbers: the causes come first, then the result of each step in turn."""

    one: int
    other: int


@dataclass(frozen=True, slots=True)
class Close:
    """Close a place in the only table that still holds it."""

    table: int
    place: int


@dataclass(frozen=True, slots=True)
class Plan:
    """The steps, each after those it needs. `width`: the most places that one table holds."""

    steps: tuple[Join | Close, ...]
    width: int


@lru_cache(maxsize=64)
def plan(places: int, causes: tuple[int, ...]) -> Plan:
    """The order of work. `causes` are the places of each cause, as bits. A place of no cause has no step."""
    return _planned(_order(_neighbours(places, causes)), causes)


def bits(mask: int) -> Iterator[int]:
    """The numbers of the bits that are set, lowest first."""
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low


def _neighbours(places: int, causes: tuple[int, ...]) -> list[int]:
    """For every place the places it shares a cause with, as bits."""
    near = [0] * places
    for linked in causes:
        for place in bits(linked):
            near[place] |= linked & ~(1 << place)
    return near


def _order(near: list[int]) -> list[int]:
    """Greedy: always the place with the least `_value`; its neighbours then belong together."""
    near, order = list(near), []
    touched_last = [0] * len(near)
    value = {place: _value(near, place, 0) for place in range(len(near))}
    while value:
        place = min(value, key=value.__getitem__)
        del value[place]
        order.append(place)
        around = near[place]
        changed, beyond = around, 0
        for one in bits(around):
            near[one] = (near[one] | around) & ~(1 << place | 1 << one)
            touched_last[one] = len(order)
            beyond |= near[one]
        for one in bits(beyond & ~around):  # a pair of its neighbours may be a pair of neighbours now
            if (near[one] & around).bit_count() > 1:
                changed |= 1 << one
        for one in bits(changed):
            value[one] = _value(near, one, touched_last[one])
    return order


def _value(near: list[int], place: int, touched_last: int) -> tuple[float, int]:
    """Of equals the one whose neighbour was worked off last: a table then grows on instead of meeting another."""
    around = near[place]
    fill = sum((around & ~near[one]).bit_count() - 1 for one in bits(around)) / 2
    return round(fill / (around.bit_count() + 1) ** POWER, 9), -touched_last


def _planned(order: list[int], causes: tuple[int, ...]) -> Plan:
    turn = {place: number for number, place in enumerate(order)}
    waiting: list[list[int]] = [[] for _ in order]
    tables = list(causes)
    steps: list[Join | Close] = []
    for number, linked in enumerate(causes):
        waiting[min(turn[place] for place in bits(linked))].append(number)
    width = 0
    for place in order:
        pool = waiting[turn[place]]
        if not pool:
            continue
        while len(pool) > 1:
            one, other = _nearest(pool, tables)
            steps.append(Join(one, other))
            pool = [table for table in pool if table not in (one, other)] + [len(tables)]
            tables.append(tables[one] | tables[other])
        width = max(width, tables[pool[0]].bit_count())
        steps.append(Close(pool[0], place))
        after = tables[pool[0]] & ~(1 << place)
        if after:
            waiting[min(turn[one] for one in bits(after))].append(len(tables))
        tables.append(after)
    return Plan(tuple(steps), width)


def _nearest(pool: list[int], tables: list[int]) -> tuple[int, int]:
    """The pair with the smallest result, the larger of the two first."""
    _, one, other = min(
        ((tables[one] | tables[other]).bit_count(), one, other) for at, one in enumerate(pool) for other in pool[:at]
    )
    return (one, other) if tables[one].bit_count() >= tables[other].bit_count() else (other, one)
