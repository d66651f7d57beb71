"""Laws of the screening for every input, each with a negative control: its guard removed, the same check fails."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filiform.clinical.screen import (
    Action,
    Answer,
    AnswerKind,
    Background,
    Disposition,
    Kind,
    Question,
    Result,
    Said,
    decide,
    holding,
    screen,
    signs,
)
from filiform.clinical.screen.signs import gather
from filiform.clinical.terms import BodySite, MuscleId, MuscleSide, RegionId, Side
from filiform.knowledge import book
from tests.clinical.screen.vignettes import TODAY, Patient, answer_the_rest, well

BOOK = book().screening
QUESTIONS = {question.id: question for question in BOOK.questions}
SITES = [
    BodySite(RegionId(region), side)
    for region in ("forearm_volar", "leg_posterior")
    for side in (Side.LEFT, Side.RIGHT)
]
RECORD = [
    Background(Kind.MEDICINE, "Warfarin Sodium 5 MG Oral Tablet", status="active"),
    Background(Kind.MEDICINE, "Clopidogrel 75 MG Oral Tablet", status="active"),
    Background(Kind.MEDICINE, "Metformin hydrochloride 500 MG", status="active"),
    Background(Kind.PROBLEM, "Epilepsy", status=""),
    Background(Kind.PROBLEM, "History of single seizure (situation)", status="active"),
    Background(Kind.PROBLEM, "Normal pregnancy", status="active", onset=TODAY.replace(year=2018)),
    Background(Kind.PROBLEM, "Lymphedema right leg", status="active"),
    Background(Kind.PROBLEM, "Prediabetes", status="active"),
    Background(Kind.ALLERGY, "Penicillin", status="active"),
]


@st.composite
def an_answer(draw: st.DrawFn, question: Question) -> Answer:
    """Any answer that the question can take."""
    if question.kind is AnswerKind.REGIONS:
        return Answer(question.id, Said.YES, sites=tuple(draw(st.sets(st.sampled_from(SITES), min_size=1, max_size=2))))
    if question.kind is AnswerKind.NUMBER:
        return Answer(question.id, Said.YES, number=draw(st.integers(0, 45)))
    said = draw(st.sampled_from(Said))
    chosen: tuple[str, ...] = ()
    if question.options and said is Said.YES:
        chosen = tuple(draw(st.sets(st.sampled_from([option.id for option in question.options]), max_size=3)))
    detail = draw(st.sampled_from(["", "", "apixaban 5 mg", "no diabetes", "cellulitis left calf"]))
    return Answer(question.id, said, detail, chosen=chosen)


@st.composite
def answer_sets(draw: st.DrawFn) -> list[Answer]:
    """Answers to some of the questions, at most one to each."""
    ids = draw(st.sets(st.sampled_from(sorted(QUESTIONS)), max_size=14))
    return [draw(an_answer(QUESTIONS[question])) for question in sorted(ids)]


records = st.lists(st.sampled_from(RECORD), max_size=4, unique=True)
profiles = st.sampled_from(BOOK.profiles)
ages = st.one_of(st.none(), st.integers(0, 100))


def judged(answers: list[Answer], record: list[Background], age: int | None = 45, profile: str = "default") -> Result:
    """The screening without a plan."""
    return screen(answers, record, book_rules=BOOK, patient_age=age, on=TODAY, profile=profile)


def is_asked(question: str, result: Result) -> bool:
    return any(ask.question.startswith(QUESTIONS[question].words) for ask in result.ask)


# --- removing an answer ---


def law_of_removal(answers: list[Answer], record: list[Background], age: int | None, profile: str) -> None:
    """Without a reassuring answer it is never milder; without an alarming one its question is asked again."""
    whole = judged(answers, record, age, profile)
    for gone in answers:
        rest = judged([one for one in answers if one is not gone], record, age, profile)
        if not gather([gone], [], BOOK, TODAY).signs:
            assert rest.disposition.rank >= whole.disposition.rank
            assert {one.rule for one in rest.findings} >= {one.rule for one in whole.findings}
        elif not QUESTIONS[gone.question].ask_if:
            assert is_asked(gone.question, rest)
        assert not rest.cleared or gone.question not in _asked_of_everybody()


def _asked_of_everybody() -> set[str]:
    return {question.id for question in BOOK.questions if not question.ask_if and not question.profiles}


@pytest.mark.control("C-071")
@given(answers=answer_sets(), record=records, age=ages, profile=profiles)
def test_removing_an_answer_never_makes_it_milder_unseen(
    answers: list[Answer], record: list[Background], age: int | None, profile: str
) -> None:
    law_of_removal(answers, record, age, profile)


@pytest.mark.control("C-071")
def test_guard_removed_silence_would_hide_the_record(monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control: a screening that looks at the record only where a question was answered breaks the law."""

    def forgetful(*args: object) -> signs.Known:
        known = gather(*args)  # type: ignore[arg-type]
        known.signs = {sign: facts for sign, facts in known.signs.items() if sign in known.denied}
        return known

    monkeypatch.setattr(decide, "gather", forgetful)
    with pytest.raises(AssertionError):
        law_of_removal([Answer("blood_thinner", Said.NO)], RECORD[:1], 45, "default")


@pytest.mark.control("C-071")
def test_an_alarming_follow_up_comes_back_as_a_question() -> None:
    """For every follow-up question whose reason is there: without its answer it is asked."""
    for question in BOOK.questions:
        for sign in question.ask_if:
            one = Patient(answers=_answers_that_set(sign), record=[])
            if not one.answers:
                continue
            one.profile = question.profiles[0] if question.profiles else "default"
            answer_the_rest(one, leave={question.id})
            assert is_asked(question.id, one.screened()) or _placed(question, one), (question.id, sign)
            assert not one.screened().cleared, question.id


def _answers_that_set(sign: str) -> list[Answer]:
    """One answer that sets `sign` and nothing else."""
    for question in BOOK.questions:
        for option in question.options:
            if sign in option.signs and not question.ask_if:
                return [Answer(question.id, Said.YES, chosen=(option.id,))]
        if sign in question.yes and not question.ask_if:
            return [Answer(question.id, Said.YES)]
    return []


def _placed(question: Question, one: Patient) -> bool:
    return question.kind is AnswerKind.REGIONS and any(answer.sites for answer in one.answers)


@pytest.mark.control("C-071")
def test_every_question_of_every_patient_is_needed() -> None:
    """A well patient with any one base question taken away is never cleared."""
    one = Patient(answers=[], record=[])
    answer_the_rest(one)
    assert one.screened().cleared
    for gone in list(one.answers):
        left = replace(one, answers=[answer for answer in one.answers if answer is not gone])
        result = left.screened()
        assert not result.cleared and is_asked(gone.question, result), gone.question


@pytest.mark.control("C-071")
def test_guard_removed_an_unanswered_question_would_clear(monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control: without looking at `ask`, empty input is cleared and the laws above fail."""
    monkeypatch.setattr(decide, "may_start", lambda ask, disposition, excluded: disposition in decide.MAY_START)
    assert judged([], []).cleared
    with pytest.raises(AssertionError):
        test_every_question_of_every_patient_is_needed()
    with pytest.raises(AssertionError):
        test_empty_input_is_never_cleared()


@pytest.mark.control("C-072")
def test_empty_input_is_never_cleared() -> None:
    for profile in BOOK.profiles:
        result = judged([], [], None, profile)
        assert not result.cleared
        assert len(result.ask) >= 20


# --- unsure ---


@pytest.mark.control("C-072")
@given(question=st.sampled_from(sorted(_asked_of_everybody())), profile=profiles)
def test_unsure_is_treated_as_not_answered(question: str, profile: str) -> None:
    one = Patient(answers=[Answer(question, Said.UNSURE)], record=[], profile=profile)
    answer_the_rest(one)
    result = one.screened()
    assert not result.cleared and is_asked(question, result)


# --- findings add up ---


def law_of_addition(
    first: list[Answer], second: list[Answer], record: list[Background], age: int | None, profile: str
) -> None:
    """What two halves find, the whole finds too, and it is at least as strict."""
    whole = judged(first + second, record, age, profile)
    for half in (first, second):
        part = judged(half, record, age, profile)
        assert {one.rule for one in part.findings} <= {one.rule for one in whole.findings}
        assert set(part.restrictions) <= set(whole.restrictions)
        assert part.disposition.rank <= whole.disposition.rank


@pytest.mark.control("C-073")
@given(first=answer_sets(), second=answer_sets(), record=records, age=ages, profile=profiles)
def test_findings_never_cancel(
    first: list[Answer], second: list[Answer], record: list[Background], age: int | None, profile: str
) -> None:
    law_of_addition(first, second, record, age, profile)


@pytest.mark.control("C-073")
def test_guard_removed_only_the_strictest_finding_would_be_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control: a screening that keeps the strictest rule alone breaks the law."""
    whole_hold = holding.hold

    def only_the_strictest(*args: object) -> tuple[holding.Held, ...]:
        held = whole_hold(*args)  # type: ignore[arg-type]
        return tuple(sorted(held, key=lambda one: -one.action.disposition.rank)[:1])

    monkeypatch.setattr(decide, "hold", only_the_strictest)
    fever, warfarin = (
        [Answer("infection", Said.YES, chosen=("fever",))],
        [Answer("blood_thinner", Said.YES, chosen=("warfarin",))],
    )
    with pytest.raises(AssertionError):
        law_of_addition(fever, warfarin, [], 45, "default")


@pytest.mark.control("C-073")
def test_guard_removed_a_no_would_hide_the_record(monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control: a screening that believes a reassuring "no" more than the record breaks the law."""

    def believing(*args: object) -> signs.Known:
        known = gather(*args)  # type: ignore[arg-type]
        known.signs = {sign: facts for sign, facts in known.signs.items() if sign not in known.denied}
        return known

    monkeypatch.setattr(decide, "gather", believing)
    with pytest.raises(AssertionError):
        law_of_addition([], [Answer("blood_thinner", Said.NO)], RECORD[:1], 45, "default")


# --- order and repetition ---


def law_of_order(answers: list[Answer], record: list[Background], age: int | None, profile: str, seed: int) -> None:
    """The same facts twice and in any order give the same result, to the last word."""
    shuffled, turned = list(answers) * 2, list(record) * 2
    random.Random(seed).shuffle(shuffled)
    random.Random(seed).shuffle(turned)
    assert judged(answers, record, age, profile).as_stored() == judged(shuffled, turned, age, profile).as_stored()


@pytest.mark.control("C-074")
@given(answers=answer_sets(), record=records, age=ages, profile=profiles, seed=st.integers(0, 9))
def test_order_and_repetition_do_not_matter(
    answers: list[Answer], record: list[Background], age: int | None, profile: str, seed: int
) -> None:
    law_of_order(answers, record, age, profile, seed)


# --- the result ---


@pytest.mark.control("C-072")
@given(answers=answer_sets(), record=records, age=ages, profile=profiles)
def test_cleared_means_nothing_open_and_nothing_forbidden(
    answers: list[Answer], record: list[Background], age: int | None, profile: str
) -> None:
    result = judged(answers, record, age, profile)
    strict = [one.action.disposition.rank for one in result.findings if one.action is not Action.REGION]
    assert result.disposition.rank >= max(strict, default=0)
    if result.cleared:
        assert not result.ask
        assert result.disposition.rank <= Disposition.REGION_EXCLUDED.rank


@given(answers=answer_sets(), record=records, profile=profiles)
def test_the_stored_result_comes_back_unchanged(answers: list[Answer], record: list[Background], profile: str) -> None:
    result = judged(answers, record, 45, profile)
    assert Result.from_json(result.as_stored()) == result
    assert Result.from_json(result.as_json()).as_json() == result.as_json()


@pytest.mark.control("C-075")
def test_the_default_profile_is_never_milder_than_a_guideline() -> None:
    for rule in BOOK.rules:
        for guideline in ("apta2013", "iscp2012"):
            assert rule.actions["default"].disposition.rank >= rule.actions[guideline].disposition.rank, rule.id


@pytest.mark.control("C-075")
@given(answers=answer_sets(), record=records, age=ages, guideline=st.sampled_from(["apta2013", "iscp2012"]))
def test_a_patient_is_never_judged_more_mildly_by_default(
    answers: list[Answer], record: list[Background], age: int | None, guideline: str
) -> None:
    assert judged(answers, record, age).disposition.rank >= judged(answers, record, age, guideline).disposition.rank


@pytest.mark.control("C-073")
@given(answers=answer_sets(), plan=st.sets(st.sampled_from(["soleus", "biceps_brachii", "upper_trapezius"])))
def test_an_unknown_entry_is_locked_by_any_excluded_region(answers: list[Answer], plan: set[str]) -> None:
    """Without the muscle table a plan is never cleared while a region is excluded."""
    chosen = [MuscleSide(MuscleId(muscle), Side.LEFT) for muscle in sorted(plan)]
    result = screen(answers, [], book_rules=BOOK, patient_age=45, on=TODAY, plan=chosen, muscles=None)
    if plan and any(one.scope == "region" and one.side is not Side.RIGHT for one in result.restrictions):
        assert not result.cleared and result.disposition.rank >= Disposition.REGION_EXCLUDED.rank


def test_a_well_answer_sets_nothing() -> None:
    """The vignettes lean on this: what a well patient says is never a finding."""
    for question in BOOK.questions:
        if question.kind in (AnswerKind.REGIONS, AnswerKind.NUMBER):
            continue
        assert not judged([well(question)], []).findings, question.id


@pytest.mark.parametrize(
    ("answers", "profile", "named"),
    [
        ([Answer("no_such", Said.NO)], "default", "no_such"),
        ([Answer("fear", Said.YES, chosen=("no_such",))], "default", "no_such"),
        ([], "no_such", "no_such"),
    ],
)
def test_what_does_not_exist_is_refused_by_name(answers: list[Answer], profile: str, named: str) -> None:
    with pytest.raises(ValueError, match=named):
        judged(answers, [], 45, profile)
