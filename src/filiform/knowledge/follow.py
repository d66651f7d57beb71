"""The after-care rules from TOML into `clinical.follow.FollowRules`.

Strict twice over, as the screening: every key, type and id as it is read, and then the whole against itself: a sign
that no words set, and words with two meanings, are refused.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from pathlib import Path
from types import MappingProxyType

from filiform.clinical.adverse import AdverseBook, Observed, Treatment
from filiform.clinical.anatomy import Hazard
from filiform.clinical.follow.book import (
    EVERYWHERE,
    Again,
    FollowRules,
    Limits,
    Line,
    Queue,
    Signs,
    Silence,
    misspellings,
)
from filiform.clinical.screen.book import Term, Vocabulary
from filiform.clinical.screen.facts import Kind
from filiform.clinical.screen.telling import DENIERS
from filiform.clinical.screen.words import tokens
from filiform.knowledge.loading import KnowledgeError, Table, read

Sources = Mapping[str, object]
QUEUES = {queue.word: queue for queue in Queue}
KINDS = (Kind.TEXT, Kind.ALLERGY)  # ALLERGY: "swollen lips, allergic reaction" denies no lips


def load_follow(folder: Path, sources: Sources, adverse: AdverseBook, screening: Vocabulary) -> FollowRules:
    """The rules under `folder`; medicines and illnesses are read by the terms of `screening`. Raises KnowledgeError."""
    root = read(folder / "lines.toml")
    page = root.table("page")
    tell_patient, queue_cites = page.text("tell_patient"), page.cites(sources)
    page.done()
    limits, silence = _limits(root.table("limits")), _silence(root.table("silence"), sources)
    lines = {name: _line(name, table, sources, adverse) for name, table in root.tables("line")}
    root.done()
    words = read(folder / "words.toml")
    mild, reassuring = frozenset(words.distinct("mild")), frozenset(words.distinct("reassuring"))
    between = _words(words, "between")
    plain = between | _words(words, "plain")
    neutral = _term("neutral", "", tuple(map(tokens, words.distinct("neutral"))))
    terms = (*_borrowed(words.table("screening"), screening), *_own(words.table("sign")), neutral)
    alone, past = frozenset(map(tokens, words.distinct("alone"))), _words(words, "past")
    also_known = _words(words, "also_known")
    words.done()
    vocabulary = Vocabulary.of(terms, MappingProxyType({}))
    alarming = tuple(term for term in terms if term.sign and term.sign not in mild | reassuring)
    rules = FollowRules(
        page=tell_patient,
        lines=tuple(lines.values()),
        by_id=MappingProxyType(lines),
        vocabulary=vocabulary,
        alarms=Vocabulary.of(alarming, MappingProxyType({})),
        urgent=_urgent(lines.values()),
        mild=mild,
        reassuring=reassuring,
        alone=alone,
        past=past,
        plain=plain,
        between=between,
        known_words=plain | also_known | DENIERS | _used(terms),
        corrections=MappingProxyType(misspellings(_used(alarming) - plain - also_known)),
        limits=limits,
        silence=silence,
        schemes=tuple(adverse.schemes.values()),
        queue_cites=queue_cites,
    )
    _check(rules, folder)
    return rules


def _limits(table: Table) -> Limits:
    limits = Limits(table.number("strong_pain"), table.number("fever_c"), table.number("fever_f"))
    table.done()
    return limits


def _silence(table: Table, sources: Sources) -> Silence:
    silence = Silence(
        messages=table.whole("messages"),
        usual=_queue(table, "queue"),
        sooner=_queue(table, "sooner"),
        hazard=table.one_of("hazard", Hazard),
        cites=table.cites(sources),
    )
    table.done()
    return silence


def _queue(table: Table, key: str) -> Queue:
    word = table.text(key)
    if word not in QUEUES:
        raise table.error(f"{word!r} in {key!r} is none of {', '.join(QUEUES)}", key)
    return QUEUES[word]


def _line(name: str, table: Table, sources: Sources, adverse: AdverseBook) -> Line:
    if table.has("until") != table.has("then"):
        raise table.error("'until' and 'then' belong together: the queue after so many hours")
    may_be = table.ids("may_be", adverse.events, "adverse event", ())
    line = Line(
        id=name,
        words=table.text("words"),
        first=_queue(table, "queue"),
        hours=table.number("until") if table.has("until") else 0,
        then=_queue(table, "then") if table.has("then") else None,
        ways=tuple(frozenset(way.split(" + ")) for way in table.distinct("ways")),
        again=_again(table.table("again")) if table.has("again") else None,
        may_be=may_be,
        observed=_observed(name, table, bool(may_be)),
        cites=table.cites(sources),
    )
    table.done()
    return line


def _again(table: Table) -> Again:
    again = Again(table.number("hours"), table.text("words"))
    table.done()
    return again


def _observed(name: str, table: Table, is_event: bool) -> Observed | None:
    if not table.has("observed"):
        return Observed(name) if is_event else None
    seen = table.table("observed")
    observed = Observed(
        name,
        treatment_needed=seen.one_of("treatment_needed", Treatment),
        function_lost=seen.flag("function_lost"),
        admitted=seen.flag("admitted"),
    )
    seen.done()
    return observed


def _words(table: Table, key: str) -> frozenset[str]:
    """The words of one text, parted by blanks."""
    return frozenset(table.text(key).split())


def _own(table: Table) -> tuple[Term, ...]:
    signs = table.keys()
    return tuple(_term(sign, sign, tuple(map(tokens, table.distinct(sign)))) for sign in signs)


def _term(name: str, sign: str, phrases: tuple[tuple[str, ...], ...]) -> Term:
    return Term(name, sign, "", "", None, (), phrases, (), KINDS)


def _borrowed(table: Table, screening: Vocabulary) -> Iterator[Term]:
    """Terms of the screening under a sign of ours; a sign there stands for those below it too."""
    signs = table.keys()
    for sign in signs:
        meaning = table.text(sign)
        found = [term for term in screening.terms if term.sign == sign or term.sign.startswith(f"{sign}.")]
        if not found:
            raise table.error(f"no term of the screening sets the sign {sign!r}", sign)
        yield from (_term(f"screening_{term.id}", meaning, term.phrases) for term in found)


def _urgent(lines: Iterable[Line]) -> Signs:
    """The signs that put a line into the queue `now` by themselves."""
    return frozenset(
        sign for line in lines if line.first is Queue.NOW for way in line.ways if len(way) == 1 for sign in way
    )


def _used(terms: tuple[Term, ...]) -> frozenset[str]:
    """Every word of the terms' phrases."""
    return frozenset(chain.from_iterable(phrase for term in terms for phrase in term.phrases))


def _check(rules: FollowRules, folder: Path) -> None:
    """Refuse a line that cannot hold, a sign without words, and words with two meanings."""
    said = {term.sign for term in rules.vocabulary.terms} | EVERYWHERE
    for line in rules.lines:
        for sign in sorted(frozenset[str]().union(*line.ways) - said):
            raise KnowledgeError(folder, f"line {line.id!r} reads the sign {sign!r}, which no words set")
    for sign in sorted((rules.mild | rules.reassuring) - said):
        raise KnowledgeError(folder, f"{sign!r} is mild or reassuring, and no words set it")
    meanings: dict[tuple[str, ...], Signs] = {}
    for term in rules.vocabulary.terms:
        for phrase in term.phrases:
            meanings[phrase] = meanings.get(phrase, frozenset()) | {term.sign}
            if len(meanings[phrase]) > 1:
                told = " and ".join(sorted(meanings[phrase]))
                raise KnowledgeError(folder, f"the words {' '.join(phrase)!r} mean both {told}")
