"""The day: who comes, where they are, what is next, and every needle that is in right now."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from filiform.clinical.access import Act, may
from filiform.pages.today.lines import shown
from filiform.record.actions import book as actions
from filiform.record.reads import book as reads
from filiform.record.write import NotFound, Refused
from filiform.web.access import actor, allow, now


@allow(Act.SEE_TODAY)
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The visits of one day, of one place or of all, with the rooms in which needles are in."""
    by = actor(request)
    place = _uuid(request.GET.get("place"))
    day = reads.today(by=by, now=now(request), on=_day(request.GET.get("on")), place_id=place)
    return render(
        request,
        "today/home.html",
        {
            "day": day,
            "place": place,
            "rows": [shown(line, by.role, day.zone, now(request)) for line in day.lines],
            "before": day.on - timedelta(days=1),
            "after": day.on + timedelta(days=1),
        },
    )


@allow(Act.MARK_ARRIVAL)
@require_POST
def arrived(request: HttpRequest, visit_id: UUID) -> HttpResponse:
    """The patient is here."""
    return _moved(request, actions.mark_arrived, visit_id)


@allow(Act.MARK_ARRIVAL)
@require_POST
def missed(request: HttpRequest, visit_id: UUID) -> HttpResponse:
    """The patient did not come."""
    return _moved(request, actions.mark_missed, visit_id)


@allow(Act.BOOK_VISIT)
@require_POST
def cancelled(request: HttpRequest, visit_id: UUID) -> HttpResponse:
    """The visit will not take place."""
    return _moved(request, actions.cancel_visit, visit_id)


@allow(Act.READ_REQUESTS)
@require_safe
def requests(request: HttpRequest) -> HttpResponse:
    """Requests for a first visit that wait for a call."""
    by = actor(request)
    waiting = reads.open_requests(by=by, now=now(request))
    return render(
        request, "today/requests.html", {"waiting": waiting, "may_answer": not may(by.role, Act.ANSWER_REQUEST)}
    )


@allow(Act.ANSWER_REQUEST)
@require_POST
def answer_request(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """Say what came of a request."""
    outcome = request.POST.get("outcome", "").replace("\x00", "")[:200]
    try:
        actions.answer_request(by=actor(request), now=now(request), request_id=request_id, outcome=outcome)
        messages.success(request, gettext("Kept. The request is off the list."))
    except NotFound:
        raise
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("today:requests")


def _moved(request: HttpRequest, action: actions.Move, visit_id: UUID) -> HttpResponse:
    try:
        action(by=actor(request), now=now(request), visit_id=visit_id)
    except NotFound:
        raise
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect(_back(request))


def _back(request: HttpRequest) -> str:
    asked = request.POST.get("back", "")
    return asked if asked.startswith("/today/") else "/today/"


def _day(text: str | None) -> date | None:
    try:
        day = date.fromisoformat(text) if text else None
    except ValueError:
        return None
    return day if day and 1900 <= day.year <= 2200 else None  # the days beside it must exist, too


def _uuid(text: str | None) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        return None
