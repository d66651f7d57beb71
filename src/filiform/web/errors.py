"""The pages for what went wrong: each says what, and what to do next. 500 needs neither database nor context."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseServerError, JsonResponse
from django.shortcuts import render
from django.template import loader

from filiform.web.access import is_json


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403: the role may not use this page."""
    return render(request, "403.html", status=403)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403: the form had been open too long, or cookies are off."""
    if is_json(request):
        return JsonResponse({"reason": "token", "do": "Load the page again. Nothing was stored."}, status=403)
    return render(request, "403.html", {"stale_form": True}, status=403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404: no such page, or no such thing in this practice."""
    return render(request, "404.html", status=404)


def broken(request: HttpRequest) -> HttpResponse:
    """500: rendered without request, so that it works when everything else does not."""
    return HttpResponseServerError(loader.get_template("500.html").render())
