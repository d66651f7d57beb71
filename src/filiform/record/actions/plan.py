"""The episode, its plan of care, and the decision after a visit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from filiform.clinical import plan as rules
from filiform.clinical.access import Act
from filiform.clinical.terms import Block
from filiform.record import audit, within
from filiform.record.actor import Actor
from filiform.record.models import Decision, Episode, Plan, Visit
from filiform.record.reads import visit as visits
from filiform.record.reads.gates import today
from filiform.record.visiting import still_open
from filiform.record.write import NotFound, Refused, Stale, refuse, write

MOST_LINES = 10  # goals, and active treatments


@dataclass(frozen=True, slots=True)
class PlanOfCare:
    """What is planned for one episode. Goals are in the patient's words; at least one treatment is no needle."""

    goals: tuple[str, ...]
    visits: int
    frequency: str
    active_treatments: tuple[str, ...]
    source_of_pain: str
    needling_can: str
    needling_cannot: str
    home_programme: str
    recheck_on: date


@write(Act.OPEN_EPISODE)
def open_episode(*, by: Actor, now: datetime, visit_id: UUID, problem: str, examined_on: date) -> UUID:
    """Begin an episode for one problem, and the visit belongs to it from now on; its id.

    `examined_on` is not in the future. Stale when somebody gave the visit an episode in between.
    """
    visit = within.visit(by, visit_id)
    still_open(visit)
    if not problem.strip():
        raise Refused(Block("episode.problem", "Say in a few words what the problem is."))
    if examined_on > today(by.practice, now):
        raise Refused(
            Block("episode.examined_on", "The examination must have taken place: choose today or a day before.")
        )
    row = Episode.objects.create(
        patient_id=visit.patient_id,
        place_id=visit.place_id,
        practitioner_id=by.staff_id or visit.practitioner_id,
        problem=problem.strip()[:200],
        examined_on=examined_on,
        recorded_at=now,
        recorded_by=by.id,
    )
    _belongs(visit, row.pk)
    audit.leave(by=by, at=now, act=Act.OPEN_EPISODE, about=visit_id, detail={"episode": str(row.pk)})
    return row.pk


@write(Act.OPEN_EPISODE)
def join_episode(*, by: Actor, now: datetime, visit_id: UUID, episode_id: UUID) -> None:
    """The visit belongs to an episode of the same patient that is not ended. Stale when it already belongs to one."""
    visit = within.visit(by, visit_id)
    still_open(visit)
    episode = Episode.objects.filter(pk=episode_id, patient_id=visit.patient_id, ended_at__isnull=True).first()
    if episode is None:
        raise NotFound("episode")
    _belongs(visit, episode.pk)
    audit.leave(by=by, at=now, act=Act.OPEN_EPISODE, about=visit_id, detail={"episode": str(episode_id)})


def _belongs(visit: Visit, episode_id: UUID) -> None:
    if not Visit.objects.filter(pk=visit.pk, episode__isnull=True).update(episode_id=episode_id):
        raise Stale("episode of this visit")


@write(Act.WRITE_PLAN)
def write_plan(*, by: Actor, now: datetime, visit_id: UUID, seen: int, plan: PlanOfCare) -> int:
    """Write the whole plan anew; its number in this visit. `seen`: the newest number the writer saw, 0 for none."""
    visit = within.visit(by, visit_id)
    still_open(visit)
    if visit.episode is None:
        raise Refused(Block("plan.no_episode", "Open an episode first: a plan belongs to one problem."))
    refuse(_wrong(plan, visit.episode.examined_on, today(by.practice, now)))
    number = within.next_number(Plan, visit_id, seen, "plan")
    try:
        with transaction.atomic():
            row = Plan.objects.create(
                visit=visit,
                number=number,
                episode=visit.episode,
                patient_id=visit.patient_id,
                goals=list(_lines(plan.goals)),
                visits=plan.visits,
                frequency=plan.frequency.strip()[:60],
                active_treatments=list(_lines(plan.active_treatments)),
                source_of_pain=plan.source_of_pain.strip()[:300],
                needling_can=plan.needling_can.strip()[:500],
                needling_cannot=plan.needling_cannot.strip()[:500],
                home_programme=plan.home_programme.strip()[:500],
                recheck_on=plan.recheck_on,
                recorded_at=now,
                recorded_by=by.id,
            )
    except IntegrityError as error:
        raise Stale("plan") from error
    audit.leave(by=by, at=now, act=Act.WRITE_PLAN, about=visit_id, detail={"plan": str(row.pk)})
    return number


def _lines(texts: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(text.strip()[:300] for text in texts if text.strip())


def _wrong(plan: PlanOfCare, examined_on: date, day: date) -> tuple[Block, ...]:
    found = rules.check(
        rules.Plan(
            examined_on=examined_on,
            source_of_pain=plan.source_of_pain,
            needling_cannot=plan.needling_cannot,
            goals=plan.goals,
            visits=plan.visits,
            active_treatments=plan.active_treatments,
            home_programme=plan.home_programme,
            recheck_on=plan.recheck_on,
        ),
        day,
    )
    if not plan.frequency.strip():
        found = (*found, Block("plan.frequency", "Say how often the patient comes."))
    if max(len(_lines(plan.goals)), len(_lines(plan.active_treatments))) > MOST_LINES:
        found = (*found, Block("plan.too_long", f"A plan has at most {MOST_LINES} goals and {MOST_LINES} treatments."))
    return found


@write(Act.DECIDE)
def decide(*, by: Actor, now: datetime, visit_id: UUID, seen: int, kind: str, because: str) -> int:
    """Record what comes next (`continue`, `change`, `stop`, `refer`) with the reason; its number in this visit."""
    visit = within.visit(by, visit_id)
    still_open(visit)
    refuse(_against(by, now, visit_id, kind, because))
    number = within.next_number(Decision, visit_id, seen, "decision")
    try:
        with transaction.atomic():
            row = Decision.objects.create(
                visit=visit,
                number=number,
                patient_id=visit.patient_id,
                kind=kind,
                because=because.strip()[:1000],
                recorded_at=now,
                recorded_by=by.id,
            )
    except IntegrityError as error:
        raise Stale("decision") from error
    audit.leave(by=by, at=now, act=Act.DECIDE, about=visit_id, detail={"decision": str(row.pk)})
    return number


def _against(by: Actor, now: datetime, visit_id: UUID, kind: str, because: str) -> tuple[Block, ...]:
    if kind not in tuple(rules.Choice):
        return (Block("decision.kind", "Decide to continue, change, stop or refer."),)
    head = visits.inside(by, now, visit_id)
    session = head.session
    if session is not None and session.closed_at is None:
        return (Block("decision.session_open", "Close the session first: the needles are not all accounted for."),)
    return rules.check_decision(
        rules.Decision(
            choice=rules.Choice(kind),
            reason=because,
            retested=head.measured_after or session is None,  # without needles there is nothing to test again
        )
    )
