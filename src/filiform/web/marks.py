"""The small marks that pages are made of: icon, side, chip, time, needle count, reasons. Each returns safe HTML."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from filiform.clinical.terms import Block, Level, Side
from filiform.web.icons import shapes
from filiform.web.parts import Chip, Kind, RailStep, StepState

_HOUR = 3600


def icon(name: str, size: str = "", label: str = "") -> SafeString:
    """An icon. `size`: "" (as the text), "l" or "xl". Without `label` it is decoration and must stand beside a word."""
    drawing = mark_safe(shapes(name))  # our own tables and heroicons' file: nothing a person typed
    css = f"i i-{size}" if size else "i"
    if label:
        return format_html(
            '<svg class="{}" viewBox="0 0 24 24" role="img" aria-label="{}">{}</svg>', css, label, drawing
        )
    return format_html('<svg class="{}" viewBox="0 0 24 24" aria-hidden="true">{}</svg>', css, drawing)


def side_word(side: Side | str) -> str:
    """The patient's own side in words."""
    return {"left": _("left"), "right": _("right"), "midline": _("midline")}[str(side)]


def side_mark(side: Side | str | None, words: bool = False) -> SafeString:
    """The side, double coded: R a filled square, L an open circle, M (midline) dashed. Nothing without a side."""
    if not side:
        return SafeString("")
    word = side_word(side)
    letter = {"left": _("L"), "right": _("R"), "midline": _("M")}[str(side)]
    css = str(side)[0]
    if words:
        return format_html('<span class="side {}" aria-hidden="true">{}</span> {}', css, letter, word)
    return format_html('<span class="side {}" role="img" aria-label="{}">{}</span>', css, word, letter)


def chip(kind: Kind | str, text: str, icon_name: str = "", side: Side | str | None = None) -> SafeString:
    """A status chip. `kind` is one of parts.Kind; an unknown one is a ValueError."""
    picture = icon(icon_name) if icon_name else SafeString("")
    return format_html(
        '<span class="chip {}">{}<span>{}</span>{}</span>', Kind(kind).value, picture, text, side_mark(side)
    )


def chips(items: Iterable[Chip]) -> SafeString:
    """Several chips as a list, so that a screen reader says how many there are."""
    rows = format_html_join("", "<li>{}</li>", ((chip(c.kind, c.text, c.icon, c.side),) for c in items))
    return format_html('<ul class="chips">{}</ul>', rows) if rows else SafeString("")


def clock(seconds: float) -> str:
    """mm:ss, or h:mm:ss from one hour on. Less than nothing counts as nothing."""
    whole = max(0, int(seconds))
    hours, rest = divmod(whole, _HOUR)
    minutes, left = divmod(rest, 60)
    return f"{hours}:{minutes:02d}:{left:02d}" if hours else f"{minutes:02d}:{left:02d}"


def minutes(seconds: float | None, live: bool = False, target: int | None = None) -> SafeString:
    """A duration as mm:ss. `live` counts on in the browser; from `target` seconds on it also says that time is up."""
    if seconds is None:
        return SafeString("–")
    whole = max(0, int(seconds))
    ticking = format_html(' data-elapsed="{}"', whole) if live else ""
    aim = ""
    if target is not None:
        aim = format_html(' data-target="{}" data-late="{}"', target, _("time is up"))
    late = target is not None and whole >= target
    text = f"{clock(whole)} {_('time is up')}" if late else clock(whole)
    return format_html(
        '<time class="num clock{}" datetime="PT{}S"{}{}>{}</time>', " late" if late else "", whole, ticking, aim, text
    )


def needles(count: int, size: str = "") -> SafeString:
    """Needles in a patient now: an amber disc while there are any, an open ring at nought."""
    words = ngettext("%(count)d needle in", "%(count)d needles in", count) % {"count": count}
    css = "needles" + (f" needles-{size}" if size else "") + ("" if count else " none")
    return format_html('<span class="{}" role="img" aria-label="{}">{}</span>', css, words, count)


def blocks(items: Iterable[Block], element_id: str = "") -> SafeString:
    """The reasons against an act, hardest first, one sentence each."""
    order = {Level.STOP: 0, Level.CONSULT: 1, Level.WARN: 2}
    rows = format_html_join(
        "",
        '<li class="{}" data-rule="{}">{}<span>{}</span></li>',
        (
            (b.level.value, b.rule, icon("warning" if b.level is Level.WARN else "stop"), b.because)
            for b in sorted(items, key=lambda block: order[block.level])
        ),
    )
    if not rows:
        return SafeString("")
    return format_html('<ul class="blocks"{}>{}</ul>', format_html(' id="{}"', element_id) if element_id else "", rows)


def rail(steps: Iterable[RailStep]) -> SafeString:
    """The steps of a visit in order. Exactly one may be next: a second one would be two things to do at once."""
    steps = tuple(steps)
    if sum(step.state is StepState.NEXT for step in steps) > 1:
        raise ValueError("A visit has one next step; the rail was given several.")
    rows = format_html_join("", '<li class="{}"{}>{}</li>', (_rail_row(n, step) for n, step in enumerate(steps, 1)))
    return format_html('<nav class="rail" aria-label="{}"><ol>{}</ol></nav>', _("Steps of this visit"), rows)


def _rail_row(number: int, step: RailStep) -> tuple[str, str, SafeString]:
    here = mark_safe(' aria-current="step"') if step.state is StepState.NEXT else ""
    picture: str = {StepState.DONE: icon("check"), StepState.BLOCKED: icon("stop")}.get(step.state, SafeString(number))
    spoken = {
        StepState.DONE: _("done"),
        StepState.NEXT: _("next"),
        StepState.TODO: _("later"),
        StepState.BLOCKED: _("blocked"),
    }[step.state]
    inside = format_html(
        '<span class="dot" aria-hidden="true">{}</span>'
        '<span class="what"><b>{}</b><span class="vh">, {}</span>{}</span>',
        picture,
        step.label,
        spoken,
        format_html("<small>{}</small>", step.note) if step.note else "",
    )
    if step.url:
        inside = format_html('<a href="{}">{}</a>', step.url, inside)
    else:
        inside = format_html("<span>{}</span>", inside)
    return step.state.value, here, inside
