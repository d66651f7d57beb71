"""Buttons that know why they may not be pressed: the blocks that refuse the write also explain the button."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from django.utils.html import format_html
from django.utils.safestring import SafeString

from filiform.clinical.terms import Block, stops
from filiform.web import marks

KINDS = frozenset({"", "p", "q", "stop"})
SIZES = frozenset({"", "lg", "glove", "big"})


def _css(kind: str, size: str) -> str:
    if kind not in KINDS or size not in SIZES:
        raise ValueError(f"No button of kind {kind!r} and size {size!r}.")
    return " ".join(filter(None, ("btn", kind, size)))


def _inside(label: str, icon: str) -> SafeString:
    return format_html("{}<span>{}</span>", marks.icon(icon) if icon else "", label)


def _refused(css: str, inside: SafeString, label: str, blocks: tuple[Block, ...]) -> SafeString:
    """The disabled button and its reasons. The id ties both together and stays the same from page to page."""
    key = hashlib.blake2s("|".join([str(label), *(b.rule for b in blocks)]).encode(), digest_size=5).hexdigest()
    why = f"why-{key}"
    return format_html(
        '<span class="refused"><button type="button" class="{}" disabled aria-describedby="{}">{}</button>{}</span>',
        css,
        why,
        inside,
        marks.blocks(blocks, why),
    )


def go(
    label: str, url: str, icon: str = "", kind: str = "", size: str = "", blocks: Iterable[Block] = ()
) -> SafeString:
    """A link that looks like a button; refused by `blocks` that stop, it is a disabled button with the reasons."""
    reasons = tuple(blocks)
    if stops(reasons):
        return _refused(_css(kind, size), _inside(label, icon), label, reasons)
    link = format_html('<a class="{}" href="{}">{}</a>', _css(kind, size), url, _inside(label, icon))
    return format_html("{}{}", link, marks.blocks(reasons))


def submit(
    label: str,
    icon: str = "",
    kind: str = "p",
    size: str = "",
    blocks: Iterable[Block] = (),
    name: str = "",
    value: str = "",
) -> SafeString:
    """The submit button of the form it stands in; refused by `blocks` that stop, disabled with the reasons."""
    reasons = tuple(blocks)
    if stops(reasons):
        return _refused(_css(kind, size), _inside(label, icon), label, reasons)
    sent = format_html(' name="{}" value="{}"', name, value) if name else ""
    button = format_html('<button class="{}"{}>{}</button>', _css(kind, size), sent, _inside(label, icon))
    return format_html("{}{}", button, marks.blocks(reasons))
