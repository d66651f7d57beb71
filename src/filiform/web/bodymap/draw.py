"""One view of the figure with its layers, as SVG. Bottom to top as in `Layers`; what is tapped are ordinary links."""

from __future__ import annotations

import functools
import zlib
from collections.abc import Iterator

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from filiform.clinical.figure import Box, Build, Drawing, Shape, View
from filiform.clinical.terms import BodySite, Side
from filiform.knowledge import anatomy_drawn, body, book
from filiform.web import bodylist
from filiform.web.bodymap import overlays, signs
from filiform.web.bodymap.layers import Layers, Picks, covers, strength
from filiform.web.bodymap.textures import NOTHING, fill, join, patterns, scale

OWN = "bm-"  # begins every id within one picture; replaced by one that no other picture on the page has


def svg(
    view: View,
    build: Build,
    layers: Layers,
    label: str,
    *,
    picks: Picks = Picks(),  # noqa: B008 - frozen and empty
    box: Box | None = None,
    patient: bool = False,
    over: bool = False,
) -> SafeString:
    """The map. `label` names it for a screen reader; `box` shows a part of it; `patient`: "your left" in its badges.

    `over`: the badges lie over the picture's upper corners, where a strip of their own would cost a page its height.

    Places and muscles that this view does not show are left out: the page says them in words. The same input gives the
    same text.
    """
    drawing, anatomy = body.drawing(view, build), anatomy_drawn.anatomy(view, build)
    seen = box or drawing.box
    band, size = signs.band(drawing, box), scale(seen)
    parts = [
        _figure(drawing),
        overlays.ground(anatomy, layers),
        _regions(drawing, layers),
        overlays.dangers(anatomy, layers),
        overlays.restricted(drawing, layers, seen, size),
        _links(drawing, layers, picks),
        overlays.muscles(anatomy, layers, picks),
        overlays.names(anatomy, layers, size),
        signs.marks(layers.marks, size),
        signs.badges(drawing, seen, band, patient, over=over),
    ]
    used = "".join(parts)
    above = 0.0 if over else band
    inside = patterns(used, size) + (signs.halves(drawing) if f"{OWN}h" in used else NOTHING) + join(parts)
    return format_html(
        '<svg class="bodymap {}" viewBox="{}" role="{}" aria-label="{}">{}</svg>',
        view.value,
        " ".join(f"{number:g}" for number in (seen[0], seen[1] - above, seen[2], seen[3] + above)),
        "group" if picks.site or picks.muscle else "img",
        label,
        _with_own_ids(inside),
    )


def _with_own_ids(inside: str) -> SafeString:
    own = f"b{zlib.crc32(inside.encode()):08x}-"
    return mark_safe(inside.replace(f'"{OWN}', f'"{own}').replace(f"#{OWN}", f"#{own}"))


# ---- the figure itself


@functools.cache
def _still(view: View, build: Build) -> SafeString:
    """The figure without layers: our own numbers, nothing that a person typed."""
    drawing = body.drawing(view, build)
    thin = "".join(f'<path d="{one.path}" stroke-width="{one.width:g}"/>' for one in drawing.strokes if not one.edge)
    edges = "".join(f'<path d="{one.path}"/>' for one in drawing.strokes if one.edge)
    outline = f'<use href="#{OWN}o"/>'
    return mark_safe(
        f'<defs><path id="{OWN}o" d="{drawing.outline}"/><clipPath id="{OWN}c">{outline}</clipPath></defs>'
        f'<g class="skin">{outline}</g>'
        f'<g class="shade" clip-path="url(#{OWN}c)">{outline * 8}</g>'
        f'<g class="lines">{thin}</g><g class="edge">{edges}{outline}</g>'
    )


def _figure(drawing: Drawing) -> SafeString:
    return _still(drawing.view, drawing.build)


# ---- regions: pain, expected referral, what can be tapped


def _in_order(drawing: Drawing) -> list[Shape]:
    """Head to foot, as in the list of places."""
    order = {region: number for number, region in enumerate(book().regions)}
    return sorted(drawing.shapes, key=lambda shape: (order[shape.region], shape.side))


def _regions(drawing: Drawing, layers: Layers) -> SafeString:
    shown = join(found for shape in _in_order(drawing) for found in _fills(drawing, shape, layers))
    return format_html('<g class="regions" clip-path="url(#{}c)">{}</g>', OWN, shown) if shown else NOTHING


def _fills(drawing: Drawing, shape: Shape, layers: Layers) -> Iterator[SafeString]:
    for side, intensity in _pains(shape, layers):
        half = "" if side is shape.side else signs.half(drawing, side)
        if half is not None:
            shown = format_html('<path class="pain p{}" d="{}"/>', strength(intensity), shape.path)
            yield format_html('<g clip-path="url(#{})">{}</g>', half, shown) if half else shown
    if covers(shape.site, layers.referral):
        main = layers.referral.get(shape.site, layers.referral.get(BodySite(shape.region, Side.MIDLINE), False))
        yield format_html('<path class="referral {0}" fill="{1}" d="{2}"/>', *_kind(main), shape.path)


def _kind(main: bool) -> tuple[str, str]:
    return ("main", fill("refer")) if main else ("spill", fill("spill"))


def _pains(shape: Shape, layers: Layers) -> Iterator[tuple[Side, int]]:
    """The pain on a shape. On the midline the left or the right half may hurt alone."""
    if shape.side is not Side.MIDLINE:
        pain = layers.pain.get(shape.site) or layers.pain.get(BodySite(shape.region, Side.MIDLINE), 0)
        if pain:
            yield shape.side, pain
        return
    for side in (Side.MIDLINE, Side.LEFT, Side.RIGHT):
        pain = layers.pain.get(BodySite(shape.region, side), 0)
        if pain:
            yield side, pain


def _links(drawing: Drawing, layers: Layers, picks: Picks) -> SafeString:
    """A link over each place that can be tapped."""
    if picks.site is None:
        return NOTHING
    shapes = ((shape, picks.site(shape.site)) for shape in _in_order(drawing))
    hurts = (shape for shape in drawing.shapes if any(_pains(shape, layers)))
    return format_html(
        '<g class="places" clip-path="url(#{0}c)">{1}<g class="rims">{2}</g></g>'
        '<g class="edge"><use href="#{0}o"/></g>',
        OWN,
        join(_link(shape, href, layers) for shape, href in shapes if href is not None),
        join(format_html('<path d="{}"/>', shape.path) for shape in hurts),
    )


def _link(shape: Shape, href: str, layers: Layers) -> SafeString:
    return format_html(
        '<a class="r" href="{}" aria-label="{}"><path d="{}"/></a>', href, _said(shape.site, layers), shape.path
    )


def _said(site: BodySite, layers: Layers) -> str:
    """A place with its side, and what lies on it, as it is read aloud."""
    words = [bodylist.sentence(site)]
    pain = layers.pain.get(site, 0)
    if pain:
        words.append(_("pain %(pain)d of 10") % {"pain": pain})
    if covers(site, layers.restricted):
        words.append(_("do not needle"))
    return ", ".join(words)
