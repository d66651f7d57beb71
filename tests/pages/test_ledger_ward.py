"""Two tablets on a bad network against the real door, with sign-in, audit and database: a tenth of `bench needles`."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from filiform.clinical.needle import State, event_from, fold
from filiform.record import receiving
from filiform.record.actions import needle as actions
from filiform.record.models import AuditRow, SessionEvent
from filiform.record.write import Refused
from tests import clinic, steps
from tests.clinical.needle.test_ward import play
from tests.clinical.needle.ward import Body, Server, Tablet, Ward
from tests.pages import walk
from tests.pages.visiting import signed_in

pytestmark = pytest.mark.django_db


class Door:
    """The product behind its own door. Each session is played inside a savepoint and taken back afterwards."""

    def __init__(self, one: steps.Visit, browser: Client, opening: dict[str, Any]) -> None:
        self.one, self.browser, self.opening = one, browser, opening
        self.url = f"/visits/{one.visit}/needle/events/"
        self._savepoint = transaction.savepoint()
        self._known: tuple[list[str], State] | None = None

    def take(self, batch: list[Body]) -> set[str]:
        sent = json.dumps({"entry": self.opening["entry"], "events": batch})
        answer = self.browser.post(self.url, sent, content_type="application/json").json()
        assert (answer["refused"], answer["aside"]) == ([], [])
        self._known = None
        return set(answer["held"])

    def _read(self) -> tuple[list[str], State]:
        if self._known is None:
            bodies = list(SessionEvent.objects.filter(session=self.one.session).values_list("body", flat=True))
            self._known = [body["id"] for body in bodies], fold(map(event_from, bodies))
        return self._known

    def ids(self) -> list[str]:
        return self._read()[0]

    def state(self) -> State:
        return self._read()[1]

    def may_close(self) -> bool:
        """Close it, and take that back."""
        if not self.state().can_close:  # then the server refuses as well; asked now and then, because it takes long
            return False
        here = transaction.savepoint()
        try:
            # Its needles go into muscles that nobody chose: whoever closes has seen it.
            own = {"by": self.one.here.therapist, "now": self.one.at, "session_id": self.one.session}
            actions.close_session(**own, seen=self.ids())
        except Refused:
            return False
        finally:
            transaction.savepoint_rollback(here)
        return True

    def end(self) -> None:
        """Forget this session's events."""
        transaction.savepoint_rollback(self._savepoint)


def ward(one: steps.Visit) -> type[Ward]:
    """The machine against the door of one open session."""
    browser = signed_in()
    opening = browser.get(f"/visits/{one.visit}/needle/events/").json()

    class AtTheDoor(Ward):
        def make_server(self) -> Server:
            return Door(one, browser, opening)

        def common(self, tablet: Tablet) -> Body:
            return {"at": one.at.isoformat(), "device": opening["device"], "by": opening["by"]}

        def teardown(self) -> None:
            try:
                super().teardown()
            finally:
                assert isinstance(self.server, Door)
                self.server.end()

    return AtTheDoor


@pytest.fixture
def one() -> steps.Visit:
    return steps.reach(clinic.make(now=walk.began()), "opened", walk.began())


@pytest.mark.control("C-201")
def test_no_needle_is_lost_or_invented_behind_the_door(one: steps.Visit) -> None:
    machine = ward(one)
    before = AuditRow.objects.count()
    assert play(machine, 3_000) >= 3_000
    assert AuditRow.objects.count() == before and not SessionEvent.objects.exists(), "each session was taken back"


@pytest.mark.control("C-201")
def test_a_closed_door_is_a_closed_session(one: steps.Visit) -> None:
    """What the machine asks of the fold first, the server says by itself: with nothing counted it does not close."""
    door = Door(one, signed_in(), {})
    assert not door.may_close()
    with pytest.raises(Refused):
        actions.close_session(by=one.here.therapist, now=one.at, session_id=one.session)


# The door with a mistake in it: (name in receiving, what stands there instead).
MISTAKES: dict[str, tuple[str, Any]] = {
    "acknowledges and does not insert": ("_insert", lambda session, fresh, by, now: None),
    "inserts all but the first": (
        "_insert",
        lambda session, fresh, by, now, real=receiving._insert: real(session, dict(list(fresh.items())[1:]), by, now),
    ),
    "a repeat is a conflict": ("_rows", lambda names: {}),
}


@pytest.mark.control("C-201")
@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_behind_the_door_is_found(one: steps.Visit, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(receiving, *MISTAKES[name])
    with pytest.raises((AssertionError, actions.IntegrityError)):
        play(ward(one), 2_000, to_find=True)
