"""The `follow` step: when the patient is asked, and in which order the staff call back.

The queue orders the staff's call list and nothing else: every answer is read by a person, and the patient sees the same
page whatever was answered, with the emergency number on it (facts.md 3.4). An answer that no rule understands is
`same_day`, because unknown is never safe. No clinician has reviewed this.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta, tzinfo
from enum import IntEnum

from filiform.clinical.terms import Cite, Sure

HOURS = (24, 48)
HOURS_OF_CARE = (24, 48, 72)  # over the lung, or after an unusual feeling
EARLIEST, LATEST = time(8), time(21)  # by the clock of the place: when a message may reach somebody
PATIENT_PAGE = "follow.thanks"  # one text for every answer

QUEUES = (Cite("filiform_facts", Sure.UNSURE, "section 3.4"),)
PNEUMOTHORAX = (Cite("ghent_2024", Sure.FOUND, "case series"), Cite("mintken_2025", Sure.FOUND, "abstract"))


@dataclass(frozen=True, slots=True)
class Due:
    """A check that falls due `hours` after the last needle came out, at the moment `at`."""

    hours: int
    at: datetime


def due(last_out: datetime, *, over_lung: bool, unusual: bool, zone: tzinfo) -> tuple[Due, ...]:
    """The checks after a session, moved into the waking hours of the place, whose time zone is `zone`.

    `over_lung`: a muscle with the pleura hazard was needled. `unusual`: an unusual feeling was recorded (M18).
    `last_out` must know its own zone; raises ValueError when it does not.
    """
    if last_out.tzinfo is None:
        raise ValueError("the time of the last needle out has no time zone")
    marks = HOURS_OF_CARE if over_lung or unusual else HOURS
    return tuple(Due(hours, waking(last_out + timedelta(hours=hours), zone)) for hours in marks)


def waking(at: datetime, zone: tzinfo) -> datetime:
    """`at`, or the next morning's first waking moment in `zone` when it falls in the night. In the zone of `at`."""
    local = at.astimezone(zone)
    if EARLIEST <= local.time() < LATEST:
        return at
    day = local.date() if local.time() < EARLIEST else local.date() + timedelta(days=1)
    return datetime.combine(day, EARLIEST, zone).astimezone(at.tzinfo)


class Queue(IntEnum):
    """How soon somebody calls. Greater is sooner, so the worst line of an answer is its maximum."""

    NONE = 0
    ROUTINE = 1
    SAME_DAY = 2
    NOW = 3

    @property
    def word(self) -> str:
        return self.name.lower()


@dataclass(frozen=True, slots=True)
class Line:
    """One fixed answer in the patient's words: queue `first` until `hours` after the last needle out, then `then`."""

    id: str
    words: str
    first: Queue
    hours: float = 0
    then: Queue | None = None

    def queue(self, hours: float | None) -> Queue:
        """The queue at `hours` after the last needle came out; unknown hours give the sooner of the two."""
        if self.then is None:
            return self.first
        if hours is None:
            return max(self.first, self.then)
        return self.first if hours <= self.hours else self.then


LINES: tuple[Line, ...] = (
    Line("breath_or_chest", "Short of breath, pain in the chest, a new dry cough, or blood when I cough", Queue.NOW),
    Line("collapse", "Passed out, a fit, blue lips, a pressed chest, or a face, arm or speech that changed", Queue.NOW),
    Line("worst_headache", "A sudden very bad headache, stiff neck, throwing up, confused, or bad sight", Queue.NOW),
    Line("weakness", "New weakness, a hand or foot that drops, numb between the legs, no control of urine", Queue.NOW),
    Line(
        "fever_and_more", "Fever with back pain, stiff neck, hot joint, spreading red skin, or weak defences", Queue.NOW
    ),
    Line("bleeding", "A swelling that grows fast, a tense limb, or bleeding that does not stop", Queue.NOW),
    Line("belly", "Very bad pain in the belly or side, blood in the urine, or a change in a pregnancy", Queue.NOW),
    Line("allergy", "Itchy bumps with hard breathing, or swollen lips or tongue", Queue.NOW),
    Line("needle_in_body", "A needle is still in my body", Queue.NOW),
    Line("self_harm", "Thoughts of hurting myself", Queue.NOW),
    Line("calf", "One calf is swollen, warm and sore", Queue.SAME_DAY),
    Line("infection", "Red, warm skin or pus where a needle was", Queue.SAME_DAY),
    Line("fever", "Fever", Queue.SAME_DAY),
    Line("numb", "New numb skin or tingling for more than an hour", Queue.SAME_DAY),
    Line("new_pain", "Pain that is sharp, burning, or not like before", Queue.SAME_DAY),
    Line("pain_strong", "Pain of 7 or more out of 10, or I cannot work or sleep", Queue.SAME_DAY),
    Line("pain_worse", "My pain gets worse", Queue.ROUTINE, 48, Queue.SAME_DAY),
    Line("big_bruise", "A bruise bigger than my palm, or one that grows", Queue.SAME_DAY),
    Line("faint_again", "Dizzy or faint again after I left", Queue.SAME_DAY),
    Line("sleepy", "Very sleepy", Queue.NONE, 24, Queue.SAME_DAY),
    Line("loose_needle", "I found a needle in my clothes, bed or on the floor", Queue.SAME_DAY),
    Line("sore", "Sore, and getting less", Queue.NONE, 48, Queue.ROUTINE),
    Line("small_bruise", "A small bruise or a spot of blood", Queue.NONE, 240, Queue.ROUTINE),
    Line("tired", "Tired", Queue.NONE, 24, Queue.ROUTINE),
    Line("mild_headache", "A mild headache that went away", Queue.NONE),
    Line("nothing", "Nothing of this", Queue.NONE),
)
BY_ID = {line.id: line for line in LINES}


@dataclass(frozen=True, slots=True)
class Sorted:
    """Where an answer goes in the call list, and why. `tell_patient` is the same for every answer."""

    queue: Queue
    because: tuple[str, ...]
    cites: tuple[Cite, ...] = QUEUES

    @property
    def tell_patient(self) -> str:
        return PATIENT_PAGE


def sort(answers: Iterable[str], hours: float | None, text: str = "") -> Sorted:
    """The queue of an answer given `hours` after the last needle came out: the worst of its lines.

    `answers` are ids of `LINES`; `text` is what the patient wrote in their own words. No rule reads text yet, so any
    text is for a person to read today. An answer that is empty says nothing, and nothing is not "well".
    """
    found = [_line(answer, hours) for answer in sorted(set(answers))]
    if text.strip():
        found.append((Queue.SAME_DAY, "The patient wrote something in their own words: a person reads it."))
    if not found:
        found.append((Queue.SAME_DAY, "The answer is empty, so nothing is known."))
    queue = max(one for one, _ in found)
    return Sorted(queue, tuple(because for one, because in found if one is queue))


def _line(answer: str, hours: float | None) -> tuple[Queue, str]:
    line = BY_ID.get(answer)
    if line is None:
        return Queue.SAME_DAY, "An answer that no rule knows: a person reads it."
    return line.queue(hours), line.words + "."


def silent(*, over_lung: bool, unusual: bool) -> Sorted:
    """The queue of a patient who answered none of two messages."""
    if over_lung or unusual:
        because = "No answer, and the lung was near or something unusual was felt: call today."
        return Sorted(Queue.SAME_DAY, (because,), QUEUES + PNEUMOTHORAX)
    return Sorted(Queue.ROUTINE, ("No answer to two messages.",))
