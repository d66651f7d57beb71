"""Every word that a person reads can be translated: in templates, and in the Python of web and pages."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.web.templates import SOURCE, all_templates, naked_words

FORM_WORDS = {"label", "help_text", "empty_label"}


@pytest.mark.parametrize("file", all_templates(), ids=lambda file: str(file.relative_to(SOURCE)))
def test_no_template_has_words_of_its_own(file: Path) -> None:
    assert naked_words(file.read_text()) == []


@pytest.mark.parametrize(
    ("template", "found"),
    [
        ("<p>Hello</p>", ["Hello"]),
        ("<p>{% translate 'Hello' %}</p>", []),
        ("{% blocktranslate %}Hello {{ name }}{% endblocktranslate %}", []),
        ('<img alt="A needle">', ["needle"]),
        ("<img alt=\"{% translate 'A needle' %}\">", []),
        ('{% go "Book" url icon="add" %}', ["Book"]),
        ('{% go _("Book") url icon="add" %}', []),
        ('{% chip "ok" "Ready" "check" %}', ["Ready"]),
        ('{% empty text url=u label="See all" %}', ["See", "all"]),
        ("<p>{{ n }} · 12 %</p><code>./filiform setup</code>{# a note #}", []),
        ("Filiform", []),
        ("{% block page_class %}narrow{% endblock %}<p>Hi</p>", ["Hi"]),
        ("{% block content %}{% block page_class %}narrow{% endblock %}Hello{% endblock %}", ["Hello"]),
    ],
)
def test_the_reader_of_templates_sees_naked_words_and_nothing_else(template: str, found: list[str]) -> None:
    assert naked_words(template) == found


def spoken_literals(tree: ast.AST) -> Iterator[str]:
    """String literals given to a form field, an error or a message without gettext."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        owner = getattr(getattr(node.func, "value", None), "id", "")
        said = [key.value for key in node.keywords if key.arg in FORM_WORDS]
        said += node.args[:1] if name == "ValidationError" else []
        said += node.args[1:2] if name == "add_error" or owner == "messages" else []
        yield from (_text(value) for value in said if _text(value).strip())


def _text(value: ast.expr) -> str:
    if isinstance(value, ast.JoinedStr):
        return "".join(_text(part) for part in value.values)
    return value.value if isinstance(value, ast.Constant) and isinstance(value.value, str) else ""


def _modules() -> list[Path]:
    return sorted([*(SOURCE / "web").rglob("*.py"), *(SOURCE / "pages").rglob("*.py")])


@pytest.mark.parametrize("file", _modules(), ids=lambda file: str(file.relative_to(SOURCE)))
def test_python_says_nothing_without_gettext(file: Path) -> None:
    floor_label = file.name == "apps.py"  # there `label` is Django's name of the app
    assert floor_label or list(spoken_literals(ast.parse(file.read_text()))) == []


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ('F(label="Name")', ["Name"]),
        ('F(label=_("Name"))', []),
        ('form.add_error(None, "Wrong")', ["Wrong"]),
        ('messages.success(request, f"Saved {n}")', ["Saved "]),
        ('raise ValidationError("Wrong")', ["Wrong"]),
        ('raise ValidationError(_("Wrong"))', []),
    ],
)
def test_the_reader_of_python_sees_spoken_literals(code: str, found: list[str]) -> None:
    assert list(spoken_literals(ast.parse(code))) == found
