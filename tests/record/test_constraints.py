"""What must never be, refused by the database itself, on both engines: whatever writes past the actions meets it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction
from django.db.models import CheckConstraint, Field, Model, UniqueConstraint

from filiform.record import models as m
from filiform.record.appendonly import NEVER_DELETED
from filiform.record.held import APPEND_ONLY
from tests.clinic import NOW
from tests.record.rows import HASH, World

MODELS = list(apps.get_app_config("record").get_models())
TABLES = {model._meta.db_table: model for model in MODELS}


@pytest.fixture
def world(db: None) -> World:
    return World()


def refused(attempt: Callable[[], object], says: str = "") -> None:
    """The database refuses `attempt` (and says so by name)."""
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        attempt()
    assert says in str(error.value)


@pytest.fixture
def undone() -> Iterator[None]:
    """Whatever the test did to the tables themselves is taken back before anything else looks."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


# ---- values that no row may have

LATER = NOW + timedelta(days=1)
CHECKS: dict[str, tuple[type[Model], tuple[dict[str, Any], ...]]] = {
    "audit_is_sealed": (m.AuditRow, ({"sealed": ""},)),
    "practitioner_role_known": (m.Practitioner, ({"role": "king"}, {"role": ""}, {"role": "patient"})),
    "credential_ends_after_it_begins": (m.Credential, ({"expires_on": date(2019, 1, 1)},)),
    "patient_can_be_found": (m.Patient, ({"name_key": ""},)),
    **{
        f"{model._meta.model_name}_says_something": (model, ({"text": "", "code": ""},))
        for model in (m.Problem, m.Medicine, m.Allergy, m.Device, m.Procedure)
    },
    "request_answered_by_somebody": (m.VisitRequest, ({"answered_at": NOW}, {"answered_by": "staff:x"})),
    "visit_state_known": (m.Visit, ({"state": "somewhere"},)),
    "visit_ends_after_it_begins": (m.Visit, ({"starts_at": NOW, "ends_at": NOW}, {"ends_at": NOW - timedelta(1)})),
    "visit_within_four_hours": (m.Visit, ({"ends_at": NOW + timedelta(days=30, minutes=241)},)),
    "visit_arrived_at_some_time": (m.Visit, ({"state": "arrived"},)),
    "consent_way_known": (m.Consent, ({"way": "nodded"},)),
    "consent_is_signed": (m.Consent, ({"signature": ""}, {"signed_by": ""})),
    "measure_kind_known": (m.Measure, ({"kind": "mood"},)),
    "measure_moment_known": (m.Measure, ({"moment": "during"},)),
    "measure_within_its_range": (
        m.Measure,
        (
            {"value": Decimal("10.1")},
            {"value": Decimal(-1)},
            {"kind": "range", "what": "x", "value": Decimal(-31)},
            {"kind": "range", "what": "x", "value": Decimal(191)},
        ),
    ),
    "measure_of_range_names_the_movement": (m.Measure, ({"kind": "range", "what": ""},)),
    "follow_up_hours_known": (m.FollowUp, ({"hours": 25},)),
    "answer_queue_known": (m.FollowUpAnswer, ({"queue": "later"},)),
    "answer_read_by_somebody": (m.FollowUpAnswer, ({"read_at": NOW}, {"read_by": "staff:x"})),
    "adverse_event_says_what": (m.AdverseEvent, ({"what": ""},)),
    "link_purpose_known": (m.PatientLink, ({"purpose": "everything"},)),
    "link_dies": (m.PatientLink, ({"expires_at": NOW},)),
    "message_channel_known": (m.Message, ({"channel": "pigeon"},)),
    "message_claimed_before_sent": (m.Message, ({"sent_at": NOW},)),
    "palpation_side_known": (m.Palpation, ({"side": ""}, {"side": "both"})),
    "palpation_tenderness_0_to_3": (m.Palpation, ({"tenderness": 4},)),
    "palpation_place_number_1_to_20": (m.PalpationPlace, ({"number": 0}, {"number": 21})),
    "palpation_place_taken_back_is_nowhere": (m.PalpationPlace, ({"view": ""},)),
    "session_closed_with_no_needle_in": (
        m.Session,
        (
            {"closed_at": LATER, "closed_by": "x", "still_in": 1, "closing_state": {}},
            {"closed_at": LATER, "closed_by": "x", "still_in": None, "closing_state": {}},
            {"closed_at": LATER, "closed_by": "", "still_in": 0, "closing_state": {}},
            {"closed_at": LATER, "closed_by": "x", "still_in": 0, "closing_state": None},
            {"closed_at": None, "closed_by": "x"},
            {"still_in": 0},
        ),
    ),
    "session_closes_after_it_opens": (
        m.Session,
        ({"closed_at": NOW - timedelta(hours=1), "closed_by": "x", "still_in": 0, "closing_state": {}},),
    ),
    "event_has_an_id": (m.SessionEvent, ({"id": ""},)),
    "aside_event_why_known": (m.AsideEvent, ({"why": "lost"},)),
    "lot_is_named": (m.Lot, ({"key": ""}, {"number": ""}, {"maker": ""})),
    "lot_needles_1_to_200": (m.Lot, ({"needles": 0}, {"needles": 201})),
    "lot_move_kind_known": (m.LotMove, ({"kind": "stolen"},)),
    "lot_move_of_a_pack_at_least": (m.LotMove, ({"packs": 0},)),
    "lot_put_away_for_a_reason": (m.LotMove, ({"kind": "put_away"},)),
    "recall_says_why": (m.LotRecall, ({"because": ""},)),
    "treatment_minutes_1_to_240": (m.Treatment, ({"minutes": 0}, {"minutes": 241})),
    "note_is_hashed": (m.Note, ({"content_hash": ""},)),
    "amendment_says_something": (m.Amendment, ({"text": ""},)),
    "plan_visits_1_to_60": (m.Plan, ({"visits": 0}, {"visits": 61})),
    "plan_has_goals_and_an_active_treatment": (m.Plan, ({"goals": []}, {"active_treatments": []})),
    "decision_kind_known": (m.Decision, ({"kind": "wait"},)),
    "decision_has_a_reason": (m.Decision, ({"because": ""},)),
    "screening_cleared_only_when_it_may_proceed": (
        m.Screening,
        tuple({"disposition": one, "cleared": True} for one in ("defer", "consult_first", "refuse", "emergency")),
    ),
    "doctor_answer_verdict_known": (m.DoctorAnswer, ({"verdict": "maybe"},)),
    "doctor_answer_names_its_limits": (m.DoctorAnswer, ({"verdict": "limits", "limits": ""},)),
    "doctor_answer_names_the_doctor": (m.DoctorAnswer, ({"answered_by": ""},)),
}


@pytest.mark.control("C-103")
@pytest.mark.parametrize("name", CHECKS)
def test_no_row_may_have_that_value(world: World, name: str) -> None:
    model, wrong = CHECKS[name]
    world.prepare(model)
    for changes in wrong:
        refused(lambda changes=changes: world.make(model, **changes), name)  # type: ignore[misc]
    world.make(model)  # the same row without the change is taken


# ---- rows that may be there once only: what makes a second one another

ONCE: dict[str, tuple[type[Model], dict[str, Any]]] = {
    "place_name_once": (m.Place, {"name": "Other Street"}),
    "room_name_once": (m.Room, {"name": "Room 10"}),
    "audit_one_chain": (m.AuditRow, {"number": 10_000}),
    "patient_imported_once": (m.Patient, {"source_id": "2"}),
    "imported_content_once": (m.ImportedResource, {"content_hash": "1" * 64, "version": 2}),
    "imported_one_of_each_version": (m.ImportedResource, {"content_hash": "2" * 64, "version": 3}),
    **{
        f"{model._meta.model_name}_read_once": (model, {"source": None})
        for model in (m.Problem, m.Medicine, m.Allergy, m.Device, m.Procedure)
    },
    **{
        f"{model._meta.model_name}_one_per_number": (model, {"number": 2})
        for model in (m.Screening, m.Consent, m.PainDrawing, m.Choice, m.Plan, m.Decision)
    },
    "follow_up_once_per_hour_mark": (m.FollowUp, {"hours": 48}),
    "user.username": (m.User, {"username": "bea"}),
    "practitioner.user": (m.Practitioner, {"user": None}),
    "consentwithdrawal.consent": (m.ConsentWithdrawal, {}),
    "session.visit": (m.Session, {}),
    "note.visit": (m.Note, {}),
    "patientlink.token_hash": (m.PatientLink, {"token_hash": "1" * 64}),
    "message.follow_up": (m.Message, {"follow_up": None}),
    "aside_event_once": (m.AsideEvent, {"digest": "1" * 64}),
    "sessionevent.id": (m.SessionEvent, {"id": "e2"}),
    "lot_once": (m.Lot, {"key": "F2"}),
    "lotrecall.lot": (m.LotRecall, {}),
}
NEEDS_ANOTHER: dict[str, tuple[type[Model], dict[str, Any]]] = {
    "consentwithdrawal.consent": (m.Consent, {"number": 2}),
    "session.visit": (m.Visit, {}),
    "note.visit": (m.Visit, {}),
    "lotrecall.lot": (m.Lot, {"key": "F2"}),
}


@pytest.mark.control("C-103")
@pytest.mark.parametrize("name", ONCE)
def test_there_is_one_of_them_only(world: World, name: str) -> None:
    model, other = ONCE[name]
    world.make(model)
    same = {"content_hash": "9" * 64} if name == "imported_one_of_each_version" else {}
    same = {"version": 9} if name == "imported_content_once" else same
    refused(lambda: world.make(model, **same))
    if name in NEEDS_ANOTHER:
        another_model, differing = NEEDS_ANOTHER[name]
        another = world.make(another_model, **differing)
        other = {name.rpartition(".")[2]: another}
    world.make(model, **other)


def _declared(kind: type) -> set[str]:
    return {one.name for model in MODELS for one in model._meta.constraints if isinstance(one, kind)}


def _unique(one: Field[Any, Any]) -> bool:
    return one.unique and not (one.primary_key and one.name == "id" and one.model is not m.SessionEvent)


def test_every_constraint_of_every_table_is_tried() -> None:
    assert _declared(CheckConstraint) == set(CHECKS)
    unique = {f"{model._meta.model_name}.{one.name}" for model in MODELS for one in model._meta.fields if _unique(one)}
    assert _declared(UniqueConstraint) | unique == set(ONCE)


# ---- appended, never changed or deleted

# These may be deleted or changed freely; each says why.
NOT_HELD = {
    "record_practice": "settings",
    "record_place": "settings",
    "record_room": "settings",
    "record_practitioner": "settings; who left keeps the row because clinical rows point at it",
    "record_user": "a sign-in; passwords change",
    "record_visitrequest": "a wish of somebody who is not a patient yet",
    "record_patientlink": "dies by itself; counts wrong answers",
    "record_message": "claimed and sent; holds no health words",
    "record_erasurepermit": "the permit itself",
}


@pytest.mark.control("C-104")
def test_every_table_is_held_or_says_why_not() -> None:
    assert set(APPEND_ONLY) | set(NEVER_DELETED) | set(NOT_HELD) == set(TABLES)
    assert not set(APPEND_ONLY) & set(NEVER_DELETED)


def run(statement: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.rowcount


def rewrite(table: str) -> int:
    key = connection.ops.quote_name(TABLES[table]._meta.pk.column)
    return run(f"UPDATE {table} SET {key} = {key}")


def drop(table: str, what: str) -> None:
    connection.check_constraints()  # PostgreSQL alters no table on which a deferred check waits
    run(f"DROP TRIGGER {table}_no_{what}" + (f" ON {table}" if connection.vendor == "postgresql" else ""))


@pytest.mark.control("C-104")
@pytest.mark.parametrize("table", APPEND_ONLY)
def test_rows_are_never_changed(world: World, table: str) -> None:
    world.row(TABLES[table])
    refused(lambda: rewrite(table), "appended, never changed")


@pytest.mark.control("C-104")
@pytest.mark.parametrize("table", APPEND_ONLY)
def test_without_the_trigger_they_could_be_changed(world: World, table: str, undone: None) -> None:
    world.row(TABLES[table])
    drop(table, "update")
    assert rewrite(table) > 0


@pytest.mark.control("C-104")
@pytest.mark.parametrize("table", (*APPEND_ONLY, *NEVER_DELETED))
def test_rows_are_never_deleted(world: World, table: str) -> None:
    world.row(TABLES[table])
    refused(lambda: run(f"DELETE FROM {table}"), "appended, never changed")


@pytest.mark.control("C-104")
@pytest.mark.parametrize("table", (*APPEND_ONLY, *NEVER_DELETED))
def test_without_the_trigger_they_could_be_deleted(world: World, table: str, undone: None) -> None:
    world.row(TABLES[table])
    drop(table, "delete")
    assert run(f"DELETE FROM {table}") > 0


@pytest.mark.parametrize("table", (*APPEND_ONLY, *NEVER_DELETED))
def test_a_permit_for_erasure_lets_rows_be_deleted_and_never_changed(world: World, table: str, undone: None) -> None:
    world.row(TABLES[table])
    m.ErasurePermit.objects.create(because="The patient asked for it and the law grants it.", at=NOW)
    if table in APPEND_ONLY:
        refused(lambda: rewrite(table))
    assert run(f"DELETE FROM {table}") > 0


# ---- a closed session

CLOSED = {"closed_at": LATER, "closed_by": "staff:x", "still_in": 0, "closing_state": {}}


@pytest.mark.control("C-105")
def test_a_closed_session_stays_as_it_was_closed(world: World) -> None:
    session = m.Session.objects.filter(pk=world.row(m.Session).pk)
    session.update(room=world.make(m.Room))  # an open one may move to another room
    session.update(**CLOSED)
    for change in ({"closed_at": None, "closed_by": "", "still_in": None}, {"closing_state": {"in": 1}}):
        refused(lambda change=change: session.update(**change), "a closed session is never changed")  # type: ignore[misc]


@pytest.mark.control("C-105")
def test_without_the_trigger_a_closed_session_could_be_opened_again(world: World, undone: None) -> None:
    session = m.Session.objects.filter(pk=world.row(m.Session).pk)
    session.update(**CLOSED)
    connection.check_constraints()
    run("DROP TRIGGER session_stays_closed" + (" ON record_session" if connection.vendor == "postgresql" else ""))
    assert session.update(closed_at=None, closed_by="", still_in=None) == 1


# ---- nobody and nothing is booked twice

START = NOW + timedelta(days=3)


def book(world: World, begins: int, minutes: int, **same: Any) -> Any:
    """A visit `begins` minutes after START of another patient, therapist and no room, but for `same`."""
    when = START + timedelta(minutes=begins)
    own = {"patient": world.make(m.Patient, source_id=str(uuid4())), "room": None}
    own["practitioner"] = world.make(m.Practitioner, user=None)
    return world.make(m.Visit, starts_at=when, ends_at=when + timedelta(minutes=minutes), **{**own, **same})


WHO = {"practitioner": m.Practitioner, "room": m.Room, "patient": m.Patient}


@pytest.mark.control("C-106")
@pytest.mark.parametrize("who", WHO)
@pytest.mark.parametrize(("begins", "minutes"), [(0, 30), (10, 10), (-10, 15), (29, 30), (-10, 60)])
def test_two_visits_of_one_never_overlap(world: World, who: str, begins: int, minutes: int) -> None:
    same = {who: world.row(WHO[who])}
    book(world, 0, 30, **same)
    refused(lambda: book(world, begins, minutes, **same), "visit_no_double_booking")


@pytest.mark.control("C-106")
@pytest.mark.parametrize("who", WHO)
def test_visits_may_touch_and_a_cancelled_one_frees_the_time(world: World, who: str) -> None:
    same = {who: world.row(WHO[who])}
    first = book(world, 0, 30, **same)
    book(world, 30, 30, **same)
    book(world, -30, 30, **same)
    m.Visit.objects.filter(pk=first.pk).update(state="cancelled")
    book(world, 5, 10, **same)
    refused(lambda: m.Visit.objects.filter(pk=first.pk).update(state="booked"), "visit_no_double_booking")


@pytest.mark.control("C-106")
def test_a_visit_cannot_be_moved_onto_another(world: World) -> None:
    same = {"practitioner": world.row(m.Practitioner)}
    book(world, 0, 30, **same)
    late = book(world, 60, 30, **same)
    refused(lambda: m.Visit.objects.filter(pk=late.pk).update(starts_at=START + timedelta(minutes=20)))
    other = book(world, 10, 10)
    refused(lambda: m.Visit.objects.filter(pk=other.pk).update(**same), "visit_no_double_booking")


@pytest.mark.control("C-106")
def test_without_the_guard_two_visits_overlap(world: World, undone: None) -> None:
    same = {"practitioner": world.row(m.Practitioner)}
    book(world, 0, 30, **same)
    connection.check_constraints()
    if connection.vendor == "postgresql":
        run("ALTER TABLE record_visit DROP CONSTRAINT visit_no_double_booking_practitioner_id")
    else:
        run("DROP TRIGGER visit_no_double_booking_insert")
    book(world, 10, 10, **same)


def test_the_hash_of_a_test_row_is_as_long_as_a_real_one() -> None:
    assert len(HASH) == 64
