"""What makes a sign hold, in words: answers of the questionnaire, words and codes of the record, the visit itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from filiform.clinical.screen.book import AnswerKind, Band, Question, Rulebook, Term

Sets = Mapping[str, tuple[str, ...]]
WORDS_SHOWN = 8
VISIT = {
    "minor": "The patient is under age.",
    "age_unknown": "The patient's age is not known.",
    "plan.lung": "The plan names a muscle over the lung.",
    "plan.both_lungs": "The plan names muscles over the lung on both sides.",
    "plan.estim_danger": "Current is planned in head, front of neck or heart, or on both sides of chest or cord.",
    "plan.pelvic_floor": "The plan names the pelvic floor.",
    "plan.estim": "Electrical stimulation is planned.",
    "written": "The patient wrote words that no rule understands.",
}


def sets_of(book: Rulebook) -> Sets:
    """For every sign that a rule reads: what sets it, or anything more exact than it, in words."""
    found: dict[str, list[str]] = {sign: [] for rule in book.rules for sign in (*rule.all_of, *rule.any_of)}
    for sign, words in _everything(book):
        while sign:
            if sign in found:
                found[sign].append(words)
            sign = sign.rpartition(".")[0]
    return {sign: tuple(dict.fromkeys(words)) for sign, words in found.items()}


def _everything(book: Rulebook) -> Iterator[tuple[str, str]]:
    yield from VISIT.items()
    for question in book.questions:
        yield from _question(question)
    for term in book.vocabulary.terms:
        yield from _term(term)


def _question(question: Question) -> Iterator[tuple[str, str]]:
    asked = f"Asked “{question.words}”"
    plain_yes = " without saying which" if question.options else ""
    for sign in question.yes:
        yield sign, f"{asked}: yes{plain_yes}"
    for sign in question.no:
        yield sign, f"{asked}: no"
    for sign in question.unsure:
        yield sign, f"{asked}: not sure"
    for option in question.options:
        for sign in option.signs:
            yield sign, f"{asked}: “{option.words}”"
    for band in question.bands:
        for sign in band.signs:
            yield sign, f"{asked}: {_band(band)} {question.unit}".rstrip()
    if question.kind is AnswerKind.REGIONS:
        for sign in question.ask_if:
            yield sign, f"{asked}: a place is marked"


def _band(band: Band) -> str:
    told = [f"{band.start:g} or more"] if band.start is not None else []
    told += [f"more than {band.above:g}"] if band.above is not None else []
    told += [f"less than {band.below:g}"] if band.below is not None else []
    return " and ".join(told)


def _term(term: Term) -> Iterator[tuple[str, str]]:
    words = [" ".join(phrase) for phrase in term.phrases]
    more = f" and {len(words) - WORDS_SHOWN} more" if len(words) > WORDS_SHOWN else ""
    codes = f", or one of {len(term.codes)} codes" if term.codes else ""
    where = " or ".join(kind.value for kind in term.kinds)
    read = f"Read in a {where}: {', '.join(words[:WORDS_SHOWN])}{more}{codes}"
    lasting = f" (for {term.days} days)" if term.days is not None else ""
    if term.sign:
        yield term.sign, f"{read}{lasting}"
    if term.past and term.past != term.sign:
        yield term.past, f"{read} (when it is told as history, or ended)"
    if term.old:
        yield term.old, f"{read} (longer than {term.days} days ago)"
