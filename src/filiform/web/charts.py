"""Very small charts as SVG, drawn on the server. The number always stands beside them in the page."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from django.utils.html import format_html
from django.utils.safestring import SafeString

_WIDTH, _HEIGHT, _EDGE = 74, 22, 4
_BAR = 200


Number = float | Decimal  # measures are kept as Decimal, the ends of a scale are floats


def _share(value: Number, low: Number, high: Number) -> float:
    if high <= low:
        raise ValueError(f"A scale from {low} to {high} has no length.")
    return min(1.0, max(0.0, (float(value) - float(low)) / (float(high) - float(low))))


def _open(width: int, height: int, label: str) -> SafeString:
    box = f"0 0 {width} {height}"
    if label:
        return format_html('viewBox="{}" width="{}" height="{}" role="img" aria-label="{}"', box, width, height, label)
    return format_html('viewBox="{}" width="{}" height="{}" aria-hidden="true"', box, width, height)


def sparkline(values: Sequence[float | None], low: float = 0, high: float = 10, label: str = "") -> SafeString:
    """A line through `values`, oldest first, on the scale `low` to `high`; the last point is marked.

    A value that was not taken (None) is left out, never drawn as nought. Fewer than two values draw nothing.
    """
    known = [(n, v) for n, v in enumerate(values) if v is not None]
    if len(known) < 2:
        return SafeString("")
    step = (_WIDTH - 2 * _EDGE) / max(1, len(values) - 1)
    points = [
        (round(_EDGE + n * step, 1), round(_HEIGHT - _EDGE - _share(v, low, high) * (_HEIGHT - 2 * _EDGE), 1))
        for n, v in known
    ]
    line = " ".join(f"{x},{y}" for x, y in points)
    return format_html(
        '<svg class="spark" {}><polyline points="{}"/><circle cx="{}" cy="{}" r="3.2"/></svg>',
        _open(_WIDTH, _HEIGHT, label),
        line,
        *points[-1],
    )


def span(before: Number, after: Number, low: Number = 0, high: Number = 10, label: str = "") -> SafeString:
    """From `before` (open ring) to `after` (full dot) on a bar from `low` to `high`."""
    first, last = (round(8 + _share(v, low, high) * (_BAR - 16), 1) for v in (before, after))
    return format_html(
        '<svg class="span" {}><rect x="0" y="9" width="{}" height="8" rx="4"/><line x1="{}" x2="{}" y1="13" y2="13"/>'
        '<circle class="from" cx="{}" cy="13" r="6"/><circle class="to" cx="{}" cy="13" r="7"/></svg>',
        _open(_BAR, 26, label),
        _BAR,
        first,
        last,
        first,
        last,
    )
