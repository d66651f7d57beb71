"""What is typed at a re-test: two numbers from 0 to 10, degrees for each movement, other treatments, adverse events."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from filiform.clinical.movement import Movement
from filiform.clinical.terms import Side
from filiform.knowledge.movements import movements
from filiform.record.actions.evaluate import Observed, Value
from filiform.web import marks
from filiform.web.fields import numbers_choices

STEP = 5  # degrees between two buttons
BUTTONS = 3  # to each side of the last value
LOWEST, HIGHEST = -30, 190


class NumbersForm(forms.Form):
    """Pain and tightness, 0 to 10. Never a slider: on telephones people read sliders higher than paper."""

    pain = forms.ChoiceField(
        label=_("Pain now"), choices=numbers_choices, widget=forms.RadioSelect, required=False, help_text=""
    )
    tightness = forms.ChoiceField(
        label=_("Tightness now"), choices=numbers_choices, widget=forms.RadioSelect, required=False
    )

    def values(self) -> list[Value]:
        """The numbers that were chosen."""
        chosen = ((kind, self.cleaned_data.get(kind)) for kind in ("pain", "tightness"))
        return [Value(kind, Decimal(text)) for kind, text in chosen if text]


class RangeForm(forms.Form):
    """One movement on one side: a button near the last value, or degrees typed in."""

    degrees = forms.ChoiceField(widget=forms.RadioSelect, required=False)
    typed = forms.IntegerField(label=_("Other"), min_value=LOWEST, max_value=HIGHEST, required=False)

    def __init__(self, data: QueryDict | None, *, movement: Movement, side: Side, last: int) -> None:
        super().__init__(data, prefix=f"{movement.id}-{side.value}")
        self.movement, self.side, self.last = movement, side, last
        middle = STEP * round(last / STEP)
        near = [
            n for n in range(middle - STEP * BUTTONS, middle + STEP * (BUTTONS + 1), STEP) if LOWEST <= n <= HIGHEST
        ]
        degrees: Any = self.fields["degrees"]
        degrees.label = f"{movement.name}, {marks.side_word(side)}" if movement.paired else movement.name
        degrees.choices = [(str(n), f"{n}°") for n in near]

    def values(self) -> list[Value]:
        """The value, or nothing."""
        typed, chosen = self.cleaned_data.get("typed"), self.cleaned_data.get("degrees")
        text = str(typed) if typed is not None else chosen
        return [Value("range", Decimal(text), self.movement.id, self.side.value)] if text else []


class NewRangeForm(forms.Form):
    """A movement that was not measured before."""

    movement = forms.ChoiceField(label=_("Another movement"), required=False)
    degrees = forms.IntegerField(label=_("Degrees"), min_value=LOWEST, max_value=HIGHEST, required=False)

    def __init__(self, data: QueryDict | None, *, known: Iterable[tuple[str, str]], prefix: str = "new") -> None:
        super().__init__(data, prefix=prefix)
        field: Any = self.fields["movement"]
        field.choices = [("", _("Choose a movement")), *_by_joint(set(known))]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if bool(data.get("movement")) != (data.get("degrees") is not None) and not self.errors:
            raise forms.ValidationError(_("Choose a movement and enter its degrees."))
        return data

    def values(self) -> list[Value]:
        """The value, or nothing."""
        what, _, side = self.cleaned_data.get("movement", "").partition("-")
        return [Value("range", Decimal(self.cleaned_data["degrees"]), what, side)] if what else []


def _by_joint(known: set[tuple[str, str]]) -> list[tuple[str, list[tuple[str, str]]]]:
    groups: dict[str, list[tuple[str, str]]] = {}
    for one in movements().values():
        for side in one.sides:
            if (one.id, side.value) not in known:
                words = f"{one.words}, {marks.side_word(side)}" if one.paired else one.words
                groups.setdefault(one.joint, []).append((f"{one.id}-{side.value}", f"{one.joint}: {words}"))
    return list(groups.items())


KINDS = (
    ("", _("Choose a treatment")),
    ("Exercise", _("Exercise")),
    ("Stretching", _("Stretching")),
    ("Manual therapy", _("Manual therapy")),
    ("Massage", _("Massage")),
    ("Heat", _("Heat")),
    ("Cold", _("Cold")),
    ("Electrical stimulation through the skin", _("Electrical stimulation through the skin")),
    ("Teaching", _("Teaching")),
    ("Other", _("Other")),
)


class TreatmentForm(forms.Form):
    """Another treatment with its minutes."""

    kind = forms.ChoiceField(
        label=_("Treatment"), choices=KINDS, error_messages={"required": _("Choose which treatment was given.")}
    )
    minutes = forms.IntegerField(
        label=_("Minutes"),
        min_value=1,
        max_value=240,
        error_messages={"required": _("Enter how many minutes it lasted.")},
    )
    detail = forms.CharField(label=_("What exactly"), max_length=300, required=False)


_KNOWN = (("", _("Not known")), ("no", _("No")), ("yes", _("Yes")))


class AdverseForm(forms.Form):
    """What was observed, nothing judged: every published grade is worked out from these facts."""

    what = forms.CharField(
        label=_("What happened"), max_length=200, error_messages={"required": _("Say what happened.")}
    )
    began_hours_after = forms.DecimalField(
        label=_("Began, hours after the needles"), min_value=0, max_value=9999, decimal_places=1, required=False
    )
    lasted_hours = forms.DecimalField(
        label=_("Lasted, hours"), min_value=0, max_value=9999, decimal_places=1, required=False
    )
    treatment_needed = forms.CharField(label=_("Treatment it needed"), max_length=200, required=False)
    function_lost = forms.ChoiceField(
        label=_("Could not do usual things"), choices=_KNOWN, widget=forms.RadioSelect, required=False
    )
    admitted = forms.ChoiceField(
        label=_("Admitted to a hospital"), choices=_KNOWN, widget=forms.RadioSelect, required=False
    )
    detail = forms.CharField(
        label=_("What was seen and done"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def observed(self) -> Observed:
        """The facts; what was not said stays unknown."""
        data = self.cleaned_data
        known = {"yes": True, "no": False}
        return Observed(
            what=data["what"],
            began_hours_after=data["began_hours_after"],
            lasted_hours=data["lasted_hours"],
            treatment_needed=data["treatment_needed"],
            function_lost=known.get(data["function_lost"]),
            admitted=known.get(data["admitted"]),
            detail=data["detail"],
        )
