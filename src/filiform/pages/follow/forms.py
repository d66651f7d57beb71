"""Questions to a patient some days after, asked by link or on the telephone; and what came of a call."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from filiform.clinical.follow import Queue
from filiform.knowledge import book
from filiform.record.actions.follow import MOST_WORDS, Answer
from filiform.web.fields import MemorableDateField, numbers_choices

_LINES = book().follow.lines
DANGER = tuple((line.id, line.words) for line in _LINES if line.first is Queue.NOW)
_LESS = [line for line in _LINES if line.first is not Queue.NOW and line.id != "nothing"]
OTHER = tuple((line.id, line.words) for line in sorted(_LESS, key=lambda line: line.first))  # the usual first
NONE = "none"


class BirthDateForm(forms.Form):
    """Who opens the link."""

    birth_date = MemorableDateField(
        label=_("When were you born?"), help_text=_("So that nobody else can answer for you.")
    )


class PainForm(forms.Form):
    """Question 1."""

    pain = forms.ChoiceField(
        label=_("How bad is your pain right now?"),
        help_text=_("0 is no pain. 10 is the worst you can think of."),
        choices=lambda: numbers_choices(skip=True),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose a number, or Skip.")},
    )


class SignsForm(forms.Form):
    """Question 2: the danger signs. "None of these" must be said; silence is not health."""

    signs = forms.MultipleChoiceField(
        label=_("Do you have any of these now?"),
        choices=(*DANGER, (NONE, _("None of these"))),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose what you have, or None of these.")},
    )


class ElseForm(forms.Form):
    """Question 3: soreness and whatever else."""

    more = forms.MultipleChoiceField(
        label=_("Are you sore? Is there anything else?"),
        choices=(*OTHER, (NONE, _("Nothing of this"))),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    words = forms.CharField(
        label=_("In your own words"), max_length=MOST_WORDS, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not self.errors and not data.get("more") and not data.get("words", "").strip():
            self.add_error("more", _("Choose what fits, or Nothing of this."))
        return data


class TelephoneForm(PainForm, ElseForm):
    """All questions at once, as staff ask them on the telephone."""

    signs = forms.MultipleChoiceField(
        label=_("Danger signs: read each one out"),
        choices=(*DANGER, (NONE, _("None of these"))),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose what they have, or None of these.")},
    )
    field_order = ("pain", "signs", "more", "words")

    def answer(self) -> Answer:
        """What the patient said."""
        data = self.cleaned_data
        return answer_of(data["pain"], data["signs"], data["more"], data["words"])


class OutcomeForm(forms.Form):
    """What came of a call, or of reading an answer."""

    outcome = forms.CharField(
        label=_("What came of it"),
        max_length=500,
        error_messages={"required": _("Say in a few words what came of it.")},
    )


def answer_of(pain: str, signs: list[str], more: list[str], words: str) -> Answer:
    """The answer. "None" beside a sign is forgotten: the sign counts."""
    lines = [one for one in (*signs, *more) if one != NONE]
    if not lines and not words.strip() and more:
        lines = ["nothing"]
    return Answer(pain=int(pain) if pain.isdecimal() else None, lines=tuple(lines), words=words)


def dangerous(signs: list[str]) -> bool:
    """Whether one of the chosen signs is a danger sign."""
    return any(one != NONE for one in signs)
