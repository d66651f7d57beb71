"""What lies on the skin: muscles, dangers, and where this patient must not be needled."""

from __future__ import annotations

import functools
import math
from collections.abc import Sequence

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from filiform.clinical import outlines
from filiform.clinical.anatomy import Hazard, same_side
from filiform.clinical.anatomy_drawn import AnatomyDrawing, HazardZone, Outline
from filiform.clinical.figure import Box, Build, Drawing, Shape, Spot, View
from filiform.clinical.terms import MuscleSide
from filiform.knowledge import anatomy_drawn, book
from filiform.web.bodymap.layers import Danger, Layers, Mark, Picks, State
from filiform.web.bodymap.textures import NOTHING, fill, join
from filiform.web.marks import side_word

# Named on the figure where they are wide enough to be read. All others are named where they cross the chosen muscle.
AREAS = frozenset({Hazard.PLEURA, Hazard.ORGAN})
WIDE = 30.0  # units
MOST_WORDS = 4
WORDS = 12.0  # units: the size of words where all of the figure is seen
_ROWS = (0, -1, 1, -2, 2)  # lines up or down that a name of what crosses the chosen muscle may move
NEAR = 0.75  # from this scale on downwards less than three quarters of the figure is seen
_ON_TOP = {State.LOCKED: 1, State.RANKED: 2, State.TODAY: 3, State.DONE: 4, State.CHOSEN: 5}


# ---- muscles


def ground(anatomy: AnatomyDrawing, layers: Layers) -> SafeString:
    """The muscles of one depth, faint, below everything else. What can be tapped of them lies on top, unseen."""
    if layers.ground is None:
        return NOTHING
    faint = [one for one in anatomy.outlines if one.depth is layers.ground and one.site not in layers.muscles]
    return format_html(
        '<g class="ground">{}</g>', format_html_join("", '<path d="{}"/>', ((one.path,) for one in faint))
    )


def muscles(anatomy: AnatomyDrawing, layers: Layers, picks: Picks) -> SafeString:
    """The muscles that stand out, the chosen one last and so on top; and those that can be tapped."""
    shown = sorted(
        (one for one in anatomy.outlines if _shown(one, layers, picks)),
        key=lambda one: _ON_TOP.get(layers.muscles.get(one.site), 0),  # type: ignore[arg-type]
    )
    found = join(_muscle(one, layers, picks) for one in shown)
    return format_html('<g class="muscles">{}</g>', found) if found else NOTHING


def _shown(outline: Outline, layers: Layers, picks: Picks) -> bool:
    if outline.site in layers.muscles:
        return True
    return picks.muscle is not None and layers.ground in (None, outline.depth)


def _muscle(outline: Outline, layers: Layers, picks: Picks) -> SafeString:
    state = layers.muscles.get(outline.site)
    href = picks.muscle(outline.site) if picks.muscle else None
    shown = format_html('<path class="m {}" d="{}"/>', state.value if state else "faint", outline.path)
    if href is None:
        return shown
    name = _name(outline.site, get_language())
    here = SafeString(' aria-current="true"') if state is State.CHOSEN else NOTHING
    return format_html('<a class="pick" href="{}" aria-label="{}"{}>{}</a>', href, name, here, shown)


@functools.lru_cache(maxsize=1024)
def _name(site: MuscleSide, language: str | None) -> str:
    """A muscle with its side, in the language of the page."""
    return f"{book().muscles[site.muscle].name}, {side_word(site.side)}"


# ---- dangers


def crossed(site: MuscleSide, view: View, build: Build) -> tuple[HazardZone, ...]:
    """The dangers whose drawn place meets that of a muscle in this view. None here says nothing about the patient."""
    return _crossed(site, view, build)


@functools.lru_cache(maxsize=1024)
def _crossed(site: MuscleSide, view: View, build: Build) -> tuple[HazardZone, ...]:
    anatomy = anatomy_drawn.anatomy(view, build)
    outline = anatomy.outline(site)
    if outline is None:
        return ()
    return tuple(zone for zone in anatomy.zones if outlines.meet(outline.path, zone.path))


def dangers(anatomy: AnatomyDrawing, layers: Layers) -> SafeString:
    """Thin and pale everywhere; dense, with a solid edge and their names, where they cross the chosen muscle."""
    if layers.danger is Danger.NONE:
        return NOTHING
    quiet = format_html_join(
        "",
        '<path class="{}" fill="{}" d="{}"/>',
        ((zone.kind.value, fill("quiet") if _is_area(zone) else "none", zone.path) for zone in anatomy.zones),
    )
    loud = _loud(anatomy, layers)
    chosen = [one for one in anatomy.outlines if layers.muscles.get(one.site) is State.CHOSEN]
    if not chosen:
        return format_html('<g class="dangers">{}</g>', quiet)
    clip = format_html_join("", '<path d="{}"/>', ((one.path,) for one in chosen))
    paths = [(zone.path,) for zone, _spot in loud]
    lines = [(zone.path,) for zone, _spot in loud if zone.kind in AREAS]
    return format_html(
        '<g class="dangers">{0}</g><defs><clipPath id="bm-m">{1}</clipPath></defs>'
        '<g class="dangers loud" fill="{2}">{3}<g clip-path="url(#bm-m)">{4}</g></g>',
        quiet,
        clip,
        fill("loud"),
        format_html_join("", '<path class="line" d="{}"/>', lines),
        format_html_join("", '<path d="{}"/>', paths),
    )


def names(anatomy: AnatomyDrawing, layers: Layers, size: float) -> SafeString:
    """The names of dangers, above the muscles so that they can be read."""
    if layers.danger is Danger.NONE:
        return NOTHING
    found = join(_words(anatomy, _loud(anatomy, layers), layers.marks, size))
    return format_html('<g class="words" font-size="{}">{}</g>', f"{WORDS * size:.3g}", found) if found else NOTHING


def _is_area(zone: HazardZone) -> bool:
    left, _top, right, _bottom = outlines.box(zone.path)
    return zone.kind in AREAS and right - left >= WIDE


def _loud(anatomy: AnatomyDrawing, layers: Layers) -> list[tuple[HazardZone, Spot]]:
    """The dangers that cross a chosen muscle, each with a place inside of it for its name."""
    found: dict[str, tuple[HazardZone, Spot]] = {}
    for site, state in layers.muscles.items():
        outline = anatomy.outline(site) if state is State.CHOSEN else None
        if outline is not None:
            for zone in crossed(site, anatomy.view, anatomy.build):
                found[zone.path] = zone, _shared(zone, outline)
    return list(found.values())


@functools.lru_cache(maxsize=4096)
def _shared(zone: HazardZone, outline: Outline) -> Spot:
    """The middle of what a danger and a muscle share; the danger's own place for words when they only touch."""
    spots = [spot for ring in outlines.rings(zone.path) for spot in ring if outlines.contains(outline.path, spot)]
    spots += [spot for ring in outlines.rings(outline.path) for spot in ring if outlines.contains(zone.path, spot)]
    if not spots:
        return zone.label
    return sum(x for x, _ in spots) / len(spots), sum(y for _, y in spots) / len(spots)


def _words(
    anatomy: AnatomyDrawing, loud: Sequence[tuple[HazardZone, Spot]], marks: Sequence[Mark], size: float
) -> list[SafeString]:
    """Names on the figure: of what crosses the chosen muscle first, then of the wide areas; none over another.

    The names of what crosses it move up or down from a sign in their place: "lung" must not lie below a point.
    Nerves and vessels are named only where the figure is seen from near; from afar the words would hide the muscle.
    """
    paths = {zone.path for zone, _spot in loud}
    near = size < NEAR or anatomy.view.value.startswith("head")
    ranked = sorted(loud, key=lambda one: (one[0].kind not in AREAS, one[0].kind is not Hazard.CORD))
    wanted = [(zone.words, spot, "loud") for zone, spot in ranked[:MOST_WORDS] if near or zone.kind in AREAS]
    wanted += [(zone.words, zone.label, "") for zone in anatomy.zones if zone.path not in paths and _named(zone)]
    # Two places for each sign: it is higher than a line of words, and words stand above the place they are put at.
    taken = [((mark.x, mark.y + down * size), 9 * size) for mark in marks for down in (2, 5)]
    found = []
    for words, spot, css in wanted:
        half = len(words) * WORDS * size * 0.3
        moved = ((spot[0], spot[1] + rows * 14 * size) for rows in (_ROWS if css else _ROWS[:1]))
        free = next((at for at in moved if _is_free(at, half, taken, size)), None)
        if free is not None:
            taken.append((free, half))
            found.append(
                format_html('<text class="{}" x="{}" y="{}">{}</text>', css, f"{free[0]:.4g}", f"{free[1]:.4g}", words)
            )
    return found


def _is_free(spot: Spot, half: float, taken: Sequence[tuple[Spot, float]], size: float) -> bool:
    return all(abs(spot[1] - at[1]) > 13 * size or abs(spot[0] - at[0]) > half + other for at, other in taken)


def _named(zone: HazardZone) -> bool:
    return _is_area(zone) and len(zone.words) <= 8


# ---- where this patient must not be needled


def restricted(drawing: Drawing, layers: Layers, seen: Box, size: float) -> SafeString:
    """Hatched both ways as one area, with a no-entry sign on each part that is seen.

    A restriction of one half of a shape on the midline hatches all of it: rather too much than too little.
    """
    shapes = [
        shape
        for shape in drawing.shapes
        if any(site.region == shape.region and same_side(site.side, shape.side) for site in layers.restricted)
    ]
    if not shapes:
        return NOTHING
    return format_html(
        '<g class="restricted" clip-path="url(#bm-c)"><path fill="{}" d="{}"/></g>{}',
        fill("restrict"),
        "".join(shape.path for shape in shapes),
        join(_no_entry(_middle(part), size) for part in _parts(shapes, seen)),
    )


def _no_entry(spot: Spot, size: float) -> SafeString:
    return format_html(
        '<g class="no" transform="translate({} {}) scale({})"><circle r="10.5"/><path d="M-7-7L7 7"/></g>',
        f"{spot[0]:g}",
        f"{spot[1]:g}",
        f"{size:.3g}",
    )


def _parts(shapes: Sequence[Shape], seen: Box) -> list[list[Shape]]:
    """Shapes that touch belong together: one sign an arm, not one a finger. Only those whose place for it is seen."""
    x, y, width, height = seen
    parts: list[list[Shape]] = []
    for shape in shapes:
        if not (x <= shape.label[0] <= x + width and y <= shape.label[1] <= y + height):
            continue
        touching = [part for part in parts if any(_touch(shape, other) for other in part)]
        parts = [part for part in parts if part not in touching]
        parts.append([shape, *(one for part in touching for one in part)])
    return parts


def _touch(one: Shape, other: Shape) -> bool:
    (x, y, w, h), (x2, y2, w2, h2) = one.bounds, other.bounds
    return x <= x2 + w2 + 1 and x2 <= x + w + 1 and y <= y2 + h2 + 1 and y2 <= y + h + 1


def _middle(part: Sequence[Shape]) -> Spot:
    """The label, which lies inside of its shape, that is nearest to the middle of the whole part."""
    weights = [shape.bounds[2] * shape.bounds[3] for shape in part]
    total = sum(weights)
    x = sum(shape.label[0] * weight for shape, weight in zip(part, weights, strict=True)) / total
    y = sum(shape.label[1] * weight for shape, weight in zip(part, weights, strict=True)) / total
    return min((shape.label for shape in part), key=lambda label: math.dist(label, (x, y)))
