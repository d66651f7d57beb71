"""How each muscle of today is to be needled: what was planned, in words and for its small form, and what is offered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from filiform.clinical.needle.manner import against_depth, manner_json
from filiform.clinical.terms import Block
from filiform.knowledge import book
from filiform.record.reads.locate import Before, ChosenMuscle
from filiform.web.needling import manner_words, techniques

Options = list[tuple[str, str, bool]]  # value, words, chosen


@dataclass(frozen=True, slots=True)
class How:
    """One muscle's plan. `again` are the fields that one tap on `before` sends; "" where nothing is offered."""

    words: str
    warns: tuple[Block, ...]
    open: bool  # what was sent and refused stays in the form
    techniques: Options
    depth: str
    minutes: str
    lengths: Options
    gauges: Options
    before: str
    again: list[tuple[str, str]]


def how(chosen: ChosenMuscle, sent: Mapping[str, object] | None) -> How:
    """The plan of one muscle; with `sent`, what was refused of it instead."""
    needles = book().dosage.needles
    kept = manner_json(chosen.how) if chosen.how else {}
    said = {name: _text(value) for name, value in (kept if sent is None else sent).items()}
    lengths = [str(mm) for mm in needles.lengths_mm]
    gauges = [f"{one.hundredths / 100:.2f}" for one in needles.diameters]
    gauge = said.get("gauge_mm", "")
    offered = chosen.before if chosen.before and chosen.before.how != chosen.how else None
    return How(
        words=manner_words(chosen.how),
        warns=against_depth(chosen.how, needles) if chosen.how else (),
        open=sent is not None,
        techniques=[(value, words, value == said.get("technique")) for value, words in techniques()],
        depth=said.get("depth_mm", ""),
        minutes=said.get("planned_minutes", ""),
        lengths=_sizes(lengths, said.get("length_mm", "")),
        gauges=_sizes(gauges, gauge if not _is_number(gauge) else f"{float(gauge):.2f}"),
        before=_before(offered) if offered else "",
        again=[(name, _text(value)) for name, value in manner_json(offered.how).items()] if offered else [],
    )


def _before(one: Before) -> str:
    return _("As on %(day)s: %(how)s") % {"day": date_format(one.on, "j M Y"), "how": manner_words(one.how)}


def _sizes(usual: list[str], now: str) -> Options:
    """The usual sizes, and the one that is set where it is none of them."""
    every = usual if now in usual or not now else [*usual, now]
    return [(value, _("%(n)s mm") % {"n": value}, value == now) for value in every]


def _text(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def _is_number(text: str) -> bool:
    return text.replace(".", "", 1).isdecimal()
