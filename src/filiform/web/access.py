"""Every route declares who may use it. An undeclared one answers 403 to everybody, and fails the tests.

`@public` for anybody, `@allow(Act.X)` for staff whose role may do X, `@by_link("follow_up")` for a patient who opened
a link of that purpose and gave their birth date.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Concatenate, Literal, ParamSpec, cast
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.utils import timezone

from filiform.clinical.access import Act, Role, may
from filiform.record import audit, signin
from filiform.record.actor import VISITOR, Actor
from filiform.record.write import NotAllowed, NotFound, Refused

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]
PLACE_KEY = "place"


@dataclass(frozen=True, slots=True)
class Declared:
    """What a route says of itself: for anybody, for staff who may do `act`, or for a patient with a link."""

    kind: Literal["public", "staff", "link"]
    act: Act
    purpose: str = ""


# Routes of packages we did not write. Whatever of theirs is not here stays shut.
THIRD_PARTY: dict[str, Declared] = {
    "account_login": Declared("public", Act.SEE_PUBLIC_PAGES),
    "account_logout": Declared("public", Act.SEE_PUBLIC_PAGES),
    "account_reauthenticate": Declared("staff", Act.SEE_TODAY),
    "account_change_password": Declared("staff", Act.SEE_TODAY),
    "mfa_index": Declared("staff", Act.SEE_TODAY),
    "mfa_authenticate": Declared("public", Act.SEE_PUBLIC_PAGES),
    "mfa_reauthenticate": Declared("staff", Act.SEE_TODAY),
    "mfa_activate_totp": Declared("staff", Act.SEE_TODAY),
    "mfa_deactivate_totp": Declared("staff", Act.SEE_TODAY),
    "mfa_view_recovery_codes": Declared("staff", Act.SEE_TODAY),
    "mfa_generate_recovery_codes": Declared("staff", Act.SEE_TODAY),
    "mfa_download_recovery_codes": Declared("staff", Act.SEE_TODAY),
    "mfa_list_webauthn": Declared("staff", Act.SEE_TODAY),
    "mfa_add_webauthn": Declared("staff", Act.SEE_TODAY),
    "mfa_login_webauthn": Declared("public", Act.SEE_PUBLIC_PAGES),
    "mfa_reauthenticate_webauthn": Declared("staff", Act.SEE_TODAY),
    "mfa_remove_webauthn": Declared("staff", Act.SEE_TODAY),
    "mfa_edit_webauthn": Declared("staff", Act.SEE_TODAY),
}


def actor(request: HttpRequest) -> Actor:
    """Who makes this request."""
    found: Actor | None = getattr(request, "_filiform_actor", None)
    return found or VISITOR


def now(request: HttpRequest) -> datetime:
    """The one time of this request, aware, UTC."""
    return cast(datetime, getattr(request, "_filiform_now", None) or timezone.now())


def public(view: View[P]) -> View[P]:
    """Anybody may use this route."""
    return _declare(view, Declared("public", Act.SEE_PUBLIC_PAGES))


def allow(act: Act) -> Callable[[View[P]], View[P]]:
    """Staff whose role may do `act` may use this route; others get 403, and who is not signed in is asked to."""
    return lambda view: _declare(view, Declared("staff", act))


def by_link(purpose: str) -> Callable[[View[P]], View[P]]:
    """A patient who opened a link of `purpose` in this browser may use this route."""
    return lambda view: _declare(view, Declared("link", Act.READ_OWN_LINK, purpose))


def link_key(purpose: str) -> str:
    """Where the session keeps the opened link of `purpose`."""
    return f"patient_link_{purpose}"


def declared(view: Callable[..., object], url_name: str | None) -> Declared | None:
    """What a route declared, or None."""
    own: Declared | None = getattr(view, "declared", None)
    return own or THIRD_PARTY.get(url_name or "")


def _declare(view: View[P], what: Declared) -> View[P]:
    @functools.wraps(view)
    def run(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if request.method == "POST":
            _without_nul(request)
        return view(request, *args, **kwargs)

    run.declared = what  # type: ignore[attr-defined]
    return run


def _without_nul(request: HttpRequest) -> None:
    """Take NUL out of what a form sent: nobody can type it, and PostgreSQL stores no text that holds one."""
    if any("\x00" in value for _, sent in request.POST.lists() for value in sent):
        clean = request.POST.copy()
        for name, sent in request.POST.lists():
            clean.setlist(name, [value.replace("\x00", "") for value in sent])
        request.POST = clean  # type: ignore[assignment]


class AccessMiddleware:
    """Finds out who asks, checks what the route declared, and turns refusals into pages instead of errors."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request._filiform_now = timezone.now()  # type: ignore[attr-defined]
        try:
            with audit.one_request():
                return _unstored(request, self.get_response(request))
        finally:
            timezone.deactivate()

    def process_view(
        self, request: HttpRequest, view: Callable[..., object], args: object, kwargs: object
    ) -> HttpResponseBase | None:
        match = request.resolver_match
        what = declared(view, match.view_name if match else None)
        if what is None:
            raise PermissionDenied("this route declares nobody")
        request._filiform_actor = _find_actor(request, what)  # type: ignore[attr-defined]
        timezone.activate(actor(request).zone)
        if what.kind == "public":
            return None
        found = actor(request)
        if what.kind == "staff" and found.role is Role.VISITOR:
            return _ask_to_sign_in(request)
        if may(found.role, what.act):
            raise PermissionDenied
        return None

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, NotFound):
            raise Http404 from error
        if isinstance(error, NotAllowed):
            raise PermissionDenied from error
        if isinstance(error, Refused):
            return render(request, "web/refused.html", {"blocks": error.blocks}, status=409)
        return None


def _unstored(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    # A page of a patient, or of needles that are in, must not come back from a browser's memory: counts would be old,
    # and the next person at the desk would see them.
    if actor(request).role is not Role.VISITOR and not response.has_header("Cache-Control"):
        response["Cache-Control"] = "no-store"
    return response


def _ask_to_sign_in(request: HttpRequest) -> HttpResponse:
    """To the sign-in page and back. htmx would follow a redirect and swap the sign-in page into a part of this one."""
    if is_json(request):
        return JsonResponse({"reason": "signed_out", "do": "Sign in. Nothing was stored of what was sent."}, status=401)
    if "HX-Request" not in request.headers:
        return redirect_to_login(request.get_full_path(), settings.LOGIN_URL)
    here = request.headers.get("HX-Current-URL", "")
    path = urlsplit(here).path if here else request.path
    answer = redirect_to_login(path, settings.LOGIN_URL)
    return HttpResponse(status=204, headers={"HX-Redirect": answer.headers["Location"]})


def _find_actor(request: HttpRequest, what: Declared) -> Actor:
    if what.kind == "link":
        link = _uuid(request.session.get(link_key(what.purpose)))
        return signin.actor_for_link(link, what.purpose, now(request)) if link else VISITOR
    return signin.actor_for_user(request.user, _uuid(request.session.get(PLACE_KEY)))


def is_json(request: HttpRequest) -> bool:
    """Whether a program of ours sends this, which can read neither a redirect nor a page."""
    return request.content_type == "application/json"


def _uuid(value: object) -> UUID | None:
    try:
        return UUID(str(value)) if value else None
    except ValueError:
        return None
