"""No id opens another practice's record, and a patient's link opens that patient's only.

Every action and read that takes an id is found by reflection and called by the other practice. A parameter whose name
ends in `_id` and that this file does not know fails the tests, so that the next one is held to the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass, replace
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import transaction
from django.utils import timezone

from filiform.clinical import needle
from filiform.clinical.access import ALLOWED, Act, Role
from filiform.record.actions import book, follow, stock
from filiform.record.actions.evaluate import Observed, Value
from filiform.record.actions.practice import NewPlace
from filiform.record.actor import Actor, system
from filiform.record.incoming import FactKind
from filiform.record.models import FollowUp, FollowUpAnswer, Message, PatientLink, Visit
from filiform.record.write import NotFound, Refused
from tests import clinic, steps
from tests.clinic import NOW, Clinic
from tests.record import reflect

pytestmark = pytest.mark.django_db
DOORS = {
    **{f"actions.{name}": door for name, door in reflect.guarded(reflect.actions()).items()},
    **{f"reads.{name}": door for name, door in reflect.guarded(reflect.reads()).items()},
}
# These take an id only to choose among what is one's own, and show nothing when it is another's.
CHOOSES = {
    ("reads.book.today", "place_id"),
    ("reads.needle.open_sessions", "place_id"),
    ("reads.needle.aside", "visit_id"),
    ("reads.stock.may_be_opened", "place_id"),
    ("reads.stock.shelf", "place_id"),
}
# A visitor belongs to no practice: any practice may be asked for a visit.
ASKS = {("actions.book.request_visit", "place_id")}
# What a tablet or another program calls its own things; not an id of ours.
NOT_OURS = {"event_id"}


def everything(name: str, signed: bool = True) -> dict[str, Any]:
    """A practice with one of everything: {parameter: id}, its clinic under `clinic`."""
    here = clinic.make(name, now=NOW)
    one = steps.reach(here, "decided" if signed else "consented", NOW)
    follow_up = FollowUp.objects.filter(visit_id=here.visit).first()
    return {"clinic": here, **_ids(here, one), **(_after(here, one, follow_up) if follow_up else {})}


def _ids(here: Clinic, one: steps.Visit) -> dict[str, UUID | None]:
    return {
        "visit_id": here.visit,
        "patient_id": here.patient,
        "session_id": one.session,
        "place_id": here.place,
        "room_id": here.room,
        "practitioner_id": here.therapist.staff_id,
        "lot_id": stock.receive_lot(by=here.staff["owner"], now=NOW, place_id=here.place, **LOT),
        "episode_id": Visit.objects.get(pk=here.visit).episode_id,
        "request_id": book.request_visit(
            by=here.staff["front_desk"], now=NOW, place_id=here.place, name="Bo", phone="1"
        ),
    }


def _after(here: Clinic, one: steps.Visit, follow_up: FollowUp) -> dict[str, UUID]:
    follow.answer_follow_up(by=here.therapist, now=one.at, follow_up_id=follow_up.pk, answer=follow.Answer(pain=2))
    follow.make_link(**one.about(purpose="follow_up", follow_up_id=follow_up.pk))
    follow.make_link(**one.about(purpose="draw"))
    own = {"practice_id": here.practice, "place_id": here.place, "patient_id": here.patient, "follow_up": follow_up}
    message, _ = Message.objects.get_or_create(
        follow_up=follow_up, defaults={**own, "channel": "text", "to": "1", "text": "Hello", "due_at": NOW}
    )
    return {
        "follow_up_id": follow_up.pk,
        "answer_id": FollowUpAnswer.objects.get(follow_up=follow_up).pk,
        "message_id": message.pk,
        "link_id": PatientLink.objects.get(follow_up=follow_up).pk,
        "draw_link": PatientLink.objects.get(visit_id=here.visit, purpose="draw").pk,
    }


def value_of(door: str, name: str) -> Any:
    """A sensible value of every parameter that is no id."""
    special = {
        ("actions.decide", "kind"): "continue",
        ("actions.background.add_background", "kind"): FactKind.PROBLEM,
        ("actions.consent.sign_consent", "areas"): [{"region": "shoulder_superior", "side": "right"}],
    }
    return special.get((door, name), LOT.get(name, VALUES.get(name)))


LOT: dict[str, Any] = {
    "number": "L77",
    "maker": "Maker",
    "gauge_mm": Decimal("0.25"),
    "length_mm": Decimal(40),
    "needles": 10,
    "expiry": NOW.date() + timedelta(days=400),
    "packs": 3,
}


OPENED = {"needles": 8, "gauge_mm": 0.3, "length_mm": 40, "lot": "A1", "expiry": "2099-01-01"}
PACK = needle.event_from(
    {"id": "p", "at": NOW.isoformat(), "device": "t1", "by": "staff:x", "kind": "open_pack", **OPENED}
)
VALUES: dict[str, Any] = {
    "text": "x",
    "words": "a",
    "who": "a",
    "about": "",
    "limit": 5,
    "since": NOW,
    "on": None,
    "token": "t",
    "name": "Bo",
    "phone": "1",
    "outcome": "Called.",
    "starts_at": NOW + timedelta(days=9),
    "minutes": 30,
    "seen": 0,
    "areas": [],
    "text_hash": "0" * 64,
    "signed_by": "Maya Okafor",
    "kind": "Exercise",
    "moment": "after",
    "values": [Value("pain", Decimal(3))],
    "observed": Observed("Bruise"),
    "answer": follow.Answer(pain=1),
    "purpose": "screening",
    "muscles": [],
    "muscle": "soleus",
    "side": "left",
    "taut_band": True,
    "tenderness": 1,
    "familiar_pain": True,
    "twitch": False,
    "events": [{"id": "e", "kind": "remark"}],
    "birth_date": steps.BIRTH,
    "event_id": "e",
    "entry": "nobody's",
    "point": 1,
    "state": needle.fold([PACK]),
    "findings": [("tenderness", "1")],
    "view": "back",
    "x": 0,
    "y": 0,
    "device": "d",
    "fields": {},
    "seen_hash": "0" * 64,
    "family": "Bo",
    "given": "Bo",
    "because": "Better.",
    "problem": "Neck",
    "examined_on": NOW.date(),
    "plan": steps.care(NOW.date()),
    "role": "auditor",
    "issued_on": NOW.date(),
    "expires_on": NOW.date() + timedelta(days=9),
    "emergency_number": "911",
    "time_zone": "UTC",
    "places": (NewPlace("Hill"),),
    "answers": [],
    "condition": "anticoagulant",
    "asked": "?",
    "answered_by": "Dr Who",
    "answered_on": NOW.date(),
    "verdict": "yes",
    "bundle": None,
}


def required(door: Callable[..., Any], also: str = "") -> Iterator[str]:
    """The parameters that a call must give, and `also`."""
    for name, parameter in reflect.parameters(door).items():
        if name not in ("by", "now") and (parameter.default is parameter.empty or name == also):
            yield name


def who(door: Callable[..., Any], here: Clinic) -> Actor:
    """Somebody of `here` who may do it."""
    allowed = ALLOWED[door.act]  # type: ignore[attr-defined]
    for role in (Role.THERAPIST, Role.OWNER, Role.FRONT_DESK):
        if role in allowed:
            return here.staff[role.value]
    if Role.PATIENT in allowed:
        return Actor(id=f"patient:{here.patient}", role=Role.PATIENT, practice=here.practice, patient=here.patient)
    return system("tests", here.practice)


def outcome(door: Callable[..., Any], by: Actor, given: dict[str, Any]) -> Any:
    """What the call returns or raises; whatever it wrote is taken back."""
    try:
        with transaction.atomic():
            result = door(by=by, now=NOW + timedelta(hours=2), **given)
            transaction.set_rollback(True)
            return result
    except Exception as error:
        return error


def takes_an_id() -> Iterator[tuple[str, str]]:
    for name, door in DOORS.items():
        for parameter in reflect.parameters(door):
            if parameter.endswith("_id") and parameter not in NOT_OURS:
                yield name, parameter


@pytest.fixture
def ours() -> dict[str, Any]:
    return everything("Alder")


@pytest.fixture
def theirs() -> dict[str, Any]:
    return everything("Birch")


def call(name: str, own: dict[str, Any], parameter: str, foreign: Any, by: Actor | None = None) -> Any:
    """Call a door with one's own ids, but `foreign` for `parameter`."""
    door = DOORS[name]
    if (name, parameter) == ("reads.drawings.own_drawing", "link_id") and foreign == own["link_id"]:
        foreign = own["draw_link"]  # its own purpose: a link for the follow-up opens no drawing
    given = {
        p: own[p] if p.endswith("_id") and p not in NOT_OURS else value_of(name, p) for p in required(door, parameter)
    }
    return outcome(door, by or who(door, own["clinic"]), {**given, parameter: foreign})


@pytest.mark.control("C-110")
def test_every_id_parameter_is_known(ours: dict[str, Any]) -> None:
    assert {parameter for _, parameter in takes_an_id()} <= set(ours)
    assert len(list(takes_an_id())) > 35


@pytest.mark.control("C-110")
def test_an_id_of_another_practice_is_not_found(ours: dict[str, Any], theirs: dict[str, Any]) -> None:
    wrong = {}
    for name, parameter in takes_an_id():
        if (name, parameter) not in CHOOSES | ASKS:
            result = call(name, ours, parameter, theirs[parameter])
            if not isinstance(result, NotFound):
                wrong[f"{name}({parameter})"] = result
    assert wrong == {}


@pytest.mark.control("C-110")
def test_an_id_of_nobody_is_refused_alike(ours: dict[str, Any], theirs: dict[str, Any]) -> None:
    for name, parameter in takes_an_id():
        if (name, parameter) not in CHOOSES:
            nobody, foreign = call(name, ours, parameter, uuid4()), call(name, ours, parameter, theirs[parameter])
            assert isinstance(nobody, NotFound), (name, parameter, nobody)
            if (name, parameter) not in ASKS:
                assert str(nobody) == str(foreign), "a wrong id must not tell whether it exists elsewhere"


@pytest.mark.control("C-110")
def test_ones_own_id_is_found(ours: dict[str, Any]) -> None:
    """The negative control: the same calls with one's own ids are not refused as not found."""
    found = {f"{name}({parameter})": call(name, ours, parameter, ours[parameter]) for name, parameter in takes_an_id()}
    lost = {key: result for key, result in found.items() if isinstance(result, NotFound)}
    # Not signed yet; nothing was drawn by link and no point pressed that could be taken back.
    nothing_yet = {"actions.locate.take_back(visit_id)", "actions.locate.take_back_point(visit_id)"}
    assert set(lost) <= {"actions.note.amend_note(visit_id)", *nothing_yet}
    broken = {key: r for key, r in found.items() if isinstance(r, Exception) and not isinstance(r, Refused)}
    assert {key for key in broken if "import_bundle" not in key} == set(), broken


@pytest.mark.control("C-110")
def test_choosing_by_another_practices_place_shows_nothing(ours: dict[str, Any], theirs: dict[str, Any]) -> None:
    for name, parameter in CHOOSES:
        shown = call(name, ours, parameter, theirs[parameter])
        assert str(theirs["visit_id"]) not in str(shown)
        lines = [getattr(shown, f.name) for f in fields(shown)] if is_dataclass(shown) else [shown]
        assert not any(isinstance(one, tuple) and one and hasattr(one[0], "visit_id") for one in lines)


def test_lists_hold_ones_own_only(ours: dict[str, Any], theirs: dict[str, Any]) -> None:
    foreign = {str(value) for name, value in theirs.items() if name != "clinic" and value}
    for name, door in DOORS.items():
        if name.startswith("reads.") and not any(p.endswith("_id") for p in required(door)):
            if name == "reads.practice.public_practice":  # the one practice that this installation serves
                continue
            given = {p: value_of(name, p) for p in required(door)}
            shown = str(outcome(door, who(door, ours["clinic"]), given))
            assert [one for one in foreign if one in shown] == [], name


# ---- a patient's link


def patient(here: Clinic, patient_id: UUID) -> Actor:
    return Actor(id=f"patient:{patient_id}", role=Role.PATIENT, practice=here.practice, patient=patient_id)


@pytest.mark.control("C-110")
def test_a_patients_link_opens_that_patient_only(ours: dict[str, Any]) -> None:
    here: Clinic = ours["clinic"]
    stranger = patient(here, uuid4())
    doors = [(n, p) for n, p in takes_an_id() if Role.PATIENT in ALLOWED[DOORS[n].act] and (n, p) not in ASKS]
    assert len(doors) >= 3
    for name, parameter in doors:
        result = call(name, ours, parameter, ours[parameter], by=stranger)
        assert isinstance(result, NotFound), (name, parameter, result)
        own = call(name, ours, parameter, ours[parameter], by=patient(here, here.patient))
        assert name == "actions.follow.record_call" or not isinstance(own, NotFound), (name, parameter, own)


def test_the_patients_acts_are_few() -> None:
    may = {act for act, roles in ALLOWED.items() if Role.PATIENT in roles}
    few = {Act.SEE_PUBLIC_PAGES, Act.READ_OWN_LINK, Act.REQUEST_VISIT, Act.SCREEN, Act.DRAW_PAIN, Act.ANSWER_FOLLOW_UP}
    assert may == few


def test_a_visitor_belongs_nowhere() -> None:
    own = everything("Alder", signed=False)
    nowhere = replace(own["clinic"].therapist, practice=UUID(int=0))
    assert isinstance(call("reads.visit.head", own, "visit_id", own["visit_id"], by=nowhere), NotFound)
    assert timezone.is_aware(NOW)
