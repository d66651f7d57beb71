"""Which muscles together explain the drawing: the most probable sets, exactly.

A set means: exactly these muscles are sources, and no other muscle that reaches a drawn place. No set is more probable
than any of its parts, and the exact chance of each part is known: a muscle that is a source in a smaller share of all
cases than a set already in sight is in none of the best sets, and one whose absence is that rare is in all of them.
What is left is a sum of logarithms over the places and the muscles, and goes to the search in bounding.py.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from filiform.clinical.locate.bounding import Term, best_choices
from filiform.clinical.locate.network import Network, Posterior

Array: TypeAlias = NDArray[np.float64]
SIZES = ((10, 3_000), (15, 30_000), (30, 10**9))  # see bounding.best_choices; they change the time, not the answer
ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class Together:
    """One set, as numbers of the network's causes, and the posterior probability of exactly this set."""

    causes: tuple[int, ...]
    probability: float


def best_sets(network: Network, posterior: Posterior, most: int, least: float) -> tuple[Together, ...]:
    """The `most` most probable sets with a probability of at least `least`; of equals the one whose causes come first.

    Nothing drawn, or nothing that could explain it: no sets.
    """
    linked = [number for number, cause in enumerate(network.causes) if cause.links and cause.odds > 0]
    if not linked or most < 1:
        return ()
    bar = max(least, _reached(network, posterior, linked, most)) * (1 - ROUNDING)
    always = {number for number in linked if 1 - posterior.chance[number] < bar}
    never = {number for number in linked if posterior.chance[number] < bar}
    terms = _terms(network, posterior, linked, always, never)
    found = best_choices(terms, most, math.log(bar) if bar > 0 else -math.inf, SIZES)
    sets = [Together(tuple(sorted(always.union(chosen))), math.exp(worth)) for chosen, worth in found.choices]
    sets = [one for one in sets if one.probability >= least]
    # Nine digits: what lies beyond is rounding, and must not order equals.
    return tuple(sorted(sets, key=lambda one: (-float(f"{one.probability:.8e}"), one.causes))[:most])


def _terms(
    network: Network, posterior: Posterior, linked: Sequence[int], always: Collection[int], never: Collection[int]
) -> list[Term]:
    """The logarithm of a set's posterior as a sum over places and causes."""
    odds = {number: math.log(network.causes[number].odds) for number in linked}
    start = math.fsum(-math.log1p(network.causes[number].odds) for number in linked) - posterior.evidence
    terms = [Term((), np.array([start + math.fsum(odds[number] for number in always)]))]
    terms += [Term((number,), np.array([0.0, odds[number]])) for number in linked if number not in {*always, *never}]
    for parents in _parents(network, linked):
        off, things = np.array([1 - network.leak]), []
        for number, chance in parents:
            if number in always:
                off = off * (1 - chance)
            elif number not in never:
                off = np.multiply.outer(off, np.array([1.0, 1 - chance])).reshape(-1)
                things.append(number)
        terms.append(Term(tuple(things), np.log1p(-off)))
    return terms


def _parents(network: Network, linked: Sequence[int]) -> list[list[tuple[int, float]]]:
    parents: list[list[tuple[int, float]]] = [[] for _ in network.places]
    for number in linked:
        for link in network.causes[number].links:
            parents[link.place].append((number, link.chance))
    return parents


# --- a bar that is surely reached ---


def _reached(network: Network, posterior: Posterior, linked: Sequence[int], most: int) -> float:
    """A probability that at least `most` sets reach, found by climbing; 0 when fewer sets were seen."""
    quiet = np.ones((len(linked), len(network.places)))
    for at, number in enumerate(linked):
        for link in network.causes[number].links:
            quiet[at, link.place] = 1 - link.chance
    odds = np.log([network.causes[number].odds for number in linked])
    here = np.array([posterior.chance[number] > 0.5 for number in linked])
    start = -float(np.log1p(np.exp(odds)).sum()) - posterior.evidence
    while True:
        worth, near = _around(here, quiet, odds, 1 - network.leak)
        if near.max() <= worth:
            break
        here = here.copy()
        here[near.argmax()] ^= True
    seen = sorted([worth, *near.tolist()], reverse=True)
    return math.exp(start + seen[most - 1]) if len(seen) >= most else 0.0


def _around(here: Array, quiet: Array, odds: Array, silent: float) -> tuple[float, Array]:
    """The worth of one set, and of each set that differs from it in one cause."""
    chosen = quiet[here]
    off = silent * chosen.prod(axis=0)
    near = np.where(here[:, None], 0.0, off * quiet)
    for at, row in zip(np.flatnonzero(here), range(len(chosen)), strict=True):
        near[at] = silent * np.delete(chosen, row, axis=0).prod(axis=0)
    base = float(odds[here].sum())
    flipped = base + np.where(here, -odds, odds)
    return base + float(np.log1p(-off).sum()), flipped + np.log1p(-near).sum(axis=1)
