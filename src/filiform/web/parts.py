"""What pages hand to the components: small frozen records, made by views, drawn by the tags of `ui`."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise

from filiform.clinical.terms import Side


class Kind(StrEnum):
    """How a chip or a note looks. The word on it carries the meaning; the colour only repeats it."""

    PLAIN = "plain"
    OK = "ok"
    WARN = "warn"
    STOP = "stop"
    INFO = "info"
    NEEDLE = "needle"
    CALL = "call"  # solid red: a person must act now


@dataclass(frozen=True, slots=True)
class Chip:
    """One status: an icon, a word or two and, when it is about one side of the body, the L or R mark."""

    kind: Kind
    text: str
    icon: str = ""
    side: Side | None = None


class StepState(StrEnum):
    DONE = "done"
    NEXT = "next"
    TODO = "todo"
    BLOCKED = "blocked"


@dataclass(frozen=True, slots=True)
class RailStep:
    """One step of a visit in the rail. `note` is a few words below it; without `url` it cannot be opened yet."""

    label: str
    state: StepState
    url: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class NavItem:
    """One entry of the top bar. A page package declares it on its AppConfig (`nav = NavItem(...)`).

    `route` is a URL name, `act` the act of `clinical.access` that opens it, `order` its place from the left.
    """

    label: str | Promise  # lazily translated: an AppConfig is read before the language is known
    icon: str
    route: str
    act: str
    order: int
