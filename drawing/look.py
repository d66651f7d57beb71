"""Contact sheets for a person's eye: drawings side by side as one SVG, or as PNG by way of Chromium."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

from filiform.clinical.figure import Drawing, Shape, Stroke
from filiform.clinical.terms import Side

LIGHT = dict(ground="#FFFFFF", skin="#E9EFF2", shade="#8FA6B4", ink="#4A5B66", stroke="#7E919D", edge="#FFFFFF")
DARK = dict(ground="#131D25", skin="#2A3842", shade="#5C7280", ink="#7E929F", stroke="#62757F", edge="#131D25")
HUES = {"left": (196, 40), "right": (28, 55), "midline": (265, 35)}
ROUND = 'fill="none" stroke-linecap="round" stroke-linejoin="round"'


def drawn(drawing: Drawing, colours: Mapping[str, str], uid: str, coloured: bool = False, edges: bool = True) -> str:
    """The figure as the content of an SVG: skin, one soft inner shadow, regions, strokes, outline."""
    soft = max(drawing.width, 300) / 412 * 7
    return "".join(
        [
            f'<defs><clipPath id="c{uid}"><path d="{drawing.outline}"/></clipPath>',
            f'<filter id="b{uid}" x="-10%" y="-10%" width="120%" height="120%">',
            f'<feGaussianBlur stdDeviation="{soft:.1f}"/></filter></defs>',
            f'<path d="{drawing.outline}" fill="{colours["skin"]}"/><g clip-path="url(#c{uid})">',
            f'<path d="{drawing.outline}" fill="none" stroke="{colours["shade"]}" stroke-width="{soft * 2.4:.1f}"',
            f' opacity=".55" filter="url(#b{uid})"/>',
            *(_shape(shape, k, colours, coloured, edges) for k, shape in enumerate(drawing.shapes)),
            "</g>",
            *(_stroke(stroke, colours) for stroke in drawing.strokes),
            f'<path d="{drawing.outline}" stroke="{colours["ink"]}" stroke-width="1.7" {ROUND}/>',
        ]
    )


def _shape(shape: Shape, k: int, colours: Mapping[str, str], coloured: bool, edges: bool) -> str:
    fill = _hue(shape, k) if coloured else "none"
    edge = f'stroke="{colours["edge"]}" stroke-width="1.4"' if edges else ""
    name = f"<title>{shape.region} {shape.side}</title>"
    return f'<path d="{shape.path}" fill="{fill}" fill-opacity=".8" {edge}>{name}</path>'


def _hue(shape: Shape, k: int) -> str:
    base, spread = HUES[shape.side.value]
    return f"hsl({base + (k * 47) % spread * 2},{45 + k * 13 % 30}%,{62 + k * 29 % 22}%)"


def _stroke(stroke: Stroke, colours: Mapping[str, str]) -> str:
    colour, width = (colours["ink"], stroke.width * 1.7) if stroke.edge else (colours["stroke"], stroke.width)
    return f'<path d="{stroke.path}" stroke="{colour}" stroke-width="{width}" {ROUND}/>'


def names(drawing: Drawing, size: float) -> str:
    """The regions' names at their labels, of one side and the midline."""
    return "".join(
        f'<text x="{s.label[0]}" y="{s.label[1]}" font-size="{size}" text-anchor="middle">{s.region}</text>'
        for s in drawing.shapes
        if s.side is not Side.LEFT or drawing.view.endswith("left")
    )


def sheet(
    drawings: Sequence[Drawing], *, dark: bool = False, coloured: bool = False, edges: bool = True, named: float = 0.0
) -> str:
    """The drawings in one row, each in its box."""
    colours = DARK if dark else LIGHT
    x, parts = 0.0, []
    for k, drawing in enumerate(drawings):
        x0, y0, width, _ = drawing.box
        inner = drawn(drawing, colours, f"u{k}", coloured, edges) + (names(drawing, named) if named else "")
        parts.append(f'<g transform="translate({x - x0},{-y0})">{inner}</g>')
        x += width
    high = max(drawing.height for drawing in drawings)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {x:g} {high:g}" width="{x:g}" height="{high:g}">'
        f'<rect width="{x:g}" height="{high:g}" fill="{colours["ground"]}"/>{"".join(parts)}</svg>'
    )


def to_png(svg: str, file: Path, scale: float) -> None:
    """Paints the SVG with Chromium, `scale` pixels a unit."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_page(device_scale_factor=scale)
        page.set_content(f"<style>body{{margin:0;font-family:sans-serif}}</style>{svg}")
        page.locator("svg").first.screenshot(path=str(file))
        browser.close()
