"""The components as template tags: `{% load ui %}`. docs/components.md says what each is for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django.forms import BaseForm
from django.template import Context, Library
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from filiform.clinical.terms import Block, Cite, Side
from filiform.web import buttons, charts, formparts, marks, nav, sources
from filiform.web.parts import Chip

register = Library()

register.simple_tag(marks.icon, name="icon")
register.simple_tag(marks.side_mark, name="side")
register.simple_tag(marks.chip, name="chip")
register.simple_tag(marks.chips, name="chips")
register.simple_tag(marks.minutes, name="minutes")
register.simple_tag(marks.needles, name="needles")
register.simple_tag(marks.rail, name="rail")
register.simple_tag(charts.sparkline, name="sparkline")
register.simple_tag(charts.span, name="span")
register.simple_tag(formparts.field, name="field")
register.simple_tag(formparts.choices, name="choices")
register.simple_tag(formparts.numbers, name="numbers")
register.simple_tag(sources.cites, name="cites")


@register.simple_tag
def blocks(reasons: Iterable[Block] | None, id: str = "") -> SafeString:
    """The reasons against an act; nothing for none."""
    return marks.blocks(reasons or (), id)


@register.simple_tag
def go(label: str, url: str, icon: str = "", kind: str = "", size: str = "", blocks: Any = ()) -> SafeString:
    """A link that looks like a button, or the disabled button with its reasons."""
    return buttons.go(label, url, icon, kind, size, blocks or ())


@register.simple_tag
def submit(
    label: str, icon: str = "", kind: str = "p", size: str = "", blocks: Any = (), name: str = "", value: str = ""
) -> SafeString:
    """The submit button of the form around it, or the disabled button with its reasons."""
    return buttons.submit(label, icon, kind, size, blocks or (), name, value)


@register.simple_tag
def errors(*forms: BaseForm) -> SafeString:
    """The error summary of one or more forms."""
    return formparts.error_summary(form for form in forms if form)


@register.simple_tag
def error_prefix(*forms: BaseForm) -> str:
    """ "Error: " in front of the page's title when a form has errors."""
    return formparts.error_prefix(form for form in forms if form)


@register.simple_tag
def stat(label: str, value: object, chip: Chip | None = None) -> SafeString:
    """A big number with its name, and at most one chip that says what to make of it."""
    mark = marks.chip(chip.kind, chip.text, chip.icon, chip.side) if chip else SafeString("")
    return format_html(
        '<div class="stat"><span class="label">{}</span><b class="num">{}</b>{}</div>', label, value, mark
    )


@register.simple_tag
def unreviewed() -> SafeString:
    """Shown wherever clinical content is: nobody with a licence has checked it yet."""
    return format_html(
        '<p class="unreviewed">{}<span>{}</span></p>',
        marks.icon("unsure"),
        _("No clinician has reviewed these texts yet."),
    )


@register.simple_tag
def empty(text: str, icon: str = "", url: str = "", label: str = "") -> SafeString:
    """What stands where a list would be, with at most one way on."""
    picture = marks.icon(icon, "xl") if icon else SafeString("")
    way = buttons.go(label, url) if url else SafeString("")
    return format_html('<div class="empty">{}<p>{}</p>{}</div>', picture, text, way)


@register.simple_tag
def person(
    name: str,
    born: date | str | None = None,
    age: int | None = None,
    number: str = "",
    chips: Sequence[Chip] = (),
    url: str = "",
) -> SafeString:
    """The patient's header: name, birth date, age, number, and the chips that must never scroll away.

    With `url` the name links to the chart. `born` may be words ("1984"); an unknown birth date is said, not left out.
    """
    day = date_format(born, "j M Y") if isinstance(born, date) else born
    birth = _("born %(date)s") % {"date": day} if day else _("birth date not known")
    if age is not None:
        birth += f" ({age})"
    known = [birth, *([f"#{number}"] if number else [])]
    named = format_html('<a href="{}">{}</a>', url, name) if url else name
    return format_html(
        '<div class="who"><h1>{}</h1><p class="num">{}</p></div>{}', named, " · ".join(known), marks.chips(chips)
    )


@register.simple_tag
def care(heading: str, items: Iterable[str], note: str = "", phone: str = "") -> SafeString:
    """The emergency card: the heading carries the urgency in words. One a page at most."""
    rows = format_html_join("", "<li>{}</li>", ((item,) for item in items))
    call = SafeString("")
    if phone:
        call = format_html(
            '<p><a class="btn stop lg" href="tel:{}">{}<span>{}</span></a></p>',
            phone.replace(" ", ""),
            marks.icon("call-now"),
            _("Call %(phone)s") % {"phone": phone},
        )
    more = format_html('<p class="hint">{}</p>', note) if note else SafeString("")
    return format_html(
        '<section class="care"><h2>{}<span>{}</span></h2><ul>{}</ul>{}{}</section>',
        marks.icon("call-now"),
        heading,
        rows,
        more,
        call,
    )


@register.inclusion_tag("web/progress.html")
def progress(now: int, of: int, back: str = "") -> dict[str, object]:
    """Where the patient is in the questions: a way back, a bar and "4 of 12"."""
    return {"now": now, "of": of, "back": back}


@register.simple_tag(takes_context=True)
def theme(context: Context, default: str = "", cookie: str = "theme") -> str:
    """The theme this device chose: "light", "dark", or `default` ("" leaves it to the system)."""
    request = context.get("request")
    chosen = request.COOKIES.get(cookie, "") if request else ""
    return chosen if chosen in ("light", "dark") else default


@register.simple_tag(takes_context=True)
def nav_entries(context: Context) -> tuple[nav.Entry, ...]:
    """The entries of the top bar that this role may open."""
    acts: Mapping[str, bool] = context.get("acts") or {}
    match = getattr(context.get("request"), "resolver_match", None)
    return nav.entries(acts, match.view_name if match else "")


@register.filter
def side_word(side: Side | str) -> str:
    """The side in words."""
    return marks.side_word(side)


@register.filter
def sure_word(cite: Cite) -> str:
    """How sure a cite is, in words."""
    return sources.sure_word(cite.sure)
