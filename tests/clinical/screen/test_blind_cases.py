"""Every vignette of tests/cases/blind_screening_*.toml: written from facts.md alone, before the rules were seen."""

from __future__ import annotations

from dataclasses import replace

import pytest

from filiform.clinical.screen import Disposition, Result, restriction_blocks, technique_blocks
from filiform.clinical.terms import stops
from filiform.knowledge import book
from tests.clinical.screen.blind import Blind, blind_cases
from tests.clinical.screen.vignettes import muscle_side

CASES = blind_cases()


@pytest.mark.control("C-070")
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_blind_vignette(case: Blind) -> None:
    result = case.screened()
    wrong = [*_disposition(case, result), *_findings(case, result), *_asks(case, result), *_limits(case, result)]
    assert not wrong, "\n".join([case.title, *wrong, *_told(result)])


def _disposition(case: Blind, result: Result) -> list[str]:
    wrong = []
    wanted = case.disposition if isinstance(case.disposition, list) else [case.disposition]
    if case.disposition and result.disposition not in wanted:
        wrong.append(f"disposition {result.disposition}, not {wanted}")
    if case.at_least and result.disposition.rank < Disposition(case.at_least).rank:
        wrong.append(f"disposition {result.disposition} is milder than {case.at_least}")
    if case.at_most and result.disposition.rank > Disposition(case.at_most).rank:
        wrong.append(f"disposition {result.disposition} is stricter than {case.at_most}")
    if case.cleared is not None and result.cleared is not case.cleared:
        wrong.append(f"cleared is {result.cleared}")
    return wrong


def _findings(case: Blind, result: Result) -> list[str]:
    actions = {f"{one.condition} {one.action}" for one in result.findings}
    # A note is shown and changes nothing: it does not count as having found the illness.
    conditions = {one.condition for one in result.findings if one.action != "note"}
    because = [one.because.lower() for one in (*result.findings, *result.restrictions)]
    wrong = [f"does not find {one}" for one in sorted(set(case.finds or ()) - actions)]
    if case.finds_any and not set(case.finds_any) & actions:
        wrong.append(f"finds none of {case.finds_any}")
    wrong += [f"finds {one}" for one in sorted(set(case.not_finds or ()) & conditions)]
    wrong += [f"finds {one}" for one in sorted(set(case.not_finds_action or ()) & actions)]
    for words in case.told or ():
        if not any(one.lower() in reason for one in words.split("|") for reason in because):
            wrong.append(f"no reason says {words!r}")
    return wrong


def _asks(case: Blind, result: Result) -> list[str]:
    asked = {one.condition for one in result.ask}
    found = {one.condition for one in result.findings}
    wrong = [f"does not ask {one}" for one in case.asks or () if one not in asked]
    wrong += [f"asks {one}" for one in case.not_asks or () if one in asked]
    wrong += [f"neither finds nor asks {one}" for one in case.either or () if one not in asked | found]
    for item in case.asks_about or ():
        conditions, _, words = item.partition("~")
        ways = [one.strip().lower() for one in words.split("|")]
        about = [one.question.lower() for one in result.ask if one.condition in conditions.strip().split("|")]
        if not any(way in question for way in ways for question in about):
            wrong.append(f"does not ask about {item}")
    return wrong


def _limits(case: Blind, result: Result) -> list[str]:
    wrong = [f"does not lock {item}" for item in case.locks or () if not _locked(result, item)]
    wrong += [f"locks {item}" for item in case.free or () if _locked(result, item)]
    if case.no_estim and not stops(technique_blocks(result.restrictions, "estim")):
        wrong.append("does not lock the current")
    return wrong


def _locked(result: Result, item: str) -> bool:
    one = muscle_side(item)
    return bool(stops(restriction_blocks(result.restrictions, book().muscles[one.muscle], one.side)))


def _told(result: Result) -> list[str]:
    lines = [f"{result.disposition} cleared={result.cleared}"]
    lines += [
        f"  {one.rule} {one.condition} {one.action}: {one.because} {[item.text for item in one.evidence]}"
        for one in result.findings
    ]
    return lines + [f"  ask {one.condition}: {one.question}" for one in result.ask]


def test_the_blind_vignettes_cover_every_row() -> None:
    rows = {row.strip() for case in CASES for row in case.row.split(",")}
    wanted = {str(row) for row in range(1, 53)} | {f"36{letter}" for letter in "abcdefghijklmnopq"}
    assert sorted(wanted - rows) == []
    assert len({case.title for case in CASES}) >= 170


def test_guard_removed_without_its_rule_a_vignette_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control: a book without the rule on anticoagulants lets the vignette of the blood thinner fail."""
    case = next(one for one in CASES if one.id == "blood.apixaban-default")
    test_blind_vignette(case)
    screening = book().screening
    fewer = tuple(rule for rule in screening.rules if rule.id != "screen.anticoagulant")
    without = replace(book(), screening=replace(screening, rules=fewer))
    monkeypatch.setattr("tests.clinical.screen.blind.book", lambda: without)
    with pytest.raises(AssertionError, match="does not find anticoagulant consult"):
        test_blind_vignette(case)
