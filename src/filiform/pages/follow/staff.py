"""The call list, one check with what was said to it, and the follow-ups of a visit."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from filiform.clinical import texts
from filiform.clinical.access import Act
from filiform.knowledge import book
from filiform.pages.follow import shown
from filiform.pages.follow.forms import OutcomeForm, TelephoneForm
from filiform.record.actions import follow as actions
from filiform.record.reads import follow as reads
from filiform.record.write import NotAllowed, NotFound, Refused
from filiform.web.access import actor, allow, now
from filiform.web.visit import visit_context


@allow(Act.READ_FOLLOW_UPS)
@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    """Whom to call, the most urgent first."""
    found = reads.call_list(by=actor(request), now=now(request))
    context = {
        "unread": [shown.answer(check, said, now(request)) for check, said in found.unread],
        "silent": [(one, shown.queue_chip(one.queue)) for one in found.silent],
        "waiting": found.waiting,
    }
    return render(request, "follow/queue.html", context)


@allow(Act.READ_FOLLOW_UPS)
@require_safe
def check(request: HttpRequest, follow_up_id: UUID) -> HttpResponse:
    """One check: what was said to it, and the questions to ask on the telephone."""
    return _check(request, follow_up_id)


@allow(Act.ANSWER_FOLLOW_UP)
@require_POST
def by_telephone(request: HttpRequest, follow_up_id: UUID) -> HttpResponse:
    """Store what the patient said on the telephone."""
    form = TelephoneForm(request.POST)
    if not form.is_valid():
        return _check(request, follow_up_id, telephone=form, status=422)
    sorted_into = actions.answer_follow_up(
        by=actor(request), now=now(request), follow_up_id=follow_up_id, answer=form.answer()
    )
    word = shown.queue_chip(sorted_into.queue.word).text
    messages.success(request, _("The answer is kept: %(queue)s.") % {"queue": word})
    return redirect("follow:check", follow_up_id)


@allow(Act.ANSWER_FOLLOW_UP)
@require_POST
def called(request: HttpRequest, follow_up_id: UUID) -> HttpResponse:
    """Store a call that reached nobody."""
    form = OutcomeForm(request.POST)
    if not form.is_valid():
        return _check(request, follow_up_id, call=form, status=422)
    actions.record_call(by=actor(request), now=now(request), follow_up_id=follow_up_id, **form.cleaned_data)
    return redirect("follow:check", follow_up_id)


@allow(Act.READ_ANSWER)
@require_POST
def mark_read(request: HttpRequest, answer_id: UUID) -> HttpResponse:
    """A clinician took notice of an answer; back to the call list."""
    return _told(
        request,
        lambda: actions.mark_read(
            by=actor(request), now=now(request), answer_id=answer_id, outcome=request.POST.get("outcome", "")
        ),
    )


@allow(Act.READ_CHART)
@require_safe
def visit(request: HttpRequest, visit_id: UUID) -> HttpResponse:
    """The follow-ups of a visit, and the after-care sheet that goes with it."""
    found = reads.of_visit(by=actor(request), now=now(request), visit_id=visit_id)
    number = found.emergency_number
    context = {
        **visit_context(request, found.head, "follow"),
        "checks": [(one, [shown.answer(one, said, now(request)) for said in one.answers]) for one in found.checks],
        "sheet": book().aftercare if number else None,
        "sheet_now": [texts.say(line.text, number) for line in book().aftercare.now] if number else [],
        "sheet_same_day": [texts.say(line.text, number) for line in book().aftercare.same_day] if number else [],
    }
    return render(request, "follow/visit.html", context)


def _told(request: HttpRequest, act: Callable[[], None]) -> HttpResponse:
    try:
        act()
        messages.success(request, _("Read and off the list."))
    except (NotFound, NotAllowed):
        raise
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("follow:queue")


def _check(
    request: HttpRequest,
    follow_up_id: UUID,
    *,
    telephone: TelephoneForm | None = None,
    call: OutcomeForm | None = None,
    status: int = 200,
) -> HttpResponse:
    found = reads.check(by=actor(request), now=now(request), follow_up_id=follow_up_id)
    context = {
        "check": found,
        "answers": [shown.answer(found, said, now(request)) for said in found.answers],
        "telephone": telephone or TelephoneForm(),
        "call": call or OutcomeForm(),
    }
    return render(request, "follow/check.html", context, status=status)
