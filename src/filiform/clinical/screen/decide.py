"""The screening itself: signs and rules to findings, restrictions, open questions and one disposition."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from filiform.clinical.screen.asking import ask_for, is_due, is_triggered, open_questions
from filiform.clinical.screen.book import Entered, Profile, Question, Rulebook
from filiform.clinical.screen.facts import Answer, Background, DoctorAnswer, Verdict
from filiform.clinical.screen.holding import Held, by_weight, finding, hold, mark_answered, standing
from filiform.clinical.screen.limits import restrictions_of
from filiform.clinical.screen.locks import restriction_blocks
from filiform.clinical.screen.result import (
    Action,
    Ask,
    Disposition,
    Restrict,
    Restriction,
    Result,
    Scope,
    strictest,
)
from filiform.clinical.screen.signs import Today, gather
from filiform.clinical.terms import Level, MuscleId, MuscleSide

MAY_START = frozenset({Disposition.PROCEED, Disposition.PROCEED_MODIFIED, Disposition.REGION_EXCLUDED})
MuscleMap = Mapping[MuscleId, Entered]


def screen(
    answers: Iterable[Answer],
    background: Iterable[Background],
    *,
    book_rules: Rulebook,
    patient_age: int | None,
    on: date,
    plan: Sequence[MuscleSide] = (),
    muscles: MuscleMap | None = None,
    estim: bool = False,
    profile: Profile = "default",
    doctor_answers: Sequence[DoctorAnswer] = (),
) -> Result:
    """Whether this patient may be needled on the day `on`, with every reason, limit and open question.

    `patient_age` is in whole years, None when unknown. With `plan`, excluded regions and muscles count only where they
    touch it; `muscles` tells where each muscle is entered (None: unknown, so any excluded region touches the plan).
    Raises ValueError for an unknown profile, question or option.
    """
    book = book_rules
    if profile not in book.profiles:
        raise ValueError(f"there is no screening profile {profile!r}; there are {', '.join(book.profiles)}")
    given = tuple(answers)
    known = gather(given, background, book, on, Today(patient_age, tuple(plan), estim))
    held = hold(book, known, patient_age, profile, standing(doctor_answers, on))
    mark_answered(known, held)
    held = tuple(refused_there(one, book, plan, muscles) for one in held)
    restrictions = _restrictions(held, book)
    ask = tuple(ask_for(question, known, book) for question in open_questions(book, known, given, profile))
    touched = _touched(restrictions, plan, muscles)
    no_estim = estim and _excludes_estim(restrictions)
    disposition = _disposition(held, restrictions, planned=bool(plan), touched=touched, no_estim=no_estim)
    return Result(
        disposition=disposition,
        cleared=may_start(ask, disposition, excluded=touched or no_estim),
        findings=tuple(sorted(map(finding, held), key=by_weight)),
        restrictions=restrictions,
        ask=ask,
        profile=profile,
        knowledge=book.hash,
    )


def may_start(ask: Sequence[Ask], disposition: Disposition, *, excluded: bool) -> bool:
    """Whether a visit may start: nothing is unknown, nothing forbids it, and nothing planned is excluded.

    An unanswered consultation needs no check of its own: it makes the disposition `consult_first` or stricter.
    """
    return not ask and disposition in MAY_START and not excluded


def due_questions(
    answers: Iterable[Answer],
    background: Iterable[Background],
    *,
    book_rules: Rulebook,
    on: date,
    patient_age: int | None,
    plan: Sequence[MuscleSide] = (),
    estim: bool = False,
    profile: Profile = "default",
    doctor_answers: Sequence[DoctorAnswer] = (),
) -> tuple[Question, ...]:
    """Every question that this visit must answer, in the book's order, those already answered among them."""
    given = tuple(answers)
    known = gather(given, background, book_rules, on, Today(patient_age, tuple(plan), estim))
    mark_answered(known, hold(book_rules, known, patient_age, profile, standing(doctor_answers, on)))
    said = {answer.question for answer in given}
    return tuple(
        q for q in book_rules.questions if is_due(q, known, profile) or (q.id in said and is_triggered(q, known))
    )


def refused_there(held: Held, book: Rulebook, plan: Sequence[MuscleSide], muscles: MuscleMap | None) -> Held:
    """`held`, refused when its rule refuses what is planned in the place that it leaves out (facts.md 12, 28, 34)."""
    if not held.rule.refuse_there:
        return held
    own = tuple(restrictions_of(held.rule, held.reasons, book))
    return replace(held, action=Action.REFUSE, there=True) if _touched(own, plan, muscles) else held


def _restrictions(held: Sequence[Held], book: Rulebook) -> tuple[Restriction, ...]:
    found: set[Restriction] = set()
    for one in held:
        if one.action is not Action.NOTE:
            found.update(restrictions_of(one.rule, one.reasons, book))
        if one.doctor and one.doctor.verdict is Verdict.LIMITS:
            words = f"The doctor's limits: {one.doctor.limits}"
            found.add(Restriction(Scope.PATIENT, "doctor_limits", None, Restrict.MODIFY, words, one.rule.id))
    return tuple(sorted(found, key=_restriction_order))


def _restriction_order(one: Restriction) -> tuple[str, ...]:
    return (one.scope, one.target, one.side or "", one.action, one.rule, one.because)


def _touched(restrictions: Sequence[Restriction], plan: Sequence[MuscleSide], muscles: MuscleMap | None) -> bool:
    """Whether something excluded touches the plan; a muscle whose entry is unknown is touched by any region."""
    return any(_blocked(restrictions, planned, muscles) for planned in plan)


def _blocked(restrictions: Sequence[Restriction], planned: MuscleSide, muscles: MuscleMap | None) -> bool:
    muscle = (muscles or {}).get(planned.muscle) or _Unknown(planned.muscle)
    return any(block.level is Level.STOP for block in restriction_blocks(restrictions, muscle, planned.side))


@dataclass(frozen=True, slots=True)
class _Unknown:
    """A muscle of which nothing is known but its id."""

    id: MuscleId
    enters: tuple[()] = ()


def _excludes_estim(restrictions: Sequence[Restriction]) -> bool:
    return any(
        one.scope is Scope.TECHNIQUE and one.target == "estim" and one.action is Restrict.AVOID for one in restrictions
    )


def _disposition(
    held: Sequence[Held], restrictions: Sequence[Restriction], *, planned: bool, touched: bool, no_estim: bool
) -> Disposition:
    reached = [one.action.disposition for one in held if one.action is not Action.REGION]
    if touched or any(one.action is Action.REGION and (not planned or _unplaced(one)) for one in held):
        reached.append(Disposition.REGION_EXCLUDED)
    if no_estim or any(one.action is Action.REGION and one.rule.precautions for one in held):
        reached.append(Disposition.PROCEED_MODIFIED)
    return strictest(reached)


def _unplaced(held: Held) -> bool:
    """Whether a rule excludes a place that nobody has named yet: then any plan may touch it."""
    return held.rule.avoid_at is not None and not any(reason.sites for reason in held.reasons)
