"""Screening of the day: what the record says, every question with nothing preset, the result, a doctor's answer."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from filiform.clinical.access import Act
from filiform.clinical.terms import Block
from filiform.pages.screen import shown
from filiform.pages.screen.forms import DoctorForm, Sheet, as_items, from_post
from filiform.record.actions import screen as actions
from filiform.record.reads import screen as reads
from filiform.record.write import NotAllowed, NotFound, Refused, Stale
from filiform.web import bodylist
from filiform.web.access import actor, allow, now
from filiform.web.visit import visit_context

_ANSWER = "screen.answer."
_DOCTOR = "doctor."


@allow(Act.READ_CHART)
@require_safe
def screen(request: HttpRequest, visit_id: UUID) -> HttpResponse:
    """The page."""
    return _page(request, visit_id)


@allow(Act.SCREEN)
@require_POST
def answer(request: HttpRequest, visit_id: UUID) -> HttpResponse:
    """Save all answers. What is refused is said beside its question, and everything that was typed stays."""
    given = from_post(request.POST)
    try:
        actions.answer_screening(
            by=actor(request), now=now(request), visit_id=visit_id, seen=_seen(request), answers=as_items(given)
        )
    except (NotFound, NotAllowed):
        raise
    except Refused as refusal:
        wrong = {b.rule[len(_ANSWER) :]: b.because for b in refusal.blocks if b.rule.startswith(_ANSWER)}
        other = tuple(block for block in refusal.blocks if not block.rule.startswith(_ANSWER))
        return _page(request, visit_id, sheet=Sheet(given, wrong), refused=other, status=_status(refusal))
    return redirect("screen:visit", visit_id)


@allow(Act.RECORD_DOCTOR_ANSWER)
@require_POST
def doctor(request: HttpRequest, visit_id: UUID) -> HttpResponse:
    """Record what a doctor answered; the screening is made anew with the same answers."""
    form = DoctorForm(request.POST, consultations=shown.consultations())
    if not form.is_valid():
        return _page(request, visit_id, form=form, status=422)
    data = form.cleaned_data
    try:
        actions.record_doctor_answer(
            by=actor(request),
            now=now(request),
            visit_id=visit_id,
            seen=_seen(request),
            condition=data["condition"],
            asked=data["asked"],
            answered_by=data["answered_by"],
            answered_on=form.answered_day(),
            verdict=data["verdict"],
            limits=data["limits"],
        )
    except (NotFound, NotAllowed):
        raise
    except Refused as refusal:
        for block in refusal.blocks:
            name = block.rule[len(_DOCTOR) :] if block.rule.startswith(_DOCTOR) else None
            form.add_error(name if name in form.fields else None, block.because)
        return _page(request, visit_id, form=form, status=_status(refusal))
    return redirect("screen:visit", visit_id)


def _page(
    request: HttpRequest,
    visit_id: UUID,
    *,
    sheet: Sheet | None = None,
    form: DoctorForm | None = None,
    refused: tuple[Block, ...] = (),
    status: int = 200,
) -> HttpResponse:
    page = reads.screening_today(by=actor(request), now=now(request), visit_id=visit_id)
    found = shown.findings(page.result or page.now_known)
    sections = shown.sections(page, sheet)
    asked = [one for section in sections for one in section.asked]
    limits = shown.limits(page.result or page.now_known)
    context = {
        **visit_context(request, page.head, "screen"),
        "page": page,
        "verdict": shown.verdict(page),
        "found": found,
        "alerts": shown.alerts(found),
        "limits": limits,
        "changes": [one for one in limits if not one.where],
        "background": shown.background(page.background),
        "doctors": page.doctors,
        "sections": sections,
        "open": [one for one in asked if one.open],
        "wrong": [one for one in asked if one.wrong],
        "unknown": [(name, why) for name, why in sheet.wrong.items() if name not in page_ids(asked)] if sheet else [],
        "asking": page.result is None or page.outdated or bool(page.result.ask) or sheet is not None,
        "sheet": sheet,
        "refused": refused,
        "doctor_form": form or DoctorForm(consultations=shown.consultations(found)),
        "consult": any(one.doctor for one in found) and page.result is not None,
        "places": bodylist.every() if any(one.kind == "regions" for one in asked) else (),
    }
    return render(request, "screen/screen.html", context, status=status)


def page_ids(asked: list[shown.Asked]) -> set[str]:
    """The ids of the questions on the page."""
    return {one.question.id for one in asked}


def _seen(request: HttpRequest) -> int:
    text = request.POST.get("seen", "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else -1


def _status(refusal: Refused) -> int:
    return 409 if isinstance(refusal, Stale) else 422
