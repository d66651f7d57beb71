"""The drawn muscles and hazards are read strictly, and the half that is not stored is the exact mirror image."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from filiform.clinical.anatomy import Hazard
from filiform.clinical.anatomy_drawn import AnatomyDrawing, Depth
from filiform.clinical.figure import Build, View
from filiform.clinical.terms import MuscleId, MuscleSide, Side, Sure
from filiform.knowledge import KnowledgeError, anatomy_drawn
from filiform.knowledge.anatomy_drawn import load_anatomy, mirrored

MUSCLES = {MuscleId("frontalis"): None}
SOURCES = {"book": None}
CITE = ["book unsure schematic"]
MUSCLE = {"muscle": "frontalis", "depth": "superficial", "path": "M1 2c0-.5-3 4 .5 6l2-1Z", "points": [[13, 36]]}
HAZARD = {"hazard": "lung", "side": "pair", "path": "M1 2l3 4 5 6Z", "label": [[3, 4]]}
SPLEEN = {"hazard": "spleen", "side": "left", "path": "M1 2l3 4 5 6Z", "label": [[3, 4]]}
CANAL = {"hazard": "canal", "side": "midline", "path": "M1 2l3 4 5 6Z", "label": [[3, 4]]}


def about(**changed: Any) -> dict[str, Any]:
    """The words and sources of one muscle and three hazards."""
    return {
        "muscles": {"frontalis": {"outline": CITE, "points": CITE}},
        "hazards": {
            "lung": {"kind": "pleura", "words": "lung", "cites": CITE},
            "spleen": {"kind": "organ", "words": "spleen", "cites": CITE},
            "canal": {"kind": "cord", "words": "spinal canal", "cites": CITE},
        },
    } | changed


def rows(muscle: dict[str, Any] | None = None, hazard: dict[str, Any] | None = None) -> dict[str, Any]:
    """The rows of one build, one of them changed."""
    return {"muscles": [MUSCLE | (muscle or {})], "hazards": [HAZARD | (hazard or {}), SPLEEN, CANAL]}


def view_file(neutral: dict[str, Any] | None = None, **changed: Any) -> dict[str, Any]:
    """The file of one view."""
    return {"side": "left"} | (neutral or rows()) | changed


def loaded(
    folder: Path, view: View = View.FRONT, file: dict[str, Any] | None = None, words: dict[str, Any] | None = None
) -> AnatomyDrawing:
    """What the loader makes of a folder with one view."""
    (folder / "about.json").write_text(json.dumps(words or about()), encoding="utf-8")
    (folder / "neutral").mkdir(exist_ok=True)
    name = f"{anatomy_drawn.TURNED.get(view, view)}.json"
    (folder / "neutral" / name).write_text(json.dumps(file or view_file()), encoding="utf-8")
    return load_anatomy(folder, view, Build.NEUTRAL, MUSCLES, SOURCES)


def test_a_view_of_both_sides_has_each_muscle_twice_mirrored(tmp_path: Path) -> None:
    left, right = loaded(tmp_path).outlines
    assert (left.side, right.side) == (Side.LEFT, Side.RIGHT)
    assert (left.points, right.points) == (((13, 36),), ((-13, 36),))
    assert right.path == "M-1 2c0-.5 3 4-.5 6l-2-1Z"
    assert (right.depth, right.view, right.site.muscle) == (Depth.SUPERFICIAL, View.FRONT, "frontalis")
    assert [cite.sure for cite in right.cites + right.point_cites] == [Sure.UNSURE, Sure.UNSURE]


@pytest.mark.parametrize("build", list(Build))
def test_what_ships_loads_in_every_view(build: Build) -> None:
    for view in View:
        drawing = anatomy_drawn.anatomy(view, build)
        assert (drawing.view, drawing.build) == (view, build)
        assert drawing.outlines and drawing.zones
        assert {one.view for one in drawing.outlines} | {zone.view for zone in drawing.zones} == {view}


def test_a_hazard_of_one_side_is_not_mirrored(tmp_path: Path) -> None:
    zones = loaded(tmp_path).zones
    assert [(zone.hazard, zone.side.value, zone.label[0]) for zone in zones] == [
        ("lung", "left", 3),
        ("lung", "right", -3),
        ("spleen", "left", 3),
        ("canal", "midline", 3),
    ]
    assert (zones[0].kind, zones[0].words) == (Hazard.PLEURA, "lung")


def test_a_view_from_the_side_shows_that_side_only(tmp_path: Path) -> None:
    left = loaded(tmp_path, View.LEFT)
    assert [one.side for one in left.outlines] == [Side.LEFT]
    assert [zone.hazard for zone in left.zones] == ["lung", "spleen", "canal"]
    right = loaded(tmp_path, View.RIGHT)
    assert [(one.side, one.view, one.points) for one in right.outlines] == [(Side.RIGHT, View.RIGHT, ((-13, 36),))]
    assert [zone.hazard for zone in right.zones] == ["lung", "canal"], "the spleen lies on the left"
    assert [zone.side for zone in right.zones] == [Side.RIGHT, Side.MIDLINE]


def test_an_outline_is_found_by_its_muscle_and_side(tmp_path: Path) -> None:
    drawing = loaded(tmp_path)
    found = drawing.outline(MuscleSide(MuscleId("frontalis"), Side.RIGHT))
    assert found is not None and found.side is Side.RIGHT
    assert drawing.outline(MuscleSide(MuscleId("masseter"), Side.RIGHT)) is None


@pytest.mark.parametrize("path", ["M0 0c1-1 .5.5-.5-2l3 0Z", "M1.5 2l-3 4 5 0ZM1 1l2 2Z"])
def test_mirroring_twice_gives_the_path_back(path: str) -> None:
    assert mirrored(mirrored(path)) == path
    assert mirrored(path) != path


@pytest.mark.control("C-189")
@pytest.mark.parametrize(
    ("file", "words", "says"),
    [
        ({"neutral": rows({"muscle": "masseter"})}, {}, r"'masseter' in 'muscle' is not in about.json"),
        ({"neutral": rows({"depth": "shallow"})}, {}, "'shallow' in 'depth' is none of superficial, deep"),
        ({"neutral": rows({"path": "M1 2 A3 4"})}, {}, "is not a path as"),
        ({"neutral": rows({"path": "l3 4Z"})}, {}, "is not a path as"),
        ({"neutral": rows({"path": "M1 2l3 4 5Z"})}, {}, "is not a path as"),
        ({"neutral": rows({"points": [[1]]})}, {}, "must hold pairs of numbers"),
        ({"neutral": rows({"colour": "red"})}, {}, "unknown key 'colour'"),
        ({"neutral": rows(None, {"hazard": "wind"})}, {}, "'wind' in 'hazard' is not in about.json"),
        ({"neutral": rows(None, {"side": "both"})}, {}, "'both' in 'side' is none of"),
        ({"neutral": rows(None, {"label": []})}, {}, "'label' must be one point"),
        ({"neutral": rows(None, {"more": 1})}, {}, "unknown key 'more'"),
        ({"neutral": rows() | {"bones": []}}, {}, "unknown key 'bones'"),
        ({"extra": 1}, {}, "unknown key 'extra'"),
        ({"side": "near"}, {}, "'near' in 'side' is none of"),
        ({}, {"muscles": {"unheard_of": {"outline": CITE, "points": CITE}}}, "'unheard_of' is not a known muscle"),
        ({}, {"muscles": {"frontalis": {"outline": [], "points": CITE}}}, "every fact needs a source"),
        ({}, {"muscles": {"frontalis": {"outline": ["nobody unsure x"], "points": CITE}}}, "is not a known source"),
        ({}, {"hazards": {"lung": {"kind": "bad", "words": "lung", "cites": CITE}}}, "'bad' in 'kind' is none of"),
        ({}, {"bones": {}}, "unknown key 'bones'"),
    ],
)
def test_a_wrong_file_is_refused_by_name(
    tmp_path: Path, file: dict[str, Any], words: dict[str, Any], says: str
) -> None:
    with pytest.raises(KnowledgeError, match=says):
        loaded(tmp_path, View.FRONT, view_file(**file), about(**words))


@pytest.mark.parametrize(
    ("text", "says"), [(None, "cannot be read.*python -m drawing"), ("{", "is no JSON"), ("[]", "must hold one object")]
)
def test_a_file_that_is_not_there_or_not_ours_is_refused(tmp_path: Path, text: str | None, says: str) -> None:
    (tmp_path / "about.json").write_text(json.dumps(about()), encoding="utf-8")
    (tmp_path / "neutral").mkdir()
    if text is not None:
        (tmp_path / "neutral" / "front.json").write_text(text, encoding="utf-8")
    with pytest.raises(KnowledgeError, match=says):
        load_anatomy(tmp_path, View.FRONT, Build.NEUTRAL, MUSCLES, SOURCES)
