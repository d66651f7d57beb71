"""Signing the note of a visit, once; afterwards only amending it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from filiform.clinical.access import Act
from filiform.clinical.terms import Block
from filiform.record import audit, names, notes, whole
from filiform.record.actor import Actor
from filiform.record.models import Amendment, Note
from filiform.record.notes import signing
from filiform.record.write import NotFound, Refused, Stale, refuse, write

MOST_WORDS = 4000  # characters


@write(Act.SIGN_NOTE)
def sign_note(
    *, by: Actor, now: datetime, visit_id: UUID, seen_hash: str, added_words: str = "", aftercare_given: bool = False
) -> UUID:
    """Sign the note as the record stands; its id. Refused with every reason while a step is missing.

    `seen_hash` is the hash of the sections the therapist read: Stale when the record changed since, or when somebody
    signed first. `added_words` are the therapist's own; `aftercare_given`: the sheet was explained and given.
    """
    found = whole.of(by, visit_id)
    refuse(signing.against_signing(found))
    kept = notes.as_json(notes.sections(found, names.staff(by.practice)))
    if notes.content_hash(kept, "") != seen_hash:
        raise Stale("record of this visit")
    content = {"sections": kept, "aftercare_given": aftercare_given}
    words = added_words.strip()[:MOST_WORDS]
    try:
        with transaction.atomic():
            row = Note.objects.create(
                visit_id=visit_id,
                patient_id=found.visit["patient_id"],
                content=content,
                content_hash=notes.content_hash(content, words),
                added_words=words,
                recorded_at=now,
                recorded_by=by.id,
            )
    except IntegrityError as error:
        raise Stale("note") from error
    detail = {"note": str(row.pk), "hash": row.content_hash}
    audit.leave(by=by, at=now, act=Act.SIGN_NOTE, about=visit_id, detail=detail)
    return row.pk


@write(Act.AMEND_NOTE)
def amend_note(*, by: Actor, now: datetime, visit_id: UUID, text: str) -> UUID:
    """Add words below a signed note; their id. The note itself never changes."""
    note = Note.objects.filter(visit_id=visit_id, visit__place__practice_id=by.practice).first()
    if note is None:
        raise NotFound("signed note")
    if not text.strip():
        raise Refused(Block("amendment.text", "Write what is to be added."))
    row = Amendment.objects.create(note=note, text=text.strip()[:MOST_WORDS], recorded_at=now, recorded_by=by.id)
    audit.leave(by=by, at=now, act=Act.AMEND_NOTE, about=visit_id, detail={"amendment": str(row.pk)})
    return row.pk
