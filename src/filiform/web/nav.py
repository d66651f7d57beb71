"""The top bar. Each page package brings its own entry, so a package that is deleted takes its entry with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.apps import apps
from django.urls import reverse

from filiform.web.parts import NavItem

MOST_ENTRIES = 5  # more than five do not fit a phone, and nobody reads them


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry as it is drawn."""

    label: str
    icon: str
    url: str
    current: bool


def items() -> tuple[NavItem, ...]:
    """Every entry that a page package declared, from the left."""
    found: list[NavItem] = []
    for config in apps.get_app_configs():
        declared = getattr(config, "nav", ())
        found += [declared] if isinstance(declared, NavItem) else [*declared]
    return tuple(sorted(found, key=lambda item: item.order))


def entries(acts: Mapping[str, bool], view_name: str) -> tuple[Entry, ...]:
    """The entries this role may open. The one whose namespace the page belongs to is the current one."""
    here = view_name.partition(":")[0]
    return tuple(
        Entry(str(i.label), i.icon, reverse(i.route), bool(here) and i.route.partition(":")[0] == here)
        for i in items()
        if acts.get(i.act)
    )
