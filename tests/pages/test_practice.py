"""The practice's own page and the audit trail: who may needle, who read and wrote what, and whether it is whole."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from filiform.record.actions import practice
from filiform.record.models import AuditRow
from tests import clinic, steps
from tests.clinic import Clinic
from tests.pages import walk
from tests.pages.test_today import words
from tests.pages.visiting import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def here() -> Clinic:
    return clinic.make(now=walk.began())


def page(url: str, role: str = "owner") -> str:
    answer = signed_in(role).get(url)
    assert answer.status_code == 200
    return words(answer.content.decode())


def test_the_owner_sees_places_people_and_who_may_needle(here: Clinic) -> None:
    person = practice.employ(
        by=here.staff["owner"], now=timezone.now(), place_id=here.place, name="Ana Neu", role="therapist"
    )
    today = timezone.now().date()
    practice.record_credential(
        by=here.staff["owner"],
        now=timezone.now(),
        practitioner_id=person,
        kind="dry_needling",
        issued_on=today - timedelta(days=400),
        expires_on=today - timedelta(days=1),
    )
    shown = page("/practice/")
    assert "River Street" in shown and "Room 1, Room 2" in shown
    row = shown.partition("Ana Neu")[2][:60]
    assert "none" in row.lower() or "no " in row.lower() or "–" in row, (
        f"a credential that ended counts for nothing: {row}"
    )


@pytest.mark.control("C-102")
def test_the_trail_shows_who_read_and_what_was_refused(here: Clinic) -> None:
    signed_in("therapist").get(f"/patients/{here.patient}/")
    signed_in("therapist").post(f"/visits/{here.visit}/needle/close/")
    signed_in("therapist").post(f"/visits/{here.visit}/consent/withdraw/", {"seen": "0"})
    shown = page(f"/practice/audit/?about={here.patient}", "auditor")
    assert "Therapist of Alder" in shown and "read chart" in shown
    refused = page("/practice/audit/")
    assert "refused" in refused


def test_no_name_of_a_patient_is_in_the_trail(here: Clinic) -> None:
    steps.reach(here, "amended", walk.began())
    shown = page("/practice/audit/", "auditor")
    assert not [word for word in ("Maya", "Okafor", "1984", "trapezius") if word in shown]


@pytest.mark.control("C-108")
def test_a_broken_chain_is_said_at_the_top(here: Clinic) -> None:
    assert "fit together" in page("/practice/audit/")
    connection.check_constraints()
    with connection.cursor() as cursor:
        on = " ON record_auditrow" if connection.vendor == "postgresql" else ""
        cursor.execute(f"DROP TRIGGER record_auditrow_no_update{on}")
    AuditRow.objects.filter(practice_id=here.practice, number=3).update(by="staff:somebody-else")
    shown = page("/practice/audit/")
    assert "The chain is broken at row 3" in shown
    assert "fit together" not in shown


@pytest.mark.parametrize("about", ["x", "' OR 1=1", "%00", "<script>"])
def test_only_an_id_is_looked_for(here: Clinic, about: str) -> None:
    assert "Only rows about" not in page(f"/practice/audit/?about={about}")
