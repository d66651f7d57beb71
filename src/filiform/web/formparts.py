"""Forms as a person meets them: one label, one hint, one error beside the field and again in the summary on top."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.forms import BaseForm, BoundField, CheckboxInput, CheckboxSelectMultiple, Field, MultiWidget, RadioSelect
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _


def _first_id(field: BoundField) -> str:
    """Where a link from the summary lands: the first input of the field."""
    if field.field.widget.use_fieldset:
        return f"{field.auto_id}_0"
    return field.id_for_label or str(field.auto_id)


def _problems(form: BaseForm) -> Iterator[tuple[str, str]]:
    """(id to jump to, what is wrong) in the order of the fields; the form's own errors come first, without a place."""
    for text in form.non_field_errors():
        yield "", str(text)
    for field in form:
        for text in _texts(field):
            yield _first_id(field), text


def _texts(field: BoundField) -> list[str]:
    """What is wrong with a field. "This field is required." says nothing in a summary, so the field is named."""
    unsaid = str(Field.default_error_messages["required"])
    named = _("Choose an answer: %(label)s") if isinstance(field.field.widget, RadioSelect) else _("Missing: %(label)s")
    return [named % {"label": field.label} if str(text) == unsaid else str(text) for text in field.errors]


def error_summary(forms: Iterable[BaseForm]) -> SafeString:
    """All errors of `forms` in one box that takes the focus. Nothing when there are none."""
    found = [problem for form in forms for problem in _problems(form)]
    if not found:
        return SafeString("")
    rows = format_html_join(
        "",
        "<li>{}</li>",
        ((format_html('<a href="#{}">{}</a>', where, text) if where else text,) for where, text in found),
    )
    return format_html(
        '<div class="errors" role="alert" tabindex="-1" data-focus><h2>{}</h2><ul>{}</ul></div>',
        _("There is a problem"),
        rows,
    )


def error_prefix(forms: Iterable[BaseForm]) -> str:
    """ "Error: " for the page's title, so that a screen reader says it first; else nothing."""
    return _("Error: ") if any(form.errors for form in forms) else ""


def _hint(field: BoundField) -> SafeString:
    if not field.help_text:
        return SafeString("")
    return format_html('<p class="hint" id="{}_helptext">{}</p>', field.auto_id, field.help_text)


def _error(field: BoundField) -> SafeString:
    if not field.errors:
        return SafeString("")
    return format_html(
        '<p class="error" id="{}_error"><span class="vh">{} </span>{}</p>',
        field.auto_id,
        _("Error:"),
        format_html_join(" ", "{}", ((text,) for text in _texts(field))),
    )


def _label(field: BoundField) -> SafeString:
    if field.field.required:
        return format_html("{}", field.label)
    return format_html('{} <span class="optional">{}</span>', field.label, _("(optional)"))


def _wrong(field: BoundField) -> str:
    return " wrong" if field.errors else ""


def field(bound: BoundField, hint: bool = True, **attrs: str | bool) -> SafeString:
    """One field with its label, hint and error. `attrs` go to the input. Radios and boxes belong to `choices`."""
    if not hint:
        bound.help_text = ""
    attrs = {name.replace("_", "-"): value for name, value in attrs.items()}
    widget = bound.field.widget
    if isinstance(widget, CheckboxInput):
        return format_html(
            '<div class="field{}">{}<label class="opt one" for="{}">{}<span>{}{}</span></label></div>',
            _wrong(bound),
            _error(bound),
            bound.id_for_label,
            bound.as_widget(attrs=attrs),
            bound.label,
            _hint(bound),
        )
    if isinstance(widget, MultiWidget) or widget.use_fieldset:
        return _group(bound, _label(bound), format_html('<div class="parts">{}</div>', bound.as_widget(attrs=attrs)))
    return format_html(
        '<div class="field{}"><label for="{}">{}</label>{}{}{}</div>',
        _wrong(bound),
        bound.id_for_label,
        _label(bound),
        _hint(bound),
        _error(bound),
        bound.as_widget(attrs=attrs),
    )


def _group(bound: BoundField, legend: SafeString, inside: SafeString) -> SafeString:
    described = " ".join(
        f"{bound.auto_id}_{part}" for part, on in (("helptext", bound.help_text), ("error", bound.errors)) if on
    )
    return format_html(
        '<fieldset class="field{}"{}><legend>{}</legend>{}{}{}</fieldset>',
        _wrong(bound),
        format_html(' aria-describedby="{}"', described) if described else "",
        legend,
        _hint(bound),
        _error(bound),
        inside,
    )


def _legend(bound: BoundField, heading: bool) -> SafeString:
    return format_html("<h1>{}</h1>", bound.label) if heading else _label(bound)


def choices(bound: BoundField, heading: bool = False, compact: bool = False) -> SafeString:
    """Radios (or boxes) as tiles. `heading` makes the question the page's h1; `compact` puts them in a row."""
    box = " box" if isinstance(bound.field.widget, CheckboxSelectMultiple) else ""
    tiles = format_html_join(
        "",
        '<label class="opt{}" for="{}">{}<span>{}</span></label>',
        ((box, option.id_for_label, option.tag(), option.choice_label) for option in bound.subwidgets),
    )
    css = "opts compact" if compact else "opts"
    return _group(bound, _legend(bound, heading), format_html('<div class="{}">{}</div>', css, tiles))


def numbers(bound: BoundField, heading: bool = False) -> SafeString:
    """0 to 10 as buttons. They are radios underneath, so they work by keyboard and without JavaScript."""
    tiles = format_html_join(
        "",
        '<label class="nr{}" for="{}">{}<span>{}</span></label>',
        (
            (
                "" if str(option.choice_label).isdecimal() else " word",
                option.id_for_label,
                option.tag(),
                option.choice_label,
            )
            for option in bound.subwidgets
        ),
    )
    return _group(bound, _legend(bound, heading), format_html('<div class="nrs num">{}</div>', tiles))
