"""The session: open it, one tap in, one tap out, count, close. Opening, closing and counting answer with reasons."""

from __future__ import annotations

from collections import Counter
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from filiform.clinical.access import Act, Role, may
from filiform.pages.needle import board, ledger, live
from filiform.pages.needle.forms import OpenForm, event_fields
from filiform.pages.needle.ledger import device
from filiform.record.actions import needle as actions
from filiform.record.reads import gates, stock
from filiform.record.reads import needle as reads
from filiform.record.reads import practice as practices
from filiform.record.reads import visit as visits
from filiform.record.reads.visit import VisitHead
from filiform.record.write import NotFound, Refused
from filiform.web.access import actor, allow, now
from filiform.web.visit import visit_context


@allow(Act.READ_CHART)
@require_safe
def session(request: HttpRequest, visit_id: UUID) -> HttpResponse:
    """Before the session: the question of identity. In it: the live page. After it: what was done."""
    head = _head(request, visit_id)
    if head.session is None:
        return _before(request, head, None)
    if head.session.closed_at is None and not may(actor(request).role, Act.ADD_SESSION_EVENT):
        return _live(request, head)
    return _written(request, head)


@allow(Act.READ_CHART)
@require_safe
def form_board(request: HttpRequest, visit_id: UUID) -> HttpResponse:
    """The same session by forms alone: for a browser without JavaScript, and for who only reads."""
    head = _head(request, visit_id)
    return _before(request, head, None) if head.session is None else _written(request, head)


def _live(request: HttpRequest, head: VisitHead) -> HttpResponse:
    aside = reads.aside(by=actor(request), now=now(request), visit_id=head.visit_id)
    context = live.context(request, head, now(request), ledger.opening(request, head))
    practice = practices.own_practice(by=actor(request), now=now(request))
    told = {"aside": board.told(aside), "emergency_number": practice.emergency_number, **_held(request, head)}
    return render(request, "needle/live.html", {**context, **told})


def _written(request: HttpRequest, head: VisitHead) -> HttpResponse:
    assert head.session is not None
    aside = board.told(reads.aside(by=actor(request), now=now(request), visit_id=head.visit_id))
    beside = {"aside": aside, **_held(request, head)}
    if head.session.closed_at is not None:
        return render(request, "needle/closed.html", {**visit_context(request, head, "needle"), **beside})
    return render(request, "needle/board.html", {**board.context(request, head, now(request)), **beside})


def _held(request: HttpRequest, head: VisitHead) -> dict[str, Any]:
    """What is held against a lock, and the ids that who closes must have seen."""
    assert head.session is not None
    by, at = actor(request), now(request)
    found = reads.held_against(by=by, now=at, visit_id=head.visit_id, state=head.session.state)
    several = Counter((one.about, one.block.because, one.do) for one in found)
    return {
        "against": [(*words, number) for words, number in several.items()],
        "to_be_seen": list(dict.fromkeys(one.id for one in found if one.must_be_seen)),
    }


@allow(Act.ADD_SESSION_EVENT)
@require_safe
def picture(request: HttpRequest, visit_id: UUID) -> HttpResponse:
    """The map around one of today's muscles (`?target=id:side`), for the live page to swap in."""
    head = _head(request, visit_id)
    every = live.targets(head, now(request))
    wanted = next((one for one in every if one.key == request.GET.get("target")), None)
    if wanted is None:
        raise NotFound("muscle")
    return render(request, "needle/map.html", {"map": live.picture(head, wanted.site, every)})


@allow(Act.ADD_SESSION_EVENT)
@require_safe
def rest(request: HttpRequest, visit_id: UUID) -> HttpResponse:
    """What the live page asks for again and again: locks as they are now, lots, colleagues, every room."""
    by, at = actor(request), now(request)
    head = _head(request, visit_id)
    people = practices.people(by=by, now=at)
    colleagues = [one for one in people if one.role == Role.THERAPIST.value and one.id != by.staff_id]
    lots = stock.may_be_opened(by=by, now=at, place_id=head.place_id)
    held = _held(request, head) if head.session is not None else {}
    context = {"lots": lots, "colleagues": colleagues, **live.who(head), **held}
    locks = {one["key"]: one["locked"] for one in map(live.as_json, live.targets(head, at))}
    return JsonResponse({"html": render_to_string("needle/rest.html", context, request), "locks": locks})


@allow(Act.OPEN_SESSION)
@require_POST
def open_session(request: HttpRequest, visit_id: UUID) -> HttpResponse:
    """Open the session when the birth date is right and nothing stands against it."""
    practice = practices.own_practice(by=actor(request), now=now(request))
    form = OpenForm(request.POST, practice=practice)
    if form.is_valid():
        try:
            actions.open_session(
                by=actor(request),
                now=now(request),
                visit_id=visit_id,
                room_id=UUID(form.cleaned_data["room"]),
                birth_date=form.cleaned_data["birth_date"],
            )
            return redirect("needle:visit", visit_id)
        except Refused as refusal:
            if isinstance(refusal, NotFound):
                raise
            form.add_error(None, [block.because for block in refusal.blocks])
    return _before(request, _head(request, visit_id), form)


@allow(Act.ADD_SESSION_EVENT)
@require_POST
def event(request: HttpRequest, visit_id: UUID) -> HttpResponse:
    """One tap. The answer is the board as it then stands; a refused tap shows the board with the reason."""
    session_id = _open_session(request, visit_id)
    event_id, kind, fields = event_fields(request.POST)
    refused: tuple[object, ...] = ()
    try:
        actions.tap(
            by=actor(request),
            now=now(request),
            session_id=session_id,
            event_id=event_id,
            device=device(request),
            kind=kind,
            fields=fields,
        )
    except Refused as refusal:
        refused = refusal.blocks
    if request.headers.get("HX-Request"):
        head = _head(request, visit_id)
        context = {**board.context(request, head, now(request)), **_held(request, head)}
        # 422 is swapped too (see web/htmx): the therapist sees the reason where the tap was.
        return render(
            request, "needle/board.html#live", {**context, "refused": refused}, status=422 if refused else 200
        )
    for block in refused:
        messages.error(request, str(getattr(block, "because", block)))
    return redirect(_next(request, visit_id))


@allow(Act.ADD_SESSION_EVENT)
@require_http_methods(["GET", "POST"])
def count(request: HttpRequest, visit_id: UUID) -> HttpResponse:
    """Count by hand. Our own number is shown only after the answer."""
    head = _head(request, visit_id)
    if head.session is None or head.session.closed_at is not None:
        return redirect("needle:visit", visit_id)
    problem = ""
    if request.method == "POST":
        problem = _counted(request, head.session.id, head.session.state.events)
        if not problem:
            return redirect("needle:count", visit_id)
    context = {**board.context(request, head, now(request)), **_held(request, head)}
    speaking = [one for one in head.session.state.counts if one.speaks]
    return render(
        request,
        "needle/count.html",
        {**context, "problem": problem, "counted": speaking[-1] if speaking else None, "event_id": str(uuid4())},
        status=422 if problem else 200,
    )


@allow(Act.ADD_SESSION_EVENT)
@require_safe
def problem(request: HttpRequest, visit_id: UUID) -> HttpResponse:
    """Something is wrong: five steps, ALL OUT first."""
    head = _head(request, visit_id)
    if head.session is None or head.session.closed_at is not None:
        return redirect("needle:visit", visit_id)
    practice = practices.own_practice(by=actor(request), now=now(request))
    context = board.context(request, head, now(request))
    return render(request, "needle/problem.html", {**context, "practice": practice})


@allow(Act.CLOSE_SESSION)
@require_POST
def close(request: HttpRequest, visit_id: UUID) -> HttpResponse:
    """Close the session; refused with every reason while a needle is unaccounted for."""
    try:
        session_id, seen = _open_session(request, visit_id), request.POST.getlist("seen")
        actions.close_session(by=actor(request), now=now(request), session_id=session_id, seen=seen)
    except Refused as refusal:
        if isinstance(refusal, NotFound):
            raise
        for block in refusal.blocks:
            messages.error(request, block.because)
        return redirect("needle:visit" if request.POST.get("from") == "live" else "needle:count", visit_id)
    messages.success(request, gettext("The session is closed and every needle is accounted for."))
    return redirect("evaluate:visit", visit_id)


def _head(request: HttpRequest, visit_id: UUID) -> VisitHead:
    return visits.head(by=actor(request), now=now(request), visit_id=visit_id)


def _before(request: HttpRequest, head: VisitHead, form: OpenForm | None) -> HttpResponse:
    by, at = actor(request), now(request)
    practice = practices.own_practice(by=by, now=at)
    blocks = gates.before_asking(by, at, head)
    wrong = bool(form and form.errors)
    form = form or OpenForm(practice=practice, initial={"room": str(head.room_id or "")})
    context = {**visit_context(request, head, "needle"), "form": form, "blocks": blocks}
    return render(request, "needle/before.html", context, status=422 if wrong else 200)


def _open_session(request: HttpRequest, visit_id: UUID) -> UUID:
    return reads.session_of(by=actor(request), now=now(request), visit_id=visit_id)


def _counted(request: HttpRequest, session_id: UUID, covers: tuple[str, ...]) -> str:
    text = request.POST.get("tray", "").strip()
    if not text.isdecimal() or len(text) > 3:
        return gettext("Type the number of needles you counted, for example 8.")
    try:
        actions.tap(
            by=actor(request),
            now=now(request),
            session_id=session_id,
            event_id=request.POST.get("id") or str(uuid4()),
            device=device(request),
            kind="count",
            fields={"tray": int(text), "covers": list(covers)},
        )
    except Refused as refusal:
        return str(refusal)
    return ""


def _next(request: HttpRequest, visit_id: UUID) -> str:
    back = {"count": "count/", "problem": "problem/"}.get(request.POST.get("back", ""), "board/")
    target = request.POST.get("target", "")
    return f"/visits/{visit_id}/needle/{back}" + (f"?target={target}" if target and back == "board/" else "")
