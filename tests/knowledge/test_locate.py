"""The numbers of the locator: every one sourced, of wrong ones none accepted, the order of reliability held."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from filiform.clinical.terms import MuscleId, RegionId, Sure
from filiform.knowledge import KnowledgeError, book
from filiform.knowledge.loading import HERE
from filiform.knowledge.locate import load_locate

BOOK = book()
KNOWN = BOOK.locator


def load(folder: Path) -> object:
    return load_locate(folder, BOOK.sources, BOOK.regions, BOOK.muscles, BOOK.conditions, BOOK.screening)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(HERE / "locate", tmp_path / "locate"))


def test_what_ships_loads_the_same(folder: Path) -> None:
    assert load(folder) == KNOWN


def test_every_number_has_its_source_and_what_was_assumed_says_so() -> None:
    told = [*KNOWN.levels.values(), *KNOWN.measured, *KNOWN.complaints, *KNOWN.mimics, KNOWN.told]
    signs = [KNOWN.signs.familiar_pain, KNOWN.signs.tenderness, KNOWN.signs.taut_band, KNOWN.signs.twitch]
    for one in (*told, *signs):
        assert one.cites, one
        assert {cite.source for cite in one.cites} <= set(BOOK.sources)
    for one in (*KNOWN.levels.values(), *signs):
        assert any(cite.sure is Sure.UNSURE for cite in one.cites), "nobody measured it"


def test_levels_measured_and_complaints_become_chances() -> None:
    zones = {zone.region: zone for zone in KNOWN.zones[MuscleId("pronator_quadratus")]}
    assert zones[RegionId("forearm_ulnar")].chance == 0.57
    assert zones[RegionId("forearm_volar")].chance == KNOWN.levels["primary"].value
    assert zones[RegionId("wrist_volar")].chance == KNOWN.levels["spill"].value
    chances = {one.id: dict(one.chances) for one in KNOWN.complaints}
    assert chances["low_back"][MuscleId("quadratus_lumborum")] == pytest.approx(0.425)
    assert chances["shoulder"] == {"infraspinatus": pytest.approx(0.77), "upper_trapezius": pytest.approx(0.58)}
    # Two hamstrings, alike and independent, that are active in 30 of 100 together.
    hamstring = chances["knee"][MuscleId("biceps_femoris")]
    assert 1 - (1 - hamstring) ** 2 == pytest.approx(0.30)


def test_no_place_has_more_muscles_than_a_table_of_sets_can_hold() -> None:
    """A place is one table over the muscles that reach it, in sets.py; 20 would be a million cells."""
    reached: dict[RegionId, int] = {}
    for zones in KNOWN.zones.values():
        for zone in zones:
            sides = 2 if BOOK.regions[zone.region].midline else 1
            reached[zone.region] = reached.get(zone.region, 0) + sides
    assert max(reached.values()) <= 20


WRONG = [
    ("chances.toml", "value = 0.05", "value = 1.0", "'value' is no chance"),
    ("chances.toml", "value = 0.05", 'value = "often"', "'value' must be"),
    ("chances.toml", "value = 0.3", "value = 0.6", "'spill' must be below"),
    ("chances.toml", "[level.leak]", "[level.noise]", "'leak' is missing"),
    ("chances.toml", "[level.leak]", "[level.more]\nvalue = 0.1\n[level.leak]", "unknown key 'more'"),
    ("chances.toml", "percent = 57.0", "percent = 100", "no percentage between 0 and 100"),
    ("chances.toml", 'muscle = "pronator_quadratus"', 'muscle = "liver"', "not a known muscle"),
    ("chances.toml", '["wrist_radial"]', '["heel"]', "no zone of abductor_pollicis_longus"),
    ("chances.toml", '["wrist_radial"]', '["fingers_index_middle"]', "measured twice"),
    ("chances.toml", 'condition = "spinal_problems"', 'condition = "gout"', "none of conditions.toml"),
    ("chances.toml", 'condition = "spinal_problems"', 'condition = "whiplash"', "no muscle of 'whiplash' has"),
    ("chances.toml", '["lumbar", "sacroiliac"]', '["loins"]', "'loins'"),
    ("palpation.toml", "if_source = [0.25, 0.75]", "if_source = [0.25, 0.65]", "sum to 1"),
    ("palpation.toml", "if_source = [0.25, 0.75]", "if_source = [0.75]", "2 chances"),
    ("palpation.toml", "if_source = [0.25, 0.75]", "if_source = [0.0, 1.0]", "above 0"),
    ("palpation.toml", "if_source = [0.25, 0.75]", 'if_source = ["0.25"]', "numbers only"),
    ("palpation.toml", "if_source = [0.25, 0.75]", "if_source = [0.9, 0.1]", "must not speak less"),
    ("palpation.toml", "[sign.twitch]", "[sign.jump]", "'twitch' is missing"),
    ("mimics.toml", '"chest_upper",', '"chest_uper",', "no region, or region with left or right"),
    ("mimics.toml", '"elbow_medial left"', '"elbow_medial up"', "no region, or region with left or right"),
    ("mimics.toml", 'screening = ["flags_belly", "flags_chest"]', 'screening = ["flags_tummy"]', "no question of the"),
    ("mimics.toml", 'both = ["buttock_upper",', 'both = ["tail",', "'tail'"),
    ("told.toml", "sets = 5", "sets = 0", "between 1 and 20"),
    ("told.toml", "least_bits = 0.05", "least_bits = 0", "no chance"),
    ("told.toml", "next = 3", "next = 3\nmore = 1", "unknown key 'more'"),
]


@pytest.mark.parametrize(("name", "old", "new", "says"), WRONG)
def test_a_wrong_number_is_refused_with_its_file_and_line(
    folder: Path, name: str, old: str, new: str, says: str
) -> None:
    file = folder / name
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(KnowledgeError) as refused:
        load(folder)
    assert says in str(refused.value)
    assert name in str(refused.value)


@pytest.mark.control("C-194")
@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("if_source = [0.65, 0.35]\nif_not = [0.75, 0.25]", "if_source = [0.10, 0.90]\nif_not = [0.90, 0.10]"),
        ("if_source = [0.30, 0.70]\nif_not = [0.50, 0.50]", "if_source = [0.05, 0.95]\nif_not = [0.50, 0.50]"),
    ],
)
def test_a_sign_that_examiners_disagree_about_may_not_weigh_most(folder: Path, old: str, new: str) -> None:
    file = folder / "palpation.toml"
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(KnowledgeError, match="examiners agree on better"):
        load(folder)


@pytest.mark.control("C-194")
def test_negative_control_without_the_order_of_reliability(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("filiform.knowledge.locate.WEAK", ())
    with pytest.raises(pytest.fail.Exception):
        test_a_sign_that_examiners_disagree_about_may_not_weigh_most(
            folder, "if_source = [0.65, 0.35]\nif_not = [0.75, 0.25]", "if_source = [0.1, 0.9]\nif_not = [0.9, 0.1]"
        )
