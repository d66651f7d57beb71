"""The body as a list, head to foot: the full equivalent of the body map, for pages that ask where.

A place travels in forms as `region.side` ("shoulder_superior.right") and is read back in words ("right top of the
shoulder"). What a form sends is only split here; the record judges it.
"""

from __future__ import annotations

import functools
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from filiform.clinical.anatomy import Region
from filiform.clinical.terms import BodySite, RegionId, Side
from filiform.knowledge import book
from filiform.web.marks import side_word

_PLACED = ("above ", "between ", "over ")


@dataclass(frozen=True, slots=True)
class Spot:
    """One side of one region: the value that a form sends, the words for it, whether it is marked already."""

    value: str
    side: Side
    words: str
    on: bool


@dataclass(frozen=True, slots=True)
class Row:
    """One region with its sides."""

    words: str
    spots: tuple[Spot, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """A part of the body with its regions. `on` is how many places in it are marked."""

    id: str
    words: str
    rows: tuple[Row, ...]
    on: int


def groups(marked: Collection[BodySite] = (), drawn: bool = False) -> tuple[Group, ...]:
    """Every region, grouped, head to foot. `drawn`: with the sides that the figure has, where the midline is one."""
    rows: dict[str, list[Row]] = {}
    for region in book().regions.values():
        rows.setdefault(region.group, []).append(_row(region, marked, drawn))
    return tuple(
        Group(name, group_word(name), tuple(found), sum(spot.on for row in found for spot in row.spots))
        for name, found in rows.items()
    )


def picker(pick: str, marked: frozenset[BodySite] = frozenset(), *, drawn: bool = False) -> SafeString:
    """The list as HTML: "link" asks about a place (`?ask=`), "box" is a checkbox named `site` for each."""
    return _picker(pick, marked, drawn, get_language() or "")


@functools.lru_cache(maxsize=64)
def _picker(pick: str, marked: frozenset[BodySite], drawn: bool, language: str) -> SafeString:
    # 183 places through the template engine take longer than all the rest of a page.
    return render_to_string("web/bodylist.html", {"pick": pick, "groups": groups(marked, drawn)})


def group_word(group: str) -> str:
    """The part of the body in words."""
    words = {
        "head": _("Head"),
        "face": _("Face"),
        "neck": _("Neck"),
        "shoulder": _("Shoulder"),
        "back": _("Back"),
        "pelvis": _("Pelvis"),
        "chest": _("Chest"),
        "abdomen": _("Belly"),
        "arm": _("Upper arm and elbow"),
        "forearm": _("Forearm"),
        "wrist": _("Wrist"),
        "hand": _("Hand"),
        "hip": _("Buttock, hip and groin"),
        "thigh": _("Thigh"),
        "knee": _("Knee"),
        "leg": _("Lower leg"),
        "ankle": _("Ankle"),
        "foot": _("Foot"),
    }
    return words.get(group, group.capitalize())


def value(site: BodySite) -> str:
    """How a form sends a place."""
    return f"{site.region}.{site.side.value}"


def split(text: str) -> tuple[str, str]:
    """(region, side) as they came, unjudged; the side is "" when there is none."""
    region, _dot, side = text.partition(".")
    return region, side


def words(site: BodySite) -> str:
    """The place in the patient's words, side first: "right top of the shoulder"."""
    region = book().regions[RegionId(site.region)]
    if site.side is Side.MIDLINE:
        return _("%(region)s, in the middle") % {"region": region.words}
    if region.words.startswith(_PLACED):  # "right over the shoulder blade" would be heard as "just over"
        return _("%(region)s, %(side)s") % {"region": region.words, "side": side_word(site.side)}
    return _("%(side)s %(region)s") % {"side": side_word(site.side), "region": region.words}


def sentence(site: BodySite) -> str:
    """`words` with a capital letter."""
    text = words(site)
    return text[:1].upper() + text[1:]


def said(sites: Iterable[BodySite]) -> str:
    """Several places in words; some have a comma of their own."""
    return "; ".join(words(site) for site in sites)


@functools.cache
def by_words() -> dict[str, BodySite]:
    """{words, folded: place} of every place, for reading a place that was typed or picked from the list of words."""
    found: dict[str, BodySite] = {}
    for region in book().regions.values():
        for side in sides(region):
            site = BodySite(region.id, side)
            found[_folded(words(site))] = site
            found[_folded(value(site))] = site
            found[_folded(f"{region.words}, {side_word(side)}")] = site
    return found


def every() -> tuple[str, ...]:
    """All places in words, head to foot, for a box with suggestions."""
    return tuple(sentence(BodySite(r.id, side)) for r in book().regions.values() for side in sides(r))


def typed(text: str) -> BodySite | None:
    """The place that somebody typed ("Left calf"), or None when the words are not in the list."""
    return by_words().get(_folded(text))


def sides(region: Region) -> tuple[Side, ...]:
    """The sides that a region has."""
    return (Side.LEFT, Side.RIGHT, Side.MIDLINE) if region.midline else (Side.LEFT, Side.RIGHT)


def _folded(text: str) -> str:
    return " ".join(text.replace(";", ",").casefold().split())


def drawn_sides(region: Region) -> tuple[Side, ...]:
    """The sides that the drawn figure has of a region: a place on the midline is one place."""
    return (Side.MIDLINE,) if region.midline else (Side.LEFT, Side.RIGHT)


def _row(region: Region, marked: Collection[BodySite], drawn: bool) -> Row:
    spots = (BodySite(region.id, side) for side in (drawn_sides(region) if drawn else sides(region)))
    return Row(region.words, tuple(Spot(value(s), s.side, words(s), s in marked) for s in spots))
