"""The posterior is exact: against rational arithmetic, on small networks and on the real one, and in its laws."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import pytest

from filiform.clinical.locate import joining, planning, tables
from filiform.clinical.locate.network import Cause, Link, Network, Posterior
from filiform.clinical.terms import BodySite, MuscleId, MuscleSide, RegionId, Side
from tests.clinical.locate import reference
from tests.clinical.locate.real import EVERYWHERE, dense, network, patch, short

CLOSE = 1e-9
SMALL = range(150)


def differences(found: Posterior, exact: reference.Exact) -> list[float]:
    """Between all that the program says and what is so."""
    pairs = [*zip(found.chance, exact.chance, strict=True), *zip(found.alone, exact.alone, strict=True)]
    pairs += zip(found.other, exact.other, strict=True)
    for row, right in zip(found.reached, exact.reached, strict=True):
        pairs += zip(row, right, strict=True)
    return [abs(value - float(right)) for value, right in pairs] + [abs(math.exp(found.evidence) / exact.evidence - 1)]


@pytest.mark.control("C-191")
@pytest.mark.parametrize("seed", SMALL)
def test_small_networks_agree_with_every_set_added_up(seed: int) -> None:
    made = reference.made_up(seed)
    assert max(differences(tables.solve(made), reference.enumerated(made))) < CLOSE


def test_the_slow_elimination_agrees_with_every_set_added_up() -> None:
    """The reference that is used where not every set can be added up."""
    for seed in SMALL[:40]:
        made = reference.made_up(seed)
        exact = reference.enumerated(made)
        assert reference.drawing(made, {}) == exact.evidence
        assert [reference.chance_of(made, number) for number in range(len(made.causes))] == exact.chance


@pytest.mark.control("C-191")
@pytest.mark.parametrize("sites", [dense(10), dense(20), patch(10, 1), patch(13, 2)], ids=["10", "20", "10b", "13"])
def test_real_drawings_agree_with_rational_arithmetic(sites: list[BodySite]) -> None:
    made = short(network(sites))
    found = tables.solve(made)
    for number in range(0, len(made.causes), 9):
        assert abs(found.chance[number] - float(reference.chance_of(made, number))) < CLOSE
    exact = reference.drawing(made, {})
    log = math.log(exact.numerator) - math.log(exact.denominator)
    assert found.evidence == pytest.approx(log, abs=CLOSE)


def test_negative_control_a_wrong_join_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """Were a place that both tables reach counted once too often, the reference would say so."""
    right = joining.OTHER
    monkeypatch.setattr(joining, "LEAF", 1)
    monkeypatch.setattr(joining, "OTHER", np.array([[1.0, 0.0], [1.0, 1.0], [0.0, 2.0]]))
    joining._together.cache_clear()
    made = [reference.made_up(seed, most_causes=6) for seed in SMALL[:60]]
    assert max(max(differences(tables.solve(one), reference.enumerated(one))) for one in made) > CLOSE
    monkeypatch.setattr(joining, "OTHER", right)
    assert max(max(differences(tables.solve(one), reference.enumerated(one))) for one in made) < CLOSE


@pytest.mark.control("C-191")
def test_everything_drawn_is_solved_and_every_answer_is_a_chance() -> None:
    made = network(EVERYWHERE)
    found = tables.solve(made)
    assert (len(made.places), len(made.causes)) == (174, 196)
    for value in (*found.chance, *found.alone, *found.other, *(one for row in found.reached for one in row)):
        assert 0 <= value <= 1 + 1e-12
    assert math.isfinite(found.evidence)


def test_everything_drawn_is_the_same_by_another_plan(monkeypatch: pytest.MonkeyPatch) -> None:
    """The order changes the time and nothing else: half the body, planned by another rule."""
    made = network([site for site in EVERYWHERE if site.side is not Side.RIGHT])
    first = tables.solve(made)
    monkeypatch.setattr(planning, "POWER", 1.0)
    planning.plan.cache_clear()
    second = tables.solve(made)
    planning.plan.cache_clear()
    assert max(abs(a - b) for a, b in zip(first.chance, second.chance, strict=True)) < 1e-11
    assert first.evidence == pytest.approx(second.evidence, abs=1e-9)


def test_a_drawing_too_improbable_for_a_difference_is_still_exact() -> None:
    """Sums over subsets and differences back would leave nothing here: the drawing has a chance of about 1e-72."""
    places, leak = 24, 1 / 1024
    sites = tuple(BodySite(RegionId(f"r{n:02}"), Side.LEFT) for n in range(places))
    causes = tuple(
        Cause(MuscleSide(MuscleId(f"m{n}"), Side.LEFT), 2.0**-30, (Link(n, 0.5), Link((n + 1) % places, 0.5)))
        for n in range(places)
    )
    made = Network(sites, leak, causes)
    found, exact = tables.solve(made), reference.drawing(made, {})
    assert float(exact) < 1e-70
    assert math.exp(found.evidence) / float(exact) == pytest.approx(1, abs=1e-9)
    assert found.chance[0] == pytest.approx(float(reference.chance_of(made, 0)), rel=1e-9)


# --- laws ---


def changed(made: Network, number: int, **to: object) -> tuple[Cause, ...]:
    """The causes with one of them changed."""
    cause = dataclasses.replace(made.causes[number], **to)
    return (*made.causes[:number], cause, *made.causes[number + 1 :])


@pytest.mark.control("C-192")
@pytest.mark.parametrize("seed", SMALL)
def test_a_place_that_only_one_cause_reaches_never_lowers_it(seed: int) -> None:
    made = reference.made_up(seed)
    drawn = (*made.places, BodySite(RegionId("more"), Side.LEFT))
    for number, cause in enumerate(made.causes):
        silent = Network(made.places, made.leak, changed(made, number, odds=cause.odds * (1 - 0.6)))
        links = (*cause.links, Link(len(made.places), 0.6))
        hurting = Network(drawn, made.leak, changed(made, number, links=links))
        assert tables.solve(hurting).chance[number] >= tables.solve(silent).chance[number] - 1e-12


@pytest.mark.parametrize("seed", SMALL[:40])
def test_the_order_of_places_and_causes_changes_nothing(seed: int) -> None:
    made = reference.made_up(seed)
    turned = Network(
        made.places[::-1],
        made.leak,
        tuple(
            dataclasses.replace(
                cause, links=tuple(Link(len(made.places) - 1 - link.place, link.chance) for link in cause.links)
            )
            for cause in made.causes[::-1]
        ),
    )
    one, other = tables.solve(made), tables.solve(turned)
    assert one.chance == pytest.approx(other.chance[::-1], abs=1e-12)
    assert one.alone == pytest.approx(other.alone[::-1], abs=1e-12)


@pytest.mark.parametrize(("shared", "extra", "rest"), [(0, 1, 2), (3, 2, 1), (4, 0, 3), (5, 1, 1), (7, 0, 2)])
def test_joining_and_its_slopes(shared: int, extra: int, rest: int) -> None:
    """Against the definition; and its slopes: what the result gains by each cell."""
    rng = np.random.default_rng(shared)
    big, small = rng.random((1 << shared, 1 << rest)), rng.random((1 << shared, 1 << extra))
    slope = rng.random((1 << shared, 1 << extra, 1 << rest))
    right = np.zeros_like(slope)
    to_big, to_small = np.zeros_like(big), np.zeros_like(small)
    for a in range(1 << shared):
        for b in range(1 << shared):
            right[a | b] += small[b][:, None] * big[a][None, :]
            to_big[a] += slope[a | b].T @ small[b]
            to_small[b] += slope[a | b] @ big[a]
    made = joining.join(big, small)
    turned = (1 << made.ahead, -1, 1 << extra, 1 << rest)  # from (o, e, r) to (ahead o, e, leaf o, r)
    found = made.result().reshape(-1)
    assert np.allclose(found, right.reshape(turned).transpose(0, 2, 1, 3).reshape(-1), rtol=1e-12)
    slopes = made.back(slope.reshape(turned).transpose(0, 2, 1, 3).reshape(-1))
    assert np.allclose(slopes[0].reshape(-1), to_big.reshape(-1), rtol=1e-12)
    assert np.allclose(slopes[1].reshape(-1), to_small.reshape(-1), rtol=1e-12)


def test_plans_close_every_linked_place_once_and_stay_narrow() -> None:
    for sites, most in ((dense(10), 8), (dense(20), 13), (list(EVERYWHERE), 17)):
        assert _plan(sites).width <= most
    made = network(EVERYWHERE)
    closed = [step.place for step in _plan(list(EVERYWHERE)).steps if isinstance(step, planning.Close)]
    coupled = {link.place for cause in made.causes if len(cause.links) > 1 for link in cause.links}
    assert sorted(closed) == sorted(coupled)


def _plan(sites: list[BodySite]) -> planning.Plan:
    made = network(sites)
    masks = [sum(1 << link.place for link in cause.links) for cause in made.causes if len(cause.links) > 1]
    return planning.plan(len(made.places), tuple(masks))
