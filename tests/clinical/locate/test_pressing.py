"""What pressing is expected to tell, against working out every case; the ratios; the sets against brute force."""

from __future__ import annotations

import itertools
import math
from fractions import Fraction

import pytest

from filiform.clinical.locate import bounding, tables
from filiform.clinical.locate.drawing import network_of
from filiform.clinical.locate.known import Sign, Signs
from filiform.clinical.locate.network import Network
from filiform.clinical.locate.pressing import gain, ratio, ratios, strongest
from filiform.clinical.locate.sets import Together, best_sets
from filiform.clinical.terms import MuscleId, MuscleSide
from tests.clinical.locate import reference
from tests.clinical.locate.real import KNOWN, LEFT, MUSCLES, patch, press

SIGNS = KNOWN.signs
NAMES = ("familiar_pain", "tenderness", "taut_band", "twitch")


def findings() -> list[tuple[float, float]]:
    """Every combination of the four findings: how often in a source, and in a muscle that is none."""
    each = [list(zip(getattr(SIGNS, name).if_source, getattr(SIGNS, name).if_not, strict=True)) for name in NAMES]
    return [
        (math.prod(one[0] for one in values), math.prod(one[1] for one in values))
        for values in itertools.product(*each)
    ]


def entropy(chances: list[float]) -> float:
    return -sum(chance * math.log2(chance) for chance in chances if chance > 0)


@pytest.mark.parametrize("seed", range(25))
def test_the_gain_is_what_the_whole_body_tells(seed: int) -> None:
    """Brute force: by how much one look at one muscle is expected to lower the entropy over all sets of sources."""
    made = reference.made_up(seed, most_causes=6)
    posterior = tables.solve(made)
    weights = [(sources, weight) for sources, weight, _, _ in reference.choices(made)]
    total = sum(weight for _, weight in weights)
    before = [float(weight / total) for _, weight in weights]
    for number in range(len(made.causes)):
        after = 0.0
        for if_source, if_not in findings():
            joint = [
                chance * (if_source if number in sources else if_not)
                for chance, (sources, _) in zip(before, weights, strict=True)
            ]
            after += sum(joint) * entropy([one / sum(joint) for one in joint])
        assert gain(posterior.chance[number], SIGNS) == pytest.approx(entropy(before) - after, abs=1e-9)


def test_nothing_is_gained_where_all_is_known() -> None:
    assert gain(0.0, SIGNS) == gain(1.0, SIGNS) == 0.0
    assert 0 < gain(0.01, SIGNS) < gain(0.3, SIGNS) < 1


def test_a_finding_that_never_happens_is_no_fault() -> None:
    never = Sign((1.0, 0.0), (0.5, 0.5), "", ())
    assert gain(0.5, Signs(never, SIGNS.tenderness, SIGNS.taut_band, SIGNS.twitch)) > 0


def test_ratios_multiply_and_strength_is_their_power() -> None:
    point = press("deltoid", tenderness=3, familiar=True, taut=True, twitch=True)
    whole = math.prod(getattr(SIGNS, name).ratio(value) for name, value in zip(NAMES, (1, 3, 1, 1), strict=True))
    assert ratio(point, SIGNS) == pytest.approx(whole)
    found = strongest([press("deltoid"), point], SIGNS, MUSCLES)
    one = MuscleSide(MuscleId("deltoid"), LEFT)
    assert ratios(found, KNOWN)[one] == pytest.approx(whole)
    assert ratios(found, KNOWN, 0.5)[one] == pytest.approx(math.sqrt(whole))
    assert ratios(found, KNOWN, 2.0)[one] == pytest.approx(whole**2)


def test_pressing_multiplies_the_odds() -> None:
    """Bayes: the posterior with a ratio is the posterior odds without it, times the ratio."""
    one = MuscleSide(MuscleId("deltoid"), LEFT)
    sites = patch(6, 3)
    plain, pressed = network_of(sites, {one: 1.0}, KNOWN), network_of(sites, {one: 5.0}, KNOWN)
    number = next(n for n, cause in enumerate(plain.causes) if cause.one == one)
    before, after = tables.solve(plain).chance[number], tables.solve(pressed).chance[number]
    assert after / (1 - after) == pytest.approx(5 * before / (1 - before))


# --- sets ---


def by_brute_force(made: Network, most: int) -> list[tuple[tuple[int, ...], Fraction]]:
    """The most probable sets among the causes that reach something, of equals those whose causes come first."""
    linked = [number for number, cause in enumerate(made.causes) if cause.links]
    if not linked:
        return []
    weights: dict[tuple[int, ...], Fraction] = {}
    for sources, weight, _, _ in reference.choices(made):
        kept = tuple(number for number in sources if number in linked)
        weights[kept] = weights.get(kept, Fraction(0)) + weight
    total = sum(weights.values())
    ranked = [(sources, weight / total) for sources, weight in weights.items()]
    return sorted(ranked, key=lambda one: (-float(f"{float(one[1]):.8e}"), one[0]))[:most]


def agree(found: tuple[Together, ...], right: list[tuple[tuple[int, ...], Fraction]]) -> bool:
    return [one.causes for one in found] == [sources for sources, _ in right] and all(
        abs(one.probability - float(chance)) < 1e-9 for one, (_, chance) in zip(found, right, strict=True)
    )


def test_sets_equal_brute_force_on_a_thousand_small_cases() -> None:
    wrong = []
    for seed in range(1000):
        made = reference.made_up(seed, most_places=5, most_causes=6)
        if not agree(best_sets(made, tables.solve(made), 5, 0.0), by_brute_force(made, 5)):
            wrong.append(seed)
    assert wrong == []


@pytest.mark.parametrize("seed", range(60))
def test_sets_are_the_same_with_split_buckets_and_a_short_search(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """With tiny buckets the bounds are loose; the search is longer, and the answer the same."""
    made = reference.made_up(seed)
    posterior = tables.solve(made)
    right = best_sets(made, posterior, 5, 0.0)
    monkeypatch.setattr("filiform.clinical.locate.sets.SIZES", ((2, 3), (2, 10**9)))
    found = best_sets(made, posterior, 5, 0.0)
    assert [one.causes for one in found] == [one.causes for one in right]


def test_negative_control_a_search_that_stops_early_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("filiform.clinical.locate.sets.SIZES", ((2, 12),))
    made = [reference.made_up(seed, most_places=5, most_causes=6) for seed in range(60)]
    assert not all(agree(best_sets(one, tables.solve(one), 5, 0.0), by_brute_force(one, 5)) for one in made)


def test_sets_below_the_least_are_left_out_and_none_is_asked_for_none() -> None:
    made = reference.made_up(4)
    posterior = tables.solve(made)
    every = best_sets(made, posterior, 5, 0.0)
    least = every[1].probability
    assert [one.causes for one in best_sets(made, posterior, 5, least)] == [one.causes for one in every[:2]]
    assert best_sets(made, posterior, 0, 0.0) == ()


def test_sets_of_a_real_drawing_are_in_order_and_none_beats_its_parts() -> None:
    made = network_of(patch(8, 5), {}, KNOWN)
    posterior = tables.solve(made)
    found = best_sets(made, posterior, 5, 0.0)
    chances = [one.probability for one in found]
    assert chances == sorted(chances, reverse=True)
    for one in found:
        assert all(one.probability <= posterior.chance[number] + 1e-12 for number in one.causes)


def test_a_thing_in_no_term_and_no_terms_at_all() -> None:
    assert bounding.best_choices([], 3, -math.inf, ((5, 100),)).choices == (((), 0.0),)
