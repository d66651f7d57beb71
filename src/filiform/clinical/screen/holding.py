"""Which rules hold for this patient today, and what a recorded doctor's answer makes of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from filiform.clinical.screen.book import Profile, Rule, Rulebook
from filiform.clinical.screen.facts import DoctorAnswer, Verdict
from filiform.clinical.screen.result import Action, Evidence, Finding
from filiform.clinical.screen.signs import Fact, Known, evidence_order

DOCTOR_ANSWER_DAYS = 365  # facts.md section 2: reopens after 12 months at the latest [K ?]
ANSWERED = "doctor_answered"  # holds while a doctor's answer is used, so that a change since then is asked for
_MILDER = (Action.NOTE, Action.MODIFY, Action.REGION)  # no doctor need be asked, but one may have been
CHANGED = "doctor_answer_outdated"  # something changed since: no doctor's answer counts any more


@dataclass(frozen=True, slots=True)
class Held:
    """A rule that holds, its reasons, what it asks for in this profile and after a doctor's answer.

    `there`: the plan lies in a place that the rule refuses.
    """

    rule: Rule
    reasons: tuple[Fact, ...]
    contradicted: tuple[Evidence, ...]
    action: Action
    doctor: DoctorAnswer | None
    there: bool = False


def standing(doctor_answers: Iterable[DoctorAnswer], on: date) -> dict[str, DoctorAnswer]:
    """The doctors' answers that count on the day `on`, by what they answer: the latest one, and on one day a no."""
    valid = [one for one in doctor_answers if 0 <= (on - one.on).days < DOCTOR_ANSWER_DAYS]
    return {one.condition: one for one in sorted(valid, key=_lateness)}


def _lateness(answer: DoctorAnswer) -> tuple[date, bool, bool, str]:
    return (answer.on, answer.verdict is Verdict.NO, answer.verdict is Verdict.LIMITS, answer.limits)


def hold(
    book: Rulebook, known: Known, age: int | None, profile: Profile, doctors: Mapping[str, DoctorAnswer]
) -> tuple[Held, ...]:
    """The rules of `profile` that hold, with the doctor's answer (`standing`) that closes each consultation."""
    held = []
    for rule in book.rules:
        action = rule.actions[profile]
        if action is not Action.NONE and _fires(rule, known, age):
            held.append(_held(rule, known, action, _counting(doctors.get(rule.answered_as), action)))
    return tuple(held)


def _counting(doctor: DoctorAnswer | None, action: Action) -> DoctorAnswer | None:
    """The answer where it changes something: a yes closes a consultation, a no and limits hold in every profile."""
    if doctor and action is not Action.CONSULT and (doctor.verdict is Verdict.YES or action not in _MILDER):
        return None
    return doctor


def mark_answered(known: Known, held: Iterable[Held]) -> None:
    """Note in `known` which doctors' answers are used, so that the question about changes since then is asked."""
    for one in held:
        if one.doctor:
            text = f"{one.doctor.answered_by}, asked: {one.doctor.asked}"
            known.add(ANSWERED, Fact(Evidence(text, one.doctor.on, "doctor"), frozenset(), answered=True))


def _fires(rule: Rule, known: Known, age: int | None) -> bool:
    """Whether `rule` holds. An unknown age never keeps a rule from holding."""
    if age is not None and (
        (rule.from_age is not None and age < rule.from_age) or (rule.below_age is not None and age >= rule.below_age)
    ):
        return False
    return all(map(known.holds, rule.all_of)) and (not rule.any_of or any(map(known.holds, rule.any_of)))


def _held(rule: Rule, known: Known, action: Action, doctor: DoctorAnswer | None) -> Held:
    reasons = {fact for sign in (*rule.all_of, *rule.any_of) for fact in known.signs.get(sign, ())}
    if doctor and (known.holds(CHANGED) or _newer(reasons, doctor.on)):
        doctor = None
    if doctor and doctor.verdict is Verdict.NO:
        action = Action.REFUSE
    elif doctor and action is Action.CONSULT:
        action = Action.MODIFY
    denied: set[Evidence] = set()
    if not any(fact.answered for fact in reasons):
        denied = {one for sign in (*rule.all_of, *rule.any_of) for one in known.denied.get(sign, ())}
    ordered = tuple(sorted(reasons, key=lambda fact: evidence_order(fact.evidence)))
    return Held(rule, ordered, tuple(sorted(denied, key=evidence_order)), action, doctor)


def _newer(reasons: Iterable[Fact], answered_on: date) -> bool:
    """Whether the record holds something the doctor could not know: dated later, and no repeat of the same text."""
    recorded = [fact.evidence for fact in reasons if not fact.answered and fact.evidence.date]
    before = {one.text for one in recorded if one.date and one.date <= answered_on}
    return any(one.date and one.date > answered_on and one.text not in before for one in recorded)


def finding(held: Held) -> Finding:
    """`held` as the result shows it."""
    because = [held.rule.because]
    if held.contradicted:
        because.append("The patient said no to this; what the record says counts until somebody corrects the record.")
    if held.action is Action.CONSULT:
        because.append("A doctor is asked first.")
    if held.there:
        because.append("The plan lies in that place: refused there, whatever a doctor answers.")
    if held.doctor:
        because.append(_doctor_said(held.doctor))
    evidence = tuple(dict.fromkeys(fact.evidence for fact in held.reasons)) + held.contradicted
    return Finding(held.rule.id, held.rule.condition, held.action, " ".join(because), evidence, held.rule.cites)


def _doctor_said(doctor: DoctorAnswer) -> str:
    said = {Verdict.YES: "yes", Verdict.NO: "no", Verdict.LIMITS: f"yes, with limits: {doctor.limits}"}[doctor.verdict]
    return f"{doctor.answered_by} answered on {doctor.on.isoformat()}: {said}."


def by_weight(finding: Finding) -> tuple[int, str]:
    """The order of findings: the strictest first."""
    return (-finding.action.disposition.rank, finding.rule)
