"""The note: written from the record, read, signed once, then only amended, and printed on one page."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from filiform.clinical.access import Act
from filiform.pages.note.forms import AmendForm, SignForm
from filiform.pages.note.shown import billing
from filiform.record.actions import note as actions
from filiform.record.reads import note as reads
from filiform.record.reads.note import NotePage
from filiform.record.write import NotAllowed, NotFound, Refused, Stale
from filiform.web.access import actor, allow, now
from filiform.web.visit import local, visit_context


@allow(Act.READ_CHART)
@require_safe
def visit(request: HttpRequest, visit_id: UUID) -> HttpResponse:
    """The note as it would be signed now, or as it was signed."""
    return _page(request, _read(request, visit_id))


@allow(Act.SIGN_NOTE)
@require_POST
def sign(request: HttpRequest, visit_id: UUID) -> HttpResponse:
    """Sign the note that was read."""
    form = SignForm(request.POST)
    if not form.is_valid():
        return _page(request, _read(request, visit_id), sign=form, status=422)
    seen = request.POST.get("seen", "")[:64]
    try:
        actions.sign_note(by=actor(request), now=now(request), visit_id=visit_id, seen_hash=seen, **form.cleaned_data)
    except (NotFound, NotAllowed):
        raise
    except Refused as refusal:
        for block in refusal.blocks:
            form.add_error(None, block.because)
        status = 409 if isinstance(refusal, Stale) else 422
        return _page(request, _read(request, visit_id), sign=form, status=status)
    messages.success(request, _("The note is signed."))
    return redirect("note:visit", visit_id)


@allow(Act.AMEND_NOTE)
@require_POST
def amend(request: HttpRequest, visit_id: UUID) -> HttpResponse:
    """Add words below the signed note."""
    form = AmendForm(request.POST)
    if not form.is_valid():
        return _page(request, _read(request, visit_id), amend=form, status=422)
    actions.amend_note(by=actor(request), now=now(request), visit_id=visit_id, **form.cleaned_data)
    messages.success(request, _("The amendment is kept."))
    return redirect("note:visit", visit_id)


@allow(Act.READ_CHART)
@require_safe
def print_page(request: HttpRequest, visit_id: UUID) -> HttpResponse:
    """The note on one page of paper."""
    note = _read(request, visit_id)
    return render(request, "note/print.html", _shared(note))


def _read(request: HttpRequest, visit_id: UUID) -> NotePage:
    return reads.note(by=actor(request), now=now(request), visit_id=visit_id)


def _shared(note: NotePage) -> dict[str, object]:
    return {
        "note": note,
        "signed_at": local(note.signed_at, note.zone) if note.signed_at else None,
        "amendments": [(one, local(one.at, note.zone)) for one in note.amendments],
    }


def _page(
    request: HttpRequest,
    note: NotePage,
    *,
    sign: SignForm | None = None,
    amend: AmendForm | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        **visit_context(request, note.head, "note"),
        **_shared(note),
        "sign_form": sign or SignForm(),
        "amend_form": amend or AmendForm(),
        "billing": billing(note.head),
    }
    return render(request, "note/note.html", context, status=status)
