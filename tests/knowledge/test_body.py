"""Drawings and zones are read strictly: what is wrong in a file is said with its name, before a patient sees it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from filiform.clinical.figure import Build, View
from filiform.clinical.terms import BodySite, RegionId, Side
from filiform.knowledge import KnowledgeError, book
from filiform.knowledge.body import DRAWN, drawing, load_drawing
from filiform.knowledge.zones import ZONES, load_zones, zones

REGIONS = book().regions
GOOD = DRAWN / "neutral" / "front.json"
Change = Callable[[dict[str, Any]], object]

WRONG: dict[str, tuple[Change, str]] = {
    "an unknown region": (lambda d: d["shapes"][0].__setitem__(0, "tail"), "'tail' is not a known region"),
    "a side that the region has not": (
        lambda d: d["shapes"][0].__setitem__(1, "left"),
        "'head_vertex' cannot be on the side 'left'",
    ),
    "a midline where there is none": (
        lambda d: d["shapes"][1].__setitem__(1, "midline"),
        "'forehead' cannot be on the side 'midline'",
    ),
    "no side": (lambda d: d["shapes"][1].__setitem__(1, "dexter"), "cannot be on the side 'dexter'"),
    "a place shown twice": (lambda d: d["shapes"].append(d["shapes"][0]), "shows a region twice"),
    "a path that is none": (lambda d: d["shapes"][0].__setitem__(4, "M0 0<script>"), "is not a path"),
    "an outline that is none": (lambda d: d.__setitem__("outline", ""), "is not a path"),
    "a key left out": (lambda d: d.pop("strokes"), "has the keys view, build, box, outline, shapes"),
    "a key too many": (lambda d: d.__setitem__("title", "x"), "has the keys"),
    "another view": (lambda d: d.__setitem__("view", "back"), "holds back neutral, not front neutral"),
    "a row too short": (lambda d: d["shapes"][0].pop(), "must hold rows of 5"),
    "a box without height": (lambda d: d.__setitem__("box", [0, 0, 10, 0]), "is not a box"),
    "a label that is no place": (lambda d: d["shapes"][0].__setitem__(2, [1, "2"]), "must be 2 numbers"),
}


def _written(tmp_path: Path, change: Change) -> Path:
    given = json.loads(GOOD.read_text(encoding="utf-8"))
    change(given)
    file = tmp_path / "front.json"
    file.write_text(json.dumps(given), encoding="utf-8")
    return file


@pytest.mark.control("C-183")
@pytest.mark.parametrize("what", WRONG)
def test_a_drawing_that_is_wrong_is_refused_by_name(what: str, tmp_path: Path) -> None:
    change, said = WRONG[what]
    with pytest.raises(KnowledgeError, match=said) as refused:
        load_drawing(_written(tmp_path, change), View.FRONT, Build.NEUTRAL, REGIONS)
    assert "front.json" in str(refused.value)


@pytest.mark.control("C-183")
def test_without_the_guard_a_wrong_path_would_pass(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("filiform.knowledge.body._path", lambda file, given: given)
    with pytest.raises(pytest.fail.Exception, match="DID NOT RAISE"):
        test_a_drawing_that_is_wrong_is_refused_by_name("a path that is none", tmp_path)


@pytest.mark.control("C-183")
@pytest.mark.parametrize(("text", "said"), [("[", "is not JSON"), ("[]", "is not a drawing"), (None, "cannot be read")])
def test_a_file_that_is_no_drawing_is_refused(text: str | None, said: str, tmp_path: Path) -> None:
    file = tmp_path / "front.json"
    if text is not None:
        file.write_text(text, encoding="utf-8")
    with pytest.raises(KnowledgeError, match=said):
        load_drawing(file, View.FRONT, Build.NEUTRAL, REGIONS)


def test_the_good_one_is_read_and_asked() -> None:
    one = load_drawing(GOOD, View.FRONT, Build.NEUTRAL, REGIONS)
    assert one == drawing(View.FRONT, Build.NEUTRAL)
    assert (one.width, one.height) == one.box[2:]
    thumb = one.shape(BodySite(RegionId("thumb"), Side.RIGHT))
    assert thumb is not None
    assert thumb.site == BodySite(RegionId("thumb"), Side.RIGHT)
    assert one.shape(BodySite(RegionId("sacrum"), Side.MIDLINE)) is None


ZONE = """[zone.knee]
words = "knee"
kind = "pair"
on = "front"
area = [[0, 517], [104, 66]]
view = "front"
box = [[2, 512], [76, 84]]
regions = ["knee_anterior", "knee_medial"]
chips = []
"""


@pytest.mark.control("C-183")
@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"knee_medial"', '"kneecap"', r"zones.toml:8 \[zone.knee\]: 'kneecap' in 'regions' is not a known region"),
        ('"pair"', '"two"', "'two' in 'kind' is none of whole, pair, profile"),
        ('on = "front"', 'on = "top"', "'top' in 'on' is none of front"),
        ("[76, 84]", "[0, 84]", "must be a corner and a size above 0"),
        ("chips = []", "", "key 'chips' is missing"),
        ("chips = []", "chips = []\ncolour = 3", "unknown key 'colour'"),
    ],
)
def test_a_zone_that_is_wrong_is_refused_with_its_line(old: str, new: str, said: str, tmp_path: Path) -> None:
    file = tmp_path / "zones.toml"
    file.write_text(ZONE.replace(old, new), encoding="utf-8")
    with pytest.raises(KnowledgeError, match=said):
        load_zones(file, REGIONS)


def test_a_pair_is_written_once_and_made_for_both_sides(tmp_path: Path) -> None:
    file = tmp_path / "zones.toml"
    file.write_text(ZONE, encoding="utf-8")
    left, right = load_zones(file, REGIONS)
    assert (left.side, right.side) == (Side.LEFT, Side.RIGHT)
    assert (left.box, right.box) == ((2, 512, 76, 84), (-78, 512, 76, 84))
    assert {place.side for place in right.places} == {Side.RIGHT}
    assert load_zones(ZONES, REGIONS) == zones()
