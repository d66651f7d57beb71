"""Episode, plan of care and decision: nothing is planned without an examination, decided without a reason."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from filiform.record.actions import plan
from filiform.record.models import Decision, Episode, Plan, Visit
from filiform.record.reads import plan as reads
from filiform.record.write import NotAllowed, NotFound, Refused, Stale
from tests import clinic, steps
from tests.clinic import NOW, Clinic

pytestmark = pytest.mark.django_db


@pytest.fixture
def here() -> Clinic:
    return clinic.make()


def begin(one: steps.Visit, **other: Any) -> UUID:
    return plan.open_episode(**{**one.about(problem="Neck pain", examined_on=NOW.date()), **other})


def write(one: steps.Visit, seen: int = 0, by: Any = None, **changes: Any) -> int:
    care = plan.PlanOfCare(**{**_fields(), **changes})
    return plan.write_plan(**one.about(seen=seen, plan=care, **({"by": by} if by else {})))


def _fields() -> dict[str, Any]:
    care = steps.care(NOW.date())
    return {name: getattr(care, name) for name in care.__dataclass_fields__}


def decide(one: steps.Visit, kind: str = "continue", because: str = "Less pain", seen: int = 0) -> int:
    return plan.decide(**one.about(kind=kind, because=because, seen=seen))


def rules(refusal: pytest.ExceptionInfo[Refused]) -> set[str]:
    return {block.rule for block in refusal.value.blocks}


def test_an_episode_takes_the_visit_in(here: Clinic) -> None:
    one = steps.reach(here, "arrived", NOW)
    episode = begin(one)
    assert Visit.objects.get(pk=here.visit).episode_id == episode
    assert reads.sheet(**one.about()).episode == reads.EpisodeInfo(episode, "Neck pain", NOW.date())


def test_a_visit_belongs_to_one_episode(here: Clinic) -> None:
    one = steps.reach(here, "arrived", NOW)
    begin(one)
    with pytest.raises(Stale):
        begin(one, problem="Knee")
    assert Episode.objects.count() == 1


@pytest.mark.parametrize(("problem", "days"), [("", 0), ("  ", 0), ("Neck", 1)])
def test_an_episode_has_a_problem_and_an_examination_that_took_place(here: Clinic, problem: str, days: int) -> None:
    with pytest.raises(Refused):
        begin(steps.reach(here, "arrived", NOW), problem=problem, examined_on=NOW.date() + timedelta(days=days))
    assert not Episode.objects.exists()


def test_a_visit_joins_an_open_episode_of_the_same_patient_only(here: Clinic) -> None:
    other = clinic.make("Birch")
    theirs = begin(steps.reach(other, "arrived", NOW))
    one = steps.reach(here, "arrived", NOW)
    for wrong in (theirs, uuid4()):
        with pytest.raises(NotFound):
            plan.join_episode(**one.about(episode_id=wrong))
    mine = Episode.objects.create(
        patient_id=here.patient,
        place_id=here.place,
        practitioner_id=here.therapist.staff_id,
        problem="Knee",
        examined_on=NOW.date(),
        recorded_at=NOW,
        recorded_by=here.therapist.id,
    )
    assert [e.problem for e in reads.sheet(**one.about()).others] == ["Knee"]
    plan.join_episode(**one.about(episode_id=mine.pk))
    assert Visit.objects.get(pk=here.visit).episode_id == mine.pk


def test_a_plan_is_written_anew_and_the_newest_counts(here: Clinic) -> None:
    one = steps.reach(here, "arrived", NOW)
    begin(one)
    assert write(one) == 1
    one.at += timedelta(minutes=1)
    assert write(one, seen=1, visits=3) == 2
    found = reads.sheet(**one.about()).plan
    assert found is not None
    assert (found.number, found.visits, found.goals) == (2, 3, ("Look over the shoulder when driving",))
    assert Plan.objects.count() == 2


def test_a_stale_plan_is_told(here: Clinic) -> None:
    one = steps.reach(here, "arrived", NOW)
    begin(one)
    write(one)
    with pytest.raises(Stale):
        write(one, seen=0, visits=2)
    assert Plan.objects.get().visits == 6


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"goals": ()}, "plan.goals"),
        ({"goals": (" ", "")}, "plan.goals"),
        ({"active_treatments": ("",)}, "plan.active_treatment"),
        ({"visits": 0}, "plan.visits"),
        ({"visits": 61}, "plan.visits"),
        ({"frequency": ""}, "plan.frequency"),
        ({"source_of_pain": ""}, "plan.source_of_pain"),
        ({"needling_cannot": " "}, "plan.needling_cannot"),
        ({"recheck_on": NOW.date()}, "plan.recheck_on"),
        ({"goals": ("x",) * 11}, "plan.too_long"),
    ],
)
def test_a_plan_that_lacks_something_is_refused_by_name(here: Clinic, changes: dict[str, Any], rule: str) -> None:
    one = steps.reach(here, "arrived", NOW)
    begin(one)
    with pytest.raises(Refused) as refusal:
        write(one, **changes)
    assert rules(refusal) == {rule}
    assert not Plan.objects.exists()


def test_needles_alone_are_no_plan_even_past_the_rule(here: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control: with the rule taken away the action lets it by, and the database still refuses."""
    from django.db import IntegrityError, transaction

    one = steps.reach(here, "arrived", NOW)
    begin(one)
    monkeypatch.setattr(plan, "_wrong", lambda *a: ())
    with pytest.raises((Stale, IntegrityError)), transaction.atomic():
        write(one, active_treatments=())
    assert not Plan.objects.exists()


def test_a_plan_needs_an_episode(here: Clinic) -> None:
    with pytest.raises(Refused) as refusal:
        write(steps.reach(here, "arrived", NOW))
    assert rules(refusal) == {"plan.no_episode"}


def test_a_decision_has_a_reason_and_one_of_four_kinds(here: Clinic) -> None:
    one = steps.reach(here, "measured", NOW)
    for kind, because in (("continue", ""), ("continue", "  "), ("wait", "Later"), ("", "x")):
        with pytest.raises(Refused):
            decide(one, kind, because)
    assert decide(one) == 1
    found = reads.sheet(**one.about()).decision
    assert found is not None and (found.kind, found.because) == ("continue", "Less pain")


def test_nothing_is_decided_while_needles_are_in(here: Clinic) -> None:
    with pytest.raises(Refused) as refusal:
        decide(steps.reach(here, "needling", NOW), "stop")
    assert rules(refusal) == {"decision.session_open"}


def test_going_on_is_decided_on_the_re_test(here: Clinic) -> None:
    one = steps.reach(here, "closed", NOW)
    for kind in ("continue", "change"):
        with pytest.raises(Refused) as refusal:
            decide(one, kind)
        assert rules(refusal) == {"decision.not_retested"}
    assert decide(one, "stop", "Fainted") == 1


def test_without_needles_there_is_nothing_to_test_again(here: Clinic) -> None:
    assert decide(steps.reach(here, "screened", NOW), "continue", "Fever today, comes again next week") == 1


def test_a_stale_decision_is_told(here: Clinic) -> None:
    one = steps.reach(here, "measured", NOW)
    decide(one)
    with pytest.raises(Stale):
        decide(one, "stop", "No gain")
    assert decide(one, "stop", "No gain", seen=1) == 2
    assert Decision.objects.count() == 2


@pytest.mark.parametrize("role", ["front_desk", "owner", "auditor"])
def test_only_a_therapist_plans(here: Clinic, role: str) -> None:
    one = steps.reach(here, "arrived", NOW)
    with pytest.raises(NotAllowed):
        begin(one, by=here.staff[role])
    with pytest.raises(NotAllowed):
        write(one, by=here.staff[role])


def test_another_practice_sees_no_such_visit(here: Clinic) -> None:
    other = clinic.make("Birch").therapist
    one = steps.reach(here, "arrived", NOW)
    with pytest.raises(NotFound):
        begin(one, by=other)
    with pytest.raises(NotFound):
        reads.sheet(by=other, now=NOW, visit_id=here.visit)


def test_a_signed_visit_is_closed_for_plans(here: Clinic) -> None:
    one = steps.reach(here, "signed", NOW)
    for act in (lambda: decide(one, seen=1), lambda: write(one, seen=1)):
        with pytest.raises(Refused) as refusal:
            act()
        assert rules(refusal) == {"visit.note_signed"}


def test_outcomes_are_those_of_the_episode_in_order(here: Clinic) -> None:
    one = steps.reach(here, "decided", NOW)
    sheet = reads.sheet(**one.about())
    assert [(o.measured.pair("pain").before, o.measured.pair("pain").after) for o in sheet.outcomes] == [(7, 4)]
    assert sheet.today == NOW.date()
