"""Form parts and fields: one label, one hint, one error in two places; dates and numbers that cannot be are refused."""

from __future__ import annotations

from datetime import date

import pytest
from django import forms
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from filiform.web import formparts
from filiform.web.fields import MemorableDateField, PhoneField, numbers_choices
from tests.web.test_marks import draw

TODAY = date(2026, 11, 23)


class Sample(forms.Form):
    name = forms.CharField(label="Name", help_text="As in your passport", max_length=5)
    born = MemorableDateField(label="Birth date", today=TODAY)
    agree = forms.BooleanField(label="I agree")
    pain = forms.ChoiceField(label="Pain now", choices=numbers_choices(skip=True), widget=forms.RadioSelect)
    note = forms.CharField(label="Note", required=False, widget=forms.Textarea)

    def clean(self) -> None:
        if self.data.get("name") == "nobody":
            raise ValidationError("Somebody must be named.")


def test_the_summary_names_every_problem_and_links_to_its_field() -> None:
    html = draw("{% errors form %}", form=Sample({"born_day": "31", "born_month": "2", "born_year": "1984"}))
    for where, text in (
        ("id_name", "Missing: Name"),
        ("id_born_0", "That month has 29 days."),
        ("id_agree", "Missing: I agree"),
        ("id_pain_0", "Choose an answer: Pain now"),
    ):
        assert f'<a href="#{where}">{text}</a>' in html
    assert 'role="alert"' in html


def test_no_errors_no_summary() -> None:
    assert draw("{% errors form %}|{% error_prefix form %}", form=Sample()) == "|"
    assert draw("{% error_prefix form %}", form=Sample({})) == "Error: "


def test_the_form_as_a_whole_may_be_wrong() -> None:
    assert "<li>Somebody must be named.</li>" in draw("{% errors form %}", form=Sample({"name": "nobody"}))


def test_a_field_ties_label_hint_and_error_together_and_keeps_what_was_typed() -> None:
    html = draw('{% field form.name autocomplete="name" %}', form=Sample({"name": "far too long"}))
    assert '<label for="id_name">Name</label>' in html
    assert 'id="id_name_helptext"' in html and 'id="id_name_error"' in html
    assert (
        "id_name_helptext" in html.split("aria-describedby=")[1]
        and "id_name_error" in html.split("aria-describedby=")[1]
    )
    assert 'aria-invalid="true"' in html and 'value="far too long"' in html and 'autocomplete="name"' in html


def test_optional_is_said() -> None:
    html = draw("{% field form.note %}{% field form.name %}", form=Sample())
    assert html.count("(optional)") == 1


def test_numbers_are_radios_and_the_skip_is_told_apart() -> None:
    html = draw("{% numbers form.pain heading=True %}", form=Sample())
    assert html.count('type="radio"') == 12 and html.count('class="nr word"') == 1
    assert "<legend><h1>Pain now</h1></legend>" in html


def test_every_input_of_a_form_has_a_label() -> None:
    html = draw(
        "{% field form.name %}{% field form.born %}{% field form.agree %}{% choices form.pain %}", form=Sample()
    )
    ids = [part.split('"')[0] for part in html.split(' id="')[1:]]
    inputs = [one for one in ids if not one.endswith(("_helptext", "_error"))]
    assert inputs and all(f'for="{one}"' in html for one in inputs)


def _date(*typed: str) -> date | None:
    return MemorableDateField(today=TODAY, required=False).clean(list(typed))


@pytest.mark.parametrize(
    ("typed", "because"),
    [
        (("31", "2", "1984"), "29 days"),
        (("30", "2", "1983"), "28 days"),
        (("0", "2", "1984"), "29 days"),
        (("1", "13", "1984"), "1 to 12"),
        (("1", "2", "84"), "four figures"),
        (("1", "2", "1800"), "four figures"),
        (("24", "11", "2026"), "in the past"),
        (("1", "", "1984"), "as numbers"),
        (("one", "2", "1984"), "as numbers"),
        (("١", "2", "1984"), "as numbers"),
        (("-1", "2", "1984"), "as numbers"),
        (("9" * 400, "2", "1984"), "days"),
    ],
)
def test_dates_that_cannot_be_are_refused_with_the_reason(typed: tuple[str, str, str], because: str) -> None:
    with pytest.raises(ValidationError, match=because):
        _date(*typed)


def test_dates_that_can_be() -> None:
    assert _date("29", "02", " 1984 ") == date(1984, 2, 29)
    assert _date("", "", "") is None
    with pytest.raises(ValidationError, match="Enter the date"):
        MemorableDateField(today=TODAY).clean(["", "", ""])


@given(st.dates(min_value=date(1902, 1, 1), max_value=TODAY))
def test_every_date_of_a_life_is_taken_as_typed(day: date) -> None:
    assert _date(str(day.day), str(day.month), str(day.year)) == day


@given(st.lists(st.text(max_size=12), min_size=3, max_size=3))
def test_whatever_is_typed_is_a_date_or_a_reason(typed: list[str]) -> None:
    try:
        found = _date(*typed)
    except ValidationError as error:
        assert error.messages[0]
    else:
        assert found is None or found <= TODAY


@pytest.mark.parametrize(
    ("typed", "stored"),
    [("512 555 0142", "+15125550142"), ("(512) 555-0142", "+15125550142"), ("+44 20 7946 0018", "+442079460018")],
)
def test_telephone_numbers_are_kept_in_one_form(typed: str, stored: str) -> None:
    assert PhoneField().clean(typed) == stored


@pytest.mark.parametrize("typed", ["12", "call me", "+", "5125550142999999", "٥١٢", "<script>"])
def test_what_cannot_be_a_telephone_number_is_refused(typed: str) -> None:
    with pytest.raises(ValidationError, match="area code"):
        PhoneField().clean(typed)


def test_a_bare_number_belongs_to_the_country_of_the_practice() -> None:
    assert PhoneField(region="DE").clean("030 1234567") == "+49301234567"


def test_wordless_fields_need_no_hint() -> None:
    assert formparts.field(Sample()["name"], hint=False).count("passport") == 0
