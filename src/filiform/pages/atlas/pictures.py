"""The pictures of the atlas: a muscle from near with what it crosses, where its pain is felt, a place with muscles."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from filiform.clinical import outlines
from filiform.clinical.anatomy import Muscle, Region
from filiform.clinical.anatomy_drawn import Depth, Outline
from filiform.clinical.figure import Box, Build, Drawing, View, Zone
from filiform.clinical.terms import BodySite, Cite, MuscleSide, RegionId, Side
from filiform.knowledge import anatomy_drawn, body, book
from filiform.knowledge.zones import zones
from filiform.web import bodylist
from filiform.web.bodymap import Danger, Layers, Mark, MarkKind, Picks, State, crossed, legend, svg, tapping
from filiform.web.bodymap.tapping import Tap
from filiform.web.marks import side_word

FIGURE = Build.NEUTRAL
NEAR_VIEWS = 3  # head, hand and foot are drawn three times as large
_PROFILES = (View.LEFT, View.RIGHT)
MOST_FELT = 2  # pictures of where the pain is felt
_SIGNS = {"suggested": gettext_lazy("Usual point: where the hand looks first")}


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture with what it shows in words and the list of its textures."""

    words: str
    map: SafeString
    legend: SafeString


def view_words(view: View) -> str:
    """From where the body is seen."""
    return {
        View.FRONT: _("from the front"),
        View.BACK: _("from behind"),
        View.LEFT: _("from the left"),
        View.RIGHT: _("from the right"),
        View.HEAD_FRONT: _("the face"),
        View.HEAD_BACK: _("the head from behind"),
        View.HEAD_LEFT: _("the head from the left"),
        View.HEAD_RIGHT: _("the head from the right"),
        View.HAND_PALM: _("the palm"),
        View.HAND_BACK: _("the back of the hand"),
        View.FOOT_TOP: _("the foot from above"),
        View.FOOT_SOLE: _("the sole of the foot"),
        View.FOOT_OUTER: _("the foot from outside"),
        View.FOOT_INNER: _("the foot from inside"),
    }[view]


# ---- one muscle


def near(muscle: Muscle, side: Side) -> Picture:
    """The muscle from near in its best view: outline, usual points, pain, and loudly what it crosses."""
    one = MuscleSide(muscle.id, side)
    view = seen_in(one)[0]
    outline = anatomy_drawn.anatomy(view, FIGURE).outline(one)
    if outline is None:  # `seen_in` gives only views that have one
        raise KeyError(f"{muscle.id} is not drawn in {view.value}")
    marks = tuple(
        Mark(MarkKind.SUGGESTED, x, y, str(number), _("usual point %(number)d") % {"number": number})
        for number, (x, y) in enumerate(outline.points, 1)
    )
    layers = Layers(referral=felt(muscle, side), muscles={one: State.CHOSEN}, danger=Danger.QUIET, marks=marks)
    return _picture(muscle, side, view, layers, _near_box(outline))


def _near_box(outline: Outline) -> Box:
    return _around([outlines.box(outline.path)], body.drawing(outline.view, FIGURE), 0.45)


def _seen_near(muscle: Muscle, side: Side) -> set[BodySite]:
    """The places that the picture from near shows wholly."""
    one = MuscleSide(muscle.id, side)
    view = seen_in(one)[0]
    outline = anatomy_drawn.anatomy(view, FIGURE).outline(one)
    if outline is None:
        return set()
    left, top, right, bottom = _edges(_near_box(outline))
    shapes = ((shape.site, _edges(shape.bounds)) for shape in body.drawing(view, FIGURE).shapes)
    return {at for at, (x, y, u, v) in shapes if x >= left and y >= top and u <= right and v <= bottom}


def of_pain(muscle: Muscle, side: Side) -> tuple[Picture, ...]:
    """As few pictures as show every place on the skin where the pain is felt, at most two; the words name all of it.

    None when the picture from near shows all of it already.
    """
    zones_felt, one = felt(muscle, side), MuscleSide(muscle.id, side)
    left = {place for place in zones_felt if _drawn(place)}
    found: list[Picture] = []
    if left <= _seen_near(muscle, side):
        return ()
    while left and len(found) < MOST_FELT:
        view = max(View, key=functools.partial(_worth, one=one, left=frozenset(left), zones_felt=zones_felt))
        shown = left & _sites(view)
        drawing, outline = body.drawing(view, FIGURE), anatomy_drawn.anatomy(view, FIGURE).outline(one)
        bounds = [_edges(shape.bounds) for shape in drawing.shapes if shape.site in zones_felt]
        bounds += [outlines.box(outline.path)] if outline else []
        layers = Layers(referral=zones_felt, muscles={one: State.CHOSEN})
        found.append(_picture(muscle, side, view, layers, _around(bounds, drawing, 0.12)))
        left -= shown
    return tuple(found)


def felt(muscle: Muscle, side: Side) -> dict[BodySite, bool]:
    """Where its pain is usually felt: True for the main zone, False for spillover. A place on the midline is one."""
    sites = {site(region, side): False for region in muscle.spill}
    return sites | {site(region, side): True for region in muscle.primary}


def site(region: RegionId, side: Side) -> BodySite:
    """A region as the figure has it."""
    return BodySite(region, Side.MIDLINE if book().regions[region].midline else side)


def dangers(muscle: Muscle, side: Side) -> tuple[str, ...]:
    """What is drawn across the muscle in any view, in words. What is not drawn may still be in the way."""
    one = MuscleSide(muscle.id, side)
    return tuple(dict.fromkeys(zone.words for view in seen_in(one) for zone in crossed(one, view, FIGURE)))


def cites(muscle: Muscle, side: Side) -> tuple[Cite, ...]:
    """Where the outline and its usual points come from."""
    one = MuscleSide(muscle.id, side)
    found = (anatomy_drawn.anatomy(view, FIGURE).outline(one) for view in seen_in(one))
    return tuple(dict.fromkeys(cite for outline in found if outline for cite in outline.cites + outline.point_cites))


@functools.cache
def seen_in(one: MuscleSide) -> tuple[View, ...]:
    """The views that show a muscle, best first: where it is large, and rather under the skin than below another."""
    return tuple(sorted((view for view in View if _size(one, view)), key=lambda view: -_size(one, view)))


def _size(one: MuscleSide, view: View) -> float:
    outline = anatomy_drawn.anatomy(view, FIGURE).outline(one)
    if outline is None:
        return 0.0
    close = "_" in view.value
    area = sum(_area(ring) for ring in outlines.rings(outline.path)) / (NEAR_VIEWS**2 if close else 1)
    cut = close and _ends_at_edge(outline)
    return area * (1.0 if outline.depth is Depth.SUPERFICIAL else 0.6) * (0.4 if cut else 1.2 if close else 1.0)


def _ends_at_edge(outline: Outline) -> bool:
    """Whether the picture ends before the muscle does: a neck muscle where the head's picture ends."""
    _left, _top, _right, bottom = outlines.box(outline.path)
    _x, low, _u, end = _edges(body.drawing(outline.view, FIGURE).box)
    return bottom > end - (end - low) * 0.03


def _area(ring: tuple[tuple[float, float], ...]) -> float:
    return abs(sum(x * v - u * y for (x, y), (u, v) in itertools.pairwise(ring))) / 2


@functools.cache
def _sites(view: View) -> frozenset[BodySite]:
    return frozenset(shape.site for shape in body.drawing(view, FIGURE).shapes)


def _drawn(place: BodySite) -> bool:
    return any(place in _sites(view) for view in View)


def _worth(view: View, one: MuscleSide, left: frozenset[BodySite], zones_felt: dict[BodySite, bool]) -> float:
    """How much a view shows of what is left: more with the muscle in it, less in a profile, where zones are thin."""
    told = sum(2 + zones_felt[place] for place in left & _sites(view)) + 0.5 * bool(_size(one, view))
    return told * (0.7 if view in _PROFILES else 1.0)


def _picture(muscle: Muscle, side: Side, view: View, layers: Layers, seen: Box) -> Picture:
    words = _("%(muscle)s, %(side)s, %(view)s") % {
        "muscle": muscle.name,
        "side": side_word(side),
        "view": view_words(view),
    }
    return Picture(words, svg(view, FIGURE, layers, words, box=seen), legend(layers, _SIGNS))


# ---- what part of the figure is seen


def _edges(box: Box) -> Box:
    """Left, top, right, bottom of a corner with a size."""
    return box[0], box[1], box[0] + box[2], box[1] + box[3]


def _around(edges: list[Box], drawing: Drawing, margin: float) -> Box:
    """A part of the drawing around shapes (left, top, right, bottom), neither too wide nor too high to be looked at."""
    left, top = min(one[0] for one in edges), min(one[1] for one in edges)
    right, bottom = max(one[2] for one in edges), max(one[3] for one in edges)
    pad = max(right - left, bottom - top) * margin + drawing.height * 0.02
    width, height = right - left + 2 * pad, bottom - top + 2 * pad
    width, height = max(width, height * 0.75), max(height, width * 0.75)
    x = _within((left + right) / 2, width, drawing.box[0], drawing.width)
    y = _within((top + bottom) / 2, height, drawing.box[1], drawing.height)
    return x, y, width, height


def _within(middle: float, size: float, start: float, length: float) -> float:
    """Where a stretch begins so that as much of it as possible lies in the drawing."""
    if size >= length:
        return start + (length - size) / 2
    return min(max(middle - size / 2, start), start + length - size)


# ---- places


def overview(view: View) -> SafeString:
    """The figure from one side; each part opens."""
    parts = [(zone, Tap(f"?part={name(zone)}#map", part_words(zone))) for zone in zones() if zone.on is view]
    return tapping.overview(view, FIGURE, {}, parts, _("The body %(view)s") % {"view": view_words(view)}, patient=False)


def opened(zone: Zone) -> SafeString:
    """One part of the figure; each place in it leads to its page."""
    return tapping.part(
        zone, FIGURE, {}, lambda at: Tap(place_url(at), bodylist.sentence(at)), part_words(zone), patient=False
    )


def zone_named(text: str) -> Zone | None:
    """The zone of an address (`shoulder.left`); None when there is none of that name."""
    return next((zone for zone in zones() if name(zone) == text), None)


def name(zone: Zone) -> str:
    """How an address names a zone."""
    return f"{zone.id}.{zone.side.value}" if zone.side else zone.id


def part_words(zone: Zone) -> str:
    """The zone with its side, in words."""
    words = f"{zone.words[:1].upper()}{zone.words[1:]}"
    return _("%(part)s, %(side)s") % {"part": words, "side": side_word(zone.side)} if zone.side else words


def place_url(at: BodySite) -> str:
    """The page of a place; its side goes along to the muscles."""
    url = reverse("atlas:place", args=[at.region])
    return url if at.side is Side.MIDLINE else f"{url}?side={at.side.value}"


def muscle_url(muscle: Muscle, side: Side) -> str:
    """The page of a muscle on one side."""
    return f"{reverse('atlas:muscle', args=[muscle.id])}?side={side.value}"


def of_place(region: Region, side: Side, lying: Iterable[Muscle]) -> Picture | None:
    """A place and the muscles that are needled through it, each of which can be tapped; None for what is not skin."""
    at = site(region.id, side)
    zone = next((zone for zone in zones() if at in zone.places), None)
    if zone is None:
        return None
    here = {MuscleSide(muscle.id, side): muscle for muscle in lying}
    layers = Layers(pain={at: 3}, muscles=dict.fromkeys(here, State.RANKED), ground=Depth.DEEP if here else None)

    def pick(one: MuscleSide) -> str | None:
        return muscle_url(here[one], side) if one in here else None

    words = _("%(place)s, %(view)s") % {"place": bodylist.sentence(at), "view": view_words(zone.view)}
    around = _around([_edges(zone.box)], body.drawing(zone.view, FIGURE), 0.05)
    return Picture(
        words,
        svg(zone.view, FIGURE, layers, words, picks=Picks(muscle=pick if here else None), box=around),
        SafeString(""),
    )
