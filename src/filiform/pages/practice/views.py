"""For who answers for all of it: places, people with their credentials, and who read or wrote what."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from filiform.clinical.access import Act
from filiform.record.reads import practice as reads
from filiform.web.access import actor, allow, now


@allow(Act.READ_AUDIT)
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Places, people and credentials."""
    by, at = actor(request), now(request)
    staff = reads.people(by=by, now=at)
    return render(
        request,
        "practice/home.html",
        {
            "practice": reads.own_practice(by=by, now=at),
            "staff": [(person, person.credential_on(at.date())) for person in staff],
        },
    )


@allow(Act.READ_AUDIT)
@require_safe
def audit_trail(request: HttpRequest) -> HttpResponse:
    """The newest audit rows, of one record when `about` is its id, and whether the chain verifies."""
    about = _id(request.GET.get("about", ""))
    trail = reads.audit_trail(by=actor(request), now=now(request), about=about)
    return render(request, "practice/audit.html", {"trail": trail, "about": about})


def _id(text: str) -> str:
    try:
        return str(UUID(text))
    except ValueError:
        return ""
