"""The compiled statement of the head gives what the ordinary query set gives, and is not asked more often."""

from __future__ import annotations

import pytest

from filiform.record.reads import visit
from tests.clinic import NOW, make

pytestmark = pytest.mark.django_db


def test_the_compiled_row_is_the_ordinary_row() -> None:
    clinic = make()
    ordinary = visit.heads(visit.head_rows().filter(pk=clinic.visit), NOW)
    assert [visit.inside(clinic.therapist, NOW, clinic.visit)] == list(ordinary)


def test_a_head_is_two_queries(django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    clinic = make()
    visit.inside(clinic.therapist, NOW, clinic.visit)
    with django_assert_num_queries(2):
        visit.inside(clinic.therapist, NOW, clinic.visit)
