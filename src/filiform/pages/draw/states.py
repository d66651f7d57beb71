"""What "undo" goes back to: the numbers of the drawings that this browser made, kept in its session on the server."""

from __future__ import annotations

from uuid import UUID

from django.contrib.sessions.backends.base import SessionBase

_KEY = "drawing_states"
_MOST = 50


def before(session: SessionBase, visit_id: UUID, seen: int) -> int | None:
    """The number of the drawing before `seen`, which this browser made; None when there is nothing to undo."""
    numbers = _numbers(session, visit_id)
    return numbers[-2] if len(numbers) > 1 and numbers[-1] == seen else None


def went_on(session: SessionBase, visit_id: UUID, seen: int, number: int) -> None:
    """`seen` became `number`. What was drawn elsewhere in between is not undone here."""
    numbers = _numbers(session, visit_id)
    numbers = numbers if numbers[-1:] == [seen] else [seen]
    session[_KEY] = {"visit": str(visit_id), "numbers": [*numbers, number][-_MOST:]}


def went_back(session: SessionBase, visit_id: UUID, number: int) -> None:
    """The state before is on top again; `number` is the drawing that now holds it."""
    session[_KEY] = {"visit": str(visit_id), "numbers": [*_numbers(session, visit_id)[:-2], number]}


def _numbers(session: SessionBase, visit_id: UUID) -> list[int]:
    kept = session.get(_KEY) or {}
    return list(kept["numbers"]) if kept.get("visit") == str(visit_id) else []
