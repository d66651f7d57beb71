"""How a lot stands, in a chip."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.formats import date_format
from django.utils.translation import gettext

from filiform.record.reads.stock import LotLine, Shelf, Standing
from filiform.web.parts import Chip, Kind


@dataclass(frozen=True, slots=True)
class Row:
    line: LotLine
    chip: Chip


def shelf_rows(shelf: Shelf) -> list[Row]:
    """A row for each lot."""
    return [Row(line, standing_chip(line)) for line in shelf.lots]


def standing_chip(line: LotLine) -> Chip:
    """Whether packs of the lot may be opened, in words."""
    day = {"day": date_format(line.lot.expiry, "j M Y")}
    if line.standing is Standing.RECALLED:
        return Chip(Kind.STOP, gettext("Recalled: open none"), "no")
    if line.standing is Standing.EXPIRED:
        return Chip(Kind.STOP, gettext("Past its day, %(day)s: put away") % day, "no")
    if line.standing is Standing.SOON:
        return Chip(Kind.WARN, gettext("Ends soon: %(day)s") % day, "clock")
    return Chip(Kind.OK, gettext("Good until %(day)s") % day, "check")
