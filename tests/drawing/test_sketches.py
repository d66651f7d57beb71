"""What a person wrote down is read strictly: a slip names its file, its place and what to do."""

from __future__ import annotations

from pathlib import Path

import pytest
from drawing.sketches import load_hazards, load_sketches

from filiform.clinical.anatomy import Hazard
from filiform.knowledge import KnowledgeError, book

HEAD = '[cites]\noutline = ["filiform_drawing unsure schematic"]\npoints = ["filiform_drawing unsure x"]\n'
MUSCLE = 'depth = "deep"\noutline = ["1,2 3,4! 5,-6.5"]\npoints = "3,4"\n'
HAZARD = '[hazard.lung]\nkind = "pleura"\nwords = "lung"\ncites = ["filiform_drawing unsure schematic"]\n'
AREA = '[hazard.lung.front]\nareas = ["1,2 3,4 5,6"]\nlabel = "1,2"\n'


def folder(tmp_path: Path, *muscles: str, hazards: str = HAZARD + AREA) -> Path:
    """A folder with one file for each text of muscles."""
    (tmp_path / "muscles").mkdir()
    for number, text in enumerate(muscles):
        (tmp_path / "muscles" / f"{number}.toml").write_text(HEAD + text, encoding="utf-8")
    (tmp_path / "hazards.toml").write_text(hazards, encoding="utf-8")
    return tmp_path


def test_lines_corners_points_and_reasons_are_read(tmp_path: Path) -> None:
    text = (
        f'[muscle.soleus.back]\n{MUSCLE}[muscle.soleus.unseen]\nleg_medial = "why"\n[muscle.soleus.far]\neye = "far"\n'
    )
    found = load_sketches(book().muscles, book().sources, folder(tmp_path, text))
    (one,) = found.muscles
    assert [(knot.at, knot.corner) for knot in one.lines[0]] == [((1, 2), False), ((3, 4), True), ((5, -6.5), False)]
    assert (one.muscle, one.view, one.on, one.points) == ("soleus", "back", "", ((3, 4),))
    assert found.unseen == {("soleus", "leg_medial"): "why"}
    assert found.far == {("soleus", Hazard.EYE): "far"}


def test_a_course_has_two_widths(tmp_path: Path) -> None:
    course = '[hazard.lung.back]\non = "arm"\ncourses = ["4>2.5: 1,2 3,4"]\nlabel = "1,2"\n'
    file = folder(tmp_path, hazards=HAZARD + 'side = "left"\n' + course) / "hazards.toml"
    (one,) = load_hazards(file, book().sources)
    assert (one.courses[0].begin, one.courses[0].end, one.on, one.side) == (4, 2.5, "arm", "left")


@pytest.mark.control("C-189")
@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[muscle.wing.back]\n" + MUSCLE, "'wing' is not a known muscle"),
        ("[muscle.soleus.back]\n" + MUSCLE.replace("deep", "low"), "'low' in 'depth' is none of"),
        ("[muscle.soleus.back]\n" + MUSCLE.replace("1,2 3,4!", "1;2 3,4!"), "'1;2' in 'outline' is no point"),
        ("[muscle.soleus.back]\n" + MUSCLE.replace("1,2 3,4!", ""), "needs at least 3 points"),
        ("[muscle.soleus.back]\n" + MUSCLE.replace("1,2 3,4!", "3,4 3,4!"), "comes twice running"),
        ("[muscle.soleus.back]\n" + MUSCLE + 'on = "wing"\n', "'wing' in 'on' is none of arm"),
        ("[muscle.soleus.back]\n" + MUSCLE + "colour = 1\n", "unknown key 'colour'"),
        ("[muscle.soleus.top]\n" + MUSCLE, "unknown key 'top'"),
        ('[muscle.soleus.far]\nwind = "x"\n', "'wind' in 'far' is no kind of hazard"),
    ],
)
def test_a_wrong_muscle_is_refused(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(KnowledgeError, match=says):
        load_sketches(book().muscles, book().sources, folder(tmp_path, text))


@pytest.mark.control("C-189")
def test_a_muscle_in_two_files_is_refused(tmp_path: Path) -> None:
    text = "[muscle.soleus.back]\n" + MUSCLE
    with pytest.raises(KnowledgeError, match="'soleus' is drawn in another file already"):
        load_sketches(book().muscles, book().sources, folder(tmp_path, text, text))


@pytest.mark.control("C-189")
@pytest.mark.parametrize(
    ("text", "says"),
    [
        (HAZARD, "is drawn in none of front, back"),
        (HAZARD.replace("pleura", "wind") + AREA, "'wind' in 'kind' is none of"),
        (HAZARD + AREA.replace("areas", "shapes"), "needs 'areas' or 'courses'"),
        (HAZARD + AREA.replace('label = "1,2"', 'label = "1,2 3,4"'), "'label' must be one point"),
        (HAZARD + AREA.replace('areas = ["1,2', 'courses = ["1,2'), "does not begin with its widths"),
        (HAZARD.replace("filiform_drawing", "nobody") + AREA, "'nobody' in 'cites' is not a known source"),
    ],
)
def test_a_wrong_hazard_is_refused(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(KnowledgeError, match=says):
        load_hazards(folder(tmp_path, hazards=text) / "hazards.toml", book().sources)
