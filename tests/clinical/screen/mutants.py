"""Changes every value of the screening rules in turn and asks the vignettes: does anybody notice?

`python -m tests.clinical.screen.mutants` prints the survivors. Each mutant is one rule or question with one value
changed: action, sign, scope, age, precaution, technique, muscle set, region set. A few minutes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from filiform.clinical.screen import Action, Question, Result, Rule, Rulebook, Where, restriction_blocks, screen
from filiform.clinical.terms import stops
from filiform.knowledge import book
from tests.clinical.screen.vignettes import TODAY, Case, Patient, cases, muscle_side, patient

HARD = {Action.REFUSE, Action.ALERT, Action.DEFER, Action.CONSULT}
LISTS = ("all_of", "any_of", "precautions", "avoid_techniques", "avoid_muscles", "avoid_regions")


def mutants(rules: Rulebook) -> Iterator[tuple[str, bool, Rulebook]]:
    """(what was changed, whether it weakens a hard stop, the changed rules)."""
    for index, rule in enumerate(rules.rules):
        for name, hard, changed in _of_rule(rule):
            kept = (*rules.rules[:index], *([changed] if changed else []), *rules.rules[index + 1 :])
            yield f"{rule.id}: {name}", hard, replace(rules, rules=kept)
    for index, question in enumerate(rules.questions):
        for name, asked in _of_question(question):
            questions = (*rules.questions[:index], asked, *rules.questions[index + 1 :])
            by_id = MappingProxyType({one.id: one for one in questions})
            yield f"question {question.id}: {name}", True, replace(rules, questions=questions, _by_id=by_id)


def _of_rule(rule: Rule) -> Iterator[tuple[str, bool, Rule | None]]:
    yield "gone", bool(HARD & set(rule.actions.values())), None
    yield from _other_actions(rule)
    yield from _shorter_lists(rule)
    for where in (None, *Where) if rule.avoid_at else ():
        if where is not rule.avoid_at:
            yield f"avoid_at {where}", True, replace(rule, avoid_at=where)
    if rule.from_age:
        yield "from_age + 30", True, replace(rule, from_age=rule.from_age + 30)
    if rule.below_age:
        yield "below_age - 30", True, replace(rule, below_age=rule.below_age - 30)


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


def _of_question(question: Question) -> Iterator[tuple[str, Question]]:
    for key in ("yes", "no", "unsure", "ask_if", "ask_unless"):
        for value in getattr(question, key):
            left: Any = {key: tuple(one for one in getattr(question, key) if one != value)}
            yield f"{key} without {value}", replace(question, **left)
    for option in question.options:
        if option.signs:
            others = tuple(replace(one, signs=()) if one is option else one for one in question.options)
            yield f"option {option.id} sets nothing", replace(question, options=others)


def noticed(rules: Rulebook, wanted: Sequence[tuple[Case, Patient, Result, frozenset[str]]]) -> bool:
    """Whether any vignette gives another answer with `rules`: disposition, cleared, findings, locks or questions."""
    return any(_differs(rules, case, one, result, locks) for case, one, result, locks in wanted)


def _differs(rules: Rulebook, case: Case, one: Patient, wanted: Result, locks: frozenset[str]) -> bool:
    try:
        got = screen(
            one.answers, one.record, book_rules=rules, patient_age=one.age, plan=one.plan, muscles=book().muscles,
            estim=one.estim, on=TODAY, profile=one.profile, doctor_answers=one.doctors,
        )  # fmt: skip
    except ValueError:
        return True
    if got.disposition != wanted.disposition or (case.cleared is not None and got.cleared != wanted.cleared):
        return True
    stated = {
        (one.condition, one.action) for one in wanted.findings if f"{one.condition} {one.action}" in (case.finds or ())
    }
    if not stated <= {(one.condition, one.action) for one in got.findings}:
        return True
    return bool(locks - locked(got, case)) or (bool(case.asks) and set(got.ask) < set(wanted.ask))


def locked(result: Result, case: Case) -> frozenset[str]:
    """The muscles of a vignette's `locks` that are locked."""
    found = []
    for item in case.locks or ():
        one = muscle_side(item)
        if stops(restriction_blocks(result.restrictions, book().muscles[one.muscle], one.side)):
            found.append(item)
    return frozenset(found)


def main() -> None:
    """Print how many mutants the vignettes catch, and which survive."""
    told = []
    for case in cases():
        one = patient(case)
        result = one.screened()
        told.append((case, one, result, locked(result, case)))
    caught: dict[bool, list[int]] = {True: [0, 0], False: [0, 0]}
    for name, hard, rules in mutants(book().screening):
        found = noticed(rules, told)
        caught[hard][0] += found
        caught[hard][1] += 1
        if not found:
            print(f"survives{' (hard)' if hard else ''}: {name}")
    for hard, (found, total) in caught.items():
        print(f"{'hard stops' if hard else 'the rest'}: {found} of {total} caught")


if __name__ == "__main__":
    main()
