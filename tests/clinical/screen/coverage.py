"""Counts what the vignettes show of each rule: where it stops, where it is milder or asks, where it is near and silent.

stop      it holds with the strictest action that it has in any profile.
caution   what else it can be, computed from its own shape: each milder action of another profile; MODIFY after a
          doctor's yes when it is a consultation; a question that is open and could make it hold (`asked`), when any
          question can; and a plan beside the place that it leaves out (`beside`), when it leaves one out.
go        it is near and says nothing: something that the vignette itself tells touches one of its signs (another answer
          to the same question, an illness of the same family, a word of the record, an age on the other side of the
          limit), it does not hold, and no open question could make it hold.

A vignette with `silent = true` leaves everything open and proves neither `asked` nor `go`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache

from filiform.clinical.screen import (
    Action,
    Answer,
    AnswerKind,
    Band,
    Finding,
    Kind,
    Question,
    Result,
    Rule,
    Rulebook,
    Said,
    restriction_blocks,
    screen,
)
from filiform.clinical.screen.signs import OWN_SIGNS, Known, Today, gather
from filiform.clinical.screen.words import mentions
from filiform.clinical.terms import stops
from filiform.knowledge import book
from filiform.knowledge.rulebook.tested import Tested
from tests.clinical.screen.vignettes import TODAY, Case, Patient, answer, background, cases, muscle_side, patient

ASKED, BESIDE = "asked", "beside"
FAMILY_OF_FLAGS = "flag"  # every warning sign begins so; they are no family


@dataclass
class Seen:
    """The ids of the vignettes that show a rule: by action, by profile, by form of caution, and near but silent."""

    held: dict[Action, list[str]] = field(default_factory=dict)
    profiles: dict[str, list[str]] = field(default_factory=dict)
    forms: dict[str, list[str]] = field(default_factory=dict)
    near: list[str] = field(default_factory=list)

    def stop(self, rule: Rule) -> list[str]:
        """Where it held with its strictest action."""
        return self.held.get(strictest_of(rule), [])

    def caution(self, rule: Rule) -> dict[str, list[str]]:
        """Each form of caution that the rule can have, with the vignettes that show it."""
        shown = {action.value: self.held.get(action, []) for action in milder_of(rule)}
        shown |= {form: self.forms.get(form, []) for form in forms_of(rule)}
        return shown

    def gaps(self, rule: Rule, rules: Rulebook) -> Iterator[str]:
        """What nobody has seen yet."""
        if not self.stop(rule):
            yield f"never held as {strictest_of(rule)}"
        yield from (f"caution never seen: {form}" for form, shown in self.caution(rule).items() if not shown)
        if not self.near:
            yield "never near and silent"
        if len(set(rule.actions.values())) > 1:
            yield from (f"never held in profile {one}" for one in rules.profiles if not self.profiles.get(one))


def strictest_of(rule: Rule) -> Action:
    """The strictest action of any profile."""
    return max(rule.actions.values(), key=lambda action: action.disposition.rank)


def milder_of(rule: Rule) -> tuple[Action, ...]:
    """The milder actions of the other profiles, and what a doctor's yes makes of a consultation."""
    found = set(rule.actions.values()) | ({Action.MODIFY} if Action.CONSULT in rule.actions.values() else set())
    return tuple(sorted(found - {strictest_of(rule), Action.NONE}))


def forms_of(rule: Rule) -> tuple[str, ...]:
    """The forms of caution beside a milder action."""
    asked = (ASKED,) if questions_of(rule) else ()
    return asked + ((BESIDE,) if rule.avoid_at or rule.avoid_regions or rule.avoid_muscles else ())


def family(one: str, other: str) -> bool:
    """Whether two signs are of one line: `diabetes` and `diabetes.unstable`, or `vessel.pad` and `vessel.ulcer`."""
    if one.split(".")[0] == FAMILY_OF_FLAGS or other.split(".")[0] == FAMILY_OF_FLAGS:
        return one == other
    return one.split(".")[0] == other.split(".")[0]


def reads(rule: Rule) -> tuple[str, ...]:
    return (*rule.all_of, *rule.any_of)


def can_set(question: Question) -> set[str]:
    """Every sign that an answer to `question` may set."""
    signs = {*question.yes, *question.no, *question.unsure}
    signs |= {sign for option in question.options for sign in option.signs}
    return signs | {sign for band in question.bands for sign in band.signs}


@cache
def _questions() -> Mapping[str, tuple[Question, ...]]:
    rules = book().screening
    return {
        rule.id: tuple(
            question
            for question in rules.questions
            if any(sign == own or sign.startswith(f"{own}.") for own in reads(rule) for sign in can_set(question))
        )
        for rule in rules.rules
    }


def questions_of(rule: Rule) -> tuple[Question, ...]:
    """The questions of which an answer can set a sign of `rule`."""
    return _questions()[rule.id]


# --- one vignette ---


@dataclass(frozen=True)
class Shown:
    """A vignette with its result, and what it tells itself: answers and record as written, nothing filled in."""

    case: Case
    patient: Patient
    result: Result
    told: Known
    answered: frozenset[str]  # questions that it answers by name
    words: frozenset[str]  # signs and questions that words of its record and texts may mean, denied ones too

    def fires(self, rule: Rule) -> Finding | None:
        return next((one for one in self.result.findings if one.rule == rule.id), None)


def shown(case: Case) -> Shown:
    """What `case` shows."""
    one = patient(case)
    written = [answer(question, said) for question, said in (case.says or {}).items()]
    record = [background(line) for line in case.record or ()]
    told = gather(written, record, book().screening, TODAY, Today(one.age, one.plan, one.estim))
    return Shown(case, one, one.screened(), told, frozenset(one.question for one in written), _words(case))


def _words(case: Case) -> frozenset[str]:
    texts = [(fact.text, fact.kind) for fact in map(background, case.record or ())]
    texts += [(answer(question, said).detail, Kind.TEXT) for question, said in (case.says or {}).items()]
    terms = [one.term for text, kind in texts for one in mentions(text, book().screening.vocabulary, kind)]
    return frozenset(word for term in terms for word in (term.sign, term.past, term.old, *term.asks) if word)


def is_near(rule: Rule, one: Shown) -> bool:
    """Whether something that the vignette itself tells touches `rule`."""
    questions = {question.id for question in questions_of(rule)}
    if one.answered & questions or one.words & questions:
        return True
    if any(family(sign, own) for own in reads(rule) for sign in (*one.told.signs, *one.words) if sign not in OWN_SIGNS):
        return True
    return any(sign in OWN_SIGNS and _visit_touches(sign, one) for sign in reads(rule))


def _visit_touches(sign: str, one: Shown) -> bool:
    """A plan touches the rules about plans; an age that is told touches those about ages; a text those about texts."""
    if sign.startswith("plan."):
        return bool(one.case.plan) if sign != "plan.estim" else one.case.estim is not None
    return "age" in one.case.data if sign in ("minor", "age_unknown") else bool(one.words)


def samples(question: Question) -> Iterator[Answer]:
    """One answer for every way in which `question` can set a sign."""
    if question.kind is AnswerKind.NUMBER:
        yield from (Answer(question.id, Said.YES, number=_inside(band)) for band in question.bands)
    for option in question.options:
        yield Answer(question.id, Said.YES, chosen=(option.id,))
    if question.kind is not AnswerKind.NUMBER:
        yield from (Answer(question.id, said) for said in Said)


def _inside(band: Band) -> float:
    if band.below is not None:
        return band.below * 0.9
    return (band.start if band.start is not None else band.above or 0) * 1.1


def could_hold(one: Shown, rules: Rulebook) -> set[str]:
    """The rules that an answer to an open question would make hold."""
    words = [ask.question for ask in one.result.ask]
    found: set[str] = set()
    for question in rules.questions:
        if any(asked.startswith(question.words) for asked in words):
            for sample in samples(question):
                found |= {finding.rule for finding in _with(one.patient, sample).findings}
    return found - {finding.rule for finding in one.result.findings}


def _with(one: Patient, more: Answer) -> Result:
    known = book()
    return screen(
        [*one.answers, more], one.record, book_rules=known.screening, patient_age=one.age, plan=one.plan,
        muscles=known.muscles, estim=one.estim, on=TODAY, profile=one.profile, doctor_answers=one.doctors,
    )  # fmt: skip


def is_beside(rule: Rule, one: Shown) -> bool:
    """Whether a muscle of the vignette (its plan, or one it calls free) is beside what the holding rule leaves out."""
    own = [limit for limit in one.result.restrictions if limit.rule == rule.id]
    named = [*one.patient.plan, *map(muscle_side, one.case.free or ())]
    return bool(own) and any(
        not stops(restriction_blocks(own, book().muscles[muscle.muscle], muscle.side)) for muscle in named
    )


# --- all vignettes ---


def count(which: Collection[Case] | None = None) -> Mapping[str, Seen]:
    """What the vignettes show of every rule, by its id."""
    rules = book().screening
    found = {rule.id: Seen() for rule in rules.rules}
    for case in cases() if which is None else which:
        one = shown(case)
        open_rules = set() if case.silent else could_hold(one, rules)
        for rule in rules.rules:
            _note(found[rule.id], rule, one, open_rules)
    return found


def _note(seen: Seen, rule: Rule, one: Shown, open_rules: Collection[str]) -> None:
    name = one.case.id
    holding = one.fires(rule)
    if holding:
        seen.held.setdefault(holding.action, []).append(name)
        seen.profiles.setdefault(one.patient.profile, []).append(name)
        if is_beside(rule, one):
            seen.forms.setdefault(BESIDE, []).append(name)
    elif rule.id in open_rules:
        seen.forms.setdefault(ASKED, []).append(name)
    elif not one.case.silent and is_near(rule, one):
        seen.near.append(name)


def for_the_book(counted: Mapping[str, Seen]) -> Mapping[str, Tested]:
    """What was counted, as the rule book prints it."""
    rules = book().screening
    return {rule.id: _tested(rule, counted[rule.id]) for rule in rules.rules}


def _tested(rule: Rule, seen: Seen) -> Tested:
    differs = len(set(rule.actions.values())) > 1
    return Tested(
        strictest=strictest_of(rule).value,
        stop=tuple(seen.stop(rule)),
        caution={form: tuple(ids) for form, ids in seen.caution(rule).items()},
        go=tuple(seen.near),
        profiles={one: tuple(seen.profiles.get(one, ())) for one in rule.actions} if differs else {},
    )
