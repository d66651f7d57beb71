"""The figure to draw on and the difference picture: sides are asked of the shapes, textures differ, text is escaped."""

from __future__ import annotations

import re
from itertools import combinations, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from filiform.clinical.figure import Build, View
from filiform.clinical.pain_drawing import Change, Changed
from filiform.clinical.terms import BodySite, RegionId, Side
from filiform.knowledge import body, book
from filiform.knowledge.zones import zones
from filiform.web.bodymap import difference, tapping
from filiform.web.bodymap.tapping import Tap

HEEL = BodySite(RegionId("heel"), Side.LEFT)
SITES = [shape.site for view in View for shape in body.drawing(view, Build.NEUTRAL).shapes]
CHANGES = st.dictionaries(st.sampled_from(SITES), st.sampled_from(list(Change)), max_size=40).map(
    lambda found: [Changed(site, change, 3, 4) for site, change in found.items()]
)


def tap(site: BodySite) -> Tap:
    return Tap(f"?ask={site.region}.{site.side.value}", f"{site.region} {site.side.value}")


def test_words_and_addresses_are_escaped() -> None:
    zone = zones()[0]
    evil = Tap('?a="><script>', '"><script>x</script>')
    for drawn in (
        tapping.part(zone, Build.NEUTRAL, {}, lambda site: evil, '"><script>'),
        tapping.overview(View.FRONT, Build.NEUTRAL, {}, [(zone, evil)], '"><script>'),
        difference.difference(View.FRONT, Build.NEUTRAL, (), '"><script>'),
    ):
        assert "<script" not in drawn


@pytest.mark.parametrize("build", list(Build))
def test_a_mark_is_painted_on_its_own_side_and_nowhere_else(build: Build) -> None:
    for zone in zones():
        for site in zone.places:
            drawn = tapping.part(zone, build, {site: 8}, tap, "x")
            painted = re.findall(r'data-place="([^"]+)" data-n="8"[^>]*><path class="pain p3"', drawn)
            assert painted == [f"{site.region}.{site.side.value}"], (zone.id, site)
            assert drawn.count('class="pain') == 1


def test_what_is_marked_beside_the_part_is_shown_and_cannot_be_tapped() -> None:
    zone = next(one for one in zones() if one.id == "shoulder" and one.side is Side.RIGHT)
    beside = BodySite(RegionId("upper_arm_lateral"), Side.RIGHT)
    assert beside not in zone.places
    drawn = tapping.part(zone, Build.NEUTRAL, {beside: 5}, tap, "x")
    aside, places = drawn.split('class="places"')
    assert 'class="pain p2"' in aside and 'class="pain' not in places


def test_a_nought_is_marked_too() -> None:
    zone = next(one for one in zones() if HEEL in one.places)
    assert 'data-n="0"' in tapping.part(zone, Build.NEUTRAL, {HEEL: 0}, tap, "x")
    assert 'class="pain p0"' in tapping.part(zone, Build.NEUTRAL, {HEEL: 0}, tap, "x")


def test_a_half_of_the_midline_from_an_older_drawing_is_shown() -> None:
    half = BodySite(RegionId("sternum"), Side.LEFT)
    assert tapping.overview(View.FRONT, Build.NEUTRAL, {half: 6}, [], "x").count('class="pain p2"') == 1
    assert difference.shown(View.FRONT, Build.NEUTRAL, [half]) == 1


# ---- what changed


def test_each_change_has_a_texture_a_sign_and_a_word_of_its_own() -> None:
    for one, other in combinations(Change, 2):
        assert difference.TEXTURES[one][1] != difference.TEXTURES[other][1]
        assert difference.SIGNS[one] != difference.SIGNS[other]
        assert difference.word(one) != difference.word(other)
    for change in Change:
        assert f"t-{change.value}" in difference.swatch(change)


@settings(max_examples=60, deadline=None)
@given(view=st.sampled_from(list(View)), build=st.sampled_from(list(Build)), found=CHANGES)
def test_every_change_that_a_view_shows_is_filled_named_and_within_the_picture(
    view: View, build: Build, found: list[Changed]
) -> None:
    box = difference.around(view, build, (one.site for one in found))
    drawn = difference.difference(view, build, found, "x", box=box)
    shapes = {shape.site: shape for shape in body.drawing(view, build).shapes}
    seen = [one for one in found if one.site in shapes]
    assert difference.shown(view, build, (one.site for one in found)) == len(seen)
    filled = re.findall(r'<path class="(\w+)" fill="url\(#', drawn)
    assert sorted(filled) == sorted(one.change.value for one in seen)
    x, y, width, height = box or body.drawing(view, build).box
    words = re.findall(r'<text class="(?:from|until)" x="([-\d.e]+)" y="([-\d.e]+)"', drawn)
    assert len(words) == len(seen)
    assert all(x <= float(at) <= x + width for at, _ in words)
    for one in seen:
        left, top, wide, high = shapes[one.site].bounds
        if box:
            assert x <= left + 0.11 and left + wide <= x + width + 0.11
            assert y <= top + 0.11 and top + high <= y + height + 0.11


def test_words_of_one_column_do_not_lie_on_each_other() -> None:
    sites = [
        BodySite(r.id, Side.RIGHT) for r in book().regions.values() if not r.midline and r.group in ("neck", "back")
    ]
    drawn = difference.difference(View.BACK, Build.NEUTRAL, [Changed(s, Change.NEW, None, 5) for s in sites], "x")
    heights = sorted(float(y) for y in re.findall(r'<text class="until" x="[^"]+" y="([^"]+)"', drawn))
    assert len(heights) > 5
    assert min(b - a for a, b in pairwise(heights)) > 12


def test_the_same_input_gives_the_same_text_and_no_id_is_there_twice() -> None:
    changes = [Changed(HEEL, Change.GONE, 3, None)]
    one = difference.difference(View.BACK, Build.NEUTRAL, changes, "x")
    assert one == difference.difference(View.BACK, Build.NEUTRAL, changes, "x")
    other = tapping.overview(View.BACK, Build.NEUTRAL, {}, [], "x")
    ids = re.findall(r' id="([^"]+)"', one + other + difference.swatch(Change.NEW))
    assert len(ids) == len(set(ids))
