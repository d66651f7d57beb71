"""Is this patient better? The visits of the episode as they are shown, and what speaks against going on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.utils.translation import gettext as _

from filiform.clinical import evaluate, plan
from filiform.clinical.condition import Condition, Usual
from filiform.clinical.evaluate import Change, Verdict
from filiform.clinical.terms import Block, Cite, Level
from filiform.knowledge import book
from filiform.knowledge.scales import scales
from filiform.record.reads.plan import Sheet, VisitOutcome
from filiform.web.parts import Chip, Kind


@dataclass(frozen=True, slots=True)
class VisitLine:
    at: datetime
    before: Decimal | None
    after: Decimal | None
    later: Decimal | None
    today: bool


@dataclass(frozen=True, slots=True)
class Outcome:
    """Pain before each visit. `change` is from the first visit's to this one's; `finding` says it in a sentence."""

    lines: tuple[VisitLine, ...]
    values: tuple[float | None, ...]
    first: Decimal | None
    last: Decimal | None
    change: Change | None
    chip: Chip | None
    done: int
    planned: int | None


def outcome(sheet: Sheet) -> Outcome:
    """How pain went from visit to visit."""
    lines = tuple(_line(one, sheet) for one in sheet.outcomes)
    taken = [line.before for line in lines if line.before is not None]
    first, last = (taken[0], taken[-1]) if len(taken) > 1 else (None, None)
    found = _change(first, last, _people(sheet)) if first is not None else None
    return Outcome(
        lines=lines,
        values=tuple(None if line.before is None else float(line.before) for line in lines),
        first=first,
        last=last,
        change=found,
        chip=_chip(found) if found else None,
        done=len(lines),
        planned=sheet.plan.visits if sheet.plan else None,
    )


@dataclass(frozen=True, slots=True)
class UsualLine:
    """Muscles of one entry; `found` says in how many patients of a study, "" without a figure."""

    muscles: str
    found: str


@dataclass(frozen=True, slots=True)
class About:
    """What is known of a condition, for the person who plans."""

    condition: Condition
    usual: tuple[UsualLine, ...]
    measures: tuple[str, ...]
    cites: tuple[Cite, ...]


def conditions() -> tuple[Condition, ...]:
    """The conditions that something is known of, in the order of the book."""
    return tuple(book().conditions.values())


def about(condition: Condition) -> About:
    """Usual muscles, fitting measures and sources of one condition."""
    cites = (*condition.cites, *(cite for one in condition.usual for cite in one.cites))
    return About(
        condition=condition,
        usual=tuple(
            UsualLine(", ".join(book().muscles[m].name for m in one.muscles), _found(one)) for one in condition.usual
        ),
        measures=tuple(book().scales[name].words for name in condition.measures),
        cites=tuple(dict.fromkeys(cites)),
    )


def _found(one: Usual) -> str:
    if one.percent is None:
        return ""
    low, high = one.percent
    return f"{low} %" if low == high else f"{low}–{high} %"


def without_change(outcomes: Sequence[VisitOutcome], people: str) -> int:
    """Visits counted backwards that were measured and at which pain was no better than at the first one."""
    before = [one.measured.pair("pain").before for one in outcomes]
    known = [value for value in before if value is not None]
    count = 0
    for value in reversed(known[1:]):
        if _change(known[0], value, people).verdict is Verdict.BETTER:
            break
        count += 1
    return count


def warnings(sheet: Sheet, today: date) -> tuple[Block, ...]:
    """What to consider before going on: nothing changed for some visits, or the re-check is due."""
    found = list(
        plan.check_decision(
            plan.Decision(
                choice=plan.Choice.CONTINUE,
                reason=_("asked"),
                retested=True,
                visits_without_change=without_change(sheet.outcomes, _people(sheet)),
            )
        )
    )
    if sheet.plan and sheet.plan.recheck_on <= today:
        because = _("The re-check of the plan is due: decide whether this helps, then write the plan anew.")
        found.append(Block("plan.recheck_due", because, Level.WARN))
    return tuple(found)


def _line(one: VisitOutcome, sheet: Sheet) -> VisitLine:
    pain = one.measured.pair("pain")
    later = pain.later[-1] if pain.later else None
    return VisitLine(one.starts_at, pain.before, pain.after, later, one.visit_id == sheet.head.visit_id)


def _people(sheet: Sheet) -> str:
    """Whose figures count: the one group whose regions hold every place of pain, "" when none or several do."""
    return evaluate.people_of((site.region for site in sheet.head.pain), book().people)


def _change(first: Decimal, last: Decimal | None, people: str) -> Change:
    later = None if last is None else float(last)
    return evaluate.change(scales()["pain"], float(first), later, hours_since=None, people=people)


def _chip(found: Change) -> Chip | None:
    return {
        Verdict.BETTER: Chip(Kind.OK, _("Better"), "check"),
        Verdict.SAME: Chip(Kind.PLAIN, _("Same"), "remove"),
        Verdict.WORSE: Chip(Kind.WARN, _("Worse"), "warning"),
    }.get(found.verdict)
