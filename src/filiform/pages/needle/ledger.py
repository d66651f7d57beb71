"""The door for events: JSON from the page's own program, from the same origin, by somebody who is signed in.

GET   what the session holds, and the entry that proves who enters events from now on
POST  {"entry": text, "events": [...]}: what became of each; the device forgets an event only when its own id is in
      `held` or `aside`. Whatever answers otherwise (401, 403, 404, 413, 422, a page) has stored nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any
from uuid import UUID, uuid4

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, JsonResponse, RawPostDataException
from django.views.decorators.http import require_http_methods

from filiform.clinical import needle
from filiform.clinical.access import Act
from filiform.record import entry as entries
from filiform.record.actions import needle as actions
from filiform.record.reads import gates
from filiform.record.reads import needle as reads
from filiform.record.reads.visit import VisitHead
from filiform.record.receiving import Told
from filiform.record.write import NotFound, Refused
from filiform.web.access import actor, allow, now

_SPLIT = f"Send at most {actions.EVENTS_AT_ONCE} events at once, in batches. Nothing was stored of this one."


@allow(Act.ADD_SESSION_EVENT)
@require_http_methods(["GET", "POST"])
def events(request: HttpRequest, visit_id: UUID) -> HttpResponse:
    """The events of a session: read all, or take a batch."""
    return _opened(request, visit_id) if request.method == "GET" else _received(request, visit_id)


def device(request: HttpRequest) -> str:
    """A name for this browser, kept in its session: events of two tablets are told apart by it."""
    name: str = request.session.setdefault("device", f"web-{uuid4().hex[:12]}")
    return name


def opening(request: HttpRequest, head: VisitHead) -> dict[str, Any]:
    """What `ledger.js` needs to open the session of a visit; `head.session` must be there."""
    assert head.session is not None
    closed = head.session.closed_at is not None
    return _opening(request, reads.Ledger(head.session.id, head.session.opened_at, closed, head.session.ledger))


def _opening(request: HttpRequest, found: reads.Ledger) -> dict[str, Any]:
    """`have` in the query is how many events the device holds already."""
    by, here = actor(request), device(request)
    bodies = found.events.bodies
    known = request.GET.get("have") == str(len(bodies))
    return {
        "session": str(found.session_id),
        "entry": entries.sealed(entries.Entry(found.session_id, by.id, here)),
        "by": by.id,
        "device": here,
        "closed": found.closed,
        "count": len(bodies),
        "over_lung": sorted(gates.over_lung()),
        "events": [] if known else bodies,
    }


def _opened(request: HttpRequest, visit_id: UUID) -> HttpResponse:
    return JsonResponse(_opening(request, reads.ledger(by=actor(request), now=now(request), visit_id=visit_id)))


def _received(request: HttpRequest, visit_id: UUID) -> HttpResponse:
    try:
        entry, batch = _batch(request)
        got = actions.receive_events(by=actor(request), now=now(request), visit_id=visit_id, entry=entry, events=batch)
    except RequestDataTooBig:
        return _nothing(413, "batch.too_large", "The batch is larger than a request may be.", _SPLIT)
    except needle.EventError as error:
        reads.session_of(by=actor(request), now=now(request), visit_id=visit_id)  # of another practice: not found
        return _nothing(422, "batch.unreadable", str(error), "Send each event alone. Nothing was stored.")
    except NotFound:
        return _nothing(404, "record.not_found", "There is no such session in this practice.", "Keep the events.")
    except Refused as refusal:
        (block,) = refusal.blocks
        return _nothing(413, "batch.too_large", block.because, _SPLIT)
    answer = {"session": str(got.session_id), "closed": got.closed, "you": actor(request).id, "count": got.count}
    told = {"aside": _told(got.aside), "refused": _told(got.refused), "flagged": _told(got.flagged)}
    return JsonResponse({**answer, "held": got.held, **told})


def _batch(request: HttpRequest) -> tuple[str, list[object]]:
    """The entry and the events of a body, or EventError: one that was cut is no batch, and nothing of it is taken."""
    try:
        text = request.body.decode()
    except UnicodeDecodeError:
        raise needle.EventError("batch", "body", "is not UTF-8") from None
    except RawPostDataException:  # a form with files: what it held was read before it came here
        raise needle.EventError("batch", "body", "must be JSON, and is a form") from None
    value = needle.parsed(text, "batch")
    if not isinstance(value, dict) or set(value) != {"entry", "events"}:
        raise needle.EventError("batch", "body", 'must be an object, as {"entry": "...", "events": [...]}')
    entry, batch = value["entry"], value["events"]
    if not isinstance(entry, str) or not isinstance(batch, list) or not batch:
        raise needle.EventError("batch", "events", "must be a list of events that is not empty, and entry a text")
    return entry, batch


def _nothing(status: int, reason: str, because: str, do: str) -> HttpResponse:
    return JsonResponse({"reason": reason, "because": because, "do": do}, status=status)


def _told(every: Iterable[Told]) -> list[dict[str, Any]]:
    return [{key: value for key, value in asdict(one).items() if value is not None} for one in every]
