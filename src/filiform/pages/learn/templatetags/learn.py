"""Two drawings of the reading pages: so many dots of a hundred, and one line of the source list."""

from __future__ import annotations

from django.template import Library
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from filiform.clinical.terms import Cite
from filiform.web import sources

register = Library()
_STEP, _RADIUS = 10, 3.6


@register.simple_tag
def dots(count: int, what: str) -> SafeString:
    """A hundred dots, `count` of them filled: people read a share better than a percentage."""
    if not 0 <= count <= 100:
        raise ValueError(f"{count} of 100 cannot be drawn.")
    circles = "".join(
        f'<circle{" class=on" * (n < count)} cx="{n % 20 * _STEP + 5}" cy="{n // 20 * _STEP + 5}" r="{_RADIUS}"/>'
        for n in range(100)
    )
    label = _("%(count)d of 100 %(what)s") % {"count": count, "what": what}
    drawing = mark_safe(circles)  # numbers only
    return format_html('<svg class="dots" viewBox="0 0 200 50" role="img" aria-label="{}">{}</svg>', label, drawing)


@register.simple_tag
def source_line(cite: Cite) -> SafeString:
    """Title, year, place in it, and how sure we are."""
    return sources.line(cite)
