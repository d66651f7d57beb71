"""No door without its guard. Found by reflection, so that a door built next year is held to the same."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest
from django.apps import apps

from filiform.clinical.access import ALLOWED, STAFF, Act, Role, may
from filiform.clinical.terms import Block
from filiform.record import audit
from filiform.record.actor import VISITOR, Actor
from filiform.record.models import AuditRow, Place, Visit
from filiform.record.write import MissingAudit, NotAllowed, NotFound, Refused, internal, read, unlogged_read, write
from tests import clinic
from tests.clinic import NOW, Clinic
from tests.record import reflect

ACTIONS = reflect.guarded(reflect.actions())
READS = reflect.guarded(reflect.reads())
INTERNAL = {name: door for name, door in {**reflect.actions(), **reflect.reads()}.items() if not hasattr(door, "act")}
# A try at a link must be kept whoever makes it: it is how a stranger says that they are the patient.
WRITES_FOR_ANYBODY = {"follow.open_link"}


@pytest.fixture
def here(db: None) -> Clinic:
    return clinic.make()


def faults(door: Callable[..., Any]) -> list[str]:
    """What is wrong with an action or a read as a door: no guard and no reason, or not asked by keyword."""
    reason = getattr(door, "internal", getattr(door, "unlogged", None))
    if not hasattr(door, "act"):
        return [] if reason else ["neither guarded nor marked @internal with a reason"]
    found = [] if reason is None or reason.strip() else ["an empty reason"]
    parameters = inspect.signature(door).parameters
    if any(one.kind is not inspect.Parameter.KEYWORD_ONLY for one in parameters.values()):
        found.append("an argument that is not keyword-only")
    if list(parameters)[:2] != ["by", "now"]:
        found.append("does not begin with by and now")
    return found


@pytest.mark.control("C-100")
def test_every_door_of_the_record_has_its_guard() -> None:
    every = {**reflect.actions(), **reflect.reads()}
    assert len(ACTIONS) > 20 and len(READS) > 12
    assert {name: wrong for name, door in every.items() if (wrong := faults(door))} == {}


@pytest.mark.control("C-100")
def test_an_action_is_a_write_and_a_read_is_a_read() -> None:
    assert [name for name, door in ACTIONS.items() if hasattr(door, "unlogged")] == []
    assert {door.act for door in READS.values()} <= {
        act for act in Act if act.value.startswith(("read", "see", "find"))
    } | {
        Act.EXPORT_RECORD,
        Act.ADD_SESSION_EVENT,  # the therapist's own rooms
    }


@pytest.mark.control("C-100")
def test_every_reason_for_having_no_guard_is_a_sentence_somebody_can_judge() -> None:
    reasons = {name: getattr(door, "internal", "") for name, door in INTERNAL.items()}
    reasons |= {name: door.unlogged for name, door in READS.items() if hasattr(door, "unlogged")}
    assert reasons
    assert {name: text for name, text in reasons.items() if len(text) < 4} == {}


def _unguarded(*, by: Actor, now: datetime) -> None: ...
def _positional(by: Actor, now: datetime) -> None: ...
def _no_now(*, by: Actor) -> None: ...


@pytest.mark.control("C-100")
@pytest.mark.parametrize(
    ("door", "fault"),
    [
        (_unguarded, "neither guarded"),
        (internal("")(_unguarded), "neither guarded"),
        (write(Act.BOOK_VISIT)(_positional), "keyword-only"),
        (write(Act.BOOK_VISIT)(_no_now), "by and now"),
        (unlogged_read(Act.SEE_TODAY, because=" ")(_no_now), "empty reason"),
    ],
)
def test_a_door_without_its_guard_is_seen(door: Callable[..., Any], fault: str) -> None:
    assert any(fault in one for one in faults(door))


def test_what_is_imported_or_private_is_not_taken_for_a_door() -> None:
    assert "book.NotFound" not in reflect.actions()
    assert not reflect.is_door("here", "_hidden", lambda: None)
    assert "gates.over_lung" in reflect.reads(), "a cached function is a door too"


# ---- who may


def test_every_act_has_a_row_and_every_row_is_an_act() -> None:
    assert set(ALLOWED) == set(Act)
    assert [act for act, roles in ALLOWED.items() if not roles] == []


def test_an_act_without_a_row_is_for_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(ALLOWED, Act.SEE_TODAY)
    assert all(may(role, Act.SEE_TODAY) for role in Role)


@pytest.mark.control("C-101")
def test_the_auditor_writes_nothing() -> None:
    allowed = {name for name, door in ACTIONS.items() if not may(Role.AUDITOR, door.act)}
    assert allowed == WRITES_FOR_ANYBODY


@pytest.mark.control("C-101")
def test_nobody_but_a_therapist_needles() -> None:
    for act in (
        Act.OPEN_SESSION,
        Act.ADD_SESSION_EVENT,
        Act.CLOSE_SESSION,
        Act.SIGN_CONSENT,
        Act.SIGN_NOTE,
        Act.DECIDE,
    ):
        assert ALLOWED[act] == {Role.THERAPIST}, act


def test_the_front_desk_reads_nothing_clinical() -> None:
    assert Role.FRONT_DESK not in ALLOWED[Act.READ_CHART] | ALLOWED[Act.EXPORT_RECORD] | ALLOWED[Act.READ_AUDIT]
    assert ALLOWED[Act.READ_CHART] < STAFF


def as_role(here: Clinic, role: Role) -> Actor:
    if role.value in here.staff:
        return here.staff[role.value]
    if role is Role.VISITOR:
        return VISITOR
    patient = here.patient if role is Role.PATIENT else None
    return Actor(id=f"{role.value}:x", role=role, practice=here.practice, patient=patient)


@pytest.mark.control("C-101")
@pytest.mark.parametrize("name", sorted(ACTIONS))
def test_who_may_not_do_it_is_refused_and_the_try_is_recorded(here: Clinic, name: str) -> None:
    door, before = ACTIONS[name], AuditRow.objects.count()
    others = [role for role in Role if role not in ALLOWED[door.act]]
    stored = rows()
    for role in others:
        with pytest.raises(NotAllowed):
            door(by=as_role(here, role), now=NOW)
    tried = AuditRow.objects.order_by("number")[before:]
    expected = [role.value for role in others if role is not Role.VISITOR]  # who belongs to no practice has no chain
    assert [row.role for row in tried] == expected
    assert all((row.done, row.detail, row.act) == (False, {"rules": ["access.role"]}, door.act) for row in tried)
    assert rows() == stored


@pytest.mark.control("C-101")
@pytest.mark.parametrize("name", sorted(READS))
def test_who_may_not_look_is_shown_nothing(here: Clinic, name: str) -> None:
    door = READS[name]
    for role in Role:
        if role not in ALLOWED[door.act]:
            with pytest.raises(NotAllowed):
                door(by=as_role(here, role), now=NOW)


@pytest.mark.parametrize("name", sorted(ACTIONS | READS))
def test_arguments_come_by_keyword_with_an_actor_and_a_time(here: Clinic, name: str) -> None:
    door = (ACTIONS | READS)[name]
    for args, kwargs in (
        ((here.therapist, NOW), {}),
        ((), {"now": NOW}),
        ((), {"by": "staff:1", "now": NOW}),
        ((), {"by": here.therapist, "now": "today"}),
    ):
        with pytest.raises(TypeError):
            door(*args, **kwargs)


# ---- the audit row


def rows() -> dict[str, int]:
    """How many rows each table of the record has, the audit aside."""
    models = apps.get_app_config("record").get_models()
    return {model.__name__: model._base_manager.count() for model in models if model is not AuditRow}


@write(Act.BOOK_VISIT)
def leaves_no_trace(*, by: Actor, now: datetime) -> None:
    Place.objects.filter(practice_id=by.practice).update(name="Moved in the night")


@write(Act.BOOK_VISIT)
def leaves_a_trace(*, by: Actor, now: datetime, visit_id: object = None, refuse: bool = False) -> None:
    Place.objects.filter(practice_id=by.practice).update(name="Hill Street")
    audit.leave(by=by, at=now, act=Act.BOOK_VISIT, about="somewhere")
    if refuse:
        raise Refused(Block("hill.too_steep", "Too steep."), Block("hill.closed", "Closed."))


@write(Act.BOOK_VISIT)
def calls_another(*, by: Actor, now: datetime, refuse: bool = False) -> None:
    leaves_a_trace(by=by, now=now, refuse=refuse)


@pytest.mark.control("C-102")
def test_a_write_that_leaves_no_audit_row_fails_and_is_undone(here: Clinic) -> None:
    with pytest.raises(MissingAudit):
        leaves_no_trace(by=here.therapist, now=NOW)
    assert Place.objects.get(pk=here.place).name == "River Street"


@pytest.mark.control("C-102")
def test_one_that_leaves_its_row_passes_also_through_another_action(here: Clinic) -> None:
    before = AuditRow.objects.count()
    leaves_a_trace(by=here.therapist, now=NOW)
    calls_another(by=here.therapist, now=NOW)
    assert Place.objects.get(pk=here.place).name == "Hill Street"
    assert AuditRow.objects.count() == before + 2


@pytest.mark.control("C-102")
@pytest.mark.parametrize("action", [leaves_a_trace, calls_another])
def test_a_refusal_is_recorded_once_with_its_rules_and_nothing_else(here: Clinic, action: Callable[..., None]) -> None:
    stored, before = rows(), AuditRow.objects.count()
    with pytest.raises(Refused):
        action(by=here.therapist, now=NOW, refuse=True)
    assert rows() == stored
    assert Place.objects.get(pk=here.place).name == "River Street"
    (row,) = AuditRow.objects.order_by("number")[before:]
    assert (row.done, row.detail, row.by) == (False, {"rules": ["hill.too_steep", "hill.closed"]}, here.therapist.id)


@pytest.mark.control("C-102")
def test_a_refusal_says_about_whom(here: Clinic) -> None:
    with pytest.raises(Refused):
        leaves_a_trace(by=here.therapist, now=NOW, visit_id=here.visit, refuse=True)
    assert AuditRow.objects.order_by("-number")[0].about == str(here.visit)


@read(Act.READ_CHART, about="visit_id")
def looks(*, by: Actor, now: datetime, visit_id: object) -> int:
    if not Visit.objects.filter(pk=visit_id).exists():
        raise NotFound("visit")
    return 1


@pytest.mark.control("C-102")
def test_every_look_leaves_one_row_and_one_page_is_one_look(here: Clinic) -> None:
    before = AuditRow.objects.count()
    looks(by=here.therapist, now=NOW, visit_id=here.visit)
    looks(by=here.therapist, now=NOW, visit_id=here.visit)
    assert AuditRow.objects.count() == before + 2
    with audit.one_request():
        looks(by=here.therapist, now=NOW, visit_id=here.visit)
        looks(by=here.therapist, now=NOW, visit_id=here.visit)
    row = AuditRow.objects.order_by("-number")[0]
    assert AuditRow.objects.count() == before + 3
    assert (row.act, row.about, row.done, row.detail) == ("read_chart", str(here.visit), True, {})


def test_a_look_that_finds_nothing_leaves_no_row(here: Clinic) -> None:
    before = AuditRow.objects.count()
    with pytest.raises(NotFound):
        looks(by=here.therapist, now=NOW, visit_id=uuid4())
    assert AuditRow.objects.count() == before
