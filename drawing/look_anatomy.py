"""`python -m drawing.look_anatomy FILE.png VIEW`: muscles and hazards over the figure, as they ship."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

from drawing.look import DARK, LIGHT, drawn, to_png
from filiform.clinical.anatomy import Hazard
from filiform.clinical.anatomy_drawn import AnatomyDrawing, Depth, HazardZone, Outline
from filiform.clinical.figure import Build, Drawing, View
from filiform.knowledge.anatomy_drawn import anatomy
from filiform.knowledge.body import drawing

HUES = {Hazard.VESSEL: "#C4320A", Hazard.NERVE: "#B8860B", Hazard.CORD: "#8B4513", Hazard.PLEURA: "#D9534F"}
OTHER = "#7A1FA2"


def main() -> None:
    """Paint one view."""
    given = _arguments().parse_args()
    figure, shown = drawing(given.view, given.build), anatomy(given.view, given.build)
    x, y, width, height = given.box or figure.box
    colours = DARK if given.dark else LIGHT
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{x} {y} {width} {height}" width="{width}" height="{height}" '
        f'font-family="sans-serif"><rect x="{x}" y="{y}" width="{width}" height="{height}" fill="{colours["ground"]}"/>'
        f"{drawn(figure, colours, 'a', edges=False)}{''.join(_layers(figure, shown, given))}</svg>"
    )
    to_png(svg, given.file, given.scale)


def _layers(figure: Drawing, shown: AnatomyDrawing, given: argparse.Namespace) -> Iterator[str]:
    size = 3.0 if "_" in figure.view else 1.0
    colours = DARK if given.dark else LIGHT
    if not given.hazards_only:
        for one in shown.outlines:
            if not given.only or one.muscle in given.only.split(","):
                yield _muscle(one, colours["ground"], size, given.names)
    if given.hazards or given.hazards_only:
        for zone in shown.zones:
            if not given.only or zone.hazard in given.only.split(","):
                yield _hazard(zone, colours["ground"], size, given.names)


def _muscle(one: Outline, ground: str, size: float, names: bool) -> str:
    if one.depth is Depth.SUPERFICIAL:
        style = f'fill="{ground}" fill-opacity=".5" stroke="#6E818D" stroke-width="{0.9 * size}"'
    else:
        style = f'fill="none" stroke="#4A78D0" stroke-width="{0.8 * size}" stroke-dasharray="{2 * size} {1.4 * size}"'
    text = f'<path d="{one.path}" {style}/>'
    for x, y in one.points:
        text += (
            f'<circle cx="{x}" cy="{y}" r="{1.5 * size}" fill="#F2A900" stroke="#12202A" stroke-width="{0.5 * size}"/>'
        )
    return text + (_words(one.muscle, *one.points[0], "#4A5B66", ground, size) if names and one.points else "")


def _hazard(zone: HazardZone, ground: str, size: float, names: bool) -> str:
    hue = HUES.get(zone.kind, OTHER)
    text = f'<path d="{zone.path}" fill="{hue}" fill-opacity=".25" stroke="{hue}" stroke-width="{0.6 * size}"/>'
    return text + (_words(zone.words, *zone.label, hue, ground, size) if names else "")


def _words(words: str, x: float, y: float, hue: str, ground: str, size: float) -> str:
    return (
        f'<text x="{x}" y="{y - 2 * size}" font-size="{3.2 * size}" text-anchor="middle" fill="{hue}" '
        f'stroke="{ground}" stroke-width="{0.8 * size}" paint-order="stroke">{words}</text>'
    )


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m drawing.look_anatomy", description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("view", type=View)
    parser.add_argument("--build", type=Build, default=Build.NEUTRAL)
    parser.add_argument("--box", type=float, nargs=4, help="x y width height of the part to show")
    parser.add_argument("--scale", type=float, default=2.5, help="pixels a unit")
    parser.add_argument("--only", default="", help="ids of muscles or hazards, with commas")
    parser.add_argument("--dark", action="store_true")
    parser.add_argument("--hazards", action="store_true", help="muscles and hazards")
    parser.add_argument("--hazards-only", action="store_true")
    parser.add_argument("--names", action="store_true")
    return parser


if __name__ == "__main__":
    main()
