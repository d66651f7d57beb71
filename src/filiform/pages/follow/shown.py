"""Answers as staff see them: how soon somebody calls, in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from filiform.record.reads.follow import Check, Said
from filiform.web.parts import Chip, Kind


@dataclass(frozen=True, slots=True)
class AnswerCard:
    """One answer. `danger`: somebody must act now. `noted`: a mild event worth recording as what it is."""

    check: Check
    said: Said
    chip: Chip
    hours_ago: float
    danger: bool
    noted: str


def answer(check: Check, said: Said, now: datetime) -> AnswerCard:
    """The card for one answer."""
    return AnswerCard(
        check=check,
        said=said,
        chip=queue_chip(said.queue),
        hours_ago=(now - said.at).total_seconds() / 3600,
        danger=said.queue == "now",
        noted="; ".join(line for line in said.lines if line),
    )


def queue_chip(queue: str) -> Chip:
    """How soon somebody calls, as a word with its icon."""
    return {
        "now": Chip(Kind.CALL, _("Call now"), "call-now"),
        "same_day": Chip(Kind.STOP, _("Call today"), "call"),
        "routine": Chip(Kind.WARN, _("Call when there is time"), "clock"),
    }.get(queue, Chip(Kind.OK, _("As expected"), "check"))
