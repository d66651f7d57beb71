"""The areas of a pain drawing: read strictly from what was sent, kept as JSON, read back also from older rows.

An area is `{"region", "side", "intensity" 0-10, "quality": [ids], "since": id or null}`. Rows of the first release have
neither quality nor since: not known, as in a new row that does not say.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from filiform import knowledge
from filiform.clinical.pain_drawing import WORST, Area, Word
from filiform.clinical.terms import Block, BodySite, RegionId, Side
from filiform.knowledge.pain_drawing import marking
from filiform.record import sites
from filiform.record.write import Refused

MOST_AREAS = 60
_KEYS = frozenset({"region", "side", "intensity", "quality", "since"})
_LONGEST = 40  # characters of somebody's input that a refusal repeats


def read_areas(areas: Sequence[Mapping[str, Any]]) -> list[Area]:
    """The areas that were sent. Refused by name: an unknown region, side, quality, time or key, an intensity outside 0
    to 10, the same place twice, more than `MOST_AREAS`."""
    if len(areas) > MOST_AREAS:
        raise Refused(Block("pain.too_many", f"At most {MOST_AREAS} painful areas in one drawing."))
    drawn: dict[BodySite, Area] = {}
    for area in areas:
        place = sites.site(str(area.get("region", "")), str(area.get("side", "")))
        if place in drawn:
            words = knowledge.book().regions[place.region].words
            raise Refused(Block("pain.twice", f"The {place.side.value} {words} is in the drawing twice."))
        drawn[place] = _area(place, area)
    return list(drawn.values())


def as_json(areas: Iterable[Area]) -> list[dict[str, Any]]:
    """As the record keeps areas, by place."""
    return [
        {
            "region": one.site.region,
            "side": one.site.side.value,
            "intensity": one.intensity,
            "quality": list(one.qualities),
            "since": one.since,
        }
        for one in sorted(areas, key=lambda one: one.site)
    ]


def from_json(items: Iterable[Mapping[str, Any]]) -> tuple[Area, ...]:
    """The areas of a row, head to foot; what an older row does not say is not known."""
    order = {region: number for number, region in enumerate(knowledge.book().regions)}
    found = (
        Area(
            BodySite(RegionId(item["region"]), Side(item["side"])),
            item["intensity"],
            tuple(item.get("quality", ())),
            item.get("since"),
        )
        for item in items
    )
    return tuple(sorted(found, key=lambda area: (order.get(area.site.region, len(order)), area.site.side)))


def _area(place: BodySite, area: Mapping[str, Any]) -> Area:
    for key in area:
        if key not in _KEYS:
            raise Refused(Block("pain.key", f"{_shown(key)} is nothing that is said of a painful area."))
    quality = area.get("quality", ())
    if not isinstance(quality, list | tuple):
        raise Refused(Block("pain.quality", f"The quality must be a list, not {_shown(quality)}."))
    said = {_known(one, marking().qualities, "quality") for one in quality}
    since = area.get("since")
    return Area(
        place,
        _intensity(area.get("intensity")),
        tuple(name for name in marking().qualities if name in said),
        None if since is None else _known(since, marking().since, "since"),
    )


def _intensity(value: object) -> int:
    # True is an int in Python, and 7.0 came from nobody's finger.
    if type(value) is not int or not 0 <= value <= WORST:
        raise Refused(Block("pain.intensity", f"Pain is a whole number from 0 to {WORST}."))
    return value


def _known(value: object, words: Mapping[str, Word], what: str) -> str:
    if not isinstance(value, str) or value not in words:
        kind = {"quality": "what pain is like", "since": "since when there is pain"}[what]
        raise Refused(Block(f"pain.{what}", f"{_shown(value)} is not a word for {kind}: {', '.join(words)}."))
    return value


def _shown(value: object) -> str:
    text = str(value)
    return repr(text if len(text) <= _LONGEST else text[:_LONGEST] + "…")
