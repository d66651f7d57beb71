"""A restriction locks the muscles that are needled in the restricted skin, and not those whose pain is felt there.

The expected lists are written by hand, from anatomy, not from the table.
"""

from __future__ import annotations

import pytest

from filiform.clinical.anatomy import needled_in
from filiform.clinical.terms import BodySite, MuscleId, MuscleSide, RegionId, Side
from filiform.knowledge import book

BOOK = book()


def ids(text: str) -> list[str]:
    """A list of ids, written as words."""
    return text.split()


ARM_GROUPS = {"arm", "forearm", "wrist", "hand"}  # the elbow regions are of group arm
LEG_GROUPS = {"thigh", "knee", "leg", "ankle", "foot"}

NEEDLED_IN_THE_ARM = ids(
    """
    deltoid biceps_brachii brachialis coracobrachialis triceps_brachii anconeus brachioradialis
    extensor_carpi_radialis_longus extensor_carpi_radialis_brevis extensor_digitorum extensor_carpi_ulnaris supinator
    pronator_teres flexor_carpi_radialis palmaris_longus flexor_carpi_ulnaris flexor_digitorum flexor_pollicis_longus
    pronator_quadratus abductor_pollicis_longus thenar_adductor_opponens dorsal_interossei_hand
    abductor_digiti_minimi_hand
    """
)
NEEDLED_IN_THE_LEG = ids(
    """
    adductor_longus_brevis adductor_magnus gracilis sartorius rectus_femoris vastus_intermedius vastus_medialis
    vastus_lateralis biceps_femoris semimembranosus_semitendinosus popliteus plantaris gastrocnemius soleus
    tibialis_posterior flexor_digitorum_longus flexor_hallucis_longus tibialis_anterior extensor_digitorum_longus
    fibularis_longus_brevis extensor_digitorum_brevis abductor_hallucis flexor_digitorum_brevis quadratus_plantae
    abductor_digiti_minimi_foot flexor_hallucis_brevis_adductor_hallucis interossei_foot
    """
)
HURT_IN_THE_ARM_ONLY = ids(
    """
    infraspinatus supraspinatus scalenes subclavius pectoralis_major pectoralis_minor teres_minor teres_major
    latissimus_dorsi subscapularis serratus_anterior serratus_posterior_superior
    """
)


def _limb(groups: set[str], side: Side) -> tuple[BodySite, ...]:
    return tuple(BodySite(region.id, side) for region in BOOK.regions.values() if region.group in groups)


def _locked(groups: set[str], side: Side) -> set[MuscleSide]:
    return set(needled_in(_limb(groups, side), BOOK.muscles))


@pytest.mark.control("C-021")
@pytest.mark.parametrize("side", [Side.LEFT, Side.RIGHT])
@pytest.mark.parametrize(
    ("groups", "needled"), [(ARM_GROUPS, NEEDLED_IN_THE_ARM), (LEG_GROUPS, NEEDLED_IN_THE_LEG)], ids=["arm", "leg"]
)
def test_a_locked_limb_locks_exactly_the_muscles_needled_in_it(
    groups: set[str], needled: list[str], side: Side
) -> None:
    assert _locked(groups, side) == {MuscleSide(MuscleId(name), side) for name in needled}


@pytest.mark.control("C-021")
def test_muscles_that_only_hurt_in_the_arm_stay_free() -> None:
    arm = {site.region for site in _limb(ARM_GROUPS, Side.LEFT)}
    locked = {one.muscle for one in _locked(ARM_GROUPS, Side.LEFT)}
    for name in HURT_IN_THE_ARM_ONLY:
        muscle = BOOK.muscles[MuscleId(name)]
        assert arm.intersection(muscle.primary + muscle.spill), f"{name} does not hurt in the arm: choose another"
        assert muscle.id not in locked


def test_locking_by_pain_zones_would_be_wrong() -> None:
    """Negative control: with zones instead of `enters` the arm locks the wrong muscles, so the test above can fail."""
    arm = {site.region for site in _limb(ARM_GROUPS, Side.LEFT)}
    by_zone = {muscle.id for muscle in BOOK.muscles.values() if arm.intersection(muscle.primary + muscle.spill)}
    assert by_zone != set(NEEDLED_IN_THE_ARM)


@pytest.mark.control("C-021")
@pytest.mark.parametrize(
    ("region", "muscles"),
    [
        ("scapula_body", ["infraspinatus", "teres_minor"]),
        (
            "axilla",
            ids("latissimus_dorsi pectoralis_major pectoralis_minor serratus_anterior subscapularis teres_major"),
        ),
        ("knee_posterior", ["plantaris", "popliteus"]),
        ("wrist_volar", ["pronator_quadratus"]),
        ("sternum", []),
        ("chest_middle", []),
        ("eye", []),
    ],
)
def test_one_region_locks_the_muscles_entered_there(region: str, muscles: list[str]) -> None:
    locked = needled_in([BodySite(RegionId(region), Side.RIGHT)], BOOK.muscles)
    assert sorted(one.muscle for one in locked) == muscles
    assert {one.side for one in locked} <= {Side.RIGHT}


@pytest.mark.control("C-021")
def test_a_region_on_the_midline_locks_both_sides() -> None:
    locked = needled_in([BodySite(RegionId("sacrum"), Side.MIDLINE)], BOOK.muscles)
    assert set(locked) == {MuscleSide(MuscleId("lumbar_multifidus"), side) for side in (Side.LEFT, Side.RIGHT)}


def test_no_restriction_locks_nothing() -> None:
    assert needled_in([], BOOK.muscles) == ()
