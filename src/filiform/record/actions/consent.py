"""Consent for the areas that are needled today, and its withdrawal."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from filiform import knowledge
from filiform.clinical.access import Act
from filiform.clinical.terms import Block
from filiform.record import agreeing, audit, sites, within
from filiform.record.actor import Actor
from filiform.record.models import Consent, ConsentWithdrawal, Visit
from filiform.record.models.consent import SignatureWay
from filiform.record.visiting import still_open
from filiform.record.write import Refused, Stale, write

SIGNS_AS = {"patient": "", "guardian": "parent or guardian", "proxy": "legal representative"}
LONGEST_NAME = 160
LONGEST_STROKES = 40_000  # characters of an SVG path; a slow signature on a tablet has about 6,000
_STROKES = re.compile(r"(?:M\d{1,4} \d{1,4}(?:L\d{1,4} \d{1,4})+)+")


@write(Act.SIGN_CONSENT)
def sign_consent(
    *,
    by: Actor,
    now: datetime,
    visit_id: UUID,
    seen: int,
    areas: Sequence[Mapping[str, Any]],
    text_hash: str,
    signed_by: str,
    signs_as: str = "patient",
    strokes: str = "",
) -> int:
    """Store the signed consent to `areas` (`{"region", "side"}`), witnessed by `by`; its number.

    `text_hash` is that of the text on the page: refused when another text would be shown by now. `signed_by` is the
    name as typed, which is the signature unless `strokes` holds a drawn one (an SVG path of M and L with whole
    numbers). `signs_as` says for whom a name that is not the patient's stands: `patient`, `guardian`, `proxy`.
    `seen`: number of the newest consent that the writer saw, 0 for none.
    """
    visit = within.visit(by, visit_id)
    still_open(visit)
    places = _areas(areas)
    shown = agreeing.text_for(agreeing.chosen(visit_id))
    if text_hash != shown.hash:
        because = (
            "The consent text has changed since the page was opened. Read the new one with the patient and sign it."
        )
        raise Refused(Block("consent.text_changed", because))
    name = _name(signed_by, signs_as)
    _check_strokes(strokes)
    number = within.next_number(Consent, visit.id, seen, "consent")
    try:
        with transaction.atomic():
            Consent.objects.create(
                visit=visit,
                number=number,
                patient=visit.patient,
                sites=sites.as_json(places),
                text_version=knowledge.book().consent.version,
                text_hash=text_hash,
                pleural_risk_told=shown.over_lung,
                way=SignatureWay.DRAWN if strokes else SignatureWay.TYPED,
                signature=strokes or signed_by.strip(),
                signed_by=name,
                recorded_at=now,
                recorded_by=by.id,
            )
    except IntegrityError as error:
        raise Stale("consent") from error
    audit.leave(by=by, at=now, act=Act.SIGN_CONSENT, about=visit.id, detail={"number": number, "text": text_hash})
    return number


@write(Act.WITHDRAW_CONSENT)
def withdraw_consent(*, by: Actor, now: datetime, visit_id: UUID, seen: int, because: str = "") -> None:
    """The patient takes the newest consent back. Possible at any moment, with or without a reason.

    Stale when it is not the consent that the writer saw (`seen`), or was withdrawn already.
    """
    visit = within.visit(by, visit_id)
    row = _newest(visit)
    if row.number != seen:
        raise Stale("consent")
    if len(because.strip()) > 500:
        raise Refused(Block("consent.reason_too_long", "At most 500 characters, please."))
    try:
        with transaction.atomic():
            ConsentWithdrawal.objects.create(consent=row, because=because.strip(), recorded_at=now, recorded_by=by.id)
    except IntegrityError as error:
        raise Stale("consent") from error
    audit.leave(by=by, at=now, act=Act.WITHDRAW_CONSENT, about=visit.id, detail={"number": row.number})


def _newest(visit: Visit) -> Consent:
    row = Consent.objects.filter(visit=visit).order_by("-number").first()
    if row is None:
        raise Refused(Block("consent.missing", "Nothing was signed at this visit, so there is nothing to withdraw."))
    return row


def _areas(areas: Sequence[Mapping[str, Any]]) -> tuple[Any, ...]:
    if not areas:
        raise Refused(Block("consent.areas_missing", "Choose the parts of the body that the patient agrees to."))
    if len(areas) > 2 * len(knowledge.book().regions) + 10:
        raise Refused(Block("consent.areas_many", "There are more areas than the body has."))
    return sites.once(sites.site(str(one.get("region", "")), str(one.get("side", ""))) for one in areas)


def _name(signed_by: str, signs_as: str) -> str:
    name = " ".join(signed_by.replace("\x00", "").split())
    if not name:
        raise Refused(Block("consent.name_missing", "The person who signs types their full name."))
    if len(name) > LONGEST_NAME:
        raise Refused(Block("consent.name_too_long", f"A name has at most {LONGEST_NAME} characters here."))
    if signs_as not in SIGNS_AS:
        raise Refused(
            Block("consent.signs_as", "Say who signs: the patient, a parent or guardian, or a representative.")
        )
    return f"{name} ({SIGNS_AS[signs_as]})" if SIGNS_AS[signs_as] else name


def _check_strokes(strokes: str) -> None:
    if strokes and (len(strokes) > LONGEST_STROKES or not _STROKES.fullmatch(strokes)):
        raise Refused(Block("consent.strokes", "The drawn signature could not be read. Clear it and sign again."))
