"""Where a fact comes from, as a reader sees it: title, year, the place in it, and how sure we are."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from filiform import knowledge
from filiform.clinical.terms import Cite, Sure


def sure_word(sure: Sure) -> str:
    """How sure a cite is, in words a patient understands."""
    return {
        Sure.FOUND: _("we read this in the source"),
        Sure.RECALLED: _("known, but not read again by us"),
        Sure.UNSURE: _("not checked in a source yet"),
    }[sure]


def line(cite: Cite) -> SafeString:
    """One source: title (year), the place in it, and how sure we are."""
    source = knowledge.book().sources[cite.source]
    year = f" ({source.year})" if source.year else ""
    where = f", {cite.locator}" if cite.locator else ""
    return format_html(
        '{}{}{} <span class="sure {}">{}</span>', source.title, year, where, cite.sure.value, sure_word(cite.sure)
    )


def cites(given: Iterable[Cite]) -> SafeString:
    """The sources of one claim. A claim without any says so: an unsourced claim must be seen as one."""
    rows = format_html_join("", "<li>{}</li>", ((line(cite),) for cite in given))
    if not rows:
        return format_html('<p class="cites">{}</p>', _("No source is recorded for this."))
    return format_html('<ul class="cites">{}</ul>', rows)
