"""The figure on which a person draws: an overview whose parts open, and one part with places large enough for a finger.

Everything that is tapped is an ordinary link. `web/paindrawing.js` makes a tap on a place paint it at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from filiform.clinical.figure import Box, Build, Drawing, Shape, View, Zone
from filiform.clinical.terms import BodySite, Side
from filiform.knowledge import body
from filiform.web.bodymap import signs
from filiform.web.bodymap.draw import OWN, _figure, _in_order, _with_own_ids
from filiform.web.bodymap.layers import strength
from filiform.web.bodymap.textures import NOTHING, join

Pains = Mapping[BodySite, int]


@dataclass(frozen=True, slots=True)
class Tap:
    """What is tapped: where the link leads and what is read aloud."""

    href: str
    words: str


def overview(
    view: View, build: Build, pain: Pains, zones: Iterable[tuple[Zone, Tap]], label: str, *, patient: bool = True
) -> SafeString:
    """The whole figure with what is marked; each of `zones` opens. `patient`: "your left" in its badges."""
    drawing = body.drawing(view, build)
    cells = [(_rect(zone.area), tap) for zone, tap in zones]
    lines = format_html('<g class="cells" clip-path="url(#{}c)">{}</g>', OWN, join(cell for cell, _ in cells))
    links = join(
        format_html('<a class="cell" href="{}" aria-label="{}">{}</a>', tap.href, tap.words, cell)
        for cell, tap in cells
    )
    return _svg("overview", drawing, drawing.box, 0, label, [_painted(drawing, pain), lines, links], patient)


def part(
    zone: Zone, build: Build, pain: Pains, tap: Callable[[BodySite], Tap], label: str, *, patient: bool = True
) -> SafeString:
    """One zone, opened: its places can be tapped; what lies beside them is only shown."""
    drawing = body.drawing(zone.view, build)
    seen = [shape for shape in _in_order(drawing) if _meets(shape.bounds, zone.box)]
    aside = join(_aside(shape, pain_on(shape, pain)) for shape in seen if shape.site not in zone.places)
    unit = zone.box[2] / 358  # one px of a phone
    places = join(
        _place(shape, pain_on(shape, pain), tap(shape.site), unit) for shape in seen if shape.site in zone.places
    )
    clipped = format_html('<g class="aside" clip-path="url(#{}c)">{}</g>', OWN, aside)
    links = format_html('<g class="places" clip-path="url(#{}c)">{}</g>', OWN, places)
    return _svg("part", drawing, zone.box, signs.band(drawing, zone.box), label, [clipped, links], patient)


def pain_on(shape: Shape, pain: Pains) -> int | None:
    """What is marked on a shape; on the midline also what older drawings say of its left or right half."""
    if shape.side is not Side.MIDLINE:
        return pain.get(shape.site)
    found = [pain[site] for site in (BodySite(shape.region, side) for side in Side) if site in pain]
    return max(found, default=None)


def _svg(
    kind: str, drawing: Drawing, seen: Box, strip: float, label: str, parts: list[SafeString], patient: bool
) -> SafeString:
    edge = format_html('<g class="edge"><use href="#{}o"/></g>', OWN)  # over the places, whose own edges are white
    inside = join([_figure(drawing), *parts, edge, signs.badges(drawing, seen, strip, patient)])
    return format_html(
        '<svg class="bodymap drawing {} {}" viewBox="{}" role="group" aria-label="{}">{}</svg>',
        kind,
        drawing.view.value,
        " ".join(f"{number:g}" for number in (seen[0], seen[1] - strip, seen[2], seen[3] + strip)),
        label,
        _with_own_ids(inside),
    )


def _painted(drawing: Drawing, pain: Pains) -> SafeString:
    found = ((shape, pain_on(shape, pain)) for shape in _in_order(drawing))
    shown = join(_path(shape, marked) for shape, marked in found if marked is not None)
    return format_html('<g class="regions" clip-path="url(#{}c)">{}</g>', OWN, shown) if shown else NOTHING


def _path(shape: Shape, marked: int | None) -> SafeString:
    # 0 is marked too: there is something there, only no pain.
    css = NOTHING if marked is None else format_html(' class="pain p{}"', strength(marked))
    return format_html('<path{} d="{}"/>', css, shape.path)


def _aside(shape: Shape, marked: int | None) -> SafeString:
    return _path(shape, marked)


def _place(shape: Shape, marked: int | None, tap: Tap, unit: float) -> SafeString:
    number = "" if marked is None else str(marked)
    return format_html(
        '<a class="place" href="{}" data-place="{}" data-n="{}" aria-label="{}">{}'
        '<text x="{}" y="{}" font-size="{}">{}</text></a>',
        tap.href,
        f"{shape.region}.{shape.side.value}",
        number,
        tap.words,
        _path(shape, marked),
        f"{shape.label[0]:g}",
        f"{shape.label[1] + 7 * unit:.4g}",
        f"{20 * unit:.3g}",
        number,
    )


def _rect(box: Box) -> SafeString:
    x, y, width, height = (f"{number:g}" for number in box)
    return mark_safe(f'<rect x="{x}" y="{y}" width="{width}" height="{height}"/>')


def _meets(one: Box, other: Box) -> bool:
    return (
        one[0] < other[0] + other[2]
        and other[0] < one[0] + one[2]
        and one[1] < other[1] + other[3]
        and other[1] < one[1] + one[3]
    )
