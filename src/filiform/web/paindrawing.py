"""The sheet on which a person draws where it hurts: picture, list and what is marked, for every page that asks.

A page gives the drawing so far and what its address says (`view`, `part`, `list`, `ask`); `web/paindrawing.html` shows
the sheet and sends each mark to the page's own address. Without JavaScript a tap asks how strong the pain is.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from filiform.clinical.figure import Build, View, Zone
from filiform.clinical.pain_drawing import Area, Step
from filiform.clinical.terms import BodySite, Side
from filiform.knowledge import book
from filiform.knowledge.pain_drawing import marking
from filiform.knowledge.zones import zones
from filiform.record import sites
from filiform.record.write import Refused
from filiform.web import bodylist
from filiform.web.bodymap import strength, tapping
from filiform.web.bodymap.tapping import Tap
from filiform.web.marks import side_word

VIEWS = (View.FRONT, View.BACK, View.LEFT, View.RIGHT)  # the overviews, as they can be chosen


@dataclass(frozen=True, slots=True)
class Marked:
    """One marked place as it is read back. `strength` is 0 to 4, for the swatch; `detail`: what else was said of it."""

    value: str
    side: Side
    words: str
    intensity: int
    strength: int
    step: str
    detail: str

    @property
    def said(self) -> str:
        """As it is read aloud: the place with its side, then how strong."""
        return f"{self.words}, {self.step}"


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several views or figures."""

    words: str
    href: str
    current: bool


@dataclass(frozen=True, slots=True)
class Chip:
    """A place that is not skin: a word beside the picture."""

    value: str
    href: str
    words: str
    label: str
    number: str
    strength: int | None


@dataclass(frozen=True, slots=True)
class Sheet:
    """Everything that `web/paindrawing.html` shows. `here`: the query of this very state, to come back to."""

    mode: str  # overview, part, list
    words: str
    here: str
    picture: SafeString
    views: tuple[Choice, ...]
    whole: str
    other: Choice
    chips: tuple[Chip, ...]
    marked: tuple[Marked, ...]
    ask: Marked | None
    steps: str

    @property
    def choices(self) -> tuple[Step, ...]:
        """The steps from weak to strong, as buttons."""
        return marking().steps

    @property
    def values(self) -> str:
        """What is marked, as JSON for the module: {place: number}."""
        return json.dumps({one.value: one.intensity for one in self.marked})


def sheet(asked: Mapping[str, str], areas: Sequence[Area], build: Build) -> Sheet:
    """The sheet for what an address asks for. What it names wrongly is left out: nothing is stored by looking."""
    mode, zone, view = _state(asked)
    pain = {area.site: area.intensity for area in areas}
    return Sheet(
        mode=mode,
        words=_heading(mode, zone, view),
        here=here(asked),
        picture=_picture(mode, zone, view, build, pain),
        views=tuple(Choice(_view_word(one), _query({"view": one.value}), one is view) for one in VIEWS),
        whole=_query({"view": view.value}),
        other=_other(view),
        chips=tuple(_chips(zone, pain)) if zone else (),
        marked=tuple(map(mark, areas)),
        ask=_asked(asked.get("ask", ""), areas),
        steps=json.dumps([{"least": s.least, "sets": s.sets, "words": s.words} for s in marking().steps]),
    )


def here(asked: Mapping[str, str]) -> str:
    """The query of the sheet that `asked` shows, made anew: nothing of what was sent but what the sheet knows."""
    mode, zone, view = _state(asked)
    return _query({"part": _name(zone)} if zone else {"list": "1"} if mode == "list" else {"view": view.value})


def mark(area: Area) -> Marked:
    """One area in words."""
    return Marked(
        bodylist.value(area.site),
        area.site.side,
        bodylist.sentence(area.site),
        area.intensity,
        strength(area.intensity),
        step_word(area.intensity),
        detail(area),
    )


def step_word(intensity: int) -> str:
    """What a number is called: "strong"."""
    step = marking().step(intensity)
    return step.words if step else _("no pain")


def detail(area: Area) -> str:
    """What the pain is like and since when, in words; "" when neither is known."""
    known = marking()
    words = [known.qualities[name].words for name in area.qualities if name in known.qualities]
    if area.since in known.since:
        words.append(known.since[str(area.since)].words)
    return ", ".join(words)


def figures(build: Build) -> tuple[Choice, ...]:
    """The figures to choose from."""
    words = {Build.NEUTRAL: _("Neutral"), Build.FEMININE: _("Feminine"), Build.MASCULINE: _("Masculine")}
    return tuple(Choice(words[one], _query({"figure": one.value}), one is build) for one in Build)


def figure_of(text: object) -> Build:
    """The figure that was chosen; neutral when none, or none that there is."""
    return next((one for one in Build if one.value == text), Build.NEUTRAL)


# ---- from words of the address


def _state(asked: Mapping[str, str]) -> tuple[str, Zone | None, View]:
    """Which of the three sheets, the zone when one is open, and the view."""
    zone = _zone(asked.get("part", ""))
    if zone is not None:
        return "part", zone, zone.on
    mode = "list" if asked.get("list") or asked.get("ask") else "overview"
    return mode, None, _view(asked.get("view", ""))


def _zone(text: str) -> Zone | None:
    return next((zone for zone in zones() if _name(zone) == text), None)


def _name(zone: Zone | None) -> str:
    if zone is None:
        return ""
    return f"{zone.id}.{zone.side.value}" if zone.side else zone.id


def _view(text: str) -> View:
    return View(text) if text in VIEWS else View.FRONT


def _query(names: Mapping[str, str]) -> str:
    return f"?{urlencode(names)}"


def _asked(text: str, areas: Sequence[Area]) -> Marked | None:
    """The place whose strength is asked for. A wrong one asks for nothing; the action names it when it is sent."""
    try:
        site = sites.site(*bodylist.split(text))
    except Refused:
        return None
    area = next((area for area in areas if area.site == site), None)
    return mark(area) if area else mark(Area(site, -1))


# ---- what is shown


def _heading(mode: str, zone: Zone | None, view: View) -> str:
    if zone is not None:
        words = f"{zone.words[:1].upper()}{zone.words[1:]}"
        return _("%(part)s, %(side)s") % {"part": words, "side": side_word(zone.side)} if zone.side else words
    return _("Parts of the body") if mode == "list" else _view_words(view)


def _view_word(view: View) -> str:
    return {View.FRONT: _("Front"), View.BACK: _("Back"), View.LEFT: _("Left side"), View.RIGHT: _("Right side")}[view]


def _view_words(view: View) -> str:
    return {
        View.FRONT: _("The front of your body"),
        View.BACK: _("Your back, seen from behind"),
        View.LEFT: _("Your left side"),
        View.RIGHT: _("Your right side"),
    }[view]


def _other(view: View) -> Choice:
    """The way to the other face of the body."""
    back = view in (View.FRONT, View.LEFT)
    return Choice(*((_("Back"), "?view=back") if back else (_("Front"), "?view=front")), False)


def _picture(mode: str, zone: Zone | None, view: View, build: Build, pain: Mapping[BodySite, int]) -> SafeString:
    if zone is not None:
        here = _query({"part": _name(zone)})
        return tapping.part(zone, build, pain, lambda site: _tap(site, here, pain), _heading(mode, zone, view))
    if mode == "list":
        return bodylist.picker("link", frozenset(pain), drawn=True)
    parts = [(one, Tap(_query({"part": _name(one)}), _part_words(one, pain))) for one in zones() if one.on is view]
    return tapping.overview(view, build, pain, parts, _view_words(view))


def _part_words(zone: Zone, pain: Mapping[BodySite, int]) -> str:
    chips = [BodySite(region, side) for region in zone.chips for side in (Side.LEFT, Side.RIGHT)]
    marks = sum(site in pain for site in (*zone.places, *chips))
    words = _heading("part", zone, zone.on)
    more = ngettext("%(n)d place marked", "%(n)d places marked", marks) % {"n": marks}
    return f"{words}, {more}" if marks else words


def _tap(site: BodySite, here: str, pain: Mapping[BodySite, int]) -> Tap:
    words = bodylist.sentence(site)
    said = f"{words}, {step_word(pain[site])}" if site in pain else words
    return Tap(f"{here}&ask={bodylist.value(site)}#ask", said)


def _chips(zone: Zone, pain: Mapping[BodySite, int]) -> list[Chip]:
    here = _query({"part": _name(zone)})
    found = []
    for region in zone.chips:
        for side in (Side.RIGHT, Side.LEFT) if zone.side is None else (zone.side,):
            site = BodySite(book().regions[region].id, side)
            tap, number = _tap(site, here, pain), pain.get(site)
            found.append(
                Chip(
                    bodylist.value(site),
                    tap.href,
                    bodylist.sentence(site),
                    tap.words,
                    "" if number is None else str(number),
                    None if number is None else strength(number),
                )
            )
    return found
