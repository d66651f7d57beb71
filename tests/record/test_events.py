"""The events of a session as one text: the same events as row by row, and never older than the record."""

from __future__ import annotations

import json
from collections import Counter

import pytest

from filiform.clinical import needle
from filiform.record import events
from filiform.record.models import Session, SessionEvent
from filiform.record.reads import needle as reads
from tests import clinic, steps
from tests.clinic import NOW, Clinic

pytestmark = pytest.mark.django_db


@pytest.fixture
def here() -> Clinic:
    return clinic.make()


def strung(one: steps.Visit) -> events.Events:
    """As the record's reads ask for it."""
    column = Session.objects.annotate(strung=events.of_session()).values_list("strung", flat=True)
    return events.Events.of(column.get(pk=one.session))


def row_by_row(one: steps.Visit) -> list[needle.Event]:
    rows = SessionEvent.objects.filter(session_id=one.session).values_list("body", flat=True)
    return [needle.event_from(body) for body in rows]


def test_one_text_holds_what_the_rows_hold(here: Clinic) -> None:
    one = steps.reach(here, "opened", NOW)
    assert strung(one) == events.Events() and strung(one).every == ()
    one = steps.reach(clinic.make("Birch"), "counted", NOW)
    assert Counter(map(repr, strung(one).every)) == Counter(map(repr, row_by_row(one)))
    assert len(strung(one).bodies) == SessionEvent.objects.filter(session_id=one.session).count()


def test_words_come_through_as_they_were_written(here: Clinic) -> None:
    one, said = steps.reach(here, "opened", NOW), 'A "word", {a} [b] \\ é 痛 </script>'
    steps.add(one, steps.event(one, "n", "note", text=said))
    (found,) = strung(one).every
    assert json.loads(json.dumps(needle.as_dict(found)))["text"] == said


@pytest.mark.control("C-257")
def test_an_event_more_is_seen_at_once(here: Clinic) -> None:
    """On the session's own page, in the door's answer and in the strip of open rooms."""
    one = steps.reach(here, "opened", NOW)
    for number in (1, 2, 3):
        pack = steps.event(one, f"p{number}", "open_pack", **steps.pack(one))
        into = steps.event(one, f"n{number}", "in", muscle=steps.MUSCLES[0], side="right", pack=pack["id"])
        steps.add(one, pack, into)
        (room,) = reads.own_open_sessions(by=here.therapist, now=one.at)
        assert (one.head.session.state.inserted, room.needles_in) == (number, number)  # type: ignore[union-attr]
        assert len(reads.ledger(by=here.therapist, now=one.at, visit_id=one.visit).events.every) == 2 * number


@pytest.mark.control("C-257")
def test_guard_removed_what_is_remembered_by_session_would_be_old(
    here: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    first: dict[str, needle.State] = {}
    folded = events._folded
    monkeypatch.setattr(events, "_folded", lambda text: first.setdefault("the session", folded(text)))
    with pytest.raises(AssertionError):
        test_an_event_more_is_seen_at_once(here)
