"""Writers of one server take turns on SQLite: one at a time, the next one at once, and nobody's turn is ever lost."""

from __future__ import annotations

import threading

import pytest
from django.db import IntegrityError, connection, transaction

from filiform.record import turns
from filiform.record.models import AuditRow
from tests import clinic
from tests.clinic import NOW
from tests.realdb import PATIENCE, at_once

pytestmark = pytest.mark.sqlite


@pytest.mark.django_db
def test_inside_a_transaction_no_turn_is_waited_for(db: None) -> None:
    with turns.writing(), turns.writing():  # the test itself is in a transaction; else the second would wait for ever
        assert not turns._turn.locked()


def test_a_second_writer_waits_for_its_turn_and_gets_it(real_db: None) -> None:
    inside, order = threading.Event(), []

    def first() -> None:
        with turns.writing(), turns.writing():
            inside.set()
            assert second_waits.wait(PATIENCE)
            order.append("first")

    second_waits = threading.Event()

    def second() -> None:
        assert inside.wait(PATIENCE)
        assert turns._turn.locked()
        second_waits.set()
        with turns.writing():
            order.append("second")

    assert at_once(first, second) == [None, None]
    assert order == ["first", "second"]
    assert not turns._turn.locked()


def test_a_turn_ends_with_an_error_too_and_nothing_of_it_is_stored(real_db: None) -> None:
    here = clinic.make()
    before = AuditRow.objects.count()
    with pytest.raises(IntegrityError), turns.writing():
        AuditRow.objects.create(
            practice_id=here.practice, number=1, at=NOW, by="x", role="x", act="x", about="x", done=True, detail={},
            sealed="x",
        )  # fmt: skip
    assert not turns._turn.locked()
    assert AuditRow.objects.count() == before
    with transaction.atomic(), turns.writing():
        assert connection.in_atomic_block
