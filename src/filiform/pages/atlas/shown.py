"""What the pages show of a muscle or a place: words, chips, needles that fit, and who else is felt there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from filiform.clinical.anatomy import Hazard, Muscle, Region, Tier
from filiform.clinical.condition import Condition
from filiform.clinical.dosage import deepest, fitting, on_depth
from filiform.clinical.terms import Cite, Side
from filiform.knowledge import book
from filiform.pages.atlas.pictures import muscle_url
from filiform.web.bodylist import group_word
from filiform.web.parts import Chip, Kind


@dataclass(frozen=True, slots=True)
class Row:
    """One muscle in a list. `why` says how it was found."""

    muscle: Muscle
    url: str
    tier: Chip
    felt: str
    why: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Length:
    """A pack length in mm, and how far such a needle goes in when enough of it stays outside."""

    mm: int
    deepest_mm: int


@dataclass(frozen=True, slots=True)
class Needling:
    """The needles that fit. `diameters` is "" where none is proposed: the muscle is for specialists."""

    named: str
    lengths: tuple[Length, ...]
    diameters: str
    where: str
    outside: tuple[int, int]
    cites: tuple[Cite, ...]


@dataclass(frozen=True, slots=True)
class Felt:
    """The muscles of one place: `usual` and `less` by where their pain is felt, `lying` by where they are needled."""

    usual: tuple[Row, ...]
    less: tuple[Row, ...]
    lying: tuple[Row, ...]


def tier_chip(tier: Tier) -> Chip:
    """How much training and care a muscle asks for, in words."""
    return {
        Tier.A: Chip(Kind.PLAIN, _("Tier A: low risk")),
        Tier.B: Chip(Kind.WARN, _("Tier B: nerve or vessel near"), "warning"),
        Tier.C: Chip(Kind.STOP, _("Tier C: extra training"), "warning"),
        Tier.D: Chip(Kind.STOP, _("Tier D: specialist only"), "warning"),
    }[tier]


def hazard_chips(muscle: Muscle) -> list[Chip]:
    """What a needle can hit there, most dangerous first, one chip each."""
    words = {
        Hazard.PLEURA: _("Lung"),
        Hazard.CORD: _("Spinal canal"),
        Hazard.ORGAN: _("Organ"),
        Hazard.EYE: _("Eye"),
        Hazard.VESSEL: _("Vessel"),
        Hazard.NON_COMPRESSIBLE: _("Bleeding cannot be pressed on"),
        Hazard.NERVE: _("Nerve"),
        Hazard.JOINT: _("Joint"),
        Hazard.IMPLANT: _("Implants lie near"),
        Hazard.PREGNANCY: _("Left alone in pregnancy"),
    }
    loud = {Hazard.PLEURA, Hazard.CORD, Hazard.ORGAN, Hazard.EYE, Hazard.NON_COMPRESSIBLE}
    return [
        Chip(Kind.STOP if hazard in loud else Kind.WARN, word, "warning")
        for hazard, word in words.items()
        if hazard in muscle.hazards
    ]


def row(muscle: Muscle, side: Side, why: tuple[str, ...] = ()) -> Row:
    """A muscle as a line of a list."""
    regions = book().regions
    felt = "; ".join(regions[region].words for region in muscle.primary)
    return Row(muscle, muscle_url(muscle, side), tier_chip(muscle.tier), felt, why)


def at(region: Region, side: Side) -> Felt:
    """The muscles whose pain is felt in a place, and those that are needled through its skin."""
    muscles = book().muscles.values()
    return Felt(
        usual=_rows((one for one in muscles if region.id in one.primary), side),
        less=_rows((one for one in muscles if region.id in one.spill), side),
        lying=_rows((one for one in muscles if region.id in one.enters), side),
    )


def _rows(muscles: Iterable[Muscle], side: Side) -> tuple[Row, ...]:
    return tuple(row(muscle, side) for muscle in muscles)


def needling(muscle: Muscle) -> Needling:
    """The needles that fit a muscle. Of tier D only what its prompt names: a diameter is not proposed to everybody."""
    needles = book().dosage.needles
    fit = fitting(muscle, needles)
    low, high = fit.use.hundredths
    cites = (*muscle.cited.technique, *fit.use.cites, *needles.outside_cites)
    return Needling(
        named=_span(fit.named_mm) if fit.named_mm else "",
        lengths=tuple(Length(mm, deepest(mm, needles)) for mm in fit.lengths_mm),
        diameters="" if muscle.tier is Tier.D else f"{low / 100:.2f} – {high / 100:.2f} mm",
        where=fit.use.where,
        outside=needles.outside_percent,
        cites=tuple(dict.fromkeys(cites)),
    )


def _span(named: tuple[int, int]) -> str:
    low, high = named
    return f"{low} mm" if low == high else f"{low} – {high} mm"


def studies(muscle: Muscle) -> list[tuple[str, tuple[Cite, ...]]]:
    """What studies found about depth at this muscle."""
    return [(one.text, one.cites) for one in on_depth(muscle.id, book().dosage)]


def usual_in(muscle: Muscle) -> list[Condition]:
    """The conditions in which this muscle is usually looked at."""
    return [one for one in book().conditions.values() if muscle.id in one.muscles]


def groups() -> list[tuple[str, list[Row]]]:
    """Every muscle, by part of the body, head to foot."""
    found: dict[str, list[Row]] = {}
    for muscle in book().muscles.values():
        found.setdefault(muscle.group, []).append(row(muscle, Side.RIGHT))
    return [(muscle_group(name), rows) for name, rows in found.items()]


def muscle_group(group: str) -> str:
    """A group of muscles in words."""
    own = {"head": _("Head and jaw"), "arm": _("Upper arm"), "pelvis": _("Buttock, hip and pelvis")}
    return own.get(group) or group_word(group)


def places() -> list[tuple[str, list[Region]]]:
    """Every place, by part of the body, head to foot."""
    found: dict[str, list[Region]] = {}
    for region in book().regions.values():
        found.setdefault(region.group, []).append(region)
    return [(group_word(name), regions) for name, regions in found.items()]


def neighbours(muscle: Muscle, side: Side) -> tuple[Row | None, Row | None]:
    """The muscles before and after this one, head to foot."""
    order = list(book().muscles.values())
    place = order.index(muscle)
    before = row(order[place - 1], side) if place else None
    after = row(order[place + 1], side) if place + 1 < len(order) else None
    return before, after
