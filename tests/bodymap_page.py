"""`python -m tests.bodymap_page` writes docs/bodymap.md and its pictures, with the system's Chromium.

The page names the SHA-256 of what each picture was made from (SVG, stylesheets, arrangement), and a test computes it
anew. Pixels are not compared: they differ from one browser to the next.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING

from filiform.clinical.anatomy_drawn import Depth
from filiform.clinical.figure import Box, Build, View
from filiform.clinical.terms import BodySite, MuscleId, MuscleSide, RegionId, Side
from filiform.knowledge import book
from filiform.web.bodymap import Danger, Layers, Mark, MarkKind, Picks, State, legend, svg
from filiform.web.bodymap.legend import KINDS
from tests.web.colours import SIGHTS, THEMES, apart, linear, tokens

if TYPE_CHECKING:
    from playwright.sync_api import Page

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "bodymap.md"
PICTURES = ROOT / "docs" / "pictures" / "bodymap"
SHEETS = ("tokens", "bodymap")
NEAR: Box = (-100.0, 60.0, 220.0, 220.0)
ARRANGED = """
body { margin: 0; padding: 16px; background: var(--surface); color: var(--ink); font: 600 15px system-ui, sans-serif; }
.tiles { display: grid; gap: 16px; align-items: start; }
.legend { list-style: none; margin: 0; padding: 0; }
figure { margin: 0; } figcaption { margin-top: 4px; } .bodymap { max-height: none; }
"""


@dataclass(frozen=True, slots=True)
class Tile:
    """One drawing with its words; `sight` as somebody else sees it."""

    words: str
    drawn: str
    sight: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One picture: several drawings side by side."""

    name: str
    words: str
    columns: int
    tiles: tuple[Tile, ...]
    theme: str = "light"
    width: int = 1280
    tall: str = ""  # a height in px that all drawings get

    @property
    def source(self) -> str:
        """The page that the browser draws."""
        styles = "".join(
            (ROOT / "src/filiform/web/static/web" / f"{name}.css").read_text(encoding="utf-8") for name in SHEETS
        )
        tiles = "".join(
            f"<figure{_filter(one.sight)}>{one.drawn}<figcaption>{one.words}</figcaption></figure>"
            for one in self.tiles
        )
        sights = "".join(_matrix(name) for name in {one.sight: None for one in self.tiles} if name)
        return (
            f'<!doctype html><html lang="en" data-theme="{self.theme}"><meta charset="utf-8"><style>{styles}{ARRANGED}'
            f".tiles {{ grid-template-columns: repeat({self.columns}, minmax(0, 1fr)); }}"
            f"{f'figure > .bodymap {{ height: {self.tall}px; }}' if self.tall else ''}</style>"
            f'<svg width="0" height="0" style="position:absolute">{sights}</svg><div class="tiles">{tiles}</div></html>'
        )

    @property
    def hash(self) -> str:
        """Of the source."""
        return hashlib.sha256(self.source.encode()).hexdigest()


def _filter(sight: str) -> str:
    return f' style="filter:url(#{sight})"' if sight else ""


def _matrix(sight: str) -> str:
    rows = " ".join(f"{a} {b} {c} 0 0" for a, b, c in SIGHTS[sight])
    return (
        f'<filter id="{sight}" color-interpolation-filters="linearRGB">'
        f'<feColorMatrix values="{rows} 0 0 0 1 0"/></filter>'
    )


# ---- what is drawn


def site(region: str, side: Side = Side.RIGHT) -> BodySite:
    """A place; on the midline where the region lies there."""
    return BodySite(RegionId(region), Side.MIDLINE if book().regions[RegionId(region)].midline else side)


def muscle(name: str, side: Side = Side.RIGHT) -> MuscleSide:
    """A muscle on a side."""
    return MuscleSide(MuscleId(name), side)


def referral(one: MuscleSide) -> dict[BodySite, bool]:
    """Where a muscle's pain is usually felt."""
    known = book().muscles[one.muscle]
    spill = {site(region, one.side): False for region in known.spill}
    return spill | {site(region, one.side): True for region in known.primary}


LIMB = ("upper_arm", "elbow", "forearm", "wrist", "hand", "palm", "thumb", "finger")
PAIN = {
    site("shoulder_superior"): 9,
    site("neck_lateral"): 6,
    site("scapula_medial"): 4,
    site("lumbar", Side.LEFT): 2,
    site("jaw"): 5,
    site("thigh_lateral"): 4,
    site("palm"): 6,
    site("heel"): 7,
}
ARM = frozenset(site(region, Side.LEFT) for region in book().regions if region.startswith(LIMB))
CHOSEN = muscle("upper_trapezius")
MARKS = (
    Mark(MarkKind.NEXT, 62, 128, "1"),
    Mark(MarkKind.SUGGESTED, 66, 190, "2"),
    Mark(MarkKind.FOUND, 36, 140),
    Mark(MarkKind.OTHER, 24, 176),
    Mark(MarkKind.IN, 40, 206, "3"),
    Mark(MarkKind.OUT, 60, 224),
)
FULL = Layers(
    pain=PAIN,
    referral=referral(CHOSEN),
    ground=Depth.SUPERFICIAL,
    muscles={CHOSEN: State.CHOSEN, muscle("infraspinatus"): State.RANKED, muscle("rhomboids", Side.LEFT): State.DONE},
    danger=Danger.QUIET,
    restricted=ARM,
)
SEEN = replace(FULL, marks=MARKS)
ALONE = {
    "Pain drawn": Layers(pain=PAIN),
    "Expected referral": Layers(referral=referral(CHOSEN), muscles={CHOSEN: State.CHOSEN}),
    "Superficial muscles": Layers(ground=Depth.SUPERFICIAL),
    "Deep muscles": Layers(ground=Depth.DEEP),
    "Dangers, quiet": Layers(danger=Danger.QUIET),
    "Dangers, loud in the chosen muscle": Layers(danger=Danger.QUIET, muscles={CHOSEN: State.CHOSEN}),
    "Do not needle": Layers(restricted=ARM),
    "Points and needles": Layers(marks=MARKS),
}


def sheets() -> tuple[Sheet, ...]:
    """Every picture of the page."""
    return (*_layers(), *_builds(), *_sights(), *_places())


def _drawn(view: View, build: Build, layers: Layers, box: Box | None = None) -> str:
    return str(svg(view, build, layers, f"Body map, {view.value}, {build.value}", box=box))


def _layers() -> Iterator[Sheet]:
    tiles = [Tile(words, _drawn(View.BACK, Build.NEUTRAL, layers, NEAR)) for words, layers in ALONE.items()]
    yield Sheet("layers", "Each layer alone", 4, tuple(tiles))
    every = [Tile("Everything together", _drawn(View.BACK, Build.NEUTRAL, SEEN, NEAR) + str(legend(SEEN)))]
    for theme in THEMES:
        tiles = [*every, Tile("The same on the whole figure", _drawn(View.BACK, Build.NEUTRAL, SEEN))]
        yield Sheet(f"together-{theme}", f"Everything together, {theme}", 2, tuple(tiles), theme)


def _builds() -> Iterator[Sheet]:
    large = (View.FRONT, View.BACK, View.LEFT, View.RIGHT)
    small = tuple(view for view in View if view not in large)
    for build in Build:
        for name, views, columns, tall in (("body", large, 4, "600"), ("near", small, 5, "")):
            tiles = tuple(Tile(view.value.replace("_", " "), _drawn(view, build, FULL)) for view in views)
            yield Sheet(f"{build.value}-{name}", f"Every view, {build.value} build: {name}", columns, tiles, tall=tall)


def _sights() -> Iterator[Sheet]:
    for theme in THEMES:
        tiles = tuple(Tile(sight, _drawn(View.BACK, Build.NEUTRAL, SEEN, NEAR), sight) for sight in SIGHTS)
        yield Sheet(f"sights-{theme}", f"As each sight sees it, {theme}", 3, tiles, theme)


def _places() -> Iterator[Sheet]:
    picks = Picks(site=lambda one: f"?{one.region}.{one.side.value}")
    tiles = tuple(
        Tile(build.value, str(svg(view, build, Layers(pain=PAIN), "Body map", picks=picks, patient=True)))
        for view in (View.FRONT, View.BACK)
        for build in Build
    )
    yield Sheet("places", "The places that a patient taps, in three builds", 6, tiles)


# ---- the page


def page(made: tuple[Sheet, ...]) -> str:
    """docs/bodymap.md."""
    return "\n".join([*_head(), *_table(), *(line for sheet in made for line in _shown(sheet)), ""])


def _head() -> list[str]:
    return [
        "# The body map",
        "",
        "Made by `python -m tests.bodymap_page`; a test holds each picture to the drawing it was made from. Schematic, "
        "in our own hand, **not reviewed by a clinician**.",
        "",
        "The map is SVG made on the server (`src/filiform/web/bodymap/`), over the figure of `drawing/`. From the "
        "bottom: skin, muscles of one depth, pain, expected referral, dangers, restrictions, the muscles that stand "
        "out, names of dangers, points and needles, left and right. `svg(view, build, layers, label, picks=, box=, "
        "patient=)` draws it, `legend(layers)` says what is on it. Left and right are the patient's own, asked of the "
        "shapes.",
        "",
        "No layer is told apart by colour alone. Each has a texture of its own:",
        "",
        "| on the map | drawn as | colours |",
        "|---|---|---|",
        *(
            f"| {kind.words} | {kind.texture} | {', '.join(f'`--{token}`' for token in kind.tokens)} |"
            for kind in KINDS
        ),
        "",
    ]


def _table() -> list[str]:
    """The pairs of inks that lie nearest to one another, by sight: where only the texture tells them apart."""
    lines = [
        "## How far apart the colours are",
        "",
        "Distances of the inks in CIELAB (delta E 1976), from the tokens; colour blindness at full severity (Machado, "
        "Oliveira and Fernandes 2009). Each line names the two layers that are nearest: what is below 20 is told apart "
        "by its texture (`tests/web/test_bodymap_colours.py`).",
        "",
        "| theme | sight | nearest pair | distance | pairs below 20 |",
        "|---|---|---|---|---|",
    ]
    inks = {kind.name: kind.tokens[-1] for kind in KINDS if kind.name not in ("muscle", "spill", "loud", "found")}
    for theme in THEMES:
        found = tokens(theme)
        for sight in SIGHTS:
            pairs = sorted(
                (apart(linear(found[inks[a]]), linear(found[inks[b]]), sight), a, b)
                for a, b in combinations(inks, 2)
                if inks[a] != inks[b]
            )
            least, a, b = pairs[0]
            below = sum(distance < 20 for distance, _a, _b in pairs)
            lines.append(f"| {theme} | {sight} | {a}, {b} | {least:.1f} | {below} of {len(pairs)} |")
    return [*lines, ""]


def _shown(sheet: Sheet) -> list[str]:
    return [
        f"## {sheet.words}",
        "",
        f"![{sheet.words}](pictures/bodymap/{sheet.name}.webp)",
        "",
        f"Made from {sheet.hash[:16]}.",
        "",
    ]


def _webp(window: Page, width: int) -> bytes:
    """The whole page as WebP, a fifth of a PNG: the pictures lie in the repository."""
    height = window.evaluate("document.documentElement.scrollHeight")
    clip = {"x": 0, "y": 0, "width": width, "height": height, "scale": 1}
    asked = {"format": "webp", "quality": 82, "captureBeyondViewport": True, "clip": clip}
    return base64.b64decode(window.context.new_cdp_session(window).send("Page.captureScreenshot", asked)["data"])


def main() -> None:
    """Draw every picture and write the page."""
    from playwright.sync_api import sync_playwright

    from tests import needs

    made = sheets()
    PICTURES.mkdir(parents=True, exist_ok=True)
    for old in PICTURES.iterdir():
        old.unlink()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=needs.chromium(), args=["--no-sandbox"])
        for sheet in made:
            window = browser.new_page(viewport={"width": sheet.width, "height": 400})
            window.set_content(sheet.source)
            (PICTURES / f"{sheet.name}.webp").write_bytes(_webp(window, sheet.width))
            window.close()
        browser.close()
    PAGE.write_text(page(made), encoding="utf-8")
    print(f"{PAGE.name}: {len(made)} pictures")


if __name__ == "__main__":
    from filiform.config.start import start_django

    start_django()
    main()
