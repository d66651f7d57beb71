"""The decision after a visit, the episode, and the plan of care."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from filiform.clinical.access import Act
from filiform.pages.plan import shown
from filiform.pages.plan.forms import DecisionForm, EpisodeForm, PlanForm, plan_form
from filiform.pages.plan.proposing import condition_of, proposed
from filiform.record.actions import plan as actions
from filiform.record.reads import plan as reads
from filiform.record.reads.plan import Sheet
from filiform.record.write import NotAllowed, NotFound, Refused, Stale
from filiform.web.access import actor, allow, now
from filiform.web.visit import visit_context

# Rules whose reason belongs beside one field of the form.
_FIELDS = {
    "plan.active_treatment": "active",
}


@allow(Act.READ_CHART)
@require_safe
def visit(request: HttpRequest, visit_id: UUID) -> HttpResponse:
    """The decision, the episode and its plan, and how the visits so far went."""
    return _page(request, _sheet(request, visit_id))


@allow(Act.DECIDE)
@require_POST
def decide(request: HttpRequest, visit_id: UUID) -> HttpResponse:
    """Store the decision."""
    form = DecisionForm(request.POST)
    if not form.is_valid():
        return _page(request, _sheet(request, visit_id), decision=form, status=422)
    try:
        actions.decide(by=actor(request), now=now(request), visit_id=visit_id, seen=_seen(request), **form.cleaned_data)
    except (NotFound, NotAllowed):
        raise
    except Refused as refusal:
        _explain(form, refusal)
        return _page(request, _sheet(request, visit_id), decision=form, status=_status(refusal))
    messages.success(request, _("The decision is kept."))
    return redirect("plan:visit", visit_id)


@allow(Act.OPEN_EPISODE)
@require_POST
def episode(request: HttpRequest, visit_id: UUID) -> HttpResponse:
    """Begin an episode, or let the visit join one that is open."""
    joined = _uuid(request.POST.get("join", ""))
    form = EpisodeForm(request.POST)
    if joined is None and not form.is_valid():
        return _page(request, _sheet(request, visit_id), episode=form, status=422)
    try:
        if joined is not None:
            actions.join_episode(by=actor(request), now=now(request), visit_id=visit_id, episode_id=joined)
        else:
            actions.open_episode(by=actor(request), now=now(request), visit_id=visit_id, **form.cleaned_data)
    except (NotFound, NotAllowed):
        raise
    except Refused as refusal:
        if joined is None:
            _explain(form, refusal)
            return _page(request, _sheet(request, visit_id), episode=form, status=_status(refusal))
        messages.error(request, str(refusal))
    return redirect("plan:visit", visit_id)


@allow(Act.WRITE_PLAN)
@require_POST
def write(request: HttpRequest, visit_id: UUID) -> HttpResponse:
    """Store the plan of care."""
    form = PlanForm(request.POST)
    if not form.is_valid():
        return _page(request, _sheet(request, visit_id), plan=form, status=422)
    try:
        actions.write_plan(
            by=actor(request), now=now(request), visit_id=visit_id, seen=_seen(request), plan=form.plan()
        )
    except (NotFound, NotAllowed):
        raise
    except Refused as refusal:
        _explain(form, refusal)
        return _page(request, _sheet(request, visit_id), plan=form, status=_status(refusal))
    messages.success(request, _("The plan is kept."))
    return redirect("plan:visit", visit_id)


def _sheet(request: HttpRequest, visit_id: UUID) -> Sheet:
    return reads.sheet(by=actor(request), now=now(request), visit_id=visit_id)


def _explain(form: forms.Form, refusal: Refused) -> None:
    for block in refusal.blocks:
        name = _FIELDS.get(block.rule, block.rule.rpartition(".")[2])
        form.add_error(name if name in form.fields else None, block.because)


def _page(
    request: HttpRequest,
    sheet: Sheet,
    *,
    decision: DecisionForm | None = None,
    episode: EpisodeForm | None = None,
    plan: PlanForm | None = None,
    status: int = 200,
) -> HttpResponse:
    head = sheet.head
    kept = sheet.decision
    chosen = request.GET.get("condition", "")
    condition = condition_of(chosen, sheet.plan)
    context = {
        **visit_context(request, head, "plan"),
        "sheet": sheet,
        "outcome": shown.outcome(sheet),
        "warnings": shown.warnings(sheet, sheet.today),
        "proposed": proposed(sheet, condition),
        "conditions": shown.conditions(),
        "about": shown.about(condition) if condition else None,
        "decision_form": decision
        or DecisionForm(initial={"kind": kept.kind, "because": kept.because} if kept else None),
        "episode_form": episode or EpisodeForm(initial={"problem": head.reason, "examined_on": sheet.today}),
        "plan_form": plan or plan_form(None, sheet.plan, sheet.today, condition if chosen else None),
        "plan_open": plan is not None
        or (bool(chosen) and condition is not None)
        or (sheet.episode is not None and sheet.plan is None),
        "decision_open": decision is not None or kept is None,
        "signed": head.note_id is not None,
        "in_session": head.session is not None and head.session.closed_at is None,
    }
    return render(request, "plan/plan.html", context, status=status)


def _seen(request: HttpRequest) -> int:
    text = request.POST.get("seen", "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else -1


def _status(refusal: Refused) -> int:
    return 409 if isinstance(refusal, Stale) else 422


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        return None
