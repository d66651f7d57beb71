"""How a muscle is to be needled: planned before the session, shown and changed in it.

Bounds and names are those of the events, so that what was planned can be entered as it stands. A plan allows nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass

from filiform.clinical.dosage import Needles, too_deep
from filiform.clinical.needle.base import Technique
from filiform.clinical.needle.events import FIELDS
from filiform.clinical.terms import Block


@dataclass(frozen=True, slots=True)
class Manner:
    """As far as it was planned: None is not planned. `length_mm` and `gauge_mm` are those of the needle."""

    technique: Technique | None = None
    depth_mm: float | None = None
    planned_minutes: float | None = None
    length_mm: float | None = None
    gauge_mm: float | None = None

    def __bool__(self) -> bool:
        return any(value is not None for value in asdict(self).values())


_WORDS = {
    "technique": "The technique",
    "depth_mm": "The depth",
    "planned_minutes": "How long it is to stay in",
    "length_mm": "The length of the needle",
    "gauge_mm": "The diameter of the needle",
}
_SHAPES = {field.name: field.shape for kind in ("in", "open_pack") for field in FIELDS[kind] if field.name in _WORDS}


def manner_from(said: Mapping[str, object]) -> tuple[Manner, tuple[Block, ...]]:
    """What was said, and a reason for each field that is unknown or wrong; "" and None are not planned."""
    found: dict[str, object] = {}
    wrong = []
    for name, value in said.items():
        if value is None or value == "":
            continue
        if name not in _SHAPES:
            wrong.append(Block("choice.plan_unknown", f"{str(name)[:40]!r} is nothing that is planned of a needle."))
            continue
        try:
            found[name] = _SHAPES[name].read(value)
        except ValueError as error:
            wrong.append(Block(f"choice.{name}", f"{_WORDS[name]} {error}."))
    return Manner(**found), tuple(wrong)  # type: ignore[arg-type]


def manner_json(manner: Manner) -> dict[str, str | float]:
    """As the record and the page keep it: only what was planned, whole numbers as such."""
    every = {name: value for name, value in asdict(manner).items() if value is not None}
    return {name: int(v) if isinstance(v, float) and v.is_integer() else v for name, v in every.items()}


def manner_again(kept: Mapping[str, object] | None) -> Manner | None:
    """What `manner_json` made; None where nothing was planned, as in every choice of before plans were kept."""
    found, _wrong = manner_from(kept or {})
    return found or None


def against_depth(manner: Manner, needles: Needles) -> tuple[Block, ...]:
    """What stands against the planned depth with the planned needle; nothing where one of them was not planned."""
    if manner.length_mm is None or manner.depth_mm is None:
        return ()
    return too_deep(manner.length_mm, manner.depth_mm, needles)
