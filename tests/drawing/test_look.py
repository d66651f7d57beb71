"""The contact sheet and the command, and that the frames in drawing/README.md are where the drawings are."""

from __future__ import annotations

import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest
from drawing.__main__ import main
from drawing.frame import FIGURE
from drawing.look import sheet
from drawing.sheet import front_to_hand, hand_to_front, load_sheet, placed

from filiform.clinical.figure import Build, View
from filiform.clinical.terms import BodySite, RegionId, Side
from filiform.knowledge import KnowledgeError
from tests.drawing import faults

SHIPPED = faults.shipped()
SVG = "{http://www.w3.org/2000/svg}"


def test_a_sheet_shows_every_region_stroke_and_outline() -> None:
    pair = [SHIPPED[View.FRONT, Build.NEUTRAL], SHIPPED[View.FOOT_SOLE, Build.FEMININE]]
    root = ElementTree.fromstring(sheet(pair, coloured=True, named=4))
    drawn = [path.get("d") for path in root.iter(f"{SVG}path")]
    for one in pair:
        assert {one.outline, *(s.path for s in one.shapes), *(s.path for s in one.strokes)} <= set(drawn)
    assert len(list(root.iter(f"{SVG}title"))) == sum(len(one.shapes) for one in pair)
    assert sheet(pair) != sheet(pair, dark=True) != sheet(pair, dark=True, edges=False)


def test_the_command_paints_what_it_is_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "hand.svg"
    monkeypatch.setattr(sys, "argv", ["drawing", "--look", str(file), "--views", "hand_palm", "--builds", "masculine"])
    main()
    assert SHIPPED[View.HAND_PALM, Build.MASCULINE].outline in file.read_text(encoding="utf-8")


def _shape(view: View, region: str, side: Side) -> tuple[float, float, float, float]:
    """Bounds of a shape: left, top, right, bottom."""
    found = SHIPPED[view, Build.NEUTRAL].shape(BodySite(RegionId(region), side))
    assert found is not None
    x, y, width, height = found.bounds
    return x, y, x + width, y + height


def test_hand_and_front_are_one_hand() -> None:
    for uv in [(0.0, 0.0), (34.0, 46.0), (-19.0, 62.5)]:
        assert front_to_hand(hand_to_front(uv)) == pytest.approx(uv)
    assert hand_to_front((0, 0)) == pytest.approx((151.5, 382.0), abs=0.1)
    assert _shape(View.HAND_PALM, "fingers_index_middle", Side.LEFT)[3] == pytest.approx(90 + 3 * 79, abs=1)
    assert _shape(View.HAND_PALM, "thumb", Side.LEFT)[2] == pytest.approx(110 + 3 * 34.2, abs=1)
    assert _shape(View.HAND_BACK, "thumb", Side.RIGHT)[2] == pytest.approx(110 + 3 * 34.2, abs=1)


def test_heads_are_three_times_the_whole_figures() -> None:
    for near, far in ((View.HEAD_FRONT, View.FRONT), (View.HEAD_BACK, View.BACK), (View.HEAD_LEFT, View.LEFT)):
        large, small = _shape(near, "head_vertex", Side.MIDLINE), _shape(far, "head_vertex", Side.MIDLINE)
        assert large == pytest.approx([3 * value for value in small], abs=0.4)


def test_feet_have_their_heel_and_toes_where_the_frame_says() -> None:
    assert _shape(View.FOOT_SOLE, "heel", Side.LEFT)[3] == pytest.approx(300, abs=1)
    assert _shape(View.FOOT_SOLE, "great_toe", Side.LEFT)[1] == pytest.approx(0, abs=1)
    assert _shape(View.FOOT_TOP, "great_toe", Side.RIGHT)[3] == pytest.approx(300, abs=1)
    toes, heel = _shape(View.FOOT_OUTER, "lesser_toes", Side.LEFT), _shape(View.FOOT_OUTER, "heel", Side.LEFT)
    assert toes[2] < heel[0]  # the left foot from outside: toes to the middle of the picture
    inner_toes, inner_heel = _shape(View.FOOT_INNER, "great_toe", Side.LEFT), _shape(View.FOOT_INNER, "heel", Side.LEFT)
    assert inner_toes[0] > inner_heel[2]


def test_what_a_line_may_be_written_on_is_named() -> None:
    with pytest.raises(ValueError, match="'leg' in 'on' is none of arm, hand, side_arm"):
        placed("leg")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("heel = ", "heal = ", r"foot_sole.toml:\d+ \[labels\]: 'heal' is not a known region"),
        ('"big_toe", "toe_2"', '"big_toe", "toe_9"', "'toe_9' in 'add' is not a known ring"),
        ("width = 0.8", "width = 0.8\nthick = 2", "unknown key 'thick'"),
        ("close = 0.45", 'close = "much"', "'close' must be a whole number"),
        ("[[0, 14]]", "[[0, 14, 3]]", "must hold pairs of numbers only"),
    ],
)
def test_a_sheet_that_is_wrong_is_refused_with_its_place(old: str, new: str, said: str, tmp_path: Path) -> None:
    for file in FIGURE.glob("foot_*.toml"):
        text = file.read_text(encoding="utf-8")
        (tmp_path / file.name).write_text(text.replace(old, new, 1) if file.stem == "foot_sole" else text)
    with pytest.raises(KnowledgeError, match=said):
        load_sheet("foot_sole", tmp_path)
