"""The board that works without JavaScript refuses what today's consent does not cover, and leads to the question."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from filiform.record.models import SessionEvent
from filiform.record.reads import gates
from tests import steps
from tests.clinic import Clinic
from tests.pages.tablet import here, one
from tests.pages.test_needle import tap, text, url, with_a_pack
from tests.pages.visiting import signed_in

pytestmark = pytest.mark.django_db
__all__ = ["here", "one"]  # fixtures
OUTSIDE = "upper_trapezius"
SAYS = "the patient has not consented to that: ask first"


def check_outside_consent(here: Clinic, one: steps.Visit, browser: Client) -> None:
    """Agreed to the shoulder blade only: its muscle is needled, another is refused, by page and by server."""
    pack = with_a_pack(browser, one)
    steps.consented(one, areas=[{"region": "scapula_body", "side": "right"}])
    board = browser.get(url(here, f"board/?target={OUTSIDE}:right"))
    assert SAYS in text(board) and "Ask for consent" in text(board), "the board says nothing"
    assert f'href="/visits/{one.visit}/consent/"' in board.content.decode()
    assert b'id="needle-in" disabled' in board.content, "the button invites"
    answer = tap(browser, here, "in", muscle=OUTSIDE, side="right", pack=pack, target=f"{OUTSIDE}:right")
    assert answer.status_code == 422, "the server takes it"
    assert SAYS in text(answer) and "Ask for consent" in text(answer)
    plain: dict[str, Any] = {"kind": "in", "id": "x", "muscle": OUTSIDE, "side": "right", "pack": pack}
    assert SAYS in text(browser.post(url(here, "event/"), plain, follow=True)), "without any script"
    assert not SessionEvent.objects.filter(kind="in").exists()
    board = browser.get(url(here, "board/?target=infraspinatus:right"))
    assert b'id="needle-in" disabled' not in board.content and "Ask for consent" not in text(board)
    assert tap(browser, here, "in", muscle="infraspinatus", side="right", pack=pack).status_code == 200


@pytest.mark.control("C-262")
def test_the_board_refuses_a_muscle_outside_consent_and_leads_to_the_question(here: Clinic, one: steps.Visit) -> None:
    check_outside_consent(here, one, signed_in())


@pytest.mark.control("C-262")
@pytest.mark.parametrize(
    ("gate", "instead", "says"),
    [
        ("consent_blocks_of", lambda head, one, on, zone: (), "the board says nothing"),
        ("insertion", lambda head, one, at: gates.muscle(head, one.muscle, one.side), "the board says nothing"),
    ],
)
def test_without_the_gate_the_board_would_needle_it(
    here: Clinic, one: steps.Visit, monkeypatch: pytest.MonkeyPatch, gate: str, instead: Any, says: str
) -> None:
    monkeypatch.setattr(gates, gate, instead)
    with pytest.raises(AssertionError, match=says):
        check_outside_consent(here, one, signed_in())


@pytest.mark.control("C-262")
def test_a_muscle_that_nobody_chose_is_refused_whatever_is_posted(here: Clinic, one: steps.Visit) -> None:
    browser = signed_in()
    pack = with_a_pack(browser, one)
    answer = tap(browser, here, "in", muscle="soleus", side="right", pack=pack)
    assert answer.status_code == 422 and "not among the muscles chosen for today" in text(answer)
    answer = tap(browser, here, "in", muscle="infraspinatus", side="left", pack=pack)
    assert answer.status_code == 422 and "Infraspinatus, left, is not among" in text(answer)
