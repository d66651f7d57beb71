"""Find a patient, open the chart, register a new one, add a visit."""

from __future__ import annotations

from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from filiform.clinical.access import Act, may
from filiform.pages.chart.forms import PatientForm, VisitForm
from filiform.pages.chart.shown import background_by_kind, pain_curve, visit_rows
from filiform.record.actions import book as book_actions
from filiform.record.actions import people as actions
from filiform.record.reads import chart as charts
from filiform.record.reads import people
from filiform.record.reads import practice as practices
from filiform.record.write import Refused
from filiform.web.access import actor, allow, now


@allow(Act.FIND_PATIENT)
@require_safe
def find(request: HttpRequest) -> HttpResponse:
    """Patients by name or birth date."""
    words = request.GET.get("q", "")[:100].replace("\x00", "")
    found = people.find_patients(by=actor(request), now=now(request), words=words)
    return render(
        request,
        "chart/find.html",
        {"found": found, "words": words, "find_words": words, "most": people.FOUND_AT_MOST},
    )


@allow(Act.READ_CONTACT)
@require_safe
def patient(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """The chart for who may read it; for the desk, how to reach the patient and when they come."""
    by = actor(request)
    if may(by.role, Act.READ_CHART):
        contact = people.contact(by=by, now=now(request), patient_id=patient_id)
        return render(request, "chart/contact.html", {"contact": contact})
    chart = charts.chart(by=by, now=now(request), patient_id=patient_id)
    return render(
        request,
        "chart/chart.html",
        {
            "chart": chart,
            "background": background_by_kind(chart),
            "curve": pain_curve(chart),
            "rows": visit_rows(chart),
        },
    )


@allow(Act.REGISTER_PATIENT)
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Register a patient by hand."""
    practice = practices.own_practice(by=actor(request), now=now(request))
    form = PatientForm(request.POST or None, practice=practice, initial={"place": str(actor(request).place)})
    if request.method == "POST" and form.is_valid():
        place_id = UUID(form.cleaned_data.pop("place"))
        try:
            made = actions.register_patient(by=actor(request), now=now(request), place_id=place_id, **form.cleaned_data)
            return redirect("chart:patient", made)
        except Refused as refusal:
            form.add_error(None, str(refusal))
    return render(request, "chart/new.html", {"form": form}, status=422 if form.errors else 200)


@allow(Act.BOOK_VISIT)
@require_http_methods(["GET", "POST"])
def new_visit(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Add a visit for a patient. (Booking by the patient is a later issue.)"""
    by, at = actor(request), now(request)
    contact = people.contact(by=by, now=at, patient_id=patient_id)
    practice = practices.own_practice(by=by, now=at)
    staff = practices.people(by=by, now=at)
    here = at.astimezone(ZoneInfo(practice.time_zone))
    initial = {"day": here.date(), "time": here.strftime("%H:%M"), "minutes": 45}
    form = VisitForm(request.POST or None, practice=practice, people=staff, initial=initial)
    if request.method == "POST" and form.is_valid() and _booked(request, form, contact):
        messages.success(request, gettext("The visit is booked."))
        return redirect(f"/today/?on={form.cleaned_data['day'].isoformat()}")
    return render(
        request, "chart/new_visit.html", {"form": form, "contact": contact}, status=422 if form.errors else 200
    )


def _booked(request: HttpRequest, form: VisitForm, contact: people.Contact) -> bool:
    data = form.cleaned_data
    try:
        book_actions.book_visit(
            by=actor(request),
            now=now(request),
            patient_id=contact.patient.id,
            practitioner_id=UUID(data["practitioner"]),
            place_id=form.place_of[data["room"]],
            room_id=UUID(data["room"]),
            starts_at=form.starts_at,
            minutes=data["minutes"],
            reason=data["reason"],
            first=not contact.visits,
        )
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return False
    return True
