"""Form fields that several pages need: a date that people know by heart, a telephone number, a number from 0 to 10."""

from __future__ import annotations

import calendar
from datetime import date
from typing import Any

import phonenumbers
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

_LONGEST_LIFE = 125  # years; older than the oldest person whose age was ever proven


class _DateParts(forms.MultiWidget):
    """Three boxes. The order day, month, year is written on them, so nobody has to guess it."""

    template_name = "web/date_parts.html"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        boxes: dict[str, forms.Widget | type[forms.Widget]] = {
            name: forms.TextInput(attrs={"inputmode": "numeric", "maxlength": length, "autocomplete": bday})
            for name, length, bday in (
                ("day", 2, "bday-day"),
                ("month", 2, "bday-month"),
                ("year", 4, "bday-year"),
            )
        }
        super().__init__(boxes, attrs)

    def decompress(self, value: date | None) -> list[int | None]:
        return [value.day, value.month, value.year] if value else [None, None, None]

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        words = (_("Day"), _("Month"), _("Year"))
        for box, word in zip(context["widget"]["subwidgets"], words, strict=True):
            box["label"] = word
        return context


class MemorableDateField(forms.MultiValueField):
    """A date of the past that a person knows by heart, such as a birth date. Cleans to `datetime.date`.

    `today` bounds it; without one the clock of the machine is used, because a form has no other.
    """

    widget = _DateParts

    def __init__(self, *, today: date | None = None, autocomplete: bool = True, **kwargs: Any) -> None:
        self.today = today
        parts = (forms.CharField(), forms.CharField(), forms.CharField())
        super().__init__(parts, require_all_fields=False, **kwargs)
        if not autocomplete:
            for box in self.widget.widgets:
                box.attrs["autocomplete"] = "off"

    def clean(self, value: Any) -> date | None:
        typed = [str(part or "").strip() for part in (value or ["", "", ""])]
        if not any(typed):
            if self.required:
                raise ValidationError(_("Enter the date, for example 27 3 1984."))
            return None
        if not all(part.isascii() and part.isdecimal() for part in typed):
            raise ValidationError(_("Enter day, month and year as numbers, for example 27 3 1984."))
        return self._date(*(int(part) for part in typed))

    def _date(self, day: int, month: int, year: int) -> date:
        today = self.today or date.today()  # noqa: DTZ011 - a birth date is bounded to the day, not to the hour
        if not 1 <= month <= 12:
            raise ValidationError(_("The month must be a number from 1 to 12."))
        if not today.year - _LONGEST_LIFE <= year <= today.year:
            raise ValidationError(_("Write the year with four figures, for example 1984."))
        last = calendar.monthrange(year, month)[1]
        if not 1 <= day <= last:
            raise ValidationError(_("That month has %(last)d days.") % {"last": last})
        found = date(year, month, day)
        if found > today:
            raise ValidationError(_("The date must be in the past."))
        return found


class PhoneField(forms.CharField):
    """A telephone number that can exist. Cleans to E.164 ("+15125550142"); `region` is where a bare number is from."""

    def __init__(self, *, region: str = "US", **kwargs: Any) -> None:
        self.region = region
        super().__init__(max_length=40, **kwargs)

    def clean(self, value: Any) -> str:
        text = str(super().clean(value))
        if not text:
            return ""
        try:
            number = phonenumbers.parse(text, self.region)
        except phonenumbers.NumberParseException as error:
            raise ValidationError(self._wrong()) from error
        # "possible", not "valid": numbering plans change, and turning away a real patient costs more than a wrong digit
        if not phonenumbers.is_possible_number(number):
            raise ValidationError(self._wrong())
        return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))

    def _wrong(self) -> str:
        return _("Enter a telephone number with its area code, for example 512 555 0142.")


def numbers_choices(skip: bool = False) -> list[tuple[str, object]]:
    """0 to 10 for a `ChoiceField` with `RadioSelect`; with `skip` a twelfth choice whose value is "skip"."""
    ten: list[tuple[str, object]] = [(str(n), str(n)) for n in range(11)]
    return [*ten, ("skip", gettext_lazy("Skip"))] if skip else ten
