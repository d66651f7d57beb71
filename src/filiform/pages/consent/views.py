"""Consent for today's areas: the text is read, the areas are named, the patient signs, the therapist witnesses.

The areas follow from the muscles chosen on the locate page. While none is chosen they are picked from the list of the
body, and every statement is shown; muscles that are chosen later outside these areas ask for a new consent.
"""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from filiform.clinical import consent as rule
from filiform.clinical.access import Act
from filiform.clinical.terms import Block, BodySite, stops
from filiform.clinical.texts import ConsentKind, Statement
from filiform.knowledge import book
from filiform.record import sites
from filiform.record.actions import consent as actions
from filiform.record.reads import consent as reads
from filiform.record.reads.consent import ConsentToday, SignedConsent
from filiform.record.write import NotAllowed, NotFound, Refused, Stale
from filiform.web import bodylist
from filiform.web.access import actor, allow, now
from filiform.web.visit import step_url, visit_context


@allow(Act.READ_CHART)
@require_safe
def consent(request: HttpRequest, visit_id: UUID) -> HttpResponse:
    """The page."""
    return _page(request, visit_id)


@allow(Act.SIGN_CONSENT)
@require_POST
def sign(request: HttpRequest, visit_id: UUID) -> HttpResponse:
    """The patient signs. Refused, everything that was typed and chosen stays."""
    sent = request.POST
    try:
        actions.sign_consent(
            by=actor(request),
            now=now(request),
            visit_id=visit_id,
            seen=_number(sent),
            areas=[dict(zip(("region", "side"), bodylist.split(one), strict=True)) for one in sent.getlist("site")],
            text_hash=sent.get("text_hash", ""),
            signed_by=sent.get("signed_by", ""),
            signs_as=sent.get("signs_as", ""),
            strokes=sent.get("strokes", ""),
        )
    except (NotFound, NotAllowed):
        raise
    except Refused as refusal:
        return _page(request, visit_id, sent, refusal.blocks, status=409 if isinstance(refusal, Stale) else 422)
    return redirect("consent:visit", visit_id)


@allow(Act.WITHDRAW_CONSENT)
@require_POST
def withdraw(request: HttpRequest, visit_id: UUID) -> HttpResponse:
    """The patient takes the consent back."""
    sent = request.POST
    try:
        actions.withdraw_consent(
            by=actor(request), now=now(request), visit_id=visit_id, seen=_number(sent), because=sent.get("because", "")
        )
    except (NotFound, NotAllowed):
        raise
    except Refused as refusal:
        return _page(request, visit_id, sent, refusal.blocks, status=409 if isinstance(refusal, Stale) else 422)
    return redirect("consent:visit", visit_id)


def _page(
    request: HttpRequest,
    visit_id: UUID,
    sent: QueryDict | None = None,
    refused: tuple[Block, ...] = (),
    status: int = 200,
) -> HttpResponse:
    page = reads.consent_today(by=actor(request), now=now(request), visit_id=visit_id)
    standing = page.newest if page.newest and page.newest.withdrawn_at is None else None
    covered = _coverage(page, standing)
    missing = stops(covered)
    context = {
        **visit_context(request, page.head, "consent"),
        "page": page,
        "standing": standing,
        "standing_areas": bodylist.said(standing.sites) if standing else "",
        "missing": missing,
        "coverage": covered,
        "signing": standing is None or bool(missing) or bool(refused),
        "parts": _parts(page.text.statements),
        "consent_text": book().consent,
        "areas": [(bodylist.value(site), site.side, bodylist.sentence(site)) for site in page.areas],
        "picker": "" if page.areas else bodylist.picker("box", _picked(page, sent, standing)),
        "painful": bodylist.said(page.painful),
        "locate_url": step_url("locate", page.head),
        "earlier": [(one, bodylist.said(one.sites)) for one in page.signed if one is not standing],
        "sent": sent or {},
        "refused": refused,
    }
    return render(request, "consent/consent.html", context, status=status)


def _picked(page: ConsentToday, sent: QueryDict | None, standing: SignedConsent | None) -> frozenset[BodySite]:
    """The areas that are ticked in the list: what was sent, else what the standing consent already names."""
    if sent is None:
        return frozenset(standing.sites) if standing else frozenset()
    found = set()
    for text in sent.getlist("site"):
        try:
            found.add(sites.site(*bodylist.split(text)))
        except Refused:
            continue  # the action has named it; it cannot be ticked
    return frozenset(found)


def _coverage(page: ConsentToday, standing: SignedConsent | None) -> tuple[Block, ...]:
    """Which chosen muscles the standing consent does not cover, or only in part."""
    given = page.head.consent
    if standing is None or given is None:
        return ()
    day = given.signed_at.date()
    signed = rule.Signed(day, frozenset(given.sites), given.text_hash, given.pleural_risk_told)
    muscles = book().muscles
    return rule.covers(signed, [rule.planned(muscles[one.muscle], one.side) for one in page.head.choice], day)


def _parts(statements: tuple[Statement, ...]) -> list[tuple[str, str, list[Statement]]]:
    """The text in parts: (kind, heading, statements)."""
    headings = {
        ConsentKind.ABOUT: _("What will be done"),
        ConsentKind.RISK: _("What can go wrong"),
        ConsentKind.PLEURAL: _("Near the lungs"),
        ConsentKind.ALTERNATIVE: _("Other ways"),
        ConsentKind.RIGHT: _("My rights, and what I do"),
    }
    found = [
        (kind.value, heading, [line for line in statements if line.kind is kind]) for kind, heading in headings.items()
    ]
    return [part for part in found if part[2]]


def _number(sent: QueryDict) -> int:
    text = sent.get("seen", "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else -1
