"""The answer: what is drawn and pressed decides; order and repeats of the input do not; locked muscles go last."""

from __future__ import annotations

import math
from dataclasses import replace
from types import MappingProxyType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from filiform.clinical.anatomy import same_side
from filiform.clinical.locate import CITES, METHOD, Answer, Pain, Palpated, answer, locate, moves
from filiform.clinical.terms import Block, BodySite, Level, MuscleId, MuscleSide, RegionId, Side
from tests.clinical.locate.real import (
    BOOK,
    EVERYWHERE,
    KNOWN,
    LEFT,
    MIDLINE,
    MUSCLES,
    RIGHT,
    ask,
    names,
    one,
    pain,
    press,
)
from tests.clinical.negative import again

STOP = (Block("screening.region_excluded", "The left arm has lymphoedema."),)
WARN = (Block("hazard.pleura", "This muscle lies over the lung.", Level.WARN),)

sides = st.sampled_from([LEFT, RIGHT])
sites = st.sampled_from(EVERYWHERE)
pains = st.lists(st.builds(Pain, sites, st.integers(0, 10)), max_size=10)
pressed = st.builds(
    Palpated,
    st.sampled_from(sorted(MUSCLES)),
    sides,
    *(st.none() | each for each in (st.booleans(), st.integers(0, 3), st.booleans(), st.booleans())),
)
palpations = st.lists(pressed, max_size=6)
locks = st.dictionaries(st.builds(MuscleSide, st.sampled_from(sorted(MUSCLES)), sides), st.sampled_from([STOP, WARN]))


def test_every_muscle_is_within_the_first_three_of_its_own_pattern() -> None:
    """Circular on purpose: it checks the arithmetic, not clinical truth."""
    late = [
        muscle.id for muscle in MUSCLES.values() if f"{muscle.id} left" not in names(ask(pain(*muscle.primary)))[:3]
    ]
    # Each hurts where a muscle of which more is published, or with fewer other zones, hurts as well.
    assert set(late) <= {"iliopsoas"}, late


def test_primary_beats_spillover() -> None:
    found = ask(pain("thumb"))
    assert one(found, "flexor_pollicis_longus").probability > one(found, "pronator_teres").probability


@pytest.mark.parametrize("drawn", [[], pain("thumb", intensity=0)])
def test_nothing_drawn_and_nothing_pressed_gives_nothing(drawn: list[Pain]) -> None:
    assert ask(drawn) == Answer((), (), (), (), (), METHOD)


def test_one_side_never_explains_the_other() -> None:
    assert {found.side for found in ask(pain("palm", side=RIGHT)).candidates} == {RIGHT}


def test_the_midline_belongs_to_both_sides_alike() -> None:
    found = ask(pain("sacrum", side=MIDLINE))
    left = {each.muscle: each.probability for each in found.candidates if each.side is LEFT}
    assert left == {each.muscle: each.probability for each in found.candidates if each.side is RIGHT}
    assert "lumbar_multifidus" in left


def test_half_of_a_midline_region_is_its_own_side_alone() -> None:
    assert {found.side for found in ask(pain("sacrum")).candidates} == {LEFT}
    both = ask([*pain("sacrum"), *pain("sacrum", side=MIDLINE)])
    assert {found.side for found in both.candidates} == {LEFT, RIGHT}
    assert len(one(both, "lumbar_multifidus").explains) == 2


def test_intensity_is_no_evidence_and_orders_what_is_shown() -> None:
    """Nobody has published how intensity depends on the muscle; see drawing.py."""
    strong, weak = ask([*pain("palm", intensity=9), *pain("thumb", intensity=2)]), ask(pain("palm", "thumb"))
    assert [found.probability for found in strong.candidates] == [found.probability for found in weak.candidates]
    assert [area.region for area in one(strong, "thenar_adductor_opponens").explains] == ["palm", "thumb"]
    turned = ask([*pain("palm", intensity=2), *pain("thumb", intensity=9)])
    assert [area.region for area in one(turned, "thenar_adductor_opponens").explains] == ["thumb", "palm"]


def test_a_place_that_is_not_drawn_counts_against_its_muscles() -> None:
    whole = one(ask(pain("elbow_lateral", "wrist_radial")), "extensor_carpi_radialis_longus").probability
    assert one(ask(pain("elbow_lateral")), "extensor_carpi_radialis_longus").probability < whole


def test_published_prevalence_counts_on_the_side_of_the_complaint() -> None:
    found = ask([*pain("shoulder_lateral", side=RIGHT), *pain("elbow_lateral")])
    assert (
        "Taken as active in about 77 of 100 with this complaint, from a study."
        in one(found, "infraspinatus", RIGHT).because
    )
    assert not any("from a study" in line for line in one(found, "supraspinatus", LEFT).because)


# --- what the hand found ---

DRAWN = ["shoulder_anterior", "upper_arm_lateral"]


def test_familiar_pain_lifts_and_its_absence_lowers() -> None:
    before = one(ask(pain(*DRAWN)), "scalenes").probability
    yes = one(ask(pain(*DRAWN), [press("scalenes", familiar=True, tenderness=2)]), "scalenes").probability
    no = one(ask(pain(*DRAWN), [press("scalenes")]), "scalenes").probability
    assert no < before < yes


@pytest.mark.control("C-194")
def test_familiar_pain_and_tenderness_outweigh_taut_band_and_twitch() -> None:
    """The order of the reliability studies (facts.md section 4): pairs that differ in one finding only."""
    plain = one(ask(pain(*DRAWN), [press("scalenes", tenderness=1)]), "scalenes").probability

    def gain(found: Palpated) -> float:
        return one(ask(pain(*DRAWN), [found]), "scalenes").probability - plain

    weak = gain(press("scalenes", tenderness=1, taut=True))
    assert 0 < gain(press("scalenes", tenderness=1, twitch=True)) < gain(press("scalenes", tenderness=2))
    assert 0 < weak < gain(press("scalenes", tenderness=2)) < gain(press("scalenes", tenderness=1, familiar=True))


def test_of_several_points_the_strongest_counts() -> None:
    strong, weak = press("scalenes", familiar=True, tenderness=3), press("scalenes", tenderness=1)
    assert ask(pain(*DRAWN), [weak, strong, weak]) == ask(pain(*DRAWN), [strong])


def test_a_pressed_muscle_is_a_candidate_though_the_map_says_otherwise() -> None:
    found = one(ask(pain("palm"), [press("gastrocnemius", familiar=True, tenderness=3)]), "gastrocnemius")
    assert found.explains == ()
    assert found.because == (
        "Usually does not hurt in the painful area drawn.",
        "Pressing it brings on the familiar pain.",
        "Tender when pressed (3 of 3).",
        "No taut band was felt.",
        "It did not twitch.",
    )


def test_pressing_without_a_drawing_says_what_the_hand_said() -> None:
    found = ask([], [press("gastrocnemius")])
    assert found.candidates[0].because[:2] == (
        "Pressing it did not bring on the familiar pain.",
        "Not tender when pressed.",
    )
    assert (found.sets, found.palpate_next, found.unexplained) == ((), (), ())


def test_what_was_not_looked_for_says_nothing() -> None:
    nothing = Palpated(MuscleId("scalenes"), LEFT, None, None, None, None)
    plain, looked = ask(pain(*DRAWN)), ask(pain(*DRAWN), [nothing])
    assert [found.probability for found in looked.candidates] == [found.probability for found in plain.candidates]
    assert one(looked, "scalenes").because == one(plain, "scalenes").because
    band = Palpated(MuscleId("scalenes"), LEFT, True, None, None, None)
    assert one(ask(pain(*DRAWN), [band]), "scalenes").probability > one(plain, "scalenes").probability
    no_band = replace(band, taut_band=False)
    for found in (band, no_band):
        assert ask(pain(*DRAWN), [nothing, found]) == ask(pain(*DRAWN), [found, nothing]) == ask(pain(*DRAWN), [found])


def test_the_reasons_are_plain_facts() -> None:
    drawn = pain("shoulder_anterior", "upper_arm_anterior", "thumb", "heel")
    point = press("infraspinatus", familiar=True, tenderness=3, taut=True, twitch=True)
    found = one(ask(drawn, [point]), "infraspinatus")
    assert found.because[0] == "Covers 3 of 4 painful areas, 1 of them as a spillover."
    assert found.because[2:] == (
        "Pressing it brings on the familiar pain.",
        "Tender when pressed (3 of 3).",
        "A taut band was felt.",
        "It twitched.",
    )


# --- shares, sets, unexplained, next ---


@given(pains, palpations)
@settings(max_examples=40)
def test_shares_of_a_place_sum_to_one_with_something_else(drawn: list[Pain], found: list[Palpated]) -> None:
    shares: dict[tuple[RegionId, Side], float] = {}
    for candidate in ask(drawn, found).candidates:
        for area in candidate.explains:
            assert 0 <= area.share <= 1
            assert same_side(area.side, candidate.side)
            shares[area.region, area.side] = shares.get((area.region, area.side), 0.0) + area.share
    assert all(0 < share < 1 for share in shares.values())


def test_a_place_that_no_muscle_of_the_drawing_explains_is_named() -> None:
    assert ask(pain("flank")).unexplained == (BodySite(RegionId("flank"), LEFT),)
    assert ask(pain("palm")).unexplained == ()


def test_a_muscle_that_was_pressed_or_is_locked_is_not_suggested_again() -> None:
    first = ask(pain("palm")).palpate_next[0].one
    assert first == MuscleSide(MuscleId("palmaris_longus"), LEFT)
    assert first not in [each.one for each in ask(pain("palm"), [press("palmaris_longus")]).palpate_next]
    assert first not in [each.one for each in ask(pain("palm"), restricted={first: STOP}).palpate_next]
    assert first in [each.one for each in ask(pain("palm"), restricted={first: WARN}).palpate_next]


def test_suggesting_stops_when_little_is_left_to_learn() -> None:
    drawn = pain("shoulder_anterior", "upper_arm_anterior", "upper_arm_lateral")
    assert ask(drawn).palpate_next == ()
    eager = replace(KNOWN, told=replace(KNOWN.told, least_bits=1e-6))
    found = ask(drawn, known=eager).palpate_next
    assert len(found) == KNOWN.told.next
    assert max(each.gain_bits for each in found) < KNOWN.told.least_bits


def test_sets_are_told_without_the_empty_one_and_only_when_worth_it() -> None:
    found = ask(pain("palm")).sets
    assert found[0].muscles == (MuscleSide(MuscleId("palmaris_longus"), LEFT),)
    assert all(each.muscles for each in found)
    assert len(found) == KNOWN.told.sets
    proud = replace(KNOWN, told=replace(KNOWN.told, least_set=0.3))
    assert len(ask(pain("palm"), known=proud).sets) == 1
    assert locate([Pain(site, 5) for site in EVERYWHERE], [], {}, MUSCLES, KNOWN).sets == ()


def test_two_muscles_that_share_a_drawing_come_as_a_set() -> None:
    drawn = pain("shoulder_anterior", "upper_arm_anterior", "upper_arm_lateral", "jaw", "jaw_joint", "teeth_lower")
    best = {each.muscle for each in ask(drawn).sets[0].muscles}
    assert best == {"infraspinatus", "masseter"}


def test_moves_of_the_first_five() -> None:
    """Halved and doubled on the logarithmic scale: each ratio to the power 1/2 and 2."""
    drawn, found = pain("neck_base", "scapula_medial"), [press("levator_scapulae", familiar=True, tenderness=2)]
    moved = moves(drawn, found, MUSCLES, KNOWN)
    ranked = sorted(ask(drawn, found).candidates, key=lambda each: -each.probability)[:5]
    assert [(each.one.muscle, each.given) for each in moved] == [(each.muscle, each.probability) for each in ranked]
    assert moved[0].halved < moved[0].given < moved[0].doubled
    still = moves(drawn, [], MUSCLES, KNOWN)
    assert all(each.halved == each.given == each.doubled for each in still)


# --- locked ---


@pytest.mark.control("C-024")
def test_a_locked_muscle_goes_last_and_keeps_its_hazard_and_reason() -> None:
    muscle = MuscleSide(MuscleId("palmaris_longus"), LEFT)
    free, locked = ask(pain("palm")), ask(pain("palm"), restricted={muscle: STOP})
    assert (names(free)[0], names(locked)[-1]) == ("palmaris_longus left",) * 2
    last = locked.candidates[-1]
    assert (last.locked, last.restricted, last.probability) == (True, STOP, free.candidates[0].probability)
    assert last.hazard == MUSCLES[muscle.muscle].hazard


def test_a_warning_is_shown_and_moves_nothing() -> None:
    muscle = MuscleSide(MuscleId("palmaris_longus"), LEFT)
    first = ask(pain("palm"), restricted={muscle: WARN}).candidates[0]
    assert (first.muscle, first.restricted, first.locked) == ("palmaris_longus", WARN, False)


def test_a_function_of_restrictions_does_the_same_as_a_mapping() -> None:
    table = {MuscleSide(MuscleId("palmaris_longus"), LEFT): STOP}
    assert ask(pain("palm"), restricted=lambda each: table.get(each, ())) == ask(pain("palm"), restricted=table)


@pytest.mark.control("C-024")
@given(drawn=pains, found=palpations, locked=locks)
@settings(max_examples=40)
def test_locked_ones_are_last_and_probabilities_fall(
    drawn: list[Pain], found: list[Palpated], locked: dict[MuscleSide, tuple[Block, ...]]
) -> None:
    ranked = ask(drawn, found, restricted=locked).candidates
    assert [each.locked for each in ranked] == sorted(each.locked for each in ranked)
    for half in (False, True):
        chances = [each.probability for each in ranked if each.locked is half]
        assert chances == sorted(chances, reverse=True)
    assert all(0 <= each.probability <= 1 and each.because for each in ranked)


@pytest.mark.control("C-024")
def test_negative_control_without_the_lock_in_the_order(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answer.Candidate, "locked", property(lambda self: False))
    with pytest.raises(AssertionError):
        test_a_locked_muscle_goes_last_and_keeps_its_hazard_and_reason()


# --- laws ---


@pytest.mark.control("C-193")
@given(drawn=pains, found=palpations, locked=locks, chance=st.randoms(use_true_random=False))
def test_the_same_input_in_any_order_and_repeated_gives_the_same_output(
    drawn: list[Pain], found: list[Palpated], locked: dict[MuscleSide, tuple[Block, ...]], chance: object
) -> None:
    mixed_pain, mixed_found, items = drawn + drawn[:3], found + found[:2], list(locked.items())
    for mixed in (mixed_pain, mixed_found, items):
        chance.shuffle(mixed)  # type: ignore[attr-defined]
    assert ask(mixed_pain, mixed_found, restricted=dict(items)) == ask(drawn, found, restricted=locked)


@pytest.mark.control("C-193")
def test_negative_control_an_unsorted_drawing_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    def as_given(pain: list[Pain], known: object) -> dict[BodySite, int]:
        return {area.site: area.intensity for area in pain if area.intensity}

    monkeypatch.setattr(answer, "painful", as_given)
    with pytest.raises(AssertionError):
        again(test_the_same_input_in_any_order_and_repeated_gives_the_same_output)()


def mirrored(side: Side) -> Side:
    return {LEFT: RIGHT, RIGHT: LEFT, MIDLINE: MIDLINE}[side]


@pytest.mark.control("C-193")
@given(drawn=pains, found=palpations)
@settings(max_examples=40)
def test_mirror_image_drawings_give_mirror_image_answers(drawn: list[Pain], found: list[Palpated]) -> None:
    other = ask(
        [Pain(BodySite(area.site.region, mirrored(area.site.side)), area.intensity) for area in drawn],
        [replace(point, side=mirrored(point.side)) for point in found],
    )
    here = ask(drawn, found)
    turned = {(each.muscle, mirrored(each.side)): each for each in other.candidates}
    assert len(turned) == len(here.candidates)
    for each in here.candidates:
        image = turned[each.muscle, each.side]
        assert image.probability == pytest.approx(each.probability, abs=1e-11)
        shares = {(area.region, mirrored(area.side)): area.share for area in image.explains}
        assert {(area.region, area.side): area.share for area in each.explains} == pytest.approx(shares, abs=1e-11)
    assert [each.probability for each in here.sets] == pytest.approx(
        [each.probability for each in other.sets], abs=1e-9
    )
    assert {(site.region, mirrored(site.side)) for site in other.unexplained} == {
        (site.region, site.side) for site in here.unexplained
    }


def test_what_cannot_be_is_refused() -> None:
    with pytest.raises(ValueError, match="0 to 10"):
        Pain(BodySite(RegionId("palm"), LEFT), 11)
    with pytest.raises(ValueError, match="0 to 3"):
        press("deltoid", tenderness=4)
    with pytest.raises(ValueError, match="midline"):
        press("deltoid", MIDLINE)
    with pytest.raises(ValueError, match="'liver' is not a muscle"):
        ask([], [press("liver")])
    with pytest.raises(ValueError, match="'left_wing' is not a region"):
        ask(pain("left_wing"))


def test_the_method_cites_sources_that_exist_and_is_no_old_name() -> None:
    assert {cite.source for cite in CITES} <= set(BOOK.sources)
    assert METHOD != "overlap-1"


def test_a_table_in_which_nothing_reaches_a_place_leaves_it_unexplained() -> None:
    bare = replace(KNOWN, zones=MappingProxyType({name: () for name in KNOWN.zones}))
    found = ask(pain("palm"), known=bare)
    assert (found.candidates, found.sets) == ((), ())
    assert found.unexplained == (BodySite(RegionId("palm"), LEFT),)
    assert math.isclose(KNOWN.leak, 0.02)
