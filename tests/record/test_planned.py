"""How each muscle of today is to be needled: kept with the choice, strict, and offered from the session before."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from filiform.clinical.needle.base import Technique
from filiform.clinical.needle.manner import Manner
from filiform.record.actions import locate
from filiform.record.models import Choice
from filiform.record.reads.locate import Before, located
from filiform.record.write import Refused
from tests import clinic, steps
from tests.clinic import NOW, Clinic
from tests.record.test_locate import rules, screened

pytestmark = pytest.mark.django_db
DEEP = {"technique": "deep", "depth_mm": 20, "planned_minutes": 10, "length_mm": 40, "gauge_mm": 0.3}
NO_ESTIM = {"scope": "technique", "target": "estim", "side": None, "action": "avoid", "because": "A pacemaker."}
NO_ESTIM |= {"rule": "screen.pacemaker"}


@pytest.fixture
def here() -> Clinic:
    made = clinic.make()
    screened(made)
    return made


def plan(here: Clinic, plan: Any, seen: int = 0) -> int:
    muscles = [{"muscle": "soleus", "side": "left", "plan": plan}]
    return locate.choose_muscles(by=here.therapist, now=NOW, visit_id=here.visit, seen=seen, muscles=muscles)


def read(here: Clinic) -> Manner | None:
    (one,) = located(by=here.therapist, now=NOW, visit_id=here.visit).chosen
    return one.how


def test_a_plan_is_kept_with_the_choice_and_read_back(here: Clinic) -> None:
    plan(here, DEEP)
    assert Choice.objects.get().muscles == [{"muscle": "soleus", "side": "left", "plan": DEEP}]
    assert read(here) == Manner(**DEEP)
    plan(here, {"depth_mm": 12.5, "technique": "", "planned_minutes": None}, seen=1)
    assert read(here) == Manner(depth_mm=12.5)


@pytest.mark.parametrize("said", [None, {}, {"technique": "", "depth_mm": ""}])
def test_nothing_planned_is_no_plan_as_in_every_choice_of_before(here: Clinic, said: Any) -> None:
    plan(here, said)
    assert Choice.objects.get().muscles == [{"muscle": "soleus", "side": "left"}]
    assert read(here) is None


@pytest.mark.control("C-268")
@pytest.mark.parametrize(
    ("change", "rule", "names"),
    [
        ({"depth_mm": 0.5}, "choice.depth_mm", "from 1 to 150 mm"),
        ({"depth_mm": 151, "length_mm": None}, "choice.depth_mm", "from 1 to 150 mm"),
        ({"depth_mm": "20"}, "choice.depth_mm", "must be a number"),
        ({"depth_mm": float("nan")}, "choice.depth_mm", "from 1 to 150 mm"),
        ({"depth_mm": True}, "choice.depth_mm", "must be a number"),
        ({"planned_minutes": 0}, "choice.planned_minutes", "from 0.1 to 120 minutes"),
        ({"planned_minutes": 121}, "choice.planned_minutes", "from 0.1 to 120 minutes"),
        ({"technique": "hammer"}, "choice.technique", "must be one of superficial"),
        ({"length_mm": 4}, "choice.length_mm", "from 5 to 150 mm"),
        ({"gauge_mm": 2}, "choice.gauge_mm", "from 0.05 to 1 mm"),
        ({"angle": 30}, "choice.plan_unknown", "'angle'"),
        ({"depth_mm": 40}, "needle.to_the_handle", "take a longer one"),
        ({"depth_mm": 50}, "needle.to_the_handle", "take a longer one"),
    ],
)
def test_a_wrong_plan_is_refused_by_name_and_nothing_is_stored(
    here: Clinic, change: dict[str, Any], rule: str, names: str
) -> None:
    with pytest.raises(Refused) as refusal:
        plan(here, {**DEEP, **change})
    assert rules(refusal) == {rule}
    assert "Soleus, left" in str(refusal.value) and names in str(refusal.value)
    assert not Choice.objects.exists()


def test_a_plan_without_named_fields_is_refused(here: Clinic) -> None:
    with pytest.raises(Refused) as refusal:
        plan(here, ["deep"])
    assert rules(refusal) == {"choice.plan_unknown"}


@pytest.mark.control("C-268")
def test_a_technique_that_the_screening_excludes_cannot_be_planned() -> None:
    other = clinic.make("Birch")
    screened(other, [NO_ESTIM])
    with pytest.raises(Refused) as refusal:
        plan(other, {"technique": "estim"})
    assert rules(refusal) == {"screen.pacemaker"} and "not estim: A pacemaker." in str(refusal.value)
    assert plan(other, {"technique": "deep"}) == 1


def test_too_little_shaft_outside_is_allowed_and_said(here: Clinic) -> None:
    assert plan(here, {**DEEP, "depth_mm": 35}) == 1


# ---- the session before


@pytest.fixture
def first() -> steps.Visit:
    """A first visit with an open session and a pack of 40 mm."""
    one = steps.reach(clinic.make(now=NOW), "opened", NOW)
    steps.add(one, steps.event(one, "pack", "open_pack", **steps.pack(one)))
    return one


def into(one: steps.Visit, name: str, muscle: str, **how: Any) -> None:
    one.at += timedelta(minutes=1)
    steps.add(one, steps.event(one, name, "in", muscle=muscle, side="right", pack=f"{one.session.hex}-pack", **how))


def closed(one: steps.Visit) -> None:
    outs = [steps.event(one, f"out-{n.id[-2:]}", "out", needle=n.id) for n in one.head.session.state.open_needles]  # type: ignore[union-attr]
    steps.add(one, *outs, steps.chest(one))
    steps.count(one, 8)
    steps.closed(one)


def offered(first: steps.Visit) -> dict[str, Before | None]:
    """What the next visit, four days later, is offered, by muscle."""
    later = NOW + timedelta(days=4)
    second = steps.reach(clinic.another_visit(first.here, later), "located", later)
    return {str(chosen.one.muscle): chosen.before for chosen in located(**second.about()).chosen}


def test_the_last_needle_of_the_last_closed_session_is_offered(first: steps.Visit) -> None:
    upper, levator, infra, _splenius = steps.MUSCLES
    into(first, "n1", upper, technique="superficial", depth_mm=10)
    into(first, "n2", upper, technique="deep", depth_mm=20, planned_minutes=5)
    into(first, "n3", levator)  # nothing was recorded of it
    into(first, "n4", infra, depth_mm=30)
    steps.add(first, steps.event(first, "undo", "undo", event=f"{first.session.hex}-n4"))
    closed(first)
    found = offered(first)
    assert found[upper] == Before(NOW.date(), Manner(Technique.DEEP, 20, 5, 40, 0.3))
    assert [found[name] for name in steps.MUSCLES[1:]] == [None, None, None]


def test_nothing_is_offered_of_a_session_that_is_still_open(first: steps.Visit) -> None:
    into(first, "n1", steps.MUSCLES[0], technique="deep", depth_mm=20)
    assert set(offered(first).values()) == {None}


def test_nothing_is_offered_of_another_patient(first: steps.Visit) -> None:
    into(first, "n1", steps.MUSCLES[0], technique="deep", depth_mm=20)
    closed(first)
    other = steps.reach(clinic.make("Birch", now=NOW), "located", NOW + timedelta(hours=2))
    assert {chosen.before for chosen in located(**other.about()).chosen} == {None}


# ---- the negative control: without the guard the same plan is kept


@pytest.mark.control("C-268")
@pytest.mark.parametrize(
    ("guard", "said"),
    [
        ("against_depth", {**DEEP, "depth_mm": 50}),
        ("technique_blocks", {"technique": "estim"}),
    ],
)
def test_without_its_guard_a_wrong_plan_is_kept(monkeypatch: pytest.MonkeyPatch, guard: str, said: Any) -> None:
    other = clinic.make("Birch")
    screened(other, [NO_ESTIM])
    with pytest.raises(Refused):
        plan(other, said)
    monkeypatch.setattr(locate, guard, lambda *_facts: ())
    assert plan(other, said) == 1
