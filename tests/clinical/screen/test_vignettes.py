"""Every vignette of tests/cases/screening_*.toml, through the rules that ship."""

from __future__ import annotations

import pytest

from filiform.clinical.screen import Result, restriction_blocks
from filiform.clinical.terms import stops
from filiform.knowledge import book
from tests.clinical.screen.vignettes import Case, cases, muscle_side, patient

CASES = cases()


@pytest.mark.control("C-070")
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_vignette(case: Case) -> None:
    result = patient(case).screened()
    assert result.disposition == case.disposition, _told(result)
    if case.cleared is not None:
        assert result.cleared is case.cleared, _told(result)
    found = {f"{finding.condition} {finding.action}" for finding in result.findings}
    assert set(case.finds or ()) <= found, _told(result)
    if case.finds_all is not None:
        assert set(case.finds_all) == found, _told(result)
    assert not set(case.not_finds or ()) & {finding.condition for finding in result.findings}, _told(result)
    for words in case.because or ():
        assert any(words in finding.because for finding in result.findings), _told(result)
    _check_asks(case, result)
    _check_locks(case, result)


def _check_asks(case: Case, result: Result) -> None:
    asked = [ask.question for ask in result.ask]
    for wanted in case.asks or ():
        words = book().screening.question(wanted).words
        assert any(question.startswith(words) for question in asked), _told(result)
    for name, said in (case.reminds or {}).items():
        words = book().screening.question(name).words
        beside = [question.removeprefix(words) for question in asked if question.startswith(words)]
        assert any(said in question for question in beside), _told(result)
    for unwanted in case.not_asks or ():
        words = book().screening.question(unwanted).words
        assert not any(question.startswith(words) for question in asked), _told(result)


def _check_locks(case: Case, result: Result) -> None:
    for item in case.locks or ():
        one = muscle_side(item)
        assert stops(restriction_blocks(result.restrictions, book().muscles[one.muscle], one.side)), item
    for item in case.free or ():
        one = muscle_side(item)
        assert not stops(restriction_blocks(result.restrictions, book().muscles[one.muscle], one.side)), item


def _told(result: Result) -> str:
    lines = [f"{result.disposition} cleared={result.cleared}"]
    lines += [
        f"  {finding.rule} {finding.condition} {finding.action}: {finding.because}" for finding in result.findings
    ]
    lines += [f"  ask {ask.condition}: {ask.question}" for ask in result.ask]
    return "\n".join(lines)


def test_there_are_enough_vignettes_and_every_required_row_has_one() -> None:
    assert len(CASES) >= 160
    rows = {row for case in CASES for row in str(case.row).replace(" ", "").split(",")}
    wanted = {str(row) for row in range(1, 53)} | {f"36{letter}" for letter in "abcdefghijklmnopq"}
    assert sorted(wanted - rows) == []


def test_every_rule_is_reached_by_a_vignette() -> None:
    """A rule that no vignette reaches was never seen to hold."""
    reached = {finding.rule for case in CASES for finding in patient(case).screened().findings}
    assert sorted({rule.id for rule in book().screening.rules} - reached) == []
