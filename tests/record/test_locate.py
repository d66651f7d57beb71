"""Where it hurts, what the hand found, what was chosen: written strictly, one writer at a time, locks kept."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filiform import knowledge
from filiform.clinical.anatomy import enters
from filiform.clinical.terms import BodySite, MuscleSide, RegionId, Side
from filiform.record import drawn
from filiform.record.actions import locate
from filiform.record.models import AuditRow, Choice, PainDrawing, Palpation, Screening
from filiform.record.reads.locate import located
from filiform.record.write import NotAllowed, NotFound, Refused, Stale
from tests import clinic
from tests.clinic import NOW, Clinic

pytestmark = pytest.mark.django_db
NO_WARNING_SIGN = [
    {"question": one.id, "said": "no"} for one in knowledge.book().screening.questions if one.condition == "red_flag"
]
SHOULDER = {"region": "shoulder_superior", "side": "right", "intensity": 7}


@pytest.fixture
def here() -> Clinic:
    return clinic.make()


def draw(here: Clinic, areas: Any, seen: int = 0, **other: Any) -> int:
    return locate.draw_pain(
        **{"by": here.therapist, "now": NOW, "visit_id": here.visit, "seen": seen, "areas": areas, **other}
    )


def choose(here: Clinic, *muscles: tuple[str, str], seen: int = 0, **other: Any) -> int:
    chosen = [{"muscle": muscle, "side": side} for muscle, side in muscles]
    return locate.choose_muscles(
        **{"by": here.therapist, "now": NOW, "visit_id": here.visit, "seen": seen, "muscles": chosen, **other}
    )


def press(here: Clinic, **other: Any) -> Any:
    found = {"muscle": "upper_trapezius", "side": "right", "taut_band": True, "tenderness": 2}
    given = {"by": here.therapist, "now": NOW, "visit_id": here.visit, "familiar_pain": True, "twitch": False}
    return locate.palpate(**{**found, **given, **other})


def screened(
    here: Clinic,
    restrictions: list[dict[str, Any]] | None = None,
    number: int = 1,
    result: dict[str, Any] | None = None,
    answers: list[dict[str, Any]] | None = None,
) -> None:
    """A stored screening with these restrictions, as the screening step leaves one; `result` changes parts of it.

    Every question about warning signs was answered with no, unless `answers` says otherwise.
    """
    kept = {"restrictions": restrictions or [], "findings": [], "ask": [], "disposition": "region_excluded"}
    kept.update(result or {})
    Screening.objects.create(
        visit_id=here.visit,
        patient_id=here.patient,
        number=number,
        answers=NO_WARNING_SIGN if answers is None else answers,
        result=kept,
        disposition=kept["disposition"],
        cleared=kept["disposition"] == "region_excluded",
        profile="default",
        knowledge_hash="0" * 64,
        recorded_at=NOW,
        recorded_by=here.therapist.id,
    )


def rules(refusal: pytest.ExceptionInfo[Refused]) -> set[str]:
    return {block.rule for block in refusal.value.blocks}


def test_drawing_is_stored_and_read_back(here: Clinic) -> None:
    assert draw(here, [SHOULDER]) == 1
    assert draw(here, [SHOULDER, {"region": "head_vertex", "side": "midline", "intensity": 0}], seen=1) == 2
    found = located(by=here.therapist, now=NOW, visit_id=here.visit)
    assert [(p.site.region, p.site.side, p.intensity) for p in found.areas] == [
        ("head_vertex", "midline", 0),
        ("shoulder_superior", "right", 7),
    ]
    assert found.head.seen.drawing == 2
    assert PainDrawing.objects.filter(visit_id=here.visit).count() == 2  # appended, the first one is still there


@pytest.mark.parametrize(
    ("change", "rule", "names"),
    [
        ({"region": "left_wing"}, "site.region_unknown", "left_wing"),
        ({"side": "up"}, "site.side_unknown", "up"),
        ({"side": "midline"}, "site.not_midline", "top of the shoulder"),
        ({"intensity": 11}, "pain.intensity", "0 to 10"),
        ({"intensity": -1}, "pain.intensity", "0 to 10"),
        ({"intensity": True}, "pain.intensity", "0 to 10"),
        ({"intensity": "7"}, "pain.intensity", "0 to 10"),
        ({"intensity": None}, "pain.intensity", "0 to 10"),
    ],
)
def test_wrong_area_is_refused_by_name_and_nothing_is_stored(
    here: Clinic, change: dict[str, Any], rule: str, names: str
) -> None:
    with pytest.raises(Refused) as refusal:
        draw(here, [{**SHOULDER, **change}])
    assert rules(refusal) == {rule}
    assert names in str(refusal.value)
    assert not PainDrawing.objects.exists()


def test_same_place_twice_is_refused(here: Clinic) -> None:
    with pytest.raises(Refused) as refusal:
        draw(here, [SHOULDER, {**SHOULDER, "intensity": 3}])
    assert rules(refusal) == {"pain.twice"}


def test_of_two_writers_one_wins_and_the_other_is_told(here: Clinic) -> None:
    draw(here, [SHOULDER])
    with pytest.raises(Stale):
        draw(here, [], seen=0)
    assert PainDrawing.objects.get(visit_id=here.visit).areas != []


def test_two_who_pass_the_check_at_once_meet_the_database(here: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    draw(here, [SHOULDER])
    monkeypatch.setattr(locate.within, "next_number", lambda *_: 1)
    with pytest.raises(Stale):
        draw(here, [])
    assert PainDrawing.objects.filter(visit_id=here.visit).count() == 1


@pytest.mark.parametrize("role", ["front_desk", "owner", "auditor"])
def test_only_a_therapist_writes(here: Clinic, role: str) -> None:
    who = here.staff[role]
    for act in (
        lambda: draw(here, [SHOULDER], by=who),
        lambda: press(here, by=who),
        lambda: choose(here, by=who),
    ):
        with pytest.raises(NotAllowed):
            act()
    refused = AuditRow.objects.filter(about=str(here.visit), done=False)
    assert refused.count() == 3


def test_another_practice_sees_nothing(here: Clinic) -> None:
    other = clinic.make("Birch").therapist
    screened(here)
    for act in (
        lambda: draw(here, [SHOULDER], by=other),
        lambda: press(here, by=other),
        lambda: choose(here, ("soleus", "left"), by=other),
        lambda: located(by=other, now=NOW, visit_id=here.visit),
    ):
        with pytest.raises(NotFound):
            act()
    assert not PainDrawing.objects.exists()


def test_front_desk_may_not_read_what_is_clinical(here: Clinic) -> None:
    with pytest.raises(NotAllowed):
        located(by=here.staff["front_desk"], now=NOW, visit_id=here.visit)


def test_the_newest_look_at_a_muscle_counts(here: Clinic) -> None:
    draw(here, [SHOULDER])
    press(here, familiar_pain=False, tenderness=0)
    press(here, familiar_pain=True, tenderness=3, now=NOW.replace(minute=5))
    found = located(by=here.therapist, now=NOW, visit_id=here.visit)
    assert Palpation.objects.count() == 2
    (point,) = found.points[MuscleSide("upper_trapezius", Side.RIGHT)]
    assert point.found.tenderness == 3


def test_the_hand_re_ranks(here: Clinic) -> None:
    draw(here, [SHOULDER])
    before = located(by=here.therapist, now=NOW, visit_id=here.visit).candidates
    low = next(one for one in before[1:] if one.explains and one.side is Side.RIGHT)
    press(here, muscle=low.muscle, side="right", tenderness=3, familiar_pain=True)
    after = located(by=here.therapist, now=NOW, visit_id=here.visit).candidates
    place = [(one.muscle, one.side) for one in after].index((low.muscle, low.side))
    assert place < [(one.muscle, one.side) for one in before].index((low.muscle, low.side))


@pytest.mark.parametrize("tenderness", [4, -1, True, "2", 1.5])
def test_tenderness_is_0_to_3(here: Clinic, tenderness: Any) -> None:
    with pytest.raises(Refused) as refusal:
        press(here, tenderness=tenderness)
    assert rules(refusal) == {"palpation.tenderness"}
    assert not Palpation.objects.exists()


def test_a_muscle_has_no_midline_and_must_be_in_the_table(here: Clinic) -> None:
    with pytest.raises(Refused) as refusal:
        press(here, side="midline")
    assert rules(refusal) == {"site.muscle_side"}
    with pytest.raises(Refused) as refusal:
        press(here, muscle="biceps_of_the_soul")
    assert rules(refusal) == {"site.muscle_unknown"}


def test_nothing_is_chosen_before_the_screening(here: Clinic) -> None:
    with pytest.raises(Refused) as refusal:
        choose(here, ("soleus", "left"))
    assert rules(refusal) == {"choice.not_screened"}
    screened(here)
    assert choose(here, ("soleus", "left")) == 1


def test_choice_keeps_its_order_and_can_be_emptied(here: Clinic) -> None:
    screened(here)
    choose(here, ("soleus", "left"), ("infraspinatus", "right"))
    found = located(by=here.therapist, now=NOW, visit_id=here.visit)
    assert [chosen.one.muscle for chosen in found.chosen] == ["soleus", "infraspinatus"]
    assert choose(here, seen=1) == 2
    assert Choice.objects.count() == 2


def test_one_muscle_twice_is_refused(here: Clinic) -> None:
    screened(here)
    with pytest.raises(Refused) as refusal:
        choose(here, ("soleus", "left"), ("soleus", "left"))
    assert rules(refusal) == {"choice.twice"}
    assert choose(here, ("soleus", "left"), ("soleus", "right")) == 1


def arm_restriction(side: str | None, action: str = "avoid") -> list[dict[str, Any]]:
    arm = ("upper_arm_anterior", "upper_arm_posterior", "forearm_dorsal", "forearm_volar")
    return [
        {
            "scope": "region",
            "target": region,
            "side": side,
            "action": action,
            "because": "Lymph swelling in this arm.",
            "rule": "lymphoedema.limb",
        }
        for region in arm
    ]


def locked_in_left_arm() -> set[MuscleSide]:
    sites = [BodySite(RegionId(r["target"]), Side.LEFT) for r in arm_restriction("left")]
    muscles = knowledge.book().muscles.values()
    return {MuscleSide(m.id, s) for m in muscles for s in (Side.LEFT, Side.RIGHT) if enters(m, s, sites)}


@pytest.mark.control("C-061")
def test_a_restricted_arm_locks_exactly_the_muscles_needled_in_it(here: Clinic) -> None:
    screened(here, arm_restriction("left"))
    locked = locked_in_left_arm()
    assert MuscleSide("biceps_brachii", Side.LEFT) in locked
    seen = 0
    for muscle in knowledge.book().muscles:
        for side in (Side.LEFT, Side.RIGHT):
            if MuscleSide(muscle, side) in locked:
                with pytest.raises(Refused) as refusal:
                    choose(here, (muscle, side), seen=seen)
                assert rules(refusal) == {"lymphoedema.limb"}
                assert "Lymph swelling" in str(refusal.value)
            else:
                seen = choose(here, (muscle, side), seen=seen)
    refused = AuditRow.objects.filter(about=str(here.visit), act="choose_muscles", done=False)
    assert refused.count() == len(locked)


@pytest.mark.control("C-061")
def test_control_without_the_restriction_the_same_muscles_can_be_chosen(here: Clinic) -> None:
    """Negative control: the guard removed, the refusal above does not come."""
    screened(here)
    seen = 0
    for one in sorted(locked_in_left_arm()):
        seen = choose(here, (one.muscle, one.side), seen=seen)
    assert seen == len(locked_in_left_arm())


@pytest.mark.control("C-061")
def test_one_locked_muscle_refuses_the_whole_list(here: Clinic) -> None:
    screened(here, arm_restriction("left"))
    with pytest.raises(Refused):
        choose(here, ("soleus", "right"), ("biceps_brachii", "left"))
    assert not Choice.objects.exists()


@pytest.mark.control("C-061")
def test_a_consultation_locks_and_a_change_of_technique_only_warns(here: Clinic) -> None:
    screened(here, arm_restriction("left", "consult"))
    with pytest.raises(Refused):
        choose(here, ("biceps_brachii", "left"))
    screened(here, arm_restriction("left", "modify"), number=2)
    assert choose(here, ("biceps_brachii", "left")) == 1


@pytest.mark.control("C-061")
def test_a_later_screening_shows_the_lock_on_what_was_chosen_before(here: Clinic) -> None:
    screened(here)
    choose(here, ("biceps_brachii", "left"), ("soleus", "right"))
    screened(here, arm_restriction("left"), number=2)
    found = located(by=here.therapist, now=NOW, visit_id=here.visit)
    assert [bool(chosen.locked) for chosen in found.chosen] == [True, False]
    draw(here, [{"region": "upper_arm_anterior", "side": "left", "intensity": 6}])
    ranked = located(by=here.therapist, now=NOW, visit_id=here.visit).candidates
    locked = [one.locked for one in ranked]
    assert locked == sorted(locked)  # the locked ones stand last
    assert any(locked)


ANYTHING = st.one_of(st.none(), st.integers(), st.text(max_size=30), st.lists(st.integers(), max_size=2))


@given(
    area=st.fixed_dictionaries({}, optional={"region": ANYTHING, "side": ANYTHING, "intensity": ANYTHING}),
    muscle=st.fixed_dictionaries({}, optional={"muscle": ANYTHING, "side": ANYTHING}),
)
def test_garbage_is_refused_never_broken(area: dict[str, Any], muscle: dict[str, Any]) -> None:
    """No database: what is wrong is found before anything is asked of it."""
    with pytest.raises(Refused):
        drawn.read_areas([area])
    with pytest.raises(Refused):
        locate.sites.muscle_side(str(muscle.get("muscle", "")), str(muscle.get("side", "")))
