"""The patient's pain drawing, by link: tap where it hurts, say more of each place, done. Kept at every step.

Without JavaScript every tap is a link that asks how strong the pain is; with it a tap paints at once and is sent after.
"""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from filiform.clinical.pain_drawing import Area
from filiform.clinical.terms import Block
from filiform.pages.draw import states
from filiform.pages.draw.forms import Mark, MoreForm, number
from filiform.record.actions import locate as actions
from filiform.record.reads import drawings as reads
from filiform.record.reads.drawings import OwnDrawing
from filiform.record.write import NotAllowed, NotFound, Refused
from filiform.web import bodylist, paindrawing
from filiform.web.access import actor, by_link, link_key, now
from filiform.web.face import face_context

PURPOSE = "draw"
FIGURE = "figure"


@by_link(PURPOSE)
@never_cache
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The sheet. `?view=`, `?part=` or `?list=1` say what is shown, `?ask=` a place whose strength is asked."""
    chosen = request.GET.get(FIGURE)
    if chosen is not None:
        request.session[FIGURE] = paindrawing.figure_of(chosen).value
    return _sheet(request, _own(request), request.GET)


@by_link(PURPOSE)
@never_cache
@require_POST
def mark(request: HttpRequest) -> HttpResponse:
    """Mark one place, or take its mark away; kept at once."""
    own, seen = _own(request), number(request.POST, "seen")
    areas = Mark.of(request.POST).applied(own.areas)
    try:
        made = actions.draw_pain(
            by=actor(request), now=now(request), visit_id=own.visit_id, seen=seen, areas=areas, finished=False
        )
    except (NotFound, NotAllowed):
        raise
    except Refused as refusal:
        return _marks(request, refusal.blocks)
    states.went_on(request.session, own.visit_id, seen, made)
    return _marks(request)


@by_link(PURPOSE)
@never_cache
@require_POST
def undo(request: HttpRequest) -> HttpResponse:
    """Go back to the drawing before the last mark. Again: to the one before that."""
    own = _own(request)
    before = states.before(request.session, own.visit_id, own.seen)
    if before is None:
        return _back(request)
    try:
        made = actions.take_back(
            by=actor(request), now=now(request), visit_id=own.visit_id, seen=number(request.POST, "seen"), to=before
        )
    except (NotFound, NotAllowed):
        raise
    except Refused as refusal:
        return _sheet(request, own, _here(request), refusal.blocks, 409)
    states.went_back(request.session, own.visit_id, made)
    return _back(request)


@by_link(PURPOSE)
@never_cache
@require_POST
def nothing(request: HttpRequest) -> HttpResponse:
    """Nothing hurts: an answer too. Refused while places are marked, because one of the two is then wrong."""
    own = _own(request)
    if own.areas:
        block = Block("pain.marked", _("You marked where it hurts. Take the marks away first, or press Continue."))
        return _sheet(request, own, _here(request), (block,), 409)
    try:
        actions.draw_pain(
            by=actor(request),
            now=now(request),
            visit_id=own.visit_id,
            seen=number(request.POST, "seen"),
            areas=[],
            finished=True,
        )
    except (NotFound, NotAllowed):
        raise
    except Refused as refusal:
        return _sheet(request, _own(request), _here(request), refusal.blocks, 409)
    return redirect("draw:done")


@by_link(PURPOSE)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def more(request: HttpRequest) -> HttpResponse:
    """One marked place (`place`): how bad exactly, what it is like, since when. After the last one it is finished."""
    own = _own(request)
    asked = request.POST if request.method == "POST" else request.GET
    about = _place(own, asked.get("place", ""))
    if about is None or own.closed:
        return redirect("draw:home")
    if request.method != "POST":
        return _more(request, own, about, MoreForm.about(about))
    form = MoreForm(request.POST)
    if not form.is_valid():
        return _more(request, own, about, form)
    following = None if "finish" in request.POST else _after(own, about)
    try:
        actions.draw_pain(
            by=actor(request),
            now=now(request),
            visit_id=own.visit_id,
            seen=number(request.POST, "seen"),
            areas=form.applied(own.areas, about),
            finished=following is None,
        )
    except (NotFound, NotAllowed):
        raise
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return _more(request, own, about, form)
    return redirect(_more_url(following)) if following else redirect("draw:done")


@by_link(PURPOSE)
@never_cache
@require_safe
def done(request: HttpRequest) -> HttpResponse:
    """What was drawn, read back, and who sees it when."""
    own = _own(request)
    if own.drawn is None or not own.drawn.finished:
        return redirect("draw:home")
    return _render(request, "draw/done.html", own, {"marked": tuple(map(paindrawing.mark, own.areas))})


# ---- what is drawn so far, and the way through it


def _own(request: HttpRequest) -> OwnDrawing:
    link_id = UUID(str(request.session[link_key(PURPOSE)]))
    return reads.own_drawing(by=actor(request), now=now(request), link_id=link_id)


def _place(own: OwnDrawing, value: str) -> Area | None:
    return next((area for area in own.areas if bodylist.value(area.site) == value), None)


def _after(own: OwnDrawing, about: Area) -> Area | None:
    place = own.areas.index(about) + 1
    return own.areas[place] if place < len(own.areas) else None


def _more_url(area: Area) -> str:
    return f"{reverse('draw:more')}?place={bodylist.value(area.site)}"


def _here(request: HttpRequest) -> QueryDict:
    """The query of the sheet from which this was sent."""
    return QueryDict(request.POST.get("here", "")[:200].removeprefix("?"))


def _back(request: HttpRequest) -> HttpResponse:
    # Only what the sheet itself makes of the query: nobody is sent anywhere else.
    return redirect(reverse("draw:home") + paindrawing.here(_here(request)))


# ---- pages


def _marks(request: HttpRequest, blocks: tuple[Block, ...] = ()) -> HttpResponse:
    """What is marked now: to the module as a part of the page, without JavaScript as the page."""
    if "X-Drawing" not in request.headers:
        return _sheet(request, _own(request), _here(request), blocks, 409) if blocks else _back(request)
    own = _own(request)
    return render(
        request, "draw/marks.html", _context(request, own, _here(request), blocks), status=409 if blocks else 200
    )


def _sheet(
    request: HttpRequest, own: OwnDrawing, asked: QueryDict, blocks: tuple[Block, ...] = (), status: int = 200
) -> HttpResponse:
    if own.closed:
        marked = tuple(map(paindrawing.mark, own.areas))
        return _render(request, "draw/closed.html", own, {"marked": marked}, status)
    return _render(request, "draw/draw.html", own, _context(request, own, asked, blocks), status)


def _context(request: HttpRequest, own: OwnDrawing, asked: QueryDict, blocks: tuple[Block, ...]) -> dict[str, object]:
    build = paindrawing.figure_of(request.session.get(FIGURE))
    return {
        "own": own,
        "seen": own.seen,
        "sheet": paindrawing.sheet(asked, own.areas, build),
        "figures": paindrawing.figures(build),
        "refused": blocks,
        "can_undo": states.before(request.session, own.visit_id, own.seen) is not None,
        "mark_url": reverse("draw:mark"),
        "undo_url": reverse("draw:undo"),
        "onward": _more_url(own.areas[0]) if own.areas else "",
    }


def _more(request: HttpRequest, own: OwnDrawing, about: Area, form: MoreForm) -> HttpResponse:
    place = own.areas.index(about)
    context = {
        "form": form,
        "about": paindrawing.mark(about),
        "number": place + 1,
        "of": len(own.areas),
        "back": _more_url(own.areas[place - 1]) if place else reverse("draw:home"),
        "last": place + 1 == len(own.areas),
    }
    return _render(request, "draw/more.html", own, context, 422 if form.errors else 200)


def _render(
    request: HttpRequest, template: str, own: OwnDrawing, context: dict[str, object], status: int = 200
) -> HttpResponse:
    return render(request, template, {**face_context(own), "own": own, **context}, status=status)
