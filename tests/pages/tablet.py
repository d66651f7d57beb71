"""A tablet with the session open, as far as the door for events sees one."""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from tests import clinic, steps
from tests.clinic import Clinic
from tests.pages import walk
from tests.pages.visiting import signed_in


class Tablet:
    """A browser with the session open: it makes events as ledger.js does, and sends what it is told to."""

    def __init__(self, one: steps.Visit, role: str = "therapist", browser: Client | None = None) -> None:
        self.one = one
        self.browser = browser or signed_in(role)
        self.url = f"/visits/{one.visit}/needle/events/"
        self.opening = self.browser.get(self.url).json()

    def event(self, kind: str, **fields: Any) -> dict[str, Any]:
        own = {"id": str(uuid4()), "at": timezone.now().isoformat(), "device": self.opening["device"]}
        return {**own, "by": self.opening["by"], "kind": kind, **fields}

    def pack(self, **changes: Any) -> dict[str, Any]:
        return self.event("open_pack", **steps.pack(self.one, **changes))

    def into(self, pack: dict[str, Any], **changes: Any) -> dict[str, Any]:
        return self.event("in", **{"muscle": "infraspinatus", "side": "right", "pack": pack["id"], **changes})

    def post(self, body: Any, **more: Any) -> Any:
        sent = body if isinstance(body, bytes | str) else json.dumps(body)
        return self.browser.post(self.url, sent, content_type="application/json", **more)

    def send(self, *events: Any) -> Any:
        return self.post({"entry": self.opening["entry"], "events": list(events)})

    def answer(self, *events: Any) -> dict[str, Any]:
        response = self.send(*events)
        assert response.status_code == 200, response.content
        return response.json()  # type: ignore[no-any-return]


def told(answer: dict[str, Any], where: str) -> dict[str, str]:
    """{id: rule} of what the answer tells of single events; each says why and what to do."""
    assert all(each["because"] and each["do"] for each in answer[where])
    return {each["id"]: each["rule"] for each in answer[where]}


# Fixtures: import those that a file needs.


@pytest.fixture
def here() -> Clinic:
    return clinic.make(now=walk.began())


@pytest.fixture
def one(here: Clinic) -> steps.Visit:
    return steps.reach(here, "opened", walk.began())


@pytest.fixture
def tablet(one: steps.Visit) -> Tablet:
    return Tablet(one)
