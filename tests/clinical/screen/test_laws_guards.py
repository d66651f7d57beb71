"""Negative controls of the laws of order, of the default profile and of reading: without its guard each fails."""

from __future__ import annotations

from dataclasses import replace

import pytest

from filiform.clinical.screen import Action, Background, Kind, Vocabulary, holding, signs, words
from filiform.clinical.screen.result import Evidence
from filiform.clinical.screen.signs import Known
from filiform.clinical.screen.telling import Told
from filiform.knowledge import book
from tests.clinical.negative import again
from tests.clinical.screen import test_laws, test_phrases
from tests.clinical.screen.test_laws import RECORD, law_of_order
from tests.clinical.screen.test_profiles import slipped

BOOK = book().screening

# --- C-074: order and repetition ---

BOTH = [Background(Kind.MEDICINE, "Apixaban 5 MG", status="active"), RECORD[0]]  # two reasons for one sign


@pytest.mark.control("C-074")
def test_guard_removed_the_first_reason_would_push_out_the_second(monkeypatch: pytest.MonkeyPatch) -> None:
    """A sign that keeps only the first fact that set it tells another story when the list is turned."""
    law_of_order([], BOTH, 45, "default", 1)

    def first_only(self: Known, sign: str, fact: signs.Fact) -> None:
        while sign:
            self.signs.setdefault(sign, {fact})
            sign = sign.rpartition(".")[0]

    monkeypatch.setattr(Known, "add", first_only)
    with pytest.raises(AssertionError):
        again(test_laws.test_order_and_repetition_do_not_matter)()
    with pytest.raises(AssertionError):
        for seed in range(10):
            law_of_order([], BOTH, 45, "default", seed)


@pytest.mark.control("C-074")
def test_guard_removed_the_same_fact_would_count_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    """Facts and evidence that are compared by identity are told twice when the record tells them twice."""
    for one in (Evidence, signs.Fact):
        monkeypatch.setattr(one, "__eq__", object.__eq__)
        monkeypatch.setattr(one, "__hash__", object.__hash__)
    with pytest.raises(AssertionError):
        law_of_order([], BOTH, 45, "default", 1)


@pytest.mark.control("C-074")
def test_guard_removed_evidence_would_stand_in_any_order(monkeypatch: pytest.MonkeyPatch) -> None:
    """Evidence in the order in which it came, instead of its own, is another result for the same patient."""
    arrived: list[Evidence] = []
    whole = Known.add

    def noting(self: Known, sign: str, fact: signs.Fact) -> None:
        arrived.append(fact.evidence)
        whole(self, sign, fact)

    monkeypatch.setattr(Known, "add", noting)
    monkeypatch.setattr(holding, "evidence_order", lambda evidence: len(arrived) - arrived[::-1].index(evidence))
    with pytest.raises(AssertionError):
        for seed in range(10):
            law_of_order([], BOTH, 45, "default", seed)


# --- C-075: the default profile ---


@pytest.mark.control("C-075")
@pytest.mark.parametrize(
    ("rule", "profile", "action"),
    [
        ("screen.epilepsy", "default", Action.NOTE),
        ("screen.anticoagulant", "default", Action.NOTE),
        ("screen.epilepsy", "iscp2012", Action.REFUSE),
    ],
)
def test_guard_removed_a_default_milder_than_a_guideline_is_seen(
    rule: str, profile: str, action: Action, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(test_laws, "BOOK", slipped(rule, profile, action))
    with pytest.raises(AssertionError):
        test_laws.test_the_default_profile_is_never_milder_than_a_guideline()
    with pytest.raises(AssertionError):
        again(test_laws.test_a_patient_is_never_judged_more_mildly_by_default)()


# --- C-076: what people write ---

READ = [("anticoagulant", "on warferin since 2019"), ("antiplatelet", "Plavix"), ("diabetes", "T2DM")]
TRAPS = ["warfarin, stopped 2018", "mother takes warfarin", "no epilepsy", "father had a heart attack"]


@pytest.mark.control("C-076")
@pytest.mark.parametrize("phrase", TRAPS)
def test_guard_removed_what_is_denied_ended_or_a_relatives_would_count(
    phrase: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    test_phrases.test_trap_raises_nothing(phrase)
    monkeypatch.setattr(words, "told", lambda before, after, tail, medicine: Told.PRESENT)
    with pytest.raises(AssertionError):
        test_phrases.test_trap_raises_nothing(phrase)


@pytest.mark.control("C-076")
@pytest.mark.parametrize(("condition", "phrase"), READ)
def test_guard_removed_a_brand_or_a_misspelling_would_be_missed(
    condition: str, phrase: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without its term in the vocabulary the phrase says nothing."""
    test_phrases.test_phrase_is_read(condition, phrase)
    known = BOOK.vocabulary
    left = tuple(term for term in known.terms if not {condition, *_finer(condition)} & {term.sign})
    changed = replace(BOOK, vocabulary=Vocabulary.of(left, known.places))
    monkeypatch.setattr(test_phrases, "BOOK", changed)
    with pytest.raises(AssertionError):
        test_phrases.test_phrase_is_read(condition, phrase)


def _finer(condition: str) -> set[str]:
    return {term.sign for term in BOOK.vocabulary.terms if term.sign.startswith(f"{condition}.")}


@pytest.mark.control("C-076")
def test_guard_removed_a_denial_without_end_would_hide_a_blood_thinner(monkeypatch: pytest.MonkeyPatch) -> None:
    """A reading in which any "no" before a medicine denies it misses the medicine that is not missed."""
    test_phrases.test_phrase_is_read("anticoagulant", "never missed her warfarin")
    whole = words.told

    def greedy(before: tuple[str, ...], after: tuple[str, ...], tail: tuple[str, ...], medicine: bool) -> Told:
        return Told.DENIED if {"no", "not", "never"} & set(before) else whole(before, after, tail, medicine)

    monkeypatch.setattr(words, "told", greedy)
    with pytest.raises(AssertionError):
        test_phrases.test_phrase_is_read("anticoagulant", "never missed her warfarin")
