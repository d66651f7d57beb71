"""What people call muscles: read strictly, and every word finds its muscle."""

from __future__ import annotations

from pathlib import Path

import pytest

from filiform.knowledge import KnowledgeError, book
from filiform.knowledge.muscle_words import FILE, load_muscle_words, muscle_words
from filiform.pages.atlas.finding import find

GOOD = """[cites]
words = ["filiform_muscles unsure names"]
[word.cuff]
words = ["cuff"]
muscles = ["infraspinatus"]
"""


def load(text: str, folder: Path) -> object:
    file = folder / "words.toml"
    file.write_text(text)
    return load_muscle_words(file, book().muscles, book().sources)


def test_every_word_finds_its_muscles() -> None:
    for muscle, words in muscle_words().items():
        for word in words:
            found = find(word)
            assert found.more or muscle in {one.muscle.id for one in found.muscles}, (word, muscle)


def test_the_words_have_a_source() -> None:
    words, cites = load_muscle_words(FILE, book().muscles, book().sources)
    assert words == muscle_words()
    assert cites


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"infraspinatus"', '"infraspinata"', "'infraspinata' in 'muscles' is not a known muscle"),
        ('words = ["cuff"]', "words = []", "'words' is empty"),
        ('words = ["cuff"]', 'words = ["cuff"]\ncolour = "red"', "colour"),
        ('muscles = ["infraspinatus"]\n', "", "muscles"),
        ("filiform_muscles", "no_such_source", "is not a known source"),
    ],
)
def test_what_is_wrong_is_refused_by_name(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert load(GOOD, tmp_path)
    with pytest.raises(KnowledgeError, match=said):
        load(GOOD.replace(old, new), tmp_path)
