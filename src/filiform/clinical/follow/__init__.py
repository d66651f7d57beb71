"""follow: when the patient is asked after a visit, what they say, and in which order the staff call back.

The queue orders the staff's call list and nothing else: every answer is read by a person, and the patient sees the same
page whatever was answered, with the emergency number on it (facts.md 3.4). Pure: the lines and words are data, in
knowledge/aftercare. No clinician has reviewed this.
"""

from filiform.clinical.follow.asking import After, BadAnswer, after_from_json, aftercare, nearby, sorted_json
from filiform.clinical.follow.book import FollowRules, Line, Queue
from filiform.clinical.follow.calling import Reported, Sorted, silent, sort
from filiform.clinical.follow.timing import EARLIEST, HOURS, HOURS_OF_CARE, LATEST, Due, due, waking

__all__ = [
    "EARLIEST",
    "HOURS",
    "HOURS_OF_CARE",
    "LATEST",
    "After",
    "BadAnswer",
    "Due",
    "FollowRules",
    "Line",
    "Queue",
    "Reported",
    "Sorted",
    "after_from_json",
    "aftercare",
    "due",
    "nearby",
    "silent",
    "sort",
    "sorted_json",
    "waking",
]
