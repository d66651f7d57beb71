"""The demo's front door: one button per role, five things to try. Outside the demo these addresses do not exist."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth import get_user_model, login, logout
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from filiform.record import signin
from filiform.record.reads import practice as practices
from filiform.web.access import actor, now, public

ROLES = ("front_desk", "therapist", "owner", "auditor")


@public
@require_safe
def welcome(request: HttpRequest) -> HttpResponse:
    """What this demo is, who you can be in it, and what to try."""
    _only_in_the_demo()
    practice = practices.public_practice(by=actor(request), now=now(request))
    return render(request, "demo/welcome.html", {"practice": practice, "roles": ROLES})


@public
@require_POST
def sign_in(request: HttpRequest) -> HttpResponse:
    """Sign in as the demo's first person of a role, without a password."""
    _only_in_the_demo()
    practice = practices.public_practice(by=actor(request), now=now(request))
    username = signin.usernames_by_role(practice.id).get(request.POST.get("role", ""))
    user = get_user_model().objects.filter(username=username).first() if username else None
    if user is None:
        raise Http404
    logout(request)
    login(request, user, backend="filiform.record.signin.PractitionerBackend")
    return redirect("today:home")


def _only_in_the_demo() -> None:
    if not settings.FILIFORM_DEMO:
        raise Http404
