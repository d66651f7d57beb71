"""Where it hurts, the muscles ranked by match, what the hand found, what is needled today.

Every change is a small form of its own that goes to the server and comes back as the page: with htmx the parts that
changed are swapped in place, without it the page loads again. What is refused is said on the page, with what was sent.
"""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from filiform.clinical import consent
from filiform.clinical.access import Act
from filiform.clinical.terms import Block, stops
from filiform.knowledge import book
from filiform.pages.locate import shown
from filiform.pages.locate.forms import AreaChange, PressForm, change_of_choice, number
from filiform.record import sites
from filiform.record.actions import locate as actions
from filiform.record.reads import locate as reads
from filiform.record.reads.locate import Located
from filiform.record.write import NotAllowed, NotFound, Refused
from filiform.web import bodylist
from filiform.web.access import actor, allow, now
from filiform.web.visit import step_url, visit_context


@allow(Act.READ_CHART)
@require_safe
def locate(request: HttpRequest, visit_id: UUID) -> HttpResponse:
    """The page. `?ask=region.side` asks how much it hurts there, `?muscle=id.side` opens a muscle to press."""
    return _page(request, visit_id, asked=request.GET)


@allow(Act.DRAW_PAIN)
@require_POST
def pain(request: HttpRequest, visit_id: UUID) -> HttpResponse:
    """Put an area into the drawing with how much it hurts, or take one out."""

    def draw() -> None:
        change = AreaChange.of(request.POST)
        found = _located(request, visit_id)
        actions.draw_pain(
            by=actor(request),
            now=now(request),
            visit_id=visit_id,
            seen=number(request.POST, "seen"),
            areas=change.applied(found.areas),
        )

    return _changed(request, visit_id, draw)


@allow(Act.PALPATE)
@require_POST
def press(request: HttpRequest, visit_id: UUID) -> HttpResponse:
    """Keep what pressing one muscle found."""
    form = PressForm(request.POST)
    if not form.is_valid():
        return _page(request, visit_id, asked=request.POST, form=form, status=422)

    def palpate() -> None:
        muscle, side = bodylist.split(request.POST.get("muscle", ""))
        actions.palpate(
            by=actor(request), now=now(request), visit_id=visit_id, muscle=muscle, side=side, **form.found()
        )

    return _changed(request, visit_id, palpate, form)


@allow(Act.CHOOSE_MUSCLES)
@require_POST
def choose(request: HttpRequest, visit_id: UUID) -> HttpResponse:
    """Add a muscle to today, take one out, or move one up."""

    def change() -> None:
        found = _located(request, visit_id)
        actions.choose_muscles(
            by=actor(request),
            now=now(request),
            visit_id=visit_id,
            seen=number(request.POST, "seen"),
            muscles=change_of_choice(request.POST, found.head.choice),
        )

    return _changed(request, visit_id, change)


def _changed(
    request: HttpRequest, visit_id: UUID, act: Callable[[], None], form: PressForm | None = None
) -> HttpResponse:
    """Do it and show the page anew; refused, show it with the reasons and what was sent."""
    try:
        act()
    except (NotFound, NotAllowed):
        raise
    except Refused as refusal:
        return _page(request, visit_id, asked=request.POST, form=form, blocks=refusal.blocks, status=409)
    return redirect("locate:visit", visit_id)


def _located(request: HttpRequest, visit_id: UUID) -> Located:
    return reads.located(by=actor(request), now=now(request), visit_id=visit_id)


def _page(
    request: HttpRequest,
    visit_id: UUID,
    *,
    asked: QueryDict,
    form: PressForm | None = None,
    blocks: tuple[Block, ...] = (),
    status: int = 200,
) -> HttpResponse:
    found = _located(request, visit_id)
    ranked, more = shown.cards(found, everything="all" in request.GET)
    context = {
        **visit_context(request, found.head, "locate"),
        "found": found,
        "refused": blocks,
        "areas": shown.areas(found.areas),
        "picker": bodylist.picker("link"),
        "ask": _asked_area(asked, found),
        "waits": _ranking_waits(found),
        "cards": ranked,
        "more": more,
        "pressing": _pressing(asked, found),
        "press_form": form or PressForm(),
        "muscles": sorted(book().muscles.values(), key=lambda muscle: muscle.name),
        "today": shown.today(found),
        "unexplained": bodylist.said(found.unexplained),
        "onward": _onward(found),
    }
    return render(request, "locate/locate.html", context, status=status)


def _asked_area(asked: QueryDict, found: Located) -> shown.Area | None:
    """The area whose pain is asked for. A wrong one asks for nothing; the action names it when it is sent."""
    text = asked.get("ask") or asked.get("site") or ""
    try:
        site = sites.site(*bodylist.split(text))
    except Refused:
        return None
    before = next((pain.intensity for pain in found.areas if pain.site == site), -1)
    return shown.Area(bodylist.value(site), site.side, bodylist.sentence(site), before, 0)


def _pressing(asked: QueryDict, found: Located) -> shown.Card | None:
    """The muscle that is open for pressing, by name or from a card."""
    text = asked.get("muscle", "")
    muscle, side = bodylist.split(text) if "." in text else (text, asked.get("side", ""))
    try:
        one = sites.muscle_side(muscle, side)
    except Refused:
        return None
    return shown.one_card(found, one, reads.locks(found, one))


def _ranking_waits(found: Located) -> str:
    """Why no ranking is shown yet; "" when it may be. Red flags are asked before any ranking (facts.md row 36)."""
    screening = found.head.screening
    if screening is None:
        return _("Ask the screening questions first: the warning signs come before any ranking of muscles.")
    if screening.get("disposition") == "emergency":
        return _("The screening found a warning sign. Act on it first; no muscles are ranked.")
    if any(one.get("condition") == "red_flag" for one in screening.get("ask", ())):
        return _("Some warning signs have not been asked about yet. Finish the screening, then muscles are ranked.")
    return ""


def _onward(found: Located) -> dict[str, object]:
    """The one next step from here: its words, its address, and what is missing before it."""
    head = found.head
    if _ranking_waits(found):
        return {"label": _("Go to the screening"), "url": step_url("screen", head), "because": ""}
    if not head.choice:
        return {}
    blocks = _uncovered(found)
    if blocks:
        return {"label": _("Ask for consent"), "url": step_url("consent", head), "because": blocks[0].because}
    if not head.measured_before:
        return {"label": _("Measure before needling"), "url": step_url("evaluate", head), "because": ""}
    return {"label": _("Go to the session"), "url": step_url("needle", head), "because": ""}


def _uncovered(found: Located) -> tuple[Block, ...]:
    """What the consent of this visit does not cover of the muscles chosen."""
    given = found.head.consent
    day = given.signed_at.date() if given else found.head.starts_at.date()
    signed = None
    if given is not None:
        signed = consent.Signed(day, frozenset(given.sites), given.text_hash, given.pleural_risk_told, given.withdrawn)
    muscles = book().muscles
    planned = [consent.planned(muscles[one.muscle], one.side) for one in found.head.choice]
    return stops(consent.covers(signed, planned, day))
