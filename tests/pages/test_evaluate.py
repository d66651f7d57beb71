"""The re-test page: what is due is asked, before and after stand side by side, what is wrong is said."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from filiform.pages.evaluate import shown
from filiform.record.models import AdverseEvent, Measure, Treatment
from tests import clinic, steps
from tests.clinic import NOW, Clinic
from tests.pages.visiting import check_people, get, post, signed_in

pytestmark = pytest.mark.django_db
READERS = {"therapist", "owner", "auditor"}


@pytest.fixture
def here() -> Clinic:
    return clinic.make()


@pytest.fixture
def staff(here: Clinic) -> Client:
    return signed_in()


def measured(seen: int = 0, **other: Any) -> dict[str, Any]:
    return {"moment": "before", "seen": seen, "pain": "6", "tightness": "7", **other}


def test_people(here: Clinic) -> None:
    clinic.make("Birch")
    check_people("evaluate:visit", here, 200, None, READERS)
    check_people("evaluate:measure", here, 302, measured, {"therapist"})
    check_people("evaluate:treatment", here, 302, lambda: {"kind": "Heat", "minutes": "10"}, {"therapist"})
    check_people("evaluate:adverse", here, 302, lambda: {"what": "Bruise"}, {"therapist", "owner"})


@pytest.mark.parametrize("step", ["arrived", "located", "needling", "closed", "measured", "signed"])
def test_the_page_keeps_its_budget_at_every_step(here: Clinic, staff: Client, step: str) -> None:
    steps.reach(here, step, NOW)
    text = get(staff, "evaluate:visit", here).content.decode()
    assert "style=" not in text and "<h1>" in text


def test_what_is_due_is_asked(here: Clinic, staff: Client) -> None:
    one = steps.reach(here, "arrived", NOW)
    assert 'name="moment" value="before"' in get(staff, "evaluate:visit", here).content.decode()
    steps.on(one, "needling")
    text = get(staff, "evaluate:visit", here).content.decode()
    assert 'name="moment"' not in text and "Measure again after the session is closed and counted." in text
    steps.on(one, "closed")
    text = get(staff, "evaluate:visit", here).content.decode()
    assert 'name="moment" value="after"' in text and "Before: <b>7</b>" in text


def test_numbers_and_ranges_are_kept(here: Clinic, staff: Client) -> None:
    sent = measured(**{"new-movement": "neck_rotation-left", "new-degrees": "52"})
    assert post(staff, "evaluate:measure", here, sent).status_code == 302
    kept = Measure.objects.order_by("kind").values_list("kind", "what", "side", "value")
    assert list(kept) == [("pain", "", "", 6), ("range", "neck_rotation", "left", 52), ("tightness", "", "", 7)]
    text = get(staff, "evaluate:visit", here).content.decode()
    assert 'name="neck_rotation-left-degrees" value="50"' in text, "buttons lie around the last value"
    again = {"moment": "before", "seen": 3, "neck_rotation-left-typed": "-5"}
    assert post(staff, "evaluate:measure", here, again).status_code == 302
    assert Measure.objects.filter(value=-5).exists()


def test_the_change_is_said_in_words_against_the_error(here: Clinic, staff: Client) -> None:
    steps.reach(here, "measured", NOW)
    text = get(staff, "evaluate:visit", here).content.decode()
    assert "Better" in text and "Its measurement error is 2 points" in text
    assert "Too early to tell" in text and "norm 60–80°" in text
    assert "No clinician has reviewed" in text


@pytest.mark.parametrize(
    ("data", "because"),
    [
        ({"moment": "before", "seen": "0"}, "Choose at least one number."),
        (measured(pain="11"), "11 is not one of the available choices"),
        (measured(pain="\x01"), "is not one of the available choices"),
        (measured(**{"new-movement": "neck_rotation-left"}), "Choose a movement and enter its degrees."),
        (measured(**{"new-movement": "neck_twirl-left", "new-degrees": "5"}), "neck_twirl-left is not one of"),
        (measured(**{"new-movement": "neck_rotation-left", "new-degrees": "500"}), "less than or equal to 190"),
        (measured(moment="after"), "Measure again after the session is closed and counted."),
        (measured(moment="während"), "A measure is taken before or after the session."),
    ],
)
def test_bad_input_is_refused_with_the_reason(here: Clinic, staff: Client, data: dict[str, str], because: str) -> None:
    answer = post(staff, "evaluate:measure", here, data)
    assert answer.status_code == 422 and because in answer.content.decode().replace("&#x27;", "'")
    assert "<title>Error: Evaluate" in answer.content.decode()
    assert not Measure.objects.exists()


@pytest.mark.parametrize("seen", ["0", "7", "", "x", "-1", "9" * 30])
def test_a_stale_writer_sees_the_colleagues_values_and_keeps_hers(here: Clinic, staff: Client, seen: str) -> None:
    post(staff, "evaluate:measure", here, measured(pain="2"))
    answer = post(staff, "evaluate:measure", here, measured(seen=seen, pain="9"))  # type: ignore[arg-type]
    text = answer.content.decode()
    assert answer.status_code == 409 and "Somebody else has just changed the measures" in text
    assert 'value="9" id="id_pain_9" checked' in text.replace(" required", "") and '<b class="big num">2</b>' in text
    assert Measure.objects.filter(kind="pain").count() == 1


@pytest.mark.parametrize("minutes", ["", "0", "241", "ten", "1e9", "\x00"])
def test_a_treatment_without_minutes_is_refused(here: Clinic, staff: Client, minutes: str) -> None:
    answer = post(staff, "evaluate:treatment", here, {"kind": "Heat", "minutes": minutes})
    assert answer.status_code == 422 and not Treatment.objects.exists()


@pytest.mark.parametrize("hours", ["-1", "x", "1e400", "NaN", "Infinity", "99999"])
def test_hours_that_are_none_are_refused(here: Clinic, staff: Client, hours: str) -> None:
    answer = post(staff, "evaluate:adverse", here, {"what": "Bruise", "lasted_hours": hours})
    assert answer.status_code == 422 and not AdverseEvent.objects.exists()


def test_an_adverse_event_is_recorded_as_facts(here: Clinic, staff: Client) -> None:
    sent = {"what": "Fainted", "began_hours_after": "0", "function_lost": "no", "admitted": ""}
    assert post(staff, "evaluate:adverse", here, sent).status_code == 302
    row = AdverseEvent.objects.get()
    assert (row.began_hours_after, row.function_lost, row.admitted) == (0, False, None)
    assert "Fainted" in get(staff, "evaluate:visit", here).content.decode()
    assert 'value="Bruise"' in get(staff, "evaluate:visit", here, "?what=Bruise").content.decode()


def test_no_words_for_a_change_are_missing() -> None:
    from filiform.clinical.evaluate import Change, Verdict

    for verdict in Verdict:
        found = shown.chip(Change(verdict, None, None, None, None, ""))
        assert (found is None) is (verdict is Verdict.UNKNOWN)
