"""The map of the locate page: which view, how near, what lies on it. The neutral figure, schematic, unreviewed."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from filiform.clinical import outlines
from filiform.clinical.anatomy_drawn import Depth
from filiform.clinical.figure import Box, Drawing, Spot, View
from filiform.clinical.screen import Restrict, Scope
from filiform.clinical.terms import BodySite, MuscleId, MuscleSide, RegionId, Side
from filiform.knowledge import anatomy_drawn, body, book, points
from filiform.pages.locate.asked import Asked, muscle_value
from filiform.record.pressing import Point
from filiform.record.reads.locate import Located
from filiform.web import bodymap
from filiform.web.bodymap import Danger, Layers, Mark, MarkKind, Picks, State
from filiform.web.marks import side_word

FIRST = 5  # candidates that are marked on the map by their rank
APART = 19.0  # units on the whole figure: two ranks nearer than this would lie on one another
EDGE = 24.0  # units around what is looked at
LEAST = 190.0  # units: nearer than this nobody can tell where on the body it is
MOST = 0.72  # of the height: what needs more shows the whole figure
PARTS = {
    "front": (View.FRONT,),
    "back": (View.BACK,),
    "left": (View.LEFT,),
    "right": (View.RIGHT,),
    "head": (View.HEAD_FRONT, View.HEAD_BACK, View.HEAD_LEFT, View.HEAD_RIGHT),
    "hand": (View.HAND_PALM, View.HAND_BACK),
    "foot": (View.FOOT_TOP, View.FOOT_SOLE, View.FOOT_OUTER, View.FOOT_INNER),
}


@dataclass(frozen=True, slots=True)
class Tab:
    """One of several views. `pains` are the painful places that it shows."""

    words: str
    href: str
    current: bool
    pains: int = 0


@dataclass(frozen=True, slots=True)
class Picture:
    """The map and the switches around it."""

    svg: SafeString
    legend: SafeString
    view: View
    parts: tuple[Tab, ...]
    near: tuple[Tab, ...]  # the views of a part that has several
    depths: tuple[Tab, ...]
    zoom: Tab | None
    places: str  # the address that a tap on the chosen muscle sends its place to is in the page; "1" when it may


def picture(found: Located, asked: Asked, ranked: bool) -> Picture:
    """The map as it is asked for. Not `ranked`: the drawing and the restrictions only."""
    view = asked.view or _view(found, asked)
    drawing = body.drawing(view, points.BUILD)
    chosen = asked.muscle if ranked else None
    layers = _layers(found, asked, view, ranked)
    box = None if asked.whole else _focus(drawing, layers, chosen)
    here = Asked(asked.muscle, asked.point, view, asked.depth, asked.whole, asked.everything)
    picks = Picks(muscle=_to(here)) if ranked else Picks()
    return Picture(
        svg=bodymap.svg(view, points.BUILD, layers, _label(view), picks=picks, box=box),
        legend=bodymap.legend(layers),
        view=view,
        parts=tuple(_parts(found, here)),
        near=tuple(_near(found, here)),
        depths=tuple(
            Tab(words, here.query(depth=depth), asked.depth is depth)
            for depth, words in ((Depth.SUPERFICIAL, _("Superficial")), (Depth.DEEP, _("Deep")))
        )
        if ranked
        else (),
        zoom=_zoom(here, box),
        places="1" if chosen else "",
    )


def _to(here: Asked) -> Callable[[MuscleSide], str]:
    """The address of each muscle from here; that of a hundred is written at once."""
    rest = here.query(muscle=None, point=1).removeprefix("?")
    return lambda one: f"?muscle={muscle_value(one)}&{rest}"


def _label(view: View) -> str:
    return _("Body map, %(view)s. The same stands in words in the lists.") % {"view": view_words(view)}


def view_words(view: View) -> str:
    """From where the body is seen."""
    return {
        View.FRONT: _("front"),
        View.BACK: _("back"),
        View.LEFT: _("left side"),
        View.RIGHT: _("right side"),
        View.HEAD_FRONT: _("head from the front"),
        View.HEAD_BACK: _("head from behind"),
        View.HEAD_LEFT: _("head from the left"),
        View.HEAD_RIGHT: _("head from the right"),
        View.HAND_PALM: _("palms"),
        View.HAND_BACK: _("backs of the hands"),
        View.FOOT_TOP: _("feet from above"),
        View.FOOT_SOLE: _("soles"),
        View.FOOT_OUTER: _("feet, outer side"),
        View.FOOT_INNER: _("feet, inner side"),
    }[view]


def _short(view: View) -> str:
    """The same beside the tab that says which part it is."""
    return {
        View.HEAD_FRONT: _("Front"),
        View.HEAD_BACK: _("Back"),
        View.HEAD_LEFT: _("Left"),
        View.HEAD_RIGHT: _("Right"),
        View.HAND_PALM: _("Palm"),
        View.HAND_BACK: _("Back of the hand"),
        View.FOOT_TOP: _("Top"),
        View.FOOT_SOLE: _("Sole"),
        View.FOOT_OUTER: _("Outer side"),
        View.FOOT_INNER: _("Inner side"),
    }.get(view, view_words(view))


# ---- which view, and the ways to the others


def _view(found: Located, asked: Asked) -> View:
    """Where the chosen muscle is seen best, else where most of the pain is."""
    if asked.muscle:
        for point in found.points.get(asked.muscle, ()):
            if point.number == asked.point:
                return point.view
        shown = points.views(asked.muscle)
        if shown:
            return shown[0]
    return max(points.WHOLE, key=lambda view: _pain_in(found, view))


def _pain_in(found: Located, view: View) -> int:
    drawing = body.drawing(view, points.BUILD)
    return sum(area.intensity for area in found.areas if _shows(drawing, area.site))


def _shows(drawing: Drawing, site: BodySite) -> bool:
    return bool(drawing.shape(site) or drawing.shape(BodySite(site.region, Side.MIDLINE)))


def _pains(found: Located, views: Iterable[View]) -> int:
    drawings = [body.drawing(view, points.BUILD) for view in views]
    return sum(area.intensity > 0 and any(_shows(one, area.site) for one in drawings) for area in found.areas)


def _parts(found: Located, here: Asked) -> Iterator[Tab]:
    words = {
        "front": _("Front"),
        "back": _("Back"),
        "left": _("Left"),
        "right": _("Right"),
        "head": _("Head"),
        "hand": _("Hand"),
        "foot": _("Foot"),
    }
    for name, views in PARTS.items():
        best = (
            next((view for view in points.views(here.muscle) if view in views), views[0]) if here.muscle else views[0]
        )
        yield Tab(words[name], here.query(view=best), here.view in views, _pains(found, views))


def _near(found: Located, here: Asked) -> Iterator[Tab]:
    views = next(views for views in PARTS.values() if here.view in views)
    for view in views if len(views) > 1 else ():
        yield Tab(_short(view), here.query(view=view), here.view is view, _pains(found, (view,)))


def _zoom(here: Asked, box: Box | None) -> Tab | None:
    if here.whole:
        return Tab(_("Nearer"), here.query(whole=False), False)
    return Tab(_("Whole figure"), here.query(whole=True), False) if box else None


def _focus(drawing: Drawing, layers: Layers, chosen: MuscleSide | None) -> Box | None:
    """The part of the whole figure that holds what is looked at; None for all of it."""
    if drawing.view not in points.WHOLE:
        return None
    boxes = [shape.bounds for site in layers.pain if (shape := drawing.shape(site))]
    spots = [(mark.x, mark.y) for mark in layers.marks]
    outline = anatomy_drawn.anatomy(drawing.view, points.BUILD).outline(chosen) if chosen else None
    if outline:
        left, top, right, bottom = outlines.box(outline.path)
        boxes.append((left, top, right - left, bottom - top))
    if not boxes and not spots:
        return None
    xs = [x for x, _ in spots] + [edge for x, _y, width, _h in boxes for edge in (x, x + width)]
    ys = [y for _, y in spots] + [edge for _x, y, _w, height in boxes for edge in (y, y + height)]
    side = max(LEAST, max(xs) - min(xs) + 2 * EDGE, max(ys) - min(ys) + 2 * EDGE)
    if side > MOST * drawing.height:
        return None
    return _around((min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2, side, drawing.box)


def _around(x: float, y: float, side: float, box: Box) -> Box:
    """A square around a place, pushed into the box where it fits."""
    left, top, width, height = box
    x = min(max(x, left + side / 2), left + width - side / 2) if side < width else left + width / 2
    y = min(max(y, top + side / 2), top + height - side / 2)
    return round(x - side / 2, 1), round(y - side / 2, 1), round(side, 1), round(side, 1)


# ---- what lies on it


def _layers(found: Located, asked: Asked, view: View, ranked: bool) -> Layers:
    pain = {area.site: area.intensity for area in found.areas}
    restricted = frozenset(_restricted(found))
    if not ranked:
        return Layers(pain=pain, restricted=restricted)
    return Layers(
        pain=pain,
        referral=_referral(asked.muscle) if asked.muscle else {},
        ground=asked.depth,
        muscles=_muscles(found, asked.muscle),
        danger=Danger.QUIET,
        restricted=restricted,
        marks=tuple(_marks(found, asked, view)),
    )


def _restricted(found: Located) -> Iterator[BodySite]:
    for one in found.restrictions:
        if one.scope is Scope.REGION and one.action in (Restrict.AVOID, Restrict.CONSULT):
            yield BodySite(RegionId(one.target), one.side or Side.MIDLINE)


def _referral(one: MuscleSide) -> dict[BodySite, bool]:
    """Where this muscle's pain is usually felt: True for its main zone."""
    known, muscle = book().regions, book().muscles[MuscleId(one.muscle)]
    found: dict[BodySite, bool] = {}
    for zone, main in ((muscle.spill, False), (muscle.primary, True)):
        for region in zone:
            found[BodySite(region, Side.MIDLINE if known[region].midline else one.side)] = main
    return found


def _muscles(found: Located, chosen: MuscleSide | None) -> Mapping[MuscleSide, State]:
    states: dict[MuscleSide, State] = {}
    for number, one in enumerate(found.candidates):
        if number < FIRST:
            states[MuscleSide(one.muscle, one.side)] = State.LOCKED if one.locked else State.RANKED
    for today in found.chosen:
        states[today.one] = State.TODAY
    if chosen:
        states[chosen] = State.CHOSEN
    return states


def _marks(found: Located, asked: Asked, view: View) -> Iterator[Mark]:
    """Points that were pressed where they are; ranks beside what is there already."""
    taken: list[Spot] = []
    for several in found.points.values():
        for point in several:
            if point.view is view:
                taken.append(point.spot)
                yield _pressed(point)
    size = 1.0 if asked.whole else 0.7
    following = found.answer.palpate_next[0].one if found.answer.palpate_next else None
    for number, one in enumerate(found.candidates[:FIRST], 1):
        site = MuscleSide(one.muscle, one.side)
        spots = points.usual(site, view)
        if spots and not one.locked:
            spot = _free(spots[0], taken, APART * size)
            taken.append(spot)
            words = _("%(rank)d: %(muscle)s") % {"rank": number, "muscle": said(site)}
            kind = MarkKind.NEXT if site == following else MarkKind.SUGGESTED
            yield Mark(kind, *spot, str(number), words, None if spot == spots[0] else spots[0])


def _pressed(point: Point) -> Mark:
    confirmed = point.found.familiar_pain is True
    words = _("Point %(n)d of %(muscle)s") % {"n": point.number, "muscle": said(point.site)}
    return Mark(MarkKind.FOUND if confirmed else MarkKind.OTHER, *point.spot, words=words)


def _free(spot: Spot, taken: list[Spot], apart: float) -> Spot:
    """The place itself, or the nearest around it that is not taken."""
    ring = ((reach, turn) for reach in (1.0, 1.7, 2.4, 3.2) for turn in range(8))
    around = (
        (spot[0] + apart * r * math.cos(t * math.pi / 4), spot[1] - apart * r * math.sin(t * math.pi / 4))
        for r, t in ring
    )
    for x, y in (spot, *around):
        if all(math.dist((x, y), other) >= apart for other in taken):
            return round(x, 1), round(y, 1)
    return spot


def said(one: MuscleSide) -> str:
    """A muscle with its side in words."""
    return f"{book().muscles[MuscleId(one.muscle)].name}, {side_word(one.side)}"


def across(one: MuscleSide) -> tuple[str, ...]:
    """The dangers that are drawn across a muscle in any view, each once."""
    found = (zone.words for view in points.views(one) for zone in bodymap.crossed(one, view, points.BUILD))
    return tuple(dict.fromkeys(found))
