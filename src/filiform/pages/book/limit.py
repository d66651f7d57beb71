"""At most so many requests from one address: enough for a family behind one router, too few for a flood."""

from __future__ import annotations

from django.core.cache import cache
from django.http import HttpRequest

REQUESTS = 10
SECONDS = 600


def too_many(request: HttpRequest) -> bool:
    """Count this request; True when its address has sent more than REQUESTS within SECONDS."""
    key = f"book-request:{request.META.get('REMOTE_ADDR', '')}"
    if cache.add(key, 1, SECONDS):
        return False
    try:
        return cache.incr(key) > REQUESTS
    except ValueError:  # it ran out between the two lines
        return False
