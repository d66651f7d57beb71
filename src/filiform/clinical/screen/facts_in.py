"""The facts of `./filiform screen --facts`, read strictly: what is wrong is named with its key, and nothing is guessed.

Every key may be left out, and null means left out: unknown. A text that holds letters of two alphabets is refused,
because a drug whose name looks right and is not would be read by nobody.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from filiform.clinical.screen.facts import DoctorAnswer, Verdict
from filiform.clinical.screen.facts_keys import NO_WORDS, YES_WORDS
from filiform.clinical.screen.operator import Operator, Role
from filiform.clinical.screen.words import tokens

MOST_ITEMS, MOST_LETTERS = 100, 500
LISTS = ("conditions", "medications", "allergies", "devices", "implants", "symptoms", "events")
OPERATOR_FLAGS = ("prelicensure_coursework", "training_in_person", "training_approved")
FLAGS = ("willing", "guardian_consent", "child_assent", *OPERATOR_FLAGS)
SAID = (
    *("capacity", "fever", "bleeding_history", "lymphoedema", "skin", "wound", "vascular", "surgery", "travel"),
    *("syncope_history", "fasting", "legal_proxy"),
)
# key: (lowest, highest, unit, whole numbers only). What lies outside is no measurement but a slip of the pen.
NUMBERS: Mapping[str, tuple[float, float, str, bool]] = {
    "age": (0, 120, "years", True),
    "pregnancy_weeks": (0, 45, "weeks", False),
    "inr": (0.5, 20, "INR", False),
    "platelets": (0, 3000, "10^9/L", False),
    "neutrophils": (0, 200, "10^9/L", False),
    "bmi": (8, 100, "kg/m2", False),
    "months_licensed": (0, 1000, "months", True),
    "training_hours": (0, 10_000, "hours", False),
}
CHOICES: Mapping[str, tuple[str, ...]] = {
    "sex": ("female", "male", "other", "unknown"),
    "needle_phobia": ("none", "mild", "severe"),
    "therapist_role": tuple(role.value for role in Role),
}
SEXES = {
    **dict.fromkeys(("f", "female", "woman", "girl"), "female"),
    **dict.fromkeys(("m", "male", "man", "boy"), "male"),
}
KEYS = (*LISTS, *FLAGS, *SAID, *NUMBERS, *CHOICES, "jurisdiction", "doctor_answer")
TEMPERATURE = (30.0, 45.0)  # degrees Celsius
_DAY = re.compile(r"\b(?:19|20)\d\d-\d\d-\d\d\b")
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_PLACE = re.compile(r"[A-Z]{2}(?:-[A-Z0-9]{1,3})?")
_DOCTOR_KEYS = ("condition", "asked", "answered_by", "on", "verdict", "limits")

Told = bool | tuple[str, ...]  # yes, no, or the words
V = TypeVar("V")


class FactsRefused(ValueError):
    """Facts that cannot be taken. `problems` has one sentence for each, beginning with the key."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(self.problems))


@dataclass(frozen=True, slots=True)
class Facts:
    """The facts as told. A key that is in none of these was not told: it is unknown.

    `said` holds yes, no or words; `fever` may be a temperature in degrees Celsius and then stands in `numbers`.
    `doctor_words` is a doctor's answer without who, when and what: it closes nothing.
    """

    lists: Mapping[str, tuple[str, ...]]
    flags: Mapping[str, bool]
    said: Mapping[str, Told]
    numbers: Mapping[str, float]
    choices: Mapping[str, str]
    operator: Operator
    doctors: tuple[DoctorAnswer, ...] = ()
    doctor_words: str = ""

    def told(self, key: str) -> bool:
        """Whether `key` was told at all."""
        kept: tuple[Mapping[str, Any], ...] = (self.lists, self.flags, self.said, self.numbers, self.choices)
        return any(key in one for one in kept)


def read_facts(data: object, on: date) -> Facts:
    """`data` (parsed JSON) as facts for a visit on the day `on`. Raises FactsRefused with everything that is wrong."""
    if not isinstance(data, dict):
        raise FactsRefused(["facts: must be one JSON object"])
    read = _Reading({key: value for key, value in data.items() if value is not None}, on)
    read.problems += [f"{key}: no such key; the keys are {', '.join(KEYS)}" for key in data if key not in KEYS]
    facts = read.facts()
    if read.problems:
        raise FactsRefused(read.problems)
    return facts


class _Reading:
    """Reads key after key and notes every problem instead of stopping at the first."""

    def __init__(self, data: Mapping[str, Any], on: date) -> None:
        self.data, self.on = data, on
        self.problems: list[str] = []

    def facts(self) -> Facts:
        """All keys; what could not be read is left out and stands in `problems`."""
        numbers = self._each(NUMBERS, self._number)
        said: dict[str, Told] = self._each(SAID, self._said)
        if type(self.data.get("fever")) in (int, float):
            said.pop("fever", None)
            numbers["fever"] = float(self.data["fever"])
        choices = self._each(CHOICES, self._choice)
        doctors, words = self._doctor()
        return Facts(
            lists=self._each(LISTS, self._list),
            flags=(flags := self._each(FLAGS, self._flag)),
            said=said,
            numbers=numbers,
            choices=choices,
            operator=self._operator(choices, numbers, flags),
            doctors=doctors,
            doctor_words=words,
        )

    def _each(self, keys: Iterable[str], read: Callable[[str, Any], V | None]) -> dict[str, V]:
        found = {key: read(key, self.data[key]) for key in keys if key in self.data}
        return {key: value for key, value in found.items() if value is not None}

    def _wrong(self, key: str, wanted: str) -> None:
        self.problems.append(f"{key}: must be {wanted}")

    def _number(self, key: str, value: Any) -> float | None:
        lowest, highest, unit, whole = NUMBERS[key]
        wanted = f"a {'whole ' if whole else ''}number from {lowest:g} to {highest:g} ({unit})"
        if type(value) not in (int, float) or (whole and value != int(value)) or not lowest <= value <= highest:
            self._wrong(key, wanted)
            return None
        return float(value)

    def _choice(self, key: str, value: Any) -> str | None:
        if key == "sex" and isinstance(value, str):
            value = SEXES.get(value.strip().lower(), value)
        if not isinstance(value, str) or value not in CHOICES[key]:
            self._wrong(key, f"one of {', '.join(CHOICES[key])}")
            return None
        return value

    def _flag(self, key: str, value: Any) -> bool | None:
        if isinstance(value, bool):
            return value
        self._wrong(key, "true or false")
        return None

    def _list(self, key: str, value: Any) -> tuple[str, ...] | None:
        if not isinstance(value, list):
            self._wrong(key, "a list of texts")
            return None
        if len(value) > MOST_ITEMS:
            self.problems.append(f"{key}: {len(value)} entries are more than one patient has; at most {MOST_ITEMS}")
            return None
        return tuple(text for number, one in enumerate(value) if (text := self._text(f"{key}[{number}]", one)))

    def _said(self, key: str, value: Any) -> Told | None:
        if isinstance(value, bool):
            return value
        if key == "fever" and type(value) in (int, float):
            low, high = TEMPERATURE
            if not low <= value <= high:
                self._wrong(key, f"degrees Celsius from {low:g} to {high:g}")
            return True
        if isinstance(value, list):
            return self._list(key, value) or False
        if not isinstance(value, str):
            self._wrong(key, "true, false or a text")
            return None
        text = self._text(key, value)
        if not text:
            return None
        words = set() if key == "capacity" else set(tokens(text))  # "none" of it is no "no" there
        if words and words <= NO_WORDS:
            return False
        return True if words and words <= YES_WORDS else (text,)

    def _text(self, key: str, value: Any) -> str | None:
        if not isinstance(value, str) or not value.strip():
            self._wrong(key, "a text that is not empty")
            return None
        if len(value) > MOST_LETTERS:
            self._wrong(key, f"a text of at most {MOST_LETTERS} letters")
            return None
        if strange := strange_letter(value):
            self._wrong(key, f"English text in one alphabet; it holds {strange}")
            return None
        if late := self._future(key, value):
            self.problems.append(f"{key}: {late} lies after {self.on}; a date in the future cannot be a fact yet")
            return None
        return plain(value)

    def _future(self, key: str, text: str) -> str:
        """The first date or year of `text` that lies after the visit; a journey may lie ahead."""
        if key.startswith("travel"):
            return ""
        late = [day for day in _DAY.findall(text) if day > self.on.isoformat()]
        late += [year for year in _YEAR.findall(text) if int(year) > self.on.year]
        return late[0] if late else ""

    def _operator(
        self, choices: Mapping[str, str], numbers: Mapping[str, float], flags: Mapping[str, bool]
    ) -> Operator:
        place = self.data.get("jurisdiction")
        if place is not None and not (isinstance(place, str) and _PLACE.fullmatch(place)):
            self._wrong("jurisdiction", 'an ISO 3166-2 code like "US-NY", or a country\'s two letters')
        months = numbers.get("months_licensed")
        return Operator(
            place=place if isinstance(place, str) else None,
            role=Role(choices["therapist_role"]) if "therapist_role" in choices else None,
            months_licensed=None if months is None else int(months),
            coursework=flags.get("prelicensure_coursework"),
            training_hours=numbers.get("training_hours"),
            in_person=flags.get("training_in_person"),
            approved=flags.get("training_approved"),
        )

    def _doctor(self) -> tuple[tuple[DoctorAnswer, ...], str]:
        value = self.data.get("doctor_answer")
        if value is None or isinstance(value, bool):
            return (), "" if value is None else ("yes" if value else "no")
        if isinstance(value, str):
            return (), self._text("doctor_answer", value) or ""
        listed = value if isinstance(value, list) else [value]
        found = [self._one_doctor(f"doctor_answer[{n}]", one) for n, one in enumerate(listed[:MOST_ITEMS])]
        return tuple(one for one in found if one), ""

    def _one_doctor(self, key: str, value: Any) -> DoctorAnswer | None:
        if not isinstance(value, dict):
            self._wrong(key, f"a text, or an object with {', '.join(_DOCTOR_KEYS)}")
            return None
        before = len(self.problems)
        self.problems += [f"{key}.{name}: no such key" for name in value if name not in _DOCTOR_KEYS]
        texts = {name: self._text(f"{key}.{name}", value.get(name)) or "" for name in _DOCTOR_KEYS[:3]}
        limits = self._text(f"{key}.limits", value["limits"]) if value.get("limits") else ""
        verdict, on = value.get("verdict"), self._day(f"{key}.on", value.get("on"))
        if not isinstance(verdict, str) or verdict not in tuple(Verdict):
            self._wrong(f"{key}.verdict", "yes, no or limits")
        if verdict == Verdict.LIMITS and not limits:
            self._wrong(f"{key}.limits", "the doctor's limits in words")
        if len(self.problems) > before or on is None or not isinstance(verdict, str):
            return None
        return DoctorAnswer(**texts, on=on, verdict=Verdict(verdict), limits=limits or "")

    def _day(self, key: str, value: Any) -> date | None:
        try:
            day = date.fromisoformat(value)
        except (TypeError, ValueError):
            self._wrong(key, "a date like 2026-11-23")
            return None
        if day <= self.on:
            return day
        self._wrong(key, f"a date not after {self.on}")
        return None


def strange_letter(text: str) -> str:
    """The name of the first letter of `text` that English text does not have, "" when there is none."""
    for letter in text:
        name = unicodedata.name(letter, "an unnamed sign")
        unseen = unicodedata.category(letter) in ("Cf", "Cc", "Co", "Cs", "Cn") and letter not in "\n\t\r"
        other = letter.isalpha() and not name.startswith(("LATIN ", "MICRO SIGN", "FEMININE", "MASCULINE"))
        if unseen or other:
            return f"{name.lower()} (U+{ord(letter):04X})"
    return ""


def plain(text: str) -> str:
    """`text` without accents, as the vocabulary is written: "naproxène" becomes "naproxene"."""
    parts = unicodedata.normalize("NFKD", text.strip())
    return "".join(letter for letter in parts if not unicodedata.combining(letter))
