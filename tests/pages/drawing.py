"""What the tests of the patient's drawing share: a browser that has opened a link, and pages within their budgets."""

from __future__ import annotations

import gzip
from typing import Any

from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from filiform.record.actions import follow
from filiform.record.models import PainDrawing
from tests.clinic import Clinic

HOME, MARK, UNDO, NOTHING, MORE, DONE = (
    f"/p/drawing/{one}" for one in ("", *map("{}/".format, "mark undo nothing more done".split()))
)
MOST_QUERIES, MOST_BYTES = 12, 15_000


def opened(here: Clinic) -> Client:
    """A browser in which the patient has opened a link to draw."""
    token = follow.make_link(by=here.therapist, now=timezone.now(), visit_id=here.visit, purpose="draw")
    browser = Client()
    birth = {"birth_date_day": "12", "birth_date_month": "3", "birth_date_year": "1984"}
    answer = browser.post(f"/p/{token}/", birth)
    assert (answer.status_code, answer.headers["Location"]) == (302, HOME)
    return browser


def get(browser: Client, url: str = HOME) -> str:
    """A page, with its budgets held."""
    with CaptureQueriesContext(connection) as asked:
        answer = browser.get(url)
    assert answer.status_code == 200, (answer.status_code, answer.headers.get("Location"))
    assert len(asked) <= MOST_QUERIES + (connection.vendor == "postgresql"), "\n".join(q["sql"][:120] for q in asked)
    assert len(gzip.compress(answer.content)) <= MOST_BYTES, url
    assert "no-store" in answer.headers["Cache-Control"] or "no-cache" in answer.headers["Cache-Control"]
    return answer.content.decode()


def seen() -> int:
    newest = PainDrawing.objects.order_by("-number").first()
    return newest.number if newest else 0


def mark(browser: Client, site: str, intensity: str = "", **other: Any) -> HttpResponse:
    return browser.post(MARK, {"site": site, "intensity": intensity, "seen": seen(), "here": "?view=back", **other})


def kept() -> dict[str, int]:
    newest = PainDrawing.objects.order_by("-number").first()
    return {f"{a['region']}.{a['side']}": a["intensity"] for a in newest.areas} if newest else {}
