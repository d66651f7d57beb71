"""Two workers at once send every message once.

Real threads, on PostgreSQL: SQLite has one writer at a time.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from threading import Barrier
from uuid import UUID

import pytest

from filiform.record.actions import outbox
from filiform.record.actor import system
from filiform.record.models import Message, Patient, PatientLink
from tests import clinic, steps
from tests.clinic import NOW, Clinic
from tests.realdb import at_once

pytestmark = [pytest.mark.usefixtures("real_db"), pytest.mark.postgres]
WORKERS = 4
LATER = NOW + timedelta(days=4)


@pytest.fixture
def here(real_db: None) -> Clinic:
    made = clinic.make()
    Patient.objects.filter(pk=made.patient).update(phone="+15125550177")
    steps.reach(made, "closed", NOW)
    return made


def send(here: Clinic, message: UUID) -> bool:
    return outbox.send_message(by=system("worker", here.practice), now=LATER, message_id=message)


@pytest.mark.control("C-134")
def test_of_several_workers_one_sends_each_message(here: Clinic) -> None:
    message = Message.objects.order_by("due_at")[0].pk
    done = at_once(*[lambda: send(here, message)] * WORKERS)
    assert sorted(done) == [False] * (WORKERS - 1) + [True]
    assert PatientLink.objects.count() == 1


@pytest.mark.control("C-134")
def test_several_workers_share_all_that_is_due(here: Clinic) -> None:
    worker = system("worker", here.practice)
    done = at_once(*[lambda: outbox.send_due_messages(by=worker, now=LATER)] * WORKERS)
    assert sum(done) == Message.objects.filter(sent_at=LATER).count() == PatientLink.objects.count() == 3


@pytest.mark.control("C-134")
def test_a_look_before_the_claim_instead_of_a_condition_would_send_twice(
    here: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = Barrier(WORKERS)

    def look_then_claim(message_id: UUID, now: datetime) -> bool:
        free = Message.objects.filter(pk=message_id, claimed_at__isnull=True).exists()
        gate.wait(20)
        Message.objects.filter(pk=message_id).update(claimed_at=now)
        return free

    monkeypatch.setattr(outbox, "_claim", look_then_claim)
    message = Message.objects.order_by("due_at")[0].pk
    assert at_once(*[lambda: send(here, message)] * WORKERS) == [True] * WORKERS
    assert PatientLink.objects.count() == WORKERS
