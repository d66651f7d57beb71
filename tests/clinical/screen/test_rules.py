"""Every rule against its second entry, and every question against what an answer must be able to do."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from filiform.clinical.screen import Answer, AnswerKind, Option, Question, Result, Rule, Said, screen
from filiform.knowledge import book
from tests.clinical.screen.vignettes import TODAY

BOOK = book().screening
FILE = Path(__file__).parents[2] / "cases" / "rules_screening.toml"
TABLE = tomllib.loads(FILE.read_text(encoding="utf-8"))["rule"]
# The options that say that all is well.
REASSURING = {
    ("antibiotics", "finished"),
    ("diabetes_why", "other"),
    ("seizure_past", "not_epilepsy"),
    ("seizure_medicine", "other"),
}
LISTS = [question for question in BOOK.questions if question.kind is AnswerKind.CHOICE]
YES_NO = [question for question in BOOK.questions if question.kind is AnswerKind.YES_NO]
CHOICES = [(question, option) for question in BOOK.questions for option in question.options]


def entry(rule: Rule) -> dict[str, object]:
    """A rule in the words of the table."""
    left_out = [*rule.avoid_techniques, *rule.avoid_regions, *rule.avoid_muscles]
    left_out += [rule.avoid_at.value] if rule.avoid_at else []
    one_of = [f"one of {', '.join(rule.any_of)}"] if rule.any_of else []
    told: dict[str, object] = {
        "row": rule.facts_row,
        "actions": " ".join(rule.actions[profile].value for profile in BOOK.profiles),
        "holds": " and ".join([*rule.all_of, *one_of]) if len(rule.all_of) > 1 or rule.any_of else "",
        "precautions": " ".join(rule.precautions),
        "left_out": " ".join(left_out),
        "from_age": rule.from_age,
        "below_age": rule.below_age,
        "refuse_there": rule.refuse_there or "",
    }
    return {key: value for key, value in told.items() if value not in ("", None)}


@pytest.mark.control("C-070")
def test_every_rule_is_entered_twice_and_alike() -> None:
    rules = {rule.id.removeprefix("screen."): entry(rule) for rule in BOOK.rules}
    assert rules.keys() == TABLE.keys()
    for name, told in rules.items():
        assert told == TABLE[name], name


@pytest.mark.control("C-148")
def test_a_place_left_out_leaves_out_no_muscle_that_its_own_tag_does_not() -> None:
    """Lung and aorta are guarded twice, by place and by muscle: the loss of one alone locks no muscle less."""
    known, sets = book(), BOOK.region_sets
    entered = {name: {one.id for one in known.muscles.values() if set(sets[name]) & set(one.enters)} for name in sets}
    assert entered["thorax"] <= set(BOOK.muscle_sets["pleura"])
    large = {muscle for name in ("aneurysm", "cord", "paraspinal") for muscle in BOOK.muscle_sets[name]}
    assert entered["abdomen_and_flank"] <= large
    assert set(BOOK.muscle_sets["aneurysm"]) <= entered["abdomen_and_flank"]


def judged(*answers: Answer) -> Result:
    return screen(answers, [], book_rules=BOOK, patient_age=45, on=TODAY, profile="article")


@pytest.mark.control("C-070")
@pytest.mark.parametrize(("question", "option"), CHOICES, ids=lambda one: one.id)
def test_an_option_raises_a_finding_or_a_question_unless_it_reassures(question: Question, option: Option) -> None:
    nothing = judged()
    result = judged(Answer(question.id, Said.YES, chosen=(option.id,)))
    raised = bool(result.findings) or bool(set(result.ask) - set(nothing.ask))
    assert raised is ((question.id, option.id) not in REASSURING)


@pytest.mark.control("C-072")
@pytest.mark.parametrize("question", LISTS, ids=lambda one: one.id)
def test_yes_without_saying_which_is_a_finding_and_stays_open(question: Question) -> None:
    result = judged(Answer(question.id, Said.YES))
    assert result.findings or question.id in ("aspirin_dose",)
    if not question.ask_if:
        assert any(ask.question.startswith(question.words) for ask in result.ask)


@pytest.mark.control("C-072")
@pytest.mark.parametrize("question", YES_NO, ids=lambda one: one.id)
def test_one_answer_of_yes_and_no_raises_something(question: Question) -> None:
    """A question of which no answer does anything would only tire the patient. Some raise it only with their reason."""
    reason = {fact for sign in question.ask_if for fact in _setting(sign)}
    for said in (Said.YES, Said.NO):
        if {Said.YES: question.yes, Said.NO: question.no}[said]:
            before = judged(*reason)
            after = judged(*reason, Answer(question.id, said))
            assert len(after.findings) > len(before.findings) or question.id in ("steroid_long", "doctor_since")


def _setting(sign: str) -> list[Answer]:
    """An answer that sets `sign`."""
    for question in BOOK.questions:
        for option in question.options:
            if sign in option.signs:
                return [Answer(question.id, Said.YES, chosen=(option.id,))]
        if sign in question.yes:
            return [Answer(question.id, Said.YES)]
    return []
