"""What stands against the next act of a visit: facts from the record, judged by the clinical floor."""

from __future__ import annotations

from datetime import date, datetime
from functools import cache
from uuid import UUID
from zoneinfo import ZoneInfo

from filiform.clinical import consent, path
from filiform.clinical.terms import Block, MuscleId, MuscleSide, Side
from filiform.knowledge import book
from filiform.record import against
from filiform.record.actor import NOWHERE, Actor
from filiform.record.models import Credential, Practice
from filiform.record.reads import screen as screens
from filiform.record.reads.visit import VisitHead
from filiform.record.write import internal


@internal("facts for a rule, read for an action or a page that is itself checked")
def muscle(head: VisitHead, muscle_id: MuscleId, side: Side) -> tuple[Block, ...]:
    """What the newest screening says against needling this muscle on this side."""
    return against.screened(head.restrictions, muscle_id, side)


@cache
@internal("a fact of the book, no rows")
def over_lung() -> frozenset[MuscleId]:
    """Muscles over the lung: the pleura hazard."""
    return frozenset(name for name, one in book().muscles.items() if "pleura" in one.hazards)


@internal("facts for a rule, read for an action or a page that is itself checked")
def zone_of(practice_id: UUID) -> ZoneInfo:
    """The practice's clock."""
    return ZoneInfo(Practice.objects.filter(pk=practice_id).values_list("time_zone", flat=True).first() or "UTC")


@internal("facts for a rule, read for an action or a page that is itself checked")
def today(practice_id: UUID, now: datetime) -> date:
    """The day by the practice's clock."""
    return now.astimezone(zone_of(practice_id)).date()


@internal("facts for a rule, read for an action or a page that is itself checked")
def may_open(by: Actor, now: datetime, head: VisitHead, said: date | None = None) -> tuple[Block, ...]:
    """Every reason against opening the visit's session now (M15). `said`: the birth date that the patient gave."""
    return (*path.may_open_session(_opening(by, now, head, said)), *_outdated(head, now))


@internal("facts for a rule, read for an action or a page that is itself checked")
def before_asking(by: Actor, now: datetime, head: VisitHead) -> tuple[Block, ...]:
    """As `may_open`, before the patient was asked for the birth date."""
    return tuple(block for block in may_open(by, now, head) if block.rule != "identity.not_asked")


@internal("facts for a rule, read for an action or a page that is itself checked")
def consent_blocks(head: VisitHead, on: date, zone: ZoneInfo) -> tuple[Block, ...]:
    """Why the visit's consent does not cover the muscles chosen for today; empty when it does."""
    return _covered(head, head.choice, on, zone)


@internal("facts for a rule, read for an action or a page that is itself checked")
def insertion(head: VisitHead, one: MuscleSide, now: datetime) -> tuple[Block, ...]:
    """What stands against a needle in this muscle now: that it is not chosen, its restrictions, the consent."""
    zone = ZoneInfo(head.zone)
    chosen, screened = against.planned(head.choice, one), muscle(head, one.muscle, one.side)
    if one.muscle not in book().muscles:
        return (*chosen, *screened)
    return (*chosen, *screened, *consent_blocks_of(head, one, now.astimezone(zone).date(), zone))


@internal("facts for a rule, read for an action or a page that is itself checked")
def consent_blocks_of(head: VisitHead, one: MuscleSide, on: date, zone: ZoneInfo) -> tuple[Block, ...]:
    """As `consent_blocks`, for one muscle on its side."""
    return _covered(head, (one,), on, zone)


def _covered(head: VisitHead, muscles: tuple[MuscleSide, ...], on: date, zone: ZoneInfo) -> tuple[Block, ...]:
    return against.consented(_signed(head, zone), head.choice, muscles, on)


def _opening(by: Actor, now: datetime, head: VisitHead, said: date | None) -> path.Opening:
    zone = ZoneInfo(head.zone)
    on = now.astimezone(zone).date()
    rights = Credential.objects.filter(practitioner_id=by.staff_id or NOWHERE, kind="dry_needling")
    return path.Opening(
        on=on,
        credentials=tuple(path.Credential(*row) for row in rights.values_list("issued_on", "expires_on")),
        screened_on=head.screened_at.astimezone(zone).date() if head.screened_at else None,
        cleared=head.cleared,
        consent_blocks=consent_blocks(head, on, zone),
        birth_date=head.birth_date,
        said_birth_date=said,
    )


def _outdated(head: VisitHead, now: datetime) -> tuple[Block, ...]:
    if not screens.outdated(head, now):
        return ()
    because = "Since the screening something was imported, a doctor answered or the rules changed: screen again."
    return (Block("screening.outdated", because),)


def _signed(head: VisitHead, zone: ZoneInfo) -> consent.Signed | None:
    given = head.consent
    if given is None:
        return None
    return consent.Signed(
        signed_on=given.signed_at.astimezone(zone).date(),
        sites=frozenset(given.sites),
        text_hash=given.text_hash,
        pleural_risk_told=given.pleural_risk_told,
        withdrawn=given.withdrawn,
    )
