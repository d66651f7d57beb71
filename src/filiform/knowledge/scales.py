"""The measures by id: a short way to `book().scales` for those who need nothing else of the book."""

from __future__ import annotations

from collections.abc import Mapping

from filiform.clinical.evaluate import Scale
from filiform.knowledge import book


def scales() -> Mapping[str, Scale]:
    """Every measure by id; `pain`, `tightness` and `range` are those of every re-test. Raises `KnowledgeError`."""
    return book().scales
