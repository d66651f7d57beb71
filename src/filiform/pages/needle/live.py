"""What the live session's page needs: today's muscles with what stands against them, the map, the words of its program.

The page folds the events itself (`static/needle/fold.js`); from here come only facts that the events do not hold.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from filiform.clinical import outlines
from filiform.clinical.anatomy_drawn import Outline
from filiform.clinical.figure import Box, Build, View
from filiform.clinical.needle.manner import Manner, manner_json
from filiform.clinical.screen import restriction_from_json
from filiform.clinical.screen.result import Restrict, Scope
from filiform.clinical.terms import Block, BodySite, MuscleSide, RegionId, Side, stops
from filiform.knowledge import anatomy_drawn, body, book
from filiform.pages.needle import words
from filiform.record.reads import gates
from filiform.record.reads.visit import VisitHead
from filiform.web import bodymap
from filiform.web.bodymap.textures import scale
from filiform.web.marks import side_word
from filiform.web.needling import needle_size, techniques
from filiform.web.visit import born, chips

HAND = "session_hand"  # the cookie of this device: "left" mirrors the page
BANDS = 6  # colours of rooms; the room's name always stands beside its colour
NUMBERS = range(25)  # what one tap can answer to "how many"; the page's program adds 25 at a time
_WIDE, _HIGH = 300.0, 140.0  # units of the figure: the least that is shown around a muscle
_NEAR = 30.0  # a muscle smaller than this on the whole figure is shown in the near view of head, hand or foot


@dataclass(frozen=True, slots=True)
class Target:
    """A muscle chosen for today. `locks` refuse it here: of the screening and of today's consent; `warns` do not."""

    site: MuscleSide
    name: str
    hazard: str
    tier: str
    position: str
    prompt: str
    locks: tuple[Block, ...]
    warns: tuple[Block, ...]
    needs_consent: bool
    how: Manner | None  # as planned on the Locate page

    @property
    def size(self) -> str:
        """The planned needle, as the packs are called."""
        return needle_size(self.how) if self.how else ""

    @property
    def key(self) -> str:
        return f"{self.site.muscle}:{self.site.side.value}"


@dataclass(frozen=True, slots=True)
class Map:
    """One part of the figure. `spots`: by muscle, where its needles are drawn; schematic, never where they went in."""

    picture: SafeString
    view: str
    spots: Mapping[str, list[tuple[float, float]]]
    size: float

    @property
    def spots_json(self) -> str:
        """For an attribute of the page, from where its program takes them."""
        return json.dumps(self.spots)


def context(request: HttpRequest, head: VisitHead, now: datetime, opening: Mapping[str, Any]) -> dict[str, Any]:
    """For `live.html`; `head.session` must be open, `opening` is what `ledger.js` opens with."""
    assert head.session is not None
    every = targets(head, now)
    first = next((one for one in every if not one.locks), None)
    state = head.session.state
    return {
        "state": state,
        **who(head),
        "room": head.session.room or _("No room"),
        "band": zlib.crc32(head.session.room.encode()) % BANDS,
        "left": request.COOKIES.get(HAND) == "left",
        "seconds": int((now - head.session.opened_at).total_seconds()),
        "targets": every,
        "first": first,
        "map": picture(head, first.site, every) if first else None,
        "no_estim": _no_estim(head),
        "numbers": NUMBERS,
        "problems": words.problems(),
        "outcomes": words.outcomes(),
        "places": words.places(),
        "techniques": techniques(),
        "positions": words.positions(),
        "feelings": words.feelings(),
        "live": {
            "opening": opening,
            "targets": [as_json(one) for one in every],
            "first": first.key if first else "",
            "opened_on": head.session.opened_at.astimezone(ZoneInfo(head.zone)).date().isoformat(),
            "words": words.program(),
        },
    }


def who(head: VisitHead) -> dict[str, Any]:
    """Who lies on the table, for the header, which follows what the record says while the page is open."""
    return {"head": head, "born": born(head), "chips": [one for one in chips(head) if one.kind.value != "needle"]}


def targets(head: VisitHead, now: datetime) -> list[Target]:
    """Today's muscles in their order, each with every reason against it."""
    zone = ZoneInfo(head.zone)
    return [_target(head, one, now, zone) for one in head.choice]


def _target(head: VisitHead, one: MuscleSide, now: datetime, zone: ZoneInfo) -> Target:
    muscle = book().muscles[one.muscle]
    agreed = gates.consent_blocks_of(head, one, now.astimezone(zone).date(), zone)
    every = (*gates.muscle(head, one.muscle, one.side), *agreed)
    return Target(
        site=one,
        name=muscle.name,
        hazard=muscle.hazard,
        tier=str(muscle.tier),
        position=muscle.position,
        prompt=muscle.technique,
        locks=stops(every),
        warns=tuple(block for block in every if block not in stops(every)),
        needs_consent=bool(stops(agreed)),
        how=head.how.get(one),
    )


def as_json(one: Target) -> dict[str, Any]:
    """A target for the page's program."""
    return {
        "key": one.key,
        "muscle": one.site.muscle,
        "side": one.site.side.value,
        "name": one.name,
        "side_word": side_word(one.site.side),
        "plan": _plan(one.how),
        "locked": [{"rule": block.rule, "because": block.because, "level": block.level.value} for block in one.locks],
    }


def _plan(how: Manner | None) -> dict[str, str | float]:
    """What a needle's event can carry of the plan: its size is that of the pack."""
    every = manner_json(how) if how else {}
    return {name: value for name, value in every.items() if not name.startswith(("length", "gauge"))}


def _no_estim(head: VisitHead) -> str:
    """Why nothing is stimulated in this patient; "" when the screening says nothing against it."""
    for row in head.restrictions:
        one = restriction_from_json(row)
        if one.scope is Scope.TECHNIQUE and one.target == "estim" and one.action is Restrict.AVOID:
            return one.because
    return ""


# ---- the map


def picture(head: VisitHead, site: MuscleSide, every: list[Target]) -> Map | None:
    """The part of the figure around a muscle, with its dangers loud; None where no view shows the muscle."""
    outline = _drawn(site)
    if outline is None:
        return None
    box = _box(outline)
    anatomy = anatomy_drawn.anatomy(outline.view, Build.NEUTRAL)
    states = {one.site: bodymap.State.LOCKED if one.locks else bodymap.State.TODAY for one in every}
    layers = bodymap.Layers(
        muscles={**states, site: bodymap.State.CHOSEN}, danger=bodymap.Danger.QUIET, restricted=_restricted(head)
    )
    label = _("%(muscle)s, %(side)s, on the figure") % {
        "muscle": book().muscles[site.muscle].name,
        "side": side_word(site.side),
    }
    spots = {one.key: _spots(found) for one in every if (found := anatomy.outline(one.site)) is not None}
    shown = bodymap.svg(outline.view, Build.NEUTRAL, layers, label, box=box, over=True)
    return Map(shown, words.view(outline.view), spots, scale(box))


def _drawn(site: MuscleSide) -> Outline | None:
    """The muscle where it is seen best: largest in a whole view, or near where that is too small to see needles."""
    found = [one for view in View if (one := anatomy_drawn.anatomy(view, Build.NEUTRAL).outline(site)) is not None]
    whole = [one for one in found if "_" not in one.view.value]
    if whole and max(map(_reach, whole)) >= _NEAR:
        found = whole
    return max(found, key=lambda one: (bool(one.points), _reach(one)), default=None)


def _reach(outline: Outline) -> float:
    left, top, right, bottom = outlines.box(outline.path)
    return max(right - left, bottom - top)


def _box(outline: Outline) -> Box:
    """Room around the muscle, as wide as the page's map, inside the drawing."""
    left, top, right, bottom = outlines.box(outline.path)
    x, y, width, height = body.drawing(outline.view, Build.NEUTRAL).box
    wide = min(max(_WIDE, (right - left) * 1.5, (bottom - top) * 1.35 * _WIDE / _HIGH), width)
    high = min(max(_HIGH, wide * _HIGH / _WIDE, (bottom - top) * 1.2), height)
    middle_x, middle_y = (left + right) / 2, (top + bottom) / 2
    return (
        round(min(max(middle_x - wide / 2, x), x + width - wide), 1),
        round(min(max(middle_y - high / 2, y), y + height - high), 1),
        round(wide, 1),
        round(high, 1),
    )


def _spots(outline: Outline) -> list[tuple[float, float]]:
    left, top, right, bottom = outlines.box(outline.path)
    return list(outline.points) or [(round((left + right) / 2, 1), round((top + bottom) / 2, 1))]


def _restricted(head: VisitHead) -> frozenset[BodySite]:
    """Regions that the screening forbids; one without a side is forbidden on both."""
    every = (restriction_from_json(row) for row in head.restrictions)
    return frozenset(
        BodySite(RegionId(one.target), one.side or Side.MIDLINE)
        for one in every
        if one.scope is Scope.REGION and one.action is Restrict.AVOID
    )
