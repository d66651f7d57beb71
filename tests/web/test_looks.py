"""What only a browser can tell: axe, no sideways scrolling at 320 px and at 200 %, targets, focus, and the scripts."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe

from filiform.record.models import User
from tests import clinic

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page
    from pytest_django.live_server_helper import LiveServer

AXE = {"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"]}
PUBLIC = (
    "/",
    "/learn/side-effects/",
    "/learn/when-to-call/",
    "/book/",
    "/book/thanks/",
    "/account/login/",
    "/no/such/",
)
# Everything that takes a finger on a patient page; links inside a sentence are exempt (WCAG 2.5.8).
SMALL_TARGETS = """() => [...document.querySelectorAll('a, button, input, select, summary, textarea')]
  .filter(e => !e.closest('p, li, td, .vh, .skip, label') && e.getBoundingClientRect().width > 0)
  .filter(e => e.getBoundingClientRect().height < 43.5)
  .map(e => e.outerHTML.slice(0, 90))"""


@contextmanager
def opened(browser: Browser, width: int, height: int, **options: object) -> Iterator[Page]:
    """A page in a context of its own; anything the browser reports as an error fails the test."""
    context = browser.new_context(viewport={"width": width, "height": height}, **options)  # type: ignore[arg-type]
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda line: errors.append(line.text) if "Content Security Policy" in line.text else None)
    yield page
    context.close()
    assert errors == []


def violations(page: Page) -> list[str]:
    """What axe finds, each with the element it means."""
    found = Axe().run(page, options=AXE).response["violations"]
    return [f"{v['id']}: {v['nodes'][0]['html'][:120]}" for v in found]


@pytest.fixture
def server(live_server: LiveServer) -> LiveServer:
    clinic.make()
    user = User.objects.get(username="alder.therapist")
    user.set_password(clinic.PASSWORD)
    user.save()
    return live_server


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_signed_out_pages_have_no_axe_violation_and_fit(browser: Browser, server: LiveServer, theme: str) -> None:
    with opened(browser, 390, 844, color_scheme=theme) as page:
        for path in PUBLIC:
            page.goto(server.url + path)
            assert violations(page) == [], path
            assert page.evaluate(SMALL_TARGETS) == [], path


@pytest.mark.parametrize(("width", "zoom"), [(320, 1), (683, 2)])
def test_nothing_scrolls_sideways(browser: Browser, server: LiveServer, width: int, zoom: int) -> None:
    with opened(browser, width, 640, device_scale_factor=zoom) as page:
        for path in PUBLIC:
            page.goto(server.url + path)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, path


def test_axe_and_the_size_check_can_fail(browser: Browser, server: LiveServer) -> None:
    with opened(browser, 320, 640) as page:
        page.goto(server.url + "/book/")
        page.evaluate("document.querySelector('label[for=id_name]').remove()")
        page.evaluate(
            "document.querySelector('.btn').style.cssText ="
            " 'min-height: 0; height: 20px; padding: 0; min-width: 900px; flex: none'"
        )
        assert any(found.startswith("label") for found in violations(page))
        assert page.evaluate("document.documentElement.scrollWidth") > 320
        page.evaluate("document.querySelector('form').append(document.querySelector('.btn'))")  # out of its sentence
        assert any("btn" in found for found in page.evaluate(SMALL_TARGETS))


def test_a_mistake_takes_the_focus_and_its_link_leads_to_the_field(browser: Browser, server: LiveServer) -> None:
    with opened(browser, 390, 844) as page:
        page.goto(server.url + "/book/")
        page.fill("#id_name", "Lena Fischer")
        page.get_by_role("button", name="Send my request").click()
        assert page.evaluate("document.activeElement.className") == "errors"
        page.get_by_role("link", name="Enter a telephone number").click()
        assert page.evaluate("document.activeElement.id") == "id_phone"
        assert page.input_value("#id_name") == "Lena Fischer"
        assert violations(page) == []


def test_a_first_visit_is_asked_for_without_javascript_by_keyboard_alone(browser: Browser, server: LiveServer) -> None:
    with opened(browser, 390, 844, java_script_enabled=False) as page:
        page.goto(server.url + "/")
        page.get_by_role("link", name="Book a first visit").last.focus()
        page.keyboard.press("Enter")
        page.wait_for_url("**/book/")
        page.locator("#id_name").focus()
        for key in ("Lena Fischer", "Tab", "512 555 0142", "Tab", "Space"):
            page.keyboard.press(key) if key in ("Tab", "Space") else page.keyboard.type(key)
        page.keyboard.press("Enter")
        page.wait_for_url("**/book/thanks/")
        assert "+15125550142" in page.inner_text("main")


def _sign_in(page: Page, url: str) -> None:
    page.goto(url + "/account/login/")
    page.fill("#id_login", "alder.therapist")
    page.fill("#id_password", clinic.PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url("**/today/")


def test_the_theme_is_kept_on_this_device_and_drawn_by_the_server(browser: Browser, server: LiveServer) -> None:
    with opened(browser, 1366, 900, color_scheme="light") as page:
        _sign_in(page, server.url)
        page.locator("details.menu summary").click()
        page.get_by_role("button", name="Dark").click()
        assert page.get_attribute("html", "data-theme") == "dark"
        page.route("**/*.js", lambda route: route.abort())
        page.reload()
        assert page.get_attribute("html", "data-theme") == "dark"
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(11, 18, 24)"


@pytest.mark.parametrize(("width", "height"), [(390, 844), (1366, 900)])
def test_the_staff_shell_has_no_axe_violation(browser: Browser, server: LiveServer, width: int, height: int) -> None:
    with opened(browser, width, height) as page:
        _sign_in(page, server.url)
        page.locator("details.menu summary").click()
        assert violations(page) == []
        page.keyboard.press("Escape")
        assert not page.locator(".menu-body").is_visible()


def _with_markup(page: Page, server: LiveServer, markup: str, *names: str) -> None:
    """An empty page of ours with this markup and our scripts, loaded as a browser loads them."""
    wanted = names or ("timers", "guard", "toast")
    scripts = "".join(f'<script type="module" src="/static/web/{name}.js"></script>' for name in wanted)
    body = f"<!doctype html><html lang=en><title>x</title><body>{markup}{scripts}"
    page.unroute("**/sample/")
    page.route("**/sample/", lambda route: route.fulfill(body=body, content_type="text/html"))
    page.goto(server.url + "/sample/")


def test_clocks_count_on_and_say_when_time_is_up(browser: Browser, server: LiveServer) -> None:
    with opened(browser, 390, 844) as page:
        page.clock.install()
        _with_markup(
            page, server, '<time data-elapsed="598" data-target="600" data-late="time is up">09:58</time><i></i>'
        )
        page.clock.run_for(1000)
        assert page.inner_text("time") == "09:59"
        page.clock.run_for(2000)
        assert page.inner_text("time") == "10:01 time is up"
        page.evaluate("document.querySelector('time').dataset.elapsed = '5'")  # the server's newer number wins
        page.clock.run_for(500)
        assert page.inner_text("time") == "00:05"


PRESS = """at => { const press = new MouseEvent('click', {bubbles: true, cancelable: true, detail: 1});
    Object.defineProperty(press, 'timeStamp', {value: at}); document.querySelector('button').dispatchEvent(press) }"""
CLICKS = (
    """() => { window.clicks = 0; document.querySelector('button').addEventListener('click', () => window.clicks++) }"""
)


def _presses(page: Page, server: LiveServer, gap: int, *scripts: str) -> int:
    """How many of two presses, `gap` ms apart, reach a button on a page with these scripts."""
    _with_markup(page, server, "<button>In</button>", *scripts)
    page.evaluate(CLICKS)
    for at in (1000, 1000 + gap):
        page.evaluate(PRESS, at)
    return int(page.evaluate("window.clicks"))


@pytest.mark.control("C-121")
def test_a_second_press_within_400_ms_is_ignored(browser: Browser, server: LiveServer) -> None:
    with opened(browser, 390, 844) as page:
        assert [_presses(page, server, gap, "guard") for gap in (50, 390, 410, 600)] == [1, 1, 2, 2]


@pytest.mark.control("C-121")
def test_without_the_guard_a_second_press_counts(browser: Browser, server: LiveServer) -> None:
    with opened(browser, 390, 844) as page:
        assert _presses(page, server, 50, "timers") == 2


def test_a_form_is_sent_once(browser: Browser, server: LiveServer) -> None:
    with opened(browser, 390, 844) as page:
        sent: list[str] = []
        page.route("**/slow/", lambda route: sent.append(route.request.method))  # never answered
        _with_markup(page, server, '<form method="post" action="/slow/"><button>Save</button></form>')
        page.evaluate("() => { for (const _ of [1, 2, 3]) document.forms[0].requestSubmit() }")
        page.wait_for_timeout(200)
        assert sent == ["POST"]


def test_a_failed_write_is_said_until_somebody_closes_it(browser: Browser, server: LiveServer) -> None:
    with opened(browser, 390, 844) as page:
        page.clock.install()
        _with_markup(page, server, '<div id="toasts" class="toasts" data-close="Close" data-failed="Not saved."></div>')
        page.evaluate("document.body.dispatchEvent(new CustomEvent('htmx:responseError'))")
        say = "document.body.dispatchEvent(new CustomEvent('toast', {detail: {text: '<b>Saved</b>', kind: 'ok'}}))"
        page.evaluate(say)
        assert page.locator(".toast").count() == 2 and page.locator(".toast b").count() == 0
        page.clock.run_for(20_000)
        assert page.locator(".toast").all_inner_texts() == ["Not saved.Close"]
        page.get_by_role("button", name="Close").click()
        assert page.locator(".toast").count() == 0
