"""The words of symptoms and the law of places: strict reading, and that what they name is there."""

from __future__ import annotations

from pathlib import Path

import pytest

from filiform.knowledge import KnowledgeError, book
from filiform.knowledge.jurisdictions import load_jurisdictions
from filiform.knowledge.loading import HERE
from filiform.knowledge.symptoms import load_symptoms

SYMPTOMS = HERE / "screening" / "symptoms.toml"
PLACES = HERE / "jurisdictions" / "dry_needling.toml"


def changed(tmp_path: Path, file: Path, old: str, new: str) -> Path:
    text = file.read_text(encoding="utf-8")
    assert old in text
    copy = tmp_path / file.name
    copy.write_text(text.replace(old, new, 1), encoding="utf-8")
    return copy


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('question = "flags_chest"', 'question = "flags_chess"', "no screening question 'flags_chess'"),
        ('option = "chest_pain"', 'option = "chess_pain"', "no option 'chess_pain'"),
        ('option = "chest_pain"', 'option = ""', "a choice question needs an option"),
        ('"chest pain*"', '"Chest pain*"', "'Chest' is no word in small letters"),
        ('"chest pain*"', '"ch*est pain"', "is no word in small letters"),
        ("words = [", "wards = [", "'words' is missing"),
        ('option = "chest_pain"', 'option = "chest_pain"\nmood = "bad"', "unknown key 'mood'"),
        ('option = "chest_pain"', 'option = "chest_pain"\nlists = ["symptons"]', "symptons: no facts in words"),
    ],
)
def test_a_wrong_symptom_is_refused(tmp_path: Path, old: str, new: str, says: str) -> None:
    with pytest.raises(KnowledgeError, match=rf"symptoms\.toml.*symptom\.chest_pain.*{says}"):
        load_symptoms(changed(tmp_path, SYMPTOMS, old, new), book().screening)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('rule = "prohibited"', 'rule = "forbidden"', "'forbidden' in 'rule' is none of"),
        ('roles = ["PT", "PTA"]', 'roles = ["PT", "nurse"]', "'nurse' in 'roles' is none of"),
        ("contested = true", 'contested = "yes"', "must be true or false"),
        ("masterdryneedling found", "my_uncle found", "'my_uncle' in 'cites' is not a known source"),
        ('name = "California"', 'name = "California"\nsun = true', "unknown key 'sun'"),
    ],
)
def test_a_wrong_place_is_refused(tmp_path: Path, old: str, new: str, says: str) -> None:
    with pytest.raises(KnowledgeError, match=rf"dry_needling\.toml.*place\.us_ca.*{says}"):
        load_jurisdictions(changed(tmp_path, PLACES, old, new), book().sources)


@pytest.mark.control("C-144")
def test_the_places_that_facts_md_names_as_prohibited_are() -> None:
    places = book().jurisdictions
    assert {name for name, place in places.items() if not place.permitted} == {"US-CA", "US-HI", "US-NY", "US-OR"}
    assert all(place.cites and place.because for place in places.values())


@pytest.mark.control("C-142")
def test_every_warning_sign_of_the_questionnaire_has_words() -> None:
    flags = {
        (question.id, option.id)
        for question in book().screening.questions
        if question.id.startswith("flags_")
        for option in question.options
    }
    assert flags <= {(one.question, one.option) for one in book().symptoms}
