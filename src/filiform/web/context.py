"""What every staff page shows: who is signed in, and each of a therapist's rooms with its needles in."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest

from filiform.clinical.access import Act, Role, may
from filiform.record.reads import needle
from filiform.web.access import actor, now


def staff_bar(request: HttpRequest) -> dict[str, object]:
    """`actor`, `acts` (what the role may do, for showing or hiding a link), `open_sessions` of a therapist."""
    by = actor(request)
    sessions = needle.own_open_sessions(by=by, now=now(request)) if by.role is Role.THERAPIST else ()
    return {
        "actor": by,
        "acts": {act.value: not may(by.role, act) for act in Act},
        "open_sessions": sessions,
        "demo": settings.FILIFORM_DEMO,
        "now": now(request),
    }
