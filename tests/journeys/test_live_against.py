"""A lock that moves while the page is open: the needle is held, the page says so at once, and it closes only seen."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from filiform.record.actions import consent
from filiform.record.models import Session
from tests import clinic, steps
from tests.journeys import axe, live
from tests.journeys import ledger_room as room
from tests.pages import walk

if TYPE_CHECKING:
    from playwright.sync_api import Browser


@pytest.fixture
def one(real_db: None) -> steps.Visit:
    return steps.reach(clinic.make(now=walk.began()), "opened", walk.began())


@pytest.fixture
def server(one: steps.Visit) -> Iterator[room.Server]:
    running = room.Server()
    running.start()
    yield running
    running.stop()


def withdrawn(one: steps.Visit) -> None:
    """At the desk, while the page lies open on the tablet."""
    now = timezone.now()
    consent.withdraw_consent(by=one.here.therapist, now=now, visit_id=one.visit, seen=one.head.seen.consent)


def check_it_is_said_at_once(one: steps.Visit, server: room.Server, page: Page) -> None:
    live.open_page(page, server, one)
    expect(page.locator("#against")).to_be_empty()
    page.wait_for_timeout(1000)  # what the page asks for at its start
    withdrawn(one)
    page.click("#needle-in")
    live.shows(page, 1)
    expect(page.locator("#against")).to_contain_text("The patient has withdrawn the consent")
    expect(page.locator("#needle-in"), "the lock as it is now").to_be_disabled()
    expect(page.locator("#why-not")).to_contain_text("The patient has withdrawn the consent")
    expect(page.locator(".session-who")).to_contain_text("Consent withdrawn")


def close_seen(page: Page) -> None:
    live.out(page, 1)
    page.click("#close-button")
    for question in ("breathless", "chest_pain"):
        page.click(f"[data-field={question}][data-value=no]")
    page.locator("#c-count [data-do=recount]").click()
    live.number(page, 8)
    expect(page.locator("#close-now")).to_be_enabled()
    page.click("#close-now")  # the browser asks for the tick
    expect(page.locator("#seen input:invalid")).to_have_count(1)
    live.picture(page, "against-close")
    page.check("#seen input[type=checkbox]")
    page.click("#close-now")
    page.wait_for_url(re.compile("/evaluate/$"))


@pytest.mark.control("C-260")
def test_what_is_held_against_a_lock_is_said_at_once_and_closes_only_seen(
    one: steps.Visit, server: room.Server, browser: Browser
) -> None:
    live.with_a_pack(one)
    with live.page_of(browser, server, reduced_motion="reduce") as page:
        check_it_is_said_at_once(one, server, page)
        live.picture(page, "against")
        assert axe.violations(page) + axe.sideways(page, live.TABLET[0]) == []
        for tail in ("board", "count"):
            page.goto(f"{server.home}/visits/{one.visit}/needle/{tail}/")
            live.picture(page, f"against-{tail}")
            assert axe.violations(page) == []
        live.open_page(page, server, one)
        close_seen(page)
        page.goto(f"{server.home}/visits/{one.visit}/needle/")
        expect(page.locator("#against")).to_contain_text("withdrawn")
        live.picture(page, "against-closed")
    assert Session.objects.get(pk=one.session).closed_at is not None


@pytest.mark.control("C-260")
@pytest.mark.parametrize(
    ("says", "instead", "where"),
    [
        ("if (flagged.length > told) rest();", "", "withdrawn the consent"),
        ('"#against", "#seen", ', "", "withdrawn the consent"),
        ("one.locked = locks[one.key] ?? one.locked;", "one.locked;", "the lock as it is now"),
    ],
)
def test_without_its_line_the_page_would_say_nothing(
    one: steps.Visit, server: room.Server, browser: Browser, says: str, instead: str, where: str
) -> None:
    live.with_a_pack(one)
    with live.page_of(browser, server) as page:
        live.mistaken(page, "live.js", says, instead)
        live.fails(check_it_is_said_at_once, one, server, page, where)
