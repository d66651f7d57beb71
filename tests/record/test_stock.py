"""Needles in stock: taken in, put away, recalled; a pack opened from a lot; a lot followed to its patients and back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from filiform.clinical import stock as rules
from filiform.record.actions import needle as needles
from filiform.record.actions import stock
from filiform.record.models import AsideEvent, AuditRow, Lot, LotMove, Session, SessionEvent
from filiform.record.models.stock import LotOf
from filiform.record.reads import stock as reads
from filiform.record.reads.stock import Standing
from filiform.record.write import NotFound, Refused, Stale
from tests import clinic, steps
from tests.clinic import NOW, Clinic
from tests.realdb import at_once

pytestmark = pytest.mark.django_db
GOOD = date(2028, 1, 31)


@pytest.fixture
def here() -> Clinic:
    return clinic.make()


def receive(here: Clinic, role: str = "front_desk", **changes: Any) -> UUID:
    """Five packs of ten."""
    label: dict[str, Any] = {
        "number": "F2611-42",
        "maker": "Alder",
        "gauge_mm": Decimal("0.30"),
        "length_mm": Decimal("40.0"),
    }
    given: dict[str, Any] = {**label, "needles": 10, "expiry": GOOD, "packs": 5, "place_id": here.place, **changes}
    return stock.receive_lot(by=here.staff[role], now=NOW, **given)


def refused(rule: str, attempt: Any, *args: Any, **kwargs: Any) -> str:
    """What the refusal says; nothing was stored but the refusal's audit row."""
    before = (Lot.objects.count(), LotMove.objects.count(), SessionEvent.objects.count())
    with pytest.raises(Refused) as caught:
        attempt(*args, **kwargs)
    assert rule in [block.rule for block in caught.value.blocks]
    assert (Lot.objects.count(), LotMove.objects.count(), SessionEvent.objects.count()) == before
    return str(caught.value)


def line(here: Clinic, lot_id: UUID, place: UUID | None = None) -> reads.LotLine:
    lots = reads.shelf(by=here.therapist, now=NOW, place_id=place).lots
    return next(one for one in lots if one.id == lot_id)


def numbers(here: Clinic, lot_id: UUID) -> tuple[int, int, int, int]:
    found = line(here, lot_id)
    return found.received, found.put_away, found.opened, found.left


# ---- in and out


def test_packs_come_in_are_put_away_and_are_counted(here: Clinic) -> None:
    lot_id = receive(here)
    assert receive(here, packs=2, number="f2611 42") == lot_id, "the same lot, written otherwise"
    later = NOW + timedelta(minutes=1)
    stock.put_away(by=here.therapist, now=later, lot_id=lot_id, place_id=here.place, packs=1, because="Torn")
    assert numbers(here, lot_id) == (7, 1, 0, 6)
    shown = reads.lot(by=here.staff["auditor"], now=NOW, lot_id=lot_id)
    assert [(move.kind, move.because) for move in shown.moves] == [
        ("received", ""),
        ("received", ""),
        ("put_away", "Torn"),
    ]
    assert sorted(move.packs for move in shown.moves[:2]) == [2, 5]
    assert {move.by for move in shown.moves} == {here.staff["front_desk"].name, here.therapist.name}


def test_what_cannot_be_taken_in_is_refused_with_every_reason(here: Clinic) -> None:
    said = refused("pack.expired", receive, here, expiry=NOW.date() - timedelta(1), packs=0)
    assert "was good until" in said and "number of packs" in said
    receive(here)
    assert "last day 2028-01-31" in refused("stock.another_lot", receive, here, expiry=date(2029, 1, 31))


def test_no_more_is_put_away_than_is_there(here: Clinic) -> None:
    lot_id = receive(here)
    words: dict[str, Any] = {"by": here.therapist, "now": NOW, "lot_id": lot_id, "place_id": here.place}
    refused("stock.more_than_there", stock.put_away, **words, packs=6, because="Lost")
    refused("stock.reason", stock.put_away, **words, packs=1, because=" ")


def test_nothing_of_another_practice_is_seen_or_changed(here: Clinic) -> None:
    other = clinic.make("Birch", birth=steps.BIRTH)
    lot_id = receive(here)
    about: dict[str, Any] = {"by": other.therapist, "now": NOW, "lot_id": lot_id}
    with pytest.raises(NotFound):
        reads.lot(**about)
    acts: tuple[tuple[Any, dict[str, Any]], ...] = (
        (stock.recall_lot, {"because": "x"}),
        (stock.put_away, {"place_id": other.place, "packs": 1, "because": "x"}),
        (stock.open_pack, {"session_id": uuid4(), "event_id": "e", "device": "d"}),
    )
    for act, more in acts:
        with pytest.raises(NotFound):
            act(**about, **more)
    with pytest.raises(NotFound):
        receive(here, place_id=other.place)
    assert reads.shelf(by=other.therapist, now=NOW).lots == ()
    assert receive(other) != lot_id, "the number is theirs as well"


@pytest.mark.parametrize(
    ("expiry", "expected"),
    [
        (NOW.date() + timedelta(61), Standing.GOOD),
        (NOW.date() + timedelta(59), Standing.SOON),
        (NOW.date(), Standing.SOON),
    ],
)
def test_a_lot_says_how_long_it_is_good(here: Clinic, expiry: date, expected: Standing) -> None:
    assert line(here, receive(here, expiry=expiry)).standing is expected


def test_the_shelf_says_what_to_put_away_and_forgets_what_is_gone(here: Clinic) -> None:
    lot_id = receive(here, expiry=NOW.date() + timedelta(1))
    later = NOW + timedelta(days=5)
    (found,) = reads.shelf(by=here.therapist, now=later).lots
    assert found.standing is Standing.EXPIRED
    assert reads.may_be_opened(by=here.therapist, now=later, place_id=here.place) == ()
    stock.put_away(by=here.therapist, now=later, lot_id=lot_id, place_id=here.place, packs=5, because="Past its day")
    assert reads.shelf(by=here.therapist, now=later).lots == ()


@pytest.mark.control("C-102")
def test_every_move_leaves_its_row(here: Clinic) -> None:
    lot_id = receive(here)
    rows = AuditRow.objects.filter(about=str(lot_id), act="keep_stock")
    assert [list(row.detail) for row in rows] == [["received"]]


# ---- opening


@dataclass
class Opened:
    """A session that is open, with the arguments that opening a pack in it takes."""

    visit: steps.Visit

    def pack(self, lot_id: UUID, **changes: Any) -> Any:
        given: dict[str, Any] = {
            "event_id": str(uuid4()),
            "device": "d",
            "now": self.visit.at,
            "session_id": self.visit.session,
        }
        return stock.open_pack(by=self.visit.here.therapist, lot_id=lot_id, **{**given, **changes})

    def by_hand(self, **changes: Any) -> Any:
        fields: dict[str, Any] = {
            "needles": 10,
            "gauge_mm": 0.3,
            "length_mm": 40.0,
            "lot": "F2611-42",
            "expiry": GOOD.isoformat(),
        }
        now = changes.pop("now", self.visit.at)
        about: dict[str, Any] = {"event_id": str(uuid4()), "device": "d", "now": now, "session_id": self.visit.session}
        fields.update(changes)
        return needles.tap(by=self.visit.here.therapist, kind="open_pack", fields=fields, **about)


@pytest.fixture
def session(here: Clinic) -> Opened:
    return Opened(steps.reach(here, "opened", NOW))


@pytest.mark.control("C-215")
def test_a_pack_is_opened_with_what_its_label_says(here: Clinic, session: Opened) -> None:
    lot_id = receive(here)
    state = session.pack(lot_id)
    (pack,) = state.packs
    assert (pack.needles, pack.gauge_mm, pack.length_mm, pack.lot, pack.expiry) == (10, 0.3, 40.0, "F2611-42", GOOD)
    assert numbers(here, lot_id) == (5, 0, 1, 4)
    assert [one.id for one in reads.may_be_opened(by=here.therapist, now=NOW, place_id=here.place)] == [lot_id]


@pytest.mark.control("C-215")
def test_an_expired_lot_is_not_opened_from_the_shelf_nor_by_hand(here: Clinic, session: Opened) -> None:
    lot_id = receive(here, expiry=NOW.date())
    later = NOW + timedelta(days=1)
    assert "was good until" in refused("pack.expired", session.pack, lot_id, now=later)
    refused("pack.expired", session.by_hand, expiry=NOW.date().isoformat(), now=later)
    session.pack(lot_id)  # on its last day


@pytest.mark.control("C-215")
def test_a_recalled_lot_is_not_opened_from_the_shelf_nor_by_hand(here: Clinic, session: Opened) -> None:
    lot_id = receive(here)
    stock.recall_lot(by=here.staff["owner"], now=NOW, lot_id=lot_id, because="The maker wrote: not sterile.")
    refused("pack.recalled", session.pack, lot_id)
    refused("pack.recalled", session.by_hand, lot="f2611 42")
    assert line(here, lot_id).standing is Standing.RECALLED
    assert reads.may_be_opened(by=here.therapist, now=NOW, place_id=here.place) == ()
    with pytest.raises(Stale):
        stock.recall_lot(by=here.staff["owner"], now=NOW, lot_id=lot_id, because="Again")


@pytest.mark.control("C-215")
def test_a_last_day_that_the_stock_knows_otherwise_is_not_believed(here: Clinic, session: Opened) -> None:
    receive(here)
    assert "look at the pack again" in refused("pack.other_expiry", session.by_hand, expiry="2029-01-31")
    session.by_hand()
    session.by_hand(lot="Borrowed next door", expiry="2029-01-31")


@pytest.mark.control("C-215")
def test_without_the_gate_the_refused_packs_would_be_opened(
    here: Clinic, session: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    lot_id = receive(here)
    stock.recall_lot(by=here.staff["owner"], now=NOW, lot_id=lot_id, because="Not sterile")
    monkeypatch.setattr(rules, "before_opening_lot", lambda *label: ())
    with pytest.raises(pytest.fail.Exception, match="DID NOT RAISE"):
        refused("pack.recalled", session.pack, lot_id)


def test_what_the_record_believes_used_up_may_be_opened(here: Clinic, session: Opened) -> None:
    lot_id = receive(here, packs=1)
    session.pack(lot_id)
    session.pack(lot_id)
    assert line(here, lot_id).left == -1


def test_a_pack_that_was_taken_back_is_on_the_shelf_again(here: Clinic, session: Opened) -> None:
    lot_id = receive(here)
    (pack,) = session.pack(lot_id).packs
    steps.add(session.visit, steps.event(session.visit, "undo", "undo", event=pack.id))
    assert numbers(here, lot_id) == (5, 0, 0, 5)


# ---- followed both ways


@pytest.mark.control("C-216")
def test_a_lot_leads_to_its_patients_and_a_patient_to_the_lots(here: Clinic, session: Opened) -> None:
    lot_id = receive(here)
    state = session.pack(lot_id)
    visit = session.visit
    steps.add(visit, steps.event(visit, "n1", "in", muscle=steps.MUSCLES[0], side="right", pack=state.packs[0].id))
    session.by_hand(lot="Other-1")
    found = reads.lot(by=here.staff["front_desk"], now=NOW, lot_id=lot_id)
    (patient,) = found.patients
    (use,) = patient.uses
    assert (patient.name, patient.id) == ("Maya Okafor", here.patient)
    assert (use.visit_id, use.needled, use.stands, use.late) == (here.visit, 1, True, False)
    back = reads.lots_of(by=here.therapist, now=NOW, patient_id=here.patient).uses
    assert sorted((one.written, one.needled, one.stands) for one in back) == [
        ("F2611-42", 1, True),
        ("Other-1", 0, True),
    ]


@pytest.mark.control("C-216")
def test_a_lot_that_was_never_taken_in_is_found_however_it_was_written(here: Clinic, session: Opened) -> None:
    session.by_hand(lot="ab O1-77")
    for written in ("AB01-77", "ab.0I.77", " Ab O1 77 "):
        found = reads.find_lot(by=here.therapist, now=NOW, written=written)
        assert (found.line, [one.name for one in found.patients]) == (None, ["Maya Okafor"]), written
    assert reads.find_lot(by=here.therapist, now=NOW, written="AB01-78").patients == ()
    assert reads.find_lot(by=here.therapist, now=NOW, written="").patients == ()


@pytest.mark.control("C-216")
@pytest.mark.parametrize("wrong", ["Z-1", "F2611-42"])
def test_nobody_falls_out_of_a_recall_by_a_correction_or_an_undo(here: Clinic, session: Opened, wrong: str) -> None:
    """Whatever was ever said of a pack finds the patient: the first words may have been the right ones."""
    visit = session.visit
    pack = steps.event(visit, "pack", "open_pack", **{**steps.pack(visit), "lot": wrong})
    into = steps.event(visit, "n1", "in", muscle=steps.MUSCLES[0], side="right", pack=pack["id"])
    steps.add(visit, pack, into)
    steps.add(visit, steps.event(visit, "c1", "correct", event=pack["id"], fields={"lot": "Q-9"}, reason="Misread"))
    assert [(use.stands, use.needled) for use in _of(here, wrong)] == [(False, 1)]
    assert [(use.stands, use.needled) for use in _of(here, "Q-9")] == [(True, 1)]
    assert [use.written for use in reads.lots_of(by=here.therapist, now=NOW, patient_id=here.patient).uses] == ["Q-9"]
    steps.add(visit, steps.event(visit, "u1", "undo", event=pack["id"]))
    assert [use.stands for use in _of(here, wrong)] == [False] == [use.stands for use in _of(here, "Q-9")]


def _of(here: Clinic, written: str) -> list[reads.Use]:
    found = reads.find_lot(by=here.therapist, now=NOW, written=written).patients
    return [use for patient in found for use in patient.uses]


@pytest.mark.control("C-216")
def test_a_pack_that_was_told_too_late_is_in_the_recall(here: Clinic) -> None:
    visit = steps.reach(here, "closed", NOW)
    row = Session.objects.get(visit_id=here.visit)
    body = steps.event(visit, "late-1", "open_pack", **{**steps.pack(visit), "lot": "Late-1"})
    AsideEvent.objects.create(
        session=row, event_id="late-1", digest="0" * 64, why="closed", body=body, received_at=NOW, received_by="x"
    )
    (use,) = _of(here, "LATE 1")
    assert (use.late, use.stands, use.written) == (True, False, "Late-1")


@pytest.mark.control("C-216")
def test_a_recall_that_reads_the_shelf_alone_would_miss_them(
    here: Clinic, session: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control: compared letter by letter, a lot that was written otherwise leads to nobody."""
    session.by_hand(lot="ab O1-77")
    monkeypatch.setattr(rules, "key", lambda lot: lot)
    assert reads.find_lot(by=here.therapist, now=NOW, written="AB01-77").patients == ()


def test_who_looks_whom_a_lot_went_into_is_recorded(here: Clinic, session: Opened) -> None:
    before = AuditRow.objects.count()
    reads.find_lot(by=here.staff["front_desk"], now=NOW, written="Maya Okafor")
    row = AuditRow.objects.order_by("-number")[0]
    assert (AuditRow.objects.count(), row.act, row.about) == (before + 1, "read_lot", "stock")


# ---- the database compares as Python does


LETTERS = st.text(st.sampled_from("abOoIiLl019 -./_éßÄ…x"), min_size=1, max_size=60)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(written=LETTERS)
def test_the_database_compares_a_lot_as_python_does(session: Opened, written: str) -> None:
    row = Session.objects.get(visit_id=session.visit.visit)
    name = str(uuid4())
    SessionEvent.objects.create(
        id=name, session=row, kind="open_pack", body={"lot": written}, received_at=NOW, received_by="x"
    )
    (found,) = SessionEvent.objects.filter(pk=name).annotate(compared=LotOf("body")).values_list("compared", flat=True)
    assert found == rules.key(written)


def test_an_index_finds_the_packs_of_a_lot(here: Clinic) -> None:
    rows = SessionEvent.objects.annotate(compared=LotOf("body")).filter(compared__in=["A", "B"])
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")  # of an empty table it would rather read all
    assert "event_by_lot" in rows.explain()


@pytest.mark.django_db(transaction=True)
def test_of_two_who_take_in_a_new_lot_at_once_none_is_lost(real_db: None) -> None:
    here = clinic.make()
    found = at_once(*(lambda role=role: receive(here, role) for role in ("front_desk", "owner")))
    ids = {one for one in found if isinstance(one, UUID)}
    assert len(ids) == 1 and all(isinstance(one, UUID | Stale) for one in found)
    assert Lot.objects.count() == 1
    assert line(here, ids.pop()).received == 5 * sum(isinstance(one, UUID) for one in found)
