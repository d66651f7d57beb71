"""Icons: our own words for them, drawn from heroicons (MIT) where it has one and by us where it lacks one.

Pages name what an icon means (`signed`, `call-now`), so that one picture can be changed in one place.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Final
from xml.etree import ElementTree
from zipfile import ZipFile

_SVG: Final = "{http://www.w3.org/2000/svg}"

# Meaning -> file name in heroicons' 24 px outline set.
FROM_HEROICONS: Final = MappingProxyType(
    {
        "add": "plus",
        "alarm": "bell-alert",
        "arrived": "map-pin",
        "arrow-right": "arrow-right",
        "atlas": "map",
        "audit": "finger-print",
        "back": "chevron-left",
        "book": "calendar-days",
        "call": "phone",
        "call-now": "phone-arrow-up-right",
        "check": "check",
        "clipboard": "clipboard-document-list",
        "close": "x-mark",
        "clock": "clock",
        "device": "device-phone-mobile",
        "document": "document-text",
        "down": "chevron-down",
        "up": "chevron-up",
        "download": "arrow-down-tray",
        "edit": "pencil-square",
        "faint": "heart",
        "filter": "funnel",
        "find": "magnifying-glass",
        "flag": "flag",
        "home": "home",
        "inbox": "inbox-arrow-down",
        "info": "information-circle",
        "key": "key",
        "learn": "book-open",
        "link": "link",
        "list": "list-bullet",
        "locked": "lock-closed",
        "mail": "envelope",
        "message": "chat-bubble-left-right",
        "moon": "moon",
        "needle-in": "arrow-down-tray",
        "needle-out": "arrow-up-tray",
        "next": "chevron-right",
        "no": "no-symbol",
        "note": "document-check",
        "outcome": "presentation-chart-line",
        "patients": "users",
        "person": "user-circle",
        "place": "building-storefront",
        "plan": "clipboard-document-check",
        "play": "play",
        "practice": "building-office",
        "print": "printer",
        "problem": "bell-alert",
        "qr": "qr-code",
        "question": "question-mark-circle",
        "recount": "arrow-path",
        "remove": "minus",
        "safety": "shield-check",
        "review": "eye",
        "screened": "shield-check",
        "send": "paper-airplane",
        "settings": "cog-6-tooth",
        "sign-out": "arrow-right-start-on-rectangle",
        "signed": "pencil-square",
        "star": "star",
        "stop": "x-circle",
        "sun": "sun",
        "system": "computer-desktop",
        "table": "table-cells",
        "target": "viewfinder-circle",
        "team": "user-group",
        "today": "calendar",
        "trend-down": "arrow-trending-down",
        "trend-up": "arrow-trending-up",
        "twitch": "bolt",
        "undo": "arrow-uturn-left",
        "unsure": "question-mark-circle",
        "warning": "exclamation-triangle",
        "why": "light-bulb",
    }
)

# Ours: what heroicons has no picture of. Shapes on the same 24 px grid, drawn by stroke only.
OWN: Final = MappingProxyType(
    {
        # the mark of the product: a fine needle through a ring
        "brand": (
            '<path d="M18.6 9.2a7.4 7.4 0 1 1-3.8-3.8"/><path d="M21 3 12.4 11.6"/><path d="m18.2 3.2 2.6 2.6"/>'
            '<circle cx="11.2" cy="12.8" r="1.1"/>'
        ),
        "needle": '<path d="M4 20 14.5 9.5"/><path d="m13 8 3 3"/><path d="m14.5 9.5 4.5-4.5"/><path d="m17 3 4 4"/>',
        "not-equal": '<path d="M5 9h14"/><path d="M5 15h14"/><path d="M19 5 5 19"/>',
        "ruler": '<path d="M3 16.5 16.5 3 21 7.5 7.5 21Z"/><path d="m7 12.5 2 2M10 9.5l2.5 2.5M13 6.5l2 2"/>',
        "body": (
            '<circle cx="12" cy="4.5" r="2"/><path d="M5 9.2c2.3.7 4.6 1 7 1s4.7-.3 7-1"/>'
            '<path d="M9.8 10v4.2L8.2 21M14.2 10v4.2l1.6 6.8M9.8 14.2h4.4"/>'
        ),
        "sharps": '<path d="M6 8h12l-1.2 13H7.2Z"/><path d="M4.5 4.5h15V8h-15Z"/><path d="M12 12v4M12 18.6v.1"/>',
        "mirror": '<path d="M12 3v18"/><path d="M8.5 8 4 16h4.5ZM15.5 8l4.5 8h-4.5Z"/>',
        "left": '<circle cx="12" cy="12" r="8.5"/><path d="M10.5 8v8h4"/>',
    }
)


class UnknownIcon(KeyError):
    """A template asked for an icon that nobody has named."""


def names() -> tuple[str, ...]:
    """Every icon a template may name."""
    return tuple(sorted({*FROM_HEROICONS, *OWN}))


@cache
def shapes(name: str) -> str:
    """The inside of the icon's `<svg viewBox="0 0 24 24">`. UnknownIcon when nobody has named it."""
    if name in OWN:
        return OWN[name]
    if name not in FROM_HEROICONS:
        raise UnknownIcon(f"There is no icon {name!r}. Name one of web/icons.py or add it there.")
    with (files("heroicons") / "heroicons.zip").open("rb") as packed, ZipFile(packed) as archive:
        svg = ElementTree.fromstring(archive.read(f"outline/{FROM_HEROICONS[name]}.svg"))
    return "".join(f'<path d="{path.attrib["d"]}"/>' for path in svg.iter(f"{_SVG}path"))
