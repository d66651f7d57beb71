"""How Filiform bends allauth and axes: nobody signs up by himself, and a lockout is per address and name."""

from __future__ import annotations

from collections.abc import Mapping

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class ClosedAccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Accounts are made by the owner, never by a visitor."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False


def axes_username(request: HttpRequest | None, credentials: Mapping[str, str] | None) -> str:
    """The name somebody tries to sign in with: allauth posts it as `login`, axes would look for `username`."""
    if credentials:
        return credentials.get("username") or credentials.get("login") or ""
    return request.POST.get("login", "") if request is not None else ""
