"""Every rule was seen to stop, to be milder or ask, and to be near and silent, wherever its shape lets it (C-160)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType

import pytest

from filiform.clinical.screen import Action, Rule
from filiform.knowledge import book
from filiform.knowledge.rulebook.tested import chapter, lines
from tests.clinical.screen.coverage import (
    ASKED,
    BESIDE,
    Seen,
    could_hold,
    count,
    for_the_book,
    forms_of,
    is_near,
    milder_of,
    shown,
    strictest_of,
)
from tests.clinical.screen.vignettes import Case, cases

RULES = book().screening


@pytest.fixture(scope="module")
def counted() -> Mapping[str, Seen]:
    return count()


def told(counted: Mapping[str, Seen]) -> str:
    """The table of what was never seen, with how often the rest was."""
    missing = []
    for rule in RULES.rules:
        seen = counted[rule.id]
        gaps = list(seen.gaps(rule, RULES))
        if gaps:
            caution = ", ".join(f"{form} {len(ids)}" for form, ids in seen.caution(rule).items()) or "none to have"
            line = f"{rule.id} (row {rule.facts_row}): stop {len(seen.stop(rule))} | {caution} | go {len(seen.near)}"
            missing.append(f"{line} -> {'; '.join(gaps)}")
    return "\n".join(missing)


@pytest.mark.control("C-160")
def test_every_rule_was_seen_in_go_caution_and_stop_and_in_every_profile_that_differs(
    counted: Mapping[str, Seen],
) -> None:
    assert told(counted) == "", f"never seen in any vignette:\n{told(counted)}"


def without(shows: Callable[[Seen], list[str]], rule: str, counted: Mapping[str, Seen]) -> Mapping[str, Seen]:
    """The count without the vignettes that show something of `rule`."""
    gone = set(shows(counted[rule]))
    return count([case for case in cases() if case.id not in gone])


@pytest.mark.control("C-160")
@pytest.mark.parametrize(
    ("rule", "shows", "missing"),
    [
        ("screen.setup", lambda seen: seen.held[Action.REFUSE], "never held as refuse"),
        ("screen.setup", lambda seen: seen.forms[ASKED], "caution never seen: asked"),
        ("screen.setup", lambda seen: seen.near, "never near and silent"),
        ("screen.crps", lambda seen: seen.forms[BESIDE], "caution never seen: beside"),
        ("screen.heart_valve", lambda seen: seen.held[Action.MODIFY], "caution never seen: modify"),
        ("screen.epilepsy", lambda seen: seen.profiles["article"], "never held in profile article"),
    ],
)
def test_without_its_vignettes_a_rule_is_missed(
    rule: str, shows: Callable[[Seen], list[str]], missing: str, counted: Mapping[str, Seen]
) -> None:
    """Negative control: take away what shows one thing of one rule, and the test above says so."""
    assert missing in told(without(shows, rule, counted))


@pytest.mark.control("C-160")
def test_a_rule_that_nothing_sees_is_missed(counted: Mapping[str, Seen]) -> None:
    """Negative control: nothing counted is everything missing."""
    missing = told({rule.id: Seen() for rule in RULES.rules}).splitlines()
    assert len(missing) == len(RULES.rules)


def test_the_rule_book_prints_the_totals_and_what_is_missing(counted: Mapping[str, Seen]) -> None:
    rules = len(RULES.rules)
    page = "\n".join(chapter(for_the_book(counted), RULES))
    assert f"| stop: holds with its strictest action | {rules} | {rules} |" in page
    assert f"| go: near and silent | {rules} | {rules} |" in page
    nothing = for_the_book({rule.id: Seen() for rule in RULES.rules})
    assert f"| go: near and silent | {rules} | 0 | 0 |" in "\n".join(chapter(nothing, RULES))
    assert "- Go, near and silent: none yet" in list(lines(nothing["screen.setup"]))


# --- what a rule can have is read from its own shape ---


def shaped(rule: str, **actions: Action) -> Rule:
    one = RULES.rule(rule)
    return replace(one, actions=MappingProxyType({**one.actions, **actions}))


def test_the_strictest_and_the_milder_actions_come_from_the_profiles() -> None:
    assert (strictest_of(RULES.rule("screen.setup")), milder_of(RULES.rule("screen.setup"))) == (Action.REFUSE, ())
    assert milder_of(RULES.rule("screen.heart_valve")) == (Action.MODIFY,)  # after a doctor's yes
    fear = RULES.rule("screen.fear_mild")
    assert (strictest_of(fear), milder_of(fear)) == (Action.REFUSE, (Action.MODIFY,))
    assert milder_of(shaped("screen.setup", iscp2012=Action.NOTE)) == (Action.NOTE,)


def test_the_forms_of_caution_come_from_questions_and_places() -> None:
    assert forms_of(RULES.rule("screen.crps")) == (ASKED, BESIDE)
    assert forms_of(RULES.rule("screen.setup")) == (ASKED,)
    assert forms_of(RULES.rule("screen.plan_over_lung")) == ()  # no question tells of a plan
    assert forms_of(RULES.rule("screen.thin")) == (BESIDE,)


# --- near, and open ---


def case(**data: object) -> Case:
    return Case("own", {"title": "", "row": "", **data})


def test_near_is_what_touches_the_signs_and_not_any_patient() -> None:
    rule = RULES.rule("screen.vessel_ulcer")
    assert is_near(rule, shown(case(says={"vessels": "varicose @ leg_medial left"})))
    assert is_near(rule, shown(case(record=["problem: Stroke (resolved, 2012-01-01)"])))
    assert not is_near(rule, shown(case(says={"fear": "a_little"})))
    assert not is_near(rule, shown(case()))
    flag = RULES.rule("screen.flag_clot")  # warning signs are no family: a headache is not near a swollen calf
    assert not is_near(flag, shown(case(says={"flags_head": "temple"})))
    assert is_near(flag, shown(case(says={"flags_limbs": "hot_joint"})))


def test_a_question_is_open_only_for_the_rules_that_it_could_make_hold() -> None:
    opened = could_hold(shown(case(unanswered=["flags_belly"])), RULES)
    assert opened == {"screen.flag_belly", "screen.flag_unnamed"}
    assert could_hold(shown(case()), RULES) == set()


def test_a_vignette_that_leaves_everything_open_proves_no_question() -> None:
    seen = count([case(silent=True)])
    assert all(not one.near and ASKED not in one.forms for one in seen.values())
