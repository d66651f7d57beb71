"""The pain drawing on a telephone: drawn front and back, undone, by the list, by keyboard alone, without JavaScript,
without a network for a while; then compared by the therapist."""

from __future__ import annotations

import json
import os
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.journeys import axe
from tests.journeys.sheet import TELEPHONE, Scene, kept, opened, place, serving, tap, window

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Route


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    with serving(tmp_path_factory.mktemp("drawing")) as found:
        yield found


def open_part(page: Page, words: str) -> None:
    page.get_by_role("link", name=re.compile(f"^{words}")).first.click()
    expect(page.get_by_role("heading", name="Tap where it hurts")).to_be_visible()


def picture(page: Page, name: str) -> None:
    folder = os.environ.get("FILIFORM_PICTURES")
    if folder:
        page.screenshot(path=Path(folder) / f"drawing-{name}.png", full_page=True)


def test_front_and_back_are_drawn_undone_told_more_and_finished(browser: Browser, scene: Scene) -> None:
    with window(browser) as context:
        page = opened(context, scene)
        picture(page, "front")
        open_part(page, "Shoulder and armpit, right")
        said = page.locator("[data-said]")
        for words in ("mild", "medium", "strong"):
            tap(page, "shoulder_anterior.right")
            expect(said).to_have_text(f"Right front of the shoulder, {words}")
        kept(page)
        page.get_by_role("link", name="Back", exact=True).click()
        open_part(page, "Upper back and shoulder blade, right")
        tap(page, "neck_base.right")
        tap(page, "shoulder_superior.right")
        tap(page, "shoulder_superior.right")
        kept(page)
        picture(page, "part")
        assert scene.newest() == {"shoulder_anterior.right": 8, "neck_base.right": 2, "shoulder_superior.right": 5}
        marks = page.get_by_role("list", name="Where it hurts")
        expect(marks.get_by_role("listitem")).to_have_count(3)
        page.reload()  # nothing is lost
        expect(place(page, "shoulder_superior.right")).to_have_accessible_name("Right top of the shoulder, medium")
        page.get_by_role("button", name="Undo").click()
        expect(place(page, "shoulder_superior.right")).to_have_accessible_name("Right top of the shoulder, mild")
        page.get_by_role("button", name="Undo").click()
        expect(place(page, "shoulder_superior.right")).to_have_accessible_name("Right top of the shoulder")
        assert scene.newest() == {"shoulder_anterior.right": 8, "neck_base.right": 2}
        page.get_by_role("link", name="Continue").click()
        expect(page.get_by_role("heading", name="Right base of the neck")).to_be_visible()
        page.locator("label.nr").filter(has_text=re.compile(r"^\s*3\s*$")).click()
        page.get_by_text("Burning", exact=True).click()
        page.get_by_text("Numb", exact=True).click()
        page.get_by_text("For weeks", exact=True).click()
        picture(page, "more")
        page.get_by_role("button", name="Continue").click()
        page.get_by_role("button", name="Finish").click()
        expect(page.get_by_text("burning, numb, for weeks")).to_be_visible()
        picture(page, "done")
    number, areas, finished = scene.drawings()[-1]
    assert (areas, finished) == ({"shoulder_anterior.right": 8, "neck_base.right": 3}, 1)
    assert number == len(scene.drawings())  # every state before it is there


def test_quick_taps_all_arrive_in_their_order_and_a_fifth_takes_the_mark_away(browser: Browser, scene: Scene) -> None:
    with window(browser) as context:
        page = opened(context, scene)
        open_part(page, "Shoulder and armpit, left")
        for _ in range(3):
            for value in ("shoulder_anterior.left", "shoulder_lateral.left"):
                tap(page, value)
        kept(page)
        assert scene.newest() == {"shoulder_anterior.left": 8, "shoulder_lateral.left": 8}
        tap(page, "shoulder_lateral.left")
        tap(page, "shoulder_lateral.left")
        expect(page.locator("[data-said]")).to_have_text("Left outer shoulder, no longer marked")
        kept(page)
        assert scene.newest() == {"shoulder_anterior.left": 8}


def loses_its_network(page: Page, scene: Scene) -> None:
    open_part(page, "Shoulder and armpit, left")
    page.context.set_offline(True)
    tap(page, "shoulder_anterior.left")
    expect(page.locator("[data-words]")).to_have_text("Not saved yet. We try again.")
    expect(place(page, "shoulder_anterior.left")).to_have_accessible_name("Left front of the shoulder, mild")
    assert scene.newest() == {}
    page.context.set_offline(False)
    kept(page)
    assert scene.newest() == {"shoulder_anterior.left": 2}


def goes_on_at_once(page: Page, scene: Scene) -> None:
    open_part(page, "Shoulder and armpit, left")
    page.route("**/p/drawing/mark/", slowly)
    tap(page, "shoulder_anterior.left")
    page.get_by_role("link", name="All body").click()
    expect(page.get_by_role("heading", name="Where does it hurt?")).to_be_visible()
    expect(page.get_by_role("list", name="Where it hurts")).to_contain_text("Left front of the shoulder")
    assert scene.newest() == {"shoulder_anterior.left": 2}


def slowly(route: Route) -> None:
    time.sleep(0.6)
    route.continue_()


@pytest.mark.control("C-225")
@pytest.mark.parametrize("story", [loses_its_network, goes_on_at_once])
def test_a_mark_stays_on_the_screen_until_it_is_kept_and_whatever_leads_on_waits(
    browser: Browser, scene: Scene, story: Callable[[Page, Scene], None]
) -> None:
    with window(browser) as context:
        story(opened(context, scene), scene)


GUARDS = {  # in the module: the line that holds, and what stands there without it
    "loses_its_network": (loses_its_network, "      continue;\n", "      waiting.shift();\n      continue;\n"),
    "goes_on_at_once": (goes_on_at_once, "if (!link || !sending) return;", "return;"),
}


@pytest.mark.control("C-225")
@pytest.mark.parametrize("name", GUARDS)
def test_control_without_that_the_mark_would_be_lost(browser: Browser, scene: Scene, name: str) -> None:
    """Negative control: the module as it is sent, without the one line."""
    story, guard, instead = GUARDS[name]

    def without(route: Route) -> None:
        text = route.fetch().text()
        assert text.count(guard) == 1
        route.fulfill(body=text.replace(guard, instead), content_type="text/javascript")

    with window(browser) as context:
        page = opened(context, scene)
        page.route("**/paindrawing*.js", without)
        with pytest.raises(AssertionError):
            story(page, scene)


def test_of_two_telephones_the_second_is_told_and_shows_what_is_kept(browser: Browser, scene: Scene) -> None:
    with window(browser) as context:
        first = opened(context, scene)
        open_part(first, "Shoulder and armpit, left")
        second = context.new_page()
        second.goto(first.url)
        tap(first, "shoulder_lateral.left")
        kept(first)
        tap(second, "shoulder_anterior.left")
        expect(second.get_by_role("alert")).to_contain_text("has just changed the pain drawing")
        expect(second.locator("[data-said]")).to_have_text("")
        expect(place(second, "shoulder_anterior.left")).to_have_accessible_name("Left front of the shoulder")
        expect(place(second, "shoulder_lateral.left")).to_have_accessible_name("Left outer shoulder, mild")
        tap(second, "shoulder_anterior.left")
        kept(second)
        assert scene.newest() == {"shoulder_lateral.left": 2, "shoulder_anterior.left": 2}


def test_a_link_that_ended_meanwhile_is_said_and_no_mark_is_shown_as_kept(browser: Browser, scene: Scene) -> None:
    with window(browser) as context:
        page = opened(context, scene)
        open_part(page, "Shoulder and armpit, left")
        context.clear_cookies()
        tap(page, "shoulder_anterior.left")
        expect(page.locator("[data-said]")).to_have_text("This could not be saved. Open your link again, or call us.")
        expect(page.locator("[data-words]")).not_to_have_text("Saved")
        assert scene.newest() == {}


def test_the_list_without_javascript_gives_the_same_codes_as_taps(browser: Browser, scene: Scene) -> None:
    wanted = {"shoulder_superior.right": 5, "head_vertex.midline": 2, "teeth_upper.left": 8}
    with window(browser) as context:
        page = opened(context, scene)
        for part, value, taps in (
            ("upper_back.right", "shoulder_superior.right", 2),
            ("face", "head_vertex.midline", 1),
        ):
            page.goto(f"{scene.home}/p/drawing/?part={part}")
            for _ in range(taps):
                tap(page, value)
            kept(page)
        for _ in range(3):
            tap(page, "teeth_upper.left")
        kept(page)
        assert scene.newest() == wanted
    with window(browser, java_script_enabled=False) as context:
        page = opened(context, scene)
        assert scene.newest() == {}
        page.get_by_role("link", name="Use a list").click()
        for group, words, step in (
            ("Shoulder", "right top of the shoulder", "Medium"),
            ("Head", "top of the head, in the middle", "Mild"),
            ("Face", "left upper teeth", "Strong"),
        ):
            page.locator("details", has=page.locator("summary b", has_text=re.compile(f"^{group}$"))).locator(
                "summary"
            ).click()
            page.get_by_role("link", name=words, exact=True).click()
            page.get_by_role("button", name=step).click()
        picture(page, "list")
        assert scene.newest() == wanted
        page.get_by_role("button", name="Undo").click()
        assert scene.newest() == {key: wanted[key] for key in list(wanted)[:2]}
        page.get_by_role("link", name="Continue").click()
        page.get_by_role("button", name="Skip the other places and finish").click()
        expect(page.get_by_role("heading", name=re.compile("Thank you"))).to_be_visible()


def test_a_tap_on_the_picture_works_without_javascript_too(browser: Browser, scene: Scene) -> None:
    with window(browser, java_script_enabled=False) as context:
        page = opened(context, scene)
        page.get_by_role("link", name=re.compile("^Front of the knee, left")).click()
        tap(page, "knee_medial.left")
        page.get_by_role("button", name="Worst").click()
        assert scene.newest() == {"knee_medial.left": 10}
        expect(place(page, "knee_medial.left")).to_have_attribute("data-n", "10")


def test_keyboard_alone_draws_and_finishes(browser: Browser, scene: Scene) -> None:
    with window(browser) as context:
        page = opened(context, scene)
        tab_to(page, "Chest, right")
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name="Tap where it hurts")).to_be_visible()
        tab_to(page, "Breastbone, in the middle")
        page.keyboard.press("Enter")
        page.keyboard.press("Space")
        kept(page)
        assert scene.newest() == {"sternum.midline": 5}
        tab_to(page, "Undo")
        page.keyboard.press("Enter")
        expect(page.get_by_text("mild 2")).to_be_visible()
        tab_to(page, "Continue")
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name="Breastbone")).to_be_visible()
        tab_to(page, "Finish")
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name=re.compile("Thank you"))).to_be_visible()


def tab_to(page: Page, name: str) -> None:
    """Press Tab until the focus is on what is called so."""
    for _ in range(80):
        page.keyboard.press("Tab")
        said = page.evaluate("(document.activeElement.ariaLabel || document.activeElement.innerText || '').trim()")
        if said.startswith(name):
            return
    raise AssertionError(f"Tab never came to {name!r}")


def test_axe_finds_nothing_in_light_and_dark_and_nothing_goes_sideways(browser: Browser, scene: Scene) -> None:
    faults: dict[str, list[str]] = {}
    with window(browser) as context:
        page = opened(context, scene)
        page.goto(f"{scene.home}/p/drawing/?part=face")
        for taps, value in enumerate(("forehead.left", "temple.left", "cheek.left", "jaw.left", "teeth_upper.left"), 1):
            for _ in range(taps % 5 or 4):
                tap(page, value)
        kept(page)
        for query in ("", "?view=back", "?view=left", "?part=face", "?part=sole.right", "?list=1", "?ask=heel.left"):
            for scheme in ("light", "dark"):
                page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
                page.goto(f"{scene.home}/p/drawing/{query}")
                if found := axe.violations(page):
                    faults[f"{query} {scheme}"] = found
            page.set_viewport_size({"width": 320, "height": 700})
            if found := axe.sideways(page, 320):
                faults[f"{query} 320"] = found
            page.set_viewport_size(TELEPHONE)  # type: ignore[arg-type]
        page.goto(f"{scene.home}/p/drawing/more/?place=jaw.left")
        faults |= {"more": found} if (found := axe.violations(page)) else {}
    assert faults == {}, json.dumps(faults, indent=1)


# ---- the therapist compares


def test_the_therapist_makes_a_link_and_compares_the_drawings(browser: Browser, scene: Scene) -> None:
    faults: dict[str, list[str]] = {}
    with window(browser, viewport={"width": 1180, "height": 820}) as context:
        page = context.new_page()
        page.goto(f"{scene.home}/account/login/")
        page.get_by_label("Username").fill("alder.therapist")
        page.get_by_label("Password").first.fill(scene.told["password"])
        page.get_by_role("button", name="Sign in").click()
        page.goto(f"{scene.home}/patients/{scene.told['patient']}/")
        page.get_by_role("link", name=re.compile("^Link to draw")).first.click()
        page.get_by_role("button", name="Make a link").click()
        link = page.locator("a.address").inner_text()
        assert link.startswith(f"{scene.home}/p/")
        page.goto(f"{scene.home}/patients/{scene.told['patient']}/")
        page.get_by_role("link", name="Pain drawings").click()
        choose = page.locator("select")
        options = choose.first.locator("option").all_inner_texts()
        choose.first.select_option(index=len(options) - 1)
        choose.last.select_option(index=len(options) - 2)
        page.get_by_role("button", name="Compare").click()
        for words in (
            "right back of the head (3)",
            "right top of the shoulder (5 → 8)",
            "above the shoulder blade, right (6)",
        ):
            expect(page.get_by_text(words)).to_be_visible()
        expect(page.get_by_role("row", name=re.compile("Right side of the neck.*8.*4.*weaker"))).to_be_visible()
        expect(page.locator("svg.change:not(.key) .said text")).to_have_count(4)
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            page.reload()
            picture(page, f"compare-{scheme}")
            if found := axe.violations(page):
                faults[scheme] = found
        page.set_viewport_size({"width": 320, "height": 700})
        faults |= {"320": found} if (found := axe.sideways(page, 320)) else {}
    assert faults == {}, json.dumps(faults, indent=1)


def test_a_link_that_has_ended_says_so(browser: Browser, scene: Scene) -> None:
    with window(browser) as context:
        page = context.new_page()
        answer = page.goto(f"{scene.home}/p/{scene.told['links'][1]}/")
        assert answer is not None and answer.status == 410
        expect(page.get_by_role("heading", name="This link has ended")).to_be_visible()
