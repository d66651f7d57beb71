"""Batches that are none, and who may send one: nothing is stored, nothing acknowledged, and a program can read why."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from filiform.record.models import AsideEvent, AuditRow, SessionEvent, User
from tests import steps
from tests.clinic import Clinic
from tests.pages import walk
from tests.pages.tablet import Tablet, here, one, tablet
from tests.pages.visiting import signed_in

pytestmark = pytest.mark.django_db
__all__ = ["here", "one", "tablet"]  # fixtures

# ---- batches that are no batches

NO_BATCH: dict[str, tuple[Any, int, str]] = {
    "cut in the middle": (b'{"entry": "x", "events": [{"id": "a", "kind"', 422, "not JSON"),
    "empty": (b"", 422, "not JSON"),
    "not UTF-8": (b'{"entry": "\xff", "events": []}', 422, "UTF-8"),
    "a list": ([], 422, "must be an object"),
    "no events": ({"entry": "x", "events": []}, 422, "not empty"),
    "events of no list": ({"entry": "x", "events": {}}, 422, "list"),
    "entry of no text": ({"entry": 7, "events": [{}]}, 422, "text"),
    "a key more": ({"entry": "x", "events": [{}], "more": 1}, 422, "must be an object"),
    "not a number": (b'{"entry": "x", "events": [NaN]}', 422, "NaN"),
    "a key twice": (b'{"entry": "x", "entry": "y", "events": [{}]}', 422, "twice"),
    "nested deeply": (b"[" * 100_000, 422, "nested"),
    "ten thousand": ({"entry": "x", "events": [{}] * 10_000}, 413, "500"),
    "501": ({"entry": "x", "events": [{}] * 501}, 413, "500"),
    "two megabytes": (b" " * 2_000_000, 413, "larger"),
}


@pytest.mark.control("C-208")
@pytest.mark.parametrize("name", NO_BATCH)
def test_a_batch_that_is_none_stores_nothing_and_acknowledges_nothing(tablet: Tablet, name: str) -> None:
    body, status, because = NO_BATCH[name]
    response = tablet.post(body)
    assert response.status_code == status
    answer = response.json()
    assert because in answer["because"] and answer["do"] and answer["reason"]
    assert "held" not in answer and "aside" not in answer
    assert not SessionEvent.objects.exists() and not AsideEvent.objects.exists()


@pytest.mark.control("C-208")
def test_half_of_a_good_batch_is_no_batch_and_all_of_it_is(tablet: Tablet) -> None:
    """The negative control of the cut: the same bytes, whole, are taken."""
    whole = json.dumps({"entry": tablet.opening["entry"], "events": [tablet.pack(), tablet.pack()]}).encode()
    for length in range(0, len(whole), 37):
        assert tablet.post(whole[:length]).status_code == 422
    assert not SessionEvent.objects.exists()
    assert tablet.post(whole).status_code == 200
    assert SessionEvent.objects.count() == 2


def test_five_hundred_are_taken_at_once(tablet: Tablet) -> None:
    answer = tablet.answer(*[tablet.event("note", text=str(number)) for number in range(500)])
    assert answer["count"] == len(answer["held"]) == 500


# ---- who may


@pytest.mark.control("C-208")
def test_who_is_signed_out_gets_an_answer_a_program_can_read_and_nothing_is_stored(tablet: Tablet) -> None:
    sent = tablet.pack()
    tablet.browser.logout()
    response = tablet.send(sent)
    assert (response.status_code, response.json()["reason"]) == (401, "signed_out")
    tablet.browser = Client(enforce_csrf_checks=True)
    tablet.browser.force_login(User.objects.get(username="alder.therapist"), backend=walk.BACKEND)
    response = tablet.send(sent)
    assert (response.status_code, response.json()["reason"]) == (403, "token")
    assert not SessionEvent.objects.exists()
    for role in ("owner", "auditor", "front_desk"):
        tablet.browser = signed_in(role)
        assert tablet.send(sent).status_code == 403
        assert tablet.browser.get(tablet.url).status_code == 403
    assert not SessionEvent.objects.exists()
    tablet.browser = signed_in()
    assert tablet.answer(sent)["held"] == [sent["id"]], "sent again by somebody who is signed in"


def test_a_visit_without_a_session_has_no_events(here: Clinic) -> None:
    browser, url = signed_in(), f"/visits/{here.visit}/needle/events/"
    assert browser.get(url).status_code == 404
    sent = json.dumps({"entry": "x", "events": [{}]})
    assert browser.post(url, sent, content_type="application/json").status_code == 404


def test_the_audit_holds_ids_and_rules_and_no_words(one: steps.Visit, tablet: Tablet) -> None:
    note = tablet.event("note", text="Maya said it hurts")
    tablet.answer(note, {"id": "bad", "kind": "Maya"})
    row = AuditRow.objects.order_by("-number")[0]
    assert row.about == str(one.session)
    assert row.detail == {"events": [note["id"]], "repeats": 0, "rules": ["event.unreadable"]}
