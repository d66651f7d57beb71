"""Forms of the desk: a new patient, a visit to add."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _

from filiform.record.reads.practice import PersonInfo, PracticeInfo
from filiform.web.fields import MemorableDateField, PhoneField


class PatientForm(forms.Form):
    given = forms.CharField(label=_("Given names"), max_length=120, required=False)
    family = forms.CharField(label=_("Family name"), max_length=120)
    birth_date = MemorableDateField(label=_("Birth date"), autocomplete=False)
    sex = forms.ChoiceField(
        label=_("Sex"),
        required=False,
        choices=[("", _("Not said")), ("female", _("Female")), ("male", _("Male")), ("other", _("Other"))],
    )
    phone = PhoneField(label=_("Telephone"), required=False)
    email = forms.EmailField(label=_("E-mail"), required=False)
    place = forms.ChoiceField(label=_("Place"))

    def __init__(self, *args: Any, practice: PracticeInfo, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = self.fields["place"]
        assert isinstance(choice, forms.ChoiceField)
        choice.choices = [(str(p.id), p.name) for p in practice.places]


class VisitForm(forms.Form):
    """When, where and with whom. Times are by the practice's clock."""

    day = forms.DateField(label=_("Day"), widget=forms.DateInput(attrs={"type": "date"}))
    time = forms.TimeField(label=_("Time"), widget=forms.TimeInput(attrs={"type": "time"}))
    minutes = forms.TypedChoiceField(
        label=_("Minutes"), coerce=int, choices=[(n, str(n)) for n in (15, 30, 45, 60, 90)], initial=45
    )
    practitioner = forms.ChoiceField(label=_("Therapist"))
    room = forms.ChoiceField(label=_("Room"))
    reason = forms.CharField(label=_("What for"), max_length=200, required=False)

    def __init__(self, *args: Any, practice: PracticeInfo, people: tuple[PersonInfo, ...], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.zone = ZoneInfo(practice.time_zone)
        self.place_of = {str(room.id): place.id for place in practice.places for room in place.rooms}
        who, where = self.fields["practitioner"], self.fields["room"]
        assert isinstance(who, forms.ChoiceField)
        assert isinstance(where, forms.ChoiceField)
        who.choices = [(str(p.id), p.name) for p in people if p.role == "therapist"]
        where.choices = [(p.name, [(str(r.id), f"{p.name}, {r.name}") for r in p.rooms]) for p in practice.places]

    @property
    def starts_at(self) -> datetime:
        """The start, aware, from the cleaned day and time."""
        return datetime.combine(self.cleaned_data["day"], self.cleaned_data["time"], tzinfo=self.zone)
