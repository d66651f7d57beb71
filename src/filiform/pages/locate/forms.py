"""What the small forms of the locate page send."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from filiform.clinical.locate import Pain
from filiform.clinical.terms import MuscleSide
from filiform.record.sites import as_json
from filiform.web import bodylist

YES_NO = (("yes", _("Yes")), ("no", _("No")))
TENDERNESS = (("0", _("0 none")), ("1", _("1 tender")), ("2", _("2 winces")), ("3", _("3 withdraws")))


class PressForm(forms.Form):
    """What pressing one muscle found. Nothing is preset: not asked is not the same as no."""

    familiar_pain = forms.ChoiceField(
        label=_("Is this the pain you know?"),
        choices=YES_NO,
        widget=forms.RadioSelect,
        error_messages={"required": _("Say whether pressing brought on the familiar pain.")},
    )
    tenderness = forms.ChoiceField(
        label=_("Tenderness"),
        choices=TENDERNESS,
        widget=forms.RadioSelect,
        error_messages={"required": _("Say how tender it was.")},
    )
    taut_band = forms.ChoiceField(
        label=_("Taut band"),
        choices=YES_NO,
        widget=forms.RadioSelect,
        error_messages={"required": _("Say whether there was a taut band.")},
    )
    twitch = forms.ChoiceField(
        label=_("Twitch"),
        choices=YES_NO,
        widget=forms.RadioSelect,
        error_messages={"required": _("Say whether it twitched.")},
    )

    def found(self) -> dict[str, Any]:
        """As the action takes it. Only of a valid form."""
        data = self.cleaned_data
        return {
            "familiar_pain": data["familiar_pain"] == "yes",
            "tenderness": int(data["tenderness"]),
            "taut_band": data["taut_band"] == "yes",
            "twitch": data["twitch"] == "yes",
        }


@dataclass(frozen=True, slots=True)
class AreaChange:
    """One area put into the drawing (`intensity`), or taken out (None)."""

    region: str
    side: str
    intensity: object
    remove: bool

    @classmethod
    def of(cls, data: QueryDict) -> AreaChange:
        """From `site` and `intensity`, or from `remove`. Unjudged: the action names what is wrong."""
        out = data.get("remove", "")
        region, side = bodylist.split(out or data.get("site", ""))
        text = data.get("intensity", "")
        whole = int(text) if text.isascii() and text.isdecimal() and len(text) < 4 else None
        return cls(region, side, whole, bool(out))

    def applied(self, areas: Sequence[Pain]) -> list[dict[str, Any]]:
        """The whole new drawing."""
        kept: list[dict[str, Any]] = [
            {"region": one.site.region, "side": one.site.side.value, "intensity": one.intensity}
            for one in areas
            if (one.site.region, one.site.side.value) != (self.region, self.side)
        ]
        if not self.remove:
            kept.append({"region": self.region, "side": self.side, "intensity": self.intensity})
        return kept


def change_of_choice(data: QueryDict, chosen: Sequence[MuscleSide]) -> list[dict[str, str]]:
    """The whole new list of muscles: `add` one at the end, `remove` one, or move one `up`."""
    rows = as_json(chosen)
    for key in ("add", "remove", "up"):
        muscle, side = bodylist.split(data.get(key, ""))
        one = {"muscle": muscle, "side": side}
        if not muscle:
            continue
        if key == "add":
            return rows if one in rows else [*rows, one]
        return _moved_up(rows, one) if key == "up" else [row for row in rows if row != one]
    return rows


def _moved_up(rows: list[dict[str, str]], one: dict[str, str]) -> list[dict[str, str]]:
    place = rows.index(one) if one in rows else 0
    if place:
        rows[place - 1], rows[place] = rows[place], rows[place - 1]
    return rows


def number(data: QueryDict, key: str) -> int:
    """A whole number that a form sent back; -1, which nothing has, when it is none."""
    text = data.get(key, "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else -1
