"""The live session's page in a browser, with the ledger's own server: what a hand does, and what must then be seen."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connections
from playwright.sync_api import Page, Route, expect

from filiform.record.models import SessionEvent
from tests import steps
from tests.journeys import ledger_room as room

if TYPE_CHECKING:
    from playwright.sync_api import Browser

SLIP = 450  # milliseconds: longer than what counts as a slip of the finger
TABLET, UPRIGHT, PHONE = (1180, 820), (820, 1180), (390, 844)

Check = Callable[[steps.Visit, room.Server, Page], None]


@contextmanager
def page_of(
    browser: Browser,
    server: room.Server,
    who: str = "alder.therapist",
    size: tuple[int, int] = TABLET,
    **more: Any,
) -> Iterator[Page]:
    """A window of `who`, signed in. What the browser complains about fails the test at the end."""
    context = browser.new_context(viewport={"width": size[0], "height": size[1]}, **more)
    context.set_default_timeout(room.PATIENCE)
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda line: errors.append(line.text) if "Content Security Policy" in line.text else None)
    room.sign_in(page, server, who)
    try:
        yield page
    finally:
        context.close()
    assert errors == [], errors


def open_page(page: Page, server: room.Server, one: steps.Visit) -> None:
    """The live page, ready for the first tap."""
    page.goto(f"{server.home}/visits/{one.visit}/needle/")
    expect(page.locator("#starting")).to_have_count(0)


def shows(page: Page, needles: int) -> None:
    expect(page.locator("#needles-in")).to_have_text(str(needles))


def tap(page: Page, name: str) -> None:
    """Press the button with this text; a person needs longer than a slip of the finger from tap to tap."""
    page.locator("button:visible", has_text=name).first.click()


def number(page: Page, n: int) -> None:
    """Answer a question for a number."""
    while n >= 25:
        tap(page, "More than these")
        n -= 25
        page.wait_for_timeout(450)
    page.locator("#number [data-do=number]").nth(n).click()


def out(page: Page, n: int) -> None:
    page.get_by_role("button", name=f"OUT: needle {n},").click()


def stored(one: steps.Visit | None = None) -> list[dict[str, Any]]:
    """The events that the server holds, in the order of their ids."""
    connections["default"].close()
    rows = SessionEvent.objects.order_by("received_at", "id")
    if one is not None:
        rows = rows.filter(session_id=one.session)
    return list(rows.values_list("body", flat=True))


def picture(page: Page, name: str) -> None:
    """Keep a picture when FILIFORM_PICTURES names a folder."""
    folder = os.environ.get("FILIFORM_PICTURES")
    if folder:
        page.screenshot(path=Path(folder) / f"live-{name}.png")


# ---- checks that must fail when a guard is taken out


def with_a_pack(one: steps.Visit, **changes: object) -> None:
    steps.add(one, steps.event(one, "pack", "open_pack", **steps.pack(one, **changes)))


def kinds(one: steps.Visit) -> list[str]:
    return sorted(event["kind"] for event in stored(one))


def put_in(page: Page, needles: int) -> None:
    for n in range(1, needles + 1):
        page.click("#needle-in")
        shows(page, n)
        page.wait_for_timeout(SLIP)


def mistaken(page: Page, script: str, says: str, instead: str) -> None:
    """From now on the page's program has one line changed."""
    text = (room.STATIC / script).read_text(encoding="utf-8")
    assert says in text, f"{script} no longer says {says}"
    changed = text.replace(says, instead)

    def answer(route: Route) -> None:
        route.fulfill(body=changed, content_type="text/javascript")

    page.route(f"**/needle/{script}*", answer)


def fails(
    check: Callable[[steps.Visit, room.Server, Page], None],
    one: steps.Visit,
    server: room.Server,
    page: Page,
    says: str = "",
) -> None:
    """The negative control: the check sees that the guard is gone. `says`: in which of its assertions."""
    expect.set_options(timeout=1500)
    try:
        with pytest.raises(AssertionError, match=says):
            check(one, server, page)
    finally:
        expect.set_options(timeout=5000)


def sent(page: Page, n: int, one: steps.Visit) -> None:
    """Wait until the server holds `n` events."""
    for _ in range(50):
        if len(stored(one)) >= n:
            return
        page.wait_for_timeout(100)
    raise AssertionError(f"the server holds {len(stored(one))} events, not {n}")
