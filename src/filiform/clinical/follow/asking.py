"""`aftercare`: an answer as JSON, read strictly, and where it goes in the call list."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from filiform.clinical.adverse import Observed, Treatment
from filiform.clinical.anatomy import Muscle
from filiform.clinical.follow.book import EVERYWHERE, FollowRules, Signs, near
from filiform.clinical.follow.calling import Answer, Reported, Sorted, judge, silent
from filiform.clinical.screen.result import cite_json
from filiform.clinical.terms import MuscleId

KEYS = ("hours_since", "muscles", "symptoms", "answers")
MOST_HOURS = 24 * 366
MOST_TEXTS, MOST_CHARACTERS = 100, 2000
YES, NO, UNSURE = ("yes", True), ("no", False), ("unsure",)
# Keys of `answers` that are no line and no question in words.
WHOLE, FLAGS, HOURS = (
    ("unanswered_messages",),
    ("unusual_sensation", "function_lost", "admitted"),
    ("began_hours", "lasted_hours"),
)
OWN_KEYS = ("pain", "words", "treatment_needed", *WHOLE, *FLAGS, *HOURS)
# What was answered besides the lines and is a sign of its own.
PAIN_STRONG, PAIN_WEAK, CANNOT, TREATED, NOT_SURE = "pain_high", "pain_low", "cannot_work", "treated", "not_sure"


class BadAnswer(ValueError):
    """The input is refused; `faults` say where and why, each with its key."""

    def __init__(self, faults: tuple[str, ...]) -> None:
        super().__init__(" ".join(faults))
        self.faults = faults


@dataclass(frozen=True, slots=True)
class After:
    """One answer after a visit. `hours_since` the last needle out; None is unknown, and so is an empty `muscles`."""

    hours_since: float | None = None
    muscles: tuple[MuscleId, ...] = ()
    symptoms: tuple[str, ...] = ()
    answers: Mapping[str, bool | float | str] = field(default_factory=dict)


def aftercare(after: After, rules: FollowRules, muscles: Mapping[MuscleId, Muscle]) -> Sorted:
    """Where the answer goes in the call list, and why; it decides nothing else, and a person reads every answer."""
    answer = _answer(after, rules)
    unanswered = after.answers.get("unanswered_messages", 0)
    if isinstance(unanswered, (int, float)) and unanswered >= rules.silence.messages and answer == Answer():
        known = bool(after.muscles)
        over_lung = any(rules.silence.hazard in muscles[one].hazards for one in after.muscles) or not known
        return silent(over_lung=over_lung, unusual=after.answers.get("unusual_sensation") is True, rules=rules)
    return judge(answer, after.hours_since, nearby(after.muscles, muscles), rules)


def nearby(needled: Collection[MuscleId], muscles: Mapping[MuscleId, Muscle]) -> Signs:
    """The hazard signs of the `needled` muscles; all of them while none is known or one is in no table."""
    if not needled or not muscles.keys() >= set(needled):
        return EVERYWHERE
    return frozenset(near(hazard) for one in needled for hazard in muscles[one].hazards)


def _answer(after: After, rules: FollowRules) -> Answer:
    ticked: list[str] = []
    texts = [text for text in after.symptoms if text.strip()]
    signs: set[str] = set()
    denied = False
    for key, value in after.answers.items():
        said = value.strip().lower() if isinstance(value, str) else value
        if key in OWN_KEYS:
            signs.update(_own_signs(key, said, rules))
            texts += [str(value)] if key == "words" and said else []
        elif key in rules.by_id and said in (*YES, *NO, *UNSURE):
            comfort = any(way <= rules.reassuring for way in rules.by_id[key].ways)
            ticked += [key] if said in YES else []
            signs.update([NOT_SURE] if said in UNSURE or (comfort and said in NO) else [])
            denied |= said in NO
        else:
            texts.append(_in_words(key, said))
    return Answer(tuple(ticked), tuple(texts), frozenset(signs), denied, _observed(after.answers))


def _own_signs(key: str, said: bool | float | str, rules: FollowRules) -> Iterator[str]:
    if key == "pain" and not isinstance(said, str):
        yield PAIN_STRONG if said >= rules.limits.strong_pain else PAIN_WEAK
    elif key == "function_lost" and said is True:
        yield CANNOT
    elif (key == "admitted" and said is True) or (key == "treatment_needed" and said == Treatment.MEDICAL):
        yield TREATED


def _in_words(key: str, said: bool | float | str) -> str:
    """A question that is no line of ours, and its answer, as a sentence."""
    question = key.replace("_", " ")
    if said in YES:
        return question
    return f"no {question}" if said in NO else f"{question} {said}"


def _observed(answers: Mapping[str, Any]) -> Observed | None:
    keys = ("began_hours", "lasted_hours", "treatment_needed", "function_lost", "admitted")
    found = {key: answers[key] for key in keys if key in answers}
    if "treatment_needed" in found:
        found["treatment_needed"] = Treatment(found["treatment_needed"])
    return Observed("", **found) if found else None


def after_from_json(value: object, muscles: Mapping[MuscleId, Muscle]) -> After:
    """The input of `./filiform aftercare`; raises `BadAnswer` with every fault by its key."""
    if not isinstance(value, dict):
        raise BadAnswer(("the input: must be a JSON object.",))
    faults = [f"{key}: unknown key; known are {', '.join(KEYS)}." for key in value if key not in KEYS]
    faults += _hours_faults("hours_since", value.get("hours_since"))
    faults += _muscle_faults(value.get("muscles", []), muscles)
    faults += _symptom_faults(value.get("symptoms", []))
    faults += _answers_faults(value.get("answers", {}))
    if faults:
        raise BadAnswer(tuple(faults))
    return After(
        value.get("hours_since"),
        tuple(map(MuscleId, value.get("muscles", []))),
        tuple(value.get("symptoms", [])),
        value.get("answers", {}),
    )


def _within(value: object, low: float, high: float) -> bool:
    """Whether `value` is a number from `low` to `high`; not-a-number and endless ones are not."""
    return isinstance(value, (int, float)) and not isinstance(value, bool) and low <= value <= high


def _hours_faults(key: str, value: object) -> list[str]:
    if value is None or _within(value, 0, MOST_HOURS):
        return []
    return [f"{key}: must be a number of hours from 0 to {MOST_HOURS}, not {_shown(value)}."]


def _muscle_faults(value: object, muscles: Mapping[MuscleId, Muscle]) -> list[str]:
    if not isinstance(value, list) or len(value) > MOST_TEXTS:
        return [f"muscles: must be a list of at most {MOST_TEXTS} ids, not {_shown(value)}."]
    wrong = [one for one in value if not isinstance(one, str) or one not in muscles]
    return [f"muscles: {_shown(one)} is in no table." for one in wrong]


def _symptom_faults(value: object) -> list[str]:
    if not isinstance(value, list):
        return [f"symptoms: must be a list of texts, not {_shown(value)}."]
    if len(value) > MOST_TEXTS:
        return [f"symptoms: {len(value)} texts are too many; at most {MOST_TEXTS}."]
    return [fault for place, one in enumerate(value) for fault in _text_faults(f"symptoms[{place}]", one)]


def _text_faults(key: str, value: object) -> list[str]:
    if not isinstance(value, str):
        return [f"{key}: must be a text, not {_shown(value)}."]
    if len(value) > MOST_CHARACTERS:
        return [f"{key}: {len(value)} characters are too many; at most {MOST_CHARACTERS}."]
    return []


def _answers_faults(value: object) -> list[str]:
    if not isinstance(value, dict) or len(value) > MOST_TEXTS:
        return [f"answers: must be an object of at most {MOST_TEXTS} answers, not {_shown(value)}."]
    return [fault for key, one in value.items() for fault in _answer_faults(key, one)]


def _answer_faults(key: str, value: object) -> list[str]:
    name = f"answers.{key[:80]}"
    if key == "pain":
        right, wanted = _within(value, 0, 10), "a number from 0 to 10"
    elif key in HOURS:
        right, wanted = _within(value, 0, MOST_HOURS), f"a number of hours from 0 to {MOST_HOURS}"
    elif key in WHOLE:
        right, wanted = type(value) is int and 0 <= value <= MOST_TEXTS, "a whole number, 0 or more"
    elif key in FLAGS:
        right, wanted = isinstance(value, bool), "true or false"
    elif key == "treatment_needed":
        right, wanted = value in list(Treatment), f"one of {', '.join(Treatment)}"
    elif isinstance(value, str) or key == "words":
        return _text_faults(name, value)
    else:
        right, wanted = (
            isinstance(value, bool) or _within(value, -MOST_HOURS, MOST_HOURS),
            "true, false, a number or a text",
        )
    return [] if right else [f"{name}: must be {wanted}, not {_shown(value)}."]


def _shown(value: object) -> str:
    return repr(value)[:80]


def sorted_json(found: Sorted) -> dict[str, Any]:
    """The output of `./filiform aftercare`, exactly as `contracts.md` gives it."""
    return {
        "queue": found.queue.word,
        "tell_patient": found.tell_patient,
        "adverse_event": _event_json(found.adverse_event) if found.adverse_event else None,
        "because": list(found.because),
        "cites": [cite_json(cite) for cite in found.cites],
    }


def _event_json(event: Reported) -> dict[str, Any]:
    seen = asdict(event.observed)
    del seen["what"]
    return {
        "what": event.what,
        "words": event.words,
        "may_be": list(event.may_be),
        "observed": seen,
        "grades": dict(event.grades),
    }
