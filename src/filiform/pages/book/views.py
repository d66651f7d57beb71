"""The request form and its answer page. Works without JavaScript; what was typed is never lost to a mistake."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from filiform.pages.book.forms import RequestForm
from filiform.pages.book.limit import too_many
from filiform.record.actions import book
from filiform.record.reads.practice import PracticeInfo, public_practice
from filiform.record.write import Refused
from filiform.web.access import actor, now, public

ASKED_KEY = "asked_phone"


@public
def request_visit(request: HttpRequest) -> HttpResponse:
    """Ask for a first visit."""
    practice = public_practice(by=actor(request), now=now(request))
    form = RequestForm(request.POST or None, practice=practice, today=now(request).date())
    if request.method == "POST" and form.is_valid() and _sent(request, form, practice):
        request.session[ASKED_KEY] = form.cleaned_data["phone"]
        return redirect("book:thanks")
    status = 422 if form.errors else 200
    return render(request, "book/request.html", {"form": form, "practice": practice}, status=status)


def _sent(request: HttpRequest, form: RequestForm, practice: PracticeInfo) -> bool:
    """Stored for the desk? If not, the form says why."""
    if too_many(request):
        form.add_error(
            None, _("Too many requests came from your connection. Please call us, or try again in 10 minutes.")
        )
        return False
    data = form.cleaned_data
    try:
        book.request_visit(
            by=actor(request),
            now=now(request),
            place_id=UUID(data["place"]),
            name=data["name"],
            phone=data["phone"],
            email=data["email"],
            birth_date=data["birth_date"],
            when_suits=data["when_suits"],
            where_it_hurts=data["where_it_hurts"],
        )
    except Refused as refusal:
        for block in refusal.blocks:
            form.add_error(None, block.because)
        return False
    return True


@public
def thanks(request: HttpRequest) -> HttpResponse:
    """It has reached the desk. The number is said once, so that a wrong digit is seen."""
    practice = public_practice(by=actor(request), now=now(request))
    phone = request.session.pop(ASKED_KEY, "")
    return render(request, "book/thanks.html", {"practice": practice, "phone": phone})
