"""What the patient's pages send: one mark, and what is said of a marked place."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from filiform.clinical.pain_drawing import Area
from filiform.knowledge.pain_drawing import marking
from filiform.record import drawn
from filiform.web import bodylist
from filiform.web.fields import numbers_choices

UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Mark:
    """One place and what becomes of it: a number, "none" (no longer marked) or "" (one step stronger)."""

    region: str
    side: str
    wanted: str

    @classmethod
    def of(cls, data: QueryDict) -> Mark:
        """From `site` and `intensity`, unjudged: the action names what is wrong."""
        return cls(*bodylist.split(data.get("site", "")), data.get("intensity", ""))

    def applied(self, areas: Iterable[Area]) -> list[dict[str, Any]]:
        """The whole new drawing; what was said of a place stays when only its number changes."""
        rows = drawn.as_json(areas)
        own = next((row for row in rows if (row["region"], row["side"]) == (self.region, self.side)), None)
        others = [row for row in rows if row is not own]
        number = self._number(own["intensity"] if own else None)
        if number is None:
            return others
        place = own or {"region": self.region, "side": self.side}
        return [*others, {**place, "intensity": number}]

    def _number(self, now: int | None) -> object:
        if self.wanted == "none":
            return None
        if self.wanted == "":
            return marking().tapped(now)
        return whole(self.wanted)


class MoreForm(forms.Form):
    """How bad, what it is like and since when, of one place."""

    intensity = forms.ChoiceField(
        label=_("How bad is it there?"),
        help_text=_("0 is no pain. 10 is the worst you can think of."),
        choices=numbers_choices,
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose a number from 0 to 10."),
            "invalid_choice": _("Pain is a whole number from 0 to 10."),
        },
    )
    quality = forms.MultipleChoiceField(
        label=_("What is it like?"),
        help_text=_("Choose all that fit, or none."),
        choices=lambda: [(one.id, one.words.capitalize()) for one in marking().qualities.values()],
        widget=forms.CheckboxSelectMultiple,
        required=False,
        error_messages={"invalid_choice": _("%(value)s is not in the list of what pain is like.")},
    )
    since = forms.ChoiceField(
        label=_("Since when?"),
        choices=lambda: [
            *((one.id, one.words.capitalize()) for one in marking().since.values()),
            (UNKNOWN, _("I am not sure")),
        ],
        widget=forms.RadioSelect,
        required=False,
        error_messages={"invalid_choice": _("%(value)s is not in the list of times.")},
    )

    @classmethod
    def about(cls, area: Area) -> MoreForm:
        """What is known of a place so far."""
        said = {"intensity": str(area.intensity), "quality": list(area.qualities), "since": area.since}
        return cls(initial=said)

    def applied(self, areas: Iterable[Area], about: Area) -> list[dict[str, Any]]:
        """The whole new drawing. Only of a valid form."""
        data = self.cleaned_data
        since = data["since"] if data["since"] not in ("", UNKNOWN) else None
        said = replace(about, intensity=int(data["intensity"]), qualities=tuple(data["quality"]), since=since)
        return drawn.as_json(said if area.site == about.site else area for area in areas)


def whole(text: str) -> object:
    """A whole number that a form sent, or the text as it came, for the action to name."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else text


def number(data: QueryDict, key: str) -> int:
    """A whole number that a form sent back; -1, which nothing has, when it is none."""
    found = whole(data.get(key, ""))
    return found if isinstance(found, int) else -1
