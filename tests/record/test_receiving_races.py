"""Many tablets at the door at once: each event is stored once, a conflict is kept whole, closing loses nothing."""

from __future__ import annotations

from threading import Barrier, local
from typing import Any

import pytest

from filiform.record import entry, receiving
from filiform.record.actions import needle
from filiform.record.models import AsideEvent, Session, SessionEvent
from filiform.record.receiving import Receipt
from tests import clinic, steps
from tests.clinic import NOW, Clinic
from tests.record.test_races import WRITERS, race, whole

pytestmark = pytest.mark.usefixtures("real_db")


@pytest.fixture
def here(real_db: None) -> Clinic:
    return clinic.make()


def send(one: steps.Visit, *events: dict[str, Any]) -> Receipt:
    """A batch, as the tablet `t1` of the therapist sends it."""
    therapist = one.here.therapist
    proof = entry.sealed(entry.Entry(one.session, therapist.id, "t1"))
    return needle.receive_events(by=therapist, now=one.at, visit_id=one.visit, entry=proof, events=events)


@pytest.mark.control("C-201")
def test_one_batch_sent_by_many_at_once_is_stored_once_and_held_for_all(here: Clinic) -> None:
    one = steps.reach(here, "opened", NOW)
    batch = [steps.event(one, f"p{n}", "open_pack", **steps.pack(one)) for n in range(20)]
    receipts = race(lambda: send(one, *batch))
    assert [sorted(one.held) for one in receipts] == [sorted(event["id"] for event in batch)] * WRITERS
    assert sum(len(one.fresh) for one in receipts) == SessionEvent.objects.count() == 20
    whole(here)


@pytest.mark.control("C-203")
def test_contents_that_come_at_once_are_all_kept(here: Clinic) -> None:
    one = steps.reach(here, "opened", NOW)
    contents = [steps.event(one, "p", "open_pack", **steps.pack(one, needles=n)) for n in (1, 2, 3, 4)]
    race(*[lambda event=event: send(one, event) for event in contents])  # type: ignore[misc]
    assert sorted(body["needles"] for body in SessionEvent.objects.values_list("body", flat=True)) == [1, 2, 3, 4]
    assert "event.conflict" in {block.rule for block in one.head.session.state.blocks}  # type: ignore[union-attr]
    whole(here)


@pytest.mark.control("C-204")
def test_an_id_that_two_sessions_get_at_once_belongs_to_one(here: Clinic) -> None:
    """The other is refused, and the rest of its batch kept."""
    one_of_them_has_it(here)


@pytest.mark.postgres
@pytest.mark.control("C-204")
def test_an_id_that_two_sessions_looked_for_before_either_wrote_it(here: Clinic, monkeypatch: Any) -> None:
    """Both are held between look and write: only the database can tell. SQLite has one writer at a time."""
    gate, real, held = Barrier(2), receiving._insert, local()

    def insert(*args: Any) -> None:
        if not getattr(held, "once", False):
            held.once = True
            gate.wait(20)
        real(*args)

    monkeypatch.setattr(receiving, "_insert", insert)
    one_of_them_has_it(here)


def one_of_them_has_it(here: Clinic) -> None:
    visits = [steps.reach(here, "opened", NOW), steps.reach(clinic.make("Birch"), "opened", NOW)]
    same = {**steps.event(visits[0], "x", "note", text="x"), "id": "same"}
    jobs = []
    for one in visits:
        mine = [{**same, "by": one.here.therapist.id}, steps.event(one, "own", "note", text="own")]
        jobs.append(lambda one=one, mine=mine: send(one, *mine))
    receipts = race(*jobs)
    assert sorted(len(one.held) for one in receipts) == [1, 2]
    assert [told.rule for one in receipts for told in one.refused] == ["event.other_session"]
    assert SessionEvent.objects.count() == 3
    whole(here)


@pytest.mark.control("C-206")
def test_what_arrives_while_another_closes_is_in_the_ledger_or_beside_it(here: Clinic) -> None:
    one = steps.reach(here, "counted", NOW)
    pack = one.head.session.state.packs[0].id  # type: ignore[union-attr]
    late = steps.event(one, "late", "in", muscle="upper_trapezius", side="right", pack=pack)
    race(lambda: steps.closed(one), lambda: send(one, late))
    closed = Session.objects.get().closed_at is not None
    assert SessionEvent.objects.filter(pk=late["id"]).exists() == (not closed)
    assert AsideEvent.objects.count() == int(closed)
    whole(here)
