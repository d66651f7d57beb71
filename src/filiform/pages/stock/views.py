"""Needles in stock: what is on the shelf, taking in, putting away, and whom a lot went into."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from filiform.clinical.access import Act
from filiform.clinical.stock import LONGEST_LOT
from filiform.pages.stock.forms import PutAwayForm, RecallForm, ReceiveForm
from filiform.pages.stock.shown import shelf_rows, standing_chip
from filiform.record.actions import stock as actions
from filiform.record.reads import practice as practices
from filiform.record.reads import stock as reads
from filiform.record.write import NotFound, Refused
from filiform.web.access import actor, allow, now


@allow(Act.SEE_STOCK)
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The lots of one place or of all, the first to end first."""
    by, at = actor(request), now(request)
    place = _uuid(request.GET.get("place"))
    shelf = reads.shelf(by=by, now=at, place_id=place)
    practice = practices.own_practice(by=by, now=at)
    return render(
        request, "stock/home.html", {"rows": shelf_rows(shelf), "on": shelf.on, "practice": practice, "place": place}
    )


@allow(Act.KEEP_STOCK)
@require_http_methods(["GET", "POST"])
def receive(request: HttpRequest) -> HttpResponse:
    """Take in what came, as it is on the box."""
    by, at = actor(request), now(request)
    practice = practices.own_practice(by=by, now=at)
    form = ReceiveForm(request.POST or None, practice=practice, initial={"place": str(by.place or "")})
    if request.method == "POST" and form.is_valid():
        label = dict(form.cleaned_data)
        place_id = UUID(label.pop("place"))
        try:
            lot_id = actions.receive_lot(by=by, now=at, place_id=place_id, **label)
        except Refused as refusal:
            form.add_error(None, [block.because for block in refusal.blocks])
        else:
            messages.success(request, gettext("Taken in."))
            return redirect("stock:lot", lot_id)
    return render(request, "stock/receive.html", {"form": form}, status=422 if form.errors else 200)


@allow(Act.READ_LOT)
@require_safe
def lot(request: HttpRequest, lot_id: UUID) -> HttpResponse:
    """One lot: its packs, what was done with them, and whom its needles went into."""
    return _lot(request, lot_id)


@allow(Act.READ_LOT)
@require_safe
def find(request: HttpRequest) -> HttpResponse:
    """A lot by its number, as somebody reads it from a letter or a box; also one that was never taken in."""
    found = reads.find_lot(by=actor(request), now=now(request), written=_written(request))
    if found.line is not None:
        return redirect("stock:lot", found.line.id)
    return render(request, "stock/lot.html", {"found": found})


@allow(Act.READ_LOT)
@require_safe
def recall_list(request: HttpRequest) -> HttpResponse:
    """The patients of a lot on paper, with room to write what came of the call."""
    by, at = actor(request), now(request)
    found = reads.find_lot(by=by, now=at, written=_written(request))
    practice = practices.own_practice(by=by, now=at)
    return render(request, "stock/print.html", {"found": found, "practice": practice, "at": at})


@allow(Act.KEEP_STOCK)
@require_POST
def put_away(request: HttpRequest, lot_id: UUID) -> HttpResponse:
    """Packs are taken out without being opened."""
    by, at = actor(request), now(request)
    form = PutAwayForm(request.POST, practice=practices.own_practice(by=by, now=at))
    if form.is_valid():
        said = form.cleaned_data
        words = {"packs": said["packs"], "because": said["because"]}
        try:
            actions.put_away(by=by, now=at, lot_id=lot_id, place_id=UUID(said["place"]), **words)
        except Refused as refusal:
            if isinstance(refusal, NotFound):
                raise
            form.add_error(None, [block.because for block in refusal.blocks])
        else:
            messages.success(request, gettext("Put away."))
            return redirect("stock:lot", lot_id)
    return _lot(request, lot_id, away=form)


@allow(Act.KEEP_STOCK)
@require_POST
def recall(request: HttpRequest, lot_id: UUID) -> HttpResponse:
    """No pack of the lot may be opened any more."""
    form = RecallForm(request.POST)
    if form.is_valid():
        try:
            because = form.cleaned_data["because"]
            actions.recall_lot(by=actor(request), now=now(request), lot_id=lot_id, because=because)
        except Refused as refusal:
            if isinstance(refusal, NotFound):
                raise
            form.add_error(None, [block.because for block in refusal.blocks])
        else:
            messages.success(request, gettext("Recalled. No pack of this lot can be opened now."))
            return redirect("stock:lot", lot_id)
    return _lot(request, lot_id, recalling=form)


@allow(Act.READ_CHART)
@require_safe
def of_patient(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Every pack that was opened for a patient."""
    found = reads.lots_of(by=actor(request), now=now(request), patient_id=patient_id)
    return render(request, "stock/patient.html", {"uses": found.uses, "patient": found.patient})


def _lot(
    request: HttpRequest, lot_id: UUID, away: PutAwayForm | None = None, recalling: RecallForm | None = None
) -> HttpResponse:
    by, at = actor(request), now(request)
    found = reads.lot(by=by, now=at, lot_id=lot_id)
    assert found.line is not None
    practice = practices.own_practice(by=by, now=at)
    context = {
        "found": found,
        "chip": standing_chip(found.line),
        "away": away or PutAwayForm(practice=practice, initial={"place": str(by.place or "")}),
        "recalling": recalling or RecallForm(),
    }
    wrong = (away is not None and away.errors) or (recalling is not None and recalling.errors)
    return render(request, "stock/lot.html", context, status=422 if wrong else 200)


def _written(request: HttpRequest) -> str:
    return request.GET.get("lot", "").replace("\x00", "").strip()[:LONGEST_LOT]


def _uuid(text: str | None) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        return None
