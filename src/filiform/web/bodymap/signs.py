"""Small signs on the map: points and needles, and whose left and right it is."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from filiform.clinical.figure import Box, Drawing, View
from filiform.clinical.terms import Side
from filiform.web.bodymap.layers import Mark, MarkKind
from filiform.web.bodymap.textures import NOTHING, join

WHOLE = (View.FRONT, View.BACK)  # beside the head there is room for the badges
BAND = 0.115  # of the width of what is seen, when it is wide: the strip above it that holds the badges
_INSIDE = {
    MarkKind.NEXT: '<circle class="more" r="11.2"/>',
    MarkKind.FOUND: '<path d="M-3.4-3.4L3.4 3.4M3.4-3.4L-3.4 3.4"/>',
    MarkKind.OTHER: '<circle class="dot" r="1.8"/>',
    MarkKind.OUT: '<path d="M-3.6.2L-1 2.8L3.6-2.6"/>',
}
_NUMBERED = (MarkKind.SUGGESTED, MarkKind.NEXT, MarkKind.IN)


# ---- points and needles


def marks(found: Iterable[Mark], size: float) -> SafeString:
    """All signs, in their order; the last one lies on top."""
    shown = join(_mark(one, size) for one in found)
    return format_html('<g class="marks">{}</g>', shown) if shown else NOTHING


def _mark(mark: Mark, size: float) -> SafeString:
    return format_html(
        '{}<g class="mark {}" transform="translate({} {}) scale({})"{}><circle r="{}"/>{}{}</g>',
        _leader(mark, size),
        mark.kind.value,
        f"{mark.x:g}",
        f"{mark.y:g}",
        f"{size * 1.15:.3g}",
        format_html(' role="img" aria-label="{}"', mark.words) if mark.words else SafeString(' aria-hidden="true"'),
        "9.5" if mark.kind is MarkKind.IN else "8",
        mark_safe(_INSIDE.get(mark.kind, "")),
        format_html('<text y="4">{}</text>', mark.text) if mark.text and mark.kind in _NUMBERED else NOTHING,
    )


def _leader(mark: Mark, size: float) -> SafeString:
    if mark.true is None:
        return NOTHING
    return format_html(
        '<path class="leader" d="M{0} {1}L{2} {3}"/><circle class="leader" cx="{2}" cy="{3}" r="{4}"/>',
        f"{mark.x:g}",
        f"{mark.y:g}",
        f"{mark.true[0]:g}",
        f"{mark.true[1]:g}",
        f"{size * 1.8:.3g}",
    )


# ---- whose left and right


def band(drawing: Drawing, box: Box | None) -> float:
    """The height of the strip above the picture for its badges, in units; 0 where they have room beside the head."""
    if box is None and drawing.view in WHOLE:
        return 0.0
    seen = box or drawing.box
    _x, _y, width, height = seen
    if len(_sides(drawing, seen)) == 1:  # one badge has the whole strip: a narrow picture's would be too small to read
        width = max(width, min(height * 0.53, width * 2.2))
    return round(width * BAND, 1)


def badges(drawing: Drawing, seen: Box, strip: float, patient: bool, *, over: bool = False) -> SafeString:
    """L and R, circle and square, where they lie in this picture: always the patient's own side, written out.

    `over`: as the strip would show them, but inside the picture, at its upper corners.
    """
    found = _sides(drawing, seen)
    one = _in_strip if strip else _beside
    ground = NOTHING
    top = seen
    if over:
        strip *= 0.75
        top = (seen[0], seen[1] + strip * 1.1, seen[2], seen[3])
    shown = join(one(side, place, top, strip, _words(side, patient)) for side, place in found)
    if strip and not over:  # wider and higher than the picture: a wide frame shows what lies beside it
        x, y, width, height = seen
        covered = (x - 2 * width, y - strip - height, 5 * width, height + strip)
        ground = format_html(
            '<rect class="band" x="{}" y="{}" width="{}" height="{}"/>', *(f"{number:g}" for number in covered)
        )
    return format_html('<g class="badges" aria-hidden="true">{}{}</g>', ground, shown)


def _shape(side: Side) -> SafeString:
    letter = _("L") if side is Side.LEFT else _("R")
    form = '<circle r="15"/>' if side is Side.LEFT else '<rect x="-14.5" y="-14.5" width="29" height="29" rx="5"/>'
    return format_html('{}<text y="6">{}</text>', mark_safe(form), letter)


def _beside(side: Side, place: float, seen: Box, strip: float, words: str) -> SafeString:
    """Beside the head: the badge with its words below."""
    x, y, width, height = seen
    size = max(width, height) / 800
    return format_html(
        '<g class="badge {}" transform="translate({} {}) scale({})">{}<text class="words" y="35">{}</text></g>',
        side.value[0],
        f"{x + width * (0.17 if place < 0.5 else 0.83):.4g}",
        f"{y + 58 * size:.4g}",
        f"{size * 1.2:.3g}",
        _shape(side),
        words,
    )


def _in_strip(side: Side, place: float, seen: Box, strip: float, words: str) -> SafeString:
    """Above the picture: the badge at its edge, its words towards the middle."""
    x, y, width, _height = seen
    size = strip / 42
    left = place <= 0.5
    return format_html(
        '<g class="badge {} strip" transform="translate({} {}) scale({})">{}'
        '<text class="words {}" x="{}" y="5">{}</text></g>',
        side.value[0],
        f"{x + 19 * size if left else x + width - 19 * size:.4g}",
        f"{y - strip / 2:.4g}",
        f"{size:.3g}",
        _shape(side),
        "from" if left else "until",
        "21" if left else "-21",
        words,
    )


def _words(side: Side, patient: bool) -> str:
    if patient:
        return _("your left") if side is Side.LEFT else _("your right")
    return _("patient's left") if side is Side.LEFT else _("patient's right")


def _sides(drawing: Drawing, seen: Box) -> tuple[tuple[Side, float], ...]:
    """Which sides this picture shows and where, as a share of its width: asked of the shapes, never of the view."""
    middle: dict[Side, list[float]] = {}
    for shape in drawing.shapes:
        if shape.side is not Side.MIDLINE and _inside(shape.label, seen):
            middle.setdefault(shape.side, []).append(shape.label[0])
    means = sorted((sum(found) / len(found), side) for side, found in middle.items())
    if len(means) == 1:
        return ((means[0][1], 0.0),)
    return tuple((side, float(number)) for number, (_mean, side) in enumerate(means))


def _inside(spot: tuple[float, float], box: Box) -> bool:
    return box[0] <= spot[0] <= box[0] + box[2] and box[1] <= spot[1] <= box[1] + box[3]


def half(drawing: Drawing, side: Side) -> str | None:
    """The id of the clip with the patient's `side` of a shape on the midline; "" for all, None for nothing of it."""
    sides = [found for found, _place in _sides(drawing, drawing.box)]
    if side not in sides:
        return None
    if len(sides) == 1:
        return ""
    return "bm-hl" if sides[0] is side else "bm-hr"


def halves(drawing: Drawing) -> SafeString:
    """The clips that `half` names: the viewer's left and right half."""
    x, y, width, height = drawing.box
    rects = (("hl", x, -x), ("hr", 0.0, x + width))
    return join(
        format_html(
            '<clipPath id="bm-{}"><rect x="{}" y="{}" width="{}" height="{}"/></clipPath>',
            name,
            *(f"{number:g}" for number in (left, y, wide, height)),
        )
        for name, left, wide in rects
    )
