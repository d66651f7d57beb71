"""The door for events: each id is stored once, one bad event loses no other, and the author is fixed at entry."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from filiform.clinical.needle import State, canonical, event_from
from filiform.record import entry as entries
from filiform.record import receiving
from filiform.record.actions import needle as actions
from filiform.record.models import AsideEvent, AuditRow, Practitioner, Session, SessionEvent, User
from tests import clinic, steps
from tests.clinic import Clinic
from tests.pages import walk
from tests.pages.tablet import Tablet, here, one, tablet, told
from tests.pages.visiting import signed_in

pytestmark = pytest.mark.django_db
__all__ = ["here", "one", "tablet"]  # fixtures


def state(one: steps.Visit) -> State:
    return one.head.session.state  # type: ignore[union-attr]


# ---- each id once, whatever the order or repetition


@pytest.mark.control("C-201")
def test_any_order_any_repetition_any_batches_store_each_id_once(tablet: Tablet) -> None:
    pack = tablet.pack()
    needles = [tablet.into(pack) for _ in range(3)]
    out = tablet.event("out", needle=needles[0]["id"])
    assert tablet.answer(out, needles[0])["held"] == [out["id"], needles[0]["id"]]
    answer = tablet.answer(*needles, pack, out, *needles)
    assert set(answer["held"]) == {each["id"] for each in (out, pack, *needles)}
    assert answer["count"] == SessionEvent.objects.count() == 5
    assert (answer["refused"], answer["aside"], answer["flagged"]) == ([], [], [])
    found = state(tablet.one)
    assert (found.inserted, found.out, len(found.open_needles)) == (3, 1, 2)
    before = set(SessionEvent.objects.values_list("received_at", flat=True))
    assert tablet.answer(*needles)["held"] == [each["id"] for each in needles]
    assert set(SessionEvent.objects.values_list("received_at", flat=True)) == before, "a repeat changes nothing"


@pytest.mark.control("C-201")
def test_an_id_is_answered_only_when_it_is_stored(tablet: Tablet, monkeypatch: pytest.MonkeyPatch) -> None:
    """A database that fails in the middle of a batch acknowledges nothing of it."""

    def fails(*_: Any, **__: Any) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(receiving, "_insert", fails)
    tablet.browser.raise_request_exception = False
    response = tablet.send(tablet.pack())
    assert response.status_code == 500 and b"held" not in response.content
    assert not SessionEvent.objects.exists()


@pytest.mark.control("C-201")
def test_what_was_sent_is_what_a_second_tablet_gets(tablet: Tablet) -> None:
    sent = [tablet.pack(gauge_mm=0.25, length_mm=40.5), tablet.event("note", text="Ärm, 腕 \u2028")]
    tablet.answer(*sent)
    other = Tablet(tablet.one)
    assert {canonical(event_from(each)) for each in other.opening["events"]} == {
        canonical(event_from(each)) for each in sent
    }
    assert other.opening["count"] == 2 and other.opening["device"] != tablet.opening["device"]
    again = other.browser.get(other.url + "?have=2").json()
    assert (again["events"], again["count"]) == ([], 2)
    assert len(other.browser.get(other.url + "?have=1").json()["events"]) == 2


# ---- one bad event loses no other

BAD: dict[str, dict[str, Any]] = {
    "no kind": {"kind": "sneeze"},
    "no muscle": {"muscle": "heart"},
    "no side": {"side": "up"},
    "no number": {"depth_mm": "deep"},
    "no id": {"id": ""},
    "no time": {"at": "yesterday"},
    "year 1970": {"at": "1970-01-01T00:00:00Z"},
    "unknown key": {"colour": "red"},
    "not of the entry": {"by": "staff:somebody-else"},
    "not of the device": {"device": "t9"},
}


def check_the_others_are_kept(tablet: Tablet, bad: Any) -> dict[str, Any]:
    pack = tablet.pack()
    answer = tablet.answer(pack, bad, tablet.into(pack))
    assert len(answer["held"]) == SessionEvent.objects.count() == 2
    (refused,) = answer["refused"]
    assert refused["because"] and refused["do"]
    return refused  # type: ignore[no-any-return]


@pytest.mark.control("C-202")
@pytest.mark.parametrize("name", BAD)
def test_a_bad_event_is_refused_with_its_reason_and_the_others_are_kept(tablet: Tablet, name: str) -> None:
    bad = {**tablet.into({"id": "p"}), **BAD[name]}
    refused = check_the_others_are_kept(tablet, bad)
    assert refused["id"] == bad["id"]
    assert refused["rule"] == ("event.author" if name.startswith("not of") else "event.unreadable")
    assert refused.get("index", 1) == 1


@pytest.mark.control("C-202")
@pytest.mark.parametrize("bad", [None, 7, "in", [], {}, [[]], {"id": 7}, {"id": ["x"]}, {"id": "x" * 5000}])
def test_what_is_no_event_at_all_is_told_by_its_place(tablet: Tablet, bad: Any) -> None:
    refused = check_the_others_are_kept(tablet, bad)
    assert (refused["id"], refused["index"]) == ("", 1)


@pytest.mark.control("C-202")
def test_the_check_sees_an_action_that_refuses_the_whole_batch(tablet: Tablet, monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control: with events judged together, as `add_events` does, the check fails."""

    def together(raw: Any, entry: Any, receipt: Any) -> list[Any]:
        return [actions._read(value) for value in raw]

    monkeypatch.setattr(receiving, "read", together)
    with pytest.raises(AssertionError):
        check_the_others_are_kept(tablet, {**tablet.into({"id": "p"}), "kind": "sneeze"})


@pytest.mark.control("C-202")
def test_an_out_for_a_needle_that_was_never_in_is_stored_and_blocks(tablet: Tablet) -> None:
    out = tablet.event("out", needle=str(uuid4()))
    assert tablet.answer(out)["held"] == [out["id"]]
    assert "event.pending" in {block.rule for block in state(tablet.one).blocks}


# ---- one id with two contents


def check_conflict_is_shown(one: steps.Visit, tablet: Tablet) -> None:
    pack = tablet.pack()
    first = tablet.into(pack)
    second = {**first, "muscle": "levator_scapulae"}
    tablet.answer(pack, first)
    for _ in range(2):  # sent again it is the same conflict
        answer = tablet.answer(second)
        assert answer["held"] == [first["id"]], "both are kept, so the device may forget it"
        assert told(answer, "flagged") == {first["id"]: "event.conflict"}
    assert SessionEvent.objects.count() == 3
    assert "event.conflict" in {block.rule for block in state(one).blocks}
    assert {json.dumps(body["muscle"]) for body in Tablet(one).opening["events"] if body["kind"] == "in"} == {
        '"infraspinatus"',
        '"levator_scapulae"',
    }


@pytest.mark.control("C-203")
def test_one_id_with_two_contents_is_kept_twice_and_shown_as_a_conflict(one: steps.Visit, tablet: Tablet) -> None:
    check_conflict_is_shown(one, tablet)
    with pytest.raises(actions.Refused, match="two different contents"):
        actions.close_session(by=one.here.therapist, now=timezone.now(), session_id=one.session)


@pytest.mark.control("C-203")
def test_the_check_sees_a_second_content_that_is_dropped(
    one: steps.Visit, tablet: Tablet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receiving, "conflict_id", lambda event: event.id)
    with pytest.raises((AssertionError, actions.IntegrityError)):
        check_conflict_is_shown(one, tablet)


@pytest.mark.control("C-203")
def test_two_contents_in_one_batch_and_long_ids_are_a_conflict_too(one: steps.Visit, tablet: Tablet) -> None:
    pack = tablet.pack()
    muscles = ("splenius_capitis", "infraspinatus", "splenius_capitis")
    long = [{**tablet.into(pack, muscle=muscle), "id": "x" * 80} for muscle in muscles]
    long[2] = dict(long[0])
    answer = tablet.answer(pack, *long)
    assert SessionEvent.objects.count() == 3
    assert told(answer, "flagged") == {"x" * 80: "event.conflict"}
    tablet.answer(tablet.event("undo", event="x" * 80))
    assert "event.conflict" not in {block.rule for block in state(one).blocks}


# ---- of another patient, another practice, another author


def check_nothing_of_another_session(one: steps.Visit, tablet: Tablet) -> None:
    other = steps.reach(clinic.make("Birch", now=walk.began()), "opened", walk.began())
    theirs = Tablet(other, browser=signed_in("therapist", "Birch"))
    pack = theirs.pack()
    theirs.answer(pack)
    stolen = theirs.post({"entry": tablet.opening["entry"], "events": [tablet.pack()]}).json()
    assert [each["rule"] for each in stolen["refused"]] == ["event.other_session"]
    taken = tablet.answer({**tablet.pack(), "id": pack["id"]}, tablet.event("note", text="kept"))
    assert [each["rule"] for each in taken["refused"]] == ["event.other_session"]
    assert SessionEvent.objects.filter(session=one.session).count() == 1
    assert SessionEvent.objects.filter(session=other.session).count() == 1
    assert AuditRow.objects.filter(detail__rules=["event.other_session"]).count() == 2
    assert tablet.browser.post(theirs.url, "{}", content_type="application/json").status_code in (404, 422)
    assert tablet.browser.get(theirs.url).status_code == 404
    assert theirs.browser.post(tablet.url, json.dumps({"entry": "x", "events": [pack]}), "application/json").json() == {
        "reason": "record.not_found",
        "because": "There is no such session in this practice.",
        "do": "Keep the events.",
    }


@pytest.mark.control("C-204")
def test_nothing_of_another_session_comes_in_and_the_try_is_recorded(one: steps.Visit, tablet: Tablet) -> None:
    check_nothing_of_another_session(one, tablet)


@pytest.mark.control("C-204")
def test_the_check_sees_an_entry_that_is_taken_for_any_session(
    one: steps.Visit, tablet: Tablet, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = entries.opened

    def anywhere(text: str) -> Any:
        found = real(text)
        session = Session.objects.exclude(pk=found.session_id).first() if found else None
        return entries.Entry(session.pk, found.by, found.device) if found and session else found

    monkeypatch.setattr(entries, "opened", anywhere)
    with pytest.raises(AssertionError):
        check_nothing_of_another_session(one, tablet)


def colleague(here: Clinic) -> Client:
    """Another therapist of the practice, signed in."""
    user = User.objects.create(username="alder.second")
    place = Practitioner.objects.get(user__username="alder.therapist")
    Practitioner.objects.create(
        practice_id=place.practice_id, place_id=place.place_id, name="Second", role="therapist", user=user
    )
    browser = Client()
    browser.force_login(user, backend=walk.BACKEND)
    return browser


def check_author_stays(one: steps.Visit, tablet: Tablet) -> None:
    """A enters, the tablet is signed out, B signs in and sends: the event is A's, and the record says who sent."""
    pack = tablet.pack()
    tablet.browser = colleague(one.here)
    answer = tablet.answer(pack)
    assert answer["held"] == [pack["id"]]
    row = SessionEvent.objects.get()
    assert row.body["by"] == one.here.therapist.id == tablet.opening["by"]
    assert row.received_by == answer["you"] != one.here.therapist.id
    assert AuditRow.objects.order_by("-number")[0].detail["entered_by"] == one.here.therapist.id
    mine = {**tablet.pack(), "by": answer["you"]}
    assert told(tablet.answer(mine), "refused") == {mine["id"]: "event.author"}, "nobody enters under A's entry as B"


@pytest.mark.control("C-205")
def test_who_entered_an_event_stays_its_author_whoever_sends_it(one: steps.Visit, tablet: Tablet) -> None:
    check_author_stays(one, tablet)


@pytest.mark.control("C-205")
def test_the_check_sees_an_author_taken_from_the_event_itself(
    one: steps.Visit, tablet: Tablet, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = receiving.read
    monkeypatch.setattr(receiving, "read", lambda raw, entry, receipt: real(raw, None, receipt))
    with pytest.raises(AssertionError):
        check_author_stays(one, tablet)


@pytest.mark.control("C-205")
@pytest.mark.parametrize("entry", ["", "x", "a:b:c", "x" * 600, "\u00e4:1:2"])
def test_what_nothing_proves_is_kept_aside_and_does_not_count(one: steps.Visit, tablet: Tablet, entry: str) -> None:
    pack = tablet.pack()
    for _ in range(2):
        answer = tablet.post({"entry": entry, "events": [pack]}).json()
        assert told(answer, "aside") == {pack["id"]: "event.unproven"}
        assert answer["held"] == []
    assert (AsideEvent.objects.count(), SessionEvent.objects.count()) == (1, 0)
    page = tablet.browser.get(f"/visits/{one.visit}/needle/").content.decode()
    assert "Kept beside the session" in page and "nothing proves who entered it" in page
    assert tablet.answer(pack)["held"] == [pack["id"]], "proven later, it counts"


def test_an_entry_signed_with_another_key_proves_nothing(one: steps.Visit, tablet: Tablet, settings: Any) -> None:
    settings.SECRET_KEY = "another key, as after a move without the old one"
    browser = signed_in()
    sent = {"entry": tablet.opening["entry"], "events": [tablet.pack()]}
    answer = browser.post(tablet.url, json.dumps(sent), content_type="application/json").json()
    assert [each["rule"] for each in answer["aside"]] == ["event.unproven"]


# ---- after closing


def check_late_is_kept_aside(here: Clinic) -> None:
    one = steps.reach(here, "needling", walk.began())
    tablet = Tablet(one)
    late = [tablet.into(tablet.pack()), tablet.event("note", text="x")]
    known = tablet.opening["events"][0]
    steps.on(one, "signed")
    for _ in range(2):
        answer = tablet.answer(*late)
        assert told(answer, "aside") == {each["id"]: "session.closed" for each in late}
        assert (answer["held"], answer["closed"]) == ([], True)
    assert AsideEvent.objects.count() == 2
    assert "late" not in str(SessionEvent.objects.values_list("id", flat=True))
    stored = {**known, "by": one.here.therapist.id}
    assert tablet.post({"entry": "x", "events": [stored]}).json()["held"] == [known["id"]], "it is held already"
    page = tablet.browser.get(f"/visits/{here.visit}/needle/").content.decode()
    assert "Kept beside the session" in page
    assert page.count("after the session was closed") == 2
    assert "Every needle accounted for" not in page and "Events came after the count" in page


@pytest.mark.control("C-206")
def test_what_comes_after_closing_is_kept_aside_once_and_shown(here: Clinic) -> None:
    check_late_is_kept_aside(here)


@pytest.mark.control("C-206")
@pytest.mark.parametrize("broken", ["keep_aside", "read"])
def test_the_check_sees_late_events_that_are_dropped(
    here: Clinic, broken: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receiving, broken, lambda *_: [])
    with pytest.raises(AssertionError):
        check_late_is_kept_aside(here)


# ---- a clock that is not right


def check_clock_is_flagged_and_decides_nothing(one: steps.Visit, tablet: Tablet) -> None:
    pack = tablet.pack()
    needle = {**tablet.into(pack), "at": (timezone.now() + timedelta(days=730)).isoformat()}
    out = {**tablet.event("out", needle=needle["id"]), "at": (timezone.now() - timedelta(days=730)).isoformat()}
    answer = tablet.answer(pack, needle, out)
    assert len(answer["held"]) == 3
    assert told(answer, "flagged") == {needle["id"]: "clock.off", out["id"]: "clock.off"}
    found = state(one)
    assert (found.inserted, found.out, found.open_needles) == (1, 1, ()), (
        "out four years before it went in, and still out"
    )


@pytest.mark.control("C-207")
def test_a_clock_two_years_off_is_flagged_and_decides_nothing(one: steps.Visit, tablet: Tablet) -> None:
    check_clock_is_flagged_and_decides_nothing(one, tablet)


@pytest.mark.control("C-207")
def test_the_check_sees_a_clock_that_nobody_flags(
    one: steps.Visit, tablet: Tablet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receiving, "off_clock", lambda *_: False)
    with pytest.raises(AssertionError):
        check_clock_is_flagged_and_decides_nothing(one, tablet)
