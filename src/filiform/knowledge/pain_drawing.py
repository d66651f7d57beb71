"""How pain is marked, from `pain_drawing.toml`, read strictly, once a process."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from filiform.clinical.pain_drawing import WORST, Marking, Step, Word
from filiform.knowledge import book
from filiform.knowledge.loading import HERE, Table, read

FILE = HERE / "pain_drawing.toml"


@functools.cache
def marking() -> Marking:
    """How pain is marked; raises `KnowledgeError`."""
    return load_marking(FILE, book().sources)


def load_marking(file: Path, sources: Mapping[str, object]) -> Marking:
    """One file; raises `KnowledgeError` with file and line."""
    root = read(file)
    comparing = root.table("comparing")
    found = Marking(
        steps=_steps(root),
        qualities=_words(root, "quality"),
        since=_words(root, "since"),
        cites=root.cites(sources),
        comparing=comparing.text("words"),
        comparing_cites=comparing.cites(sources),
    )
    comparing.done()
    root.done()
    return found


def _steps(root: Table) -> tuple[Step, ...]:
    """The steps, weak to strong: each is called by the number that it sets, and every number from 1 has one."""
    found: list[tuple[Step, Table]] = []
    for name, table in root.tables("step"):
        found.append((Step(name, table.text("words"), table.whole("least"), table.whole("sets")), table))
        table.done()
    if not found or found[0][0].least != 1:
        raise root.error("the first step must begin at 1: every pain has a name", "step")
    ends = [step.least for step, _ in found[1:]] + [WORST + 1]
    for (step, table), end in zip(found, ends, strict=True):
        if not step.least <= step.sets < end:
            raise table.error(f"'sets' must lie from {step.least} to below {end}, where this step ends", "sets")
    return tuple(step for step, _ in found)


def _words(root: Table, key: str) -> Mapping[str, Word]:
    found = {}
    for name, table in root.tables(key):
        found[name] = Word(name, table.text("words"))
        table.done()
    return MappingProxyType(found)
