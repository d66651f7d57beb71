"""What is typed into a note: the therapist's own words before signing, and amendments afterwards."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from filiform.record.actions.note import MOST_WORDS


class SignForm(forms.Form):
    """Own words, and whether the after-care sheet was given."""

    added_words = forms.CharField(
        label=_("In your own words"),
        help_text=_("What the record does not say. It is signed with the rest."),
        max_length=MOST_WORDS,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    aftercare_given = forms.BooleanField(label=_("The after-care sheet was explained and given"), required=False)


class AmendForm(forms.Form):
    """Words below a signed note."""

    text = forms.CharField(
        label=_("Amendment"),
        max_length=MOST_WORDS,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Write what is to be added.")},
    )
