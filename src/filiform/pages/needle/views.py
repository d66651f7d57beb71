"""The session: open it, one tap in, one tap out, count, close. Opening, closing and counting answer with reasons."""

from __future__ import annotations

from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from filiform.clinical.access import Act
from filiform.pages.needle import board
from filiform.pages.needle.forms import OpenForm, event_fields
from filiform.record.actions import needle as actions
from filiform.record.reads import gates
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
    """Before the session: the question of identity. In it: the board. After it: what was done."""
    head = _head(request, visit_id)
    if head.session is None:
        return _before(request, head, None)
    if head.session.closed_at is not None:
        return render(request, "needle/closed.html", visit_context(request, head, "needle"))
    return render(request, "needle/board.html", board.context(request, head, now(request)))


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
            device=_device(request),
            kind=kind,
            fields=fields,
        )
    except Refused as refusal:
        refused = refusal.blocks
    if request.headers.get("HX-Request"):
        context = board.context(request, _head(request, visit_id), now(request))
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
    context = board.context(request, head, now(request))
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
        actions.close_session(by=actor(request), now=now(request), session_id=_open_session(request, visit_id))
    except Refused as refusal:
        if isinstance(refusal, NotFound):
            raise
        for block in refusal.blocks:
            messages.error(request, block.because)
        return redirect("needle:count", visit_id)
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
            device=_device(request),
            kind="count",
            fields={"tray": int(text), "covers": list(covers)},
        )
    except Refused as refusal:
        return str(refusal)
    return ""


def _device(request: HttpRequest) -> str:
    """A name for this browser, kept in its session: events of two tablets are told apart by it."""
    name: str = request.session.setdefault("device", f"web-{uuid4().hex[:12]}")
    return name


def _next(request: HttpRequest, visit_id: UUID) -> str:
    back = {"count": "count/", "problem": "problem/"}.get(request.POST.get("back", ""), "")
    target = request.POST.get("target", "")
    return f"/visits/{visit_id}/needle/{back}" + (f"?target={target}" if target and not back else "")
