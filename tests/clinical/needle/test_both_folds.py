"""The page and the server mean the same: one state for the same events, to the last word. All: `bench needles`."""

from __future__ import annotations

import json
import re
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from filiform.clinical.needle import as_dict
from filiform.pages.needle.kinds import script
from tests import needs
from tests.clinical.needle import both
from tests.clinical.needle.making import whole_session

SHARE = 500  # streams of each, a tenth of what the bench compares
STATIC = Path(__file__).resolve().parents[3] / "src/filiform/pages/needle/static/needle"


@cache
def made_here() -> tuple[list[both.Stream], list[dict[str, Any]]]:
    """Streams, and what the server's fold makes of them."""
    streams = both.streams(SHARE, seed=5)
    return streams, [both.answer(stream) for stream in streams]


def differences() -> list[str]:
    """Where the page's fold differs, on the streams that are made here."""
    streams, answers = made_here()
    found = zip(answers, both.in_the_page(needs.node_alone(), streams), strict=True)
    return [text for here, there in found for text in both.difference(here, there)]


@pytest.mark.control("C-209")
def test_streams_made_in_python_fold_to_the_same_state_in_the_page() -> None:
    assert differences()[:5] == []


@pytest.mark.control("C-209")
def test_streams_made_in_the_page_fold_to_the_same_state_in_python() -> None:
    made = list(both.made_in_the_page(needs.node_alone(), SHARE, seed=5))
    assert len(made) == SHARE
    assert [text for stream, there in made for text in both.difference(both.answer(stream), there)][:5] == []


def test_the_streams_reach_what_they_are_to_compare() -> None:
    """Otherwise two folds agree on nothing but nonsense: every rule and some sessions that may close are among them."""
    honest = [as_dict(event) for event in whole_session()]
    (answered,) = both.in_the_page(needs.node_alone(), [honest])
    assert answered["state"]["can_close"] and answered["closing"] == []
    _, answers = made_here()
    rules = {
        one["rule"] for each in answers for one in (*each["state"]["blocks"], *each["closing"], *each["insertion"])
    }
    reported = {one["rule"] for each in answers for one in each["state"]["incidents"]}
    assert {"needle.still_in", "needle.out_and_left_in", "needle.left_in_untold", "needle.more_in_than_opened"} <= rules
    assert {"event.conflict", "event.circle", "event.pending", "event.wrong_kind", "event.names_undone"} <= rules
    assert {"correct.refused", "correct.disagree", "count.mismatch", "count.not_covering", "count.none"} <= rules
    assert {"all_out.recount", "pack.expired", "problem.open", "chest.not_asked", "pack.empty"} <= rules
    assert {"incident.needlestick", "incident.broken_needle", "incident.expired_pack", "incident.other"} <= reported
    assert any(each["refused"] for each in answers)
    assert sum(each["state"]["can_close"] and each["state"]["in"] > 0 for each in answers) > SHARE // 20


# Each is a mistake in the page's fold, and must be found: (file, what it says, what it would say).
MISTAKES = {
    "a needle said to be out and left in is out": ("fold.js", 'out === left ? "in" : out ?', "out ?"),
    "undos are not undone": ("fold.js", "filter((name) => !stands.get(name))", "filter(() => true)"),
    "a conflict is not shown": ("fold.js", "if (these.length > 1)", "if (false)"),
    "any count speaks": ("fold.js", "complete.has(one.id) && !covered", "!covered"),
    "no recount after all out": ("fold.js", "!confirmed.has(event.id)", "false"),
    "a correction is forgotten": ("fold.js", "found.set(name, apply(event, corrections, troubles))", "null"),
    "the chest is not asked about": ("gates.js", "!state.chest_asked.includes(one.id)", "false"),
    "a place to look is forgotten": ("fold.js", '"clothing", ', ""),
    "nobody is asked to look": ("gates.js", "if (!unsearched.length ||", "if (unsearched ||"),
    "numbers are written otherwise": ("reading.js", "`${value}.0`", "`${value}`"),
    "another word": ("fold.js", "Nobody has counted yet", "Nobody counted yet"),
}


@pytest.mark.control("C-209")
@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_in_the_page_is_found(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative controls: with one line of the page's program changed, the two no longer agree."""
    file, says, instead = MISTAKES[name]
    for each in STATIC.glob("*.js"):
        text = each.read_text(encoding="utf-8")
        if each.name == file:
            assert says in text
            text = text.replace(says, instead)
        (tmp_path / each.name).write_text(text, encoding="utf-8")
    (tmp_path / "package.json").write_text('{"type": "module"}')
    runner = both.SCRIPT.read_text(encoding="utf-8")
    runner = re.sub(r"\.\./\.\./\.\./src/filiform/pages/needle/static/needle/", "./", runner)
    (tmp_path / "run.mjs").write_text(runner, encoding="utf-8")
    monkeypatch.setattr(both, "SCRIPT", tmp_path / "run.mjs")
    assert differences() != []


def test_the_kinds_of_the_page_are_those_of_the_server() -> None:
    stands = (STATIC / "kinds.js").read_text(encoding="utf-8")
    assert stands == script(), "run `python -m filiform.pages.needle.kinds` and keep what it prints as kinds.js"


@pytest.mark.parametrize(
    "text",
    [
        '"2026-11-23T24:00:00Z"',
        '"2026-02-29T10:00:00Z"',
        '"2028-02-29T10:00:00Z"',
        '"0001-01-01T00:00:00Z"',
        '"2026-11-23T10:00:60Z"',
        '"2026-11-23T10:00:00+24:00"',
        '"2026-11-23T10:00:00+23:59"',
        '"2026-11-23T10:00:00+01:75"',
        '"2026-11-23T10:00:00.000001-00:00"',
        '"\u0662026-11-23T10:00:00Z"',
        '"2200-01-01T00:00:00Z"',
        "7",
        "null",
    ],
)
def test_both_read_the_same_moments(text: str) -> None:
    note = {"kind": "note", "id": "a", "at": json.loads(text), "device": "d", "by": "b", "text": "x"}
    (there,) = both.in_the_page(needs.node_alone(), [[note]])
    assert both.difference(both.answer([note]), there) == []


@pytest.mark.parametrize(
    "text", ["", " ", "\u0085", "\ufeff", "\u3000", "\u200b", "\x1c", "\u202e", "x" * 2001, "\U0001f9b5" * 2000]
)
def test_both_read_the_same_texts(text: str) -> None:
    note = {"kind": "note", "id": "a", "at": both.MOMENTS[0], "device": "d", "by": "b", "text": text}
    (there,) = both.in_the_page(needs.node_alone(), [[note]])
    assert both.difference(both.answer([note]), there) == []


def test_the_program_runs_in_a_browser_without_a_build() -> None:
    """Plain modules, nothing from elsewhere: what Node imports here is what the browser gets."""
    done = subprocess.run(
        [needs.node_alone(), str(both.SCRIPT), "make", "1", "1"], capture_output=True, text=True, check=True
    )
    assert json.loads(done.stdout)
    for file in STATIC.glob("*.js"):
        for name in re.findall(r'from "([^"]+)"', file.read_text(encoding="utf-8")):
            assert name.startswith("./") and (STATIC / name).exists(), (file.name, name)
