"""For staff: a link with which a patient draws at home, and the drawings of different visits compared."""

from __future__ import annotations

from uuid import UUID

import segno
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from filiform.clinical.access import Act
from filiform.clinical.figure import Build
from filiform.clinical.terms import Block
from filiform.knowledge.pain_drawing import marking
from filiform.pages.draw import shown
from filiform.record.actions import follow as actions
from filiform.record.reads import drawings as reads
from filiform.record.reads.drawings import Drawn
from filiform.web.access import actor, allow, now


@allow(Act.READ_CHART)
@require_safe
def compare(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Two drawings beside each other and what changed. `?from=` and `?to=` name visits, `?view=` a view."""
    found = reads.of_patient(by=actor(request), now=now(request), patient_id=patient_id)
    pair = _pair(found.drawings, request.GET.get("from", ""), request.GET.get("to", ""))
    context: dict[str, object] = {"found": found, "pair": pair}
    if pair:
        context |= _compared(*pair, request.GET.get("view", ""))
    return render(request, "draw/compare.html", context)


def _pair(drawings: tuple[Drawn, ...], first: str, second: str) -> tuple[Drawn, Drawn] | None:
    """The two that were asked for, the earlier one first; without a wish the two newest, of one that one twice."""
    if not drawings:
        return None
    by_visit = {str(one.visit_id): one for one in drawings}
    after = by_visit.get(second, drawings[0])
    before = by_visit.get(first, drawings[min(1, len(drawings) - 1)])
    return (before, after) if before.starts_at <= after.starts_at else (after, before)


def _compared(before: Drawn, after: Drawn, wanted: str) -> dict[str, object]:
    build = Build.NEUTRAL
    changes = shown.changes(before, after)
    tabs = shown.tabs(wanted, changes, build)
    view = next(tab.view for tab in tabs if tab.current)
    box = shown.part(changes, view, build)
    same = before.visit_id == after.visit_id
    return {
        "before": shown.drawing(before, view, build, box),
        "after": None if same else shown.drawing(after, view, build, box),
        "tabs": tabs,
        "picture": None if same else shown.picture(before, after, changes, view, build, box),
        "legend": shown.legend(changes),
        "rows": shown.rows(before, after, changes),
        "lines": shown.in_words(changes),
        "comparing": marking().comparing,
        "cites": marking().comparing_cites,
    }


@allow(Act.MAKE_LINK)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def link(request: HttpRequest, visit_id: UUID) -> HttpResponse:
    """Make a link with which the patient draws. It is shown once, here: only its hash is kept."""
    found = reads.link_for(by=actor(request), now=now(request), visit_id=visit_id)
    blocks = (Block("link.closed", found.closed),) if found.closed else ()
    if request.method != "POST" or blocks:
        status = 409 if request.method == "POST" else 200
        return render(request, "draw/link.html", {"found": found, "stops": blocks}, status=status)
    token = actions.make_link(by=actor(request), now=now(request), visit_id=visit_id, purpose="draw")
    url = request.build_absolute_uri(reverse("follow:open_link", args=[token]))
    return render(request, "draw/link.html", {"found": found, "url": url, "qr": _qr(url)})


def _qr(url: str) -> SafeString:
    """A QR code without any style, black on white in the dark theme too: scanners fail on the reverse."""
    svg = segno.make(url, error="m").svg_inline(
        scale=4, border=3, dark="#000", light="#fff", svgclass="qr", lineclass=None, title="QR"
    )
    return mark_safe(svg)  # made by segno from a link that we made
