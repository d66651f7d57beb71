"""What is owed after the needles: the search for a missing one, and a time by which one that was left in comes out."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from filiform.clinical.needle import gates
from filiform.clinical.needle.problems import SearchPlace
from filiform.record.actions import needle as actions
from filiform.record.models import FollowUp, Session
from filiform.record.reads import note as notes
from filiform.record.write import Refused
from tests import steps
from tests.pages.tablet import Tablet, here, one, tablet, told
from tests.pages.test_needle import tap, text, url
from tests.pages.visiting import signed_in

pytestmark = pytest.mark.django_db
__all__ = ["here", "one", "tablet"]  # fixtures


def rules_against_closing(one: steps.Visit) -> set[str]:
    """Why the server does not close; empty: it has closed."""
    try:
        actions.close_session(by=one.here.therapist, now=timezone.now(), session_id=one.session)
    except Refused as refusal:
        return {block.rule for block in refusal.blocks}
    return set()


def count(one: steps.Visit, tablet: Tablet, tray: int) -> None:
    covers = list(one.head.session.state.events)  # type: ignore[union-attr]
    tablet.answer(tablet.event("count", tray=tray, covers=covers))


# ---- a missing needle, reported before the search


def one_missing(one: steps.Visit, tablet: Tablet) -> None:
    """Seven of eight are counted; the incident is filed at once, the hair alone was searched."""
    pack = tablet.pack()
    needle = tablet.into(pack, muscle="splenius_capitis")
    tablet.answer(pack, needle, tablet.event("out", needle=needle["id"]))
    count(one, tablet, 7)
    tablet.answer(
        tablet.event("searched", place="hair", found=0),
        tablet.event("missing", needles=1, account="The patient had to lie down; the owner was told."),
    )
    count(one, tablet, 7)


def check_search_is_owed(one: steps.Visit, tablet: Tablet) -> None:
    one_missing(one, tablet)
    assert rules_against_closing(one) == {"needle.not_searched"}, "closed without a search"
    browser = signed_in()
    page = text(browser.get(url(one.here, "count/")))
    assert "A needle is missing and was not looked for here: skin, clothing, table, floor." in page
    (section,) = [each for each in notes.note(**one.about()).sections if each.id == "session"]
    assert any("Not searched: skin, clothing, table, floor." in line for line in section.lines)
    for place in SearchPlace:
        if place is not SearchPlace.HAIR:
            assert tap(browser, one.here, "searched", place=place.value, found="0").status_code == 200
    assert rules_against_closing(one) == {"count.not_covering"}, "looking for a needle is an event too"
    count(one, tablet, 7)
    assert rules_against_closing(one) == set()


@pytest.mark.control("C-263")
def test_an_incident_may_come_before_the_search_and_the_search_is_owed(one: steps.Visit, tablet: Tablet) -> None:
    check_search_is_owed(one, tablet)


@pytest.mark.control("C-263")
def test_without_the_gate_it_would_close_unsearched(
    one: steps.Visit, tablet: Tablet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gates, "_not_searched", lambda state: ())
    with pytest.raises(AssertionError, match="closed without a search"):
        check_search_is_owed(one, tablet)


# ---- a needle left in on purpose


def due(hours: float) -> str:
    return (timezone.now() + timedelta(hours=hours)).isoformat()


def leave_in(tablet: Tablet, needle: dict[str, Any], hours: float, **more: Any) -> dict[str, Any]:
    fields = {"needle": needle["id"], "reason": "Ear", "patient_agreed": True, "due_out": due(hours), **more}
    return tablet.event("left_in", **fields)


def ear(tablet: Tablet) -> dict[str, Any]:
    pack = tablet.pack()
    needle = tablet.into(pack, muscle="splenius_capitis")
    tablet.answer(pack, needle)
    return needle


WRONG = {
    "due in a year": ({"hours": 24 * 365}, "needle.left_in_unwatched"),
    "due after the last follow-up": ({"hours": 73}, "needle.left_in_unwatched"),
    "due in the past": ({"hours": -1, "at": "2024-11-23T10:00:00Z"}, "needle.left_in_past"),
    "not agreed": ({"hours": 24, "patient_agreed": False}, "needle.left_in_untold"),
}


def check_wrong_is_told_and_does_not_close(one: steps.Visit, tablet: Tablet, what: str) -> None:
    fields, rule = WRONG[what]
    needle = ear(tablet)
    event = leave_in(tablet, needle, **fields)
    answer = tablet.answer(event)
    assert answer["held"] == [event["id"]], "what happened is kept"
    assert rule in {each["rule"] for each in answer["flagged"]}, f"{what}: not told"
    assert told({"flagged": answer["flagged"]}, "flagged")
    count(one, tablet, 7)
    assert rules_against_closing(one), f"{what}: closed"
    answered = tap(signed_in(), one.here, "undo", event=event["id"])
    assert answered.status_code == 200, "the way back, on the form board"
    good = leave_in(tablet, needle, 24)
    assert tablet.answer(good)["flagged"] == []
    count(one, tablet, 7)
    assert rules_against_closing(one) == set(), "agreed, and due while somebody still asks"


@pytest.mark.control("C-264")
@pytest.mark.parametrize("what", WRONG)
def test_a_needle_is_left_in_only_agreed_and_until_a_sensible_time(one: steps.Visit, tablet: Tablet, what: str) -> None:
    check_wrong_is_told_and_does_not_close(one, tablet, what)


@pytest.mark.control("C-264")
@pytest.mark.parametrize("what", WRONG)
def test_without_the_gate_at_the_door_nothing_is_told(
    one: steps.Visit, tablet: Tablet, what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions.needle, "before_leaving_in", lambda *_: ())
    with pytest.raises(AssertionError, match="not told"):
        check_wrong_is_told_and_does_not_close(one, tablet, what)


@pytest.mark.control("C-264")
def test_a_wrong_clock_would_leave_it_in_for_two_years(
    one: steps.Visit, tablet: Tablet, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control of the server's own clock: a tablet two years fast agrees with itself."""

    def fast() -> None:
        needle = ear(tablet)
        later = timezone.now() + timedelta(days=730)
        out = tablet.event("left_in", needle=needle["id"], reason="Ear", patient_agreed=True, due_out=later.isoformat())
        ahead = {"at": (later - timedelta(hours=24)).isoformat()}
        dropped = tablet.into({"id": tablet_pack(one)}, muscle="splenius_capitis", **ahead)
        tablet.answer({**out, **ahead}, dropped, tablet.event("out", needle=dropped["id"], **ahead))
        count(one, tablet, 7)

    fast()
    assert rules_against_closing(one) == {"needle.left_in_due"}
    monkeypatch.setattr(gates, "_due_by_our_clock", lambda state, at: ())
    assert rules_against_closing(one) == set(), "without the server's clock it would close"


def tablet_pack(one: steps.Visit) -> str:
    return one.head.session.state.packs[0].id  # type: ignore[union-attr]


@pytest.mark.control("C-264")
@pytest.mark.parametrize(("hours", "taken"), [(24, True), (73, False), (-1, False)])
def test_a_tap_is_refused_before_the_act(one: steps.Visit, tablet: Tablet, hours: float, taken: bool) -> None:
    needle = ear(tablet)
    fields = {"needle": needle["id"], "reason": "Ear", "patient_agreed": "yes", "due_out": due(hours)}
    answer = tap(signed_in(), one.here, "left_in", **fields)
    assert answer.status_code == (200 if taken else 422), text(answer)
    if taken:
        assert "left in on purpose, due out" in text(answer) and "Take back: it was not left in" in text(answer)


@pytest.mark.control("C-264")
def test_it_is_asked_about_at_every_follow_up(one: steps.Visit, tablet: Tablet) -> None:
    needle = ear(tablet)
    tablet.answer(leave_in(tablet, needle, 48))
    count(one, tablet, 7)
    assert rules_against_closing(one) == set()
    assert sorted(FollowUp.objects.values_list("hours", flat=True)) == [24, 48, 72]
    assert Session.objects.get().closed_at is not None
