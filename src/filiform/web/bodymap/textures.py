"""The textures of the layers. They differ in shape, so that they are told apart on grey paper and without colours."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from django.utils.safestring import SafeString, mark_safe

from filiform.clinical.figure import Box

NOTHING = SafeString("")


class Texture(StrEnum):
    """What a layer is drawn with. Two layers never share one: a test holds that."""

    FLAT = "flat, dashed edge"  # pain
    DOTS = "close dots"  # expected referral, main zone
    RINGS = "open rings, far apart"  # expected referral, spillover
    THIN_HATCH = "thin hatch, one way"  # a danger
    THICK_HATCH = "thick hatch, one way"  # a danger that crosses the chosen muscle
    CROSS_HATCH = "hatch both ways"  # do not needle
    PALE = "pale, thin edge"  # a muscle
    EDGE = "thick edge"  # the chosen muscle
    DASHED_EDGE = "dashed edge"  # a muscle that is done
    DASHED_RING = "dashed ring, number"  # a candidate
    CROSSED_RING = "ring with a cross"  # a point that was found
    DISC = "full disc, number"  # a needle in
    TICKED_RING = "ring with a tick"  # a needle out


# Side of the repeated square, how it is turned, and what is in it: for a figure that is `USUAL` units wide.
USUAL = 412.0
PATTERNS = {
    "refer": (6.0, 0, '<circle cx="1.5" cy="1.5" r="1.4"/><circle cx="4.5" cy="4.5" r="1.4"/>'),
    "spill": (12.0, 0, '<circle cx="3" cy="3" r="1.6"/><circle cx="9" cy="9" r="1.6"/>'),
    "quiet": (9.0, 45, '<rect width="1" height="9"/>'),
    "loud": (6.0, 45, '<rect width="2.6" height="6"/>'),
    "restrict": (8.0, 45, '<rect width="8" height="8"/><path d="M0 0H8M0 0V8"/>'),
}


def fill(name: str) -> str:
    """How a shape names its texture."""
    return f"url(#bm-{name})"


def scale(seen: Box) -> float:
    """How large signs, words and textures are drawn, so that they look alike however much of the figure is seen."""
    return round(max(seen[2], seen[3] * 0.53) / USUAL, 3)


def patterns(used_in: str, size: float) -> SafeString:
    """The definitions of the textures that are used, at this `scale`."""
    found = "".join(_pattern(name, size) for name in PATTERNS if fill(name) in used_in)
    return mark_safe(f"<defs>{found}</defs>") if found else NOTHING


def _pattern(name: str, size: float) -> str:
    square, turn, inside = PATTERNS[name]
    return (
        f'<pattern id="bm-{name}" class="t-{name}" width="{square:g}" height="{square:g}" '
        f'patternUnits="userSpaceOnUse" patternTransform="rotate({turn}) scale({size:g})">{inside}</pattern>'
    )


def join(parts: Iterable[SafeString]) -> SafeString:
    """Safe pieces in a row."""
    return mark_safe("".join(parts))
