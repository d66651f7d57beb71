"""Part one: every screening rule in words that a therapist can read, agree with or cross out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from filiform.clinical.screen.book import Rule, Where
from filiform.clinical.screen.holding import DOCTOR_ANSWER_DAYS
from filiform.clinical.screen.result import Action
from filiform.clinical.terms import MuscleId, RegionId
from filiform.knowledge import Book
from filiform.knowledge.reviews import Review, rule_hash
from filiform.knowledge.rulebook import tested as testing
from filiform.knowledge.rulebook.tested import Tested
from filiform.knowledge.rulebook.when import Sets, sets_of
from filiform.knowledge.rulebook.words import cited, link, plural, table

ACTIONS = {
    Action.NONE: "nothing: this profile does not hold the rule",
    Action.NOTE: "NOTE: shown, changes nothing alone",
    Action.MODIFY: "MODIFY: needle with the changes below",
    Action.REGION: "REGION: not in this place",
    Action.DEFER: "DEFER: not today",
    Action.CONSULT: "CONSULT: a doctor is asked first",
    Action.REFUSE: "REFUSE: no needling",
    Action.ALERT: "ALERT: emergency, a doctor sees the patient",
}
PROFILES = {
    "default": "Default (the strictest of article and guidelines)",
    "article": "The article",
    "apta2013": "APTA 2013",
    "iscp2012": "ISCP 2012",
}
AROUND = {
    Where.SITE: "exactly the places that were marked",
    Where.AREA: "the marked places and all of the same part of the body on that side",
    Where.LIMB: "the whole limb of the marked place",
    Where.LIMB_AND_QUADRANT: "the whole limb of the marked place and the quarter of the trunk that it joins",
}
CONFLICTS = "Where the guidelines disagree"
AllTested = Mapping[str, Tested]


def headings(book: Book, tested: AllTested) -> Iterator[tuple[str, str]]:
    """The chapters of this part, each with what it holds in a few words."""
    yield CONFLICTS, ""
    if tested:
        yield testing.HEADING, ""
    for condition, rules in _by_condition(book).items():
        yield book.screening.conditions[condition], plural(len(rules), "rule", "rules")


def chapters(
    book: Book, reached: Mapping[str, Sequence[str]], reviews: Mapping[str, Sequence[Review]], tested: AllTested
) -> Iterator[str]:
    """All rules by what they are about. `reached` are the titles of the vignettes that reach each rule, by its id."""
    yield from _conflicts(book)
    yield from testing.chapter(tested, book.screening)
    sets = sets_of(book.screening)
    for condition, rules in _by_condition(book).items():
        yield from (f"## {book.screening.conditions[condition]}", "")
        for rule in rules:
            yield from _rule(rule, book, sets)
            yield from _shown(reached.get(rule.id, ()), tested.get(rule.id))
            now = rule_hash(rule, book.screening)
            yield from ("", f"**Review** of `{now}`: {_reviewed(now, reviews.get(rule.id, ()))}", "")


def _by_condition(book: Book) -> dict[str, list[Rule]]:
    found = {name: [one for one in book.screening.rules if one.condition == name] for name in book.screening.conditions}
    return {name: rules for name, rules in found.items() if rules}


def _conflicts(book: Book) -> Iterator[str]:
    yield from (f"## {CONFLICTS}", "")
    profiles = book.screening.profiles
    differing = (rule for rule in book.screening.rules if len(set(rule.actions.values())) > 1)
    rows = ((link(rule.because), *(rule.actions[one].value.upper() for one in profiles)) for rule in differing)
    yield from table(("rule", *(PROFILES[one] for one in profiles)), rows)


def _shown(cases: Sequence[str], tested: Tested | None) -> Iterator[str]:
    yield from ("", f"**Vignettes that reach it** ({len(cases)})", "", *(f"- {case}" for case in cases))
    if tested:
        yield from ("", "**What they show**", "", *testing.lines(tested))


def _rule(rule: Rule, book: Book, sets: Sets) -> Iterator[str]:
    yield from (f"### {rule.because}", "", f"Rule `{rule.id}`", "")
    yield from _when(rule, sets)
    yield from _then(rule, book)
    yield from _limits(rule, book)
    yield from _afterwards(rule)
    yield from ("", "**Sources**", "", *(f"- {cited(cite, book)}" for cite in rule.cites))
    yield f"- facts.md section 2, row {rule.facts_row}"


def _when(rule: Rule, sets: Sets) -> Iterator[str]:
    yield from ("**When**", "")
    for sign in rule.all_of:
        yield from _sign("All of these must hold" if len(rule.all_of) > 1 else "It holds when", sign, sets)
    for sign in rule.any_of:
        yield from _sign(
            "At least one must hold" if len(rule.any_of) > 1 or rule.all_of else "It holds when", sign, sets
        )
    if rule.from_age is not None:
        yield f"- Only from {rule.from_age} years on; an unknown age counts as old enough."
    if rule.below_age is not None:
        yield f"- Only below {rule.below_age} years; an unknown age counts as young enough."
    yield ""


def _sign(begin: str, sign: str, sets: Sets) -> Iterator[str]:
    yield f"- {begin}: `{sign}`"
    yield from (f"  - {one}" for one in sets[sign])


def _then(rule: Rule, book: Book) -> Iterator[str]:
    yield from ("**Then**", "")
    if len(set(rule.actions.values())) == 1:
        yield f"- Every profile: {ACTIONS[next(iter(rule.actions.values()))]}"
    else:
        yield from (f"- {PROFILES[one]}: {ACTIONS[rule.actions[one]]}" for one in book.screening.profiles)
    if rule.tell:
        yield f"- The patient reads at once: “{rule.tell}”"


def _limits(rule: Rule, book: Book) -> Iterator[str]:
    changes = [f"{book.screening.precautions[name].words}" for name in rule.precautions]
    changes += [f"Not with {technique.replace('_', ' ')}." for technique in rule.avoid_techniques]
    if rule.avoid_at:
        changes.append(f"Left out: {AROUND[rule.avoid_at]}.")
    for name in rule.avoid_regions:
        names = (book.regions[RegionId(one)].id.replace("_", " ") for one in book.screening.region_sets[name])
        changes.append(f"Left out, {name.replace('_', ' ')}: {', '.join(names)}.")
    for name in rule.avoid_muscles:
        muscles = (book.muscles[MuscleId(one)].name for one in book.screening.muscle_sets[name])
        changes.append(f"Left out, {name.replace('_', ' ')}: {', '.join(muscles)}.")
    if changes:
        yield from ("", "**Changes and limits**", "", *(f"- {one}" for one in changes))
    if rule.limits_because and rule.limits_because != rule.because:
        yield f"- Why there: {rule.limits_because}"
    if rule.refuse_there:
        yield "- A plan in a place that is left out is refused, and no doctor's answer lifts that."


def _afterwards(rule: Rule) -> Iterator[str]:
    yield from ("", "**After a doctor's answer**", "")
    if Action.CONSULT not in rule.actions.values():
        yield "- A doctor's answer does not change this rule."
        return
    yield "- Yes: needled with every change and limit above, and nothing of another rule is lifted."
    yield "- Yes with limits: the doctor's limits as well. No: no needling."
    yield f"- It counts for “{rule.answered_as}”, at the most {DOCTOR_ANSWER_DAYS} days, and until something changes."


def _reviewed(now: str, reviews: Iterable[Review]) -> str:
    told = [_one_review(one, now) for one in reviews]
    return "; ".join(told) or "nobody has reviewed it."


def _one_review(review: Review, now: str) -> str:
    said = "agrees" if review.agrees else "does not agree"
    lapsed = "" if review.stands(now) else " (LAPSED: the rule has changed since)"
    remark = f", “{review.remark}”" if review.remark else ""
    return f"{review.by} {said}, {review.on}{remark}{lapsed}"
