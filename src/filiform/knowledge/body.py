"""The drawn figure from `body/drawn` and the zones from `body/zones.toml`, read strictly, each file once a process.

What is drawn is generated (`drawing/`), and a test draws it anew. It is read as strictly as what a person wrote: a path
that is no path, a region that there is not or a side that a region has not stops the program, not the patient.
"""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from filiform.clinical.anatomy import Region
from filiform.clinical.figure import Box, Build, Drawing, Shape, Stroke, View
from filiform.clinical.terms import RegionId, Side
from filiform.knowledge import book
from filiform.knowledge.loading import HERE, KnowledgeError

DRAWN = HERE / "body" / "drawn"
_NUMBER = r"-?(?:\d+(?:\.\d)?|\.\d)"
_PATH = re.compile(rf"(?:M{_NUMBER} ?{_NUMBER}(?:[lc](?: ?{_NUMBER})+)+Z?)+")


@functools.cache
def drawing(view: View, build: Build) -> Drawing:
    """The figure seen from `view` in `build`; raises `KnowledgeError`."""
    return load_drawing(DRAWN / build.value / f"{view.value}.json", view, build, book().regions)


def load_drawing(file: Path, view: View, build: Build, regions: Mapping[RegionId, Region]) -> Drawing:
    """One file of `drawing.write`; raises `KnowledgeError` with the file, and what is wrong."""
    given = _read(file)
    if set(given) != {"view", "build", "box", "outline", "strokes", "shapes"}:
        raise KnowledgeError(file, f"has the keys {', '.join(given)}; draw it anew with python -m drawing")
    if (given["view"], given["build"]) != (view, build):
        raise KnowledgeError(file, f"holds {given['view']} {given['build']}, not {view} {build}")
    shapes = tuple(_shapes(file, given["shapes"], regions))
    sites = [shape.site for shape in shapes]
    if len(set(sites)) < len(sites):
        raise KnowledgeError(file, "shows a region twice on one side")
    return Drawing(
        view=view,
        build=build,
        box=_box(file, given["box"]),
        outline=_path(file, given["outline"]),
        strokes=tuple(_stroke(file, stroke) for stroke in given["strokes"]),
        shapes=shapes,
    )


def _read(file: Path) -> dict[str, Any]:
    try:
        given = json.loads(file.read_text(encoding="utf-8"))
    except OSError as wrong:
        raise KnowledgeError(file, f"cannot be read: {wrong.strerror}") from wrong
    except ValueError as wrong:
        raise KnowledgeError(file, f"is not JSON: {wrong}") from wrong
    if not isinstance(given, dict):
        raise KnowledgeError(file, "is not a drawing; draw it anew with python -m drawing")
    return given


def _shapes(file: Path, given: Any, regions: Mapping[RegionId, Region]) -> Iterator[Shape]:
    for row in _rows(file, given, 5):
        region, side = regions.get(row[0]), row[1]
        if region is None:
            raise KnowledgeError(file, f"{row[0]!r} is not a known region")
        if side not in tuple(Side) or (side == Side.MIDLINE) != region.midline:
            raise KnowledgeError(file, f"{row[0]!r} cannot be on the side {side!r}")
        label, bounds = _numbers(file, row[2], 2), _box(file, row[3])
        yield Shape(region.id, Side(side), _path(file, row[4]), (label[0], label[1]), bounds)


def _stroke(file: Path, given: Any) -> Stroke:
    ((width, edge, path),) = _rows(file, [given], 3)
    return Stroke(_path(file, path), _numbers(file, [width], 1)[0], bool(edge))


def _rows(file: Path, given: Any, long: int) -> list[list[Any]]:
    if not isinstance(given, list) or not all(isinstance(row, list) and len(row) == long for row in given):
        raise KnowledgeError(file, f"must hold rows of {long}; draw it anew with python -m drawing")
    return given


def _path(file: Path, given: Any) -> str:
    if not isinstance(given, str) or not _PATH.fullmatch(given):
        raise KnowledgeError(file, f"{str(given)[:40]!r} is not a path as python -m drawing writes it")
    return given


def _box(file: Path, given: Any) -> Box:
    x, y, width, height = _numbers(file, given, 4)
    if width <= 0 or height <= 0:
        raise KnowledgeError(file, f"{given!r} is not a box: its width and height must be above 0")
    return x, y, width, height


def _numbers(file: Path, given: Any, many: int) -> tuple[float, ...]:
    if not isinstance(given, list) or len(given) != many or not all(type(v) in (int, float) for v in given):
        raise KnowledgeError(file, f"{given!r} must be {many} numbers")
    return tuple(float(v) for v in given)
