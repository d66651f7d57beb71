"""Whose pages show an open session: of her who opened it, until it is handed over; then of her who took it over."""

from __future__ import annotations

from typing import Any

import pytest

from filiform.record.actor import Actor
from filiform.record.reads import needle as reads
from tests import clinic, steps
from tests.journeys import two_rooms
from tests.pages import walk

pytestmark = pytest.mark.django_db


@pytest.fixture
def rooms() -> two_rooms.TwoRooms:
    return two_rooms.make(walk.began())


def hand(one: steps.Visit, to: Actor, name: str = "hand", **more: Any) -> None:
    steps.add(one, steps.event(one, name, "hand_over", to=to.id, needles_in=0, known=[], **more))


def sees(by: Actor, one: steps.Visit) -> set[str]:
    return {found.room_name for found in reads.own_open_sessions(by=by, now=one.at)}


def check(rooms: two_rooms.TwoRooms) -> None:
    therapist = rooms.one.here.therapist
    assert sees(therapist, rooms.one) == {"Room 1", "Room 2"} and sees(rooms.colleague, rooms.one) == set()
    hand(rooms.one, rooms.colleague)
    assert sees(therapist, rooms.one) == {"Room 2"} and sees(rooms.colleague, rooms.one) == {"Room 1"}
    hand(rooms.one, therapist, "back", after=f"{rooms.one.session.hex}-hand")
    assert sees(therapist, rooms.one) == {"Room 1", "Room 2"} and sees(rooms.colleague, rooms.one) == set()


@pytest.mark.control("C-243")
def test_an_open_session_is_with_whom_it_was_handed_to_last(rooms: two_rooms.TwoRooms) -> None:
    check(rooms)


@pytest.mark.control("C-243")
def test_without_the_hand_over_the_room_would_stay_where_it_was(
    rooms: two_rooms.TwoRooms, monkeypatch: pytest.MonkeyPatch
) -> None:
    opener = (rooms.one.here.therapist.id,)
    kept = reads.OpenSession.__init__

    def forgets(self: Any, *args: Any, **given: Any) -> None:
        kept(self, *args, **{**given, "with_whom": opener})

    monkeypatch.setattr(reads.OpenSession, "__init__", forgets)
    with pytest.raises(AssertionError):
        check(rooms)


@pytest.mark.control("C-243")
def test_today_names_who_has_it_now_and_two_who_do_not_know_each_other_both_have_it(
    rooms: two_rooms.TwoRooms,
) -> None:
    hand(rooms.one, rooms.colleague)
    desk = rooms.one.here.staff["front_desk"]
    named = {found.room_name: found.practitioner for found in reads.open_sessions(by=desk, now=rooms.one.at)}
    assert named["Room 1"] == two_rooms.COLLEAGUE and "Therapist" in named["Room 2"]
    hand(rooms.one, rooms.one.here.therapist, "other")
    for who in (rooms.colleague, rooms.one.here.therapist):
        assert "Room 1" in sees(who, rooms.one)


@pytest.mark.control("C-243")
def test_nobody_of_another_practice_gets_a_room_by_being_named(rooms: two_rooms.TwoRooms) -> None:
    stranger = clinic.make("Birch", now=walk.began()).therapist
    hand(rooms.one, stranger)
    assert sees(stranger, rooms.one) == set()
