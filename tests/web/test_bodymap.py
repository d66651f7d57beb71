"""The body map: escaped, the patient's own sides, nothing drawn that is not known, small, the same every time."""

from __future__ import annotations

import gzip
import re
from dataclasses import replace

import pytest
from django.utils.safestring import SafeString

from filiform.clinical.anatomy_drawn import Depth
from filiform.clinical.figure import Build, View
from filiform.clinical.terms import BodySite, MuscleId, MuscleSide, RegionId, Side
from filiform.knowledge import anatomy_drawn, body, book
from filiform.web.bodymap import (
    Danger,
    Layers,
    Mark,
    MarkKind,
    Picks,
    State,
    crossed,
    draw,
    legend,
    overlays,
    signs,
    strength,
    svg,
)
from filiform.web.bodymap.legend import KINDS

EVIL = "<script>alert('x')</script>\"'&"
BOTH = (Side.LEFT, Side.RIGHT)


def place(region: str, side: Side = Side.RIGHT) -> BodySite:
    return BodySite(RegionId(region), side)


def muscle(name: str, side: Side = Side.RIGHT) -> MuscleSide:
    return MuscleSide(MuscleId(name), side)


def drawn(view: View = View.BACK, layers: Layers | None = None, **other: object) -> str:
    return str(svg(view, Build.NEUTRAL, layers or Layers(), "The map", **other))  # type: ignore[arg-type]


FULL = Layers(
    pain={place("shoulder_superior"): 7, place("lumbar", Side.LEFT): 2},
    referral={place("neck_posterior"): True, place("temple"): False},
    ground=Depth.SUPERFICIAL,
    muscles={muscle("upper_trapezius"): State.CHOSEN, muscle("infraspinatus"): State.RANKED},
    danger=Danger.QUIET,
    restricted=frozenset({place("forearm_dorsal", Side.LEFT), place("upper_arm_posterior", Side.LEFT)}),
    marks=tuple(Mark(kind, 10.0 * n, 150.0, "1", "a sign") for n, kind in enumerate(MarkKind)),
)


@pytest.mark.control("C-227")
def test_everything_a_person_wrote_is_escaped() -> None:
    layers = Layers(marks=(Mark(MarkKind.SUGGESTED, 0, 0, EVIL, EVIL),))
    picks = Picks(site=lambda site: f"?ask={EVIL}", muscle=lambda one: f"?muscle={EVIL}")
    text = str(svg(View.BACK, Build.NEUTRAL, layers, EVIL, picks=picks))
    assert "<script" not in text
    assert "&lt;script&gt;" in text
    assert not re.search(r"='|=[^\"]", re.sub(r'"[^"]*"', '""', text)), "an attribute was left open"


@pytest.mark.parametrize("view", list(View))
def test_nothing_that_the_policy_forbids(view: View) -> None:
    text = drawn(view, FULL)
    assert not re.search(r'\sstyle=|\son\w+=|<style|<script|javascript:|href="http', text)


# ---- sides


@pytest.mark.control("C-228")
@pytest.mark.parametrize("view", list(View))
def test_left_and_right_stand_on_the_side_where_the_shapes_are(view: View) -> None:
    drawing = body.drawing(view, Build.NEUTRAL)
    badges = {
        letter: float(x)
        for letter, x in re.findall(r'<g class="badge (\w)[^"]*" transform="translate\((-?[\d.]+)', drawn(view))
    }
    shown = {shape.side for shape in drawing.shapes} & set(BOTH)
    assert {letter for letter in badges} == {side.value[0] for side in shown}
    if len(shown) == 2:
        means = {
            side: sum(s.label[0] for s in drawing.shapes if s.side is side)
            / sum(s.side is side for s in drawing.shapes)
            for side in BOTH
        }
        assert (badges["l"] < badges["r"]) is (means[Side.LEFT] < means[Side.RIGHT])
    assert ("patient's left" in drawn(view).replace("&#x27;", "'")) is (Side.LEFT in shown)
    assert ("your left" in str(svg(view, Build.NEUTRAL, Layers(), "x", patient=True))) is (Side.LEFT in shown)


@pytest.mark.control("C-228")
def test_the_front_is_no_mirror() -> None:
    """The patient's right is at the viewer's left from the front and at the viewer's right from behind."""
    front, back = drawn(View.FRONT), drawn(View.BACK)
    order = [re.findall(r'class="badge (\w)', text) for text in (front, back)]
    assert order == [["r", "l"], ["l", "r"]]


@pytest.mark.control("C-228")
@pytest.mark.parametrize("side", BOTH)
def test_each_layer_lies_on_the_side_it_is_about(side: Side) -> None:
    drawing, anatomy = body.drawing(View.BACK, Build.NEUTRAL), anatomy_drawn.anatomy(View.BACK, Build.NEUTRAL)
    one = muscle("infraspinatus", side)
    layers = Layers(
        pain={place("forearm_dorsal", side): 5},
        referral={place("shoulder_posterior", side): True},
        restricted=frozenset({place("leg_posterior", side)}),
        muscles={one: State.CHOSEN},
    )
    text = drawn(View.BACK, layers)
    for css, region in (("pain p2", "forearm_dorsal"), ("referral main", "shoulder_posterior")):
        shape = drawing.shape(place(region, side))
        assert shape is not None
        assert re.search(rf'class="{css}"[^>]* d="{re.escape(shape.path)}"', text), css
    leg = drawing.shape(place("leg_posterior", side))
    assert leg is not None and f'fill="url(#{own(text)}restrict)" d="{leg.path}"' in text
    outline = anatomy.outline(one)
    assert outline is not None and f'class="m chosen" d="{outline.path}"' in text
    assert text.count('class="pain') == text.count('class="referral') == text.count('class="m chosen"') == 1


def own(text: str) -> str:
    found = re.search(r'<path id="(\w+-)o"', text)
    assert found
    return found.group(1)


@pytest.mark.control("C-228")
def test_half_of_a_place_on_the_midline_hurts_alone() -> None:
    for view, side, half in (
        (View.FRONT, Side.LEFT, "hr"),
        (View.FRONT, Side.RIGHT, "hl"),
        (View.BACK, Side.LEFT, "hl"),
        (View.BACK, Side.RIGHT, "hr"),
    ):
        region = "sternum" if view is View.FRONT else "sacrum"
        text = drawn(view, Layers(pain={place(region, side): 8}))
        assert f'<g clip-path="url(#{own(text)}{half})"><path class="pain p3"' in text
        assert f'<clipPath id="{own(text)}{half}">' in text
    assert 'class="pain' not in drawn(View.LEFT, Layers(pain={place("neck_anterior", Side.RIGHT): 8}))
    assert 'class="pain' in drawn(View.LEFT, Layers(pain={place("neck_anterior", Side.LEFT): 8}))


# ---- nothing drawn for what is not there


@pytest.mark.control("C-229")
def test_nothing_is_drawn_for_what_this_view_does_not_show() -> None:
    nothing = drawn(View.HAND_PALM)
    layers = Layers(
        pain={place("lumbar"): 9, place("no_such_region"): 9},
        referral={place("temple"): True},
        restricted=frozenset({place("lumbar")}),
        muscles={muscle("piriformis"): State.CHOSEN, muscle("no_such_muscle"): State.CHOSEN},
    )
    assert drawn(View.HAND_PALM, layers) == nothing


@pytest.mark.control("C-229")
def test_no_pain_is_no_fill() -> None:
    assert drawn(View.BACK, Layers(pain={place("lumbar"): 0})) == drawn(View.BACK)
    assert [strength(n) for n in range(11)] == [0, 1, 1, 1, 2, 2, 2, 3, 3, 3, 4]


@pytest.mark.control("C-230")
def test_a_restriction_is_drawn_whole_and_with_its_sign() -> None:
    drawing = body.drawing(View.BACK, Build.NEUTRAL)
    arm = [region for region in book().regions if region.startswith(("upper_arm", "elbow", "forearm", "wrist"))]
    text = drawn(View.BACK, Layers(restricted=frozenset(place(region, Side.LEFT) for region in arm)))
    (hatched,) = re.findall(r'<g class="restricted"[^>]*><path[^>]* d="([^"]*)"', text)
    expected = [s.path for s in drawing.shapes if s.region in arm and s.side is Side.LEFT]
    assert hatched == "".join(expected)
    assert len(expected) > 3
    assert text.count('<g class="no"') == 1, "one sign an arm"


@pytest.mark.control("C-230")
@pytest.mark.parametrize("side", [*BOTH, Side.MIDLINE])
def test_a_restriction_of_half_the_midline_hatches_all_of_it(side: Side) -> None:
    shape = body.drawing(View.FRONT, Build.NEUTRAL).shape(place("sternum", Side.MIDLINE))
    text = drawn(View.FRONT, Layers(restricted=frozenset({place("sternum", side)})))
    assert shape is not None and shape.path in re.findall(r'class="restricted"[^>]*><path[^>]* d="([^"]*)"', text)


@pytest.mark.control("C-230")
def test_negative_control_exact_sides_would_leave_the_midline_open(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(overlays, "same_side", lambda one, other: one is other)
    with pytest.raises(AssertionError):
        test_a_restriction_of_half_the_midline_hatches_all_of_it(Side.LEFT)


# ---- dangers


@pytest.mark.control("C-231")
def test_dangers_are_loud_exactly_where_they_cross_the_chosen_muscle() -> None:
    anatomy = anatomy_drawn.anatomy(View.BACK, Build.NEUTRAL)
    quiet = drawn(View.BACK, replace(FULL, muscles={}))
    assert "dangers loud" not in quiet
    assert quiet.count('<path class="pleura"') == sum(zone.kind.value == "pleura" for zone in anatomy.zones)
    text = drawn(View.BACK, FULL)
    inside = text.split('<g class="dangers loud"')[1].split("</g></g>")[0]
    crossing = crossed(muscle("upper_trapezius"), View.BACK, Build.NEUTRAL)
    assert {"lung", "spinal_canal"} <= {zone.hazard for zone in crossing}
    clipped = inside.split('-m)">')[1]
    assert re.findall(r'<path d="([^"]*)"', clipped) == [zone.path for zone in crossing]
    assert re.search(r'<text class="loud"[^>]*>lung</text>', text)


@pytest.mark.control("C-231")
def test_negative_control_without_the_crossing_nothing_is_loud(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(overlays, "crossed", lambda *_: ())
    with pytest.raises(AssertionError):
        test_dangers_are_loud_exactly_where_they_cross_the_chosen_muscle()


@pytest.mark.control("C-231")
def test_the_lung_is_named_in_front_and_behind() -> None:
    for view in (View.FRONT, View.BACK):
        assert ">lung</text>" in drawn(view, Layers(danger=Danger.QUIET))


@pytest.mark.control("C-231")
def test_a_muscle_over_the_lung_crosses_it_in_some_view() -> None:
    pleural = [one for one in book().muscles.values() if "pleura" in one.hazards]
    assert len(pleural) > 10
    for one in pleural:
        found = {
            zone.kind.value
            for view in (View.FRONT, View.BACK, View.LEFT, View.RIGHT)
            for side in BOTH
            for zone in crossed(MuscleSide(one.id, side), view, Build.NEUTRAL)
        }
        assert "pleura" in found, one.id


# ---- what can be tapped


def test_places_are_links_in_one_order_with_their_side_in_words() -> None:
    text = drawn(View.FRONT, FULL, picks=Picks(site=lambda site: f"?ask={site.region}.{site.side.value}"))
    assert 'role="group"' in text
    asked = re.findall(r'<a class="r" href="\?ask=(\w+)\.(\w+)" aria-label="([^"]*)"', text)
    order = list(book().regions)
    assert [order.index(region) for region, _side, _words in asked] == sorted(
        order.index(region) for region, _side, _words in asked
    )
    assert len(asked) == len(body.drawing(View.FRONT, Build.NEUTRAL).shapes)
    for _region, side, words in asked:
        assert {"left": "left", "right": "right", "midline": "middle"}[side] in words.lower()


def test_muscles_of_the_depth_that_is_shown_are_links() -> None:
    def named(depth: Depth | None, muscles: dict[MuscleSide, State]) -> set[str]:
        picks = Picks(muscle=lambda one: f"?muscle={one.muscle}.{one.side.value}")
        return set(
            re.findall(
                r'href="\?muscle=([\w.]+)"', drawn(View.BACK, Layers(ground=depth, muscles=muscles), picks=picks)
            )
        )

    upper, deep = named(Depth.SUPERFICIAL, {}), named(Depth.DEEP, {})
    assert upper and deep and not upper & deep
    assert named(None, {}) == upper | deep
    hidden = sorted(deep)[0]
    name, side = hidden.split(".")
    assert named(Depth.SUPERFICIAL, {muscle(name, Side(side)): State.CHOSEN}) == upper | {hidden}


# ---- the same every time, and small


def test_the_same_input_gives_the_same_text_and_two_maps_share_no_id() -> None:
    assert drawn(View.BACK, FULL) == drawn(View.BACK, FULL)
    ids = [set(re.findall(r'id="([^"]+)"', drawn(view, FULL))) for view in (View.FRONT, View.BACK)]
    assert ids[0] and not ids[0] & ids[1]
    for view in View:
        text = drawn(view, FULL)
        named = set(re.findall(r'id="([^"]+)"', text))
        assert set(re.findall(r"url\(#([^)]+)\)|href=\"#([^\"]+)\"", text)) <= {(n, "") for n in named} | {
            ("", n) for n in named
        }


def packed(*texts: str) -> int:
    return len(gzip.compress("".join(texts).encode()))


@pytest.mark.parametrize("build", list(Build))
def test_front_and_back_with_every_place_a_link_are_at_most_30_kb(build: Build) -> None:
    picks = Picks(site=lambda site: f"?ask={site.region}.{site.side.value}")
    both = [str(svg(view, build, Layers(), "x", picks=picks)) for view in (View.FRONT, View.BACK)]
    assert packed(*both) <= 30_000


@pytest.mark.parametrize("view", list(View))
def test_a_full_map_leaves_room_for_its_page(view: View) -> None:
    picks = Picks(muscle=lambda one: f"?muscle={one.muscle}.{one.side.value}&view=back")
    assert packed(drawn(view, FULL, picks=picks)) <= 30_000


# ---- the legend


def test_the_legend_names_what_is_there_and_nothing_else() -> None:
    assert legend(Layers()) == ""
    text = str(legend(FULL))
    for kind in KINDS:
        assert (str(kind.words) in text) is (kind.name != "done"), kind.name
    assert str(legend(Layers(danger=Danger.QUIET))).count("<li>") == 1


# ---- with a guard taken out its test fails


@pytest.mark.control("C-227")
def test_negative_control_without_escaping(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (draw, signs, overlays):
        monkeypatch.setattr(module, "format_html", lambda text, *args, **more: SafeString(text.format(*args, **more)))
    with pytest.raises(AssertionError):
        test_everything_a_person_wrote_is_escaped()


@pytest.mark.control("C-228")
def test_badges_over_a_picture_lie_inside_it_and_take_no_height_of_it() -> None:
    box = (-150.0, 100.0, 300.0, 140.0)
    over = str(svg(View.BACK, Build.NEUTRAL, Layers(), "x", box=box, over=True))
    beside = str(svg(View.BACK, Build.NEUTRAL, Layers(), "x", box=box))
    places = re.findall(r'<g class="badge (\w)[^"]*" transform="translate\((-?[\d.]+) (-?[\d.]+)\)', over)
    assert [letter for letter, _x, _y in places] == ["l", "r"]
    assert all(-150 < float(x) < 150 and 100 < float(y) < 130 for _letter, x, y in places)
    assert 'viewBox="-150 100 300 140"' in over and 'class="band"' not in over
    assert 'viewBox="-150 65.5 300 174.5"' in beside and 'class="band"' in beside


@pytest.mark.control("C-228")
def test_negative_control_sides_taken_from_the_viewer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signs, "_sides", lambda *_: ((Side.LEFT, 0.0), (Side.RIGHT, 1.0)))
    with pytest.raises(AssertionError):
        test_the_front_is_no_mirror()
    with pytest.raises(AssertionError):
        test_left_and_right_stand_on_the_side_where_the_shapes_are(View.FRONT)


@pytest.mark.control("C-228")
def test_negative_control_a_layer_on_the_other_side(monkeypatch: pytest.MonkeyPatch) -> None:
    swapped = {Side.LEFT: Side.RIGHT, Side.RIGHT: Side.LEFT, Side.MIDLINE: Side.MIDLINE}
    monkeypatch.setattr(draw, "_pains", lambda shape, layers: real(replace(shape, side=swapped[shape.side]), layers))
    real = pains
    with pytest.raises(AssertionError):
        test_each_layer_lies_on_the_side_it_is_about(Side.LEFT)


@pytest.mark.control("C-229")
def test_negative_control_what_is_not_known_is_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(draw, "_pains", lambda shape, layers: iter([(shape.side, 5)] if layers.pain else []))
    with pytest.raises(AssertionError):
        test_nothing_is_drawn_for_what_this_view_does_not_show()
    with pytest.raises(AssertionError):
        test_no_pain_is_no_fill()


pains = draw._pains
