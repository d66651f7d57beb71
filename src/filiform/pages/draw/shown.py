"""What the comparison shows: two drawings, what changed, in pictures, words and a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from filiform.clinical.figure import Box, Build, View
from filiform.clinical.pain_drawing import Area, Change, Changed, compare
from filiform.clinical.terms import BodySite
from filiform.knowledge import book
from filiform.record.reads.drawings import Drawn
from filiform.web import bodylist, paindrawing
from filiform.web.bodymap import Layers, difference, svg
from filiform.web.parts import Chip, Kind

ALWAYS = (View.FRONT, View.BACK)


@dataclass(frozen=True, slots=True)
class Row:
    """One place in the table."""

    words: str
    change: Change
    word: str
    sign: str
    swatch: SafeString
    before: str
    after: str
    detail_before: str
    detail_after: str


@dataclass(frozen=True, slots=True)
class ViewTab:
    """One view; `marks`: how many of the places that either drawing marks it shows."""

    view: View
    words: str
    marks: int
    current: bool


@dataclass(frozen=True, slots=True)
class Shown:
    """One drawing with its picture."""

    drawn: Drawn
    by: Chip
    picture: SafeString
    areas: tuple[paindrawing.Marked, ...]


def tabs(wanted: str, changes: Sequence[Changed], build: Build) -> tuple[ViewTab, ...]:
    """The views that show something, front and back always. Without a wish, the one that shows most."""
    sites = [one.site for one in changes]
    found = {view: difference.shown(view, build, sites) for view in View}
    views = [view for view in View if found[view] or view in ALWAYS]
    current = View(wanted) if wanted in views else max(views, key=lambda view: (found[view], -views.index(view)))
    return tuple(ViewTab(view, view_word(view), found[view], view is current) for view in views)


def drawing(drawn: Drawn, view: View, build: Build, box: Box | None) -> Shown:
    """One drawing as it looks in `view`, or in a part of it."""
    pain = {area.site: area.intensity for area in drawn.areas}
    label = _("Pain drawing of %(day)s, %(view)s") % {"day": _day(drawn), "view": view_word(view)}
    picture = svg(view, build, Layers(pain=pain), label, box=box)
    return Shown(drawn, by_chip(drawn), picture, tuple(map(paindrawing.mark, drawn.areas)))


def by_chip(drawn: Drawn) -> Chip:
    """Who drew it, and whether they said that it is all."""
    if not drawn.by_patient:
        return Chip(Kind.PLAIN, _("Drawn with the therapist"), "edit")
    if drawn.finished:
        return Chip(Kind.INFO, _("Drawn by the patient by link"), "device")
    return Chip(Kind.WARN, _("By the patient, not finished"), "device")


def part(changes: Sequence[Changed], view: View, build: Build) -> Box | None:
    """The part of the view that all pictures show, so that they can be compared; None for the whole."""
    return difference.around(view, build, (one.site for one in changes))


def picture(
    before: Drawn, after: Drawn, changes: Sequence[Changed], view: View, build: Build, box: Box | None
) -> SafeString:
    """The difference as one picture."""
    words = {"first": _day(before), "second": _day(after), "view": view_word(view)}
    label = _("What changed from %(first)s to %(second)s, %(view)s. The table says the same.") % words
    return difference.difference(view, build, changes, label, box=box)


def changes(before: Drawn, after: Drawn) -> tuple[Changed, ...]:
    """What changed, head to foot."""
    order = {region: number for number, region in enumerate(book().regions)}
    return tuple(sorted(compare(before.areas, after.areas), key=lambda one: (order[one.site.region], one.site.side)))


def rows(before: Drawn, after: Drawn, found: Sequence[Changed]) -> tuple[Row, ...]:
    """The table: every place that either drawing marks."""
    first, second = ({area.site: area for area in one.areas} for one in (before, after))
    return tuple(
        Row(
            words=bodylist.sentence(one.site),
            change=one.change,
            word=difference.word(one.change),
            sign=difference.SIGNS[one.change],
            swatch=difference.swatch(one.change),
            before=_value(one.before),
            after=_value(one.after),
            detail_before=_detail(first, one.site),
            detail_after=_detail(second, one.site),
        )
        for one in found
    )


def in_words(found: Sequence[Changed]) -> tuple[tuple[str, str], ...]:
    """(what became of them, the places in words), one line for each kind of change that there is."""
    lines = []
    for change in Change:
        places = [_place(one) for one in found if one.change is change]
        if places:
            lines.append((difference.word(change).capitalize(), "; ".join(places)))
    return tuple(lines)


def legend(found: Sequence[Changed]) -> tuple[tuple[SafeString, str, str], ...]:
    """(texture, sign, word) of each kind of change in the picture."""
    kinds = [change for change in Change if any(one.change is change for one in found)]
    return tuple((difference.swatch(one), difference.SIGNS[one], difference.word(one)) for one in kinds)


def view_word(view: View) -> str:
    """The view's name."""
    return {
        View.FRONT: _("Front"),
        View.BACK: _("Back"),
        View.LEFT: _("Left side"),
        View.RIGHT: _("Right side"),
        View.HEAD_FRONT: _("Face"),
        View.HEAD_BACK: _("Back of the head"),
        View.HEAD_LEFT: _("Head, left"),
        View.HEAD_RIGHT: _("Head, right"),
        View.HAND_PALM: _("Palms"),
        View.HAND_BACK: _("Backs of the hands"),
        View.FOOT_TOP: _("Feet from above"),
        View.FOOT_SOLE: _("Soles"),
        View.FOOT_OUTER: _("Feet, outside"),
        View.FOOT_INNER: _("Feet, inside"),
    }[view]


def _place(one: Changed) -> str:
    words = bodylist.words(one.site)
    if one.before is None or one.after is None or one.before == one.after:
        return f"{words} ({one.after if one.before is None else one.before})"
    return f"{words} ({one.before} → {one.after})"


def _value(intensity: int | None) -> str:
    return "–" if intensity is None else str(intensity)


def _detail(areas: dict[BodySite, Area], site: BodySite) -> str:
    return paindrawing.detail(areas[site]) if site in areas else ""


def _day(drawn: Drawn) -> str:
    return date_format(drawn.starts_at, "j M Y")
