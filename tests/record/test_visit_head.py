"""The compiled statement of the head gives what the ordinary query set gives, and is not asked more often."""

from __future__ import annotations

import pytest

from filiform.record.models import Session
from filiform.record.reads import visit
from tests.clinic import NOW, make

pytestmark = pytest.mark.django_db


def test_the_compiled_row_is_the_ordinary_row() -> None:
    clinic = make()
    ordinary = visit.heads(visit.head_rows().filter(pk=clinic.visit), NOW)
    assert [visit.inside(clinic.therapist, NOW, clinic.visit)] == list(ordinary)


def test_a_head_is_one_query_and_a_second_for_a_session(django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    clinic = make()
    visit.inside(clinic.therapist, NOW, clinic.visit)
    with django_assert_num_queries(1):
        assert visit.inside(clinic.therapist, NOW, clinic.visit).session is None
    Session.objects.create(
        visit_id=clinic.visit,
        patient_id=clinic.patient,
        practitioner_id=clinic.therapist.staff_id,
        place_id=clinic.place,
        room_id=clinic.room,
        opened_at=NOW,
        opened_by=clinic.therapist.id,
        identity_confirmed_at=NOW,
    )
    with django_assert_num_queries(2):
        assert visit.inside(clinic.therapist, NOW, clinic.visit).session is not None
