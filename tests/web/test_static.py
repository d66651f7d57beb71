"""Styles and scripts: their budgets, both themes, contrast of every pair, and nothing inline anywhere."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import django_htmx
import pytest

from filiform.web import icons
from tests.web.templates import SOURCE, all_templates

STATIC = SOURCE / "web" / "static" / "web"
HTMX = Path(django_htmx.__path__[0]) / "static" / "django_htmx" / "htmx-2.min.js"
SHEETS = ("tokens.css", "components.css", "print.css")


def _gz(*files: Path) -> int:
    return sum(len(gzip.compress(file.read_bytes(), mtime=0)) for file in files)


def test_styles_fit_the_budget_of_patient_pages() -> None:
    assert _gz(*(STATIC / name for name in SHEETS)) <= 8 * 1024


def test_scripts_fit_the_budgets() -> None:
    own = list(STATIC.glob("*.js"))
    assert _gz(HTMX, *own) <= 30 * 1024
    assert _gz(*own) <= 10 * 1024


@pytest.mark.parametrize("file", sorted(SOURCE.glob("pages/*/static/*/*.css")), ids=lambda file: file.name)
def test_a_page_adds_at_most_four_kilobytes_of_style(file: Path) -> None:
    assert _gz(file) <= 4 * 1024


def _blocks() -> list[dict[str, str]]:
    """The colour tables of tokens.css: light, dark by choice, dark by the system."""
    found = re.findall(r"color-scheme: \w+;(.*?)}", (STATIC / "tokens.css").read_text(), re.S)
    return [dict(re.findall(r"--([\w-]+):\s*([^;]+);", block)) for block in found]


def test_dark_by_choice_and_dark_by_system_are_the_same() -> None:
    light, chosen, asked = _blocks()
    assert chosen == asked
    assert light.keys() == chosen.keys()


def _luminance(colour: str) -> float:
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """WCAG's ratio, 1 to 21."""
    high, low = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_contrast_is_computed_as_wcag_does() -> None:
    assert contrast("#FFFFFF", "#000000") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)


PAIRS = [
    ("ink", "surface", 7),
    ("ink", "bg", 7),
    ("ink2", "surface", 4.5),
    ("ink2", "bg", 4.5),
    ("ink2", "sunken", 4.5),
    ("primary", "surface", 4.5),
    ("primary", "bg", 4.5),
    ("primary", "primary-tint", 4.5),
    ("on-primary", "primary", 4.5),
    ("on-primary", "primary-hover", 4.5),
    ("ok", "ok-tint", 4.5),
    ("warn", "warn-tint", 4.5),
    ("ink", "warn-tint", 4.5),
    ("ink2", "warn-tint", 4.5),
    ("stop", "stop-tint", 4.5),
    ("stop", "surface", 4.5),
    ("on-stop", "stop", 4.5),
    ("line-strong", "surface", 3),
    ("hazard", "skin", 3),
    ("restrict", "skin", 4.5),
]


@pytest.mark.parametrize(("front", "back", "least"), PAIRS)
def test_every_pair_of_colours_can_be_read_in_both_themes(front: str, back: str, least: float) -> None:
    for table in _blocks()[:2]:
        assert contrast(table[front], table[back]) >= least, (front, back, table[front], table[back])


def test_needle_numerals_can_be_read_on_amber_in_both_themes() -> None:
    numeral = re.search(r"--ink-on-needle: (#\w+)", (STATIC / "tokens.css").read_text())
    assert numeral
    assert all(contrast(numeral.group(1), table["needle"]) >= 7 for table in _blocks())


def test_components_name_tokens_that_exist() -> None:
    known = set(re.findall(r"--([\w-]+):", (STATIC / "tokens.css").read_text()))
    for file in [*STATIC.glob("*.css"), *SOURCE.glob("pages/*/static/*/*.css")]:
        text = file.read_text()
        own = set(re.findall(r"--([\w-]+):", text))
        assert set(re.findall(r"var\(--([\w-]+)", text)) <= known | own, file.name


INLINE = re.compile(r"""\sstyle\s*=|<style\b|\son[a-z]+\s*=\s*["']|hx-on|\bjs:|javascript:""")
SCRIPT = re.compile(r"<script\b(?![^>]*(?:\bsrc=|application/json))")


@pytest.mark.parametrize("file", all_templates(), ids=lambda file: str(file.relative_to(SOURCE)))
def test_nothing_is_inline(file: Path) -> None:
    text = file.read_text()
    assert not INLINE.search(text)
    assert not SCRIPT.search(text)


@pytest.mark.parametrize(
    "bad", ['<p style="x">', "<style>", '<a onclick="x()">', '<b hx-on:click="x">', "<script>x()</script>"]
)
def test_the_inline_check_sees_what_a_browser_would_refuse(bad: str) -> None:
    assert INLINE.search(bad) or SCRIPT.search(bad)


def test_every_named_icon_can_be_drawn() -> None:
    for name in icons.names():
        assert icons.shapes(name).startswith(("<path", "<circle"))


def test_every_icon_that_a_template_names_exists() -> None:
    used = {
        name
        for file in all_templates()
        for pair in re.findall(r"""\{%\s*icon\s+["']([\w-]+)["']|\bicon=["']([\w-]+)["']""", file.read_text())
        for name in pair
        if name
    }
    assert used <= set(icons.names()), used - set(icons.names())


def test_an_unknown_icon_says_so() -> None:
    with pytest.raises(icons.UnknownIcon, match="no icon 'syringe'"):
        icons.shapes("syringe")
