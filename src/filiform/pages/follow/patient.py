"""The patient's own pages: opened by a link and the birth date, three questions, and the same thanks for everybody.

The emergency card stands on every one of them, before any answer. They work without JavaScript and keep nothing in
the browser but the session; what was answered so far travels in the form itself.
"""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from filiform.pages.follow.forms import BirthDateForm, ElseForm, PainForm, SignsForm, answer_of, dangerous
from filiform.record.actions import follow as actions
from filiform.record.actions.follow import Answer, Opened
from filiform.record.reads import follow as reads
from filiform.record.reads.follow import Face, OwnCheck
from filiform.record.write import NotFound
from filiform.web.access import actor, by_link, link_key, now, public
from filiform.web.face import face_context

LANDING = {"follow_up": "follow:answer", "draw": "draw:home"}  # where a link of each purpose leads


@public
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def open_link(request: HttpRequest, token: str) -> HttpResponse:
    """Ask for the birth date, then let this browser answer for the link's patient."""
    try:
        face = reads.link_face(by=actor(request), now=now(request), token=token)
    except NotFound:
        return _ended(request)
    form = BirthDateForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        opened = actions.open_link(
            by=actor(request), now=now(request), token=token, birth_date=form.cleaned_data["birth_date"]
        )
        if opened.link_id is not None:
            return _land(request, opened)
        if not opened.tries_left:
            return _ended(request)
        form.add_error("birth_date", _("That is not the birth date we have. Check it, and try again."))
    return _render(request, "follow/open.html", face, {"form": form}, 422 if form.errors else 200)


def _land(request: HttpRequest, opened: Opened) -> HttpResponse:
    if opened.purpose not in LANDING:
        return _ended(request)
    request.session.cycle_key()  # a session fixed by somebody else does not become the patient's
    for purpose in LANDING:  # on a tablet that is handed round, the patient before is gone
        request.session.pop(link_key(purpose), None)
    request.session[link_key(opened.purpose)] = str(opened.link_id)
    return redirect(LANDING[opened.purpose])


def _ended(request: HttpRequest) -> HttpResponse:
    face = reads.practice_face(by=actor(request), now=now(request))
    return _render(request, "follow/ended.html", face, {}, 410)


@by_link("follow_up")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest) -> HttpResponse:
    """The three questions, one a page. A danger sign ends them: it is stored at once and the card says to call."""
    check = _check(request)
    if request.method != "POST":
        return _question(request, check, 1, PainForm())
    pain = PainForm(request.POST)
    if not pain.is_valid():
        return _question(request, check, 1, pain)
    step = request.POST.get("step", "")
    if step == "1":
        return _question(request, check, 2, SignsForm(), pain)
    signs = SignsForm(request.POST)
    if not signs.is_valid():
        return _question(request, check, 2, signs, pain)
    level, chosen = pain.cleaned_data["pain"], signs.cleaned_data["signs"]
    if dangerous(chosen):
        return _store(request, check, answer_of(level, chosen, [], ""))
    if step == "2":
        return _question(request, check, 3, ElseForm(), pain)
    more = ElseForm(request.POST)
    if not more.is_valid():
        return _question(request, check, 3, more, pain)
    return _store(request, check, answer_of(level, chosen, more.cleaned_data["more"], more.cleaned_data["words"]))


@by_link("follow_up")
@never_cache
@require_safe
def thanks(request: HttpRequest) -> HttpResponse:
    """The same page for every answer; after a danger sign it begins with the order to call."""
    check = _check(request)
    number = check.emergency_number
    urgent = {
        "heading": _("Call %(number)s now") % {"number": number} if number else _("Call for help now"),
        "items": (
            _("Do not wait for our call."),
            _("Do not drive or travel alone."),
            _("Ask somebody to stay with you."),
        ),
    }
    return _render(request, "follow/thanks.html", check, {"urgent": urgent})


def _check(request: HttpRequest) -> OwnCheck:
    link_id = UUID(str(request.session[link_key("follow_up")]))
    return reads.own_check(by=actor(request), now=now(request), link_id=link_id)


def _store(request: HttpRequest, check: OwnCheck, given: Answer) -> HttpResponse:
    actions.answer_follow_up(by=actor(request), now=now(request), follow_up_id=check.follow_up_id, answer=given)
    return redirect("follow:thanks")


def _question(
    request: HttpRequest, check: OwnCheck, step: int, form: forms.Form, pain: PainForm | None = None
) -> HttpResponse:
    context = {
        "form": form,
        "step": step,
        "pain": pain.cleaned_data["pain"] if pain is not None else "",
        "check": check,
    }
    return _render(request, "follow/question.html", check, context, 422 if form.errors else 200)


def _render(
    request: HttpRequest, template: str, face: Face, context: dict[str, object], status: int = 200
) -> HttpResponse:
    note = _("This is rare. It can start days after your visit.")
    return render(request, template, {**face_context(face, note), **context}, status=status)
