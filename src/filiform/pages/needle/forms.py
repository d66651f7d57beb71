"""What a tap sends. The fields of an event are checked by the clinical floor; here they only get their types."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from filiform.record.reads.practice import PracticeInfo
from filiform.web.fields import MemorableDateField

WHOLE = frozenset({"needles_in", "tray", "strength", "found"})
DECIMAL = frozenset({"gauge_mm", "length_mm", "depth_mm", "hz"})
LISTS = frozenset({"covers", "known"})
# Kinds a page may send, and the keys each may carry. `needles` is a number for some kinds and a list for others.
SENT = {
    "open_pack": ("needles", "gauge_mm", "length_mm", "lot", "expiry"),
    "in": ("muscle", "side", "pack", "depth_mm", "technique"),
    "out": ("needle", "bleeding"),
    "twitch": ("needle",),
    "sensation": ("needle", "feeling"),
    "dropped": ("pack", "needles"),
    "left_in": ("needle", "reason", "patient_agreed", "due_out"),
    "turn": ("to", "needles_in", "known"),
    "all_out": ("needles",),
    "undo": ("event",),
    "note": ("text",),
    "count": ("tray", "covers"),
    "searched": ("place", "found"),
    "missing": ("needles", "account"),
    "extra": ("needles", "account"),
    "incident": ("what", "account"),
    "chest_check": ("covers", "breathless", "chest_pain"),
}
_NEEDLE_LISTS = frozenset({"all_out"})
_FLAGS = frozenset({"patient_agreed", "breathless", "chest_pain"})


class OpenForm(forms.Form):
    """Who is on the table, and where. The birth date is said by the patient, not read to them."""

    birth_date = MemorableDateField(label=_("Birth date, as the patient says it"), autocomplete=False)
    room = forms.ChoiceField(label=_("Room"))

    def __init__(self, *args: Any, practice: PracticeInfo, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        room = self.fields["room"]
        assert isinstance(room, forms.ChoiceField)
        room.choices = [(p.name, [(str(r.id), f"{p.name}, {r.name}") for r in p.rooms]) for p in practice.places]


def event_fields(posted: QueryDict) -> tuple[str, str, dict[str, Any]]:
    """(event id, kind, fields) of a posted tap. Empty fields are left out; what cannot be a number stays text.

    Nothing is judged here: a wrong field is refused by the clinical floor, by name.
    """
    kind = posted.get("kind", "")
    fields = {key: _typed(kind, key, posted) for key in SENT.get(kind, ()) if posted.get(key, "") != ""}
    if kind in _NEEDLE_LISTS:
        fields["needles"] = posted.getlist("needles")
    for key in set(SENT.get(kind, ())) & LISTS:
        fields[key] = posted.getlist(key)
    return posted.get("id") or str(uuid4()), kind, fields


def _typed(kind: str, key: str, posted: Mapping[str, str]) -> Any:
    text = posted[key].strip()
    if key in _FLAGS:
        return {"yes": True, "no": False}.get(text, text)
    if key in WHOLE or (key == "needles" and kind not in _NEEDLE_LISTS):
        return int(text) if text.lstrip("-").isdecimal() and len(text) < 8 else text
    if key in DECIMAL:
        return _decimal(text)
    return text


def _decimal(text: str) -> float | str:
    try:
        value = float(text.replace(",", "."))
    except ValueError:
        return text
    return value if abs(value) < 1e6 else text
