"""Curves, the fit to them and the paths that are written: what is drawn is what was meant, to the last tenth."""

from __future__ import annotations

import itertools
import math
import re

import pytest
from drawing.curves import ease, smooth, spline
from drawing.fit import Piece, fit, flat
from drawing.path import from_d, to_d
from hypothesis import given
from hypothesis import strategies as st
from playwright.sync_api import Browser
from shapely import LineString

from filiform.clinical.figure import Build, Drawing, View
from tests.drawing import faults

tenths = st.integers(-9999, 9999).map(lambda whole: whole / 10)
spots = st.tuples(tenths, tenths)


@st.composite
def chains(draw: st.DrawFn) -> list[Piece]:
    """A chain of lines and curves, each beginning where the one before ended."""
    places = draw(st.lists(spots, min_size=3, max_size=7, unique=True))
    found: list[Piece] = []
    for a, b in itertools.pairwise(places):
        one, two = draw(st.one_of(st.just((a, b)), st.tuples(spots, spots)))
        found.append((a, one, two, b))
    return found


@given(st.lists(chains(), min_size=1, max_size=3))
def test_a_path_read_back_is_the_path(given_chains: list[list[Piece]]) -> None:
    text = to_d(given_chains, closed=False)
    assert [[p for piece in chain for p in piece] for chain in from_d(text)] == [
        [p for piece in chain for p in piece] for chain in given_chains
    ]
    assert re.fullmatch(r"[Mlc\d. -]+", text)


@given(chains())
def test_a_closed_path_ends_where_it_began(chain: list[Piece]) -> None:
    (back,) = from_d(to_d([chain], closed=True))
    assert back[0][0] == chain[0][0] == back[-1][3]


@pytest.mark.parametrize("d", ["M1 1q2 2 3 3", "M1 1l2", "L1 1", "M1,1l2 2", "M1 1lx 2"])
def test_a_path_that_is_not_ours_is_refused(d: str) -> None:
    with pytest.raises((ValueError, StopIteration, IndexError, RuntimeError)):
        from_d(d)


@pytest.mark.parametrize("tolerance", [0.1, 0.5])
def test_a_fit_is_nowhere_further_off_than_asked_and_keeps_its_ends(tolerance: float) -> None:
    wave = [(float(x), round(12 * math.sin(x / 9) + x / 7, 4)) for x in range(120)]
    corner = [*((float(x), 0.0) for x in range(31)), *((30.0, float(y)) for y in range(1, 31))]
    ring = spline([(0, 0), (40, 6), (50, 40), (10, 44)], closed=True)
    for line in (wave, corner, ring):
        pieces = fit(line, tolerance)
        drawn = LineString(flat(pieces))
        assert max(drawn.distance(LineString([p, p])) for p in line) < tolerance + 0.08  # ends lie on whole tenths
        assert math.dist(pieces[0][0], line[0]) < 0.08
        assert math.dist(pieces[-1][3], line[-1]) < 0.08
        assert len(pieces) < len(line) / 4
    assert (30.0, 0.0) in {piece[3] for piece in fit(corner, tolerance)}  # the corner stays one


def test_a_smooth_function_has_no_waves_and_is_level_outside() -> None:
    found = smooth([(0, 1), (10, 1), (20, 3), (30, 3)])
    values = [round(found(x / 2), 9) for x in range(-10, 80)]
    assert values == sorted(values)
    assert (values[0], found(5), values[-1]) == (1, 1, 3)
    assert (ease(-1), ease(0.5), ease(2)) == (0, 0.5, 1)
    with pytest.raises(ValueError, match="each further on"):
        smooth([(0, 1), (0, 2)])


def test_a_spline_goes_through_its_points() -> None:
    points = [(0.0, 0.0), (10.0, 5.0), (20.0, -5.0), (40.0, 0.0)]
    assert set(points) <= {(round(x, 9) + 0.0, round(y, 9) + 0.0) for x, y in spline(points, closed=False)}


# ---- read by a browser, which knows nothing of our reading


HITS = """drawing => {
  const drawn = drawing.paths.map(d => `<path d="${d}"/>`).join("");
  document.body.innerHTML = `<svg xmlns="http://www.w3.org/2000/svg">${drawn}</svg>`;
  const paths = [...document.querySelectorAll("path")], svg = document.querySelector("svg");
  return drawing.labels.map(([x, y]) => {
    const point = new DOMPoint(x, y);
    return paths.flatMap((path, k) => path.isPointInFill(point) ? [k] : []);
  });
}"""


@pytest.mark.control("C-180")
@pytest.mark.parametrize("build", Build)
def test_a_browser_finds_each_label_in_its_own_region_alone(build: Build, browser: Browser) -> None:
    context = browser.new_context()
    page = context.new_page()
    for view in View:
        one: Drawing = faults.shipped()[view, build]
        given_to = {"paths": [s.path for s in one.shapes], "labels": [s.label for s in one.shapes]}
        assert page.evaluate(HITS, given_to) == [[k] for k in range(len(one.shapes))], view
    context.close()
