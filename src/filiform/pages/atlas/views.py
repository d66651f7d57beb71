"""The atlas: find a muscle by name, by where it hurts or on the map; read what is known of it. It has no patient."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from filiform.clinical.access import Act
from filiform.clinical.anatomy import Hazard, Tier
from filiform.clinical.anatomy_drawn import MARK
from filiform.clinical.figure import View
from filiform.clinical.terms import MuscleId, RegionId, Side
from filiform.knowledge import book
from filiform.pages.atlas import pictures, shown
from filiform.pages.atlas.finding import LONGEST, find
from filiform.web import bodylist
from filiform.web.access import allow

_FACES = {"": (View.FRONT, View.BACK), "sides": (View.LEFT, View.RIGHT)}


@allow(Act.SEE_ATLAS)
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The search box and the map. `?q=` searches, `?part=` opens a part of the map, `?view=sides` turns the figure."""
    query = request.GET.get("q", "")
    results = find(query)
    context = {
        "results": results,
        "longest": LONGEST,
        "rows": [shown.row(one.muscle, Side.RIGHT, one.why) for one in results.muscles],
        "found_count": len(results.muscles) + results.more,
        "searching": bool(query.strip()),
        "typed": False,
    }
    if request.headers.get("HX-Target") == "found":  # typed: the list alone, the map is not drawn for every letter
        return render(request, "atlas/found.html", context | {"typed": True})
    view = request.GET.get("view", "")
    zone = pictures.zone_named(request.GET.get("part", ""))
    context |= {
        "zone": zone,
        "zone_words": pictures.part_words(zone) if zone else "",
        "chips": [book().regions[region] for region in zone.chips] if zone else [],
        "maps": [pictures.opened(zone)] if zone else [pictures.overview(one) for one in _FACES.get(view, _FACES[""])],
        "sides": view == "sides",
        "groups": shown.groups(),
        "places": shown.places(),
    }
    return render(request, "atlas/home.html", context)


@allow(Act.SEE_ATLAS)
@require_safe
def place(request: HttpRequest, region: str) -> HttpResponse:
    """One place: the muscles whose pain is felt there and those that are needled through it."""
    known = book().regions.get(RegionId(region))
    if known is None:
        raise Http404
    side = _side(request)
    felt = shown.at(known, side)
    context = {
        "words": bodylist.sentence(pictures.site(known.id, side)) if not known.midline else known.words,
        "side": None if known.midline else side,
        "sides": () if known.midline else _sides(),
        "felt": felt,
        "picture": pictures.of_place(known, side, (one.muscle for one in felt.lying)),
        "mark": MARK,
    }
    return render(request, "atlas/place.html", context)


@allow(Act.SEE_ATLAS)
@require_safe
def muscle(request: HttpRequest, muscle: str) -> HttpResponse:
    """One muscle: pictures, where its pain is felt, what is in the way, prompt, needles that fit, and every source."""
    one = book().muscles.get(MuscleId(muscle))
    if one is None:
        raise Http404
    side = _side(request)
    regions = book().regions
    before, after = shown.neighbours(one, side)
    context = {
        "muscle": one,
        "side": side,
        "sides": _sides(),
        "tier": shown.tier_chip(one.tier),
        "specialist": one.tier is Tier.D,
        "hazards": shown.hazard_chips(one),
        "lung": Hazard.PLEURA in one.hazards,
        "drawn": pictures.dangers(one, side),
        "near": pictures.near(one, side),
        "pain": pictures.of_pain(one, side),
        "primary": [(regions[r].words, pictures.place_url(pictures.site(r, side))) for r in one.primary],
        "spill": [(regions[r].words, pictures.place_url(pictures.site(r, side))) for r in one.spill],
        "enters": [(regions[r].words, pictures.place_url(pictures.site(r, side))) for r in one.enters],
        "conditions": shown.usual_in(one),
        "needling": shown.needling(one),
        "rules": book().dosage.needles.rules,
        "studies": shown.studies(one),
        "drawn_cites": pictures.cites(one, side),
        "before": before,
        "after": after,
        "mark": MARK,
    }
    return render(request, "atlas/muscle.html", context)


def _side(request: HttpRequest) -> Side:
    """The side that is asked for; right where none, or none that a body has."""
    return Side.LEFT if request.GET.get("side") == Side.LEFT.value else Side.RIGHT


def _sides() -> tuple[Side, Side]:
    return Side.RIGHT, Side.LEFT  # as they lie on the figure seen from the front
