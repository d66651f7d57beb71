"""The ranking: what is drawn and pressed decides; order and repeats of the input do not; locked muscles go last."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filiform.clinical.anatomy import same_side
from filiform.clinical.locate import CITES, Candidate, Pain, Palpated, rank, unexplained
from filiform.clinical.terms import Block, BodySite, Level, MuscleId, MuscleSide, RegionId, Side
from filiform.knowledge import book

BOOK = book()
MUSCLES = BOOK.muscles
LEFT, RIGHT, MIDLINE = Side.LEFT, Side.RIGHT, Side.MIDLINE
STOP = (Block("screening.region_excluded", "The left arm has lymphoedema."),)
WARN = (Block("hazard.pleura", "This muscle lies over the lung.", Level.WARN),)

sides = st.sampled_from([LEFT, RIGHT])
sites = st.builds(BodySite, st.sampled_from(sorted(BOOK.regions)), st.sampled_from(list(Side)))
pains = st.lists(st.builds(Pain, sites, st.integers(0, 10)), max_size=12)
pressed = st.builds(
    Palpated, st.sampled_from(sorted(MUSCLES)), sides, st.booleans(), st.integers(0, 3), st.booleans(), st.booleans()
)
palpations = st.lists(pressed, max_size=8)
locks = st.dictionaries(st.builds(MuscleSide, st.sampled_from(sorted(MUSCLES)), sides), st.sampled_from([STOP, WARN]))


def pain(*regions: str, side: Side = LEFT, intensity: int = 6) -> list[Pain]:
    return [Pain(BodySite(RegionId(region), side), intensity) for region in regions]


def press(muscle: str, side: Side = LEFT, *, tenderness: int = 0, familiar: bool = False, **more: bool) -> Palpated:
    return Palpated(
        MuscleId(muscle), side, more.get("taut", False), tenderness, familiar, more.get("twitch", False)
    )  # fmt: skip


def names(found: tuple[Candidate, ...]) -> list[str]:
    return [f"{one.muscle} {one.side.value}" for one in found]


def place(found: tuple[Candidate, ...], muscle: str, side: Side = LEFT) -> int:
    return names(found).index(f"{muscle} {side.value}")


def probability(found: tuple[Candidate, ...], muscle: str) -> float:
    return found[place(found, muscle)].probability


@pytest.mark.parametrize(
    ("regions", "muscle"),
    [
        (["shoulder_anterior", "upper_arm_anterior", "upper_arm_lateral"], "infraspinatus"),
        (["neck_lateral", "neck_posterior", "temple"], "upper_trapezius"),
        (["neck_base", "scapula_medial"], "levator_scapulae"),
        (["sacroiliac", "buttock_middle", "hip_lateral"], "piriformis"),
        (["heel", "ankle_posterior", "leg_posterior"], "soleus"),
        (["palm"], "palmaris_longus"),
    ],
)
def test_a_textbook_drawing_ranks_its_muscle_first(regions: list[str], muscle: str) -> None:
    assert names(rank(pain(*regions), [], {}, MUSCLES))[0] == f"{muscle} left"


def test_every_muscle_is_within_the_first_three_of_its_own_pattern() -> None:
    """Circular on purpose: it checks the arithmetic, not clinical truth."""
    late = [
        muscle.id for muscle in MUSCLES.values() if place(rank(pain(*muscle.primary), [], {}, MUSCLES), muscle.id) > 2
    ]
    assert late == []


def test_primary_beats_spillover() -> None:
    found = rank(pain("thumb"), [], {}, MUSCLES)
    assert place(found, "flexor_pollicis_longus") < place(found, "pronator_teres")


def test_nothing_drawn_and_nothing_pressed_gives_nothing() -> None:
    assert rank([], [], {}, MUSCLES) == ()
    assert rank(pain("thumb", intensity=0), [], {}, MUSCLES) == ()


def test_one_side_never_explains_the_other() -> None:
    assert {one.side for one in rank(pain("palm", side=RIGHT), [], {}, MUSCLES)} == {RIGHT}


def test_the_midline_belongs_to_both_sides_alike() -> None:
    found = rank(pain("sacrum", side=MIDLINE), [], {}, MUSCLES)
    left = {one.muscle: one.probability for one in found if one.side is LEFT}
    assert left == {one.muscle: one.probability for one in found if one.side is RIGHT}
    assert "lumbar_multifidus" in left


def test_pain_on_both_sides_ranks_both() -> None:
    found = rank(pain("palm") + pain("palm", side=RIGHT), [], {}, MUSCLES)
    assert names(found)[:2] == ["palmaris_longus left", "palmaris_longus right"]


def test_a_worse_pain_pulls_its_muscle_up() -> None:
    def share(heel: int, palm: int) -> float:
        drawn = pain("heel", intensity=heel) + pain("palm", intensity=palm)
        return probability(rank(drawn, [], {}, MUSCLES), "quadratus_plantae")

    assert share(9, 2) > share(2, 9)


DRAWN = ["shoulder_anterior", "upper_arm_lateral"]


def test_familiar_pain_lifts_and_its_absence_lowers() -> None:
    before = probability(rank(pain(*DRAWN), [], {}, MUSCLES), "scalenes")
    yes = probability(rank(pain(*DRAWN), [press("scalenes", familiar=True, tenderness=2)], {}, MUSCLES), "scalenes")
    no = probability(rank(pain(*DRAWN), [press("scalenes")], {}, MUSCLES), "scalenes")
    assert no < before < yes


def test_familiar_pain_and_tenderness_outweigh_taut_band_and_twitch() -> None:
    """The order of the reliability studies (facts.md section 4): pairs that differ in one finding only."""
    plain = probability(rank(pain(*DRAWN), [press("scalenes", tenderness=1)], {}, MUSCLES), "scalenes")

    def gain(found: Palpated) -> float:
        return probability(rank(pain(*DRAWN), [found], {}, MUSCLES), "scalenes") - plain

    weak = gain(press("scalenes", tenderness=1, taut=True, twitch=True))
    assert 0 < weak < gain(press("scalenes", tenderness=2))
    assert gain(press("scalenes", tenderness=2)) < gain(press("scalenes", tenderness=1, familiar=True))


def test_a_muscle_that_brings_on_the_familiar_pain_is_a_candidate_though_the_map_says_otherwise() -> None:
    found = rank(pain("palm"), [press("gastrocnemius", familiar=True, tenderness=3)], {}, MUSCLES)
    one = found[place(found, "gastrocnemius")]
    assert one.explains == ()
    assert one.because[:2] == (
        "Usually does not hurt in the painful area drawn.",
        "Pressing it brings on the familiar pain.",
    )


def test_tenderness_alone_does_not_make_a_candidate() -> None:
    found = rank(pain("palm"), [press("gastrocnemius", tenderness=3)], {}, MUSCLES)
    assert "gastrocnemius left" not in names(found)


def test_the_reasons_are_plain_facts() -> None:
    drawn = pain("shoulder_anterior", "upper_arm_anterior", "thumb", "heel")
    found = rank(drawn, [press("infraspinatus", familiar=True, tenderness=3)], {}, MUSCLES)
    assert found[0].because == (
        "Covers 3 of 4 painful areas, 1 of them as a spillover.",
        "Pressing it brings on the familiar pain.",
        "Tender when pressed (3 of 3).",
    )
    assert [(area.region, area.share) for area in found[0].explains] == [
        ("shoulder_anterior", 1.0),
        ("thumb", 0.5),
        ("upper_arm_anterior", 1.0),
    ]


@pytest.mark.control("C-024")
def test_a_locked_muscle_goes_last_and_keeps_its_hazard_and_reason() -> None:
    one = MuscleSide(MuscleId("palmaris_longus"), LEFT)
    free, locked = rank(pain("palm"), [], {}, MUSCLES), rank(pain("palm"), [], {one: STOP}, MUSCLES)
    assert (names(free)[0], names(locked)[-1]) == ("palmaris_longus left",) * 2
    assert locked[-1].locked
    assert locked[-1].restricted == STOP
    assert locked[-1].probability == free[0].probability
    assert locked[-1].hazard == MUSCLES[one.muscle].hazard


def test_a_warning_is_shown_and_moves_nothing() -> None:
    one = MuscleSide(MuscleId("palmaris_longus"), LEFT)
    first = rank(pain("palm"), [], {one: WARN}, MUSCLES)[0]
    assert (first.muscle, first.restricted, first.locked) == ("palmaris_longus", WARN, False)


def test_a_function_of_restrictions_does_the_same_as_a_mapping() -> None:
    table = {MuscleSide(MuscleId("palmaris_longus"), LEFT): STOP}
    assert rank(pain("palm"), [], lambda one: table.get(one, ()), MUSCLES) == rank(pain("palm"), [], table, MUSCLES)


@pytest.mark.control("C-024")
@given(pains, palpations, locks)
def test_locked_ones_are_last_and_probabilities_fall_and_sum_to_one(
    drawn: list[Pain], found: list[Palpated], locked: dict[MuscleSide, tuple[Block, ...]]
) -> None:
    ranked = rank(drawn, found, locked, MUSCLES)
    assert [one.locked for one in ranked] == sorted(one.locked for one in ranked)
    for half in (False, True):
        shares = [one.probability for one in ranked if one.locked is half]
        assert shares == sorted(shares, reverse=True)
    assert not ranked or sum(one.probability for one in ranked) == pytest.approx(1)
    assert all(0 < one.probability <= 1 and 1 <= len(one.because) <= 3 for one in ranked)


@given(pains, palpations, locks, st.randoms(use_true_random=False))
def test_the_same_input_in_any_order_and_repeated_gives_the_same_output(
    drawn: list[Pain], found: list[Palpated], locked: dict[MuscleSide, tuple[Block, ...]], chance: object
) -> None:
    mixed_pain, mixed_found, items = drawn + drawn[:3], found + found[:2], list(locked.items())
    for mixed in (mixed_pain, mixed_found, items):
        chance.shuffle(mixed)  # type: ignore[attr-defined]
    assert rank(mixed_pain, mixed_found, dict(items), MUSCLES) == rank(drawn, found, locked, MUSCLES)


@given(pains, palpations)
def test_a_candidate_explains_only_its_own_side(drawn: list[Pain], found: list[Palpated]) -> None:
    for one in rank(drawn, found, {}, MUSCLES):
        assert all(same_side(area.side, one.side) for area in one.explains)


def test_what_no_muscle_explains_is_named() -> None:
    without = {name: muscle for name, muscle in MUSCLES.items() if name != "palmaris_longus"}
    only = {name: muscle for name, muscle in without.items() if "palm" not in muscle.primary + muscle.spill}
    drawn = pain("palm", "thumb") + pain("palm", side=RIGHT, intensity=0)
    assert unexplained(drawn, only) == (BodySite(RegionId("palm"), LEFT),)
    assert unexplained(drawn, MUSCLES) == ()


def test_the_table_explains_every_region_but_these() -> None:
    everywhere = [Pain(BodySite(region, LEFT), 5) for region in BOOK.regions]
    assert unexplained(everywhere, MUSCLES) == ()


@pytest.mark.parametrize("intensity", [-1, 11])
def test_an_impossible_intensity_is_refused(intensity: int) -> None:
    with pytest.raises(ValueError, match="0 to 10"):
        Pain(BodySite(RegionId("palm"), LEFT), intensity)


def test_an_impossible_finding_is_refused() -> None:
    with pytest.raises(ValueError, match="0 to 3"):
        press("deltoid", tenderness=4)
    with pytest.raises(ValueError, match="midline"):
        press("deltoid", MIDLINE)
    with pytest.raises(ValueError, match="'liver' is not a muscle"):
        rank([], [press("liver")], {}, MUSCLES)


def test_the_method_cites_sources_that_exist() -> None:
    assert {cite.source for cite in CITES} <= set(BOOK.sources)


def test_ten_areas_are_ranked_within_twenty_milliseconds() -> None:
    drawn = [Pain(BodySite(region, LEFT), 5) for region in list(BOOK.regions)[:10]]
    found = [press(name, tenderness=2) for name in list(MUSCLES)[:6]]
    runs = []
    for _ in range(5):
        start = time.process_time()
        rank(drawn, found, {}, MUSCLES)
        runs.append(time.process_time() - start)
    assert min(runs) < 0.020, runs
