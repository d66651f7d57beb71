"""What we ask of somebody who wants a first visit: as little as the desk needs to call back."""

from __future__ import annotations

from datetime import date
from typing import Any

import phonenumbers
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from filiform.record.reads.practice import PracticeInfo
from filiform.web.fields import MemorableDateField, PhoneField


def region_of(practice: PracticeInfo) -> str:
    """The country of the practice's own telephone numbers, for those typed without one; the USA when none tells."""
    for number in (practice.phone, *(place.phone for place in practice.places)):
        try:
            found = phonenumbers.region_code_for_number(phonenumbers.parse(number, None))
        except phonenumbers.NumberParseException:
            continue
        if found:
            return str(found)
    return "US"


class RequestForm(forms.Form):
    """A wish for a first visit. `practice` brings the places to choose from; `today` bounds the birth date."""

    name = forms.CharField(
        label=gettext_lazy("Your name"),
        max_length=200,
        error_messages={"required": gettext_lazy("Enter your name.")},
    )
    phone = PhoneField(
        label=gettext_lazy("Your telephone number"),
        help_text=gettext_lazy("We call you on this number to find a time."),
        error_messages={"required": gettext_lazy("Enter a telephone number, so that we can call you.")},
    )
    place = forms.ChoiceField(
        label=gettext_lazy("Where would you like to come?"),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose a place.")},
    )
    when_suits = forms.CharField(
        label=gettext_lazy("When does it suit you?"),
        help_text=gettext_lazy("For example: mornings, or Tuesday after 4."),
        max_length=200,
        required=False,
    )
    where_it_hurts = forms.CharField(
        label=gettext_lazy("Where does it hurt?"),
        help_text=gettext_lazy("In your own words. A few are enough."),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    birth_date = MemorableDateField(
        label=gettext_lazy("Your birth date"),
        help_text=gettext_lazy("For example 27 3 1984. It helps us to tell people of one name apart."),
        required=False,
    )
    email = forms.EmailField(
        label=gettext_lazy("Your e-mail"),
        max_length=254,
        required=False,
        error_messages={"invalid": gettext_lazy("Enter an e-mail address like name@example.com, or leave it empty.")},
    )
    # People never see this box; programs that fill in every box give themselves away.
    nothing = forms.CharField(label=gettext_lazy("Leave this empty"), required=False)

    def __init__(self, *args: Any, practice: PracticeInfo, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        places = self.fields["place"]
        assert isinstance(places, forms.ChoiceField)
        places.choices = [(str(p.id), ", ".join(filter(None, (p.name, p.address)))) for p in practice.places]
        if len(practice.places) == 1:
            places.initial = str(practice.places[0].id)
        phone, birth = self.fields["phone"], self.fields["birth_date"]
        assert isinstance(phone, PhoneField) and isinstance(birth, MemorableDateField)
        phone.region, birth.today = region_of(practice), today

    def clean_nothing(self) -> str:
        if self.cleaned_data["nothing"]:
            raise ValidationError(_("Leave the last box empty: people do not see it, so it shows us who is a program."))
        return ""
