"""Measuring before and after the needles, other treatments with minutes, adverse events as facts."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from filiform.clinical.access import Act
from filiform.clinical.terms import Side
from filiform.knowledge.movements import movements
from filiform.pages.evaluate import shown
from filiform.pages.evaluate.forms import AdverseForm, NewRangeForm, NumbersForm, RangeForm, TreatmentForm
from filiform.record.actions import evaluate as actions
from filiform.record.actions.evaluate import Value
from filiform.record.reads import evaluate as reads
from filiform.record.reads.evaluate import Sheet
from filiform.record.reads.visit import VisitHead
from filiform.record.write import NotAllowed, NotFound, Refused, Stale
from filiform.web.access import actor, allow, now
from filiform.web.visit import visit_context


@dataclass
class Forms:
    """The forms of the page. Bound are those that were sent."""

    numbers: NumbersForm
    ranges: list[RangeForm]
    new: NewRangeForm
    treatment: TreatmentForm
    adverse: AdverseForm

    @property
    def measures(self) -> tuple[NumbersForm | RangeForm | NewRangeForm, ...]:
        return (self.numbers, *self.ranges, self.new)

    def every(self) -> tuple[NumbersForm | RangeForm | NewRangeForm | TreatmentForm | AdverseForm, ...]:
        return (*self.measures, self.treatment, self.adverse)


@allow(Act.READ_CHART)
@require_safe
def visit(request: HttpRequest, visit_id: UUID) -> HttpResponse:
    """The measures of the visit, before and after side by side, and the form for what is due."""
    return _page(request, _sheet(request, visit_id))


@allow(Act.MEASURE)
@require_POST
def measure(request: HttpRequest, visit_id: UUID) -> HttpResponse:
    """Store the numbers that were chosen."""
    sheet = _sheet(request, visit_id)
    forms = _forms(sheet, measures=request.POST)
    if not all([form.is_valid() for form in forms.measures]):
        return _page(request, sheet, forms, status=422)
    values: list[Value] = [value for form in forms.measures for value in form.values()]
    try:
        actions.measure(
            by=actor(request),
            now=now(request),
            visit_id=visit_id,
            moment=request.POST.get("moment", ""),
            values=values,
            seen=_whole(request.POST.get("seen", "")),
        )
    except (NotFound, NotAllowed):
        raise
    except Refused as refusal:
        return _refused(request, visit_id, forms, forms.numbers, refusal)
    messages.success(request, _("Saved."))
    return redirect("evaluate:visit", visit_id)


@allow(Act.GIVE_TREATMENT)
@require_POST
def treatment(request: HttpRequest, visit_id: UUID) -> HttpResponse:
    """Store another treatment with its minutes."""
    sheet = _sheet(request, visit_id)
    forms = _forms(sheet, treatment=request.POST)
    form = forms.treatment
    if not form.is_valid():
        return _page(request, sheet, forms, status=422)
    try:
        actions.give_treatment(by=actor(request), now=now(request), visit_id=visit_id, **form.cleaned_data)
    except (NotFound, NotAllowed):
        raise
    except Refused as refusal:
        return _refused(request, visit_id, forms, form, refusal)
    return redirect("evaluate:visit", visit_id)


@allow(Act.REPORT_ADVERSE_EVENT)
@require_POST
def adverse(request: HttpRequest, visit_id: UUID) -> HttpResponse:
    """Store what was observed of an adverse event."""
    sheet = _sheet(request, visit_id)
    forms = _forms(sheet, adverse=request.POST)
    form = forms.adverse
    if not form.is_valid():
        return _page(request, sheet, forms, status=422)
    try:
        actions.report_adverse_event(by=actor(request), now=now(request), visit_id=visit_id, observed=form.observed())
    except (NotFound, NotAllowed):
        raise
    except Refused as refusal:
        return _refused(request, visit_id, forms, form, refusal)
    messages.success(request, _("The adverse event is recorded."))
    return redirect("evaluate:visit", visit_id)


def _sheet(request: HttpRequest, visit_id: UUID) -> Sheet:
    return reads.sheet(by=actor(request), now=now(request), visit_id=visit_id)


def _refused(
    request: HttpRequest,
    visit_id: UUID,
    forms: Forms,
    form: NumbersForm | TreatmentForm | AdverseForm,
    refusal: Refused,
) -> HttpResponse:
    for block in refusal.blocks:
        form.add_error(None, block.because)
    # Read anew: a stale writer must see what the colleague wrote, beside what she sent herself.
    return _page(request, _sheet(request, visit_id), forms, status=409 if isinstance(refusal, Stale) else 422)


def _forms(
    sheet: Sheet,
    measures: QueryDict | None = None,
    treatment: QueryDict | None = None,
    adverse: QueryDict | None = None,
    what: str = "",
) -> Forms:
    known = [(what, side) for what, side in sheet.movements if what in movements()]
    ranges = [
        RangeForm(
            measures,
            movement=movements()[what],
            side=Side(side),
            last=shown.last_degrees(sheet, what, side, movements()[what]),
        )
        for what, side in known
    ]
    return Forms(
        NumbersForm(measures),
        ranges,
        NewRangeForm(measures, known=known),
        TreatmentForm(treatment),
        AdverseForm(adverse, initial={"what": what[:200]}),
    )


def due_moment(head: VisitHead) -> str:
    """Which moment's measures are due now: `before`, `after`, or "" while needles are in or the note is signed."""
    return next((m for m in ("after", "before") if not actions.moment_blocks(head, m)), "")


def _page(request: HttpRequest, sheet: Sheet, forms: Forms | None = None, status: int = 200) -> HttpResponse:
    head = sheet.head
    forms = forms or _forms(sheet, what=request.GET.get("what", ""))
    moment = due_moment(head)
    found = shown.lines(sheet)
    done = head.measured_after if moment == "after" else head.measured_before
    context = {
        **visit_context(request, head, "evaluate"),
        "lines": found,
        "cites": shown.cites(found),
        "moment": moment,
        "seen": sheet.now.seen_after if moment == "after" else sheet.now.seen_before,
        "done": done,
        "form_open": not done or any(form.errors for form in forms.measures),
        "waits": actions.moment_blocks(head, "after") if not moment else (),
        "forms": forms,
        "bound": [form for form in forms.every() if form.is_bound],
        "treatments": sheet.treatments,
        "adverse": sheet.adverse,
        "adverse_open": bool(forms.adverse.is_bound or forms.adverse.initial.get("what")),
        "treatment_open": forms.treatment.is_bound,
        "signed": head.note_id is not None,
    }
    return render(request, "evaluate/evaluate.html", context, status=status)


def _whole(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else -1
