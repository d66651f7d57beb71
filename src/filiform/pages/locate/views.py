"""Where it hurts, the muscles ranked by match, what the hand found, what is needled today.

Every change is a small form of its own that goes to the server and comes back as the page: with htmx the parts that
changed are swapped in place, without it the page loads again. What is refused is said on the page, with what was sent.
What is looked at (muscle, point, view) stands in the address, also in that of the forms, so that it stays.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from filiform.clinical import consent
from filiform.clinical.access import Act
from filiform.clinical.locate import CITES
from filiform.clinical.terms import Block, stops
from filiform.knowledge import book
from filiform.pages.locate import shown
from filiform.pages.locate.asked import Asked, number
from filiform.pages.locate.forms import AreaChange, change_of_choice, findings, plan_sent, spot
from filiform.pages.locate.panel import panel
from filiform.pages.locate.picture import picture
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
    return _page(request, visit_id, Asked.of(request.GET))


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

    return _changed(request, visit_id, draw, ask_again=True)


@allow(Act.PALPATE)
@require_POST
def press(request: HttpRequest, visit_id: UUID) -> HttpResponse:
    """Keep a finding of one point, as it is tapped."""

    def palpate() -> None:
        actions.press(**_point(request, visit_id), findings=findings(request.POST))

    return _changed(request, visit_id, palpate)


@allow(Act.PALPATE)
@require_POST
def place(request: HttpRequest, visit_id: UUID) -> HttpResponse:
    """Put a point where it is on the figure, or move it."""

    def put() -> None:
        x, y = spot(request.POST)
        actions.place_point(**_point(request, visit_id), view=request.POST.get("view", ""), x=x, y=y)

    return _changed(request, visit_id, put)


@allow(Act.PALPATE)
@require_POST
def take_back(request: HttpRequest, visit_id: UUID) -> HttpResponse:
    """Take back a point that was pressed by mistake."""
    return _changed(request, visit_id, lambda: actions.take_back_point(**_point(request, visit_id)))


@allow(Act.CHOOSE_MUSCLES)
@require_POST
def choose(request: HttpRequest, visit_id: UUID) -> HttpResponse:
    """Add a muscle to today, take one out, move one up, or plan how it is needled."""

    def change() -> None:
        found = _located(request, visit_id)
        actions.choose_muscles(
            by=actor(request),
            now=now(request),
            visit_id=visit_id,
            seen=number(request.POST, "seen"),
            muscles=change_of_choice(request.POST, found.head),
        )

    return _changed(request, visit_id, change)


def _point(request: HttpRequest, visit_id: UUID) -> dict[str, Any]:
    """Which point a form is about, as the actions take it. Unjudged: they name what is wrong."""
    muscle, side = bodylist.split(request.POST.get("muscle", ""))
    return {
        "by": actor(request),
        "now": now(request),
        "visit_id": visit_id,
        "muscle": muscle,
        "side": side,
        "point": number(request.POST, "point"),
    }


def _changed(request: HttpRequest, visit_id: UUID, act: Callable[[], object], ask_again: bool = False) -> HttpResponse:
    """Do it and show the page anew; refused, show it with the reasons and (`ask_again`) what was asked for."""
    asked = Asked.of(request.GET)
    try:
        act()
    except (NotFound, NotAllowed):
        raise
    except Refused as refusal:
        area = Asked.of(request.POST).area if ask_again else None
        return _page(request, visit_id, replace(asked, area=area), refusal.blocks, 409)
    asked = replace(asked, area=None, point=max(1, number(request.POST, "point")) if asked.muscle else 1)
    if _by_htmx(request):
        return _page(request, visit_id, asked)  # what would be taken of the page, without the way there and back
    return redirect(_address(visit_id, asked))


def _by_htmx(request: HttpRequest) -> bool:
    return request.headers.get("HX-Request") == "true"


def _address(visit_id: UUID, asked: Asked) -> str:
    """Where the page is as it is looked at now."""
    query = asked.query()
    return reverse("locate:visit", args=[visit_id]) + (query if len(query) > 1 else "")


def _located(request: HttpRequest, visit_id: UUID) -> Located:
    return reads.located(by=actor(request), now=now(request), visit_id=visit_id)


def _page(
    request: HttpRequest, visit_id: UUID, asked: Asked, blocks: tuple[Block, ...] = (), status: int = 200
) -> HttpResponse:
    found = _located(request, visit_id)
    waits = _ranking_waits(found)
    context = {
        **visit_context(request, found.head, "locate"),
        "found": found,
        "refused": blocks,
        "here": asked.query(area=None),
        "plain": asked.query(area=None),
        "areas": shown.areas(found.areas),
        "picker": bodylist.picker("link"),
        "ask": _asked_area(asked, found),
        "waits": waits,
        "warnings": shown.warnings(found.flags),
        "picture": picture(found, asked, not waits),
        "today": shown.today(found, request.POST.get("plan", "") if blocks else "", plan_sent(request.POST)),
        "unexplained": bodylist.said(found.unexplained) if not waits else "",
        "onward": _onward(found),
        **(_ranking(asked, found) if not waits else {}),
    }
    if not _by_htmx(request):
        return render(request, "locate/locate.html", context, status=status)
    answer = render(request, "locate/parts.html", context, status=status)
    answer.headers["HX-Replace-Url"] = _address(visit_id, asked)
    return answer


def _ranking(asked: Asked, found: Located) -> dict[str, object]:
    """What is shown once the warning signs were asked."""
    ranked, more = shown.cards(found, asked.everything, asked.muscle)
    pressed = panel(found, asked)
    return {
        "panel": pressed,
        "closed": asked.query(muscle=None, area=None),
        "atlas": _atlas(pressed.card.muscle.id) if pressed else "",
        "following": [
            {"next": one, "href": asked.query(muscle=press.one, area=None)}
            for one, press in zip(shown.following(found), found.answer.palpate_next, strict=True)
        ],
        "cards": [(card, asked.query(muscle=card.one, area=None)) for card in ranked],
        "more": more,
        "all_locked": bool(found.candidates) and all(one.locked for one in found.candidates),
        "all": asked.query(everything=True),
        "muscles": shown.options(),
        "together": shown.together(found.answer.sets),
        "moved": shown.moved(found),
        "cited": CITES,
    }


def _atlas(muscle: str) -> str:
    """The muscle's page in the atlas; "" when there is none."""
    try:
        return reverse("atlas:muscle", args=[muscle])
    except NoReverseMatch:
        return ""


def _asked_area(asked: Asked, found: Located) -> shown.Area | None:
    """The area whose pain is asked for."""
    if asked.area is None:
        return None
    before = next((pain.intensity for pain in found.areas if pain.site == asked.area), -1)
    return shown.area(asked.area, before)


def _ranking_waits(found: Located) -> str:
    """Why no ranking is shown yet; "" when it may be. Red flags are asked before any ranking (facts.md row 36)."""
    screening = found.head.screening
    if screening is None:
        return _("Ask the screening questions first: the warning signs come before any ranking of muscles.")
    if screening.get("disposition") == "emergency":
        return _("The screening found a warning sign. Act on it first; no muscles are ranked.")
    if any(one.get("condition") == "red_flag" for one in screening.get("ask", ())):
        return _("Some warning signs have not been asked about yet. Finish the screening, then muscles are ranked.")
    if any(not flag.answered for flag in found.flags):
        return _(
            "This drawing can come from something that is no muscle. Finish the screening, then muscles are ranked."
        )
    if any(not flag.excluded for flag in found.flags) and not found.head.cleared:
        return _("A warning sign that fits this drawing was answered with yes. Act on it first; no muscles are ranked.")
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
