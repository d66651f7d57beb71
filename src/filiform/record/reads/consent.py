"""What the consent page shows: the text, today's areas, what was signed and what was taken back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import F

from filiform.clinical.access import Act
from filiform.clinical.terms import BodySite, RegionId, Side
from filiform.record import agreeing, names, sites
from filiform.record import models as m
from filiform.record.actor import Actor
from filiform.record.agreeing import TextShown
from filiform.record.reads import visit
from filiform.record.reads.visit import VisitHead
from filiform.record.write import read


@dataclass(frozen=True, slots=True)
class SignedConsent:
    """One consent of the visit, its times by the practice's clock. `withdrawn_at` None: it stands."""

    number: int
    sites: tuple[BodySite, ...]
    text_version: str
    text_hash: str
    way: str
    signature: str
    signed_by: str
    signed_at: datetime
    witness: str
    withdrawn_at: datetime | None
    withdrawn_because: str


@dataclass(frozen=True, slots=True)
class ConsentToday:
    """`areas` follow from the chosen muscles, empty while none is chosen; `painful` are the areas of the drawing."""

    head: VisitHead
    text: TextShown
    areas: tuple[BodySite, ...]
    painful: tuple[BodySite, ...]
    signed: tuple[SignedConsent, ...]  # newest first

    @property
    def newest(self) -> SignedConsent | None:
        """The consent that counts."""
        return self.signed[0] if self.signed else None


@read(Act.READ_CHART, about="visit_id")
def consent_today(*, by: Actor, now: datetime, visit_id: UUID) -> ConsentToday:
    """Everything about the consent of one visit; at most three queries beside those of the head."""
    head = visit.inside(by, now, visit_id)
    return ConsentToday(
        head=head,
        text=agreeing.text_for(head.choice),
        areas=agreeing.areas_of(head.choice),
        painful=() if head.choice else _painful(visit_id),
        signed=_signed(by, visit_id),
    )


def _painful(visit_id: UUID) -> tuple[BodySite, ...]:
    areas = m.PainDrawing.objects.filter(visit_id=visit_id).order_by("-number").values_list("areas", flat=True).first()
    return sites.once(BodySite(RegionId(a["region"]), Side(a["side"])) for a in areas or () if a["intensity"])


def _signed(by: Actor, visit_id: UUID) -> tuple[SignedConsent, ...]:
    kept = m.Consent.objects.filter(visit_id=visit_id).select_related("withdrawal")
    rows = list(kept.annotate(zone=F("visit__place__practice__time_zone")).order_by("-number"))
    people = names.staff(by.practice) if rows else {}
    return tuple(_one(row, people) for row in rows)


def _one(row: Any, people: dict[str, str]) -> SignedConsent:
    taken_back = getattr(row, "withdrawal", None)
    zone = ZoneInfo(row.zone)
    return SignedConsent(
        number=row.number,
        sites=sites.from_json(row.sites),
        text_version=row.text_version,
        text_hash=row.text_hash,
        way=row.way,
        signature=row.signature,
        signed_by=row.signed_by,
        signed_at=row.recorded_at.astimezone(zone),
        witness=people.get(row.recorded_by, row.recorded_by),
        withdrawn_at=taken_back.recorded_at.astimezone(zone) if taken_back else None,
        withdrawn_because=taken_back.because if taken_back else "",
    )
