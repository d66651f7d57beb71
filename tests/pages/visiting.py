"""What the tests of the three pages before the needle share: a signed-in browser, and the promises every page keeps."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Mapping
from typing import Any
from uuid import uuid4

from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from filiform.record.models import User
from tests.clinic import Clinic

MOST_QUERIES = 12
MOST_BYTES = 60_000  # HTML, gzipped
BACKEND = "filiform.record.signin.PractitionerBackend"


def signed_in(role: str = "therapist", name: str = "Alder") -> Client:
    """A browser in which this role of this practice has signed in."""
    browser = Client()
    browser.force_login(User.objects.get(username=f"{name.lower()}.{role}"), backend=BACKEND)
    return browser


def get(browser: Client, route: str, here: Clinic, query: str = "") -> HttpResponse:
    """The page, with its budgets checked: queries (with sign-in and audit) and bytes."""
    with CaptureQueriesContext(connection) as asked:
        answer = browser.get(reverse(route, args=[here.visit]) + query)
    assert answer.status_code == 200, answer.content[:300]
    # one advisory lock more on PostgreSQL, where the audit chain needs it
    most = MOST_QUERIES + (connection.vendor == "postgresql")
    assert len(asked) <= most, "\n".join(one["sql"][:160] for one in asked)
    assert len(gzip.compress(answer.content)) <= MOST_BYTES
    return answer


def post(browser: Client, route: str, here: Clinic, data: Mapping[str, Any] | None = None) -> HttpResponse:
    """What comes back from sending a form."""
    return browser.post(reverse(route, args=[here.visit]), data or {})


def check_people(
    route: str, here: Clinic, ok: int, data: Callable[[], Mapping[str, Any]] | None, roles: set[str]
) -> None:
    """Allowed, not allowed, another practice, nobody signed in: 200 or 302, 403, 404, and the sign-in page."""

    def ask(browser: Client) -> HttpResponse:
        return post(browser, route, here, data()) if data else browser.get(reverse(route, args=[here.visit]))

    for role in ("front_desk", "owner", "auditor", "therapist"):
        assert ask(signed_in(role)).status_code == (ok if role in roles else 403), role
    assert ask(signed_in("therapist", "Birch")).status_code == 404
    nobody = ask(Client())
    assert nobody.status_code == 302
    assert "/account/login/" in nobody.headers["Location"]
    unknown = reverse(route, args=[uuid4()])
    browser = signed_in()
    assert (browser.post(unknown, data()) if data else browser.get(unknown)).status_code == 404
