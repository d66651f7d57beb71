"""The chart as it is shown: background by kind with unknown said, visits with their pain before and after."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext

from filiform.record.reads.chart import BackgroundLine, Chart, MeasureLine
from filiform.record.reads.visit import VisitHead, next_step
from filiform.web.parts import Chip, Kind
from filiform.web.visit import label, step_url

# Statuses (as FHIR writes them) that say that something is over. Anything else, nothing included, is not over.
OVER = frozenset({"resolved", "inactive", "remission", "stopped", "completed", "cancelled", "entered-in-error"})


@dataclass(frozen=True, slots=True)
class Group:
    """One kind of background: what is current or unknown, and what is over."""

    title: str
    current: tuple[BackgroundLine, ...]
    over: tuple[BackgroundLine, ...]


@dataclass(frozen=True, slots=True)
class VisitRow:
    head: VisitHead
    muscles: tuple[object, ...]
    before: str
    after: str
    chip: Chip
    url: str
    next_label: str

    @property
    def asks_to_draw(self) -> bool:
        """Whether the patient may still draw by link: until the session is opened."""
        head = self.head
        return head.state in ("booked", "arrived") and head.session is None and head.note_id is None


@dataclass(frozen=True, slots=True)
class Curve:
    """Pain over the visits: (day in words, before, after), and what to say about it."""

    points: tuple[tuple[str, str, str], ...]
    after: tuple[float, ...]


def background_by_kind(chart: Chart) -> list[Group]:
    """Problems, medicines, allergies, devices and procedures, in that order; empty kinds too: nothing known is said."""
    titles = {
        "problem": gettext("Problems"),
        "medicine": gettext("Medicines"),
        "allergy": gettext("Allergies"),
        "device": gettext("Devices"),
        "procedure": gettext("Operations and procedures"),
    }
    return [_group(title, [b for b in chart.background if b.kind == kind]) for kind, title in titles.items()]


def visit_rows(chart: Chart) -> list[VisitRow]:
    """The visits, newest first."""
    return [_row(head, chart) for head in chart.visits]


def pain_curve(chart: Chart) -> Curve:
    """Pain before and after each visit that measured it, oldest first."""
    points, afters = [], []
    for head in reversed(chart.visits):
        before, after = _pain(chart, head, "before"), _pain(chart, head, "after")
        if before or after:
            points.append((head.starts_at.strftime("%Y-%m-%d"), _value(before), _value(after)))
        if after:
            afters.append(float(after.value))
    return Curve(tuple(points), tuple(afters))


def _group(title: str, lines: list[BackgroundLine]) -> Group:
    return Group(
        title,
        tuple(line for line in lines if line.status not in OVER),
        tuple(line for line in lines if line.status in OVER),
    )


def _row(head: VisitHead, chart: Chart) -> VisitRow:
    following = next_step(head)
    return VisitRow(
        head=head,
        muscles=head.session.state.muscles if head.session else (),
        before=_value(_pain(chart, head, "before")),
        after=_value(_pain(chart, head, "after")),
        chip=_chip(head),
        url=step_url(following or "note", head) or reverse("today:home"),
        next_label=label(following) if following else gettext("Read note"),
    )


def _chip(head: VisitHead) -> Chip:
    if head.note_id:
        return Chip(Kind.PLAIN, gettext("Note signed"), "check")
    if head.session is not None and head.session.closed_at is None:
        return Chip(Kind.NEEDLE, gettext("Session open"), "needle")
    words = {
        "booked": gettext("Booked"),
        "arrived": gettext("In progress"),
        "cancelled": gettext("Cancelled"),
        "missed": gettext("Did not come"),
    }
    return Chip(Kind.PLAIN, words[head.state])


def _pain(chart: Chart, head: VisitHead, moment: str) -> MeasureLine | None:
    found = [m for m in chart.measures if m.visit_id == head.visit_id and m.kind == "pain" and m.moment == moment]
    return found[-1] if found else None


def _value(measure: MeasureLine | None) -> str:
    return f"{float(measure.value):g}" if measure else ""
