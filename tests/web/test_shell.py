"""The walls around every page: top bar by role, rooms with needles in, theme per device, error pages, signing in."""

from __future__ import annotations

import re
from datetime import timedelta
from types import SimpleNamespace
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.conf import settings
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.urls import reverse

from filiform.clinical.access import Act, Role, may
from filiform.record.actor import VISITOR, Actor
from filiform.record.models import User
from filiform.web import errors, nav
from filiform.web.parts import NavItem
from tests import clinic

ROLES = ("front_desk", "therapist", "owner", "auditor")


def _acts(role: Role) -> dict[str, bool]:
    return {act.value: not may(role, act) for act in Act}


def shell(role: Role, template: str = "base.html", **context: object) -> str:
    """A base page as one role sees it."""
    by = Actor(id=f"staff:{uuid4()}", role=role, name="Dana Reyes") if role is not Role.VISITOR else VISITOR
    request: HttpRequest = context.pop("request", None) or RequestFactory().get("/x/")  # type: ignore[assignment]
    return render_to_string(template, {"request": request, "actor": by, "acts": _acts(role), **context})


@pytest.mark.parametrize("role", ROLES)
def test_the_top_bar_has_at_most_five_entries_and_only_what_the_role_may_open(role: str) -> None:
    html = shell(Role(role))
    main = re.search(r'<nav class="main-nav".*?</nav>', html, re.S)
    assert main
    assert 1 <= main.group().count("<li>") <= nav.MOST_ENTRIES
    closed = [item for item in nav.items() if not _acts(Role(role))[item.act]]
    assert not any(f">{item.label}<" in main.group() for item in closed)


def test_every_entry_leads_somewhere_and_names_an_act_and_an_icon() -> None:
    entries = nav.entries({act.value: True for act in Act}, "")
    assert len(entries) == len(nav.items())
    assert {item.act for item in nav.items()} <= {act.value for act in Act}
    assert len({item.order for item in nav.items()}) == len(nav.items()), "two entries in one place"


def test_an_entry_is_hidden_from_a_role_that_may_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nav, "items", lambda: (NavItem("Secret", "audit", "account_login", "read_audit", 1),))
    assert nav.entries({"read_audit": True}, "")[0].label == "Secret"
    assert nav.entries({"read_audit": False}, "") == () == nav.entries({}, "")


def test_who_is_signed_in_is_said_with_role_and_a_way_out() -> None:
    html = shell(Role.FRONT_DESK)
    assert "Dana Reyes" in html and "Front desk" in html
    assert '<form method="post" action="/account/logout/">' in html


def test_a_visitor_has_no_search_and_no_way_out() -> None:
    html = shell(Role.VISITOR)
    assert 'role="search"' not in html and "/account/logout/" not in html


ROOMS = [
    SimpleNamespace(
        room_name="Room 2", patient_short="", needles_in=3, longest_dwell_seconds=462, visit_id=UUID(int=2)
    ),
    SimpleNamespace(room_name="Room 1", patient_short="", needles_in=0, longest_dwell_seconds=0, visit_id=UUID(int=1)),
]


def rooms_shown(html: str) -> list[tuple[str, str]]:
    """Needles in and longest dwell of each room that a page shows, in order."""
    strip = re.search(r'<nav class="rooms".*?</nav>', html, re.S)
    links = re.findall(r"<a .*?</a>", strip.group(), re.S) if strip else []
    return [
        ("".join(re.findall(r'aria-label="(\d+) needles? in"', a)), "".join(re.findall(r">([\d:]+)</time>", a)))
        for a in links
    ]


@pytest.mark.control("C-120")
@pytest.mark.parametrize("template", ["base.html", "session_base.html"])
def test_every_page_shows_each_room_with_its_needles_and_longest_dwell(template: str) -> None:
    html = shell(Role.THERAPIST, template, open_sessions=ROOMS)
    assert rooms_shown(html) == [("3", "07:42"), ("0", "")]
    assert 'data-elapsed="462"' in html, "the clock must go on"
    assert f'href="{reverse("needle:visit", args=[UUID(int=2)])}"' in html
    assert rooms_shown(shell(Role.THERAPIST, template)) == []


@pytest.mark.control("C-120")
def test_the_reader_of_rooms_misses_a_strip_that_is_gone() -> None:
    html = shell(Role.THERAPIST, open_sessions=ROOMS)
    without = re.sub(r'<nav class="rooms".*?</nav>', "", html, flags=re.S)
    assert rooms_shown(without) == []
    assert rooms_shown(html.replace('aria-label="3 needles in"', "")) == [("", "07:42"), ("0", "")]


@pytest.mark.parametrize(("cookie", "theme"), [("dark", "dark"), ("light", "light"), ("", ""), ('"><script>', "")])
def test_the_theme_is_this_devices(cookie: str, theme: str) -> None:
    request = RequestFactory().get("/")
    request.COOKIES["theme"] = cookie
    assert f'data-theme="{theme}"' in shell(Role.OWNER, request=request)


def test_the_live_session_is_dark_until_this_device_says_otherwise() -> None:
    request = RequestFactory().get("/")
    request.COOKIES["theme"] = "light"
    assert 'data-theme="dark"' in shell(Role.THERAPIST, "session_base.html", request=request)
    request.COOKIES["session_theme"] = "light"
    assert 'data-theme="light"' in shell(Role.THERAPIST, "session_base.html", request=request)


def test_htmx_may_not_evaluate_keep_pages_or_leave_the_house() -> None:
    html = shell(Role.OWNER)
    for setting in (
        '"allowEval": false',
        '"historyCacheSize": 0',
        '"includeIndicatorStyles": false',
        '"selfRequestsOnly": true',
    ):
        assert setting in html


def test_500_needs_no_request_no_context_and_no_database() -> None:
    response = errors.broken(RequestFactory().get("/"))  # no db fixture: a query would fail this test
    text = response.content.decode()
    assert response.status_code == 500
    assert "Something is broken on our side" in text and "Are needles in a patient now?" in text


@pytest.mark.django_db
def test_404_says_what_to_do(client: Client) -> None:
    response = client.get("/no/such/page/")
    assert response.status_code == 404
    assert b"There is no such page" in response.content and b"call the practice" in response.content


@pytest.mark.django_db
def test_403_for_the_wrong_role_and_for_an_old_form(client: Client) -> None:
    wrong = errors.forbidden(RequestFactory().get("/"))
    assert wrong.status_code == 403 and b"You may not open this page" in wrong.content
    strict = Client(enforce_csrf_checks=True)
    old = strict.post("/account/login/", {"login": "x", "password": "y"})
    assert old.status_code == 403 and b"The form has expired" in old.content


@pytest.mark.django_db
def test_sign_in_out_and_a_wrong_password() -> None:
    made = clinic.make(now=clinic.NOW - timedelta(days=1))
    user = User.objects.get(username="alder.therapist")
    user.set_password(clinic.PASSWORD)
    user.save()
    client = Client()
    wrong = client.post("/account/login/", {"login": "alder.therapist", "password": "wrong"})
    text = wrong.content.decode()
    assert 'role="alert"' in text and 'value="alder.therapist"' in text and "<title>Error: Sign in" in text
    right = client.post("/account/login/", {"login": "alder.therapist", "password": clinic.PASSWORD})
    assert right.status_code == 302 and right["Location"] == settings.LOGIN_REDIRECT_URL
    assert client.get("/")["Location"] == "/today/"
    assert client.get("/account/logout/").status_code in (200, 302)
    client.post("/account/logout/")
    assert client.get("/").status_code == 200
    assert made.practice


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path", ["/account/2fa/", "/account/2fa/totp/activate/", "/account/2fa/webauthn/", "/account/password/change/"]
)
def test_the_pages_of_allauth_stand_in_our_house(path: str) -> None:
    clinic.make()
    user = User.objects.get(username="alder.owner")
    user.set_password(clinic.PASSWORD)
    user.save()
    client = Client()
    client.force_login(user)
    response = client.get(path)
    if response.status_code == 302:  # allauth asks for the password again before it shows this
        assert "reauthenticate" in response["Location"]
        response = client.get(response["Location"])
    text = response.content.decode()
    assert response.status_code == 200
    assert 'class="top"' in text or 'class="public-bar"' in text
    assert "components.css" in text and "Menu:" not in text


@pytest.mark.django_db
def test_only_the_demo_leads_from_signing_in_to_its_buttons(client: Client, settings: Any) -> None:
    assert 'href="/demo/"' not in client.get("/account/login/").content.decode()
    settings.FILIFORM_DEMO = True
    assert 'href="/demo/"' in client.get("/account/login/").content.decode()
