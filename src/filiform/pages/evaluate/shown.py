"""The re-test as it is shown: each measure before, after and later, and what became of it in words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from filiform.clinical import evaluate as rules
from filiform.clinical.evaluate import Change, Verdict
from filiform.clinical.movement import Movement
from filiform.clinical.terms import Cite, Side
from filiform.knowledge import book
from filiform.knowledge.movements import movements
from filiform.knowledge.scales import scales
from filiform.record.measured import Measured, Pair
from filiform.record.reads.evaluate import Sheet
from filiform.web.parts import Chip, Kind

AT_ONCE = 0.0  # hours since the needles of a re-test at the table


@dataclass(frozen=True, slots=True)
class Line:
    """One measure. `change` is from before to after, `since_first` from the first visit to before today."""

    name: str
    side: Side | None
    norm: str
    unit: str
    before: Decimal | None
    after: Decimal | None
    later: Decimal | None
    change: Change
    chip: Chip | None
    since_first: str
    low: float
    high: float


def lines(sheet: Sheet) -> list[Line]:
    """Pain and tightness always, then every movement that was measured at this visit."""
    return [
        _line(_("Pain"), None, sheet.now.pair("pain"), sheet),
        _line(_("Tightness"), None, sheet.now.pair("tightness"), sheet),
        *(_range(pair, sheet) for pair in sheet.now.ranges),
    ]


def cites(found: Iterable[Line]) -> tuple[Cite, ...]:
    """The sources of every judgement on the page, each once."""
    return tuple(dict.fromkeys(cite for line in found for cite in line.change.cites))


def chip(change: Change) -> Chip | None:
    """What became of it, as a word with its icon; nothing while one of the two values is missing."""
    return {
        Verdict.BETTER: Chip(Kind.OK, _("Better"), "check"),
        Verdict.SAME: Chip(Kind.PLAIN, _("Same"), "remove"),
        Verdict.WORSE: Chip(Kind.WARN, _("Worse"), "warning"),
        Verdict.TOO_EARLY: Chip(Kind.INFO, _("Too early to tell"), "clock"),
    }.get(change.verdict)


def change(kind: str, before: Decimal | None, after: Decimal | None, hours: float | None, people: str) -> Change:
    """The judgement of `clinical.evaluate` over two stored values, by the figures of `people` ("": of no one group)."""
    first, second = (None if value is None else float(value) for value in (before, after))
    return rules.change(scales()[kind], first, second, hours_since=hours, people=people)


def last_degrees(sheet: Sheet, what: str, side: str, movement: Movement) -> int:
    """Around which value the buttons of a movement lie: the newest known, else the norm."""
    for measured in (sheet.now, *reversed(sheet.earlier)):
        for pair in measured.ranges:
            value = pair.after if pair.after is not None else pair.before
            if (pair.what, pair.side) == (what, side) and value is not None:
                return int(value)
    return movement.norm[0]


def _range(pair: Pair, sheet: Sheet) -> Line:
    movement = movements().get(pair.what)
    name = movement.name if movement else pair.what.replace("_", " ")
    norm = "" if movement is None else "–".join(f"{n}" for n in dict.fromkeys(movement.norm))
    return _line(name, Side(pair.side) if movement and movement.paired else None, pair, sheet, norm)


def _line(name: str, side: Side | None, pair: Pair, sheet: Sheet, norm: str = "") -> Line:
    people = rules.people_of((site.region for site in sheet.head.pain), book().people)
    found = change(pair.kind, pair.before, pair.after, AT_ONCE, people)
    first = _first(sheet.earlier, pair)
    since = change(pair.kind, first, pair.before, None, people)
    unit = "°" if pair.kind == "range" else ""
    told = (
        "" if since.verdict is Verdict.UNKNOWN else f"{float(first or 0):g}{unit} → {float(pair.before or 0):g}{unit}"
    )
    word = chip(since)
    return Line(
        name=name,
        side=side,
        norm=norm,
        unit=unit,
        before=pair.before,
        after=pair.after,
        later=pair.later[-1] if pair.later else None,
        change=found,
        chip=chip(found),
        since_first=f"{told}: {word.text.lower()}" if told and word else "",
        low=0,
        high=_top(pair, norm),
    )


def _top(pair: Pair, norm: str) -> float:
    if pair.kind != "range":
        return 10
    return max(float(norm.rpartition("–")[2] or 0), float(pair.before or 0), float(pair.after or 0)) or 180


def _first(earlier: Iterable[Measured], pair: Pair) -> Decimal | None:
    for measured in earlier:
        for one in measured.pairs:
            if (one.kind, one.what, one.side) == (pair.kind, pair.what, pair.side) and one.before is not None:
                return one.before
    return None
