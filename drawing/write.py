"""Drawings as files: one JSON a view and build, one shape a line, so that a change can be read as a difference."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from filiform.clinical.figure import Build, Drawing, View
from filiform.knowledge.loading import HERE

DRAWN = HERE / "body" / "drawn"


def as_text(drawing: Drawing) -> str:
    """The file of one drawing, as `filiform.knowledge.body` reads it."""
    strokes = [json.dumps([stroke.width, int(stroke.edge), stroke.path]) for stroke in drawing.strokes]
    shapes = [json.dumps([s.region, s.side.value, s.label, s.bounds, s.path]) for s in drawing.shapes]
    head = f'{{"view": "{drawing.view}", "build": "{drawing.build}", "box": {json.dumps(drawing.box)},\n'
    return (
        f'{head}"outline": {json.dumps(drawing.outline)},\n'
        f'"strokes": [\n{_lines(strokes)}\n],\n"shapes": [\n{_lines(shapes)}\n]}}\n'
    )


def _lines(values: list[str]) -> str:
    return ",\n".join(values)


def file_of(view: View, build: Build, folder: Path = DRAWN) -> Path:
    """Where a drawing is kept."""
    return folder / build.value / f"{view.value}.json"


def write_all(drawings: Mapping[tuple[View, Build], Drawing], folder: Path = DRAWN) -> list[Path]:
    """Writes every drawing; returns the files whose text is new."""
    changed = []
    for (view, build), drawing in drawings.items():
        file, text = file_of(view, build, folder), as_text(drawing)
        if not file.exists() or file.read_text(encoding="utf-8") != text:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
            changed.append(file)
    return changed
