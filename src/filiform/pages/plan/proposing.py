"""What is proposed after this visit, from what the record holds. Advice, shown and not stored: a person decides."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from filiform.clinical import evaluate, plan
from filiform.clinical.condition import Condition
from filiform.clinical.dosage import course
from filiform.clinical.evaluate import Change
from filiform.clinical.plan import Choice, History, Proposal
from filiform.clinical.screen import Action
from filiform.clinical.terms import Cite
from filiform.knowledge import book
from filiform.knowledge.scales import scales
from filiform.record.reads.plan import PlanInfo, Sheet, VisitOutcome
from filiform.web.parts import Chip, Kind

# How a screening finding of today names a warning sign that no later number outweighs.
RED_FLAG = "red_flag"
CALLING = (Action.ALERT.value, Action.REFUSE.value, Action.CONSULT.value, Action.DEFER.value)
Measure = tuple[str, str, str]  # kind, movement, side


@dataclass(frozen=True, slots=True)
class ReasonLine:
    """One reason as it is shown. `chip` says what it speaks for; None when it speaks for none."""

    because: str
    chip: Chip | None


@dataclass(frozen=True, slots=True)
class Proposed:
    """The proposal for the page. `condition` is what was chosen, or what the plan's own words name."""

    chip: Chip
    reasons: tuple[ReasonLine, ...]
    cites: tuple[Cite, ...]
    limit: str
    condition: Condition | None


def proposed(sheet: Sheet, condition: Condition | None) -> Proposed:
    """The proposal of `clinical.plan` on what this sheet knows; goals that are reached are for a person to see."""
    found = plan.propose(history(sheet, condition), course(book().dosage))
    return Proposed(
        chip=_chip(found),
        reasons=tuple(ReasonLine(one.because, _small(one.choice)) for one in found.reasons),
        cites=tuple(dict.fromkeys(cite for one in found.reasons for cite in one.cites)),
        limit=found.limit,
        condition=condition,
    )


def history(sheet: Sheet, condition: Condition | None) -> History:
    """What the record knows of the course: the changes since the first visit, and the red flags of today."""
    return History(
        visits=tuple(_later(sheet)),
        planned=sheet.plan.visits if sheet.plan else None,
        goals_reached=False,  # nothing in the record says so; the page tells that a person judges it
        red_flags=_red_flags(sheet),
        active_treatment=bool(sheet.plan.active_treatments) if sheet.plan else None,
        condition=condition,
    )


def _later(sheet: Sheet) -> Iterator[tuple[Change, ...]]:
    """For each visit after the first: what became of every measure since it was taken for the first time."""
    people = evaluate.people_of((site.region for site in sheet.head.pain), book().people)
    first: dict[Measure, float] = {}
    for before, now in zip((None, *sheet.outcomes), sheet.outcomes, strict=False):
        values = _values(now)
        if before is not None:
            hours = (now.starts_at - before.starts_at).total_seconds() / 3600
            yield tuple(
                evaluate.change(scales()[key[0]], first[key], value, hours_since=hours, people=people)
                for key, value in values.items()
                if key in first
            )
        first = values | first


def _values(one: VisitOutcome) -> dict[Measure, float]:
    """What was measured before the needles of a visit: later values are those of sore muscles."""
    return {
        (pair.kind, pair.what, pair.side): float(pair.before) for pair in one.measured.pairs if pair.before is not None
    }


def _red_flags(sheet: Sheet) -> tuple[str, ...]:
    """Today's red flags in words. A doctor's answer closes one that asks for a doctor, never an emergency."""
    found = sheet.head.screening.get("findings", ()) if sheet.head.screening else ()
    return tuple(
        one["because"].rstrip(".")
        for one in found
        if one["action"] == Action.ALERT.value
        or (one["condition"] == RED_FLAG and one["action"] in CALLING and not sheet.head.cleared)
    )


def condition_of(chosen: str, care: PlanInfo | None) -> Condition | None:
    """The condition that was chosen on the page, else the one whose limit the plan carries word by word."""
    if chosen in book().conditions:
        return book().conditions[chosen]
    written = care.needling_cannot if care else ""
    return next((one for one in book().conditions.values() if one.cannot in written), None)


def _chip(found: Proposal) -> Chip:
    return {
        Choice.CONTINUE: Chip(Kind.OK, _("Continue as planned"), "check"),
        Choice.CHANGE: Chip(Kind.WARN, _("Change the plan"), "edit"),
        Choice.STOP: Chip(Kind.WARN, _("Stop: no more needling"), "no"),
        Choice.REFER: Chip(Kind.STOP, _("Refer to a doctor"), "call-now"),
        None: Chip(Kind.PLAIN, _("Cannot be told yet"), "question"),
    }[found.choice]


def _small(choice: Choice | None) -> Chip | None:
    return (
        {
            Choice.CONTINUE: Chip(Kind.OK, _("continue"), "check"),
            Choice.CHANGE: Chip(Kind.WARN, _("change"), "edit"),
            Choice.STOP: Chip(Kind.WARN, _("stop"), "no"),
            Choice.REFER: Chip(Kind.STOP, _("refer"), "call-now"),
        }.get(choice)
        if choice
        else None
    )
