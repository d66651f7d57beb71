"""The screening knowledge from TOML into the frozen dataclasses of `clinical.screen`.

Strict twice over: every key, type and id is checked as it is read (`loading`), and then the whole is checked against
itself: a sign that nothing can set, or that no rule and no question reads, is refused.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from filiform.clinical.anatomy import Hazard, Muscle, Region, with_hazard
from filiform.clinical.screen.book import (
    AnswerKind,
    AskedOf,
    Band,
    Option,
    Page,
    Precaution,
    Question,
    Rule,
    Rulebook,
    Term,
    Vocabulary,
    Where,
)
from filiform.clinical.screen.facts import Kind
from filiform.clinical.screen.holding import ANSWERED
from filiform.clinical.screen.result import Action, Scope
from filiform.clinical.screen.signs import OWN_SIGNS
from filiform.clinical.screen.words import tokens
from filiform.clinical.terms import MuscleId, RegionId
from filiform.knowledge.loading import KnowledgeError, Table, collect, read

MOST_PAGES = 12
SYSTEMS = ("snomed", "rxnorm", "icd10cm")
# Signs that the reasoning itself sets, not a question or a word.
OWN = OWN_SIGNS | {ANSWERED}


def load_screening(
    folder: Path,
    sources: Mapping[str, object],
    regions: Mapping[RegionId, Region],
    muscles: Mapping[MuscleId, Muscle],
) -> Rulebook:
    """The screening rules, questions and vocabulary under `folder`; raises `KnowledgeError` with file and table."""
    frame = read(folder / "frame.toml")
    profiles = frame.distinct("profiles")
    conditions = _texts(frame.table("conditions"))
    pages = _texts(frame.table("page"))
    precautions = {name: _precaution(name, table) for name, table in frame.tables("precaution")}
    region_sets = _sets(frame.table("regions"), regions, "region")
    limbs = _limbs(frame.table("limbs"), region_sets)
    muscle_sets = _sets(frame.table("muscles"), muscles, "muscle")
    muscle_sets |= {hazard.value: tuple(sorted(with_hazard(hazard, muscles))) for hazard in Hazard}
    ages = frame.table("ages")
    adult_age = ages.whole("adult")
    ages.done()
    frame.done()
    if len(pages) > MOST_PAGES:
        raise frame.error(f"{len(pages)} pages are more than a phone should show; at most {MOST_PAGES}", "page")
    read_question = _Questions(pages, conditions, profiles)
    questions = collect([folder / "questions.toml"], read_question.all)
    read_rule = _Rules(conditions, profiles, sources, precautions, region_sets, muscle_sets)
    rules = collect(sorted((folder / "rules").glob("*.toml")), read_rule.all)
    terms = collect(sorted(file for file in (folder / "words").glob("*.toml") if file.stem != "places"), _terms)
    book = Rulebook(
        profiles=profiles,
        pages=tuple(Page(name, title) for name, title in pages.items()),
        questions=tuple(questions.values()),
        rules=tuple(rules.values()),
        vocabulary=Vocabulary.of(tuple(terms.values()), _places(folder / "words" / "places.toml", regions)),
        precautions=MappingProxyType(precautions),
        region_sets=MappingProxyType({name: tuple(map(RegionId, ids)) for name, ids in region_sets.items()}),
        muscle_sets=MappingProxyType({name: tuple(map(MuscleId, ids)) for name, ids in muscle_sets.items()}),
        areas=_areas(regions),
        limbs=limbs,
        conditions=MappingProxyType(conditions),
        adult_age=adult_age,
        hash=_hash(folder),
        ruled=frozenset(sign for rule in rules.values() for sign in (*rule.all_of, *rule.any_of)),
        _by_id=MappingProxyType(questions),
    )
    _check(book, folder)
    return book


def _hash(folder: Path) -> str:
    """The first 16 hex digits of SHA-256 over the names and bytes of every file."""
    total = hashlib.sha256()
    for file in sorted(folder.rglob("*.toml"), key=lambda file: file.relative_to(folder).as_posix()):
        total.update(file.relative_to(folder).as_posix().encode() + b"\0" + file.read_bytes() + b"\0")
    return total.hexdigest()[:16]


# --- the frame ---


def _texts(table: Table) -> dict[str, str]:
    """A table of id = "words"."""
    ids = table.keys()
    return {key: table.text(key) for key in ids}


def _sets(table: Table, known: Mapping[Any, object], what: str) -> dict[str, tuple[str, ...]]:
    names = table.keys()
    return {name: table.ids(name, known, what) for name in names}


def _areas(regions: Mapping[RegionId, Region]) -> Mapping[RegionId, tuple[RegionId, ...]]:
    """For each region those of its own group: the knee, the chest, the back."""
    groups: dict[str, list[RegionId]] = {}
    for region in regions.values():
        groups.setdefault(region.group, []).append(region.id)
    return MappingProxyType({region.id: tuple(groups[region.group]) for region in regions.values()})


def _limbs(table: Table, region_sets: Mapping[str, object]) -> tuple[tuple[str, str], ...]:
    names = table.keys()
    limbs = tuple((limb, table.text(limb)) for limb in names)
    for pair in limbs:
        for name in pair:
            if name not in region_sets:
                raise table.error(f"{name!r} is no set of regions", pair[0])
    return limbs


def _precaution(name: str, table: Table) -> Precaution:
    precaution = Precaution(name, table.one_of("scope", Scope), table.text("words"))
    if precaution.scope not in (Scope.PATIENT, Scope.TECHNIQUE):
        raise table.error("a precaution limits the patient or a technique", "scope")
    table.done()
    return precaution


# --- questions ---


class _Questions:
    """Reads `[question.name]` tables; holds what their ids are checked against."""

    def __init__(self, pages: Mapping[str, str], conditions: Mapping[str, str], profiles: tuple[str, ...]) -> None:
        self.pages, self.conditions, self.profiles = pages, conditions, dict.fromkeys(profiles)

    def all(self, root: Table) -> dict[str, Question]:
        """Every question of one file."""
        return {name: self._one(name, table) for name, table in root.tables("question")}

    def _one(self, name: str, table: Table) -> Question:
        question = Question(
            id=name,
            condition=_known(table, "condition", self.conditions),
            words=table.text("words"),
            why=table.text("why"),
            kind=table.one_of("kind", AnswerKind),
            page=_known(table, "page", self.pages),
            asked_of=table.one_of("asked_of", AskedOf) if table.has("asked_of") else AskedOf.PATIENT,
            detail=table.text("detail", ""),
            unit=table.text("unit", ""),
            lowest=_number(table, "lowest"),
            highest=_number(table, "highest"),
            several=table.flag("several", False),
            options=tuple(_option(one) for one in table.listed("options")) if table.has("options") else (),
            bands=tuple(_band(one) for one in table.listed("bands")) if table.has("bands") else (),
            yes=table.distinct("yes", ()),
            no=table.distinct("no", ()),
            unsure=table.distinct("unsure", ()),
            ask_if=table.distinct("ask_if", ()),
            ask_unless=table.distinct("ask_unless", ()),
            profiles=table.ids("profiles", self.profiles, "profile", ()),
        )
        table.done()
        _refuse_odd_question(question, table)
        return question


def _refuse_odd_question(question: Question, table: Table) -> None:
    """A question whose answer could set nothing, or that its kind cannot carry, is a mistake in the file."""
    kind = question.kind
    if (kind is AnswerKind.CHOICE) != bool(question.options) or (kind is AnswerKind.NUMBER) != bool(question.bands):
        raise table.error("options belong to a choice question and bands to a number question")
    if kind is AnswerKind.CHOICE and not question.yes:
        raise table.error("a choice question needs 'yes': the signs of a yes without a choice")
    if kind is AnswerKind.YES_NO and not (question.yes or question.no):
        raise table.error("no answer to this question sets a sign, so nobody would need to ask it")
    if kind is AnswerKind.REGIONS and not question.ask_if:
        raise table.error("a regions question needs 'ask_if': the signs whose place it asks for")


def _known(table: Table, key: str, known: Mapping[str, str]) -> str:
    value = table.text(key)
    if value not in known:
        raise table.error(f"{value!r} in {key!r} is none of {', '.join(known)}", key)
    return value


def _number(table: Table, key: str) -> float | None:
    return table.number(key) if table.has(key) else None


def _option(table: Table) -> Option:
    option = Option(table.text("id"), table.text("words"), table.distinct("signs"))
    table.done()
    return option


def _band(table: Table) -> Band:
    band = Band(
        start=_number(table, "from"),
        above=_number(table, "above"),
        below=_number(table, "below"),
        signs=table.distinct("signs"),
    )
    table.done()
    return band


# --- rules ---


class _Rules:
    """Reads `[rule.name]` tables; holds what their ids are checked against."""

    def __init__(
        self,
        conditions: Mapping[str, str],
        profiles: tuple[str, ...],
        sources: Mapping[str, object],
        precautions: Mapping[str, Precaution],
        region_sets: Mapping[str, object],
        muscle_sets: Mapping[str, object],
    ) -> None:
        self.conditions, self.profiles, self.sources, self.precautions = conditions, profiles, sources, precautions
        self.region_sets, self.muscle_sets = region_sets, muscle_sets

    def all(self, root: Table) -> dict[str, Rule]:
        """Every rule of one file."""
        return {name: self._one(name, table) for name, table in root.tables("rule")}

    def _one(self, name: str, table: Table) -> Rule:
        rule_id, condition = f"screen.{name}", _known(table, "condition", self.conditions)
        rule = Rule(
            id=rule_id,
            condition=condition,
            facts_row=table.text("row"),
            all_of=table.distinct("all", ()),
            any_of=table.distinct("any", ()),
            actions=self._actions(table.table("actions")),
            because=table.text("because"),
            cites=table.cites(self.sources),
            tell=table.text("tell", ""),
            from_age=table.whole("from_age", None),
            below_age=table.whole("below_age", None),
            answered_as=rule_id if condition == "red_flag" else condition,
            precautions=table.ids("precautions", self.precautions, "precaution", ()),
            avoid_techniques=table.distinct("avoid_techniques", ()),
            avoid_muscles=table.ids("avoid_muscles", self.muscle_sets, "set of muscles", ()),
            avoid_regions=table.ids("avoid_regions", self.region_sets, "set of regions", ()),
            avoid_at=table.one_of("avoid_at", Where) if table.has("avoid_at") else None,
            limits_because=table.text("limits_because", ""),
            refuse_there=table.flag("refuse_there", False),
        )
        table.done()
        _refuse_odd_rule(rule, table)
        return rule

    def _actions(self, table: Table) -> Mapping[str, Action]:
        """The action of each profile; one left out is that of `default`."""
        usual = table.one_of("default", Action)
        actions = {profile: table.one_of(profile, Action) if table.has(profile) else usual for profile in self.profiles}
        table.done()
        return MappingProxyType(actions)


def _refuse_odd_rule(rule: Rule, table: Table) -> None:
    """Mistakes that would weaken a rule without an error anywhere."""
    if not rule.all_of and not rule.any_of:
        raise table.error("a rule without 'all' and 'any' would hold for everybody")
    if (Action.ALERT in rule.actions.values()) != bool(rule.tell):
        raise table.error("an alert, and only an alert, needs 'tell': what the patient reads at once")
    excludes = rule.avoid_at or rule.avoid_regions or rule.avoid_muscles
    if rule.refuse_there and not excludes:
        raise table.error("'refuse_there' needs avoid_at, avoid_regions or avoid_muscles: where it refuses")
    if Action.REGION in rule.actions.values() and not excludes:
        raise table.error("the action region needs avoid_at, avoid_regions or avoid_muscles: what is left out")
    if bool(excludes or rule.avoid_techniques) and not rule.limits_because and rule.avoid_techniques != ("estim",):
        raise table.error("'limits_because' is missing: the sentence beside each locked muscle")


# --- words ---


def _terms(root: Table) -> dict[str, Term]:
    kinds = root.some_of("kinds", Kind)
    return {name: _term(name, table, kinds) for name, table in root.tables("term")}


def _term(name: str, table: Table, kinds: tuple[Kind, ...]) -> Term:
    if table.has("days") and not (table.has("asks") or table.has("old")):
        raise table.error("'days' needs 'asks' (may be empty) or 'old': what an older one does", "days")
    term = Term(
        id=name,
        sign=table.text("sign", ""),
        past=table.text("past", ""),
        old=table.text("old", ""),
        days=table.whole("days", None),
        asks=table.distinct("asks", ()),
        phrases=tuple(tokens(words) for words in table.distinct("words")),
        codes=tuple(_codes(table, "codes")) + tuple(_codes(table, "codes_recalled")),
        kinds=kinds,
    )
    table.done()
    return term


def _codes(table: Table, key: str) -> Iterator[tuple[str, str]]:
    for written in table.distinct(key, ()):
        system, _, code = written.partition(" ")
        if system not in SYSTEMS or not code:
            raise table.error(f"{written!r} must be a system ({', '.join(SYSTEMS)}), a space and a code", key)
        yield system, code


def _places(file: Path, regions: Mapping[RegionId, object]) -> Mapping[tuple[str, ...], tuple[RegionId, ...]]:
    root = read(file)
    table = root.table("place")
    names = table.keys()
    places = {tokens(name): tuple(map(RegionId, table.ids(name, regions, "region"))) for name in names}
    root.done()
    return MappingProxyType(places)


# --- the whole against itself ---


def _check(book: Rulebook, folder: Path) -> None:
    """Refuse a sign that is read but never set, or set but never read, and a question that does not exist."""
    set_signs, read_signs = _with_parents(_set_signs(book)), set(_read_signs(book))
    for sign in sorted(read_signs - set_signs):
        raise KnowledgeError(folder, f"nothing sets the sign {sign!r} that a rule or a question reads")
    for sign in sorted(set(_set_signs(book)) - OWN):
        if not _with_parents([sign]) & read_signs:
            raise KnowledgeError(folder, f"no rule and no question reads the sign {sign!r}")
    asked = {question for term in book.vocabulary.terms for question in term.asks}
    for question in sorted(asked - {question.id for question in book.questions}):
        raise KnowledgeError(folder, f"a term asks the question {question!r}, which does not exist")


def _set_signs(book: Rulebook) -> Iterator[str]:
    yield from OWN
    for question in book.questions:
        yield from (*question.yes, *question.no, *question.unsure)
        yield from (sign for option in question.options for sign in option.signs)
        yield from (sign for band in question.bands for sign in band.signs)
    for term in book.vocabulary.terms:
        yield from filter(None, (term.sign, term.past, term.old))


def _read_signs(book: Rulebook) -> Iterator[str]:
    for rule in book.rules:
        yield from (*rule.all_of, *rule.any_of)
    for question in book.questions:
        yield from question.ask_if


def _with_parents(signs: Iterator[str] | list[str]) -> set[str]:
    """`signs` and all that they imply."""
    found: set[str] = set()
    for sign in signs:
        while sign:
            found.add(sign)
            sign = sign.rpartition(".")[0]
    return found
