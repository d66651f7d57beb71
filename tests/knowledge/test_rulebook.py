"""The generated pages: not stale, whole, honest about who has reviewed them; and the signed reviews."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from pathlib import Path
from types import MappingProxyType

import pytest

from filiform.clinical.path import TABLE
from filiform.clinical.screen import Action, Precaution
from filiform.knowledge import KnowledgeError, book
from filiform.knowledge.path_page import path_page
from filiform.knowledge.reviews import FILE, Review, load_reviews, rule_hash
from filiform.knowledge.rulebook import rulebook
from tests.pages_of_docs import DOCS, pages

RULES = book().screening
RULE = RULES.rule("screen.anticoagulant")


@pytest.fixture(scope="module")
def made() -> dict[str, str]:
    return dict(pages())


@pytest.mark.control("C-145")
@pytest.mark.parametrize("name", ["rulebook.md", "path.md"])
def test_the_written_page_is_the_generated_one(name: str, made: dict[str, str]) -> None:
    assert (DOCS / name).read_text(encoding="utf-8") == made[name], (
        f"docs/{name} is stale: run `PYTHONPATH=src:. python -m tests.pages_of_docs`"
    )


@pytest.mark.control("C-145")
def test_a_changed_rule_changes_the_page() -> None:
    """Negative control: a page of other rules is not the written one."""
    changed = replace(RULE, actions=MappingProxyType({**RULE.actions, "default": Action.NOTE}))
    rules = tuple(changed if one is RULE else one for one in RULES.rules)
    other = replace(book(), screening=replace(RULES, rules=rules))
    assert rulebook(other, {}, {}) != rulebook(book(), {}, {})
    assert path_page(TABLE[1:]) != path_page()


def test_every_rule_has_its_source_its_vignettes_and_its_line_on_the_sheet(made: dict[str, str]) -> None:
    text = made["rulebook.md"]
    sections = dict(re.findall(r"^### (screen\.\w+)$(.*?)(?=^##)", text, re.M | re.S))
    assert sections.keys() == {rule.id for rule in RULES.rules}
    for rule in RULES.rules:
        section = sections[rule.id]
        assert rule.because in section
        assert rule_hash(rule, RULES) in section
        assert "**Vignettes that reach it** (0)" not in section
        for cite in rule.cites:
            assert book().sources[cite.source].title in section
        for part in ("**When**", "**Then**", "**After a doctor's answer**", "**Sources**"):
            assert part in section, (rule.id, part)
        assert "  - " in section, f"{rule.id} does not say what makes it hold"
        assert f"| [{rule.id}]" in text


def test_every_link_of_the_contents_leads_somewhere(made: dict[str, str]) -> None:
    text = made["rulebook.md"]
    heads = re.findall(r"^##+ (.*)$", text, re.M)
    anchors = {re.sub(r"[^a-z0-9 _-]", "", head.lower()).replace(" ", "-") for head in heads}
    assert set(re.findall(r"\]\(#([^)]*)\)", text)) <= anchors


@pytest.mark.control("C-146")
def test_the_first_page_says_that_no_clinician_has_reviewed_it(made: dict[str, str]) -> None:
    assert "NO CLINICIAN HAS REVIEWED ANY OF THIS" in "\n".join(made["rulebook.md"].splitlines()[:6])
    assert load_reviews(FILE, RULES) == {}


# --- signed reviews: made up, in a folder of the test ---


def signed(tmp_path: Path, **changed: object) -> Path:
    told = {"rule": RULE.id, "hash": rule_hash(RULE, RULES), "agrees": True, "by": "Dr A. Test, physician"} | changed
    lines = [f"{key} = {str(value).lower() if isinstance(value, bool) else repr(value)}" for key, value in told.items()]
    file = tmp_path / "reviews.toml"
    file.write_text("[[review]]\non = 2026-11-20\n" + "\n".join(lines) + "\n", encoding="utf-8")
    return file


@pytest.mark.control("C-146")
def test_a_signed_review_stands_and_is_shown(tmp_path: Path) -> None:
    reviews = load_reviews(signed(tmp_path, remark="As I was taught"), RULES)
    (review,) = reviews[RULE.id]
    assert review == Review(
        RULE.id, rule_hash(RULE, RULES), True, "Dr A. Test, physician", date(2026, 11, 20), "As I was taught"
    )
    text = rulebook(book(), {}, reviews)
    assert f"**1 of {len(RULES.rules)} rules carry a signed review. NO CLINICIAN HAS REVIEWED THE OTHERS.**" in text
    assert "Dr A. Test, physician agrees, 2026-11-20, “As I was taught”" in text
    assert f"`{rule_hash(RULE, RULES)}` | x |  | Dr A. Test, physician | 2026-11-20 |" in text


@pytest.mark.control("C-146")
def test_a_review_that_disagrees_is_shown_as_such(tmp_path: Path) -> None:
    text = rulebook(book(), {}, load_reviews(signed(tmp_path, agrees=False), RULES))
    assert "Dr A. Test, physician does not agree, 2026-11-20" in text
    assert f"`{rule_hash(RULE, RULES)}` |  | x | Dr A. Test, physician | 2026-11-20 |" in text


@pytest.mark.control("C-146")
def test_a_review_lapses_when_the_rule_changes_or_the_words_of_its_precautions(tmp_path: Path) -> None:
    (review,) = load_reviews(signed(tmp_path), RULES)[RULE.id]
    assert review.stands(RULE, RULES)
    assert not review.stands(replace(RULE, because="Something else."), RULES)
    assert not review.stands(replace(RULE, actions=MappingProxyType({**RULE.actions, "default": Action.NOTE})), RULES)
    name = RULE.precautions[0]
    words = Precaution(name, RULES.precautions[name].scope, "Other words.")
    other = replace(RULES, precautions=MappingProxyType({**RULES.precautions, name: words}))
    assert not review.stands(RULE, other)
    muscles = replace(RULES, muscle_sets=MappingProxyType({**RULES.muscle_sets, "cord": ()}))
    assert not review.stands(RULE, muscles)


@pytest.mark.control("C-146")
def test_a_lapsed_review_is_shown_as_lapsed_and_signs_no_line(tmp_path: Path) -> None:
    text = rulebook(book(), {}, load_reviews(signed(tmp_path, hash="0" * 12), RULES))
    assert "(LAPSED: the rule has changed since)" in text
    assert "NO CLINICIAN HAS REVIEWED ANY OF THIS" in text
    assert "| Dr A. Test, physician |" not in text


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"rule": "screen.gone"}, "there is no rule 'screen.gone'"),
        ({"hash": "yes"}, "is no hash of a rule"),
        ({"agrees": "perhaps"}, "'agrees' must be true or false"),
        ({"mood": "good"}, "unknown key 'mood'"),
        ({"by": ""}, "'by' is empty"),
    ],
)
def test_a_wrong_review_is_refused_with_file_and_line(tmp_path: Path, changed: dict[str, object], says: str) -> None:
    with pytest.raises(KnowledgeError, match=rf"reviews\.toml:\d+ .*{says}"):
        load_reviews(signed(tmp_path, **changed), RULES)


# --- the path ---


def test_the_path_page_has_every_move_and_the_short_way() -> None:
    text = path_page()
    assert all(f"{turn.move}: {turn.words}" in text for turn in TABLE)
    assert "screen --> decide: no needles" in text and "plan --> sign_note: no needles" in text
