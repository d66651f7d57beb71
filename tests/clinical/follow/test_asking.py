"""An answer as JSON: which answers count as what, and silence."""

from __future__ import annotations

from typing import Any

import pytest

from filiform.clinical.follow import After, BadAnswer, Queue, Sorted, after_from_json, aftercare
from filiform.knowledge import book

MUSCLES = book().muscles


def told(answers: dict[str, Any], hours: float | None = 24, muscles: tuple[str, ...] = ("soleus",)) -> Sorted:
    value = {"hours_since": hours, "muscles": list(muscles), "answers": answers}
    return aftercare(after_from_json(value, MUSCLES), book().follow, MUSCLES)


@pytest.mark.parametrize(
    ("answers", "queue"),
    [
        ({"sore": True}, Queue.NONE),
        ({"sore": "Yes "}, Queue.NONE),
        ({"sore": "no"}, Queue.NONE),
        ({"sore": "unsure"}, Queue.SAME_DAY),
        ({"sore": "getting less"}, Queue.NONE),
        ({"sore": 8}, Queue.SAME_DAY),
        ({"nothing": True}, Queue.NONE),
        ({"nothing": False}, Queue.SAME_DAY),
        ({"breath_or_chest": False}, Queue.NONE),
        ({"breath_or_chest": True, "nothing": True}, Queue.NOW),
        ({"short_of_breath": True}, Queue.NOW),
        ({"short_of_breath": False}, Queue.NONE),
        ({"soreness": "getting better"}, Queue.NONE),
        ({"temperature": 38.4}, Queue.SAME_DAY),
        ({"temperature": 36.9}, Queue.NONE),
        ({"mood": True}, Queue.SAME_DAY),
        ({"mood": False}, Queue.SAME_DAY),
        ({"pain": 6.9}, Queue.NONE),
        ({"pain": 7}, Queue.SAME_DAY),
        ({"words": "chest pain", "pain": 0}, Queue.NOW),
        ({"words": "", "pain": 0}, Queue.NONE),
        ({"words": " "}, Queue.SAME_DAY),
        ({"function_lost": True}, Queue.SAME_DAY),
        ({"sore": True, "function_lost": False, "admitted": False, "treatment_needed": "self_care"}, Queue.NONE),
        ({"sore": True, "admitted": True}, Queue.SAME_DAY),
        ({"sore": True, "treatment_needed": "medical"}, Queue.SAME_DAY),
        ({"fever": True, "words": "stiff neck"}, Queue.NOW),
    ],
)
def test_answers_count_as_they_are_meant(answers: dict[str, Any], queue: Queue) -> None:
    found = told(answers)
    assert found.queue is queue, found.because


@pytest.mark.control("C-122")
@pytest.mark.parametrize(
    ("answers", "muscles", "queue"),
    [
        ({"unanswered_messages": 2}, ("soleus",), Queue.ROUTINE),
        ({"unanswered_messages": 2}, ("rhomboids",), Queue.SAME_DAY),
        ({"unanswered_messages": 2}, ("soleus", "rhomboids"), Queue.SAME_DAY),
        ({"unanswered_messages": 2}, (), Queue.SAME_DAY),
        ({"unanswered_messages": 3, "unusual_sensation": True}, ("soleus",), Queue.SAME_DAY),
        ({"unanswered_messages": 3, "unusual_sensation": False}, ("soleus",), Queue.ROUTINE),
        ({"unanswered_messages": 1}, ("soleus",), Queue.SAME_DAY),
        ({"unanswered_messages": 2, "tired": "no", "sore": True}, ("rhomboids",), Queue.ROUTINE),
        ({"unanswered_messages": 2, "breath_or_chest": True}, ("soleus",), Queue.NOW),
    ],
)
def test_silence(answers: dict[str, Any], muscles: tuple[str, ...], queue: Queue) -> None:
    assert told(answers, 52, muscles).queue is queue


def test_muscles_that_are_not_known_count_as_over_the_lung() -> None:
    for muscles, queue in (((), Queue.NOW), (("rhomboids",), Queue.NOW), (("soleus",), Queue.SAME_DAY)):
        assert told({"words": "I have a cough"}, 24, muscles).queue is queue


def test_what_was_observed_is_graded() -> None:
    found = told({"sore": True, "began_hours": 3, "lasted_hours": 20, "function_lost": True}).adverse_event
    assert found is not None
    assert (found.observed.began_hours, found.observed.lasted_hours) == (3, 20)
    assert dict(found.grades)["white_2001"] != "mild"


def test_every_fault_is_kept_with_its_key() -> None:
    with pytest.raises(BadAnswer) as refused:
        after_from_json({"hours": 3, "muscles": [1], "answers": {"pain": "much"}}, MUSCLES)
    assert [fault.split(":")[0] for fault in refused.value.faults] == ["hours", "muscles", "answers.pain"]
    assert after_from_json({}, MUSCLES) == After()
