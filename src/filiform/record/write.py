"""How everything is written and read: one decorator each, so that no door lacks its guard.

`@write(Act.X) def verb(*, by, now, ...)`: checks that `by` may, opens one short transaction, demands an audit row
inside, and turns a refusal into an audit row of its own. `@read(Act.Y, about="visit_id") def noun(*, by, now, ...)`
checks and records who looked. Tests find by reflection any public function in actions/ or reads/ without them.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from datetime import datetime
from typing import Any, ParamSpec, TypeVar
from uuid import UUID

from filiform.clinical.access import Act, may
from filiform.clinical.terms import Block, stops
from filiform.record import audit, turns
from filiform.record.actor import NOWHERE, Actor

P = ParamSpec("P")
R = TypeVar("R")
F = TypeVar("F", bound=Callable[..., Any])


class Refused(Exception):
    """The act was refused. `blocks` say why, in words for the person who asked; nothing was stored."""

    def __init__(self, *blocks: Block) -> None:
        super().__init__("; ".join(block.because for block in blocks))
        self.blocks = blocks


class NotAllowed(Refused):
    """The role may not do this at all."""


class NotFound(Refused):
    """No such thing in this practice. Said alike whether it never existed or belongs to somebody else."""

    def __init__(self, what: str) -> None:
        super().__init__(Block("record.not_found", f"There is no such {what} in this practice."))


class Stale(Refused):
    """Somebody else wrote first; what was sent is kept on the page, nothing of it was stored."""

    def __init__(self, what: str) -> None:
        super().__init__(
            Block("record.stale", f"Somebody else has just changed the {what}. Look at theirs, then save yours again.")
        )


class MissingAudit(AssertionError):
    """A programming error: a write that left no audit row."""


def refuse(blocks: tuple[Block, ...]) -> None:
    """Raise `Refused` when any of `blocks` stops the act."""
    hard = stops(blocks)
    if hard:
        raise Refused(*hard)


def write(act: Act) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Make an action of a function. The wrapped function takes keywords only, `by` and `now` among them."""

    def decorate(action: Callable[P, R]) -> Callable[P, R]:
        @functools.wraps(action)
        def run(*args: P.args, **kwargs: P.kwargs) -> R:
            by, now = _by_and_now(args, kwargs)
            try:
                _check(by, act)
                with turns.writing(), audit.watching() as watch:
                    result = action(*args, **kwargs)
                    if not watch.rows and by.practice != NOWHERE:
                        raise MissingAudit(f"{action.__module__}.{action.__name__} left no audit row")
                    return result
            except Refused as refusal:
                _record_refusal(by, now, act, kwargs, refusal)
                raise

        run.act = act  # type: ignore[attr-defined]
        return run

    return decorate


def read(act: Act, *, about: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Make a read of a function. `about` names the keyword that says whose record it is, or a fixed word after `=`.

    `about="visit_id"` records that argument; `about="=today"` records the word `today`.
    """

    def decorate(noun: Callable[P, R]) -> Callable[P, R]:
        @functools.wraps(noun)
        def run(*args: P.args, **kwargs: P.kwargs) -> R:
            by, now = _by_and_now(args, kwargs)
            _check(by, act)
            result = noun(*args, **kwargs)
            subject = about[1:] if about.startswith("=") else str(kwargs[about])
            audit.leave_read(by=by, at=now, act=act, about=subject)
            return result

        run.act = act  # type: ignore[attr-defined]
        return run

    return decorate


def internal(because: str) -> Callable[[F], F]:
    """Mark a function in actions/ or reads/ that needs no guard of its own, and say why. The tests list them all."""

    def mark(function: F) -> F:
        function.internal = because  # type: ignore[attr-defined]
        return function

    return mark


def unlogged_read(act: Act, *, because: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """A read that leaves no audit row, because no patient is in it. `because` says so, and the tests list them all."""

    def decorate(noun: Callable[P, R]) -> Callable[P, R]:
        @functools.wraps(noun)
        def run(*args: P.args, **kwargs: P.kwargs) -> R:
            by, _ = _by_and_now(args, kwargs)
            _check(by, act)
            return noun(*args, **kwargs)

        run.act = act  # type: ignore[attr-defined]
        run.unlogged = because  # type: ignore[attr-defined]
        return run

    return decorate


def _by_and_now(args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[Actor, datetime]:
    if args:
        raise TypeError("actions and reads take keyword arguments only")
    by, now = kwargs.get("by"), kwargs.get("now")
    if not isinstance(by, Actor) or not isinstance(now, datetime):
        raise TypeError("actions and reads need by=Actor and now=datetime")
    return by, now


def _check(by: Actor, act: Act) -> None:
    blocks = may(by.role, act)
    if blocks:
        raise NotAllowed(*blocks)


def _record_refusal(by: Actor, now: datetime, act: Act, kwargs: dict[str, Any], refusal: Refused) -> None:
    # The refused transaction is gone; the refusal itself is worth a row. Inside an outer transaction (an action that
    # calls another) it goes the way of that transaction, whose own refusal is then recorded instead.
    subject = next((str(kwargs[key]) for key in _SUBJECTS if isinstance(kwargs.get(key), UUID)), "")
    with turns.writing():
        rules = [block.rule for block in refusal.blocks]
        audit.leave(by=by, at=now, act=act, about=subject, done=False, detail={"rules": rules})


_SUBJECTS = ("visit_id", "session_id", "patient_id", "note_id", "follow_up_id", "episode_id", "request_id")
