"""The outbox: every message, sent or waiting. In the demo each can be opened as the patient, by link or by QR code."""

from __future__ import annotations

from dataclasses import dataclass

import segno
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.http import require_safe

from filiform.clinical.access import Act
from filiform.record.reads import follow as reads
from filiform.record.reads.follow import Sent
from filiform.web.access import actor, allow, now

QR_SHOWN = 12  # newest messages with a code; more would make the page heavy and nobody scans an old one


@dataclass(frozen=True, slots=True)
class Row:
    message: Sent
    link: str
    qr: SafeString


@allow(Act.READ_OUTBOX)
@require_safe
def outbox(request: HttpRequest) -> HttpResponse:
    """What was sent, newest first, then what waits.

    Links are shown in the demo only: whoever holds one is half way to an answer.
    """
    found = reads.outbox(by=actor(request), now=now(request))
    rows, codes = [], 0
    for message in found:
        link = message.link if settings.FILIFORM_DEMO else ""
        code = bool(link) and codes < QR_SHOWN
        codes += code
        rows.append(Row(message, link, qr(link) if code else SafeString("")))
    return render(request, "follow/outbox.html", {"rows": rows})


def qr(link: str) -> SafeString:
    """A QR code of `link` as SVG without any style, so that the Content-Security-Policy lets it be drawn.

    Black on white in the dark theme, too: scanners fail on the reverse.
    """
    svg = segno.make(link, error="m").svg_inline(
        scale=4, border=3, dark="#000", light="#fff", svgclass="qr", lineclass=None, title="QR"
    )
    return mark_safe(svg)  # made by segno from a link that we made
