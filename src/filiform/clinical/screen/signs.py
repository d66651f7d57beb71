"""From answers and record to signs: what is true of this patient today, with the evidence and the place of each.

Signs only ever add up. An unknown status counts as present; an ended fact counts only where its history is itself a
rule; a thing that passes by itself and is older than it can last becomes a reminder on the question that asks for it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from filiform.clinical.screen.book import AnswerKind, Question, Rulebook, Sites, Term
from filiform.clinical.screen.facts import Answer, Background, Kind, Said
from filiform.clinical.screen.result import Evidence
from filiform.clinical.screen.telling import Told
from filiform.clinical.screen.words import mentions, places
from filiform.clinical.terms import MuscleSide, Side

_ENDED = {"resolved", "stopped", "completed", "cancelled", "ended"}
_WITHDRAWN = {"entered-in-error", "refuted", "not-done"}  # never was so
_QUIET = {"inactive", "remission"}  # over for what passes by itself; a lasting illness is still there
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_SYSTEMS = {
    "http://snomed.info/sct": "snomed",
    "http://www.nlm.nih.gov/research/umls/rxnorm": "rxnorm",
    "http://hl7.org/fhir/sid/icd-10-cm": "icd10cm",
    "http://hl7.org/fhir/sid/icd-10": "icd10cm",
}


# Signs that no question and no word sets: the visit itself does.
OWN_SIGNS = frozenset(
    {"minor", "age_unknown", "plan.lung", "plan.both_lungs", "plan.pelvic_floor", "plan.estim", "written"}
    | {"plan.estim_danger"}
)


@dataclass(frozen=True, slots=True)
class Fact:
    """One reason for a sign: the evidence and the places that it names. `answered`: it was said today, not recorded."""

    evidence: Evidence
    sites: Sites
    answered: bool


@dataclass(slots=True)
class Known:
    """All signs with their facts, and per question what the record holds that may be over."""

    signs: dict[str, set[Fact]] = field(default_factory=dict)
    reminders: dict[str, set[Evidence]] = field(default_factory=dict)
    denied: dict[str, set[Evidence]] = field(default_factory=dict)  # sign -> the "no" that was said to it

    def add(self, sign: str, fact: Fact) -> None:
        """Add `sign` and all it implies: `diabetes.unstable` is also `diabetes`."""
        while sign:
            self.signs.setdefault(sign, set()).add(fact)
            sign = sign.rpartition(".")[0]

    def holds(self, sign: str) -> bool:
        """Whether anything says `sign`."""
        return sign in self.signs

    def sites(self, signs: Iterable[str]) -> Sites:
        """Every place that the facts of `signs` name."""
        return frozenset(site for sign in signs for fact in self.signs.get(sign, ()) for site in fact.sites)


@dataclass(frozen=True, slots=True)
class Today:
    """What is known of the visit besides answers and record: age in whole years (None: unknown), plan, stimulation."""

    age: int | None
    plan: tuple[MuscleSide, ...] = ()
    estim: bool = False


def gather(
    answers: Iterable[Answer], background: Iterable[Background], book: Rulebook, on: date, today: Today | None = None
) -> Known:
    """The signs of the answers (of the day `on`), the record and the visit; ValueError names an unknown question."""
    known = Known()
    if today:
        _take_today(known, today, book)
    for answer in answers:
        _take_answer(known, answer, book, on)
    for fact in background:
        _take_background(known, fact, book, on)
    return known


def _take_today(known: Known, today: Today, book: Rulebook) -> None:
    """The signs of OWN_SIGNS: age and plan."""
    age = "The age is not known." if today.age is None else f"The patient is {today.age} years old."
    if today.age is None or today.age < book.adult_age:
        sign = "age_unknown" if today.age is None else "minor"
        known.add(sign, Fact(Evidence(age, None, "record:age"), frozenset(), answered=True))
    lung = [one for one in today.plan if one.muscle in book.muscle_sets["pleura"]]
    pelvic = [one for one in today.plan if one.muscle in book.muscle_sets["pelvic_floor"]]
    for sign, named in (("plan.lung", lung), ("plan.pelvic_floor", pelvic)):
        if named:
            known.add(sign, _planned(named))
    if Side.MIDLINE in {one.side for one in lung} or len({one.side for one in lung}) > 1:
        known.add("plan.both_lungs", _planned(lung))
    if today.estim:
        known.add("plan.estim", Fact(Evidence("Electrical stimulation", None, "plan"), frozenset(), answered=True))
        danger = _current_danger(today.plan, book)
        if danger:
            known.add("plan.estim_danger", _planned(danger))


def _current_danger(plan: Sequence[MuscleSide], book: Rulebook) -> list[MuscleSide]:
    """What of `plan` current must not run through: head, front of the neck, heart, or across chest or cord (row 38)."""
    never = [one for one in plan if one.muscle in book.muscle_sets["estim_never"]]
    across = {*book.muscle_sets["pleura"], *book.muscle_sets["cord"]}
    trunk = [one for one in plan if one.muscle in across]
    return never + (trunk if Side.MIDLINE in _sides(trunk) or len(_sides(trunk)) > 1 else [])


def _sides(named: Sequence[MuscleSide]) -> set[Side]:
    return {one.side for one in named}


def _planned(named: Sequence[MuscleSide]) -> Fact:
    words = ", ".join(sorted(f"{one.muscle} {one.side}" for one in named))
    return Fact(Evidence(f"The plan: {words}", None, "plan"), frozenset(), answered=True)


def _take_answer(known: Known, answer: Answer, book: Rulebook, on: date) -> None:
    question = book.question(answer.question)
    evidence = Evidence(_said(question, answer), on, f"answer:{question.id}")
    sites = frozenset(answer.sites) | (places(answer.detail, book.vocabulary) if answer.detail else frozenset())
    fact = Fact(evidence, sites, answered=True)
    for sign in _answer_signs(question, answer):
        known.add(sign, fact)
    if answer.said is Said.NO:
        for sign in _would_set(question):
            known.denied.setdefault(sign, set()).add(evidence)
    if answer.detail:
        written = Background(Kind.TEXT, answer.detail, source=evidence.source)
        _take_words(known, written, book, on, fact)
        if question.kind is AnswerKind.TEXT and not mentions(answer.detail, book.vocabulary):
            known.add("written", fact)


def _said(question: Question, answer: Answer) -> str:
    """The evidence in words: what was asked and what was said."""
    said = [answer.said.value]
    said += [question.option(option).words for option in sorted(set(answer.chosen))]
    if answer.number is not None:
        said.append(f"{answer.number:g} {question.unit}".strip())
    if answer.detail:
        said.append(f"“{answer.detail}”")
    return f"{question.words} {': '.join(said)}"


def _answer_signs(question: Question, answer: Answer) -> Iterator[str]:
    yield from {Said.YES: (), Said.NO: question.no, Said.UNSURE: question.unsure}[answer.said]
    chosen = [question.option(option) for option in answer.chosen]
    for option in chosen:
        yield from option.signs
    if answer.number is not None:
        yield from (sign for band in question.bands if band.holds(answer.number) for sign in band.signs)
    if question.kind is AnswerKind.REGIONS:
        yield from question.ask_if if answer.sites else ()
    elif answer.said is Said.YES and not chosen:
        yield from question.yes


def _would_set(question: Question) -> set[str]:
    return set(question.yes) | {sign for option in question.options for sign in option.signs}


def _take_background(known: Known, fact: Background, book: Rulebook, on: date) -> None:
    if fact.status.lower() in _WITHDRAWN:
        return
    evidence = Evidence(fact.text or _codes(fact), fact.onset, fact.source or f"record:{fact.kind.value}")
    reason = Fact(evidence, places(fact.text, book.vocabulary), answered=False)
    for system, code in fact.codes:
        for term in book.vocabulary.by_code.get((_SYSTEMS.get(system, system), code), ()):
            _take_term(known, term, _status(fact, term), reason, _age(fact, on))
    _take_words(known, fact, book, on, reason)


def _age(fact: Background, on: date) -> int | None:
    """How many days ago `fact` began, None when nothing tells. A year in the words counts as its last day."""
    if fact.onset:
        return (on - fact.onset).days
    years = [int(year) for year in _YEAR.findall(fact.text)]
    return (on - date(max(years), 12, 31)).days if years else None


def _codes(fact: Background) -> str:
    return ", ".join(f"{system} {code}" for system, code in fact.codes) or "a fact without words or code"


def _take_words(known: Known, fact: Background, book: Rulebook, on: date, reason: Fact) -> None:
    for mention in mentions(fact.text, book.vocabulary, fact.kind):
        if fact.kind in mention.term.kinds and mention.told is not Told.DENIED:
            status = _status(fact, mention.term)
            told = status if status is not Told.PRESENT else mention.told
            _take_term(known, mention.term, told, reason, _age(fact, on))


def _status(fact: Background, term: Term) -> Told:
    """How the record's own status speaks of a term; an unknown one counts as present."""
    word = fact.status.strip().lower()
    if fact.kind is Kind.PROCEDURE:  # "completed" says that it was done, and what was done is still there
        return Told.PRESENT
    if word in _ENDED or (word in _QUIET and term.days is not None):
        return Told.ENDED
    return Told.PRESENT


def _take_term(known: Known, term: Term, told: Told, reason: Fact, days: int | None) -> None:
    """Add the sign that `term` means here, or a reminder, or nothing."""
    if told is not Told.PRESENT and term.past:
        known.add(term.past, reason)
    elif told is Told.ENDED:
        return
    elif not _passed(term, told, days) and term.sign:
        known.add(term.sign, reason)
    elif term.old:
        known.add(term.old, reason)
    else:
        for question in term.asks:
            known.reminders.setdefault(question, set()).add(reason.evidence)


def _passed(term: Term, told: Told, days: int | None) -> bool:
    """Whether a thing that passes by itself has had its time; "history of" a lasting illness is that illness."""
    if term.days is None:
        return False
    return told is Told.HISTORY or (days is not None and days > term.days)


def sites_of(reasons: Sequence[Fact]) -> Sites:
    """Every place named in `reasons`."""
    return frozenset(site for reason in reasons for site in reason.sites)


def evidence_order(evidence: Evidence) -> tuple[str, str, str]:
    """A sorting key: the undated first, then by date."""
    return (evidence.date.isoformat() if evidence.date else "", evidence.text, evidence.source)
