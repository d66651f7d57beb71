"""Changes every value of the screening rules in turn and asks the tests' own cases: does anybody notice?

A mutant is the whole rule book with one value changed: action, sign, scope, age, threshold, precaution, technique, set
of muscles or regions, answer of a question, term. It is noticed by a vignette that judges otherwise, by one that was
written without the rules having been seen, by the second entry of section 2's numbers and of the rules (tests/cases),
by the tests of every answer, by the loader that refuses it, or by a written phrase that is read otherwise. Not changed:
sentences, sources and single words of the vocabulary; people review the first two, phrases test the last.
`./filiform bench mutation` runs all, test_mutants.py a seeded part.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from types import MappingProxyType, ModuleType
from typing import Any

from filiform.clinical.screen import (
    Action,
    AnswerKind,
    Band,
    Question,
    Result,
    Rule,
    Rulebook,
    Scope,
    Vocabulary,
    Where,
    screen,
)
from filiform.clinical.screen.book import Term
from filiform.clinical.screen.locks import restriction_blocks
from filiform.clinical.terms import stops
from filiform.knowledge import KnowledgeError, book
from filiform.knowledge.loading import HERE
from filiform.knowledge.screening import _check
from tests.clinical.screen import blind, test_blind_cases, test_phrases, test_rules
from tests.clinical.screen.test_rules import TABLE, entry
from tests.clinical.screen.vignettes import TODAY, Case, Patient, cases, muscle_side, patient
from tests.knowledge import test_second_entry

HARD = {Action.REFUSE, Action.ALERT, Action.DEFER, Action.CONSULT}
LISTS = ("all_of", "any_of", "precautions", "avoid_techniques", "avoid_muscles", "avoid_regions")
GUARDS = ("vignettes", "blind vignettes", "numbers", "second entry", "answers", "loader", "phrases")

# The quick ones first: for whoever only wants to know whether anybody notices.
QUICK = ("second entry", "answers", "loader", "numbers", "vignettes", "phrases", "blind vignettes")


@dataclass(frozen=True)
class Mutant:
    """One changed value. `hard`: it weakens something that stops needling. `about` is the rule or question changed."""

    what: str
    hard: bool
    about: str
    make: Callable[[], Rulebook]


@dataclass(frozen=True)
class Told:
    """A vignette with what the rules that ship say of it."""

    case: Case
    patient: Patient
    result: Result
    locks: frozenset[str]

    def concerns(self, about: str) -> bool:
        """Whether the rule holds in it, or the question is answered in it by name."""
        return any(one.rule == about for one in self.result.findings) or about in (self.case.says or {})


def mutants(rules: Rulebook) -> Iterator[Mutant]:
    """Every mutant of `rules`, in a fixed order."""
    for rule in rules.rules:
        for what, hard, changed in _of_rule(rule):
            yield Mutant(f"{rule.id}: {what}", hard, rule.id, _with_rule(rules, rule, changed))
    stopping = _stopping(rules)
    for question in rules.questions:
        for what, hard, asked in _of_question(question, stopping):
            yield Mutant(f"question {question.id}: {what}", hard, question.id, _with_question(rules, question, asked))
    for name in rules.precautions:
        if any(name in rule.precautions for rule in rules.rules):
            yield Mutant(f"precaution {name}: other scope", False, name, _with_scope(rules, name))
    yield from _of_sets(rules)
    for term in rules.vocabulary.terms:
        for what, hard, changed_term in _of_term(term):
            yield Mutant(f"term {term.id}: {what}", hard, term.id, _with_term(rules, term, changed_term))
    for age in (rules.adult_age - 1, rules.adult_age + 1):
        yield Mutant(f"adult age {age}", True, "screen.minor", lambda age=age: replace(rules, adult_age=age))  # type: ignore[misc]


# --- the whole book with one part changed ---


def _with_rule(rules: Rulebook, old: Rule, new: Rule | None) -> Callable[[], Rulebook]:
    kept = tuple(one if one is not old else new for one in rules.rules)
    return lambda: replace(rules, rules=tuple(one for one in kept if one is not None))


def _with_question(rules: Rulebook, old: Question, new: Question) -> Callable[[], Rulebook]:
    questions = tuple(new if one is old else one for one in rules.questions)
    by_id = MappingProxyType({one.id: one for one in questions})
    return lambda: replace(rules, questions=questions, _by_id=by_id)


def _with_scope(rules: Rulebook, name: str) -> Callable[[], Rulebook]:
    old = rules.precautions[name]
    new = replace(old, scope=Scope.PATIENT if old.scope is Scope.TECHNIQUE else Scope.TECHNIQUE)
    return lambda: replace(rules, precautions=MappingProxyType({**rules.precautions, name: new}))


def _with_term(rules: Rulebook, old: Term, new: Term | None) -> Callable[[], Rulebook]:
    kept = tuple(one if one is not old else new for one in rules.vocabulary.terms)

    def make() -> Rulebook:
        terms = tuple(one for one in kept if one is not None)
        return replace(rules, vocabulary=Vocabulary.of(terms, rules.vocabulary.places))

    return make


def _of_sets(rules: Rulebook) -> Iterator[Mutant]:
    used = {name for rule in rules.rules for name in (*rule.avoid_regions, *rule.avoid_muscles)}
    used |= {name for pair in rules.limbs for name in pair}
    for key in ("region_sets", "muscle_sets"):
        sets: dict[str, tuple[str, ...]] = getattr(rules, key)
        for name, ids in sets.items():
            if name in used and ids:
                empty: Any = {key: MappingProxyType({**sets, name: ()})}
                yield Mutant(f"{key} {name}: empty", True, name, lambda empty=empty: replace(rules, **empty))  # type: ignore[misc]


# --- what is changed ---


def _of_rule(rule: Rule) -> Iterator[tuple[str, bool, Rule | None]]:
    yield "gone", bool(HARD & set(rule.actions.values())), None
    other = "first_visit" if rule.condition == "other" else "other"
    yield "other condition", False, replace(rule, condition=other, answered_as=other)
    yield from _other_actions(rule)
    yield from _shorter_lists(rule)
    for where in (None, *Where) if rule.avoid_at else ():
        if where is not rule.avoid_at:
            yield f"avoid_at {where}", True, replace(rule, avoid_at=where)
    if rule.refuse_there:
        yield "refuses nowhere", True, replace(rule, refuse_there=False)
    for key in ("from_age", "below_age"):
        for years in (-1, 1, -30, 30) if getattr(rule, key) else ():
            changed: Any = {key: getattr(rule, key) + years}
            yield f"{key} {years:+}", True, replace(rule, **changed)


def _other_actions(rule: Rule) -> Iterator[tuple[str, bool, Rule]]:
    """Each action by each other; in the profiles that only repeat the default the table of actions keeps watch."""
    for profile, action in rule.actions.items():
        for other in (Action.NOTE, Action.MODIFY, Action.CONSULT, Action.REFUSE):
            if other is not action and (profile == "default" or action is not rule.actions["default"]):
                changed = MappingProxyType({**rule.actions, profile: other})
                weaker = other.disposition.rank < action.disposition.rank
                yield f"{profile} {action} -> {other}", weaker and action in HARD, replace(rule, actions=changed)


def _shorter_lists(rule: Rule) -> Iterator[tuple[str, bool, Rule]]:
    for key in LISTS:
        values: Sequence[str] = getattr(rule, key)
        for value in values:
            left: dict[str, Any] = {key: tuple(one for one in values if one != value)}
            if key != "all_of" or left[key] or rule.any_of:
                hard = key == "any_of" or key.startswith("avoid")
                yield f"{key} without {value}", hard, replace(rule, **left)


def _stopping(rules: Rulebook) -> Callable[[str], bool]:
    """Whether a sign, or what it implies, is read by a rule that stops needling or leaves out a place."""
    read = {
        sign
        for rule in rules.rules
        if (HARD | {Action.REGION}) & set(rule.actions.values())
        for sign in (*rule.all_of, *rule.any_of)
    }
    return lambda sign: any(sign == one or sign.startswith(f"{one}.") for one in read)


def _of_question(question: Question, stopping: Callable[[str], bool]) -> Iterator[tuple[str, bool, Question]]:
    """Asking more than before weakens nothing: what `ask_unless` loses is no hard stop."""
    for key in ("yes", "no", "unsure", "ask_if", "ask_unless"):
        for value in getattr(question, key):
            left: Any = {key: tuple(one for one in getattr(question, key) if one != value)}
            hard = key == "ask_if" or (key != "ask_unless" and stopping(value))
            yield f"{key} without {value}", hard, replace(question, **left)
    for option in question.options:
        if option.signs:
            others = tuple(replace(one, signs=()) if one is option else one for one in question.options)
            yield f"option {option.id} sets nothing", True, replace(question, options=others)
    for band in question.bands:
        for what, changed in _of_band(band):
            bands = tuple(changed if one is band else one for one in question.bands)
            yield f"band of {' '.join(band.signs)}: {what}", True, replace(question, bands=bands)


def _of_band(band: Band) -> Iterator[tuple[str, Band]]:
    yield "sets nothing", replace(band, signs=())
    for key in ("start", "above", "below"):
        limit: float | None = getattr(band, key)
        for factor in (0.9, 1.1) if limit is not None else ():
            changed: Any = {key: (limit or 0) * factor}
            yield f"{key} {limit:g} -> {changed[key]:g}", replace(band, **changed)


def _of_term(term: Term) -> Iterator[tuple[str, bool, Term | None]]:
    """A term that lasts longer, or a trap that is gone, finds more and weakens nothing."""
    yield "gone", bool(term.sign), None
    if term.past:
        yield "no past", True, replace(term, past="")
    if term.old:
        yield "no old", True, replace(term, old="")
    for question in term.asks:
        left = tuple(one for one in term.asks if one != question)
        yield f"asks nothing of {question}", True, replace(term, asks=left)
    if term.days is not None:
        yield "lasts for ever", False, replace(term, days=None)
        yield "lasts a day", True, replace(term, days=1)


# --- who notices ---


def told() -> list[Told]:
    """Every vignette with the result of the rules that ship."""
    found = []
    for case in cases():
        one = patient(case)
        result = one.screened()
        found.append(Told(case, one, result, locked(result, case)))
    return found


def noticed_by(mutant: Mutant, wanted: Sequence[Told], order: Sequence[str] = GUARDS) -> str:
    """The first of GUARDS, tried in `order`, that notices; "" when none does."""
    try:
        rules = mutant.make()
    except ValueError:
        return "loader"
    checks: dict[str, Callable[[], bool]] = {
        "vignettes": lambda: _by_vignettes(rules, mutant.about, wanted),
        "blind vignettes": lambda: _by_blind(rules),
        "numbers": lambda: _by_numbers(rules),
        "second entry": lambda: _by_second_entry(rules),
        "answers": lambda: _by_answers(rules, mutant.about),
        "loader": lambda: _by_loader(rules),
        "phrases": lambda: _by_phrases(rules),
    }
    return next((name for name in order if checks[name]()), "")


def _by_vignettes(rules: Rulebook, about: str, wanted: Sequence[Told]) -> bool:
    ordered = sorted(wanted, key=lambda one: not one.concerns(about))
    return any(_differs(rules, one) for one in ordered)


def _by_second_entry(rules: Rulebook) -> bool:
    entries = {rule.id.removeprefix("screen."): entry(rule) for rule in rules.rules}
    return entries != TABLE


@contextmanager
def _in(module: ModuleType, rules: Rulebook) -> Iterator[None]:
    """`module` knows the book with these rules."""
    known, kept = replace(book(), screening=rules), module.book
    module.book = lambda: known  # type: ignore[attr-defined]
    try:
        yield
    finally:
        module.book = kept  # type: ignore[attr-defined]


def _by_blind(rules: Rulebook) -> bool:
    with _in(blind, rules):
        return any(
            _fails(lambda case=case: test_blind_cases.test_blind_vignette(case)) for case in test_blind_cases.CASES
        )  # type: ignore[misc]


def _by_numbers(rules: Rulebook) -> bool:
    with _in(test_second_entry, rules):
        checks = test_second_entry.CHECKS
        return any(_fails(lambda name=name: checks[name](test_second_entry.ENTRIES[name])) for name in checks)  # type: ignore[misc]


def _fails(test: Callable[[], object]) -> bool:
    try:
        test()
    except Exception:  # a case that cannot be read any more notices as well
        return True
    return False


def _by_answers(rules: Rulebook, about: str) -> bool:
    """The tests of test_rules.py on every option and answer of one question."""
    question = next((one for one in rules.questions if one.id == about), None)
    if question is None:
        return False
    kept = test_rules.BOOK
    test_rules.BOOK = rules
    try:
        _try_answers(question)
    except AssertionError:
        return True
    finally:
        test_rules.BOOK = kept
    return False


def _try_answers(question: Question) -> None:
    for option in question.options:
        test_rules.test_an_option_raises_a_finding_or_a_question_unless_it_reassures(question, option)
    if question.kind is AnswerKind.CHOICE:
        test_rules.test_yes_without_saying_which_is_a_finding_and_stays_open(question)
    if question.kind is AnswerKind.YES_NO:
        test_rules.test_one_answer_of_yes_and_no_raises_something(question)


def _by_loader(rules: Rulebook) -> bool:
    try:
        _check(rules, HERE / "screening")
    except KnowledgeError:
        return True
    return False


def _by_phrases(rules: Rulebook) -> bool:
    if rules.vocabulary is book().screening.vocabulary:
        return False
    read, kept = test_phrases.raised, test_phrases.BOOK
    test_phrases.BOOK = rules
    try:
        return any(condition not in read(phrase) for condition, phrase in test_phrases.phrases()) or any(
            read(phrase) for phrase in test_phrases.PHRASES["nothing"]["phrases"]
        )
    finally:
        test_phrases.BOOK = kept


def _differs(rules: Rulebook, told: Told) -> bool:
    case, one, wanted = told.case, told.patient, told.result
    try:
        got = screen(
            one.answers, one.record, book_rules=rules, patient_age=one.age, plan=one.plan, muscles=book().muscles,
            estim=one.estim, on=TODAY, profile=one.profile, doctor_answers=one.doctors,
        )  # fmt: skip
    except ValueError:
        return True
    if got.disposition != wanted.disposition or (case.cleared is not None and got.cleared != wanted.cleared):
        return True
    found = {f"{one.condition} {one.action}" for one in got.findings}
    if case.finds_all is not None and found != set(case.finds_all):
        return True
    if _asks_what_it_should_not(got, case) or _asks_less(got, case) or _reminds_of_less(got, case):
        return True
    stated = {
        (one.condition, one.action) for one in wanted.findings if f"{one.condition} {one.action}" in (case.finds or ())
    }
    if not stated <= {(one.condition, one.action) for one in got.findings}:
        return True
    return bool(told.locks - locked(got, case)) or (bool(case.asks) and set(got.ask) < set(wanted.ask))


def _asks_what_it_should_not(got: Result, case: Case) -> bool:
    unwanted = [book().screening.question(name).words for name in case.not_asks or ()]
    return any(ask.question.startswith(words) for ask in got.ask for words in unwanted)


def _asks_less(got: Result, case: Case) -> bool:
    wanted = [book().screening.question(name).words for name in case.asks or ()]
    return any(not any(ask.question.startswith(words) for ask in got.ask) for words in wanted)


def _reminds_of_less(got: Result, case: Case) -> bool:
    for name, said in (case.reminds or {}).items():
        words = book().screening.question(name).words
        if not any(ask.question.startswith(words) and said in ask.question for ask in got.ask):
            return True
    return False


def locked(result: Result, case: Case) -> frozenset[str]:
    """The muscles of a vignette's `locks` that are locked."""
    found = []
    for item in case.locks or ():
        one = muscle_side(item)
        if stops(restriction_blocks(result.restrictions, book().muscles[one.muscle], one.side)):
            found.append(item)
    return frozenset(found)
