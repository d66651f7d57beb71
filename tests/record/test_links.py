"""A patient's link: opened by one person, with the birth date, for seven days, for one thing."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import uuid4

import pytest

from filiform.clinical.access import Role
from filiform.record import links, signin
from filiform.record.actions import follow
from filiform.record.actor import VISITOR, Actor
from filiform.record.models import (
    AuditRow,
    Patient,
    PatientLink,
)
from filiform.record.reads import follow as reads
from filiform.record.write import NotAllowed, NotFound
from tests import clinic
from tests.clinic import NOW, Clinic
from tests.record.afterwards import BIRTH, asked, link, patient_of, with_telephone

pytestmark = pytest.mark.django_db


@pytest.fixture
def here() -> Clinic:
    return with_telephone()


# ---- opened


def opened(token: str, said: date, at: datetime = NOW, by: Actor = VISITOR) -> follow.Opened:
    return follow.open_link(by=by, now=at, token=token, birth_date=said)


@pytest.mark.control("C-135")
def test_a_link_opens_with_the_birth_date(here: Clinic) -> None:
    token = link(here, asked(here))
    found = opened(token, BIRTH)
    assert found.link_id is not None and found.purpose == "follow_up"
    who = signin.actor_for_link(found.link_id, "follow_up", NOW)
    assert (who.role, who.patient, who.practice) == (Role.PATIENT, here.patient, here.practice)
    assert not PatientLink.objects.filter(token_hash=token).exists(), "only the hash is kept"


@pytest.mark.control("C-135")
def test_five_wrong_birth_dates_close_it_for_good(here: Clinic) -> None:
    token = link(here, asked(here))
    for left in (4, 3, 2, 1, 0):
        assert opened(token, date(1984, 12, 3)) == follow.Opened(None, "follow_up", left)
    assert opened(token, BIRTH).link_id is None
    with pytest.raises(NotFound):
        reads.link_face(by=VISITOR, now=NOW, token=token)


@pytest.mark.control("C-135")
def test_a_right_answer_uses_no_try(here: Clinic) -> None:
    token = link(here, asked(here))
    opened(token, date(1984, 12, 3))
    assert opened(token, BIRTH).tries_left == 4
    assert opened(token, BIRTH).tries_left == 4


@pytest.mark.control("C-135")
def test_without_the_counting_a_birth_date_could_be_guessed(here: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(links, "WRONG_AT_MOST", 10_000)
    token = link(here, asked(here))
    for day in range(1, 12):
        opened(token, date(1984, 3, day))
    assert opened(token, BIRTH).link_id is not None


@pytest.mark.control("C-135")
def test_a_link_dies_after_seven_days(here: Clinic) -> None:
    token = link(here, asked(here))
    found = opened(token, BIRTH, NOW + timedelta(days=6, hours=23)).link_id
    assert found is not None
    assert signin.actor_for_link(found, "follow_up", NOW + timedelta(days=7)) == VISITOR
    with pytest.raises(NotFound):
        opened(token, BIRTH, NOW + timedelta(days=7))


@pytest.mark.control("C-135")
def test_a_link_of_one_purpose_opens_nothing_else(here: Clinic) -> None:
    token = link(here, asked(here), purpose="screening")
    found = opened(token, BIRTH)
    assert found.link_id is not None
    assert signin.actor_for_link(found.link_id, "follow_up", NOW) == VISITOR


@pytest.mark.control("C-135")
def test_an_unknown_birth_date_opens_nothing(here: Clinic) -> None:
    token = link(here, asked(here))
    Patient.objects.filter(pk=here.patient).update(birth_date=None)
    assert opened(token, BIRTH).link_id is None


@pytest.mark.parametrize("token", ["", "x", "a" * 500, "../../etc", "\x00", "ü"])
def test_a_token_that_never_was_is_not_found(here: Clinic, token: str) -> None:
    with pytest.raises(NotFound):
        opened(token, BIRTH)


def test_every_try_leaves_an_audit_row_about_the_visit(here: Clinic) -> None:
    token = link(here, asked(here))
    opened(token, date(1984, 12, 3))
    opened(token, BIRTH)
    rows = AuditRow.objects.filter(act="read_own_link", about=str(here.visit)).order_by("number")
    assert list(rows.values_list("done", flat=True)) == [False, True]


def test_a_link_is_for_a_check_of_its_own_visit(here: Clinic) -> None:
    check = asked(here)
    other = clinic.make("Birch")
    for wrong in (
        {"visit_id": other.visit},
        {"purpose": "everything"},
        {"by": other.staff["front_desk"]},
    ):
        known = {"by": here.staff["front_desk"], "now": NOW, "visit_id": here.visit, "purpose": "follow_up"}
        with pytest.raises(NotFound):
            follow.make_link(**{**known, "follow_up_id": check.pk, **wrong})


def test_the_own_page_is_of_the_own_link_only(here: Clinic) -> None:
    found = opened(link(here, asked(here)), BIRTH).link_id
    assert found is not None
    own = reads.own_check(by=patient_of(here), now=NOW, link_id=found)
    assert (own.practice, own.given, own.danger) == ("Alder", "Maya", False)
    stranger = patient_of(here, patient=uuid4())
    for by, at in ((stranger, NOW), (patient_of(here), NOW + timedelta(days=8))):
        with pytest.raises(NotFound):
            reads.own_check(by=by, now=at, link_id=found)
    with pytest.raises(NotAllowed):
        reads.own_check(by=here.therapist, now=NOW, link_id=found)
