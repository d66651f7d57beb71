"""The traps that issue 3 names, one by one: what a patient writes, what must come of it, and what must not.

The words stand among the other things of a patient who answers everything else as a well person would; `open` are the
questions that the words raise and that nobody has answered yet.
"""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from filiform.clinical.screen import Action, Disposition, Result
from filiform.knowledge import book
from tests.clinical.screen.vignettes import Case, patient


@dataclass(frozen=True)
class Trap:
    """`name` as in the issue. `not_found` may be no more than a note, `asks` is what must be asked."""

    name: str
    words: tuple[str, ...]
    disposition: Disposition
    not_found: str = ""
    asks: str = ""
    open: tuple[str, ...] = ()


TRAPS = (
    Trap("prediabetes", ("prediabetes", "borderline diabetes"), Disposition.PROCEED, "diabetes"),
    Trap(
        "a past seizure asks", ("one seizure in 2009",), Disposition.PROCEED, "epilepsy", "epilepsy", ("seizure_past",)
    ),
    Trap("an old pregnancy asks", ("pregnant in 2018",), Disposition.PROCEED, "pregnancy", "pregnancy", ("pregnancy",)),
    Trap(
        "gabapentin or topiramate is not epilepsy",
        ("gabapentin 300 mg", "topiramate"),
        Disposition.PROCEED,
        "epilepsy",
        "epilepsy",
        ("seizure_medicine",),
    ),
    Trap(
        "metformin alone is a question",
        ("metformin", "Metformin 500 mg"),
        Disposition.PROCEED,
        "diabetes",
        "diabetes",
        ("diabetes_why",),
    ),
    Trap(
        "HIV with normal counts is no refusal", ("HIV, my counts are normal",), Disposition.PROCEED, "immunosuppression"
    ),
    Trap("sulfa and penicillin: no metal", ("allergic to sulfa and penicillin",), Disposition.PROCEED, "metal_allergy"),
    Trap("sulfa and penicillin: no antiseptic", ("allergic to sulfa and penicillin",), Disposition.PROCEED, "allergy"),
    Trap("low-dose aspirin alone is no consultation", ("aspirin 81 mg daily",), Disposition.PROCEED_MODIFIED),
    Trap("fever on chemotherapy is an emergency", ("fever, and I am on chemotherapy",), Disposition.EMERGENCY),
    Trap("a normal INR says nothing about apixaban", ("I take apixaban, my INR is 1.0",), Disposition.CONSULT_FIRST),
    Trap(
        "breast feeding is no contraindication", ("breast feeding", "breastfeeding"), Disposition.PROCEED, "pregnancy"
    ),
)


def told(words: str, unanswered: tuple[str, ...] = ()) -> Result:
    """What the screening says of these words."""
    case = Case("trap", {"says": {"anything_else": f"yes: {words}"}, "unanswered": list(unanswered)})
    return patient(case).screened()


@pytest.mark.control("C-174")
@pytest.mark.parametrize("trap", TRAPS, ids=lambda trap: trap.name)
def test_a_listed_trap_is_judged_as_the_issue_says(trap: Trap) -> None:
    for words in trap.words:
        result = told(words)
        assert result.disposition is trap.disposition, (words, result.findings)
        assert trap.not_found not in {one.condition for one in result.findings if one.action is not Action.NOTE}, words


@pytest.mark.control("C-174")
@pytest.mark.parametrize("trap", [one for one in TRAPS if one.asks], ids=lambda trap: trap.name)
def test_what_a_trap_leaves_open_is_asked_and_not_assumed(trap: Trap) -> None:
    for words in trap.words:
        result = told(words, trap.open)
        assert {one.condition for one in result.ask} == {trap.asks}, words
        assert not result.cleared
        assert trap.not_found not in {one.condition for one in result.findings if one.action is not Action.NOTE}
        if all(book().screening.question(name).ask_if for name in trap.open):
            assert not told("nothing else", trap.open).ask, "the words raised it, and nothing else"


@pytest.mark.control("C-174")
@pytest.mark.parametrize(
    ("words", "disposition"),
    [("diabetes", Disposition.CONSULT_FIRST), ("pregnant", Disposition.DEFER), ("epilepsy", Disposition.CONSULT_FIRST)],
)
def test_the_thing_itself_is_no_trap(words: str, disposition: Disposition) -> None:
    """Negative control: a screening that read nothing would pass every trap."""
    assert told(words).disposition is disposition
