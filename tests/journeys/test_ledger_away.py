"""While the server is away: what is entered is shown, survives reload and kill -9, and arrives later, once."""

from __future__ import annotations

import contextlib
import re
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connections
from playwright.sync_api import Error, Route

from filiform.clinical.needle import canonical, event_from
from filiform.record.models import SessionEvent
from tests import clinic, steps
from tests.journeys import ledger_room as room
from tests.pages import walk

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

Mistakes = Mapping[str, tuple[str, str]]
NONE: Mistakes = {}


@pytest.fixture
def one(real_db: None) -> steps.Visit:
    return steps.reach(clinic.make(now=walk.began()), "opened", walk.began())


@pytest.fixture
def server(one: steps.Visit) -> Iterator[room.Server]:
    running = room.Server()
    running.start()
    yield running
    running.stop()


def url(one: steps.Visit) -> str:
    return f"/visits/{one.visit}/needle/events/"


def stored() -> list[str]:
    """The events that the server holds, by content."""
    connections["default"].close()  # read what other connections wrote
    return sorted(canonical(event_from(body)) for body in SessionEvent.objects.values_list("body", flat=True))


def opened(page: Page, one: steps.Visit, server: room.Server, mistakes: Mistakes = NONE) -> None:
    room.enter_room(page, server, str(one.session), url(one), mistakes)


def check_the_outage(one: steps.Visit, server: room.Server, chromium: room.Chromium, mistakes: Mistakes) -> None:
    page = chromium.start()
    opened(page, one, server, mistakes)
    events = [room.enter(page, "open_pack", **steps.pack(one))]
    pack = events[0]["id"]
    events.append(room.enter(page, "in", muscle="infraspinatus", side="right", pack=pack))
    room.shows(page, needles=1, waiting=0)
    assert len(stored()) == 2

    server.stop()
    server.asked.clear()
    events.append(room.enter(page, "in", muscle="infraspinatus", side="left", pack=pack))
    events.append(room.enter(page, "twitch", needle=events[1]["id"]))
    events.append(room.enter(page, "out", needle=events[1]["id"]))
    room.shows(page, needles=1, waiting=3)
    page.reload()
    page.wait_for_function("window.ledger")
    room.shows(page, needles=1, waiting=3)
    assert not room.status(page)["canEnter"], "nobody proves who is at the tablet now"
    chromium.kill()
    page = chromium.start()
    opened(page, one, server, mistakes)
    room.shows(page, needles=1, waiting=3)
    assert server.asked == {}, "the server was really away"
    assert len(stored()) == 2

    server.start()
    room.shows(page, needles=1, waiting=0)
    assert stored() == sorted(canonical(event_from(event)) for event in events)
    assert server.asked["POST"] >= 1


@pytest.mark.control("C-208")
def test_events_entered_while_the_server_is_away_are_shown_kept_and_sent_later_once(
    one: steps.Visit, server: room.Server, browser: Browser, tmp_path: Path
) -> None:
    with room.chromium(browser, tmp_path) as chromium:
        check_the_outage(one, server, chromium, NONE)


# Each is a way in which an outbox loses events, and the test above must see it.
LOST = "waiting 3 was wanted"
MISTAKES: dict[str, Mistakes] = {
    "shown before it is on the disk": {"ledger.js": ("await store.write(rows);", "")},
    "sent is taken for stored": {
        "ledger.js": (
            "if (status === 200 && LISTS",
            "if (status !== 200) Object.assign(answer, { held: batch.map((one) => one.id), you: this.#entry?.by });\n"
            "    for (const name of LISTS) answer[name] ??= [];\n    if (LISTS",
        )
    },
    "a new id with every try": {
        "ledger.js": (
            "events: batch.map((one) => one.event)",
            "events: batch.flatMap((one) => [one.event, { ...one.event, id: uuid7() }])",
        )
    },
}


@pytest.mark.control("C-208")
@pytest.mark.parametrize("name", MISTAKES)
def test_an_outbox_that_loses_or_doubles_events_is_found(
    name: str, one: steps.Visit, server: room.Server, browser: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, "PATIENCE", 4_000)
    seen = r"assert \d+ == 2" if name.startswith("a new id") else LOST
    with room.chromium(browser, tmp_path) as chromium, pytest.raises(AssertionError, match=seen):
        check_the_outage(one, server, chromium, MISTAKES[name])


# ---- nothing but its own id's answer takes an event out of the outbox

ANSWERS: dict[str, tuple[dict[str, Any], str]] = {
    **{
        f"{code}": ({"status": code, "body": "<html>no</html>", "content_type": "text/html"}, link)
        for code, link in {
            400: "away",
            403: "not_allowed",
            404: "missing",
            409: "away",
            410: "away",
            413: "away",
            422: "away",
            429: "away",
            500: "away",
            503: "away",
        }.items()
    },
    "signed out": ({"status": 401, "json": {"reason": "signed_out"}}, "signed_out"),
    "an old token": ({"status": 403, "json": {"reason": "token"}}, "signed_out"),
    "a hotel's page": ({"status": 200, "body": "<html>Welcome</html>", "content_type": "text/html"}, "away"),
    "another program": ({"status": 200, "json": {"held": ["x"]}}, "away"),
    "null": ({"status": 200, "json": None}, "away"),
    "another's ids": (
        {"status": 200, "json": {"held": ["x"], "aside": [], "refused": [], "flagged": [], "you": "", "count": 9}},
        "ok",
    ),
}


@pytest.mark.control("C-208")
def test_nothing_but_the_answer_to_its_own_id_takes_an_event_out(
    one: steps.Visit, server: room.Server, browser: Browser
) -> None:
    page = browser.new_context().new_page()
    opened(page, one, server)
    answers = list(ANSWERS.items())
    fulfil: dict[str, Any] = answers[0][1][0]
    where = re.compile(re.escape(url(one)) + "$")

    def answer(route: Route) -> None:
        route.fulfill(**fulfil) if fulfil else route.abort()

    page.route(where, lambda route: answer(route) if route.request.method == "POST" else route.continue_())
    event = room.enter(page, "note", text="stays")
    for name, (given, link) in [*answers, ("no answer", ({}, "away"))]:
        fulfil = given
        page.evaluate("window.ledger.send({ now: true })")
        found = room.status(page)
        assert (found["waiting"], found["refused"], found["aside"]) == (1, [], []), name
        assert found["link"] == link, name
    assert stored() == []
    page.unroute(where)
    page.reload()
    page.wait_for_function("window.ledger")
    room.shows(page, needles=0, waiting=0)
    assert stored() == [canonical(event_from(event))]
    page.context.close()


@pytest.mark.control("C-208")
def test_one_bad_event_is_shown_as_refused_and_the_others_flow(
    one: steps.Visit, server: room.Server, browser: Browser
) -> None:
    """An event that this server does not know, as an older one would not: kept on the device, told, and no dam."""
    page = browser.new_context().new_page()
    opened(page, one, server, {"kinds.js": ('note: [["text",["text",2000],1]]', 'note: [["text",["text",9999],1]]')})
    page.route("**/events/", lambda route: route.abort())
    good = room.enter(page, "note", text="good")
    bad = room.enter(page, "note", text="x" * 5000)
    last = room.enter(page, "note", text="last")
    page.unroute("**/events/")
    page.evaluate("window.ledger.send({ now: true })")
    room.shows(page, needles=0, waiting=0)
    (refused,) = room.status(page)["refused"]
    assert (refused["id"], refused["rule"]) == (bad["id"], "event.unreadable")
    assert refused["because"] and refused["do"]
    assert stored() == sorted(canonical(event_from(event)) for event in (good, last))
    page.context.close()


@pytest.mark.control("C-205")
def test_after_somebody_else_signed_in_nothing_more_is_entered_under_the_old_name(
    one: steps.Visit, server: room.Server, browser: Browser
) -> None:
    page = browser.new_context().new_page()
    opened(page, one, server)
    page.route("**/events/", lambda route: route.abort())
    mine = room.enter(page, "note", text="mine")
    other = {"you": "staff:other", "held": [mine["id"]], "aside": [], "refused": [], "flagged": [], "closed": False}
    # Laid over the first route, which stays: between the two, the page's own retry could reach the real server.
    page.route("**/events/", lambda route: route.fulfill(json={**other, "count": 1}))
    page.evaluate("window.ledger.send({ now: true })")
    page.wait_for_function("window.ledger.status().otherAuthor")
    assert room.status(page)["otherAuthor"] and not room.status(page)["canEnter"]
    with pytest.raises(Error, match="Somebody else has signed in"):
        room.enter(page, "note", text="whose?")
    page.context.close()


def check_leaving(one: steps.Visit, server: room.Server, page: Page, mistakes: Mistakes) -> None:
    """A tap is sent after its frame; who leaves the page sooner than that has it sent all the same."""
    opened(page, one, server, mistakes)
    with contextlib.suppress(Error):  # the page is gone before it can answer
        page.evaluate("window.ledger.enter('note', { text: 'last' }).then(() => location.assign('about:blank'))")
    page.wait_for_url("about:blank")
    until = time.monotonic() + 3
    while not stored() and time.monotonic() < until:
        time.sleep(0.1)
    assert len(stored()) == 1, "the last tap was left behind"


@pytest.mark.control("C-208")
@pytest.mark.parametrize("listens", [True, False])
def test_the_tap_of_the_last_moment_is_sent(
    one: steps.Visit, server: room.Server, browser: Browser, listens: bool
) -> None:
    page = browser.new_context().new_page()
    if listens:
        check_leaving(one, server, page, NONE)
    else:
        with pytest.raises(AssertionError, match="left behind"):
            check_leaving(one, server, page, {"ledger.js": ('addEventListener("pagehide", this.leave);', "")})
    page.context.close()


@pytest.mark.control("C-201")
def test_two_tablets_see_each_other_and_a_batch_of_hundreds_goes_in_pieces(
    one: steps.Visit, server: room.Server, browser: Browser
) -> None:
    first, second = (browser.new_context().new_page() for _ in range(2))
    opened(first, one, server)
    opened(second, one, server)
    first.route("**/events/", lambda route: route.abort())
    first.evaluate("""async () => {
      for (let n = 0; n < 120; n += 1) await window.ledger.enter("note", { text: String(n) });
    }""")
    first.unroute("**/events/")
    server.asked.clear()
    first.evaluate("window.ledger.send({ now: true })")
    room.shows(first, needles=0, waiting=0)
    assert server.asked["POST"] == 3, "120 events in batches of 50"
    room.enter(second, "open_pack", **steps.pack(one))
    second.wait_for_function("window.ledger.state().events.length === 121")
    assert len(stored()) == 121
    ids = second.evaluate("window.ledger.state().events")
    version_7 = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
    assert len(set(ids)) == 121 and all(version_7.fullmatch(name) for name in ids)
    for page in (first, second):
        page.context.close()


# ---- said of the scripts themselves


def unsafe_writes(text: str) -> int:
    """Transactions that write without waiting for the disk."""
    return len(re.findall(r'"readwrite"(?!, \{ durability: "strict" \})', text))


@pytest.mark.control("C-208")
def test_every_write_waits_for_the_disk() -> None:
    texts = [file.read_text(encoding="utf-8") for file in room.STATIC.glob("*.js")]
    assert sum(text.count('"readwrite"') for text in texts) >= 1
    assert sum(map(unsafe_writes, texts)) == 0
    assert unsafe_writes('db.transaction("events", "readwrite")') == 1


def test_ids_sort_as_they_were_made_whatever_the_clock_does(browser: Browser, one: steps.Visit, server: Any) -> None:
    page = browser.new_context().new_page()
    opened(page, one, server)
    made = page.evaluate("""async () => {
      const { uuid7, localTime } = await import("/static/needle/ledger.js");
      const ids = [];
      for (let n = 0; n < 10000; n += 1) ids.push(uuid7(n < 5000 ? 1_800_000_000_000 : 1_700_000_000_000));
      return [ids, localTime(new Date(0)), [...ids].sort().join() === ids.join()];
    }""")
    ids, moment, in_order = made
    assert in_order and len(set(ids)) == 10_000
    assert re.fullmatch(r"1970-01-01T\d\d:\d\d:00\.000[+-]\d\d:\d\d", moment)
    page.context.close()
