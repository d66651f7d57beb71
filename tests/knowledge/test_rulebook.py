"""The generated pages: not stale, whole, honest about who has reviewed them; and the signed reviews."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from types import MappingProxyType

import pytest

from filiform.clinical import plan
from filiform.clinical.path import TABLE
from filiform.clinical.screen import Action, Precaution
from filiform.clinical.terms import Sure
from filiform.knowledge import Book, KnowledgeError, book
from filiform.knowledge.path_page import path_page
from filiform.knowledge.reviews import FILE, Review, load_reviews, rule_hash
from filiform.knowledge.rulebook import rulebook
from filiform.knowledge.rulebook.entries import entries, hashes
from filiform.knowledge.rulebook.treating import examples
from tests.pages_of_docs import DOCS, pages, reached

RULES = book().screening
RULE = RULES.rule("screen.anticoagulant")
HASHES = hashes(book())


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
    sections = dict(re.findall(r"^### (.*?)$(.*?)(?=^#)", text, re.M | re.S))
    for rule in RULES.rules:
        section = sections[rule.because]
        assert f"Rule `{rule.id}`" in section
        assert rule_hash(rule, RULES) in section
        assert "**Vignettes that reach it** (0)" not in section
        for cite in rule.cites:
            assert book().sources[cite.source].title in section
        for part in ("**When**", "**Then**", "**After a doctor's answer**", "**Sources**"):
            assert part in section, (rule.id, part)
        assert "  - " in section, f"{rule.id} does not say what makes it hold"
        assert f"| {rule.because} | `{rule.id}` | `{rule_hash(rule, RULES)}` |" in text


def test_every_link_of_the_contents_leads_somewhere(made: dict[str, str]) -> None:
    text = made["rulebook.md"]
    heads = re.findall(r"^##+ (.*)$", text, re.M)
    anchors = {re.sub(r"[^a-z0-9 _-]", "", head.lower()).replace(" ", "-") for head in heads}
    assert set(re.findall(r"\]\(#([^)]*)\)", text)) <= anchors


@pytest.mark.control("C-146")
def test_the_first_page_says_that_no_clinician_has_reviewed_it(made: dict[str, str]) -> None:
    assert "NO CLINICIAN HAS REVIEWED ANY OF THIS" in "\n".join(made["rulebook.md"].splitlines()[:6])
    assert load_reviews(FILE, HASHES) == {}


# --- signed reviews: made up, in a folder of the test ---


def signed(tmp_path: Path, **changed: object) -> Path:
    told = {"rule": RULE.id, "hash": rule_hash(RULE, RULES), "agrees": True, "by": "Dr A. Test, physician"} | changed
    lines = [f"{key} = {str(value).lower() if isinstance(value, bool) else repr(value)}" for key, value in told.items()]
    file = tmp_path / "reviews.toml"
    file.write_text("[[review]]\non = 2026-11-20\n" + "\n".join(lines) + "\n", encoding="utf-8")
    return file


@pytest.mark.control("C-146")
def test_a_signed_review_stands_and_is_shown(tmp_path: Path) -> None:
    reviews = load_reviews(signed(tmp_path, remark="As I was taught"), HASHES)
    (review,) = reviews[RULE.id]
    assert review == Review(
        RULE.id, rule_hash(RULE, RULES), True, "Dr A. Test, physician", date(2026, 11, 20), "As I was taught"
    )
    text = rulebook(book(), {}, reviews)
    assert f"**1 of {len(HASHES)} entries carry a signed review. NO CLINICIAN HAS REVIEWED THE OTHERS.**" in text
    assert "Dr A. Test, physician agrees, 2026-11-20, “As I was taught”" in text
    assert f"`{rule_hash(RULE, RULES)}` | x |  | Dr A. Test, physician | 2026-11-20 |" in text


@pytest.mark.control("C-146")
def test_a_review_that_disagrees_is_shown_as_such(tmp_path: Path) -> None:
    text = rulebook(book(), {}, load_reviews(signed(tmp_path, agrees=False), HASHES))
    assert "Dr A. Test, physician does not agree, 2026-11-20" in text
    assert f"`{rule_hash(RULE, RULES)}` |  | x | Dr A. Test, physician | 2026-11-20 |" in text


@pytest.mark.control("C-146")
def test_a_review_lapses_when_the_rule_changes_or_the_words_of_its_precautions(tmp_path: Path) -> None:
    (review,) = load_reviews(signed(tmp_path), HASHES)[RULE.id]
    assert review.stands(rule_hash(RULE, RULES))
    noted = replace(RULE, actions=MappingProxyType({**RULE.actions, "default": Action.NOTE}))
    assert not review.stands(rule_hash(replace(RULE, because="Something else."), RULES))
    assert not review.stands(rule_hash(noted, RULES))
    name = RULE.precautions[0]
    words = Precaution(name, RULES.precautions[name].scope, "Other words.")
    other = replace(RULES, precautions=MappingProxyType({**RULES.precautions, name: words}))
    assert not review.stands(rule_hash(RULE, other))
    muscles = replace(RULES, muscle_sets=MappingProxyType({**RULES.muscle_sets, "cord": ()}))
    assert not review.stands(rule_hash(RULE, muscles))


@pytest.mark.control("C-146")
def test_a_lapsed_review_is_shown_as_lapsed_and_signs_no_line(tmp_path: Path) -> None:
    text = rulebook(book(), {}, load_reviews(signed(tmp_path, hash="0" * 12), HASHES))
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
        load_reviews(signed(tmp_path, **changed), HASHES)


# --- the path ---


def test_the_path_page_has_every_move_and_the_short_way() -> None:
    text = path_page()
    assert all(f"{turn.move}: {turn.words}" in text for turn in TABLE)
    assert "screen --> decide: no needles" in text and "plan --> sign_note: no needles" in text


# --- the chapters beyond the screening ---


def _rows(book: Book) -> Iterator[tuple[str, Iterable[object]]]:
    """Each kind of fact, and what must be read of it on the page."""
    yield (
        "condition",
        (text for one in book.conditions.values() for text in (one.words, one.can, one.cannot, one.first)),
    )
    yield "measure", (one.words for one in book.scales.values())
    yield "figure", (f"| {one.value:g} " for scale in book.scales.values() for one in (*scale.errors, *scale.important))
    yield "group", (one.words for one in book.people.values())
    yield "event", (text for one in book.adverse.events.values() for text in (one.words, one.signs, one.action))
    yield "rate", (f"| {one.value:g} " for one in book.adverse.rates)
    yield (
        "n",
        (f"{one.n:,} {one.of}" for one in book.adverse.studies.values() if one.n and one.id != "who_bulletin_2010"),
    )
    yield "grade", (one.words for scheme in book.adverse.schemes.values() for one in scheme.grades)
    yield "line", (one.words for one in book.follow.lines)
    yield "span", (one.words for one in book.dosage.spans.values())
    yield "statement", (one.text for held in book.dosage.statements.values() for one in held)
    yield "depth", (one.text for one in book.dosage.depths)
    yield "needle", (one.text for one in book.dosage.needles.rules)
    yield "code", (f"| {one.code} | {one.words} |" for one in (*book.codes.needling, *book.codes.diagnoses.values()))
    yield "note", (one.text for one in book.codes.notes)
    yield "place", (f"{one.name} ({one.id})" for one in book.jurisdictions.values())
    yield "level", (one.why for one in book.locator.levels.values())
    yield "mimic", (one.question for one in book.locator.mimics)
    yield "complaint", (one.words.capitalize() for one in book.locator.complaints)


@pytest.mark.control("C-170")
@pytest.mark.parametrize("kind", [kind for kind, _ in _rows(book())])
def test_every_fact_is_on_the_page(kind: str, made: dict[str, str]) -> None:
    assert [text for text in dict(_rows(book()))[kind] if str(text) not in made["rulebook.md"]] == []


@pytest.mark.control("C-170")
def test_a_changed_figure_changes_the_page_and_its_hash() -> None:
    """Negative control: one digit of one measurement error is seen on the page, and lapses the review."""
    pain = book().scales["pain"]
    slip = replace(pain, errors=(replace(pain.errors[0], value=1), *pain.errors[1:]))
    other = replace(book(), scales=MappingProxyType({**book().scales, "pain": slip}))
    assert rulebook(other, {}, {}) != rulebook(book(), {}, {})
    assert {name for name, hash in hashes(other).items() if hash != HASHES[name]} == {"measure.pain"}


@pytest.mark.control("C-170")
def test_an_unsure_source_is_marked_wherever_it_stands(made: dict[str, str]) -> None:
    """No table may show an unsure fact as if it were read: the words of the mark stand in the same row."""
    text = made["rulebook.md"]
    for one in book().conditions.values():
        for usual in one.usual:
            if any(cite.sure is Sure.UNSURE for cite in usual.cites):
                names = ", ".join(book().muscles[muscle].name for muscle in usual.muscles)
                assert any("**unsure**" in row for row in text.splitlines() if row.startswith(f"| {names} |")), names
    for place in book().jurisdictions.values():
        (row,) = (row for row in text.splitlines() if row.startswith(f"| {place.name} ({place.id}) |"))
        assert ("**Contested or unsure**" in row) is place.contested
        assert ("**unsure**" in row) is any(cite.sure is Sure.UNSURE for cite in place.cites)


def test_every_reason_of_a_proposal_is_explained_and_reached(made: dict[str, str]) -> None:
    code = (Path(plan.__file__)).read_text(encoding="utf-8")
    known = set(re.findall(r'Reason\("(plan\.\w+)"', code))
    assert set(examples(book())) == known
    for name in known:
        told = made["rulebook.md"].split(f"**Vignettes that give** `{name}`", 1)[1]
        assert told.lstrip().startswith("- "), f"{name} is given by no vignette"


def test_every_line_of_the_after_care_is_reached() -> None:
    found = reached()
    assert [line.id for line in book().follow.lines if not found.get(line.id)] == []


def test_no_heading_is_an_id_and_none_stands_twice(made: dict[str, str]) -> None:
    heads = re.findall(r"^#+ (.*)$", made["rulebook.md"], re.M)
    assert [head for head in heads if re.fullmatch(r"[a-z0-9_.]+", head)] == []
    assert sorted({head for head in heads if heads.count(head) > 1}) == []


def test_the_sheet_has_a_line_for_every_entry(made: dict[str, str]) -> None:
    every = entries(book())
    assert len({one.id for one in every}) == len(every) > len(RULES.rules) + 100
    for one in every:
        assert f"| `{one.id}` | `{one.hash}` |" in made["rulebook.md"]


def test_the_hash_of_an_entry_does_not_depend_on_the_order_of_a_set() -> None:
    """In another process sets run in another order; a hash that follows it would lapse every review at each start."""
    script = "from filiform.knowledge import book; from filiform.knowledge.rulebook.entries import hashes; "
    script += "print(sorted(hashes(book()).items()))"
    printed = {
        subprocess.run(
            [sys.executable, "-c", script],
            env={"PYTHONPATH": str(DOCS.parent / "src"), "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert printed == {f"{sorted(HASHES.items())}\n"}
