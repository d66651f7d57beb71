"""Every vignette of tests/cases/evaluation_*.toml, through the measures that ship."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from filiform.clinical.evaluate import Change, Figure, Reading, compare
from filiform.knowledge import book

FOLDER = Path(__file__).parents[1] / "cases"
KEYS = {
    "title", "source", "measure", "then", "people", "before", "after", "hours", "verdict", "gain", "matters", "error",
    "important", "side_by_side", "others", "because", "refused",
}  # fmt: skip


def read(pattern: str, keys: set[str]) -> list[tuple[str, dict[str, Any]]]:
    """The vignettes of some files by name; an unknown key, or none of title and source, is a mistake in the file."""
    found = []
    for file in sorted(FOLDER.glob(pattern)):
        for name, case in tomllib.loads(file.read_text(encoding="utf-8"))["case"].items():
            assert case.keys() <= keys, f"{file.name} [case.{name}]: unknown {sorted(case.keys() - keys)}"
            assert case["title"] and case["source"], f"{file.name} [case.{name}]"
            found.append((f"{file.stem}.{name}", case))
    return found


CASES = read("evaluation_*.toml", KEYS)


def judged(case: dict[str, Any]) -> Change:
    """What the rule says of one vignette."""
    scales = book().scales
    first, second = scales[case["measure"]], scales[case.get("then", case["measure"])]
    readings = Reading(first, case.get("before")), Reading(second, case.get("after"))
    return compare(*readings, hours_since=case.get("hours"), people=case.get("people", ""))


@pytest.mark.control("C-150")
@pytest.mark.parametrize("case", [case for _, case in CASES], ids=[name for name, _ in CASES])
def test_vignette(case: dict[str, Any]) -> None:
    if "refused" in case:
        with pytest.raises(ValueError, match=case["refused"]):
            judged(case)
        return
    found = judged(case)
    assert found.verdict == case["verdict"], found
    for key in ("gain", "matters"):
        if key in case:
            assert getattr(found, key) == case[key], found
    for words in case.get("because", ()):
        assert words in found.because
    _check_figures(case, found)


def _check_figures(case: dict[str, Any], found: Change) -> None:
    for key in ("error", "important"):
        if key in case:
            figure: Figure | None = getattr(found, key)
            assert figure is not None and figure.needed(case["before"]) == case[key], found
    if "side_by_side" in case:
        assert {one.value for one in found.side_by_side} == set(case["side_by_side"])
    assert set(case.get("others", ())) <= {one.value for one in found.others}


def test_there_are_enough() -> None:
    assert len(CASES) >= 60
    assert {case["verdict"] for _, case in CASES if "verdict" in case} == {
        "better", "same", "worse", "too_early", "unknown",
    }  # fmt: skip
