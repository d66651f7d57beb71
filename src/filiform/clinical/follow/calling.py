"""Where an answer goes in the call list: the worst of its lines, and what no line knows is for a person today."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from filiform.clinical.adverse import Observed, grade
from filiform.clinical.follow.book import EVERYWHERE, FollowRules, Line, Queue, Signs
from filiform.clinical.follow.reading import Reading, read
from filiform.clinical.terms import Cite

MOST_QUOTED = 120  # characters of a text in a reason
UNKNOWN_LINE = "An answer that no rule knows: a person reads it."
EMPTY = "The answer is empty, so nothing is known."
NOTHING_WRONG = "What was said names nothing that is wrong."


@dataclass(frozen=True, slots=True)
class Reported:
    """An adverse event as the patient told it: the line `what`, what it may be, what is known, and its grades."""

    what: str
    words: str
    may_be: tuple[str, ...]
    observed: Observed
    grades: tuple[tuple[str, str], ...]  # (scheme, grade or "unknown")


@dataclass(frozen=True, slots=True)
class Sorted:
    """Where an answer goes in the call list, and why. `tell_patient` is the same for every answer."""

    queue: Queue
    because: tuple[str, ...]
    cites: tuple[Cite, ...]
    tell_patient: str
    adverse_event: Reported | None = None


@dataclass(frozen=True, slots=True)
class _Reason:
    queue: Queue
    because: str
    cites: tuple[Cite, ...]
    line: Line | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What a patient said: ids of lines, own words, and signs answered besides.

    `denied`: something was answered with no, so the answer is not empty. `observed` is what is known of the event.
    """

    ticked: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()
    signs: Signs = frozenset()
    denied: bool = False
    observed: Observed | None = None


def sort(
    ticked: Iterable[str], hours: float | None, text: str = "", *, rules: FollowRules, nearby: Signs = EVERYWHERE
) -> Sorted:
    """The queue of an answer to the page: ids of its lines and the patient's own words. `nearby`: see `judge`."""
    return judge(Answer(tuple(ticked), (text,)), hours, nearby, rules)


def judge(answer: Answer, hours: float | None, nearby: Signs, rules: FollowRules) -> Sorted:
    """The queue of an answer given `hours` after the last needle came out (None: unknown): the worst of its lines.

    `nearby` are the hazard signs of the needled muscles (`asking.nearby`). An empty answer says nothing, and nothing is
    not "well".
    """
    readings = [read(one, rules) for one in sorted(set(answer.texts)) if one.strip()]
    reasons = [*_of_lines(answer, readings, nearby, hours, rules), *_not_known(answer, readings, rules)]
    if not (answer.ticked or readings or answer.signs or answer.denied):
        reasons.append(_Reason(Queue.SAME_DAY, EMPTY, rules.queue_cites))
    elif not reasons:
        reasons.append(_Reason(Queue.NONE, NOTHING_WRONG, rules.queue_cites))
    queue = max(reason.queue for reason in reasons)
    worst = [reason for reason in reasons if reason.queue is queue]
    return Sorted(
        queue,
        tuple(dict.fromkeys(reason.because for reason in worst)),
        tuple(dict.fromkeys(cite for reason in worst for cite in reason.cites)),
        rules.page,
        _reported(reasons, queue, answer.observed, rules),
    )


def _of_lines(
    answer: Answer, readings: Sequence[Reading], nearby: Signs, hours: float | None, rules: FollowRules
) -> list[_Reason]:
    """The lines that hold, in the order of the table, and last what was said and fits none of them."""
    own = [rules.by_id[one].own_sign for one in answer.ticked if one in rules.by_id]
    said = answer.signs.union(*own, *(reading.signs for reading in readings))
    reasons: list[_Reason] = []
    used: set[str] = set()
    for line in rules.lines:
        by = line.said_by(said | nearby)
        used |= by
        if line.id in answer.ticked or by:
            because = _because(line, hours, "" if line.id in answer.ticked else _quoted(readings, by))
            reasons.append(_Reason(line.queue(hours), because, line.cites, line))
    loose = said - used
    if loose:
        quoted = _quoted(readings, loose)
        because = f"What was said fits no line by itself: a person reads it.{quoted}"
        reasons.append(_Reason(Queue.SAME_DAY, because, rules.queue_cites))
    return reasons


def _because(line: Line, hours: float | None, quoted: str) -> str:
    again = line.again is not None and (hours is None or hours >= line.again.hours)
    return f"{line.words}.{quoted}" + (f" {line.again.words}" if line.again and again else "")


def _quoted(readings: Sequence[Reading], signs: Signs) -> str:
    texts = [reading.text.strip() for reading in readings if reading.signs & signs]
    return f" The patient wrote: “{' / '.join(texts)[:MOST_QUOTED]}”." if texts else ""


def _not_known(answer: Answer, readings: Sequence[Reading], rules: FollowRules) -> list[_Reason]:
    """What no rule understands, for a person to read the same day."""
    because = [UNKNOWN_LINE for one in answer.ticked if one not in rules.by_id]
    because += [
        f"Not all of the patient's words were understood: a person reads them. “{one.text.strip()[:MOST_QUOTED]}”"
        for one in readings
        if not one.understood
    ]
    return [_Reason(Queue.SAME_DAY, one, rules.queue_cites) for one in because]


def _reported(reasons: Iterable[_Reason], queue: Queue, seen: Observed | None, rules: FollowRules) -> Reported | None:
    """The event of the worst line that is one; None when nothing of the kind was said.

    What a line says of its event counts only where nothing worse stands beside it: "sore" is mild, "sore" and a word
    that nobody understood is not known.
    """
    found = [(reason.queue, reason.line) for reason in reasons if reason.line and reason.line.observed]
    if not found:
        return None
    worst, line = max(found, key=lambda pair: pair[0])
    usual = line.observed if line.observed and worst is queue else Observed(line.id)
    merged = _merged(usual, seen)
    return Reported(line.id, line.words, line.may_be, merged, tuple(grade(merged, rules.schemes).items()))


def _merged(usual: Observed, seen: Observed | None) -> Observed:
    """What the line itself says, and what was observed besides; the observation wins."""
    if seen is None:
        return usual
    return Observed(
        usual.what,
        seen.began_hours,
        seen.lasted_hours,
        usual.treatment_needed if seen.treatment_needed is None else seen.treatment_needed,
        usual.function_lost if seen.function_lost is None else seen.function_lost,
        usual.admitted if seen.admitted is None else seen.admitted,
    )


def silent(*, over_lung: bool, unusual: bool, rules: FollowRules) -> Sorted:
    """The queue of a patient who answered none of the messages."""
    rule = rules.silence
    if over_lung or unusual:
        because = "No answer, and the lung was near or something unusual was felt: call today."
        return Sorted(rule.sooner, (because,), rule.cites, rules.page)
    return Sorted(rule.usual, ("No answer to two messages.",), rules.queue_cites, rules.page)
