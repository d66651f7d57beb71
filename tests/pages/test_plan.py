"""The plan page: a decision with its reason, an episode, a plan that is not needles alone, and how it goes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from filiform.record.models import Decision, Episode, Plan
from tests import clinic, steps
from tests.clinic import NOW, Clinic
from tests.pages.visiting import check_people, get, post, signed_in

pytestmark = pytest.mark.django_db
DECIDED = {"kind": "stop", "because": "Goal reached", "seen": "0"}


@pytest.fixture
def here() -> Clinic:
    return clinic.make()


@pytest.fixture
def staff(here: Clinic) -> Client:
    return signed_in()


def care(seen: int = 0, **other: Any) -> dict[str, Any]:
    return {
        "seen": seen,
        "goals": "Reverse the car\nSleep through",
        "active": ["Exercise"],
        "other": "Swimming",
        "visits": "4",
        "frequency": "once a week",
        "source_of_pain": "Not known",
        "needling_cannot": "Cure the cause",
        "recheck_on": (timezone.now() + timedelta(days=30)).date().isoformat(),
        **other,
    }


def episode(**other: Any) -> dict[str, Any]:
    return {"problem": "Neck pain", "examined_on": (NOW - timedelta(days=1)).date().isoformat(), **other}


def begun(here: Clinic, staff: Client) -> None:
    post(staff, "plan:episode", here, episode(examined_on="2020-01-31"))


def test_people(here: Clinic) -> None:
    clinic.make("Birch")
    check_people("plan:visit", here, 200, None, {"therapist", "owner", "auditor"})
    check_people("plan:decide", here, 302, lambda: DECIDED, {"therapist"})
    check_people("plan:episode", here, 302, lambda: episode(examined_on="2020-01-31"), {"therapist"})
    check_people("plan:write", here, 302, care, {"therapist"})


@pytest.mark.parametrize("step", ["arrived", "needling", "measured", "decided", "signed"])
def test_the_page_keeps_its_budget_at_every_step(here: Clinic, staff: Client, step: str) -> None:
    steps.reach(here, step, NOW)
    assert "style=" not in get(staff, "plan:visit", here).content.decode()


def test_a_plan_is_kept_and_shown(here: Clinic, staff: Client) -> None:
    begun(here, staff)
    assert post(staff, "plan:write", here, care()).status_code == 302
    row = Plan.objects.get()
    assert (row.goals, row.active_treatments) == (["Reverse the car", "Sleep through"], ["Exercise", "Swimming"])
    text = get(staff, "plan:visit", here).content.decode()
    assert "“Reverse the car”" in text and "Exercise, Swimming" in text and 'value="Swimming"' in text


@pytest.mark.parametrize(
    ("wrong", "because"),
    [
        ({"goals": ""}, "Write at least one goal"),
        ({"goals": "\n \n"}, "Write at least one goal"),
        ({"active": [], "other": ""}, "Add at least one active treatment beside the needles"),
        ({"active": ["Needles"]}, "Needles is not one of the available choices"),
        ({"visits": "0"}, "greater than or equal to 1"),
        ({"visits": "many"}, "Enter a whole number"),
        ({"recheck_on": "2026-02-31"}, "Choose a day that exists."),
        ({"recheck_on": "2020-01-01"}, "not in the future"),
        ({"needling_cannot": ""}, "Say what needling cannot do here"),
        ({"source_of_pain": "\x00"}, "Null characters are not allowed"),
        ({"goals": "x\n" * 11}, "at most 10 goals"),
    ],
)
def test_what_is_missing_is_said_and_nothing_typed_is_lost(
    here: Clinic, staff: Client, wrong: dict[str, Any], because: str
) -> None:
    begun(here, staff)
    answer = post(staff, "plan:write", here, care(**{"home_programme": "Turn ten times", **wrong}))
    text = answer.content.decode().replace("&#x27;", "'")
    assert answer.status_code == 422 and because in text and "Turn ten times" in text
    assert "<title>Error: Plan" in text and not Plan.objects.exists()


def test_a_plan_without_an_episode_is_told_so(here: Clinic, staff: Client) -> None:
    answer = post(staff, "plan:write", here, care())
    assert answer.status_code == 422 and not Plan.objects.exists()


@pytest.mark.parametrize("seen", ["0", "", "x", "9" * 40])
def test_a_stale_plan_is_told_and_kept_on_the_page(here: Clinic, staff: Client, seen: str) -> None:
    begun(here, staff)
    post(staff, "plan:write", here, care())
    answer = post(staff, "plan:write", here, care(seen, goals="Mine"))  # type: ignore[arg-type]
    text = answer.content.decode()
    assert answer.status_code == 409 and "Somebody else has just changed the plan" in text
    assert "Mine" in text and "“Reverse the car”" in text
    assert Plan.objects.count() == 1


@pytest.mark.parametrize(
    "wrong",
    [{"kind": ""}, {"kind": "wait"}, {"because": ""}, {"because": " "}, {"because": "x" * 1001}, {"kind": "\x00"}],
)
def test_a_decision_without_kind_or_reason_is_refused(here: Clinic, staff: Client, wrong: dict[str, str]) -> None:
    answer = post(staff, "plan:decide", here, {**DECIDED, **wrong})
    assert answer.status_code == 422 and not Decision.objects.exists()


def test_going_on_without_a_re_test_is_refused_beside_the_form(here: Clinic, staff: Client) -> None:
    steps.reach(here, "closed", NOW)
    answer = post(staff, "plan:decide", here, {**DECIDED, "kind": "continue"})
    assert answer.status_code == 422 and "Test pain, tightness and range again first" in answer.content.decode()


def test_a_stale_decision_is_told(here: Clinic, staff: Client) -> None:
    assert post(staff, "plan:decide", here, DECIDED).status_code == 302
    answer = post(staff, "plan:decide", here, {**DECIDED, "because": "Another reason"})
    assert answer.status_code == 409 and "Another reason" in answer.content.decode()
    assert Decision.objects.count() == 1


@pytest.mark.parametrize(
    "wrong", [{"problem": ""}, {"examined_on": ""}, {"examined_on": "2999-01-01"}, {"examined_on": "x"}]
)
def test_an_episode_without_an_examination_is_refused(here: Clinic, staff: Client, wrong: dict[str, str]) -> None:
    answer = post(staff, "plan:episode", here, {**episode(examined_on="2020-01-31"), **wrong})
    assert answer.status_code == 422 and not Episode.objects.exists()


def test_a_visit_joins_an_episode_by_its_id_only(here: Clinic, staff: Client) -> None:
    assert post(staff, "plan:episode", here, {"join": str(uuid4())}).status_code == 404
    assert post(staff, "plan:episode", here, {"join": "x"}).status_code == 422


def test_is_this_patient_better(here: Clinic, staff: Client) -> None:
    steps.reach(here, "decided", NOW)
    text = get(staff, "plan:visit", here).content.decode()
    assert "Is this patient better?" in text and "fewer than two visits" in text and "Visit 1 of 6 planned" in text
