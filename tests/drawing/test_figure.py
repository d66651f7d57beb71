"""The drawn figure, every view in every build: regions fill the skin, sides are the patient's own, builds agree."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from drawing.frame import BUILDS, factors, frame
from drawing.make import draw, draw_all
from drawing.partition import CutError, partition
from drawing.views import load_views
from drawing.warp import warp
from drawing.write import as_text, file_of, write_all
from shapely import Polygon, box

from filiform.clinical.figure import Build, Drawing, View
from filiform.clinical.terms import BodySite, RegionId, Side
from filiform.knowledge import book
from tests.drawing import faults

REGIONS = book().regions
FRONT = faults.shipped()[View.FRONT, Build.NEUTRAL]
MIRROR = {View.LEFT: View.RIGHT, View.HEAD_LEFT: View.HEAD_RIGHT}
LIMIT = 30.0  # KB gzipped, front and back together with regions and ids
each_drawing = pytest.mark.parametrize("one", faults.shipped().values(), ids=lambda one: f"{one.view}-{one.build}")
each_build = pytest.mark.parametrize("build", Build)


# ---- the skin in regions


@pytest.mark.control("C-180")
@each_drawing
def test_the_regions_fill_the_outline_without_gap_or_overlap(one: Drawing) -> None:
    assert list(faults.gaps(one)) == []


@pytest.mark.control("C-180")
@each_drawing
def test_every_label_lies_in_its_own_region_and_in_no_other(one: Drawing) -> None:
    assert list(faults.labels(one)) == []


@pytest.mark.control("C-180")
def test_a_region_left_out_twice_or_moved_is_noticed() -> None:
    knee = FRONT.shape(BodySite(RegionId("knee_anterior"), Side.LEFT))
    assert knee is not None
    others = tuple(shape for shape in FRONT.shapes if shape is not knee)
    shifted = replace(knee, path=knee.path.replace("M", "M1", 1))
    for shapes in (others, (*FRONT.shapes, knee), (*others, shifted)):
        assert list(faults.gaps(replace(FRONT, shapes=shapes)))
    thigh = FRONT.shape(BodySite(RegionId("thigh_anterior"), Side.LEFT))
    assert thigh is not None
    assert list(faults.labels(replace(FRONT, shapes=(*others, replace(knee, label=thigh.label)))))


@pytest.mark.control("C-180")
@pytest.mark.parametrize(
    ("cuts", "labels", "said"),
    [
        ([], [("a", (2.0, 5.0)), ("b", (8.0, 5.0))], "the labels a and b at \\(8.0, 5.0\\) share a face"),
        ([[(5, -1), (5, 11)]], [("a", (2.0, 5.0))], "a face of 50.0 at \\(7.5, 5.0\\) has no label"),
        ([[(5, -1), (5, 11)]], [("a", (2.0, 5.0)), ("b", (12.0, 5.0))], "the label b at \\(12.0, 5.0\\) lies outside"),
        ([[(5, -1), (5, 9)]], [("a", (2.0, 5.0)), ("b", (8.0, 5.0))], "share a face: a cut is missing"),
    ],
)
def test_cuts_and_labels_that_do_not_fit_stop_the_drawing(
    cuts: list[list[tuple[float, float]]], labels: list[tuple[str, tuple[float, float]]], said: str
) -> None:
    with pytest.raises(CutError, match=said):
        partition(box(0, 0, 10, 10), cuts, labels)


def test_one_label_a_face_cuts_and_names_them() -> None:
    found = partition(box(1, 0, 9, 10), [[(5, -1), (5, 11)]], [("a", (2, 5)), ("b", (8, 5))])
    assert sorted(name for name, _ in found.faces) == ["a", "b"]
    assert len(found.arcs) == 3  # the line between them belongs to both


@each_drawing
def test_boxes_and_bounds_hold_what_they_say(one: Drawing) -> None:
    assert list(faults.bounds(one)) == []


@each_drawing
def test_contour_strokes_stay_within_the_outline(one: Drawing) -> None:
    assert list(faults.strokes(one)) == []


def test_bounds_boxes_and_strokes_that_are_wrong_are_noticed() -> None:
    first, *rest = FRONT.shapes
    assert list(faults.bounds(replace(FRONT, shapes=(replace(first, bounds=(0, 0, 5, 5)), *rest))))
    assert list(faults.bounds(replace(FRONT, box=(0, 0, 200, 200))))
    stroke = replace(FRONT.strokes[0], path="M190 10l5 5")
    assert list(faults.strokes(replace(FRONT, strokes=(stroke,))))


# ---- sides


@pytest.mark.control("C-181")
@each_drawing
def test_sides_are_the_patients_own(one: Drawing) -> None:
    assert list(faults.sides(one)) == []
    assert list(faults.beside_midline(one, REGIONS)) == []


@pytest.mark.control("C-181")
@pytest.mark.parametrize("view", View)
def test_a_view_with_its_sides_exchanged_is_noticed(view: View) -> None:
    one = faults.shipped()[view, Build.NEUTRAL]
    swap = {Side.LEFT: Side.RIGHT, Side.RIGHT: Side.LEFT, Side.MIDLINE: Side.MIDLINE}
    wrong = replace(one, shapes=tuple(replace(s, side=swap[s.side]) for s in one.shapes))
    assert len(list(faults.sides(wrong))) == sum(shape.side is not Side.MIDLINE for shape in one.shapes)


@pytest.mark.control("C-181")
def test_a_plan_that_says_the_other_side_draws_what_is_noticed() -> None:
    plan = load_views()[View.BACK]
    assert list(faults.sides(draw(plan, "neutral"))) == []
    assert list(faults.sides(draw(replace(plan, side=Side.LEFT), "neutral")))


@pytest.mark.control("C-181")
def test_from_the_front_the_right_hand_is_at_the_viewers_left_and_from_behind_at_the_right() -> None:
    thumb = BodySite(RegionId("thumb"), Side.RIGHT)
    seen = {view: faults.shipped()[view, Build.NEUTRAL].shape(thumb) for view in (View.FRONT, View.BACK, View.LEFT)}
    assert seen[View.LEFT] is None
    front, back = seen[View.FRONT], seen[View.BACK]
    assert front is not None and back is not None
    assert front.label[0] < -100 < 100 < back.label[0]


@pytest.mark.control("C-181")
@each_build
@pytest.mark.parametrize("view", [view for view in View if view not in MIRROR.values()])
def test_left_and_right_are_mirror_images_to_the_last_tenth(view: View, build: Build) -> None:
    one, other = faults.shipped()[view, build], faults.shipped()[MIRROR.get(view, view), build]
    assert list(faults.unmirrored(one, other)) == []


@pytest.mark.control("C-181")
def test_one_shape_that_is_not_mirrored_is_noticed() -> None:
    first, *rest = FRONT.shapes
    assert list(faults.unmirrored(FRONT, replace(FRONT, shapes=(replace(first, path="M1 1l1 0l0 1Z"), *rest))))


# ---- builds


@pytest.mark.control("C-184")
def test_all_builds_show_the_same_places_in_the_same_order() -> None:
    assert list(faults.differing(faults.shipped())) == []
    assert tuple(BUILDS) == tuple(Build)


@pytest.mark.control("C-184")
def test_a_build_that_lacks_a_place_is_noticed() -> None:
    spoilt = dict(faults.shipped())
    spoilt[View.BACK, Build.FEMININE] = replace(
        spoilt[View.BACK, Build.FEMININE], shapes=spoilt[View.BACK, Build.FEMININE].shapes[1:]
    )
    assert list(faults.differing(spoilt)) == ["back: its builds show different places"]


def _places(view: View) -> Iterator[tuple[float, float]]:
    """Every four units of the picture, where the figure is or nearly is."""
    x, y, width, height = faults.shipped()[view, Build.NEUTRAL].box
    near = faults.surface(faults.shipped()[view, Build.NEUTRAL].outline).buffer(6)
    assert isinstance(near, Polygon) or view in ("hand_palm", "hand_back") or view.value.startswith("foot")
    for row in range(int(height / 4)):
        for column in range(int(width / 4)):
            spot = (x + 4 * column + 0.25, y + 4 * row + 0.25)
            if near.contains(box(*spot, spot[0] + 0.1, spot[1] + 0.1)):
                yield spot


@pytest.mark.control("C-184")
@pytest.mark.parametrize("build", [Build.FEMININE, Build.MASCULINE])
@pytest.mark.parametrize("view", View)
def test_the_map_to_a_build_never_folds(view: View, build: Build) -> None:
    for part in ("body", "arm") if view in (View.LEFT, View.RIGHT) else ("body",):
        assert list(faults.folds(warp(view, build, part), _places(view))) == []


@pytest.mark.control("C-184")
def test_a_map_that_folds_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    steep = replace(factors("feminine"), trunk=lambda y: 1.0, arm=-0.2)
    monkeypatch.setattr(sys.modules["drawing.warp"], "factors", lambda build: steep)  # the name is the function's
    assert list(faults.folds(warp("front", "feminine"), _places(View.FRONT)))


def test_the_neutral_build_is_where_it_is_written_and_the_map_is_mirrored() -> None:
    for view in View:
        still, moved = warp(view, "neutral"), warp(view, "masculine")
        for x, y in [(12.5, 60.0), (80.0, 210.0), (150.0, 395.0), (-20.0, 180.0)]:
            assert still((x, y)) == pytest.approx((x, y))
            if view not in (View.LEFT, View.RIGHT, View.HEAD_LEFT, View.HEAD_RIGHT):
                assert moved((-x, y)) == pytest.approx((-moved((x, y))[0], moved((x, y))[1]))
    assert warp("right", "feminine")((30.0, 200.0))[0] == -warp("left", "feminine")((-30.0, 200.0))[0]


def test_views_parts_and_builds_that_there_are_not_are_named() -> None:
    with pytest.raises(ValueError, match="no view 'top'"):
        warp("top", "neutral")
    with pytest.raises(ValueError, match="no build 'tall'; there are neutral, feminine, masculine"):
        warp("front", "tall")
    with pytest.raises(ValueError, match="no part 'leg'"):
        warp("left", "neutral", "leg")


def test_the_landmarks_are_where_the_frame_says() -> None:
    """The heights that muscles and hazards are drawn by (drawing/README.md)."""
    label = {shape.region: shape.label for shape in FRONT.shapes if shape.side is not Side.RIGHT}
    outline = faults.surface(FRONT.outline)
    assert outline.bounds[1] == pytest.approx(0, abs=0.5)
    assert outline.bounds[3] == pytest.approx(757, abs=0.5)
    assert label["jaw"][1] < 100 < label["neck_anterior"][1]
    assert label["abdomen_upper"][1] < 300 < label["abdomen_lower"][1]
    assert label["knee_anterior"][1] == pytest.approx(552, abs=3)
    assert [round(x, 1) for joint in frame().axis.joints for x in joint] == [
        78, 160, 114.4, 282.7, 151.5, 382.0, 175.5, 458.3,
    ]  # fmt: skip


# ---- what ships


def test_the_drawn_files_are_those_that_the_tables_make() -> None:
    drawings = draw_all()
    assert set(drawings) == set(faults.ALL)
    stale = [
        f"{view} {build}"
        for (view, build), one in drawings.items()
        if file_of(view, build).read_text(encoding="utf-8") != as_text(one)
    ]
    assert stale == [], "draw anew: PYTHONPATH=src python -m drawing"
    assert drawings == faults.shipped()


def test_only_what_is_new_is_written(tmp_path: Path) -> None:
    drawings = {(View.FRONT, Build.NEUTRAL): FRONT}
    assert [file.name for file in write_all(drawings, tmp_path)] == ["front.json"]
    assert write_all(drawings, tmp_path) == []


@each_build
def test_front_and_back_together_are_small(build: Build) -> None:
    pair = [faults.shipped()[view, build] for view in (View.FRONT, View.BACK)]
    assert faults.gzipped(pair) < LIMIT
    assert faults.gzipped(faults.shipped().values()) > LIMIT
