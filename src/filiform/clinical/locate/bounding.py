"""The best choices of yes or no for many things at once, when their worth is a sum of terms over a few of them each.

Bucket elimination takes the things one by one: all terms that hold the next one are summed and its better choice is
kept. Where that table would be too large the bucket is split, and each part keeps its own better choice: no longer the
worth itself, but a bound that nothing exceeds (mini-buckets, Dechter and Rish 2003; the parts are first levelled so
that they agree on the best of each choice, which makes the bound tight). A search that always follows the best bound
finds the choices in the order of their worth, and knows it: with looser bounds it only takes longer.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Array: TypeAlias = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Term:
    """What every choice of `things` is worth; the first thing changes slowest. No thing: a number."""

    things: tuple[int, ...]
    worth: Array


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a bucket. `loss` by which a choice falls short of the bound, for every choice of `things`."""

    things: tuple[int, ...]
    loss: Array


@dataclass(frozen=True, slots=True)
class Bounds:
    """`top`: no choice is worth more. `buckets`: each thing with its parts, in the order of the search."""

    top: float
    buckets: tuple[tuple[int, tuple[Part, ...]], ...]


@dataclass(frozen=True, slots=True)
class Best:
    """What the search found: the things chosen and what that is worth, best first. `whole`: it came to its end."""

    choices: tuple[tuple[tuple[int, ...], float], ...]
    whole: bool


def best_choices(terms: Sequence[Term], most: int, least: float, sizes: Sequence[tuple[int, int]]) -> Best:
    """The `most` best choices worth at least `least`, with all that equal the last of them.

    `sizes`: how many things a part of a bucket may hold, and how many looks the search then gets; the first size whose
    search comes to its end answers.
    """
    for size, looks in sizes:
        found = _search(_bounds(terms, size), most, least, looks)
        if found.whole:
            break
    return found


EQUAL = 1e-9  # worth that differs by no more than rounding


def _search(bounds: Bounds, most: int, least: float, looks: int) -> Best:
    turn = {thing: at for at, (thing, _) in enumerate(bounds.buckets)}
    turns = [[_shifted(part, turn) for part in parts] for _, parts in bounds.buckets]
    waiting: list[tuple[float, int, int]] = [(0.0, 0, 0)]
    found: list[tuple[tuple[int, ...], float]] = []
    limit = bounds.top - least + EQUAL
    while waiting and waiting[0][0] <= limit:
        if not looks:
            return Best(tuple(found), False)
        looks -= 1
        loss, late, chosen = heapq.heappop(waiting)
        if -late == len(turns):
            found.append((tuple(sorted(thing for thing, at in turn.items() if chosen >> at & 1)), bounds.top - loss))
            if len(found) == most:
                limit = min(limit, loss + EQUAL)
            continue
        for one in (chosen, chosen | 1 << -late):
            more = sum(float(part[_index(one, shifts)]) for part, shifts in turns[-late])
            heapq.heappush(waiting, (loss + more, late - 1, one))
    return Best(tuple(found), True)


def _shifted(part: Part, turn: dict[int, int]) -> tuple[Array, tuple[tuple[int, int], ...]]:
    """The losses, and for each thing its place among the choices and in the index."""
    return part.loss, tuple((turn[thing], len(part.things) - 1 - at) for at, thing in enumerate(part.things))


def _index(chosen: int, shifts: tuple[tuple[int, int], ...]) -> int:
    index = 0
    for at, shift in shifts:
        index |= (chosen >> at & 1) << shift
    return index


# --- bounds ---


def _bounds(terms: Sequence[Term], size: int) -> Bounds:
    pool = [term for term in terms if term.things]
    top = sum(float(term.worth[0]) for term in terms if not term.things)
    buckets = []
    for thing in _order(pool):
        groups = _groups([term for term in pool if thing in term.things], size)
        parts = [_bounded(term) for term in _levelled([_summed(thing, group) for group in groups])]
        left = [message for _, message in parts]
        top += sum(float(message.worth[0]) for message in left if not message.things)
        pool = [term for term in pool if thing not in term.things] + [message for message in left if message.things]
        buckets.append((thing, tuple(part for part, _ in parts)))
    return Bounds(top, tuple(reversed(buckets)))


def _order(pool: Sequence[Term]) -> Iterator[int]:
    """Always the thing with the fewest neighbours left."""
    near: dict[int, set[int]] = {}
    for term in pool:
        for thing in term.things:
            near.setdefault(thing, set()).update(term.things)
    while near:
        thing = min(near, key=lambda one: (len(near[one]), one))
        around = near.pop(thing) - {thing}
        for one in around:
            near[one] = (near[one] | around) - {thing}
        yield thing


def _groups(terms: Sequence[Term], size: int) -> list[list[Term]]:
    """The terms of one bucket in groups of at most `size` things, largest first; a larger term is its own group."""
    groups: list[tuple[set[int], list[Term]]] = []
    for term in sorted(terms, key=lambda one: (-len(one.things), one.things)):
        for things, group in groups:
            if len(things | set(term.things)) <= size:
                things |= set(term.things)
                group.append(term)
                break
        else:
            groups.append((set(term.things), [term]))
    return [group for _, group in groups]


def _summed(thing: int, group: Sequence[Term]) -> Term:
    """The terms of one group as one, with `thing` first; shape (2, all choices of the others)."""
    things = (thing, *sorted({one for term in group for one in term.things} - {thing}))
    place = {one: at for at, one in enumerate(things)}
    worth = np.zeros((2,) * len(things))
    for term in group:
        order = sorted(range(len(term.things)), key=lambda at: place[term.things[at]])
        shape = [2 if one in term.things else 1 for one in things]
        worth += term.worth.reshape((2,) * len(order)).transpose(order).reshape(shape)
    return Term(things, worth.reshape(2, -1))


def _levelled(parts: Sequence[Term]) -> list[Term]:
    """The same sum, shared out so that all parts have the same best for each choice of their first thing."""
    best = [part.worth.max(axis=1, keepdims=True) for part in parts]
    middle = sum(best[1:], best[0]) / len(best)
    return [Term(part.things, part.worth + (middle - one)) for part, one in zip(parts, best, strict=True)]


def _bounded(part: Term) -> tuple[Part, Term]:
    """What a search loses by each choice, and the bound for the things but the first."""
    bound = part.worth.max(axis=0)
    return Part(part.things, (bound - part.worth).reshape(-1)), Term(part.things[1:], bound)
