"""Taking needles in, putting them away, recalling a lot. What a label may say is judged by the clinical floor."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from filiform.clinical import stock
from filiform.record.reads.practice import PracticeInfo

# The sizes that are usual in shops; a list is quicker than typing, and has no slips.
GAUGES = ("0.12", "0.14", "0.16", "0.18", "0.20", "0.22", "0.25", "0.30", "0.35", "0.40", "0.45", "0.50")
LENGTHS = ("13", "15", "20", "25", "30", "40", "50", "60", "75", "90", "100", "125")


class Placed(forms.Form):
    """A form with one of the practice's places."""

    place = forms.ChoiceField(label=_("Place"), error_messages={"required": _("Choose the place.")})

    def __init__(self, *args: Any, practice: PracticeInfo, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = self.fields["place"]
        assert isinstance(choice, forms.ChoiceField)
        choice.choices = [(str(one.id), one.name) for one in practice.places]


class ReceiveForm(Placed):
    """What is on the box."""

    number = forms.CharField(
        label=_("Lot number"),
        max_length=stock.LONGEST_LOT,
        help_text=_("As it is on the box, beside the word LOT."),
        error_messages={"required": _("Enter the lot number that is on the box.")},
    )
    maker = forms.CharField(
        label=_("Made by"),
        max_length=stock.LONGEST_MAKER,
        error_messages={"required": _("Enter who made the needles.")},
    )
    gauge_mm = forms.TypedChoiceField(
        label=_("Diameter, mm"), coerce=Decimal, choices=[(one, one) for one in GAUGES], initial="0.30"
    )
    length_mm = forms.TypedChoiceField(
        label=_("Length, mm"), coerce=Decimal, choices=[(one, one) for one in LENGTHS], initial="40"
    )
    needles = forms.IntegerField(
        label=_("Needles in one pack"), error_messages={"required": _("Enter how many needles are in one pack.")}
    )
    expiry = forms.DateField(
        label=_("Good until"),
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("The last day on which a pack may be opened. A month without a day ends with its last day."),
        error_messages={"required": _("Enter the last day on which a pack may be opened.")},
    )
    packs = forms.IntegerField(label=_("Packs"), error_messages={"required": _("Enter how many packs came.")})


class PutAwayForm(Placed):
    packs = forms.IntegerField(label=_("Packs"), error_messages={"required": _("Enter how many packs.")})
    because = forms.CharField(
        label=_("Why"),
        max_length=stock.LONGEST_REASON,
        help_text=_("For example: past its day, torn, sent back."),
        error_messages={"required": _("Enter why they are put away.")},
    )


class RecallForm(forms.Form):
    because = forms.CharField(
        label=_("Who recalled it, and why"),
        max_length=stock.LONGEST_REASON,
        error_messages={"required": _("Enter who recalled the lot, and why.")},
    )
