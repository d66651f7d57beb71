"""What patients write after a visit: which words are an alarm, which are well, and which are neither."""

from __future__ import annotations

import pytest

from filiform.clinical.follow import After, Queue, Sorted, aftercare
from filiform.clinical.follow.book import misspellings, remainders
from filiform.clinical.terms import MuscleId
from filiform.knowledge import book

RULES = book().follow


def told(hours: float | None, *texts: str, muscles: tuple[MuscleId, ...] = ()) -> Sorted:
    return aftercare(After(hours, muscles, texts), RULES, book().muscles)


@pytest.mark.control("C-122")
@pytest.mark.parametrize(
    "text",
    [
        "I am not fine",
        "I don't think I am well",
        "not feeling too good",
        "less feeling in my hand",
        "nothing helps",
        "sore and could not move my arm",
        "no fever or chest pain, could not move my arm, sore",
        "sore 呼吸困难",
        "fіne",
        "fine 😢",
        "sore 8",
        "not really, sore",
        "could be better",
        "my wife says I'm fine",
        "not without soreness",
        "no",
        "pain 11/10",
        "temperature 50",
        "was better yesterday",
        "me falta el aire",
        "fine not",
        "none of my fingers move",
        "was fine until today",
        "fine at first",
        "never felt worse",
        "sore where the needle is",
        "soreness is spreading",
        "great pain",
    ],
)
def test_what_only_looks_well_is_not(text: str) -> None:
    assert told(20, text).queue >= Queue.SAME_DAY or told(60, text).queue >= Queue.SAME_DAY


@pytest.mark.parametrize(
    "text",
    [
        "None",
        "nothing at all.",
        "sore for a long time",
        "neck is sore",
        "better than yesterday",
        "no pain when breathing",
        "no problems breathing",
        "breathing is fine",
        "fever: no",
        "no fever no cough",
        "soreness has gone",
        "No numbness, tingling or weakness",
        "neither fever nor chest pain",
        "I don't have any chest pain or trouble breathing",
        "a bit sore where the needle went in",
        "temperature 36.8",
        "temp 98.6 F, all good",
        "pain 2/10",
        "pain: 3",
        "no longer sore",
        "nothing unusual, slight bruise",
        "sore but no fever",
        "sore for 20 hours, then fine",
    ],
)
def test_what_is_well_is_left_alone(text: str) -> None:
    found = told(20, text)
    assert found.queue is Queue.NONE, found.because


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("temperature 37,9", Queue.NONE),
        ("temperature 38,0", Queue.SAME_DAY),
        ("temp 100.3", Queue.NONE),
        ("temp 100.4", Queue.SAME_DAY),
        ("38.5°C and stiff neck", Queue.NOW),
        ("fever 102 f, my knee is hot", Queue.NOW),
        ("temperature 38.5 F", Queue.SAME_DAY),
        ("pain 6.9/10", Queue.NONE),
        ("pain 7 out of ten", Queue.SAME_DAY),
        ("pain level 7", Queue.SAME_DAY),
        ("pain 10/10", Queue.SAME_DAY),
        ("pain 12/10", Queue.SAME_DAY),
    ],
)
def test_numbers_are_read_at_their_limits(text: str, expected: Queue) -> None:
    assert told(20, text, muscles=(MuscleId("soleus"),)).queue is expected


@pytest.mark.control("C-018")
@pytest.mark.parametrize(
    "text",
    [
        "a little blood in my urine",
        "small amount of blood when I cough",
        "mild headache when I stand",
        "my neck is a bit stiff",
        "tightness in my chest",
        "pain in my shoulder blade when breathing",
        "no breath chest pain",
        "not feeling well, chest pain, or fever",
        "not without chest pain",
        "my wife drove me home short of breath",
        "breathless, wife worried",
        "I had chest pain but not any more",
        "passed out, recovered",
        "no problems except chest pain",
        "chest pain, no fever",
        "I do not know why I am short of breath",
    ],
)
def test_a_denial_of_something_else_hides_no_alarm(text: str) -> None:
    assert told(24, text).queue is Queue.NOW


@pytest.mark.control("C-018")
@pytest.mark.parametrize(
    "text",
    [
        "brethless",
        "shortnes of breath",
        "difficulty breathin",
        "chest pian",
        "SEIZUER",
        "fianted",
        "ｃｈｅｓｔ pain",
        "can’t breathe",
    ],
)
def test_alarms_are_read_through_a_slip_of_spelling(text: str) -> None:
    assert told(24, text).queue is Queue.NOW


def test_a_slip_is_one_letter_and_short_words_are_left_alone() -> None:
    assert misspellings(["numb", "pus"]) == dict.fromkeys(remainders("numb"), "numb")
    assert told(24, "fne").queue is Queue.SAME_DAY


NOW = [
    "breathless; dyspnea; short of breath when lying down; pain on breathing; shoulder-tip pain; new dry cough",
    "hemoptysis",
    "collapse; seizure; blue lips; chest pressure; facial droop; speech changed; arm weakness; tightness in chest",
    "sudden worst headache; vomiting; confusion; vision changes; blurred vision",
    "new weakness; foot drop; wrist drop; both legs are numb; numb between legs; saddle numbness",
    "loss of bladder control",
    "fever with back pain; shivering and a stiff neck; fever, hot swollen knee; fever and spreading redness",
    "fever, immunosuppressed; fever and I have a prosthetic valve; fever, knee replacement; 38.5 C, kidney transplant",
    "swelling growing fast; tense limb; bleeding not stopped after 10 minutes of pressing; hit head, on warfarin",
    "severe abdominal pain; severe flank pain; blood in urine; pregnant and bleeding; fewer fetal movements",
    "hives with trouble breathing; swollen lips; swollen tongue; needle still in my body; thoughts of self-harm",
]
SAME_DAY = [
    "calf swelling on the left side, warm and painful; redness and pus; fever; temperature 101 F; new numbness",
    "burning pain; pain unlike before; pain 8 out of 10; unable to sleep; bruise larger than a palm; growing bruise",
    "dizzy after I left; felt faint again; loose needle in bed; needle found on the floor; very drowsy",
    "pain getting worse; tingling",
]


@pytest.mark.control("C-018")
@pytest.mark.parametrize("text", [one for line in NOW for one in line.split("; ")])
def test_the_words_of_the_table_are_now(text: str) -> None:
    for hours in (1, 60, 24 * 9):
        assert told(hours, text, muscles=(MuscleId("soleus"),)).queue is Queue.NOW


@pytest.mark.control("C-018")
@pytest.mark.parametrize("text", [one for line in SAME_DAY for one in line.split("; ")])
def test_the_words_of_the_table_are_for_the_same_day(text: str) -> None:
    found = told(60, text, muscles=(MuscleId("soleus"),))
    assert found.queue is Queue.SAME_DAY
    assert found.adverse_event is not None or "calf" in text


def test_a_word_of_its_own_is_not_taken_for_an_alarm() -> None:
    for text in ("sore when grasping a cup", "it was tough", "two weeks", "never ever", "fewer steps"):
        assert told(24, text).queue is Queue.SAME_DAY, text
