"""Every number of facts.md section 2, typed a second time (tests/cases/second_entry.toml), against the loaded book."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from filiform.clinical.follow.timing import HOURS_OF_CARE
from filiform.clinical.screen import Action, Rule
from filiform.clinical.screen.facts_days import MONTHS_3
from filiform.clinical.screen.holding import DOCTOR_ANSWER_DAYS
from filiform.knowledge import book

FILE = Path(__file__).parents[1] / "cases" / "second_entry.toml"
ENTRIES: dict[str, dict[str, Any]] = tomllib.loads(FILE.read_text(encoding="utf-8"))
Entry = dict[str, Any]


def band(question: str, edge: str) -> Callable[[Entry], None]:
    """The number is an edge of the question's bands, and the rule of its sign has the action in every profile.

    `edge`: how the book writes it (above, below, start).
    """

    def check(entry: Entry) -> None:
        limit = next(entry[key] for key in ("over", "under", "from") if key in entry)
        asked = book().screening.question(question)
        assert asked.unit == entry["unit"]
        found = [one for one in asked.bands if getattr(one, edge) == limit]
        assert len(found) == 1, (question, limit, asked.bands)
        for sign in found[0].signs:
            rules = [rule for rule in book().screening.rules if rule.all_of == (sign,) and not rule.any_of]
            assert rules, sign
            assert {action for rule in rules for action in rule.actions.values()} == {Action(entry["action"])}

    return check


def rule(name: str) -> Rule:
    return book().screening.rule(f"screen.{name}")


def words(place: Callable[[], str], *wanted: str) -> Callable[[Entry], None]:
    """The number stands in a sentence that a person reads."""

    def check(entry: Entry) -> None:
        for one in wanted:
            assert one in place(), (one, place(), entry["what"])

    return check


def asks(question: str, *wanted: str) -> Callable[[Entry], None]:
    return words(lambda: book().screening.question(question).words, *wanted)


def care(precaution: str, *wanted: str) -> Callable[[Entry], None]:
    return words(lambda: book().screening.precautions[precaution].words, *wanted)


def because(name: str, *wanted: str) -> Callable[[Entry], None]:
    return words(lambda: rule(name).because, *wanted)


def _three_months(entry: Entry) -> None:
    assert (entry["within"], entry["unit"]) == (3, "months")
    assert MONTHS_3 == 92  # the longest three months: a day too long is the safe side


def _clot(entry: Entry) -> None:
    _three_months(entry)
    assert {one.days for one in book().screening.vocabulary.terms if one.id == "clot"} == {92}
    assert set(rule("vessel_clot_recent").actions.values()) == {Action(entry["action"])}
    asks_three = book().screening.question("vessels").option("clot_now").words
    assert "last three months" in asks_three


def _seizure(entry: Entry) -> None:
    _three_months(entry)
    assert {one.within_days for one in book().symptoms if one.id == "seizure_dated"} == {92}
    asks("epilepsy_recent", "last three months")(entry)
    assert set(rule("epilepsy_unstable").actions.values()) == {Action(entry["action"])}


def _surgery(entry: Entry) -> None:
    _three_months(entry)
    asks_three = book().screening.question("surgery").option("recent").words
    assert "last three months" in asks_three
    # DEFER that region and until the surgeon agrees: written as CONSULT with the place left out, which is stricter.
    actions = set(rule("surgery_recent").actions.values())
    assert actions == {Action.CONSULT} and Action.CONSULT.disposition.rank > Action(entry["action"]).disposition.rank
    assert rule("surgery_recent").avoid_at is not None


def _lapses(entry: Entry) -> None:
    assert (entry["within"], entry["unit"]) == (12, "months")
    assert DOCTOR_ANSWER_DAYS == 365


def _pleura_hours(entry: Entry) -> None:
    assert tuple(entry["hours"]) == HOURS_OF_CARE
    care("pleural_warning", "24, 48 and 72 hours")(entry)


def _arteritis(entry: Entry) -> None:
    assert rule("flag_temple").from_age == entry["from"]
    assert rule("flag_temple").actions["default"] is Action(entry["action"])


def _polymyalgia(entry: Entry) -> None:
    assert rule("flag_girdle").from_age == entry["over"]  # from 50 where facts.md says over 50: one year stricter
    assert set(rule("flag_girdle").actions.values()) == {Action(entry["action"])}


def _aneurysm(entry: Entry) -> None:
    assert rule("flag_aorta").from_age is None  # at any age, where facts.md says over 60: stricter
    assert set(rule("flag_aorta").actions.values()) == {Action(entry["action"])}


def _late_pregnancy(entry: Entry) -> None:
    assert [one.start for one in book().screening.question("pregnancy_weeks").bands if one.start] == [entry["over"]]
    care("position_pregnancy", "After 20 weeks")(entry)


def _pregnant(entry: Entry) -> None:
    actions = rule("pregnancy").actions
    assert {actions["default"], actions["article"]} == {Action(entry["action"])}


def _pleura(entry: Entry) -> None:
    assert len(book().screening.muscle_sets["pleura"]) == entry["count"]


def _non_compressible(entry: Entry) -> None:
    assert len(book().screening.muscle_sets["non_compressible"]) == entry["count"]


def _rows(entry: Entry) -> None:
    rows = {row.strip() for one in book().screening.rules for row in one.facts_row.split(",")}
    letters = "abcdefghijklmnopqrstuvwxyz"[:17]
    wanted = {f"36{letter}" for letter in letters} if entry["count"] == 17 else {str(row) for row in range(1, 53)}
    assert len(wanted) == entry["count"] and wanted <= rows, sorted(wanted - rows)


CHECKS: dict[str, Callable[[Entry], None]] = {
    "inr_consult": band("inr", "above"),
    "inr_defer": band("inr", "above"),
    "inr_age": asks("inr", "older than four weeks"),
    "platelets_consult": band("platelets", "below"),
    "platelets_defer": band("platelets", "below"),
    "neutrophils_consult": band("neutrophils", "below"),
    "neutrophils_defer": band("neutrophils", "below"),
    "answer_lapses": _lapses,
    "dvt_recent": _clot,
    "seizure_recent": _seizure,
    "antibiotics_recent": asks("antibiotics", "last two weeks"),
    "surgery_recent": _surgery,
    "pleura_checks": _pleura_hours,
    "pleura_sides": care("one_side", "one side per session"),
    "arteritis_age": _arteritis,
    "aneurysm_age": _aneurysm,
    "polymyalgia_age": _polymyalgia,
    "pressure_systolic": band("pressure_upper", "start"),
    "pressure_diastolic": band("pressure_lower", "start"),
    "flight_within": because("travel", "72 hours"),
    "first_visit_muscles": because("first_visit", "one to three muscles"),
    "pregnancy_position": _late_pregnancy,
    "pregnancy_default": _pregnant,
    "miscarriage": because("pregnancy_first_trimester", "One in four to five"),
    "fear_needles": care("explain_first", "one needle"),
    "pleura_set": _pleura,
    "non_compressible_set": _non_compressible,
    "red_flags": _rows,
    "rows": _rows,
}
# What facts.md tells as the ground of a rule and no rule repeats: nothing to compare.
GROUNDS = {
    "carr_trials", "neutrophils_avoid", "platelet_evidence", "thrombocytopenia_sessions", "ginseng", "canal_depth",
    "surgery_courses", "stop_two_days", "side_effects",
}  # fmt: skip


@pytest.mark.control("C-070")
@pytest.mark.parametrize("name", sorted(CHECKS))
def test_the_number_is_the_book_s(name: str) -> None:
    CHECKS[name](ENTRIES[name])


def test_every_entry_is_compared_or_is_a_ground() -> None:
    assert not CHECKS.keys() & GROUNDS
    assert CHECKS.keys() | GROUNDS == ENTRIES.keys()


@pytest.mark.parametrize("name", sorted(CHECKS))
def test_guard_removed_another_number_is_noticed(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control: an entry with other numbers, or a book with other words, does not pass."""
    entry = dict(ENTRIES[name])
    for key in ("over", "under", "from", "within", "count"):
        if key in entry:
            entry[key] += 1
    if "hours" in entry:
        entry["hours"] = [24, 48]
    if name == "pregnancy_default":
        entry["action"] = "modify"
    if entry == ENTRIES[name] or name in ("inr_age", "antibiotics_recent", "flight_within", "aneurysm_age"):
        screening = book().screening
        silent = tuple(replace(one, words="") for one in screening.questions)
        other = replace(
            screening,
            rules=tuple(replace(one, because="", from_age=99) for one in screening.rules),
            questions=silent,
            _by_id={one.id: one for one in silent},
            precautions={key: replace(one, words="") for key, one in screening.precautions.items()},
        )
        changed = replace(book(), screening=other)
        monkeypatch.setattr("tests.knowledge.test_second_entry.book", lambda: changed)
    with pytest.raises(AssertionError):
        CHECKS[name](entry)
