"""Every door of the record, found by looking: the public functions of `record.actions` and `record.reads`."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator
from functools import cache
from types import FunctionType
from typing import Any

import filiform.record.actions
import filiform.record.reads

Door = Callable[..., Any]


@cache
def actions() -> dict[str, Door]:
    """{`book.book_visit`: function} of everything public in `record.actions`."""
    return dict(_doors(filiform.record.actions))


@cache
def reads() -> dict[str, Door]:
    """{`people.contact`: function} of everything public in `record.reads`."""
    return dict(_doors(filiform.record.reads))


def guarded(doors: dict[str, Door]) -> dict[str, Door]:
    """Those that check who asks; the others are internal and say why."""
    return {name: door for name, door in doors.items() if hasattr(door, "act")}


def parameters(door: Door) -> dict[str, inspect.Parameter]:
    """The parameters of the function behind the guard."""
    return dict(inspect.signature(door).parameters)


def is_door(module_name: str, name: str, found: object) -> bool:
    """A public function that this very module defines, cached ones included."""
    behind = inspect.unwrap(found) if callable(found) else found
    return isinstance(behind, FunctionType) and behind.__module__ == module_name and not name.startswith("_")


def _doors(package: Any) -> Iterator[tuple[str, Door]]:
    for info in pkgutil.iter_modules(package.__path__):
        module = importlib.import_module(f"{package.__name__}.{info.name}")
        for name, found in vars(module).items():
            if is_door(module.__name__, name, found):
                yield f"{info.name}.{name}", found
