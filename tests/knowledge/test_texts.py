"""The words patients read: easy to read, with the measured numbers, and without the article's overclaims."""

from __future__ import annotations

import re

import pytest

from filiform.clinical.terms import MuscleId
from filiform.clinical.texts import Aftercare, ConsentKind, ConsentText, EducationPage, say
from filiform.knowledge import book

BOOK = book()
NEVER = [
    r"minimal",
    r"no side effects",
    r"painless",
    r"good sign\b(?<!not a good sign)",
    r"\bsafe\b(?<!as safe)",
    r"\bcures?\b(?<!not cure)",
]


def _grade(texts: list[str]) -> float:
    """Flesch-Kincaid grade, with syllables counted as groups of vowels; numbers count as one."""
    joined = " ".join(texts)
    sentences = max(1, len(re.findall(r"[.!?:](?:\s|$)", joined)))
    words = re.findall(r"[A-Za-z]+|[0-9][0-9.,]*", joined)
    syllables = sum(max(1, len(re.findall(r"[aeiouy]+", re.sub(r"e$|es$|ed$", "", word.lower())))) for word in words)
    return 0.39 * len(words) / sentences + 11.8 * syllables / len(words) - 15.59


def test_the_measure_tells_hard_from_easy() -> None:
    hard = "Iatrogenic pneumothorax constitutes an infrequent but potentially catastrophic complication."
    assert _grade([hard]) > 12 > 4 > _grade(["You may be sore. It goes away in a day or two."])


@pytest.mark.parametrize("page", BOOK.education.values(), ids=lambda page: page.slug)
def test_pages_read_at_grade_six_or_below(page: EducationPage) -> None:
    assert _grade([part.text for part in page.paragraphs]) <= 6


def test_consent_and_aftercare_read_at_grade_six_or_below() -> None:
    sheet = BOOK.aftercare
    assert _grade([line.text for line in BOOK.consent.statements]) <= 6
    assert _grade([part.text for part in sheet.normal + sheet.do + sheet.now + sheet.same_day]) <= 6


def _everything() -> list[str]:
    pages = [part.text for page in BOOK.education.values() for part in page.paragraphs]
    sheet = BOOK.aftercare
    return pages + [line.text for line in BOOK.consent.statements] + [part.text for part in sheet.normal + sheet.do]


@pytest.mark.parametrize("claim", NEVER)
def test_no_overclaim_of_the_article_is_repeated(claim: str) -> None:
    assert [text for text in _everything() if re.search(claim, text, re.IGNORECASE)] == []


def test_the_side_effects_page_gives_the_measured_rates() -> None:
    text = " ".join(part.text for part in BOOK.education["side-effects"].paragraphs)
    for number in (
        "7,629",
        "19 of 100",
        "20,494",
        "16 of 100 bleed a little",
        "37 small side effects",
        "once in 1,000",
    ):
        assert number in text


@pytest.mark.control("C-022")
@pytest.mark.parametrize("word", ["lung", "pneumothorax", "bleed", "infection", "nerve", "faint", "sore", "break"])
def test_consent_names_every_material_risk(word: str) -> None:
    risks = " ".join(line.text.lower() for line in BOOK.consent.statements if line.kind is ConsentKind.RISK)
    assert word in risks


def _kinds(*muscles: str) -> set[ConsentKind]:
    return {line.kind for line in BOOK.consent.shown(BOOK.muscles[MuscleId(name)] for name in muscles)}


@pytest.mark.control("C-022")
def test_the_pleural_line_is_shown_for_a_muscle_over_the_lung_and_only_then() -> None:
    assert _kinds("soleus", "rhomboids") == set(ConsentKind)
    assert _kinds("soleus") == set(ConsentKind) - {ConsentKind.PLEURAL}


def test_the_hash_tells_what_was_shown() -> None:
    consent, muscles = BOOK.consent, BOOK.muscles
    plain = consent.shown([muscles[MuscleId("soleus")]])
    pleural = consent.shown([muscles[MuscleId("rhomboids")]])
    assert consent.text_hash(plain) == consent.text_hash(list(plain)) != consent.text_hash(pleural)


@pytest.mark.control("C-023")
def test_every_danger_sign_says_whom_to_call() -> None:
    shown = [say(part.text, "112") for part in BOOK.aftercare.now]
    assert len(shown) == 10
    assert all("112" in text and "{" not in text for text in shown)


def test_no_emergency_number_is_refused() -> None:
    with pytest.raises(ValueError, match="no emergency number"):
        say("Call {emergency}.", " ")


@pytest.mark.control("C-023")
def test_the_page_shows_the_same_danger_signs_as_the_sheet() -> None:
    texts = [part.text for part in BOOK.education["when-to-call"].paragraphs]
    for part in BOOK.aftercare.now + BOOK.aftercare.same_day:
        assert part.text in texts


def test_no_text_claims_a_review() -> None:
    texts: list[ConsentText | Aftercare | EducationPage] = [BOOK.consent, BOOK.aftercare, *BOOK.education.values()]
    assert not any(text.reviewed for text in texts)
