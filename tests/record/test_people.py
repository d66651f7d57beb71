"""Registering and finding patients, employing people, their credentials, and who is behind a sign-in."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from filiform.clinical.access import Role
from filiform.record import names, signin
from filiform.record.actions import follow, people, practice
from filiform.record.actor import NOWHERE, VISITOR, Actor, system
from filiform.record.models import Patient, PatientLink, Practitioner, User
from filiform.record.reads import people as reads
from filiform.record.reads import practice as practices
from filiform.record.write import NotFound, Refused
from tests import clinic, steps
from tests.clinic import NOW, Clinic

pytestmark = pytest.mark.django_db


@pytest.fixture
def here() -> Clinic:
    return clinic.make()


def register(here: Clinic, family: str, given: str, **changes: Any) -> UUID:
    usual = {"by": here.staff["front_desk"], "now": NOW, "place_id": here.place, "birth_date": date(1960, 5, 4)}
    return people.register_patient(**{**usual, "family": family, "given": given, **changes})  # type: ignore[arg-type]


def find(here: Clinic, words: str) -> list[str]:
    return [line.name for line in reads.find_patients(by=here.staff["front_desk"], now=NOW, words=words)]


@pytest.mark.parametrize("born", [NOW.date() + timedelta(days=1), date(1896, 1, 1), date(1, 1, 1)])
def test_an_impossible_birth_date_is_refused(here: Clinic, born: date) -> None:
    with pytest.raises(Refused) as refusal:
        register(here, "Berg", "Bo", birth_date=born)
    assert refusal.value.blocks[0].rule == "patient.birth_date"


def test_a_patient_is_registered_on_the_29th_of_february(here: Clinic) -> None:
    leap = NOW.replace(year=2028, month=2, day=29)
    register(here, "Berg", "Bo", now=leap, birth_date=date(2024, 2, 29))
    assert Patient.objects.filter(birth_date=date(2024, 2, 29)).exists()


def test_a_patient_needs_a_name_and_one_of_the_two_is_enough(here: Clinic) -> None:
    with pytest.raises(Refused):
        register(here, "  ", "")
    register(here, "", "Sukarno")
    assert find(here, "sukarno") == ["Sukarno"]


def test_patients_are_found_whatever_way_the_name_is_typed(here: Clinic) -> None:
    register(here, "Guzmán Ríos", "Ángela")
    for words in ("guzman", "GUZMÁN", "guzmán ríos ángela", "  Guz ", "Ángela Guzmán Ríos", "angela guzman"):
        assert find(here, words) == ["Ángela Guzmán Ríos"], words
    register(here, "Lopez", "Ana Maria")
    assert find(here, "ana maria lopez") == find(here, "Ana Lopez") == ["Ana Maria Lopez"]
    for words in ("", " ", "zmán", "Guzmanx", "%", "_", "\uffff"):
        assert find(here, words) == [], words


@pytest.mark.parametrize("words", ["1960-05-04", "04.05.1960", "4.5.1960", "05/04/1960"])
def test_patients_are_found_by_birth_date(here: Clinic, words: str) -> None:
    register(here, "Berg", "Bo")
    assert find(here, words) == ["Bo Berg"]
    assert find(here, "1960-02-30") == []


def test_fifty_at_most_are_listed(here: Clinic) -> None:
    own = {"practice_id": here.practice, "place_id": here.place, "recorded_at": NOW, "recorded_by": "x"}
    Patient.objects.bulk_create(Patient(family="Zed", given=str(n), name_key=f"zed {n}", **own) for n in range(60))
    assert len(find(here, "zed")) == reads.FOUND_AT_MOST == 50


@pytest.mark.parametrize(
    ("born", "on", "age"),
    [
        (date(2000, 2, 29), date(2023, 2, 28), 22),
        (date(2000, 2, 29), date(2023, 3, 1), 23),
        (date(1984, 3, 12), date(2026, 3, 12), 42),
        (date(1984, 3, 12), date(2026, 3, 11), 41),
        (None, date(2026, 3, 11), None),
    ],
)
def test_age_in_whole_years_and_unknown_stays_unknown(born: date | None, on: date, age: int | None) -> None:
    assert reads.age_on(born, on) == age


def test_names_are_folded_and_shown(here: Clinic) -> None:
    assert names.fold("Ångström  ØRE ß") == "angstrom øre ss"
    assert names.name_key("", "") == "?"
    assert names.shown("", "") == "Name not known"


def test_the_desk_sees_how_to_reach_a_patient_and_when_they_come(here: Clinic) -> None:
    contact = reads.contact(by=here.staff["front_desk"], now=NOW, patient_id=here.patient)
    assert (contact.patient.name, contact.place) == ("Maya Okafor", "River Street")
    assert [(v.id, v.state) for v in contact.visits] == [(here.visit, "arrived")]
    assert not hasattr(contact, "background")


# ---- people who work here


def test_a_credential_counts_on_its_last_day_and_not_after(here: Clinic) -> None:
    owner = here.staff["owner"]
    person = practice.employ(by=owner, now=NOW, place_id=here.place, name="Ana", role="therapist")
    given = {"by": owner, "now": NOW, "practitioner_id": person, "issued_on": date(2026, 1, 1)}
    practice.record_credential(**given, kind="dry_needling", expires_on=date(2026, 6, 30))
    (found,) = [one for one in practices.people(by=owner, now=NOW) if one.id == person]
    days = {date(2025, 12, 31): False, date(2026, 1, 1): True, date(2026, 6, 30): True, date(2026, 7, 1): False}
    assert {day: found.credential_on(day) is not None for day in days} == days
    with pytest.raises(Refused):
        practice.record_credential(**given, kind="dry_needling", expires_on=date(2026, 1, 1))


def test_a_licence_is_no_right_to_needle(here: Clinic) -> None:
    owner = here.staff["owner"]
    person = practice.employ(by=owner, now=NOW, place_id=here.place, name="Ana", role="therapist")
    days = {"issued_on": date(2020, 1, 1), "expires_on": date(2030, 1, 1)}
    practice.record_credential(by=owner, now=NOW, practitioner_id=person, kind="licence", **days)
    (found,) = [one for one in practices.people(by=owner, now=NOW) if one.id == person]
    assert found.credential_on(NOW.date()) is None


def test_a_user_name_is_given_once(here: Clinic) -> None:
    with pytest.raises(Refused) as refusal:
        practice.employ(
            by=here.staff["owner"],
            now=NOW,
            place_id=here.place,
            name="Ana",
            role="auditor",
            username="alder.owner",
        )
    assert refusal.value.blocks[0].rule == "practice.username_taken"


@pytest.mark.parametrize("changes", [{"name": " "}, {"places": ()}])
def test_a_practice_needs_a_name_and_a_place(changes: dict[str, Any]) -> None:
    usual = {
        "name": "Elm",
        "phone": "",
        "emergency_number": "",
        "time_zone": "UTC",
        "places": (practice.NewPlace("A"),),
    }
    with pytest.raises(Refused):
        practice.set_up_practice(by=system("setup", None), now=NOW, **{**usual, **changes})  # type: ignore[arg-type]


# ---- who is behind a sign-in or a link


def user(name: str = "alder.therapist") -> User:
    return User.objects.select_related("practitioner__practice").get(username=name)


@pytest.mark.control("C-111")
def test_a_sign_in_is_its_person_and_nothing_more(here: Clinic) -> None:
    found = signin.actor_for_user(user())
    assert (found.id, found.role, found.practice) == (here.therapist.id, Role.THERAPIST, here.practice)
    bare = User.objects.create_user("nobody", is_superuser=True, is_staff=True)
    assert signin.actor_for_user(bare) is VISITOR, "Django's own rights mean nothing here"


@pytest.mark.control("C-111")
def test_who_has_left_is_nobody(here: Clinic) -> None:
    Practitioner.objects.filter(pk=here.therapist.staff_id).update(left_on=NOW.date())
    assert signin.actor_for_user(user()) is VISITOR
    assert not signin.PractitionerBackend().user_can_authenticate(user())


@pytest.mark.control("C-110")
def test_a_link_is_its_patient_for_one_purpose_until_it_dies(here: Clinic) -> None:
    one = steps.reach(here, "closed", NOW)
    follow.make_link(**one.about(purpose="screening"))
    link = PatientLink.objects.get()
    found = signin.actor_for_link(link.pk, "screening", NOW)
    assert (found.role, found.patient, found.practice) == (Role.PATIENT, here.patient, here.practice)
    assert signin.actor_for_link(link.pk, "follow_up", NOW) is VISITOR
    assert signin.actor_for_link(link.pk, "screening", link.expires_at) is VISITOR
    assert signin.actor_for_link(uuid4(), "screening", NOW) is VISITOR


def test_a_visitor_has_no_practice_and_a_patient_is_no_staff() -> None:
    assert (VISITOR.practice, VISITOR.staff_id) == (NOWHERE, None)
    assert Actor(id="patient:1", role=Role.PATIENT).staff_id is None


def test_nothing_is_public_before_there_is_a_practice() -> None:
    with pytest.raises(NotFound):
        practices.public_practice(by=VISITOR, now=NOW)
