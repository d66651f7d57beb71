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
    return staff_and_number(practice_id)[0]


def staff_and_number(practice_id: UUID) -> tuple[dict[str, str], str]:
    """As `staff`, with the practice's emergency number, in the same query."""
    columns = ("id", "name", "title", "practice__emergency_number")
    rows = list(Practitioner.objects.filter(practice_id=practice_id).values_list(*columns))
    people = {f"staff:{pk}": f"{name}, {title}" if title else name for pk, name, title, _ in rows}
    return people, rows[0][-1] if rows else ""
