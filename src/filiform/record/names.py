"""Names as they are shown and as they are searched."""

from __future__ import annotations

import unicodedata
from uuid import UUID

from filiform.record.models import Practitioner


def fold(text: str) -> str:
    """`text` without case, accents and double spaces, for finding: "Ángela  GUZMÁN" becomes "angela guzman"."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return " ".join(bare.casefold().split())


def name_key(family: str, given: str) -> str:
    """What a patient is found by: family name first, then given names, folded."""
    return fold(f"{family} {given}") or "?"


def shown(family: str, given: str) -> str:
    """The name as it is shown, given name first; a person without a known name is called so."""
    return f"{given} {family}".strip() or "Name not known"


def staff(practice_id: UUID) -> dict[str, str]:
    """{actor id: name} of everybody who ever worked here, for saying who wrote a row."""
    rows = Practitioner.objects.filter(practice_id=practice_id).values_list("id", "name", "title")
    return {f"staff:{pk}": f"{name}, {title}" if title else name for pk, name, title in rows}
