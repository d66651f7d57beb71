"""`python -m drawing` draws the figure anew; `--look FILE` paints a contact sheet instead, for a person's eye.

python -m drawing
python -m drawing --look sheet.png --views front,back --builds neutral,feminine --dark --coloured --names 4
"""

from __future__ import annotations

import argparse
from pathlib import Path

from drawing.anatomy import write_anatomy
from drawing.look import sheet, to_png
from drawing.make import draw, draw_all
from drawing.views import load_views
from drawing.write import write_all
from filiform.clinical.figure import View


def main() -> None:
    """Draw all, or look."""
    given = _arguments().parse_args()
    if not given.look:
        drawings = draw_all()
        changed = [*write_all(drawings), *write_anatomy(drawings)]
        print(f"{len(changed)} drawings changed")
        return
    plans = load_views()
    looked_at = [draw(plans[View(v)], b) for b in given.builds.split(",") for v in given.views.split(",")]
    svg = sheet(looked_at, dark=given.dark, coloured=given.coloured, edges=not given.plain, named=given.names)
    if given.look.suffix == ".png":
        to_png(svg, given.look, given.scale)
    else:
        given.look.write_text(svg, encoding="utf-8")


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m drawing", description=__doc__)
    parser.add_argument("--look", type=Path, help="the file to paint, .svg or .png")
    parser.add_argument("--views", default="front,left,back,right")
    parser.add_argument("--builds", default="neutral")
    parser.add_argument("--scale", type=float, default=1.5, help="pixels a unit")
    parser.add_argument("--names", type=float, default=0.0, help="write the regions' names, this high")
    parser.add_argument("--dark", action="store_true")
    parser.add_argument("--coloured", action="store_true", help="a colour for each region")
    parser.add_argument("--plain", action="store_true", help="no lines between the regions")
    return parser


if __name__ == "__main__":
    main()
