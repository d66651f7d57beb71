"""Finding, registering, the chart and adding a visit: what is unknown is said, what was typed is kept."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from filiform.record.actions import background
from filiform.record.incoming import FactKind
from filiform.record.models import Patient, Room, Visit
from tests import clinic, steps
from tests.clinic import Clinic
from tests.pages import walk
from tests.pages.test_today import words
from tests.pages.visiting import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def here() -> Clinic:
    return clinic.make(now=walk.began())


def page(role: str, url: str) -> str:
    answer = signed_in(role).get(url)
    assert answer.status_code == 200
    return words(answer.content.decode())


def test_who_is_found_is_told_apart_by_birth_date(here: Clinic) -> None:
    found = page("front_desk", "/patients/?q=okaf")
    assert "Maya Okafor" in found and "1984" in found
    assert "Maya Okafor" not in page("front_desk", "/patients/?q=nobody")
    assert "Maya Okafor" not in page("front_desk", "/patients/")


def test_what_was_searched_is_shown_as_text_and_nothing_more(here: Clinic) -> None:
    html = signed_in("front_desk").get("/patients/?q=%3Cscript%3Ealert(1)%3C/script%3E").content.decode()
    assert "<script>alert" not in html and "&lt;script&gt;" in html


def tell(here: Clinic, text: str, **more: Any) -> None:
    background.add_background(
        by=here.therapist, now=timezone.now(), patient_id=here.patient, kind=FactKind.PROBLEM, text=text, **more
    )


def test_the_chart_says_what_is_unknown_and_keeps_apart_what_is_over(here: Clinic) -> None:
    tell(here, "Gout")
    tell(here, "Broken wrist", status="resolved", began_said="2019")
    chart = page("therapist", f"/patients/{here.patient}/")
    assert "Gout" in chart and "status not known" in chart
    assert "1 that is over" in chart
    for title in ("Problems", "Medicines", "Allergies", "Devices"):
        assert title in chart, "an empty kind is said, not left out"


def test_the_desk_sees_how_to_reach_a_patient_and_nothing_clinical(here: Clinic) -> None:
    steps.reach(here, "amended", walk.began())
    tell(here, "Gout")
    desk = page("front_desk", f"/patients/{here.patient}/")
    assert "How to reach them" in desk
    assert not [word for word in ("Gout", "Trapezius", "trapezius", "Neck pain", "Pain over") if word in desk]
    assert "Gout" in page("auditor", f"/patients/{here.patient}/")


def test_pain_before_and_after_stands_beside_the_visit(here: Clinic) -> None:
    steps.reach(here, "measured", walk.began())
    chart = page("therapist", f"/patients/{here.patient}/")
    assert "7 → 4" in chart
    assert "upper trapezius" in chart.lower()


NEW = {"given": "Bo", "family": "Berg", "sex": "male", "phone": "512 555 0142", "email": "bo@berg.example"}
NEW |= {"birth_date_day": "4", "birth_date_month": "5", "birth_date_year": "1960"}


def test_a_patient_is_registered_and_opened(here: Clinic) -> None:
    answer = signed_in("front_desk").post("/patients/new/", {**NEW, "place": str(here.place)})
    made = Patient.objects.get(family="Berg")
    assert answer["Location"] == f"/patients/{made.pk}/"
    assert (made.birth_date.isoformat(), made.sex) == ("1960-05-04", "male")  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"family": ""}, "Family name"),
        ({"birth_date_month": "13"}, "Birth date"),
        ({"birth_date_day": "30", "birth_date_month": "2"}, "Birth date"),
        ({"birth_date_year": "2099"}, "Birth date"),
        ({"phone": "not a number"}, "Telephone"),
        ({"place": "00000000-0000-0000-0000-000000000000"}, "Place"),
        ({"email": "bo"}, "E-mail"),
    ],
)
def test_a_mistake_is_named_and_what_was_typed_is_kept(here: Clinic, wrong: dict[str, str], says: str) -> None:
    answer = signed_in("front_desk").post("/patients/new/", {**NEW, "place": str(here.place), **wrong})
    html = answer.content.decode()
    assert answer.status_code == 422
    assert says in words(html)
    assert words(html.partition("<title>")[2].partition("</title>")[0]).startswith("Error:")
    assert 'value="Bo"' in html
    assert not Patient.objects.filter(family="Berg").exists()


def booking(here: Clinic, **changes: str) -> dict[str, str]:
    day = (timezone.now() + timedelta(days=2)).date()
    usual = {"day": day.isoformat(), "time": "10:00", "minutes": "30", "room": str(here.room), "reason": "Neck"}
    return {**usual, "practitioner": str(here.therapist.staff_id), **changes}


def test_a_visit_is_added_and_its_day_is_shown(here: Clinic) -> None:
    url = f"/patients/{here.patient}/visits/new/"
    sent = booking(here)
    answer = signed_in("front_desk").post(url, sent)
    assert answer["Location"] == f"/today/?on={sent['day']}"
    visit = Visit.objects.get(reason="Neck")
    assert (visit.room_id, visit.first) == (here.room, False)


@pytest.mark.control("C-106")
def test_a_taken_time_is_said_on_the_form(here: Clinic) -> None:
    desk, url = signed_in("front_desk"), f"/patients/{here.patient}/visits/new/"
    desk.post(url, booking(here))
    answer = desk.post(url, booking(here, time="10:15", reason="Again"))
    assert answer.status_code == 422
    assert "already has a visit at that time" in words(answer.content.decode())
    assert not Visit.objects.filter(reason="Again").exists()


@pytest.mark.parametrize("wrong", [{"minutes": "999"}, {"time": "25:00"}, {"day": "2026-02-30"}, {"practitioner": "x"}])
def test_a_visit_that_cannot_be_is_refused(here: Clinic, wrong: dict[str, str]) -> None:
    answer = signed_in("front_desk").post(f"/patients/{here.patient}/visits/new/", booking(here, **wrong))
    assert answer.status_code == 422
    assert Visit.objects.count() == 1


def test_only_therapists_and_rooms_of_the_practice_are_offered(here: Clinic) -> None:
    other = clinic.make("Birch", now=walk.began())
    html = signed_in("front_desk").get(f"/patients/{here.patient}/visits/new/").content.decode()
    assert str(here.therapist.staff_id) in html
    assert str(here.staff["owner"].staff_id) not in html
    assert str(other.therapist.staff_id) not in html
    foreign = str(Room.objects.filter(place_id=other.place).first().pk)  # type: ignore[union-attr]
    answer = signed_in("front_desk").post(f"/patients/{here.patient}/visits/new/", booking(here, room=foreign))
    assert answer.status_code == 422
