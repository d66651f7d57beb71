"""The shape of the screening knowledge: questions, rules, vocabulary. `knowledge.screening` fills it from TOML.

A *sign* is a dotted id for something that is true of the patient (`diabetes`, `diabetes.unstable`). A sign implies its
parents. Rules look only for signs that are there, never for signs that are absent: so a reassuring answer can only
take a question off the list, and no answer can make another finding go away.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from filiform.clinical.screen.facts import Kind
from filiform.clinical.screen.result import Action, Scope
from filiform.clinical.terms import BodySite, Cite, MuscleId, RegionId

Profile = str


class AnswerKind(StrEnum):
    """How a question is answered."""

    YES_NO = "yes_no_unsure"
    TEXT = "text"
    REGIONS = "regions"
    CHOICE = "choice"
    NUMBER = "number"


class AskedOf(StrEnum):
    """Who answers: the patient, also at home on a phone, or the therapist who stands beside the patient."""

    PATIENT = "patient"
    THERAPIST = "therapist"


@dataclass(frozen=True, slots=True)
class Option:
    """One possible answer of a choice question, and the signs it sets."""

    id: str
    words: str
    signs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Band:
    """A range of a number question and the signs it sets.

    A number is in the band when it is at least `start` or above `above`, and below `below`; None leaves an end open.
    """

    start: float | None
    above: float | None
    below: float | None
    signs: tuple[str, ...]

    def holds(self, number: float) -> bool:
        """Whether `number` lies in the band."""
        if self.start is not None and number < self.start:
            return False
        if self.above is not None and number <= self.above:
            return False
        return self.below is None or number < self.below


@dataclass(frozen=True, slots=True)
class Question:
    """One question of a visit.

    `words` are for the patient, `why` says in one sentence why we ask, `detail` is the prompt of the text field that
    opens on "yes" ("" when there is none). `yes`, `no` and `unsure` are the signs that each answer sets. A question
    with `ask_if` is asked only when one of those signs holds and none of `ask_unless`; one without is asked at every
    visit. A regions question is asked while the place of its `ask_if` signs is unknown. `profiles` empty means all.
    """

    id: str
    condition: str
    words: str
    why: str
    kind: AnswerKind
    page: str
    asked_of: AskedOf = AskedOf.PATIENT
    detail: str = ""
    unit: str = ""
    lowest: float | None = None
    highest: float | None = None
    several: bool = False
    options: tuple[Option, ...] = ()
    bands: tuple[Band, ...] = ()
    yes: tuple[str, ...] = ()
    no: tuple[str, ...] = ()
    unsure: tuple[str, ...] = ()
    ask_if: tuple[str, ...] = ()
    ask_unless: tuple[str, ...] = ()
    profiles: tuple[Profile, ...] = ()

    def option(self, option_id: str) -> Option:
        """The option with this id; ValueError names an unknown one."""
        for option in self.options:
            if option.id == option_id:
                return option
        raise ValueError(f"question {self.id!r} has no option {option_id!r}")


class Where(StrEnum):
    """Which regions a rule excludes around the place that the evidence names."""

    SITE = "site"  # exactly the marked regions
    AREA = "area"  # every region of the same part of the body on that side: what lies near an implant
    LIMB = "limb"  # the whole limb that the marked region belongs to
    LIMB_AND_QUADRANT = "limb_and_quadrant"  # and the quarter of the trunk that it joins


@dataclass(frozen=True, slots=True)
class Rule:
    """One row or part of a row of facts.md section 2.

    It holds when every sign of `all_of` is there, at least one of `any_of` (when given), and the patient's age is not
    known to be outside `from_age` <= age < `below_age` (years). `tell` is what the patient reads at once (alerts only).
    `answered_as` is the key that a doctor's answer carries. `limits_because` explains the regions and muscles excluded.
    `refuse_there`: a plan in a place that the rule excludes is refused, and no doctor's answer lifts that.
    """

    id: str
    condition: str
    facts_row: str
    all_of: tuple[str, ...]
    any_of: tuple[str, ...]
    actions: Mapping[Profile, Action]
    because: str
    cites: tuple[Cite, ...]
    tell: str = ""
    from_age: int | None = None
    below_age: int | None = None
    answered_as: str = ""
    precautions: tuple[str, ...] = ()
    avoid_techniques: tuple[str, ...] = ()
    avoid_muscles: tuple[str, ...] = ()
    avoid_regions: tuple[str, ...] = ()
    avoid_at: Where | None = None
    limits_because: str = ""
    refuse_there: bool = False


@dataclass(frozen=True, slots=True)
class Precaution:
    """A change to the treatment that a rule can ask for: an id, what it limits, and the sentence for the therapist."""

    id: str
    scope: Scope
    words: str


@dataclass(frozen=True, slots=True)
class Term:
    """Words and codes that mean one thing.

    `sign` is set when the fact is present, `past` when it is ended or told as history ("" for neither). `days` is how
    long such a thing lasts at most (None: for ever): an older one sets `old` instead, or only puts the questions `asks`
    on the list. A term with neither sign nor question is a trap: its words are read and mean nothing ("prediabetes").
    `kinds` are the lists of the record it is read in.
    """

    id: str
    sign: str
    past: str
    old: str
    days: int | None
    asks: tuple[str, ...]
    phrases: tuple[tuple[str, ...], ...]
    codes: tuple[tuple[str, str], ...]
    kinds: tuple[Kind, ...]


Phrases = Mapping[str, tuple[tuple[tuple[str, ...], Term], ...]]  # first word -> (phrase, term), the longest first


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """All terms, indexed: by the first word of each phrase (the longest phrase first) and by code.

    `done` are the phrases of procedures. They stand apart, because a longer phrase uses up its words: "removal of a
    pacemaker" in a list of operations must not hide the pacemaker in what a patient writes.
    """

    terms: tuple[Term, ...]
    by_word: Phrases
    done: Phrases
    by_code: Mapping[tuple[str, str], tuple[Term, ...]]
    places: Mapping[tuple[str, ...], tuple[RegionId, ...]]  # "left calf": the regions that a word for a place means

    @classmethod
    def of(cls, terms: tuple[Term, ...], places: Mapping[tuple[str, ...], tuple[RegionId, ...]]) -> Vocabulary:
        """The vocabulary of `terms`."""
        by_code: dict[tuple[str, str], list[Term]] = {}
        for term in terms:
            for code in term.codes:
                by_code.setdefault(code, []).append(term)
        done = [term for term in terms if Kind.PROCEDURE in term.kinds]
        other = [term for term in terms if term.kinds != (Kind.PROCEDURE,)]
        codes = {code: tuple(found) for code, found in by_code.items()}
        return cls(terms, _by_word(other), _by_word(done), codes, places)


def _by_word(terms: Iterable[Term]) -> Phrases:
    by_word: dict[str, list[tuple[tuple[str, ...], Term]]] = {}
    for term in terms:
        for phrase in term.phrases:
            by_word.setdefault(phrase[0], []).append((phrase, term))
    return {word: tuple(sorted(found, key=lambda pair: (-len(pair[0]), pair[1].id))) for word, found in by_word.items()}


@dataclass(frozen=True, slots=True)
class Page:
    """One screenful of questions on a phone."""

    id: str
    title: str


@dataclass(frozen=True, slots=True)
class Rulebook:
    """Everything that `screen` knows. `hash` is the content hash of its files, stored with every result."""

    profiles: tuple[Profile, ...]
    pages: tuple[Page, ...]
    questions: tuple[Question, ...]
    rules: tuple[Rule, ...]
    vocabulary: Vocabulary
    precautions: Mapping[str, Precaution]
    region_sets: Mapping[str, tuple[RegionId, ...]]
    muscle_sets: Mapping[str, tuple[MuscleId, ...]]
    areas: Mapping[RegionId, tuple[RegionId, ...]]  # the regions of the same part of the body
    limbs: tuple[tuple[str, str], ...]  # (set of the limb, set of the quarter of the trunk that it joins)
    conditions: Mapping[str, str]  # id -> the words for it
    adult_age: int  # years
    hash: str
    ruled: frozenset[str] = frozenset()  # the signs that some rule reads; the others are only hints that ask
    _by_id: Mapping[str, Question] = field(default_factory=dict)

    def question(self, question_id: str) -> Question:
        """The question with this id; ValueError names an unknown one."""
        found = self._by_id.get(question_id)
        if found is None:
            raise ValueError(f"there is no screening question {question_id!r}")
        return found

    def rule(self, rule_id: str) -> Rule:
        """The rule with this id; ValueError names an unknown one."""
        for rule in self.rules:
            if rule.id == rule_id:
                return rule
        raise ValueError(f"there is no screening rule {rule_id!r}")


class Entered(Protocol):
    """What the screening needs of a muscle: its id and the regions where a needle goes in."""

    @property
    def id(self) -> MuscleId: ...

    @property
    def enters(self) -> Collection[RegionId]: ...


Sites = frozenset[BodySite]
