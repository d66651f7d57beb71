"""docs/bodymap.md shows the map as it is drawn now: every view, every build, every layer, alone and together."""

from __future__ import annotations

from dataclasses import replace

import pytest

from filiform.clinical.figure import Build, View
from filiform.web.bodymap.legend import KINDS
from tests import bodymap_page
from tests.web.colours import SIGHTS

AGAIN = "docs/bodymap.md is not what the map draws now; write it anew with python -m tests.bodymap_page and look at it"


@pytest.fixture(scope="module")
def sheets() -> tuple[bodymap_page.Sheet, ...]:
    return bodymap_page.sheets()


def test_the_page_is_of_the_map_as_it_is(sheets: tuple[bodymap_page.Sheet, ...]) -> None:
    assert bodymap_page.page(sheets) == bodymap_page.PAGE.read_text(encoding="utf-8"), AGAIN


def test_every_picture_is_there_and_none_too_many(sheets: tuple[bodymap_page.Sheet, ...]) -> None:
    assert {file.name for file in bodymap_page.PICTURES.iterdir()} == {f"{sheet.name}.webp" for sheet in sheets}
    for file in bodymap_page.PICTURES.iterdir():
        assert file.read_bytes()[:4] == b"RIFF"
        assert file.stat().st_size > 10_000


def test_nothing_is_left_out(sheets: tuple[bodymap_page.Sheet, ...]) -> None:
    drawn = "".join(sheet.source for sheet in sheets)
    for view in View:
        for build in Build:
            assert f'aria-label="Body map, {view.value}, {build.value}"' in drawn
    for kind in KINDS:
        assert str(kind.words) in drawn
    assert {tile.sight for sheet in sheets for tile in sheet.tiles} >= set(SIGHTS)
    assert {sheet.theme for sheet in sheets} == {"light", "dark"}


def test_another_drawing_would_be_noticed(sheets: tuple[bodymap_page.Sheet, ...]) -> None:
    """The negative control."""
    first = sheets[0]
    other = replace(first, tiles=(replace(first.tiles[0], drawn=first.tiles[0].drawn + " "), *first.tiles[1:]))
    assert bodymap_page.page((other, *sheets[1:])) != bodymap_page.PAGE.read_text(encoding="utf-8")
