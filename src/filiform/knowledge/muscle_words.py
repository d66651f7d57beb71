"""What people call muscles when they look for them (`muscle_words.toml`), read strictly, once a process."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from filiform.clinical.terms import Cite, MuscleId
from filiform.knowledge import book
from filiform.knowledge.loading import HERE, read

FILE = HERE / "muscle_words.toml"


@functools.cache
def muscle_words() -> Mapping[MuscleId, tuple[str, ...]]:
    """{muscle: what people call it besides its name}, of those that have such words; raises `KnowledgeError`."""
    known = book()
    return load_muscle_words(FILE, known.muscles, known.sources)[0]


def load_muscle_words(
    file: Path, muscles: Mapping[MuscleId, object], sources: Mapping[str, object]
) -> tuple[Mapping[MuscleId, tuple[str, ...]], tuple[Cite, ...]]:
    """The words by muscle, and where they come from; raises `KnowledgeError` with file and line."""
    root = read(file)
    given = root.table("cites")
    cites = given.cites(sources, "words")
    given.done()
    found: dict[MuscleId, tuple[str, ...]] = {}
    for _name, table in root.tables("word"):
        words = table.distinct("words")
        if not words:
            raise table.error("'words' is empty: nothing could be found by it", "words")
        for muscle in table.ids("muscles", muscles, "muscle"):
            found[MuscleId(muscle)] = found.get(MuscleId(muscle), ()) + words
        table.done()
    root.done()
    return MappingProxyType(found), cites
