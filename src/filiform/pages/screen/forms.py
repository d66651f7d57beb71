"""The questions as a form: what is sent, what is shown again, and what was wrong with it.

Fields of a question `q`: `a-q` (yes, no, unsure, or `o:option`, several times), `d-q` the words, `n-q` the number,
`s-q` the places. Nothing is preset: an answer of last time is only told beside the question.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from filiform.clinical.screen import Answer, AnswerKind, Question, Said
from filiform.web import bodylist

PLACES = 3  # boxes for places shown at first; there is always one empty box more than there are places
OPTION = "o:"
_PREFIXES = ("a-", "d-", "n-", "s-")


@dataclass(frozen=True, slots=True)
class Given:
    """What stands in the fields of one question."""

    picked: frozenset[str] = frozenset()
    detail: str = ""
    number: str = ""
    places: tuple[str, ...] = ()

    @property
    def empty(self) -> bool:
        """Nothing was answered."""
        return not (self.picked or self.detail or self.number or self.places)


@dataclass(frozen=True, slots=True)
class Sheet:
    """Everything that was sent, by question, and what the record refused of it."""

    given: Mapping[str, Given]
    wrong: Mapping[str, str] = field(default_factory=dict)


def from_post(data: QueryDict) -> dict[str, Given]:
    """{question id: what was sent}. Unknown questions are kept: the action refuses them by name."""
    names = {key[2:] for key in data if key[:2] in _PREFIXES}
    found = {name: _sent(data, name) for name in sorted(names)}
    return {name: given for name, given in found.items() if not given.empty}


def from_answer(answer: Answer) -> Given:
    """The fields of an answer that is stored."""
    picked = {OPTION + option for option in answer.chosen}
    if answer.said is not Said.YES or not picked:
        picked.add(answer.said.value)
    number = "" if answer.number is None else f"{answer.number:g}"
    return Given(frozenset(picked), answer.detail, number, tuple(bodylist.sentence(site) for site in answer.sites))


def as_items(given: Mapping[str, Given]) -> list[dict[str, Any]]:
    """As the action takes them."""
    return [_item(name, one) for name, one in given.items()]


def _sent(data: QueryDict, name: str) -> Given:
    return Given(
        picked=frozenset(value for value in data.getlist(f"a-{name}") if value),
        detail=data.get(f"d-{name}", "").strip(),
        number=data.get(f"n-{name}", "").strip(),
        places=tuple(text.strip() for text in data.getlist(f"s-{name}") if text.strip()),
    )


def _item(name: str, one: Given) -> dict[str, Any]:
    said = sorted(value for value in one.picked if not value.startswith(OPTION))
    return {
        "question": name,
        "said": " and ".join(said) or "yes",
        "detail": one.detail,
        "chosen": sorted(value[len(OPTION) :] for value in one.picked if value.startswith(OPTION)),
        "sites": [_place(text) for text in one.places],
        "number": one.number or None,
    }


def _place(text: str) -> dict[str, str]:
    site = bodylist.typed(text)
    return {"region": site.region, "side": site.side.value} if site else {"region": text, "side": ""}


@dataclass(frozen=True, slots=True)
class Tile:
    """One radio or box of a question."""

    value: str
    words: str
    checked: bool
    option: bool  # one of the question's own options; else yes, no or not sure


def tiles(question: Question, given: Given) -> tuple[Tile, ...]:
    """The answers to choose from, the definite ones first and "I am not sure" always last."""
    options = [(OPTION + option.id, option.words) for option in question.options]
    if question.kind is AnswerKind.YES_NO:
        options = [(Said.YES.value, str(_("Yes"))), (Said.NO.value, str(_("No"))), *options]
    elif question.kind is AnswerKind.CHOICE:
        options.append((Said.NO.value, str(_("None of these") if len(options) > 1 else _("No"))))
    elif question.kind is AnswerKind.TEXT:
        options.append((Said.NO.value, str(_("No"))))
    options.append((Said.UNSURE.value, str(_("I am not sure"))))
    return tuple(Tile(value, words, value in given.picked, value.startswith(OPTION)) for value, words in options)


class DoctorForm(forms.Form):
    """What a doctor answered."""

    condition = forms.ChoiceField()  # its choices are the consultations: see __init__
    asked = forms.CharField(
        label=_("What was asked?"),
        widget=forms.Textarea(attrs={"rows": 2}),
        max_length=500,
        error_messages={"required": _("Write what the doctor was asked.")},
    )
    answered_by = forms.CharField(
        label=_("Who answered?"),
        help_text=_("Name and speciality of the doctor."),
        max_length=200,
        error_messages={"required": _("Write the name of the doctor who answered.")},
    )
    answered_on = forms.DateField(
        label=_("On which day?"),
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={
            "required": _("Say on which day the doctor answered."),
            "invalid": _("Write the day as 2026-03-27."),
        },
    )
    verdict = forms.ChoiceField(
        label=_("The answer"),
        choices=[("yes", _("Yes")), ("limits", _("Yes, with limits")), ("no", _("No"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("Say what the doctor answered.")},
    )
    limits = forms.CharField(
        label=_("Which limits?"), widget=forms.Textarea(attrs={"rows": 2}), max_length=500, required=False
    )

    def __init__(self, data: QueryDict | None = None, *, consultations: Mapping[str, str]) -> None:
        super().__init__(data)
        blank = [] if len(consultations) == 1 else [("", "")]
        self.fields["condition"] = forms.ChoiceField(
            label=_("About what?"),
            choices=[*blank, *consultations.items()],
            error_messages={"required": _("Say what the doctor was asked about.")},
        )

    def answered_day(self) -> date:
        """The day, of a valid form."""
        day: date = self.cleaned_data["answered_on"]
        return day
