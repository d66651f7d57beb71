"""`docs/rulebook.md`: every screening rule in words that a therapist can read, agree with or cross out.

Pure: the text is made from the knowledge alone, so that the page and the rules cannot differ. The command
`python -m tests.pages_of_docs` writes it, and the tests fail while the written page is not this text.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from filiform.clinical.screen.book import Rule, Where
from filiform.clinical.screen.holding import DOCTOR_ANSWER_DAYS
from filiform.clinical.screen.result import Action
from filiform.clinical.terms import Cite, MuscleId, RegionId, Sure
from filiform.knowledge import Book
from filiform.knowledge.reviews import Review, rule_hash
from filiform.knowledge.rulebook_when import Sets, sets_of

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
SURE = {
    Sure.FOUND: "read",
    Sure.RECALLED: "recalled, not read again",
    Sure.UNSURE: "unsure, verify before relying on it",
}
Reached = Mapping[str, Sequence[str]]
Reviews = Mapping[str, Sequence[Review]]


def rulebook(book: Book, reached: Reached, reviews: Reviews) -> str:
    """The whole page. `reached` are the titles of the vignettes that reach each rule, by its id."""
    lines = [*_first_page(book, reviews), *_contents(book), *_conflicts(book)]
    sets = sets_of(book.screening)
    for condition, rules in _by_condition(book).items():
        lines += [f"## {book.screening.conditions[condition]}", ""]
        for rule in rules:
            lines += _rule(rule, book, sets, reached.get(rule.id, ()), reviews.get(rule.id, ()))
    return "\n".join([*lines, *_places(book), *_sheet(book, reviews)]) + "\n"


def _by_condition(book: Book) -> dict[str, list[Rule]]:
    found = {name: [one for one in book.screening.rules if one.condition == name] for name in book.screening.conditions}
    return {name: rules for name, rules in found.items() if rules}


def _first_page(book: Book, reviews: Reviews) -> Iterator[str]:
    rules = book.screening.rules
    standing = [rule.id for rule in rules if any(one.stands(rule, book.screening) for one in reviews.get(rule.id, ()))]
    yield from ("# The rule book of the screening", "")
    if standing:
        yield f"**{len(standing)} of {len(rules)} rules carry a signed review. NO CLINICIAN HAS REVIEWED THE OTHERS.**"
    else:
        yield "**NO CLINICIAN HAS REVIEWED ANY OF THIS.** It was written from public sources and from memory."
    yield from (
        "",
        f"{len(rules)} rules and {len(book.screening.questions)} questions; knowledge `{book.screening.hash}`. "
        "This page is generated from the rules themselves; do not edit it.",
        "",
        "How to read it:",
        "",
        "- Findings add up; none cancels another. The strictest decides. What nobody answered is asked, never assumed.",
        "- A number is never a licence to treat. Where no guideline gives a limit the rule says so.",
        "- Every source says how sure it is: read (with the place), recalled, or unsure.",
        f"- A doctor's recorded answer closes a consultation for {DOCTOR_ANSWER_DAYS} days at the most, and until "
        "something changes. It never lifts a place that is left out, a refusal, an emergency or the patient's own no.",
        "- To review: read a rule, then sign its line on the review sheet at the end. A signature counts for the "
        "rule as it is now and lapses when the rule changes.",
        "",
    )


def _contents(book: Book) -> Iterator[str]:
    yield from ("## Contents", "", "- [Where the guidelines disagree](#where-the-guidelines-disagree)")
    for condition, rules in _by_condition(book).items():
        words = book.screening.conditions[condition]
        yield f"- [{words}](#{_anchor(words)}): {len(rules)} {'rule' if len(rules) == 1 else 'rules'}"
    yield from ("- [The law of the place](#the-law-of-the-place)", "- [Review sheet](#review-sheet)", "")


def _anchor(words: str) -> str:
    kept = "".join(letter for letter in words.lower() if letter.isalnum() or letter in " -_")
    return kept.replace(" ", "-")


def _conflicts(book: Book) -> Iterator[str]:
    yield from ("## Where the guidelines disagree", "")
    yield f"| rule | {' | '.join(PROFILES[one] for one in book.screening.profiles)} |"
    yield "|---" * (len(book.screening.profiles) + 1) + "|"
    for rule in book.screening.rules:
        if len(set(rule.actions.values())) > 1:
            told = " | ".join(rule.actions[profile].value.upper() for profile in book.screening.profiles)
            yield f"| [{rule.id}](#{_anchor(rule.id)}) | {told} |"
    yield ""


def _rule(rule: Rule, book: Book, sets: Sets, cases: Sequence[str], reviews: Sequence[Review]) -> Iterator[str]:
    yield from (f"### {rule.id}", "", rule.because, "")
    yield from _when(rule, sets)
    yield from _then(rule, book)
    yield from _limits(rule, book)
    yield from _afterwards(rule)
    yield from ("", "**Sources**", "", *(f"- {_cite(cite, book)}" for cite in rule.cites))
    yield f"- facts.md section 2, row {rule.facts_row}"
    yield from ("", f"**Vignettes that reach it** ({len(cases)})", "", *(f"- {case}" for case in cases))
    yield from ("", f"**Review** of `{rule_hash(rule, book.screening)}`: {_reviewed(rule, book, reviews)}", "")


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


def _afterwards(rule: Rule) -> Iterator[str]:
    yield from ("", "**After a doctor's answer**", "")
    if Action.CONSULT not in rule.actions.values():
        yield "- A doctor's answer does not change this rule."
        return
    yield "- Yes: needled with every change and limit above, and nothing of another rule is lifted."
    yield "- Yes with limits: the doctor's limits as well. No: no needling."
    yield f"- It counts for “{rule.answered_as}”, at the most {DOCTOR_ANSWER_DAYS} days, and until something changes."


def _cite(cite: Cite, book: Book) -> str:
    source = book.sources[cite.source]
    year = f", {source.year}" if source.year else ", undated"
    place = f"; {cite.locator}" if cite.locator else ""
    return f"{source.title}{year}: {SURE[cite.sure]}{place}"


def _reviewed(rule: Rule, book: Book, reviews: Iterable[Review]) -> str:
    told = [_one_review(one, rule, book) for one in reviews]
    return "; ".join(told) or "nobody has reviewed it."


def _one_review(review: Review, rule: Rule, book: Book) -> str:
    said = "agrees" if review.agrees else "does not agree"
    lapsed = "" if review.stands(rule, book.screening) else " (LAPSED: the rule has changed since)"
    remark = f", “{review.remark}”" if review.remark else ""
    return f"{review.by} {said}, {review.on}{remark}{lapsed}"


def _places(book: Book) -> Iterator[str]:
    yield from ("## The law of the place", "")
    yield "Dated data, no legal advice. A place that is not listed is unknown, and `screen` asks."
    yield from ("", "| place | who | may needle | what is known | as of | sources |", "|---|---|---|---|---|---|")
    for place in book.jurisdictions.values():
        doubt = " Contested or unsure: asked for." if place.contested else ""
        may = ("ask" if place.contested else "yes") if place.permitted else "no"
        cites = "; ".join(_cite(cite, book) for cite in place.cites)
        who = ", ".join(place.roles)
        told = f"{place.because}{doubt} | {place.as_of} | {cites}"
        yield f"| {place.name} ({place.id}) | {who} | {may} | {told} |"
    yield ""


def _sheet(book: Book, reviews: Reviews) -> Iterator[str]:
    yield from ("## Review sheet", "")
    yield "Sign one line a rule. Whoever keeps the knowledge copies it into `src/filiform/knowledge/reviews.toml`."
    yield from ("", "| rule | hash | agree | do not agree | by | when |", "|---|---|---|---|---|---|")
    for rule in book.screening.rules:
        standing = [one for one in reviews.get(rule.id, ()) if one.stands(rule, book.screening)]
        yes, no, by, when = "", "", "", ""
        if standing:
            last = standing[-1]
            yes, no, by, when = "x" * last.agrees, "x" * (not last.agrees), last.by, str(last.on)
        name = f"[{rule.id}](#{_anchor(rule.id)})"
        yield f"| {name} | `{rule_hash(rule, book.screening)}` | {yes} | {no} | {by} | {when} |"
