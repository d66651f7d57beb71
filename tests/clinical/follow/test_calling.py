"""How soon somebody calls back: the worst line of an answer, ticked or in words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filiform.clinical import follow
from filiform.clinical.adverse import Observed, Treatment
from filiform.clinical.follow import After, Queue, Sorted, aftercare, calling, reading, silent, sort
from filiform.clinical.follow.book import EVERYWHERE
from filiform.clinical.follow.calling import Answer, judge
from filiform.clinical.terms import MuscleId, Sure
from filiform.knowledge import book

RULES = book().follow
IDS = sorted(RULES.by_id)
HOURS = st.none() | st.floats(0, 500)
ALARMS = [
    "chest pain",
    "I cannot breathe",
    "passed out",
    "worst headache of my life",
    "foot drop",
    "coughing blood",
    "swollen tongue",
    "there is still a needle in",
    "I want to die",
    "can't pee",
    "blood in my urine",
]
SENTENCES = [
    *ALARMS,
    "sore",
    "a bit sore",
    "small bruise",
    "tired",
    "fine",
    "no problems",
    "getting better",
    "pain 3/10",
    "pain 9/10",
    "fever",
    "stiff neck",
    "my arm is odd",
    "not short of breath",
    "my husband is breathless",
    "呼吸",
    "dizzy",
    "no fever or chest pain",
    "numb",
    "blood thinners",
    "worse",
    "cough",
    "",
    "no",
    "not well",
    "soreness gone",
]
MUSCLES = [(), (MuscleId("soleus"),), (MuscleId("rhomboids"),), (MuscleId("soleus"), MuscleId("rhomboids"))]


def told(hours: float | None, *texts: str, muscles: tuple[MuscleId, ...] = ()) -> Sorted:
    return aftercare(After(hours, muscles, texts), RULES, book().muscles)


@pytest.mark.control("C-018")
@pytest.mark.parametrize(
    ("answers", "after", "queue"),
    [
        (["breath_or_chest"], 1, Queue.NOW),
        (["breath_or_chest"], 24 * 9, Queue.NOW),
        (["calf"], 24, Queue.SAME_DAY),
        (["calf", "breath_or_chest"], 24, Queue.NOW),
        (["needle_in_body"], None, Queue.NOW),
        (["loose_needle"], 24, Queue.SAME_DAY),
        (["pain_worse"], 24, Queue.ROUTINE),
        (["pain_worse"], 49, Queue.SAME_DAY),
        (["pain_worse"], None, Queue.SAME_DAY),
        (["sore"], 48, Queue.NONE),
        (["sore"], 48.1, Queue.ROUTINE),
        (["sore"], None, Queue.ROUTINE),
        (["small_bruise"], 24 * 11, Queue.ROUTINE),
        (["sleepy"], 12, Queue.NONE),
        (["sleepy"], 30, Queue.SAME_DAY),
        (["nothing"], 24, Queue.NONE),
        (["nothing", "infection"], 24, Queue.SAME_DAY),
        (["sore", "tired", "mild_headache"], 20, Queue.NONE),
        (["from an old page"], 24, Queue.SAME_DAY),
        (["nothing", "from an old page"], 24, Queue.SAME_DAY),
        ([], 24, Queue.SAME_DAY),
    ],
)
def test_the_worst_line_decides(answers: list[str], after: float | None, queue: Queue) -> None:
    assert sort(answers, after, rules=RULES).queue is queue


@pytest.mark.control("C-018")
@given(st.sets(st.sampled_from(IDS), min_size=1), st.sampled_from(IDS), HOURS)
def test_one_more_line_never_makes_it_less_urgent(some: set[str], more: str, after: float | None) -> None:
    assert sort({*some, more}, after, rules=RULES).queue >= sort(some, after, rules=RULES).queue


# ---- the patient's own words


@pytest.mark.control("C-018")
def test_own_words_count_beside_the_lines() -> None:
    assert sort(["nothing"], 24, "all good, thank you", rules=RULES).queue is Queue.NONE
    assert sort(["nothing"], 24, "  ", rules=RULES).queue is Queue.NONE
    assert sort(["nothing"], 24, "my arm is odd", rules=RULES).queue is Queue.SAME_DAY
    assert sort(["nothing"], 24, "cannot breathe", rules=RULES).queue is Queue.NOW
    assert sort(["fever"], 24, "my back hurts", rules=RULES).queue is Queue.NOW
    assert sort(["breath_or_chest"], 24, "all good", rules=RULES).queue is Queue.NOW


@st.composite
def answers(draw: st.DrawFn) -> After:
    muscles = draw(st.sampled_from(MUSCLES))
    ticked = draw(
        st.dictionaries(st.sampled_from(IDS), st.sampled_from([True, False, "yes", "no", "unsure"]), max_size=4)
    )
    return After(draw(HOURS), muscles, tuple(draw(st.lists(st.sampled_from(SENTENCES), max_size=4))), ticked)


def queue(after: After) -> Queue:
    return aftercare(after, RULES, book().muscles).queue


def with_more(after: After, *texts: str) -> After:
    return After(after.hours_since, after.muscles, (*after.symptoms, *texts), after.answers)


def says_something(after: After) -> bool:
    return bool(after.answers) or any(text.strip() for text in after.symptoms)


@pytest.mark.control("C-018")
@given(answers().filter(says_something), st.sampled_from(SENTENCES))
def test_one_more_sentence_never_makes_it_less_urgent(after: After, more: str) -> None:
    assert queue(with_more(after, more)) >= queue(after)


@pytest.mark.control("C-018")
@given(answers(), st.sampled_from(ALARMS))
def test_an_alarm_is_now_whatever_stands_beside_it(after: After, alarm: str) -> None:
    assert queue(with_more(after, alarm)) is Queue.NOW


@pytest.mark.control("C-123")
@given(answers(), st.randoms(use_true_random=False))
def test_order_and_repetition_change_nothing(after: After, random: object) -> None:
    texts = list(after.symptoms) * 2
    random.shuffle(texts)  # type: ignore[attr-defined]
    turned = After(after.hours_since, after.muscles[::-1], tuple(texts), dict(reversed(list(after.answers.items()))))
    assert aftercare(turned, RULES, book().muscles) == aftercare(after, RULES, book().muscles)


@st.composite
def gibberish(draw: st.DrawFn) -> str:
    """Words that are in no list, in any script."""
    letters = st.text(st.characters(categories=["L"]), min_size=3, max_size=9)
    return draw(
        letters.filter(
            lambda word: reading.read(word, RULES).signs == frozenset() and word.lower() not in RULES.known_words
        )
    )


@pytest.mark.control("C-122")
@given(
    answers(), gibberish(), st.sampled_from(["{0}", "fine {0}", "{0}, sore", "not {0}", "no fever and {0}", "{0} gone"])
)
def test_words_that_nobody_knows_are_read_the_same_day(after: After, word: str, around: str) -> None:
    assert queue(with_more(after, around.format(word))) >= Queue.SAME_DAY


@pytest.mark.control("C-122")
@given(st.text(max_size=60), HOURS)
def test_any_text_has_a_queue_a_reason_and_a_source(text: str, hours: float | None) -> None:
    found = told(hours, text)
    assert found.because and found.cites
    if not reading.read(text, RULES).understood:
        assert found.queue >= Queue.SAME_DAY


# ---- what it says


@pytest.mark.control("C-019")
@given(answers())
def test_the_patients_page_is_the_same_whatever_the_queue(after: After) -> None:
    assert aftercare(after, RULES, book().muscles).tell_patient == "follow.thanks"


def test_reasons_are_those_of_the_worst_lines_in_the_order_of_the_table() -> None:
    found = sort(["infection", "calf", "sore"], 24, rules=RULES)
    assert found.because == (RULES.by_id["calf"].words + ".", RULES.by_id["infection"].words + ".")
    assert told(24, "numb", "dizzy").because[0].endswith("The patient wrote: “numb”.")
    assert [one.word for one in Queue] == ["none", "routine", "same_day", "now"]


def test_a_reason_quotes_no_more_than_some_words() -> None:
    assert len(told(24, "chest pain " * 100).because[0]) < 300


@pytest.mark.parametrize(("hours", "asks"), [(None, True), (71.9, False), (72, True), (200, True)])
def test_soreness_that_stays_is_asked_again(hours: float | None, asks: bool) -> None:
    [because] = sort(["sore"], hours, rules=RULES).because
    assert ("ask again" in because) is asks


def test_silence_is_routine_and_sooner_when_the_lung_was_near() -> None:
    assert silent(over_lung=False, unusual=False, rules=RULES).queue is Queue.ROUTINE
    assert silent(over_lung=True, unusual=False, rules=RULES).queue is Queue.SAME_DAY
    assert silent(over_lung=False, unusual=True, rules=RULES).queue is Queue.SAME_DAY


def test_an_event_is_graded_by_what_is_known_of_it() -> None:
    sore = told(24, "sore").adverse_event
    assert sore is not None and dict(sore.grades) == {"white_2001": "mild", "carnes_2010": "mild"}
    beside = told(24, "sore", "my arm is odd").adverse_event
    assert beside is not None and dict(beside.grades) == {"white_2001": "unknown", "carnes_2010": "unknown"}
    seen = Observed("", lasted_hours=5, treatment_needed=Treatment.MEDICAL, function_lost=True, admitted=False)
    worse = judge(Answer(("sore",), observed=seen), 24, EVERYWHERE, RULES).adverse_event
    assert worse is not None and dict(worse.grades) == {"white_2001": "significant", "carnes_2010": "moderate_or_major"}
    partly = judge(Answer(("sore",), observed=Observed("", began_hours=2)), 24, EVERYWHERE, RULES).adverse_event
    assert partly is not None and partly.observed.began_hours == 2 and partly.observed.admitted is False
    assert told(24, "fine").adverse_event is None


def test_every_line_has_a_source_and_none_is_surer_than_it_is() -> None:
    for line in RULES.lines:
        assert any(cite.sure is Sure.UNSURE for cite in line.cites), line.id
    assert len(RULES.by_id) == len(RULES.lines)


# ---- negative controls: a guard removed, the same check fails


def test_without_the_reading_of_every_word_a_strange_one_would_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "_is_plain", lambda part, rules: True)
    assert told(20, "sore and my toes went purple").queue is Queue.NONE


def test_without_the_strict_denial_a_breathless_patient_would_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    assert told(20, "no idea why but I am not ok with being short of breath").queue is Queue.NOW
    monkeypatch.setattr(reading, "_reaches", lambda words, rules: True)
    assert told(20, "not feeling well short of breath").queue is Queue.SAME_DAY


def test_without_the_second_reading_a_mild_phrase_would_cover_an_alarm(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "_urgent", lambda text, rules: set())
    assert told(20, "mild headache when I stand").queue is not Queue.NOW


def test_without_the_doubt_yesterdays_comfort_would_count_today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "_doubted", lambda comfort, rules: False)
    assert told(20, "I was fine until today").queue is Queue.NONE


def test_without_the_worst_line_an_alarm_would_be_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calling, "max", lambda found, key=None: min(found, key=key), raising=False)
    assert sort(["breath_or_chest", "sore"], 24, rules=RULES).queue is not Queue.NOW


def test_without_the_unknown_reason_a_text_would_count_for_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calling, "_not_known", lambda answer, readings, rules: [])
    assert told(24, "fine", "my arm is odd").queue is Queue.NONE


def test_the_package_is_one_door() -> None:
    assert set(follow.__all__) <= set(dir(follow))
