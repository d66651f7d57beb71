"""Needles and dosage from TOML into `clinical.dosage`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from filiform.clinical.anatomy import Muscle, Source
from filiform.clinical.dosage import Depth, Diameter, Dosage, Needles, Span, Use
from filiform.clinical.terms import Cite, MuscleId
from filiform.clinical.texts import Paragraph
from filiform.knowledge.anatomy import MUSCLE_FILES
from filiform.knowledge.loading import Table, read

Sources = Mapping[str, Source]
TOPICS = ("stop_signs", "left_in", "asepsis", "technique", "effect", "aftercare")
# What rules read by name: a course without them could not be judged.
NEEDED = ("course_visits", "no_change_visits", "worse_visits")


def load_dosage(folder: Path, sources: Sources, muscles: Mapping[MuscleId, Muscle]) -> Dosage:
    """`dosage/` and `needles/` under `folder`; raises `KnowledgeError`."""
    root = read(folder / "dosage" / "technique.toml")
    spans = {name: _span(name, table, sources) for name, table in root.tables("span")}
    for name in NEEDED:
        if name not in spans:
            raise root.error(f"span {name!r} is missing")
    statements = _statements(root, sources)
    root.done()
    return Dosage(
        spans=MappingProxyType(spans),
        statements=MappingProxyType(statements),
        depths=_depths(folder / "dosage" / "depth.toml", sources, muscles),
        needles=_needles(folder / "needles" / "filiform.toml", sources),
    )


def _span(name: str, table: Table, sources: Sources) -> Span:
    low, high = _rising(table, "range")
    span = Span(name, table.text("words"), low, high, table.text("unit"), table.text("note", ""), table.cites(sources))
    table.done()
    return span


def _rising(table: Table, key: str) -> tuple[int, int]:
    low, high = table.pair(key)
    if not 0 <= low <= high:
        raise table.error(f"{low} to {high} in {key!r} does not rise from nought", key)
    return low, high


def _statements(root: Table, sources: Sources) -> dict[str, tuple[Paragraph, ...]]:
    found: dict[str, tuple[Paragraph, ...]] = {topic: () for topic in TOPICS}
    for table in root.listed("statement"):
        topic = table.text("topic")
        if topic not in found:
            raise table.error(f"{topic!r} in 'topic' is none of {', '.join(TOPICS)}", "topic")
        found[topic] += (_paragraph(table, sources),)
    for topic, held in found.items():
        if not held:
            raise root.error(f"no statement on {topic!r}")
    return found


def _paragraph(table: Table, sources: Sources) -> Paragraph:
    paragraph = Paragraph(table.text("text"), table.cites(sources), point=True)
    table.done()
    return paragraph


def _depths(file: Path, sources: Sources, muscles: Mapping[MuscleId, Muscle]) -> tuple[Depth, ...]:
    root = read(file)
    found = tuple(_depth(table, sources, muscles) for table in root.listed("depth"))
    root.done()
    return found


def _depth(table: Table, sources: Sources, muscles: Mapping[MuscleId, Muscle]) -> Depth:
    names = tuple(MuscleId(one) for one in table.ids("muscles", muscles, "muscle"))
    depth = Depth(names, table.text("text"), table.cites(sources))
    table.done()
    return depth


def _needles(file: Path, sources: Sources) -> Needles:
    root = read(file)
    given = root.table("cites")
    gauge, use, outside = (given.cites(sources, key) for key in ("gauge", "use", "outside"))
    given.done()
    needles = Needles(
        diameters=_diameters(root.table("gauge"), gauge),
        uses=_uses(root, use),
        lengths_mm=_lengths(root),
        outside_percent=_rising(root, "outside_percent"),
        outside_cites=outside,
        rules=tuple(_paragraph(table, sources) for table in root.listed("rule")),
    )
    root.done()
    return needles


def _diameters(table: Table, cites: tuple[Cite, ...]) -> tuple[Diameter, ...]:
    found = []
    keys = table.keys()
    for key in keys:
        if not key.isdecimal():
            raise table.error(f"{key!r} is no diameter in hundredths of a millimetre", key)
        found.append(Diameter(int(key), table.whole(key), cites))
    table.done()
    return tuple(found)


def _uses(root: Table, cites: tuple[Cite, ...]) -> tuple[Use, ...]:
    """Every group of muscles belongs to exactly one use: a muscle without a diameter would be shown without one."""
    uses = tuple(_use(table, cites) for table in root.listed("use"))
    told = [group for use in uses for group in use.groups]
    for group in MUSCLE_FILES:
        if told.count(group) != 1:
            raise root.error(f"the group {group!r} is in {told.count(group)} uses; it must be in one")
    return uses


def _use(table: Table, cites: tuple[Cite, ...]) -> Use:
    groups = table.ids("groups", dict.fromkeys(MUSCLE_FILES), "group of muscles")
    use = Use(table.text("where"), _rising(table, "hundredths"), tuple(groups), cites)
    table.done()
    return use


def _lengths(root: Table) -> tuple[int, ...]:
    lengths = root.wholes("lengths_mm")
    if not lengths or list(lengths) != sorted(set(lengths)) or lengths[0] <= 0:
        raise root.error(f"{list(lengths)!r} does not rise from above nought", "lengths_mm")
    return lengths
