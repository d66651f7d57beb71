"""Reading templates as text: what a person would see of one without the help of the translator."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from django.template.base import Lexer, TokenType
from django.utils.text import smart_split

SOURCE = Path(__file__).resolve().parents[2] / "src" / "filiform"

# Tags of `ui` that take words, and which positional arguments they are (1 is the first).
WORDS_AT = {"go": (1,), "submit": (1,), "empty": (1,), "stat": (1,), "care": (1,), "chip": (2,), "icon": ()}
WORD_KEYS = ("label=", "note=", "text=")
NAMES = {"Filiform"}
_ATTRIBUTE = re.compile(r"""\b(aria-label|alt|title|placeholder|data-label)\s*=\s*("[^"]*"|'[^']*')""")
_LITERAL = re.compile(r"""(?:\w+=)?("[^"]*"|'[^']*')""")
_PAIRED = ("block", "blocktranslate", "blocktrans", "comment")
# Where text is translated, not shown, or a class or an attribute.
_WORDLESS = re.compile(r"(blocktrans|blocktranslate|comment)\b.*|block \w+_(class|attrs|url)|block theme")
_WORD = re.compile(r"[^\W\d_]{2,}")


def all_templates() -> list[Path]:
    """Every template of the project."""
    return sorted(SOURCE.rglob("templates/**/*.html"))


def naked_words(text: str) -> list[str]:
    """Words of a template that no translator would ever see."""
    return [*_in_the_page(text), *_in_tags(text)]


def _in_the_page(text: str) -> Iterator[str]:
    page: list[str] = []
    around: list[str] = []  # the tags around this place
    for token in Lexer(text).tokenize():
        if token.token_type is TokenType.BLOCK:
            _enter_or_leave(around, token.split_contents())
        if token.token_type is TokenType.TEXT and not any(_WORDLESS.fullmatch(tag) for tag in around):
            page.append(token.contents)
        elif token.token_type is not TokenType.COMMENT:
            page.append("\x00")  # a hole: what stands here is decided elsewhere
    whole = "".join(page)
    for _, value in _ATTRIBUTE.findall(whole):
        yield from _words(value)
    whole = re.sub(r"<!--.*?-->|<(script|style|code)\b.*?</\1>", " ", whole, flags=re.S)
    yield from _words(re.sub(r"<[^>]*>|&\w+;", " ", whole))


def _enter_or_leave(around: list[str], tag: list[str]) -> None:
    if tag[0] in _PAIRED:
        around.append(" ".join(tag[:2]))
    elif tag[0].removeprefix("end") in _PAIRED and around:
        around.pop()


def _in_tags(text: str) -> Iterator[str]:
    for token in Lexer(text).tokenize():
        if token.token_type is not TokenType.BLOCK:
            continue
        name, *arguments = smart_split(token.contents)
        if name in WORDS_AT:
            for place, argument in enumerate(arguments, 1):
                if place in WORDS_AT[name] or argument.startswith(WORD_KEYS):
                    literal = _LITERAL.fullmatch(argument)
                    yield from _words(literal.group(1)) if literal else ()


def _words(text: str) -> Iterator[str]:
    yield from (word for word in _WORD.findall(text) if word not in NAMES)
