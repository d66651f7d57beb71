"""The public pages. Nothing here knows a patient."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from filiform import knowledge
from filiform.clinical.access import STAFF
from filiform.pages.learn.shown import Notes, conditions, section
from filiform.record.reads.practice import PracticeInfo, public_practice
from filiform.record.write import NotFound
from filiform.web.access import actor, now, public

# What the front page takes from each page: (slug, which paragraphs). The whole page is one tap away.
_FRONT = (("what-it-is", (0, 1, 5)), ("side-effects", (2, 4, 5)), ("who-should-wait", None))

# The page that says what needling cannot do also says it problem by problem.
_HONEST = "what-it-cannot-do"


@public
def home(request: HttpRequest) -> HttpResponse:
    """Signed out, the practice's own page; staff go on to their day."""
    by = actor(request)
    if by.role in STAFF:
        return redirect("/today/")
    practice = _practice(request)
    if practice is None:
        return render(request, "learn/not_set_up.html")
    pages, notes = knowledge.book().education, Notes()
    sections = [section(pages[slug], notes, emergency(practice), only) for slug, only in _FRONT]
    shown = {"practice": practice, "sections": sections, "pages": pages.values(), "sources": notes.listed()}
    return render(request, "learn/home.html", shown)


@public
def page(request: HttpRequest, slug: str) -> HttpResponse:
    """One page to read, with its sources and the next page."""
    pages = knowledge.book().education
    if slug not in pages:
        raise Http404
    practice, notes = _practice(request), Notes()
    order = list(pages)
    place = order.index(slug)
    shown = {
        "practice": practice,
        "page": pages[slug],
        "section": section(pages[slug], notes, emergency(practice)),
        "conditions": conditions(knowledge.book().conditions.values(), notes) if slug == _HONEST else (),
        "emergency": practice.emergency_number if practice else "",
        "sources": notes.listed(),
        "before": pages[order[place - 1]] if place else None,
        "after": pages[order[place + 1]] if place + 1 < len(order) else None,
    }
    return render(request, "learn/page.html", shown)


def emergency(practice: PracticeInfo | None) -> str:
    """The number to call, or words for it: a practice that has not set one must not show a gap, and none is guessed."""
    return (practice.emergency_number if practice else "") or _("the emergency number")


def _practice(request: HttpRequest) -> PracticeInfo | None:
    try:
        return public_practice(by=actor(request), now=now(request))
    except NotFound:
        return None
