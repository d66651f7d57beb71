"""The `plan` step: what a plan of care must hold, what a decision after a visit must say, and what is proposed.

Needling is rarely a treatment by itself: it belongs in a plan with a full examination first, goals, and at least one
active treatment beside the needles (M22); the plan names the source of the pain and what needling cannot do for it
(M23). A proposal is advice with its reasons: a person decides. No clinician has reviewed this.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from filiform.clinical.condition import Condition
from filiform.clinical.dosage import Course
from filiform.clinical.evaluate import Change, Verdict
from filiform.clinical.terms import Block, Cite, Level, Sure

PLAN_OF_CARE = (Cite("article", Sure.FOUND, "section Dry needling and other modalities"),)
COURSE = (Cite("gattie_2020", Sure.FOUND, "3 to 6 sessions in 82 % of therapists"),)
STOP_RULE = (Cite("filiform_facts", Sure.UNSURE, "section 5, course"),)
RED_FLAGS = (Cite("filiform_facts", Sure.UNSURE, "section 2, row 36"),)
EVALUATION = (Cite("article", Sure.FOUND, "section After the treatment"),)
# What checks of one plan use without a book; a test holds them to knowledge/dosage.
USUAL_VISITS = 6
VISITS_WITHOUT_CHANGE = 3
MOST_VISITS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A plan of care as somebody wrote it; empty texts are what was not written.

    `examined_on` is the day of the full examination. `source_of_pain` is what it comes from, as far as is
    known; `needling_cannot` what needling will not change about it.
    """

    examined_on: date | None
    source_of_pain: str
    needling_cannot: str
    goals: tuple[str, ...]
    visits: int
    active_treatments: tuple[str, ...]
    home_programme: str
    recheck_on: date | None


def check(plan: Plan, today: date) -> tuple[Block, ...]:
    """Everything that the plan lacks; blocks of level warn are shown and do not refuse it."""
    return (*_before(plan, today), *_goals(plan), *_beside_the_needles(plan), *_course(plan, today))


def _before(plan: Plan, today: date) -> tuple[Block, ...]:
    found: list[Block] = []
    if plan.examined_on is None:
        found.append(Block("plan.examination", "Examine the patient first: a plan rests on it.", cites=PLAN_OF_CARE))
    elif plan.examined_on > today:
        found.append(Block("plan.examination", f"The examination is dated {plan.examined_on}, which is not yet."))
    if not plan.source_of_pain.strip():
        because = "Say what the pain comes from, or that it is not known."
        found.append(Block("plan.source_of_pain", because, cites=PLAN_OF_CARE))
    if not plan.needling_cannot.strip():
        because = "Say what needling cannot do here, so that nobody expects a cure of the source."
        found.append(Block("plan.needling_cannot", because, cites=PLAN_OF_CARE))
    return tuple(found)


def _goals(plan: Plan) -> tuple[Block, ...]:
    if any(goal.strip() for goal in plan.goals):
        return ()
    return (Block("plan.goals", "Write at least one goal, in the patient's own words."),)


def _beside_the_needles(plan: Plan) -> tuple[Block, ...]:
    found: list[Block] = []
    if not any(one.strip() for one in plan.active_treatments):
        because = "Add at least one active treatment beside the needles: needling is rarely enough alone."
        found.append(Block("plan.active_treatment", because, cites=PLAN_OF_CARE))
    if not plan.home_programme.strip():
        because = "There is no home programme: moving keeps the muscles loose."
        found.append(Block("plan.home_programme", because, Level.WARN, PLAN_OF_CARE))
    return tuple(found)


def _course(plan: Plan, today: date) -> tuple[Block, ...]:
    found: list[Block] = []
    if not 1 <= plan.visits <= MOST_VISITS:
        found.append(Block("plan.visits", f"Say how many visits are planned, from 1 to {MOST_VISITS}."))
    elif plan.visits > USUAL_VISITS:
        because = f"{plan.visits} visits are more than the usual 3 to {USUAL_VISITS}: check again on the way."
        found.append(Block("plan.many_visits", because, Level.WARN, COURSE))
    if plan.recheck_on is None:
        found.append(Block("plan.recheck_on", "Set the day on which it is decided whether this helps."))
    elif plan.recheck_on <= today:
        found.append(Block("plan.recheck_on", f"The re-check on {plan.recheck_on} is not in the future."))
    return tuple(found)


class Choice(StrEnum):
    """What is decided after a visit (M20)."""

    CONTINUE = "continue"
    CHANGE = "change"
    STOP = "stop"
    REFER = "refer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """A decision with its reason. `visits_without_change` counts re-tested visits backwards from today."""

    choice: Choice
    reason: str
    retested: bool
    visits_without_change: int = 0


def check_decision(decision: Decision) -> tuple[Block, ...]:
    """What stands against recording the decision; blocks of level warn are shown and do not refuse it."""
    found: list[Block] = []
    if not decision.reason.strip():
        found.append(Block("decision.because", "Say why: the reason is read at the next visit."))
    if not decision.retested and decision.choice in (Choice.CONTINUE, Choice.CHANGE):
        because = "Test pain, tightness and range again first: what follows is decided on the change."
        found.append(Block("decision.not_retested", because))
    if decision.choice is Choice.CONTINUE and decision.visits_without_change >= VISITS_WITHOUT_CHANGE:
        because = (
            f"Nothing has changed over {decision.visits_without_change} visits: consider to change, stop or refer."
        )
        found.append(Block("decision.no_change", because, Level.WARN, STOP_RULE))
    return tuple(found)


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """What is known when the next step is decided.

    `visits`: for each visit after the first, in order, the changes since the first; empty when nothing was measured.
    `planned`: visits of the plan, None without one. `red_flags`: those found today, in words. `active_treatment`:
    something active is done beside the needles; None while no plan says so. `condition`: what is treated, where it is
    on the list.
    """

    visits: tuple[tuple[Change, ...], ...]
    planned: int | None
    goals_reached: bool
    red_flags: tuple[str, ...]
    active_treatment: bool | None
    condition: Condition | None = None


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason, and the choice that it speaks for; None when it speaks for none."""

    rule: str
    because: str
    choice: Choice | None
    cites: tuple[Cite, ...] = ()


@dataclass(frozen=True, slots=True)
class Proposal:
    """What is proposed, or None when it cannot be told yet. Every reason stays listed, whichever of them decided.

    `limit` is what needling cannot do about the source of the pain, in plain words; "" when that is not on the list.
    """

    choice: Choice | None
    reasons: tuple[Reason, ...]
    limit: str


# The most careful first: of several reasons the first choice of this list decides.
CAREFUL = (Choice.REFER, Choice.STOP, Choice.CHANGE, Choice.CONTINUE)


def propose(history: History, course: Course) -> Proposal:
    """What to do next, as advice with every reason. `course` comes from knowledge/dosage."""
    reasons = (
        *_danger(history),
        *_goal(history),
        *_worse(history, course),
        *_without_change(history, course),
        *_of_the_plan(history, course),
        *_source(history.condition),
    )
    spoken = {reason.choice for reason in reasons}
    if history.active_treatment is None:
        spoken.discard(Choice.CONTINUE)  # nobody goes on as planned while nothing is planned
    choice = next((one for one in CAREFUL if one in spoken), None)
    return Proposal(choice, reasons, history.condition.cannot if history.condition else "")


def _danger(history: History) -> tuple[Reason, ...]:
    return tuple(
        Reason("plan.red_flag", f"A red flag today: {words}. No needles; a doctor first.", Choice.REFER, RED_FLAGS)
        for words in history.red_flags
    )


def _goal(history: History) -> tuple[Reason, ...]:
    if not history.goals_reached:
        return ()
    return (Reason("plan.goal_reached", "The goals are reached: the course can end.", Choice.STOP, EVALUATION),)


def _settled(history: History) -> list[tuple[Change, ...]]:
    """The visits at which something could be told; sore and unmeasured ones are not counted, either way."""
    told = (Verdict.BETTER, Verdict.SAME, Verdict.WORSE)
    return [visit for visit in history.visits if any(change.verdict in told for change in visit)]


def _with(visit: tuple[Change, ...], verdict: Verdict) -> tuple[Change, ...]:
    """The changes of one visit with this verdict, of measures that a published figure stands behind."""
    return tuple(change for change in visit if change.verdict is verdict and change.proven)


def _running(visits: list[tuple[Change, ...]], verdict: Verdict, *, present: bool) -> int:
    """How many visits, counted backwards from the newest, have (or have not) a proven change with this verdict."""
    count = 0
    for visit in reversed(visits):
        if bool(_with(visit, verdict)) is not present:
            break
        count += 1
    return count


def _worse(history: History, course: Course) -> tuple[Reason, ...]:
    settled = _settled(history)
    running = _running(settled, Verdict.WORSE, present=True)
    if not running:
        return ()
    because = " ".join(change.because for change in _with(settled[-1], Verdict.WORSE))
    cites = tuple(dict.fromkeys(cite for change in _with(settled[-1], Verdict.WORSE) for cite in change.cites))
    if running >= course.worse_running:
        words = f"Worse at {running} visits running. {because} Ask a doctor what else it may be."
        return (Reason("plan.worse_again", words, Choice.REFER, (*course.worse_cites, *cites)),)
    words = f"{because} Examine again before the next needle."
    return (Reason("plan.worse", words, Choice.CHANGE, cites),)


def _without_change(history: History, course: Course) -> tuple[Reason, ...]:
    settled = _settled(history)
    found: list[Reason] = []
    if not history.visits or history.visits[-1] not in settled[-1:]:
        because = "The newest visit tells nothing yet: it was not measured, or soreness may hide the effect."
        if not history.visits:
            because = "There is one visit only: whether it helps can be told at the next one."
        found.append(Reason("plan.measure_again", because, None, EVALUATION))
    better = _with(settled[-1], Verdict.BETTER) if settled else ()
    if better:
        cites = tuple(dict.fromkeys(cite for change in better for cite in change.cites))
        found.append(Reason("plan.helps", " ".join(one.because for one in better), Choice.CONTINUE, cites))
    elif settled:
        found += _stalled(_running(settled, Verdict.BETTER, present=False), settled, course)
    return tuple(found)


def _stalled(visits: int, settled: list[tuple[Change, ...]], course: Course) -> tuple[Reason, ...]:
    if visits >= course.stop_after:
        because = f"Not better over {visits} visits: needling does not help here."
        return (Reason("plan.no_change", because, Choice.STOP, course.stop_cites),)
    if visits >= course.change_after:
        because = f"Not better over {visits} visits: change muscles, technique or the treatment beside the needles."
        return (Reason("plan.no_change", because, Choice.CHANGE, course.stop_cites),)
    if _with(settled[-1], Verdict.WORSE):
        return ()
    low, high = course.usual_visits
    seen = "1 visit is" if visits == 1 else f"{visits} visits are"
    because = f"{seen} too few to tell: some need several, usually {low} to {high}."
    return (Reason("plan.too_few", because, Choice.CONTINUE, course.usual_cites),)


def _of_the_plan(history: History, course: Course) -> tuple[Reason, ...]:
    found: list[Reason] = []
    if history.active_treatment is None:
        because = "There is no plan yet: write the goals, the visits and what is done beside the needles."
        found.append(Reason("plan.not_written", because, None, PLAN_OF_CARE))
    elif not history.active_treatment:
        because = "Nothing active is done beside the needles: add it, for needling is rarely enough alone."
        found.append(Reason("plan.needles_alone", because, Choice.CHANGE, PLAN_OF_CARE))
    had = 1 + len(history.visits)
    if history.planned is not None and had >= history.planned and not history.goals_reached:
        because = f"{had} visits were had and {history.planned} planned: examine, and write the plan anew."
        found.append(Reason("plan.visits_used", because, Choice.CHANGE, course.usual_cites))
    return tuple(found)


def _source(condition: Condition | None) -> tuple[Reason, ...]:
    if condition is None or not condition.source_stays:
        return ()
    return (Reason("plan.source_stays", f"{condition.words}: {condition.cannot}", None, condition.cites),)
