"""The bad input of issue 3 through the command itself: refused by name, or the less safe of two facts counts."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from filiform.clinical.screen import facts_in
from filiform.config.commands import screen
from tests.clinical.screen.test_facts import WELL

Captured = pytest.CaptureFixture[str]
ON = ["--on", "2026-11-23"]

BAD: dict[str, tuple[dict[str, Any], str]] = {
    "unknown key": ({"medication": ["warfarin"]}, "medication: no such key; the keys are conditions, medications"),
    "wrong type": ({"age": "45"}, "age: must be a whole number from 0 to 120 (years)"),
    "wrong type in a list": ({"medications": ["aspirin", 81]}, "medications[1]: must be a text that is not empty"),
    "a weight": ({"weight": -3}, "weight: no such key"),
    "a weight of -3 kg as an index": ({"bmi": -3}, "bmi: must be a number from 8 to 100 (kg/m2)"),
    "hours that cannot be": ({"training_hours": -1}, "training_hours: must be a number from 0 to 10000 (hours)"),
    "400 medicines": ({"medications": ["aspirin"] * 400}, "medications: 400 entries are more than one patient has"),
    "mixed scripts": ({"medications": ["wаrfarin"]}, "medications[0]: must be English text in one alphabet"),
    "unseen letters": ({"conditions": ["dia\u200bbetes"]}, "conditions[0]: must be English text in one alphabet"),
    "a day that is not yet": ({"events": ["seizure on 2027-01-02"]}, "events[0]: 2027-01-02 lies after 2026-11-23"),
    "a year that is not yet": ({"surgery": "new hip in 2030"}, "surgery: 2030 lies after 2026-11-23"),
}


def run(told: dict[str, Any], folder: Path) -> int:
    path = folder / "facts.json"
    path.write_text(json.dumps(WELL | told), encoding="utf-8")
    return screen.run(["--facts", str(path), *ON])


@pytest.mark.control("C-141")
@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_refused_by_its_key_and_nothing_is_judged(name: str, tmp_path: Path, capsys: Captured) -> None:
    told, says = BAD[name]
    assert run(told, tmp_path) == 1
    printed = capsys.readouterr()
    assert printed.out == "" and says in printed.err
    assert len(printed.err.splitlines()) == 1  # one fault, one line: nothing else was wrong


@pytest.mark.control("C-141")
def test_every_fault_is_told_at_once(tmp_path: Path, capsys: Captured) -> None:
    assert run({key: value for told, _ in BAD.values() for key, value in told.items()}, tmp_path) == 1
    printed = capsys.readouterr()
    assert printed.out == ""
    assert len(printed.err.splitlines()) == len({key for told, _ in BAD.values() for key in told})


def _more_items(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(facts_in, "MOST_ITEMS", 1000)


def _any_letter(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(facts_in, "strange_letter", lambda text: "")


def _any_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(facts_in._Reading, "_future", lambda self, key, text: "")


def _any_number(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(facts_in.NUMBERS, "bmi", (-100, 100, "kg/m2", False))  # type: ignore[arg-type]


def _any_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(facts_in, "KEYS", (*facts_in.KEYS, "medication", "weight"))


@pytest.mark.control("C-141")
@pytest.mark.parametrize(
    ("take_out", "names"),
    [
        (_more_items, ["400 medicines"]),
        (_any_letter, ["mixed scripts", "unseen letters"]),
        (_any_day, ["a day that is not yet", "a year that is not yet"]),
        (_any_number, ["a weight of -3 kg as an index"]),
        (_any_key, ["unknown key", "a weight"]),
    ],
)
def test_guard_removed_it_would_be_judged(
    take_out: Callable[[pytest.MonkeyPatch], None],
    names: list[str],
    tmp_path: Path,
    capsys: Captured,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Negative control: with its guard taken out each of them goes through as if nothing were wrong."""
    take_out(monkeypatch)
    for name in names:
        with pytest.raises(AssertionError):
            test_bad_input_is_refused_by_its_key_and_nothing_is_judged(name, tmp_path, capsys)


CONTRADICTIONS: list[tuple[dict[str, Any], str, str, str]] = [
    # facts, disposition, condition, what the reason names
    ({"fever": False, "symptoms": ["fever and chills"]}, "defer", "infection", "fever: false"),
    ({"sex": "male", "pregnancy_weeks": 20}, "defer", "pregnancy", "sex: male"),
    ({"capacity": True, "symptoms": ["drunk"]}, "defer", "capacity", "capacity: true"),
    ({"lymphoedema": False, "conditions": ["lymphoedema left arm"]}, "region_excluded", "lymphoedema", "said no"),
]


@pytest.mark.control("C-143")
@pytest.mark.parametrize(("told", "disposition", "condition", "names"), CONTRADICTIONS)
def test_two_facts_that_contradict_are_named_and_the_less_safe_counts(
    told: dict[str, Any], disposition: str, condition: str, names: str, tmp_path: Path, capsys: Captured
) -> None:
    assert run(told, tmp_path) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["disposition"] == disposition
    named = [one for one in answer["findings"] if names in one["because"]]
    assert {one["condition"] for one in named} == {condition}
    assert all(len(one["evidence"]) >= 2 for one in named)  # both facts stand in it


@pytest.mark.control("C-143")
@pytest.mark.parametrize("order", [False, True])
def test_it_does_not_matter_which_of_the_two_is_told_first(order: bool, tmp_path: Path, capsys: Captured) -> None:
    told = {"fever": False, "symptoms": ["fever and chills"]}
    run(dict(sorted(told.items(), reverse=order)), tmp_path)
    assert json.loads(capsys.readouterr().out)["disposition"] == "defer"
