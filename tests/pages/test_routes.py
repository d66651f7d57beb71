"""Every address, by everybody: who may come in, what the page promises, and that nothing sent to it breaks it."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any
from urllib.parse import quote_from_bytes

import pytest
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import include, path
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from filiform.clinical.access import Act
from filiform.record.models import AuditRow
from filiform.web import access
from tests import steps
from tests.pages import walk
from tests.pages.walk import Page, Route, Scene

pytestmark = pytest.mark.django_db
MOST_QUERIES = 12
STAFF_BYTES, PATIENT_BYTES = 60_000, 15_000  # gzipped HTML
HEADERS = {"X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY", "Referrer-Policy": "same-origin"}
POLICY = ("default-src 'self'", "object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'", "form-action 'self'")
IN = {200, 302, 303, 404, 405, 409, 410, 422}


@pytest.fixture
def done() -> Scene:
    return walk.scene("amended")


# ---- every address says who may use it


@pytest.mark.control("C-111")
def test_every_address_of_ours_declares_who_may_use_it() -> None:
    assert len(walk.own_routes()) > 30
    assert [route.name for route in walk.own_routes() if route.declares is None] == []


def stranger(request: HttpRequest) -> HttpResponse:
    return HttpResponse("anybody")


urlpatterns = [path("in/", include(([path("a/<uuid:visit_id>/", stranger, name="a")], "deep"), namespace="deep"))]


@pytest.mark.control("C-111")
def test_one_that_does_not_is_found_however_deep_and_stays_shut(done: Scene) -> None:
    (route,) = walk.walk(urlpatterns)
    assert (route.name, route.takes, route.declares) == ("deep:a", ("visit_id",), None)
    request: Any = SimpleNamespace(resolver_match=SimpleNamespace(view_name="deep:a"))
    with pytest.raises(access.PermissionDenied):
        access.AccessMiddleware(lambda _: HttpResponse()).process_view(request, stranger, (), {})
    opened = access.public(stranger)
    assert access.declared(opened, "deep:a") is not None


@pytest.mark.control("C-111")
def test_what_packages_bring_is_shut_unless_we_opened_it(done: Scene) -> None:
    theirs = [route for route in walk.routes() if not route.ours and route.declares is None]
    assert len(theirs) > 5
    for who in ("visitor", "therapist"):
        browser = done.browser(who)
        for route in theirs:
            assert browser.get(route.url(done.ids)).status_code == 403, route.name
            assert browser.post(route.url(done.ids)).status_code == 403, route.name


# ---- who may come in


def outcome(route: Route, response: Any) -> str:
    if response.status_code == 403:
        return "forbidden"
    if response.status_code == 302 and response["Location"].startswith("/account/login/"):
        return "sign in"
    assert response.status_code in IN, (route.name, response.status_code)
    return "in"


@pytest.mark.control("C-111")
@pytest.mark.parametrize("who", walk.WHO)
@pytest.mark.parametrize("method", ["get", "post"])
def test_everybody_comes_in_exactly_where_they_may(done: Scene, who: str, method: str) -> None:
    found, wanted = {}, {}
    for route in walk.own_routes():
        browser = done.browser(who)  # anew: some addresses sign in or out
        response = getattr(browser, method)(route.url(done.ids))
        found[route.name], wanted[route.name] = outcome(route, response), walk.expected(route, who)
    assert found == wanted


@pytest.mark.control("C-111")
def test_a_therapist_of_another_practice_finds_nothing_of_ours(done: Scene) -> None:
    browser = done.browser("other")
    for route in walk.own_routes():
        own = [name for name in route.takes if name.endswith("_id")]
        if own and walk.expected(route, "other") == "in":
            for method in ("get", "post"):
                status = getattr(browser, method)(route.url(done.ids)).status_code
                assert status in (404, 405), (route.name, method, status)


def test_the_table_of_roles_is_what_decides(done: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    browser = done.browser("auditor")
    assert browser.get("/practice/audit/").status_code == 200
    monkeypatch.setitem(walk.may.__globals__["ALLOWED"], Act.READ_AUDIT, frozenset())
    assert browser.get("/practice/audit/").status_code == 403


def test_who_has_left_is_a_stranger_at_once(done: Scene) -> None:
    browser = done.browser("therapist")
    assert browser.get("/today/").status_code == 200
    person = done.here.therapist.staff_id
    from filiform.record.models import Practitioner

    Practitioner.objects.filter(pk=person).update(left_on="2026-01-01")
    assert browser.get("/today/").status_code == 302


@pytest.mark.control("C-112")
def test_no_form_is_taken_without_its_token(done: Scene) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(walk.User.objects.get(username="alder.therapist"), backend=walk.BACKEND)
    before = AuditRow.objects.count()
    for route in walk.own_routes():
        status = browser.post(route.url(done.ids)).status_code
        assert status in (403, 405), (route.name, status)
    assert not AuditRow.objects.filter(done=True).count() > before


# ---- what every page promises, at every step of a visit


def pages(scene: Scene, who: str) -> Iterator[tuple[Route, Any, int]]:
    """Every page that `who` may open: route, response, and how many queries it took."""
    browser = scene.browser(who)
    for route in walk.own_routes():
        if walk.expected(route, who) == "in":
            with CaptureQueriesContext(connection) as asked:
                response = browser.get(route.url(scene.ids))
            if response.status_code == 200 and response["Content-Type"].startswith("text/html"):
                yield route, response, len(asked)


@pytest.mark.control("C-112")
@pytest.mark.parametrize("step", steps.STEPS)
def test_every_page_keeps_its_promises_at_every_step(step: str) -> None:
    scene = walk.scene(step)
    most = MOST_QUERIES + (connection.vendor == "postgresql")  # the lock of the audit chain
    faults: dict[str, Any] = {}
    opened = 0
    for route, response, queries in pages(scene, "therapist"):
        opened += 1
        page = Page(response.content.decode())
        size = len(gzip.compress(response.content))
        found = [*page.faults, *headers(response)]
        found += [f"{queries} queries"] * (queries > most) + [f"{size} bytes"] * (size > STAFF_BYTES)
        found += ["no lang"] * (page.lang != "en") + ["no title"] * (not page.title)
        if found:
            faults[route.name] = found
    assert opened >= 15
    assert faults == {}


@pytest.mark.parametrize("who", ["visitor", "front_desk", "owner", "auditor", "patient"])
def test_the_pages_of_the_others_keep_them_too(done: Scene, who: str) -> None:
    most = MOST_QUERIES + (connection.vendor == "postgresql")
    faults: dict[str, Any] = {}
    for route, response, queries in pages(done, who):
        page = Page(response.content.decode())
        size = len(gzip.compress(response.content))
        small = who == "patient" or (who == "visitor" and route.name.startswith("follow:"))
        limit = PATIENT_BYTES if small else STAFF_BYTES
        found = [*page.faults, *headers(response), *([f"{queries} queries"] * (queries > most))]
        found += [f"{size} bytes"] * (size > limit) + ["no lang"] * (page.lang != "en")
        if found:
            faults[route.name] = found
    assert faults == {}


def headers(response: Any) -> list[str]:
    """Which of the headers that keep a browser safe are missing."""
    missing = [name for name, value in HEADERS.items() if response.headers.get(name) != value]
    policy = response.headers.get("Content-Security-Policy", "")
    missing += [part for part in POLICY if part not in policy]
    return missing + [word for word in ("unsafe-inline", "unsafe-eval") if word in policy]


@pytest.mark.control("C-112")
def test_refusals_and_missing_pages_carry_the_headers_and_are_pages_too(done: Scene) -> None:
    browser = done.browser("front_desk")
    for url, status in (("/no/such/page/", 404), (f"/visits/{done.here.visit}/screen/", 403), ("/", 302)):
        response = browser.get(url)
        assert response.status_code == status
        assert headers(response) == []
        if status != 302:
            page = Page(response.content.decode())
            assert (page.lang, bool(page.title), page.faults) == ("en", True, [])


@pytest.mark.parametrize(
    ("html", "fault"),
    [
        ("<p style='color:red'>", "<p style>"),
        ("<p onclick='x()'>", "<p onclick>"),
        ("<script>x()</script>", "inline <script>"),
        ("<style>p {}</style>", "inline <style>"),
        ("<a href='javascript:x()'>", "a javascript:x()"),
        ("<form method=POST action=/x/><input name=a></form>", "form /x/ without its token"),
    ],
)
def test_what_breaks_a_promise_is_seen(html: str, fault: str) -> None:
    assert Page(html).faults == [fault]
    assert (
        Page("<form method=get></form><script src=x></script><script type='application/json'>{}</script>").faults == []
    )


# ---- nothing that is sent breaks it

NASTY = (
    *(b"\x00", b"a\x00b", b"\xff\xfe", b"\xed\xa0\x80", b"\xf0\x9f\xa9\xb9", b"x" * 20_000, b" ", b"", b"\r\nX-A: b"),
    *(b"'; DROP TABLE x; --", b"<script>alert(1)</script>", b"{{ 7*7 }}", b"%s%n", b"../../etc/passwd", b"[]", b"{}"),
    *(b"9" * 400, b"-1", b"1e999", b"NaN", b"Infinity", b"0x10", b"2026-02-30", b"9999-12-31", b"0001-01-01", b"null"),
    *(b"00000000-0000-0000-0000-000000000000", b"not-a-uuid", "e\u0301\u202e\u0000".encode(), "\u0663".encode()),
    "\u00b2".encode(),
)


TURNS = 4  # how many different values each field gets at each address
# What Hypothesis fills in; the walk above finds the names by itself.
FIELDS = (
    "q",
    "on",
    "id",
    "kind",
    "needle",
    "pack",
    "muscle",
    "side",
    "tray",
    "seen",
    "areas",
    "region",
    "birth_date_day",
)
FIELDS = (
    *FIELDS,
    "birth_date_month",
    "birth_date_year",
    "room",
    "text",
    "words",
    "pain",
    "signs",
    "step",
    "value",
    "minutes",
)


def send(browser: Client, method: str, url: str, body: bytes) -> Any:
    """`body` as a form, byte by byte as it is, so that no client makes it decent first."""
    if method == "get":
        return browser.generic("GET", url, QUERY_STRING=body.decode("latin-1"))
    return browser.generic("POST", url, body, content_type="application/x-www-form-urlencoded")


def form(pairs: list[tuple[str, bytes]]) -> bytes:
    return "&".join(f"{name}={quote_from_bytes(value)}" for name, value in pairs).encode()


def fields_of(scene: Scene, who: str) -> list[str]:
    """Names of the fields that the pages have and the addresses read, so that garbage arrives where it is read."""
    every = {"q", "on", "place", "about", "target", "back", "id", "kind", "next", "seen"}
    for _, response, _ in pages(scene, who):
        every |= Page(response.content.decode()).fields
    return sorted(every - {"csrfmiddlewaretoken"})


@pytest.mark.control("C-112")
@pytest.mark.parametrize(
    ("who", "step"),
    [
        ("therapist", "arrived"),
        ("therapist", "needling"),
        ("owner", "amended"),
        ("patient", "closed"),
        ("visitor", "closed"),
    ],
)
def test_garbage_in_every_field_of_every_address_is_never_a_500(who: str, step: str) -> None:
    scene = walk.scene(step)
    names = fields_of(scene, who)
    browser = scene.browser(who)
    for number, route in enumerate(route for route in walk.own_routes() if walk.expected(route, who) == "in"):
        for turn in range(0, len(NASTY), len(NASTY) // TURNS):
            body = form([(name, NASTY[(number + turn + n) % len(NASTY)]) for n, name in enumerate(names)])
            for method in ("get", "post"):
                status = send(browser, method, route.url(scene.ids), body).status_code
                assert status in IN | {400, 413}, (route.name, method, turn, status)


TEXT = st.one_of(
    st.sampled_from(NASTY),
    st.binary(max_size=40),
    st.text(max_size=20).map(lambda s: s.encode("utf-8", "surrogatepass")),
)


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(data=st.data())
def test_any_mixture_of_garbage_is_never_a_500(done: Scene, data: st.DataObject) -> None:
    route = data.draw(st.sampled_from([r for r in walk.own_routes() if walk.expected(r, "therapist") == "in"]))
    pairs = data.draw(st.lists(st.tuples(st.sampled_from(sorted(FIELDS)), TEXT), max_size=12))
    method = data.draw(st.sampled_from(["get", "post"]))
    assert send(done.browser("therapist"), method, route.url(done.ids), form(pairs)).status_code < 500


@pytest.mark.parametrize("body", [b"x" * 1_100_000, b"a=1&" * 5000, b"\x00" * 1000, b"%", b"=" * 900, b"&" * 900])
def test_too_much_and_half_a_form_is_refused_whole(done: Scene, body: bytes) -> None:
    browser = done.browser("therapist")
    for route in walk.own_routes():
        if walk.expected(route, "therapist") == "in":
            assert send(browser, "post", route.url(done.ids), body).status_code < 500, route.name


def test_a_wrong_id_is_a_page_that_is_not_there(done: Scene) -> None:
    browser = done.browser("therapist")
    for wrong in ("x", "00000000-0000-0000-0000-000000000000", "1", "%00", "%FF%FE", "'"):
        assert browser.get(f"/visits/{wrong}/screen/").status_code == 404
        assert browser.get(f"/patients/{wrong}/").status_code == 404
