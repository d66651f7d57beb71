"""The atlas in a browser: results while typing, two taps on the map, the keyboard alone, without scripts, on paper."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from tests.journeys import axe
from tests.journeys.installation import Installation

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

PHONE, TABLET, DESK = (
    {"width": 390, "height": 844},
    {"width": 1180, "height": 820},
    {"width": 1366, "height": 900},
)
PAGES = (
    "/atlas/",
    "/atlas/?view=sides",
    "/atlas/?part=face",
    "/atlas/?q=heel",
    "/atlas/?q=xyzzy",
    "/atlas/places/lumbar/?side=left",
    "/atlas/places/teeth_upper/",
    "/atlas/muscles/infraspinatus/",
    "/atlas/muscles/levator_ani_coccygeus/?side=left",
)


@dataclass(frozen=True, slots=True)
class Room:
    """The address of the server and a therapist's session."""

    home: str
    session: str


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Room]:
    installation = Installation(tmp_path_factory.mktemp("atlas") / "data")
    session = json.loads(installation.make("tests.journeys.atlas_room"))
    with installation.serving() as home:
        yield Room(home, session)


@contextmanager
def window(browser: Browser, room: Room, size: dict[str, int], **more: Any) -> Iterator[Page]:
    """A page in which nothing may go wrong unsaid."""
    errors: list[str] = []
    looks: dict[str, Any] = {"viewport": size, "reduced_motion": "reduce", **more}
    context = browser.new_context(base_url=room.home, **looks)
    context.add_cookies([{"name": "sessionid", "value": room.session, "url": room.home}])
    context.on("weberror", lambda error: errors.append(str(error.error)))
    context.on("console", lambda line: errors.append(line.text) if line.type == "error" else None)
    yield context.new_page()
    context.close()
    assert errors == []


def test_results_appear_while_typing_and_lead_to_the_muscle(browser: Browser, room: Room) -> None:
    with window(browser, room, TABLET) as page:
        page.goto("/atlas/")
        page.evaluate("window.same = true")
        page.get_by_label("Muscle, place or complaint").press_sequentially("infraspinaus", delay=10)
        link = page.locator("#found").get_by_role("link", name="Infraspinatus")
        expect(link).to_be_visible()
        expect(page.locator("#found-said")).to_have_text("1 muscle")
        assert page.evaluate("window.same"), "the page was loaded again"
        page.get_by_label("Muscle, place or complaint").fill("")
        expect(link).to_be_hidden()
        page.get_by_label("Muscle, place or complaint").fill("infraspinatus")
        link.click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Infraspinatus")


def test_two_taps_on_a_phone_from_the_figure_to_the_heel(browser: Browser, room: Room) -> None:
    with window(browser, room, PHONE, has_touch=True) as page:
        page.goto("/atlas/")
        for name in ("Sole of the foot, left", "Left heel"):
            box = page.get_by_role("link", name=name, exact=True).bounding_box()
            assert box is not None
            assert min(box["width"], box["height"]) >= 24, (name, box)
            page.get_by_role("link", name=name, exact=True).tap()
        expect(page.get_by_role("heading", level=1)).to_have_text("Left heel")
        page.get_by_role("link", name="Quadratus plantae").first.tap()
        expect(page.get_by_role("heading", level=1)).to_have_text("Quadratus plantae")
        assert page.url.endswith("?side=left")


def test_an_outline_on_the_map_leads_to_its_muscle(browser: Browser, room: Room) -> None:
    with window(browser, room, TABLET) as page:
        page.goto("/atlas/places/scapula_body/?side=right")
        page.locator("svg a.pick", has=page.locator("path.ranked")).last.click()
        assert "/atlas/muscles/" in page.url
        assert page.url.endswith("?side=right")


def test_without_scripts_the_search_still_answers(browser: Browser, room: Room) -> None:
    with window(browser, room, DESK, java_script_enabled=False) as page:
        page.goto("/atlas/")
        page.get_by_label("Muscle, place or complaint").fill("stiff neck")
        page.get_by_role("button", name="Find", exact=True).click()
        page.locator("#found").get_by_role("link", name="Levator scapulae").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Levator scapulae")


def test_the_keyboard_alone_finds_a_muscle(browser: Browser, room: Room) -> None:
    with window(browser, room, DESK) as page:
        page.goto("/atlas/")
        page.get_by_label("Muscle, place or complaint").focus()
        page.keyboard.type("soleus")
        page.keyboard.press("Enter")
        page.wait_for_url("**/atlas/?q=soleus")
        for _ in range(60):
            page.keyboard.press("Tab")
            if page.evaluate("document.activeElement.textContent") == "Soleus":
                break
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", level=1)).to_have_text("Soleus")
        for url in ("/atlas/?part=face", "/atlas/places/lumbar/", "/atlas/muscles/infraspinatus/"):
            page.goto(url)
            assert axe.tabbing(page) == [], url


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_is_accessible_and_fits(browser: Browser, room: Room, scheme: str) -> None:
    faults: dict[str, list[str]] = {}
    with window(browser, room, DESK, color_scheme=scheme) as page:
        for url in PAGES:
            page.set_viewport_size(DESK)  # type: ignore[arg-type]
            page.goto(url)
            found = axe.violations(page)
            for width in (683, 320):
                page.set_viewport_size({"width": width, "height": 700})
                found += axe.sideways(page, width)
            if found:
                faults[url] = found
    assert faults == {}, json.dumps(faults, indent=1)


def test_on_paper_it_is_grey_and_has_no_search(browser: Browser, room: Room) -> None:
    with window(browser, room, DESK) as page:
        page.goto("/atlas/muscles/rhomboids/")
        page.emulate_media(media="print")
        assert "grayscale(1)" in page.locator(".atlas").evaluate("one => getComputedStyle(one).filter")
        expect(page.locator(".top")).to_be_hidden()
        expect(page.get_by_role("heading", name="In the way of the needle")).to_have_count(2)
        page.goto("/atlas/?q=heel")
        expect(page.locator(".seek")).to_be_hidden()
