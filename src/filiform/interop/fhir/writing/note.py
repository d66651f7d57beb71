"""The signed note: the document, each amendment, and a Provenance that says who signed what and when."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from uuid import UUID

from filiform.interop.fhir.writing.parts import TERMINOLOGY, About, Resource, below, instant, reference, resource, text
from filiform.record.reads.export import AmendmentPart, NotePart

_AUTHORS_SIGNATURE = {"system": "urn:iso-astm:E1762-95:2013", "code": "1.2.840.10065.1.12.1.1"}


def note(about: About, visit_id: UUID, one: NotePart, covers: Sequence[UUID]) -> list[Resource]:
    """The note of a visit. `covers` are the resources of the visit that it was written from, the visit first."""
    attachments = [_attachment("application/json", json.dumps(one.content, ensure_ascii=False, sort_keys=True))]
    if one.added_words:
        attachments.append(_attachment("text/plain; charset=utf-8", one.added_words))
    document = resource(
        "DocumentReference",
        one.id,
        status="current",
        docStatus="amended" if one.amendments else "final",
        type_=text("Note of a dry needling visit"),
        subject=about.subject(),
        date=instant(one.recorded_at),
        author=[about.who(one.recorded_by)],
        content=[{"attachment": attachment} for attachment in attachments],
        context={"encounter": [reference(visit_id)]},
    )
    signed = _provenance(about, one, [one.id, *covers], f"SHA-256 of the content: {one.content_hash}")
    return [document, signed, *(each for part in one.amendments for each in _amendment(about, visit_id, one, part))]


def _amendment(about: About, visit_id: UUID, one: NotePart, part: AmendmentPart) -> list[Resource]:
    document = resource(
        "DocumentReference",
        part.id,
        status="current",
        docStatus="final",
        type_=text("Amendment to the note of a dry needling visit"),
        subject=about.subject(),
        date=instant(part.recorded_at),
        author=[about.who(part.recorded_by)],
        relatesTo=[{"code": "appends", "target": reference(one.id)}],
        content=[{"attachment": _attachment("text/plain; charset=utf-8", part.text)}],
        context={"encounter": [reference(visit_id)]},
    )
    return [document, _provenance(about, part, [part.id], "Amendment")]


def _provenance(about: About, row: NotePart | AmendmentPart, targets: Sequence[UUID], words: str) -> Resource:
    signer = about.who(row.recorded_by)
    author = {"coding": [{"system": f"{TERMINOLOGY}/provenance-participant-type", "code": "author"}]}
    return resource(
        "Provenance",
        below(row.id, "signature"),
        target=[reference(one) for one in targets],
        recorded=instant(row.recorded_at),
        activity=text(words),
        agent=[{"type": author, "who": signer}],
        signature=[{"type": [_AUTHORS_SIGNATURE], "when": instant(row.recorded_at), "who": signer}],
    )


def _attachment(kind: str, words: str) -> Resource:
    return {"contentType": kind, "data": base64.b64encode(words.encode()).decode()}
