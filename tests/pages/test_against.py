"""What happened is held, and said to be held against a lock: in the answer, on the pages, at closing, in the note."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from filiform.pages.needle import views
from filiform.record import against
from filiform.record.actions import consent, locate
from filiform.record.actions import needle as actions
from filiform.record.actions import stock as stocks
from filiform.record.models import AuditRow, Session
from filiform.record.reads import note as notes
from tests import steps
from tests.clinic import Clinic
from tests.pages.tablet import Tablet, here, one, tablet
from tests.pages.test_today import words

pytestmark = pytest.mark.django_db
__all__ = ["here", "one", "tablet"]  # fixtures

LYMPH: dict[str, dict[str, Any]] = {
    "lymph": {"said": "yes", "chosen": ["swelling"]},
    "where_lymph": {"said": "yes", "sites": [{"region": "shoulder_superior", "side": "right"}]},
}


def rules(answer: dict[str, Any], name: str) -> set[str]:
    """What is flagged about one event; each says why and what to do."""
    found = [each for each in answer["flagged"] if each["id"] == name]
    assert all("Held against a lock." in each["because"] and each["do"] for each in found)
    return {each["rule"] for each in found}


# ---- each gate of a needle, and its negative control: what is not locked is not flagged


def locked(one: steps.Visit) -> None:
    """Since the page was loaded the screening has locked the right shoulder."""
    steps.screened(one, lymph=LYMPH["lymph"])
    said = [{**answer, **LYMPH.get(answer["question"], {})} for answer in steps.healthy(one)]
    steps.screen.answer_screening(**one.about(seen=one.head.seen.screening, answers=said))
    assert one.head.restrictions


def withdrawn(one: steps.Visit) -> None:
    consent.withdraw_consent(**one.about(seen=one.head.seen.consent, because="Enough."))


def another_choice(one: steps.Visit) -> None:
    locate.choose_muscles(
        **one.about(seen=one.head.seen.choice, muscles=[{"muscle": "infraspinatus", "side": "right"}])
    )
    steps.consented(one)


def elsewhere(one: steps.Visit) -> None:
    """Asked anew, and agreed to another region only."""
    steps.consented(one, areas=[{"region": "scapula_body", "side": "right"}])


GATES = {
    "screening": (locked, "screen"),
    "consent withdrawn": (withdrawn, "consent.withdrawn"),
    "outside consent": (elsewhere, "consent.region_not_covered"),
    "not in the plan": (another_choice, "needle.not_planned"),
}


def check_flagged(one: steps.Visit, tablet: Tablet, gate: str) -> None:
    change, rule = GATES[gate]
    pack = tablet.pack()
    before = tablet.into(pack, muscle="upper_trapezius")
    assert tablet.answer(pack, before)["flagged"] == [], "nothing stands against it yet"
    one.at = timezone.now()
    change(one)
    after = tablet.into(pack, muscle="upper_trapezius")
    answer = tablet.answer(after)
    assert answer["held"] == [after["id"]], "what happened is kept"
    found = rules(answer, after["id"])
    assert any(each.startswith(rule) for each in found) or (rule == "screen" and found), (rule, found)
    row = AuditRow.objects.filter(act="add_session_event").order_by("number").last()
    assert row is not None and set(row.detail["flagged"]) == found
    held = against.past(one.here.practice, one.visit, arrived=True).state(one.head.session.state)  # type: ignore[union-attr]
    assert {each.id for each in held} == {after["id"]}, "judged by what stood when it came, not by what stands now"


@pytest.mark.control("C-258")
@pytest.mark.parametrize("gate", GATES)
def test_a_needle_that_came_against_a_lock_is_held_and_flagged(one: steps.Visit, tablet: Tablet, gate: str) -> None:
    check_flagged(one, tablet, gate)


@pytest.mark.control("C-258")
@pytest.mark.parametrize("gate", GATES)
def test_without_the_judgement_nothing_is_flagged(
    one: steps.Visit, tablet: Tablet, gate: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions, "_judge", lambda *_: None)
    with pytest.raises(AssertionError, match=r"\('|screen"):
        check_flagged(one, tablet, gate)


# ---- packs


def the_lot(here: Clinic, one: steps.Visit, **changes: Any) -> Any:
    """A lot taken into the stock, with the label of `steps.pack`."""
    label = steps.pack(one)
    made = {"number": label["lot"], "maker": "Alder", "needles": label["needles"], "packs": 5, "place_id": here.place}
    sizes = {name: Decimal(str(label[name])) for name in ("gauge_mm", "length_mm")}
    own = {**made, **sizes, "expiry": date.fromisoformat(label["expiry"]), **changes}
    return stocks.receive_lot(by=here.staff["front_desk"], now=timezone.now(), **own)


def recalled(here: Clinic, one: steps.Visit, lot: Any) -> dict[str, Any]:
    stocks.recall_lot(by=here.staff["owner"], now=timezone.now(), lot_id=lot, because="Not sterile")
    return {}


PACKS = {
    "recalled": (recalled, "pack.recalled"),
    "expired": (lambda here, one, lot: {"expiry": str(one.at.date() - timedelta(days=1))}, "pack.expired"),
    "another last day": (lambda here, one, lot: {"expiry": str(one.at.date() + timedelta(9))}, "pack.other_expiry"),
    "not in the stock": (lambda here, one, lot: {"lot": "B7-NEW"}, against.LOT_UNKNOWN),
}


def check_pack_is_flagged(here: Clinic, one: steps.Visit, tablet: Tablet, what: str) -> None:
    change, rule = PACKS[what]
    lot = the_lot(here, one)
    good = tablet.pack()
    assert tablet.answer(good)["flagged"] == [], "nothing stands against it yet"
    bad = tablet.pack(**change(here, one, lot))
    answer = tablet.answer(bad)
    assert answer["held"] == [bad["id"]]
    assert rule in rules(answer, bad["id"]), answer["flagged"]


@pytest.mark.control("C-259")
@pytest.mark.parametrize("what", PACKS)
def test_a_pack_that_may_not_be_opened_is_held_and_flagged(
    here: Clinic, one: steps.Visit, tablet: Tablet, what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    check_pack_is_flagged(here, one, tablet, what)
    monkeypatch.setattr(against.Past, "opened", lambda *_: iter(()))
    held = against.past(here.practice, one.visit, arrived=True).state(one.head.session.state)  # type: ignore[union-attr]
    assert held == (), "the control: without the judgement nobody sees it later"


@pytest.mark.control("C-259")
@pytest.mark.parametrize("what", PACKS)
def test_without_the_judgement_no_pack_is_flagged(
    here: Clinic, one: steps.Visit, tablet: Tablet, what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(against.Past, "opened", lambda *_: iter(()))
    with pytest.raises(AssertionError, match="assert '"):
        check_pack_is_flagged(here, one, tablet, what)


def test_a_practice_without_a_stock_is_not_told_that_it_has_none(one: steps.Visit, tablet: Tablet) -> None:
    assert tablet.answer(tablet.pack())["flagged"] == []


# ---- seen later


def held_one(one: steps.Visit, tablet: Tablet) -> dict[str, Any]:
    """A pack, and a needle in a muscle that nobody chose, out again; asked, counted."""
    pack = tablet.pack()
    wrong = tablet.into(pack, muscle="soleus")
    tablet.answer(pack, wrong, tablet.event("out", needle=wrong["id"]))
    tablet.answer(tablet.event("count", tray=8, covers=list(one.head.session.state.events)))  # type: ignore[union-attr]
    assert one.head.session.state.can_close  # type: ignore[union-attr]
    return wrong


def shown(browser: Client, one: steps.Visit, tail: str = "") -> str:
    return words(browser.get(f"/visits/{one.visit}/needle/{tail}").content.decode())


SAYS = "Needle in Soleus, right. Soleus, right, is not among the muscles chosen for today"


def check_seen_everywhere(one: steps.Visit, tablet: Tablet) -> None:
    wrong = held_one(one, tablet)
    for tail in ("", "board/", "count/", "rest/"):
        assert SAYS in shown(tablet.browser, one, tail).replace("\\n", " "), tail
    close = f"/visits/{one.visit}/needle/close/"
    tablet.browser.post(close)
    assert Session.objects.get(pk=one.session).closed_at is None, "closed unseen"
    tablet.browser.post(close, {"seen": wrong["id"]})
    assert Session.objects.get(pk=one.session).closed_at is not None, "seen, so it closes"
    assert SAYS in shown(tablet.browser, one)
    draft = notes.note(**one.about())
    (section,) = [each for each in draft.sections if each.id == "session"]
    assert any("Against a lock. Needle in Soleus, right" in line for line in section.lines)
    row = AuditRow.objects.get(act="close_session", done=True, detail__has_key="seen")
    assert row.detail["seen"] == [wrong["id"]] and "needle.not_planned" in row.detail["held"]


@pytest.mark.control("C-260")
def test_what_is_held_against_a_lock_is_seen_and_closes_only_seen(one: steps.Visit, tablet: Tablet) -> None:
    check_seen_everywhere(one, tablet)


@pytest.mark.control("C-260")
@pytest.mark.parametrize(
    ("where", "name", "instead", "says"),
    [
        (against, "before_closing", lambda held, seen: (), "closed unseen"),
        (views, "_held", lambda request, head: {}, "Soleus"),
        (against.Past, "state", lambda past, state: (), "Soleus"),
    ],
)
def test_the_check_sees_when_it_is_not_shown_or_not_asked(
    one: steps.Visit, tablet: Tablet, monkeypatch: pytest.MonkeyPatch, where: Any, name: str, instead: Any, says: str
) -> None:
    monkeypatch.setattr(where, name, instead)
    with pytest.raises(AssertionError, match=says):
        check_seen_everywhere(one, tablet)


def test_a_needle_taken_back_is_against_nothing(one: steps.Visit, tablet: Tablet) -> None:
    pack = tablet.pack()
    wrong = tablet.into(pack, muscle="soleus")
    tablet.answer(pack, wrong, tablet.event("undo", event=wrong["id"]))
    assert "Held against a lock" not in shown(tablet.browser, one)


def test_a_batch_asks_once_and_an_out_asks_nothing(one: steps.Visit, tablet: Tablet) -> None:
    pack = tablet.pack()
    needles = [tablet.into(pack, muscle=muscle) for muscle in (*steps.MUSCLES, *steps.MUSCLES)]

    def questions(*events: Any) -> int:
        with CaptureQueriesContext(connection) as asked:
            assert tablet.answer(*events)["flagged"] == []
        return sum("record_screening" in query["sql"] for query in asked.captured_queries)

    assert questions(pack, *needles) == 1
    assert questions(tablet.event("out", needle=needles[0]["id"])) == 0
    assert questions(*needles) == 0, "a repeat is judged no second time"
