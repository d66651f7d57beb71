"""The `consent` step: does what the patient signed cover the muscles planned for today?

Consent is given for named places of the body, to one text, on one day, and may be withdrawn at any moment. A new region
needs a new consent, and a muscle over the lung needs the line that says so (facts.md section 1, table row "Consent",
and section 8.4). No clinician has reviewed this.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from filiform.clinical.anatomy import Hazard, Muscle, same_side
from filiform.clinical.terms import Block, BodySite, Cite, Level, MuscleId, Side, Sure

NEW_REGION = (Cite("filiform_facts", Sure.UNSURE, "section 1, what must be consented"),)
MATERIAL_RISK = (Cite("physio_alberta", Sure.FOUND, "duty to disclose material and special risks"),)
OVER_LUNG = (*MATERIAL_RISK, Cite("filiform_facts", Sure.UNSURE, "section 8.4, pleura set"))


@dataclass(frozen=True, slots=True)
class Signed:
    """A consent as the record holds it. `text_hash` is what was signed, `signed_on` the local day of the place."""

    signed_on: date
    sites: frozenset[BodySite]
    text_hash: str
    pleural_risk_told: bool
    withdrawn: bool = False


@dataclass(frozen=True, slots=True)
class Planned:
    """A muscle that is to be needled, on its side: where the needle enters, and whether the lung lies under it."""

    muscle: MuscleId
    name: str
    side: Side
    enters: tuple[BodySite, ...]
    over_lung: bool


def planned(muscle: Muscle, side: Side) -> Planned:
    """What consent must cover when `muscle` is needled on `side`."""
    enters = tuple(BodySite(region, side) for region in muscle.enters)
    return Planned(muscle.id, muscle.name, side, enters, Hazard.PLEURA in muscle.hazards)


def covers(
    signed: Signed | None, muscles: Iterable[Planned], on: date, current_hash: str | None = None
) -> tuple[Block, ...]:
    """Reasons why `signed` does not cover needling `muscles` on the local day `on`; empty: it does.

    `current_hash` is the hash of the text as it would be shown now; None where the caller has not got it, and then a
    changed text is not noticed. A muscle is covered when one of the sites where its needle may enter is; when another
    is not, a block of level warn says to stay within.
    """
    if signed is None:
        return (Block("consent.missing", "The patient has not signed a consent for today."),)
    if signed.withdrawn:
        return (
            Block("consent.withdrawn", "The patient has withdrawn the consent. Nothing is needled without a new one."),
        )
    every = tuple(muscles)
    return (
        *_of_the_day(signed, on),
        *_of_the_text(signed, current_hash),
        *(block for one in every for block in _of_the_place(one, signed.sites)),
        *_of_the_lung(signed, every),
    )


def _of_the_day(signed: Signed, on: date) -> tuple[Block, ...]:
    if signed.signed_on == on:
        return ()
    because = f"The consent is of {signed.signed_on}, not of today: ask again, it is given at each visit."
    return (Block("consent.lapsed", because, cites=NEW_REGION),)


def _of_the_text(signed: Signed, current_hash: str | None) -> tuple[Block, ...]:
    if current_hash is None or signed.text_hash == current_hash:
        return ()
    because = "What the patient would read now is not the text that was signed: show the new one and ask again."
    return (Block("consent.text_changed", because),)


def _of_the_place(one: Planned, sites: frozenset[BodySite]) -> tuple[Block, ...]:
    outside = [place for place in one.enters if not _is_within(place, sites)]
    if not outside:
        return ()
    regions = ", ".join(place.region.replace("_", " ") for place in outside)
    what = f"{one.name}, {one.side.value}, can be needled in {regions}"
    if len(outside) < len(one.enters):
        because = f"{what}, which the patient has not consented to: stay within what was agreed, or ask."
        return (Block("consent.part_of_muscle", because, Level.WARN, NEW_REGION),)
    because = f"{what}, and the patient has not consented to that: ask first."
    return (Block("consent.region_not_covered", because, cites=NEW_REGION),)


def _is_within(place: BodySite, sites: frozenset[BodySite]) -> bool:
    return any(place.region == site.region and same_side(place.side, site.side) for site in sites)


def _of_the_lung(signed: Signed, muscles: tuple[Planned, ...]) -> tuple[Block, ...]:
    if signed.pleural_risk_told:
        return ()
    names = sorted({one.name for one in muscles if one.over_lung})
    if not names:
        return ()
    because = f"The lung lies under {', '.join(names)}, and the patient was not told of a collapsed lung."
    return (Block("consent.pleura_not_told", because, cites=OVER_LUNG),)
