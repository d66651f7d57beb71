"""The muscles and hazards that ship: each drawn, within the figure, where it is entered and where its dangers are.

Each check has a negative control: with the drawing spoilt in the way it guards against, the same check finds it.
"""

from __future__ import annotations

import gzip
from collections.abc import Callable, Mapping
from dataclasses import replace

import pytest
from drawing.anatomy import DRAWN, draw_anatomy, files

from filiform.clinical.anatomy import Hazard, with_hazard
from filiform.clinical.anatomy_drawn import MARK, AnatomyDrawing, HazardZone, Outline
from filiform.clinical.figure import Build, View
from filiform.clinical.terms import MuscleId, Side
from filiform.knowledge import book
from filiform.knowledge.anatomy_drawn import mirrored
from filiform.knowledge.body import drawing as figure
from tests.drawing import shown
from tests.drawing.shown import Drawn

builds = pytest.mark.parametrize("build", list(Build))
SHIFTED = 40.0


def spoilt(drawings: Drawn, change: Callable[[Outline], Outline | None]) -> dict[View, AnatomyDrawing]:
    """The drawings with some outlines changed or taken out."""
    return {
        view: replace(one, outlines=tuple(new for old in one.outlines if (new := change(old)) is not None))
        for view, one in drawings.items()
    }


def without(drawings: Drawn, gone: Callable[[HazardZone], bool]) -> dict[View, AnatomyDrawing]:
    """The drawings without some zones."""
    return {
        view: replace(one, zones=tuple(zone for zone in one.zones if not gone(zone))) for view, one in drawings.items()
    }


def moved(outline: Outline, dx: float, dy: float) -> Outline:
    """The outline somewhere else; its points stay."""
    start, rest = outline.path[1:].split("c", 1) if "c" in outline.path else outline.path[1:].split("l", 1)
    del rest
    x, y = shown.first(start)
    return replace(outline, path=outline.path.replace("M" + start, f"M{x + dx:.1f} {y + dy:.1f}", 1))


# ---- every muscle, within the figure


@pytest.mark.control("C-185")
@builds
def test_every_muscle_is_drawn_on_both_sides(build: Build) -> None:
    assert shown.missing(shown.drawn(build)) == []


@pytest.mark.control("C-185")
def test_a_muscle_that_is_left_out_is_noticed() -> None:
    drawings = spoilt(shown.drawn(Build.NEUTRAL), lambda one: None if one.muscle == "piriformis" else one)
    assert shown.missing(drawings) == ["piriformis left", "piriformis right"]


@pytest.mark.control("C-185")
@builds
def test_every_outline_lies_within_the_figure(build: Build) -> None:
    assert shown.outside(shown.drawn(build)) == []


@pytest.mark.control("C-185")
def test_an_outline_that_leaves_the_figure_is_noticed() -> None:
    def change(one: Outline) -> Outline:
        return moved(one, SHIFTED, 0) if one.muscle == "latissimus_dorsi" and one.view is View.BACK else one

    found = shown.outside(spoilt(shown.drawn(Build.NEUTRAL), change))
    assert any(line.startswith("latissimus_dorsi") for line in found), found


@pytest.mark.control("C-185")
@builds
def test_usual_points_lie_in_their_muscle(build: Build) -> None:
    assert shown.stray_points(shown.drawn(build)) == []


@pytest.mark.control("C-185")
def test_a_point_outside_its_muscle_is_noticed() -> None:
    def change(one: Outline) -> Outline:
        return replace(one, points=((0.0, 0.0),)) if one.muscle == "soleus" else one

    assert all("soleus" in line for line in shown.stray_points(spoilt(shown.drawn(Build.NEUTRAL), change)))
    assert shown.stray_points(spoilt(shown.drawn(Build.NEUTRAL), change)) != []


@builds
def test_every_point_that_was_written_ships(build: Build) -> None:
    assert shown.lost_points(shown.drawn(build)) == []


def test_a_lost_point_is_noticed() -> None:
    drawings = spoilt(
        shown.drawn(Build.NEUTRAL), lambda one: replace(one, points=()) if one.muscle == "soleus" else one
    )
    assert shown.lost_points(drawings) == ["soleus in front", "soleus in back", "soleus in left"]


@pytest.mark.control("C-187")
@builds
def test_no_usual_point_lies_on_a_large_vessel_or_nerve(build: Build) -> None:
    drawings = shown.drawn(build)
    assert shown.on_large(drawings, shown.ON_IT) == []
    assert {zone.hazard for one in drawings.values() for zone in one.zones} >= shown.LARGE


@pytest.mark.control("C-187")
def test_a_point_on_the_femoral_artery_is_noticed() -> None:
    def change(one: Outline) -> Outline:
        return replace(one, points=((31.0, 440.0),)) if one.muscle == "vastus_medialis" else one

    found = shown.on_large(spoilt(shown.drawn(Build.NEUTRAL), change), shown.ON_IT)
    assert any("lies on femoral_vessels" in line for line in found)
    plain = shown.on_large(shown.drawn(Build.NEUTRAL), {})
    assert {line.split()[0] for line in plain} == {muscle for muscle, _ in shown.ON_IT}


@builds
def test_no_two_muscles_have_the_same_outline(build: Build) -> None:
    assert shown.twins(shown.drawn(build)) == []


def test_the_same_outline_twice_is_noticed() -> None:
    path = next(one.path for one in shown.drawn(Build.NEUTRAL)[View.BACK].outlines if one.muscle == "rhomboids")

    def change(one: Outline) -> Outline:
        return replace(one, path=path) if one.muscle == "infraspinatus" and one.view is View.BACK else one

    assert shown.twins(spoilt(shown.drawn(Build.NEUTRAL), change)) != []


# ---- where a muscle is entered


@pytest.mark.control("C-186")
@builds
def test_every_muscle_meets_the_regions_in_which_it_is_entered(build: Build) -> None:
    assert shown.unmet(shown.drawn(build), shown.sketches().unseen) == []


@pytest.mark.control("C-186")
def test_a_muscle_drawn_in_another_region_is_noticed() -> None:
    def change(one: Outline) -> Outline:
        return moved(one, 0, 100) if one.muscle == "infraspinatus" else one

    found = shown.unmet(spoilt(shown.drawn(Build.NEUTRAL), change), shown.sketches().unseen)
    assert "infraspinatus does not meet scapula_body" in found


@pytest.mark.control("C-186")
def test_a_muscle_drawn_on_the_other_side_is_noticed() -> None:
    other = {Side.LEFT: Side.RIGHT, Side.RIGHT: Side.LEFT}

    def change(one: Outline) -> Outline:
        return replace(one, side=other[one.side]) if one.muscle == "vastus_lateralis" else one

    found = shown.unmet(spoilt(shown.drawn(Build.NEUTRAL), change), shown.sketches().unseen)
    assert "vastus_lateralis does not meet thigh_lateral" in found


def test_an_exception_that_is_none_is_noticed() -> None:
    unseen = {("infraspinatus", "scapula_body"): "wrongly", ("soleus", "forehead"): "wrongly"}
    found = shown.unmet(shown.drawn(Build.NEUTRAL), dict(shown.sketches().unseen) | unseen)
    assert found == [
        "infraspinatus does meet scapula_body, or is not entered there",
        "soleus does meet forehead, or is not entered there",
    ]


# ---- where the dangers are


@pytest.mark.control("C-187")
@builds
def test_every_muscle_is_near_the_hazards_it_carries(build: Build) -> None:
    assert shown.far(shown.drawn(build), shown.sketches().far) == []


@pytest.mark.control("C-187")
@pytest.mark.parametrize("kind", [kind for kind in Hazard if kind not in shown.NOT_DRAWN])
def test_hazards_that_are_not_drawn_are_noticed(kind: Hazard) -> None:
    found = shown.far(without(shown.drawn(Build.NEUTRAL), lambda zone: zone.kind is kind), {})
    carries = with_hazard(kind, book().muscles)
    assert carries and {line.split()[0] for line in found} >= carries


def test_a_reason_for_a_hazard_that_is_near_is_noticed() -> None:
    needless = {("infraspinatus", Hazard.PLEURA): "wrongly", ("soleus", Hazard.EYE): "wrongly"}
    assert sorted(shown.far(shown.drawn(Build.NEUTRAL), dict(shown.sketches().far) | needless)) == [
        "infraspinatus is near a pleura everywhere, or has no such tag",
        "soleus is near a eye everywhere, or has no such tag",
    ]


@pytest.mark.control("C-187")
def test_the_28_muscles_over_the_lung_overlap_it_or_touch_it() -> None:
    found = shown.far(without(shown.drawn(Build.NEUTRAL), lambda zone: zone.kind is Hazard.PLEURA), {})
    assert len({line.split()[0] for line in found}) >= 28


@pytest.mark.control("C-187")
@builds
def test_no_muscle_over_the_lung_is_without_its_tag(build: Build) -> None:
    """The table and the picture were made apart: where they disagree one of them is wrong."""
    assert shown.untagged(shown.drawn(build), Hazard.PLEURA, with_hazard(Hazard.PLEURA, book().muscles)) == []


@pytest.mark.control("C-187")
def test_a_tag_that_is_taken_away_is_noticed() -> None:
    tagged = with_hazard(Hazard.PLEURA, book().muscles) - {MuscleId("rhomboids")}
    found = shown.untagged(shown.drawn(Build.NEUTRAL), Hazard.PLEURA, tagged)
    assert {line.split()[0] for line in found} == {"rhomboids"}


@pytest.mark.control("C-187")
@builds
def test_the_lung_is_drawn_from_above_the_clavicle_to_the_last_ribs(build: Build) -> None:
    """Clavicle: y 137 to 148 in front. Twelfth rib: y 276 to 290 behind. A lung drawn too small would look safe."""
    for view in (View.FRONT, View.BACK):
        zones = [zone for zone in shown.drawn(build)[view].zones if zone.kind is Hazard.PLEURA]
        tops = [shown.ground(zone.path).bounds[1] for zone in zones if zone.hazard == "lung"]
        ends = [shown.ground(zone.path).bounds[3] for zone in zones if zone.hazard == "pleural_recess"]
        assert len(tops) == len(ends) == 2
        assert max(tops) < 134 and min(ends) > (268 if view is View.FRONT else 279)


@builds
def test_every_hazard_lies_within_the_figure_and_its_words_within_it(build: Build) -> None:
    for view, drawing in shown.drawn(build).items():
        room = shown.ground(figure(view, build).outline)
        for zone in drawing.zones:
            surface = shown.ground(zone.path)
            assert surface.intersection(room).area >= 0.97 * surface.area, (zone.hazard, view)
            assert shown.covers(zone.path, zone.label, 0.3), (zone.hazard, view, zone.label)
            assert zone.words


# ---- sides


EXPECTED = {  # which side of the picture the patient's right is on, told by hand: -1 is x < 0
    View.FRONT: -1, View.HEAD_FRONT: -1, View.HAND_PALM: -1, View.FOOT_TOP: -1, View.FOOT_SOLE: -1,
    View.FOOT_OUTER: -1, View.FOOT_INNER: -1, View.BACK: 1, View.HEAD_BACK: 1, View.HAND_BACK: 1,
}  # fmt: skip


def wrong_side(drawings: Drawn) -> list[str]:
    """Outlines that lie in the wrong half of their view, and profiles that show the other side."""
    found = []
    for view, drawing in drawings.items():
        for one in drawing.outlines:
            sign = EXPECTED.get(view, 0) * (1 if one.side is Side.RIGHT else -1)
            if sign and shown.middle([one.path]) * sign < 0:
                found.append(f"{one.muscle} {one.side} in {view}")
            if not sign and one.side is not Side(view.removeprefix("head_")):
                found.append(f"{one.muscle} {one.side} in {view}")
    return found


@pytest.mark.control("C-188")
@builds
def test_left_and_right_are_the_patients_own(build: Build) -> None:
    assert wrong_side(shown.drawn(build)) == []


@pytest.mark.control("C-188")
def test_a_view_with_its_sides_exchanged_is_noticed() -> None:
    drawings = spoilt(shown.drawn(Build.NEUTRAL), lambda one: replace(one, path=mirrored(one.path)))
    assert len({line.split()[0] for line in wrong_side(drawings)}) == len(book().muscles)


@pytest.mark.control("C-188")
@builds
def test_heart_spleen_and_liver_are_on_their_sides(build: Build) -> None:
    drawings = shown.drawn(build)
    front, back = drawings[View.FRONT].zones, drawings[View.BACK].zones
    place = {(zone.hazard, zone.side): shown.middle([zone.path]) for zone in front}
    assert place["heart", Side.MIDLINE] > 4, "more of the heart is left of the middle, at x > 0 in front"
    assert place["liver", Side.RIGHT] < -10 and ("liver", Side.LEFT) not in place
    behind = {(zone.hazard, zone.side): shown.middle([zone.path]) for zone in back}
    assert behind["spleen", Side.LEFT] < -20 and ("spleen", Side.RIGHT) not in behind


@builds
def test_a_muscles_two_sides_are_mirror_images(build: Build) -> None:
    for drawing in shown.drawn(build).values():
        paths: Mapping[tuple[str, Side], str] = {(one.muscle, one.side): one.path for one in drawing.outlines}
        for (muscle, side), path in paths.items():
            if side is Side.LEFT and (muscle, Side.RIGHT) in paths:
                assert mirrored(path) == paths[muscle, Side.RIGHT]


# ---- what ships


@pytest.mark.control("C-189")
def test_every_shape_says_where_it_comes_from_and_that_nobody_reviewed_it() -> None:
    for drawing in shown.drawn(Build.NEUTRAL).values():
        for one in drawing.outlines:
            assert any(MARK in cite.locator for cite in one.cites) and one.point_cites
        for zone in drawing.zones:
            assert any("schematic" in cite.locator for cite in zone.cites)


def test_the_drawn_files_are_those_that_the_sketches_make() -> None:
    figures = {(view, build): figure(view, build) for view in View for build in Build}
    made = files(draw_anatomy(figures, shown.sketches()), shown.sketches())
    assert set(made) == set(DRAWN.rglob("*.json"))
    stale = [file.name for file, text in made.items() if file.read_text(encoding="utf-8") != text]
    assert stale == [], "make them again: PYTHONPATH=src python -m drawing"


def test_the_muscles_of_front_and_back_stay_small() -> None:
    """What a page of one build sends: both views, both sides, muscles and hazards."""
    drawings = [shown.drawn(Build.NEUTRAL)[view] for view in (View.FRONT, View.BACK)]
    paths = [one.path for drawing in drawings for one in drawing.outlines]
    paths += [zone.path for drawing in drawings for zone in drawing.zones]
    assert len(gzip.compress("".join(paths).encode(), mtime=0)) <= 40_000
