"""The `plan` step: what a plan of care must hold, and what a decision after a visit must say.

Needling is rarely a treatment by itself: it belongs in a plan with a full examination first, goals, and at least one
active treatment beside the needles (M22); the plan names the source of the pain and what needling cannot do for it
(M23).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from filiform.clinical.terms import Block, Cite, Level, Sure

PLAN_OF_CARE = (Cite("article", Sure.FOUND, "section Dry needling and other modalities"),)
COURSE = (Cite("gattie_2020", Sure.FOUND, "3 to 6 sessions in 82 % of therapists"),)
STOP_RULE = (Cite("filiform_facts", Sure.UNSURE, "section 5, course"),)
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
