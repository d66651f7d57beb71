"""What changed between two pain drawings, as one picture: each change has its own texture, sign, word and colour."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from filiform.clinical.figure import Box, Build, Drawing, Shape, View
from filiform.clinical.pain_drawing import Change, Changed
from filiform.clinical.terms import BodySite, Side
from filiform.knowledge import body
from filiform.web.bodymap import signs
from filiform.web.bodymap.draw import OWN, _figure, _in_order, _with_own_ids
from filiform.web.bodymap.textures import NOTHING, join, scale

# Side of the repeated square and what is in it. No two look alike without colour.
TEXTURES = {
    Change.NEW: (12, '<rect width="12" height="12"/><path d="M6 3v6M3 6h6"/>'),  # full, with plus signs
    Change.STRONGER: (12, '<path d="M2 9l4-5 4 5"/>'),  # arrows up
    Change.WEAKER: (12, '<path d="M2 4l4 5 4-5"/>'),  # arrows down
    Change.GONE: (12, '<path d="M3.5 6h5"/>'),  # empty, with minus signs
    Change.SAME: (6, '<circle cx="3" cy="3" r=".9"/>'),  # fine dots
}
SIGNS = {Change.NEW: "+", Change.STRONGER: "↑", Change.WEAKER: "↓", Change.GONE: "−", Change.SAME: "="}
_LINE = 20.0  # units between two words, in a figure of the usual size
_LETTER = 9.3  # units that a letter is wide
_EDGE = 4.0  # units between a word and the edge
_NEAREST = 230.0  # units: no picture shows less of the body, so that it is known at a glance which part it is
_ROOM = 1.35  # of what is marked: what is shown
_TALL = 1.25  # height of a picture by its width


def word(change: Change) -> str:
    """What became of a place, in one word."""
    return {
        Change.NEW: _("new"),
        Change.STRONGER: _("stronger"),
        Change.WEAKER: _("weaker"),
        Change.GONE: _("gone"),
        Change.SAME: _("same"),
    }[change]


def shown(view: View, build: Build, sites: Iterable[BodySite]) -> int:
    """How many of `sites` this view shows."""
    drawing = body.drawing(view, build)
    return sum(any(_is_on(shape, site) for shape in drawing.shapes) for site in set(sites))


def around(view: View, build: Build, sites: Iterable[BodySite]) -> Box | None:
    """The part of the view in which all of `sites` lie, with room around it; None where that is most of the figure."""
    drawing = body.drawing(view, build)
    marked = set(sites)
    bounds = [shape.bounds for shape in drawing.shapes if any(_is_on(shape, site) for site in marked)]
    if not bounds:
        return None
    left, top = min(box[0] for box in bounds), min(box[1] for box in bounds)
    wide = max(box[0] + box[2] for box in bounds) - left
    high = max(box[1] + box[3] for box in bounds) - top
    width = max(wide * _ROOM, high * _ROOM / _TALL, _NEAREST)
    height = width * _TALL
    if width >= drawing.width or height >= drawing.height:
        return None
    x, y, most_wide, most_high = drawing.box
    at_x = min(max(left + wide / 2 - width / 2, x), x + most_wide - width)
    at_y = min(max(top + high / 2 - height / 2, y), y + most_high - height)
    return round(at_x, 1), round(at_y, 1), round(width, 1), round(height, 1)


def difference(
    view: View, build: Build, changes: Sequence[Changed], label: str, *, box: Box | None = None
) -> SafeString:
    """One view (`box`: a part of it) with every change that it shows; the page says the others in words."""
    drawing = body.drawing(view, build)
    seen, strip = box or drawing.box, signs.band(drawing, box)
    size = scale(seen)
    found = list(_changed(drawing, changes))
    inside = join(
        [
            _patterns((change for _, change in found), size),
            _figure(drawing),
            format_html('<g class="changes" clip-path="url(#{}c)">{}</g>', OWN, join(_fill(*one) for one in found)),
            format_html('<g class="edge"><use href="#{}o"/></g>', OWN),
            _words(found, seen, size),
            signs.badges(drawing, seen, strip, patient=False),
        ]
    )
    return format_html(
        '<svg class="bodymap change {}" viewBox="{}" role="img" aria-label="{}">{}</svg>',
        view.value,
        " ".join(f"{number:g}" for number in (seen[0], seen[1] - strip, seen[2], seen[3] + strip)),
        label,
        _with_own_ids(inside),
    )


def swatch(change: Change) -> SafeString:
    """The texture of a change, for the legend and the table."""
    inside = join(
        [
            _patterns((change,), 1.0),
            format_html(
                '<rect class="{0}" fill="url(#{1}{0})" x="1" y="1" width="26" height="20"/>', change.value, OWN
            ),
        ]
    )
    return format_html(
        '<svg class="bodymap change key" viewBox="0 0 28 22" aria-hidden="true">{}</svg>', _with_own_ids(inside)
    )


def _is_on(shape: Shape, site: BodySite) -> bool:
    """Whether a place is drawn as this shape; older drawings may know a left and right of a shape on the midline."""
    return shape.site == site or (shape.side is Side.MIDLINE and shape.region == site.region)


def _changed(drawing: Drawing, changes: Sequence[Changed]) -> Iterator[tuple[Shape, Change]]:
    for shape in _in_order(drawing):
        found = [one.change for one in changes if _is_on(shape, one.site)]
        if found:
            yield shape, min(found, key=list(Change).index)


def _fill(shape: Shape, change: Change) -> SafeString:
    return format_html('<path class="{0}" fill="url(#{1}{0})" d="{2}"/>', change.value, OWN, shape.path)


def _patterns(used: Iterable[Change], size: float) -> SafeString:
    found = "".join(
        f'<pattern id="{OWN}{change.value}" class="t-{change.value}" width="{TEXTURES[change][0]}" '
        f'height="{TEXTURES[change][0]}" patternUnits="userSpaceOnUse" patternTransform="scale({size:g})">'
        f"{TEXTURES[change][1]}</pattern>"
        for change in sorted(set(used), key=list(Change).index)
    )
    return mark_safe(f"<defs>{found}</defs>") if found else NOTHING


def _words(found: Sequence[tuple[Shape, Change]], seen: Box, size: float) -> SafeString:
    """Each change in a word at the nearer edge of the picture, with a line to its place."""
    middle = seen[0] + seen[2] / 2
    ranked = sorted(found, key=lambda one: one[0].label[1])
    said = []
    for left in (True, False):
        column = [one for one in ranked if (one[0].label[0] < middle) is left]
        rows = _rows([shape.label[1] for shape, _ in column], seen, _LINE * size)
        said += [_said(*one, y, left, seen, size) for one, y in zip(column, rows, strict=True)]
    return format_html('<g class="said">{}</g>', join(said)) if said else NOTHING


def _rows(wanted: Sequence[float], seen: Box, line: float) -> list[float]:
    """Where the words of one column stand: near what they name, a line apart, within the picture."""
    found: list[float] = []
    for y in wanted:
        found.append(max(y, seen[1] + line if not found else found[-1] + line))
    below = seen[1] + seen[3] - line / 2
    for number in range(len(found) - 1, -1, -1):
        found[number] = min(found[number], below)
        below = found[number] - line
    return found


def _said(shape: Shape, change: Change, y: float, left: bool, seen: Box, size: float) -> SafeString:
    text = f"{SIGNS[change]} {word(change)}"
    wide = len(text) * _LETTER * size
    x = seen[0] + _EDGE * size if left else seen[0] + seen[2] - _EDGE * size
    ends = x + wide if left else x - wide
    return format_html(
        '<path d="M{} {}L{} {}"/><text class="{}" x="{}" y="{}" font-size="{}">{}</text>',
        *(f"{number:.4g}" for number in (ends, y, *shape.label)),
        "from" if left else "until",
        f"{x:.4g}",
        f"{y + 6 * size:.4g}",
        f"{17 * size:.3g}",
        text,
    )
