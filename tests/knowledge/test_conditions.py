"""Conditions, codes, needles and dosage: complete, with sources, honest, and read as strictly as the rest."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from filiform.clinical.terms import Cite, Sure
from filiform.knowledge import KnowledgeError, book, load_book
from filiform.knowledge.loading import HERE

BOOK = book()
ARTICLE_TEN = {
    "muscle_tension", "arthritis", "nerve_irritation", "ligament_strain", "pelvic_pain", "herniated_disc",
    "tendonitis", "whiplash", "spinal_problems", "reduced_range",
}  # fmt: skip


def _facts() -> list[tuple[str, tuple[Cite, ...]]]:
    found = [(one.id, one.cites) for one in BOOK.conditions.values()]
    found += [(one.id, usual.cites) for one in BOOK.conditions.values() for usual in one.usual]
    found += [(one.id, one.cites) for one in BOOK.dosage.spans.values()]
    found += [(topic, one.cites) for topic, held in BOOK.dosage.statements.items() for one in held]
    found += [(one.text, one.cites) for one in BOOK.dosage.depths]
    needles = BOOK.dosage.needles
    found += [(str(one.hundredths), one.cites) for one in needles.diameters]
    found += [(use.where, use.cites) for use in needles.uses] + [(rule.text, rule.cites) for rule in needles.rules]
    found += [(one.code, one.cites) for one in (*BOOK.codes.needling, *BOOK.codes.diagnoses.values())]
    found += [(one.code, one.cites) for one in BOOK.codes.ended.values()]
    found += [(note.text, note.cites) for note in BOOK.codes.notes]
    return found + [(one.id, one.cites) for one in BOOK.people.values()]


def test_every_fact_has_a_known_source_and_a_found_one_says_where() -> None:
    for name, cites in _facts():
        assert cites, name
        for cite in cites:
            assert cite.source in BOOK.sources, name
            assert cite.locator or cite.sure is not Sure.FOUND, name


def test_the_conditions_are_the_articles_ten_and_osteoarthritis() -> None:
    assert set(BOOK.conditions) == ARTICLE_TEN | {"osteoarthritis"}
    for one in BOOK.conditions.values():
        assert any(cite.source == "article" and cite.sure is Sure.FOUND for cite in one.cites), one.id
        assert one.measures[0] == "range" if one.id == "reduced_range" else one.measures[0] == "pain"


@pytest.mark.control("C-155")
def test_every_condition_says_what_needling_cannot_do() -> None:
    for one in BOOK.conditions.values():
        assert "does not" in one.cannot, one.id
        assert one.source_stays, one.id
        assert not {"cure", "heals", "cures", "will"} & set(one.can.lower().replace(".", "").split()), one.id
    assert "does not heal osteoarthritis" in BOOK.conditions["osteoarthritis"].cannot


def test_a_condition_with_danger_asks_for_it_first() -> None:
    for name, word in {
        "whiplash": "imaging", "nerve_irritation": "emergency", "herniated_disc": "emergency",
        "pelvic_pain": "emergency", "osteoarthritis": "joint replacement", "arthritis": "same day",
    }.items():  # fmt: skip
        assert word in BOOK.conditions[name].first


def test_how_often_trigger_points_were_found_is_that_of_the_facts() -> None:
    back = {usual.muscles: usual.percent for usual in BOOK.conditions["spinal_problems"].usual}
    assert back == {
        ("quadratus_lumborum",): (30, 55),
        ("gluteus_medius",): (34, 45),
        ("piriformis",): (42, 42),
        ("iliocostalis_lumborum",): (33, 38),
        ("iliopsoas",): (5, 10),
    }
    knee = [usual.percent for usual in BOOK.conditions["osteoarthritis"].usual]
    assert knee == [(30, 30), (25, 25), (18, 18), (17, 17), (17, 17), (11, 11), None]
    assert BOOK.conditions["osteoarthritis"].muscles[0] == "biceps_femoris"


def test_codes_are_as_sure_as_in_the_facts() -> None:
    found = {code for code, one in BOOK.codes.diagnoses.items() if one.cites[0].sure is Sure.FOUND}
    assert found == {"M79.11", "M79.12", "M79.18"}
    assert "M54.5" not in BOOK.codes.diagnoses
    assert [one.code for one in BOOK.codes.needling] == ["20560", "20561"]


def test_the_words_of_the_procedure_codes_are_our_own() -> None:
    """The code set's own words for these two are copyright: none of its telling phrases may stand here."""
    for one in BOOK.codes.needling:
        assert not any(phrase in one.words.lower() for phrase in ("needle insertion", "without injection", "muscle(s)"))


def test_the_re_test_waits_as_long_as_the_dosage_says() -> None:
    waits = {scale.settling.hours for scale in BOOK.scales.values() if scale.settling}
    assert waits == {BOOK.dosage.spans["retest"].low} == {48}


def test_gauges_are_marked_as_unsure() -> None:
    assert [(one.hundredths, one.gauge) for one in BOOK.dosage.needles.diameters] == [
        (16, 40), (18, 38), (20, 36), (25, 32), (30, 30), (35, 28),
    ]  # fmt: skip
    assert {cite.sure for one in BOOK.dosage.needles.diameters for cite in one.cites} == {Sure.UNSURE}
    assert BOOK.dosage.needles.lengths_mm == (15, 25, 30, 40, 50, 60, 75, 100)


CONDITIONS, CPT, ICD = "conditions/conditions.toml", "coding/cpt.toml", "coding/icd10cm.toml"
NEEDLES, DOSAGE, DEPTH = "needles/filiform.toml", "dosage/technique.toml", "dosage/depth.toml"
BAD = [
    (CONDITIONS, '"M79.18", ', '"M79.19", ', "is not a known code of icd10cm.toml"),
    (CONDITIONS, '"temporalis"', '"temple"', "is not a known muscle"),
    (CONDITIONS, '"tightness", ', '"mood", ', "is not a known measure"),
    (CONDITIONS, 'people = "low_back"', 'people = "back"', "is no group of people.toml"),
    (CONDITIONS, "percent = [77, 77]", "percent = [77, 101]", "is no percentage"),
    (CONDITIONS, 'measures = ["pain", "psfs"]', "measures = []", "'measures' is empty"),
    (CONDITIONS, "cannot = ", "can_not = ", "'cannot' is missing"),
    (CPT, "least = 3", "least = 4", "20561 must begin at 3 muscles"),
    (CPT, "most = 2\n", "most = 0\n", "20560 must begin at 1 muscles"),
    (CPT, "most = 2\n", "", "no code may follow it"),
    (CPT, "least = 3\n", "least = 3\nmost = 9\n", "without upper end"),
    (CPT, "since = 2020-01-01", 'since = "2020"', "must be a date"),
    (ICD, '"M54.2" = ', '"M54.5" = ', "M54.5 has ended"),
    (ICD, '"M54.50", ', '"M54.55", ', "is not a known code of this file"),
    (ICD, 'sure = "found"', 'sure = "certain"', "is none of found, recalled, unsure"),
    (NEEDLES, "[15, 25,", "[25, 15,", "does not rise"),
    (NEEDLES, "[15, 25,", "[15, 25.5,", "must hold whole numbers only"),
    (NEEDLES, "outside_percent = [25, 33]", "outside_percent = [33, 25]", "does not rise from nought"),
    (NEEDLES, '"16" = 40', '"0.16" = 40', "is no diameter"),
    (DOSAGE, "[span.course_visits]", "[span.course]", "span 'course_visits' is missing"),
    (DOSAGE, 'topic = "left_in"', 'topic = "left"', "is none of stop_signs"),
    (DOSAGE, 'topic = "left_in"', 'topic = "asepsis"', "no statement on 'left_in'"),
    (DEPTH, '"supinator"', '"supine"', "is not a known muscle"),
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the whole knowledge that a test may spoil."""
    return Path(shutil.copytree(HERE, tmp_path / "knowledge", ignore=shutil.ignore_patterns("*.py", "__pycache__")))


@pytest.mark.parametrize(("file", "old", "new", "says"), BAD, ids=[f"{bad[0]}: {bad[3]}" for bad in BAD])
def test_a_wrong_file_is_refused_with_its_name_and_reason(
    folder: Path, file: str, old: str, new: str, says: str
) -> None:
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(KnowledgeError) as refused:
        load_book(folder)
    assert says in str(refused.value)
    assert Path(file).name in str(refused.value)
