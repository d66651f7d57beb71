"""Sources, regions and muscles from TOML into the frozen dataclasses of `clinical.anatomy`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from filiform.clinical.anatomy import Hazard, Muscle, MuscleCites, Region, Source, Tier
from filiform.clinical.terms import Cite, MuscleId, RegionId
from filiform.knowledge.loading import KnowledgeError, Table, collect, read

# Head to foot: lists of muscles everywhere keep this order. A file that is not named here is refused, not ignored.
MUSCLE_FILES = (
    "head", "neck", "shoulder", "chest", "back", "abdomen", "arm", "forearm", "hand", "pelvis", "thigh", "leg", "foot",
)  # fmt: skip
CITE_KINDS = ("zones", "hazard", "tier", "technique", "enters")


def load_sources(folder: Path) -> dict[str, Source]:
    """Every source of `folder/*.toml` by id; raises `KnowledgeError`."""
    return collect(
        sorted(folder.glob("*.toml")), lambda root: {name: _source(name, t) for name, t in root.tables("source")}
    )


def _source(name: str, table: Table) -> Source:
    source = Source(
        id=name,
        title=table.text("title"),
        year=_year(table),
        licence=table.text("licence"),
        url_or_citation=table.text("url_or_citation"),
        as_of=table.day("as_of"),
    )
    table.done()
    return source


def _year(table: Table) -> int | None:
    """A year, or the word "undated": left out is not the same as looked for and not found."""
    if table.peek("year") == "undated":
        table.text("year")
        return None
    year = table.whole("year")
    if not 1900 <= year <= 2100:
        raise table.error(f"{year} is not a year of publication", "year")
    return year


def load_regions(file: Path, sources: Mapping[str, Source]) -> dict[RegionId, Region]:
    """The regions of one file, head to foot; raises `KnowledgeError`."""
    root = read(file)
    given = root.table("cites")
    words, choir = given.cites(sources, "words"), given.cites(sources, "choir")
    given.done()
    regions = {RegionId(name): _region(RegionId(name), table, words, choir) for name, table in root.tables("region")}
    root.done()
    return regions


def _region(name: RegionId, table: Table, words: tuple[Cite, ...], choir: tuple[Cite, ...]) -> Region:
    front, back = _segments(table, "choir_front"), _segments(table, "choir_back")
    region = Region(
        id=name,
        words=table.text("words"),
        group=table.text("group"),
        midline=table.flag("midline"),
        choir_front=front,
        choir_back=back,
        cites=words + (choir if front or back else ()),
    )
    table.done()
    return region


def _segments(table: Table, key: str) -> tuple[int, int] | None:
    """CHOIR segment numbers as (right, left); None when the region is not on that view."""
    if not table.has(key):
        return None
    right, left = table.pair(key)
    return right, left


def load_muscles(
    folder: Path, regions: Mapping[RegionId, Region], sources: Mapping[str, Source]
) -> dict[MuscleId, Muscle]:
    """Every muscle of `folder`, head to foot; raises `KnowledgeError`."""
    for file in sorted(folder.glob("*.toml")):
        if file.stem not in MUSCLE_FILES:
            raise KnowledgeError(file, "is not one of MUSCLE_FILES, so its place in the order is unknown; add it there")
    files = [folder / f"{group}.toml" for group in MUSCLE_FILES]
    return {
        MuscleId(name): muscle for name, muscle in collect(files, lambda root: _group(root, regions, sources)).items()
    }


def _group(root: Table, regions: Mapping[RegionId, Region], sources: Mapping[str, Source]) -> dict[str, Muscle]:
    given = root.table("cites")
    cites = {kind: given.cites(sources, kind) for kind in CITE_KINDS}
    given.done()
    return {name: _muscle(name, table, regions, sources, cites) for name, table in root.tables("muscle")}


def _muscle(
    name: str,
    table: Table,
    regions: Mapping[RegionId, Region],
    sources: Mapping[str, Source],
    given: Mapping[str, tuple[Cite, ...]],
) -> Muscle:
    muscle = Muscle(
        id=MuscleId(name),
        name=table.text("name"),
        group=table.file.stem,
        primary=_zone(table, "primary", regions),
        spill=_zone(table, "spill", regions),
        complaints=table.text("complaints"),
        hazard=table.text("hazard"),
        hazards=frozenset(table.some_of("hazards", Hazard)),
        tier=table.one_of("tier", Tier),
        position=table.text("position"),
        technique=table.text("technique"),
        enters=_zone(table, "enters", regions),
        enters_reviewed=table.flag("enters_reviewed"),
        cited=_cited(table, sources, given),
    )
    _refuse_gaps(muscle, table)
    table.done()
    return muscle


def _zone(table: Table, key: str, regions: Mapping[RegionId, Region]) -> tuple[RegionId, ...]:
    return tuple(RegionId(value) for value in table.ids(key, regions, "region"))


def _refuse_gaps(muscle: Muscle, table: Table) -> None:
    """A muscle that is entered nowhere could never be locked; one that hurts nowhere could never be found."""
    for key, zone in (("primary", muscle.primary), ("enters", muscle.enters)):
        if not zone:
            raise table.error(f"{key!r} is empty", key)
    for region in muscle.primary:
        if region in muscle.spill:
            raise table.error(f"{region!r} is both in 'primary' and in 'spill'", "spill")


def _cited(table: Table, sources: Mapping[str, Source], given: Mapping[str, tuple[Cite, ...]]) -> MuscleCites:
    """The muscle's own cites where it has some; the file's for every other kind of fact."""
    if not table.has("cites"):
        return MuscleCites(**given)
    own = table.table("cites")
    cites = {kind: own.cites(sources, kind) if own.has(kind) else given[kind] for kind in CITE_KINDS}
    own.done()
    return MuscleCites(**cites)
