"""What the textures mean: only those that are on the map now, each with a swatch drawn as on the map."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from filiform.web.bodymap.layers import Danger, Layers, MarkKind, State
from filiform.web.bodymap.textures import PATTERNS, Texture

_BOX = "M2 2h26v18h-26Z"


@dataclass(frozen=True, slots=True)
class Kind:
    """One thing that can be on the map: its texture, the colour tokens it is drawn with, its words, its swatch."""

    name: str
    texture: Texture
    tokens: tuple[str, ...]
    words: str | Promise
    swatch: str


def _filled(css: str, pattern: str) -> str:
    return f'<path class="{css}" fill="url(#leg-{pattern})" d="{_BOX}"/>'


def _ring(css: str, inside: str = "") -> str:
    return f'<g class="mark {css}" transform="translate(15 11)"><circle r="8"/>{inside}</g>'


_CROSS = '<path d="M-3.4-3.4L3.4 3.4M3.4-3.4L-3.4 3.4"/>'
KINDS: tuple[Kind, ...] = (
    Kind(
        "pain",
        Texture.FLAT,
        ("pain1", "pain2", "pain3", "pain4"),
        gettext_lazy("Pain drawn, darker is stronger"),
        '<path class="pain p2" d="M2 2h13v18h-13Z"/><path class="pain p3" d="M15 2h13v18h-13Z"/>',
    ),
    Kind(
        "refer",
        Texture.DOTS,
        ("refer",),
        gettext_lazy("Where the chosen muscle is usually felt"),
        _filled("referral", "refer"),
    ),
    Kind("spill", Texture.RINGS, ("refer",), gettext_lazy("Felt there less often"), _filled("referral", "spill")),
    Kind(
        "danger",
        Texture.THIN_HATCH,
        ("hazard",),
        gettext_lazy("Danger: lung, organ, nerve or vessel"),
        f'<g class="dangers">{_filled("pleura", "quiet")}</g>',
    ),
    Kind(
        "loud",
        Texture.THICK_HATCH,
        ("hazard",),
        gettext_lazy("Danger across the chosen muscle"),
        f'<g class="dangers loud">{_filled("", "loud")}</g>',
    ),
    Kind(
        "restricted",
        Texture.CROSS_HATCH,
        ("restrict",),
        gettext_lazy("Do not needle this patient here"),
        f'<g class="restricted">{_filled("", "restrict")}</g>'
        '<g class="no" transform="translate(15 11) scale(.6)"><circle r="10.5"/><path d="M-7-7L7 7"/></g>',
    ),
    Kind(
        "chosen",
        Texture.EDGE,
        ("primary",),
        gettext_lazy("Chosen muscle"),
        f'<path class="m chosen" d="{_BOX}"/>',
    ),
    Kind(
        "done",
        Texture.DASHED_EDGE,
        ("ok",),
        gettext_lazy("Muscle done"),
        f'<path class="m done" d="{_BOX}"/>',
    ),
    Kind(
        "muscle",
        Texture.PALE,
        ("surface",),
        gettext_lazy("Muscle"),
        f'<path class="skin" d="M0 0h30v22h-30Z"/><path class="m" d="{_BOX}"/>',
    ),
    Kind(
        "suggested",
        Texture.DASHED_RING,
        ("ink",),
        gettext_lazy("Candidate, by rank; double ring: press next"),
        _ring("suggested", '<text y="4">1</text>'),
    ),
    Kind("found", Texture.CROSSED_RING, ("ink",), gettext_lazy("Point found by hand"), _ring("found", _CROSS)),
    Kind(
        "in",
        Texture.DISC,
        ("needle",),
        gettext_lazy("Needle in"),
        _ring("in", '<text y="4">1</text>'),
    ),
    Kind(
        "out",
        Texture.TICKED_RING,
        ("ok",),
        gettext_lazy("Needle out"),
        _ring("out", '<path d="M-3.6.2L-1 2.8L3.6-2.6"/>'),
    ),
)


def legend(layers: Layers, own: Mapping[str, str | Promise] = MappingProxyType({})) -> SafeString:
    """The list of what is on this map, in the order it lies there; nothing for an empty figure.

    `own` are words of the page by name of `KINDS`, where a sign means something else there than on the locate page.
    """
    used = set(_used(layers))
    shown = [kind for kind in KINDS if kind.name in used]
    if not shown:
        return SafeString("")
    rows = format_html_join(
        "",
        '<li><svg class="bodymap" viewBox="0 0 30 22" aria-hidden="true">{}</svg>{}</li>',
        ((mark_safe(_patterns(kind) + kind.swatch), own.get(kind.name, kind.words)) for kind in shown),
    )
    return format_html('<ul class="legend" aria-label="{}">{}</ul>', _("What the map shows"), rows)


def _patterns(kind: Kind) -> str:
    """The definitions that a swatch needs: one for each, with an id that no map has."""
    return "".join(
        f'<defs><pattern id="leg-{name}" class="t-{name}" width="{size:g}" height="{size:g}" '
        f'patternUnits="userSpaceOnUse" patternTransform="rotate({turn})">{inside}</pattern></defs>'
        for name, (size, turn, inside) in PATTERNS.items()
        if f"leg-{name})" in kind.swatch
    )


def _used(layers: Layers) -> Iterator[str]:
    states, marks = set(layers.muscles.values()), {mark.kind for mark in layers.marks}
    shown = {
        "pain": any(layers.pain.values()),
        "refer": True in layers.referral.values(),
        "spill": False in layers.referral.values(),
        "danger": layers.danger is not Danger.NONE,
        "loud": layers.danger is not Danger.NONE and State.CHOSEN in states,
        "restricted": bool(layers.restricted),
        "chosen": State.CHOSEN in states,
        "done": State.DONE in states,
        "muscle": layers.ground is not None,
        "suggested": bool(marks & {MarkKind.SUGGESTED, MarkKind.NEXT}),
        "found": MarkKind.FOUND in marks,
        "in": MarkKind.IN in marks,
        "out": MarkKind.OUT in marks,
    }
    return (name for name, is_shown in shown.items() if is_shown)
