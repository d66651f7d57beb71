"""Restrictions in few words: sixty locked regions are one "no needles in the left arm", never sixty chips.

The short words may say more than is locked ("chest" for a part of it), never less; the screening page lists each place.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from filiform.clinical.terms import MuscleId, RegionId, Side
from filiform.knowledge import book
from filiform.web import bodylist
from filiform.web.parts import Chip, Kind

_FEW = 2  # regions or muscles that are still called by their own names


def chips(restrictions: Iterable[Mapping[str, Any]]) -> list[Chip]:
    """One chip for each reason and side of what must be avoided; places first, then muscles, then techniques."""
    grouped: dict[tuple[str, str, str], list[str]] = {}
    for one in restrictions:
        if one.get("action") == "avoid":
            key = (str(one.get("scope")), str(one.get("side") or ""), str(one.get("rule") or one.get("because")))
            grouped.setdefault(key, []).append(str(one.get("target")))
    found = sorted(grouped.items(), key=lambda pair: (_ORDER.get(pair[0][0], 9), pair[0]))
    made = (_chip(scope, side, targets) for (scope, side, _rule), targets in found)
    return list(dict.fromkeys(made))


_ORDER = {"region": 0, "muscle": 1, "technique": 2, "patient": 3}


def gist(regions: Iterable[str]) -> str:
    """Regions in few words: "arm, chest, back". One or two are called by their own names."""
    left = dict.fromkeys(regions)
    known = book().regions
    if len(left) <= _FEW:
        return ", ".join(known[RegionId(one)].words if one in known else one for one in left)
    words = []
    for limb, word in (("arm", _("arm")), ("leg", _("leg"))):
        whole = book().screening.region_sets.get(limb, ())
        if whole and all(region in left for region in whole):
            words.append(word)
            left = {one: None for one in left if one not in whole}
    groups = dict.fromkeys(known[RegionId(one)].group for one in known if one in left)
    return ", ".join([*words, *(bodylist.group_word(group).lower() for group in groups)])


def _chip(scope: str, side: str, targets: list[str]) -> Chip:
    where = Side(side) if side else None
    if scope == "region":
        return Chip(Kind.STOP, _("No needles: %(where)s") % {"where": gist(targets)}, "no", where)
    if scope == "muscle":
        return Chip(Kind.STOP, _muscles(targets), "locked", where)
    names = {"estim": _("No electrical stimulation")}
    return Chip(
        Kind.STOP, ", ".join(names.get(one, one.replace("_", " ")) for one in dict.fromkeys(targets)), "no", where
    )


def _muscles(targets: list[str]) -> str:
    names = {str(one.id): one.name for one in book().muscles.values()}
    if len(targets) <= _FEW:
        return _("No needles: %(where)s") % {"where": ", ".join(names.get(MuscleId(one), one) for one in targets)}
    n = len(dict.fromkeys(targets))
    return ngettext("%(n)d muscle locked", "%(n)d muscles locked", n) % {"n": n}
