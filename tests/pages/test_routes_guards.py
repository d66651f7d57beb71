"""Negative controls of C-112: with its guard taken out the same test of every address fails."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from filiform.record.write import NotFound, Refused
from filiform.web import access
from tests.pages import test_routes, walk

pytestmark = pytest.mark.django_db
CSRF = "django.middleware.csrf.CsrfViewMiddleware"


@pytest.mark.control("C-112")
def test_guard_removed_a_form_would_be_taken_without_its_token(settings: Any) -> None:
    done = walk.scene("amended")
    test_routes.test_no_form_is_taken_without_its_token(done)
    settings.MIDDLEWARE = [one for one in settings.MIDDLEWARE if one != CSRF]
    with pytest.raises(AssertionError):
        test_routes.test_no_form_is_taken_without_its_token(done)


def without_refusals(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the record refuses is no longer turned into a page."""
    monkeypatch.setattr(access.AccessMiddleware, "process_exception", lambda self, request, error: None)


def trusting_dates(monkeypatch: pytest.MonkeyPatch) -> None:
    """The day of an address is taken as it came."""
    monkeypatch.setattr("filiform.pages.today.views._day", lambda text: date.fromisoformat(text) if text else None)


@pytest.mark.control("C-112")
@pytest.mark.parametrize(
    ("take_out", "breaks"), [(without_refusals, (NotFound, Refused)), (trusting_dates, ValueError)]
)
def test_guard_removed_garbage_would_break_a_page(
    take_out: Callable[[pytest.MonkeyPatch], None], breaks: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The test client raises what a server would answer with a 500."""
    take_out(monkeypatch)
    with pytest.raises(breaks):
        test_routes.test_garbage_in_every_field_of_every_address_is_never_a_500("therapist", "arrived")


@pytest.mark.control("C-112")
def test_guard_removed_a_page_would_carry_no_policy(settings: Any) -> None:
    done = walk.scene("amended")
    test_routes.test_refusals_and_missing_pages_carry_the_headers_and_are_pages_too(done)
    settings.MIDDLEWARE = [one for one in settings.MIDDLEWARE if one != "csp.middleware.CSPMiddleware"]
    with pytest.raises(AssertionError):
        test_routes.test_refusals_and_missing_pages_carry_the_headers_and_are_pages_too(done)
