"""What the locator knows, from TOML into `clinical.locate.known`."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from filiform.clinical.anatomy import Muscle, Region, Source
from filiform.clinical.condition import Condition, Usual
from filiform.clinical.locate.known import Complaint, Known, Level, Measured, Mimic, Sign, Signs, Told, Zone
from filiform.clinical.screen import Rulebook
from filiform.clinical.terms import MuscleId, RegionId, Side
from filiform.knowledge.loading import Table, read

Sources = Mapping[str, Source]
Regions = Mapping[RegionId, Region]
Muscles = Mapping[MuscleId, Muscle]
LEVELS = ("base", "leak", "primary", "spill")
VALUES = {"familiar_pain": 2, "tenderness": 4, "taut_band": 2, "twitch": 2}
STRONG, WEAK = ("familiar_pain", "tenderness"), ("taut_band", "twitch")
ROUNDING = 1e-9


def load_locate(
    folder: Path,
    sources: Sources,
    regions: Regions,
    muscles: Muscles,
    conditions: Mapping[str, Condition],
    screening: Rulebook,
) -> Known:
    """Everything of `folder`; raises `KnowledgeError`."""
    root = read(folder / "chances.toml")
    levels = _levels(root.table("level"), sources)
    measured = tuple(_measured(table, sources, regions, muscles) for table in root.listed("measured"))
    _refuse_twice(measured, root)
    complaints = tuple(
        _complaint(name, table, sources, regions, conditions) for name, table in root.tables("complaint")
    )
    root.done()
    questions = {question.id for question in screening.questions}
    asked = read(folder / "mimics.toml")
    mimics = tuple(_mimic(name, table, sources, regions, questions) for name, table in asked.tables("mimic"))
    asked.done()
    return Known(
        levels=MappingProxyType(levels),
        measured=measured,
        regions=tuple(regions),
        zones=MappingProxyType({name: _zones(muscle, levels, measured) for name, muscle in muscles.items()}),
        complaints=complaints,
        signs=_signs(read(folder / "palpation.toml"), sources),
        mimics=mimics,
        told=_told(read(folder / "told.toml"), sources),
    )


def _chance(table: Table, key: str) -> float:
    """A number above 0 and below 1: nothing here is certain, and certainty could not be unlearned."""
    value = table.number(key)
    if not 0 < value < 1:
        raise table.error(f"{value:g} in {key!r} is no chance between 0 and 1", key)
    return value


def _levels(table: Table, sources: Sources) -> dict[str, Level]:
    found = {name: _level(name, table.table(name), sources) for name in LEVELS}
    table.done()
    if found["spill"].value >= found["primary"].value:
        raise table.error("the level of 'spill' must be below that of 'primary'", "spill")
    return found


def _level(name: str, table: Table, sources: Sources) -> Level:
    level = Level(name, _chance(table, "value"), table.text("why"), table.cites(sources))
    table.done()
    return level


def _measured(table: Table, sources: Sources, regions: Regions, muscles: Muscles) -> Measured:
    muscle = muscles.get(MuscleId(table.text("muscle")))
    if muscle is None:
        raise table.error("'muscle' is not a known muscle", "muscle")
    percent = table.number("percent")
    if not 0 < percent < 100:
        raise table.error(f"{percent:g} is no percentage between 0 and 100", "percent")
    where = tuple(map(RegionId, table.ids("regions", regions, "region")))
    for region in where:
        if region not in muscle.primary + muscle.spill:
            raise table.error(f"{region!r} is no zone of {muscle.id}; add it to the muscle first", "regions")
    measured = Measured(muscle.id, where, percent / 100, table.text("note"), table.cites(sources))
    table.done()
    return measured


def _refuse_twice(measured: Sequence[Measured], root: Table) -> None:
    pairs = [(one.muscle, region) for one in measured for region in one.regions]
    for pair in pairs:
        if pairs.count(pair) > 1:
            raise root.error(f"{pair[1]!r} of {pair[0]} is measured twice", "measured")


def _zones(muscle: Muscle, levels: Mapping[str, Level], measured: Sequence[Measured]) -> tuple[Zone, ...]:
    own = {region: one.chance for one in measured if one.muscle == muscle.id for region in one.regions}
    return tuple(
        Zone(region, own.get(region, levels[level].value), level == "primary")
        for level, zone in (("primary", muscle.primary), ("spill", muscle.spill))
        for region in zone
    )


def _complaint(
    name: str, table: Table, sources: Sources, regions: Regions, conditions: Mapping[str, Condition]
) -> Complaint:
    condition = conditions.get(table.text("condition"))
    if condition is None:
        raise table.error("'condition' is none of conditions.toml", "condition")
    known = [usual for usual in condition.usual if usual.percent is not None]
    if not known:
        raise table.error(f"no muscle of {condition.id!r} has a percentage", "condition")
    complaint = Complaint(
        id=name,
        words=table.text("words"),
        condition=condition.id,
        regions=frozenset(map(RegionId, table.ids("regions", regions, "region"))),
        chances=tuple(pair for usual in known for pair in _each(usual)),
        cites=tuple(dict.fromkeys([*table.cites(sources), *(cite for usual in known for cite in usual.cites)])),
    )
    table.done()
    return complaint


def _each(usual: Usual) -> Iterator[tuple[MuscleId, float]]:
    """The chance of each muscle of a group, taken as alike and independent.

    The percentage (its middle) is of the group together: so many patients have an active point in at least one of them.
    """
    low, high = usual.percent or (0, 0)
    together = min((low + high) / 200, 0.99)
    for muscle in usual.muscles:
        yield muscle, 1 - (1 - together) ** (1 / len(usual.muscles))


def _signs(root: Table, sources: Sources) -> Signs:
    table = root.table("sign")
    found = {name: _sign(table.table(name), count, sources) for name, count in VALUES.items()}
    table.done()
    root.done()
    weakest = min(_weight(found[name]) for name in STRONG)
    for name in WEAK:
        if _weight(found[name]) >= weakest:
            raise table.error(
                f"{name!r} weighs as much as {' or '.join(STRONG)}, which examiners agree on better", name
            )
    return Signs(**found)


def _weight(sign: Sign) -> float:
    """The most that any of its values can say, for or against, on the logarithmic scale."""
    return max(abs(math.log(sign.ratio(value))) for value in range(len(sign.if_source)))


def _sign(table: Table, count: int, sources: Sources) -> Sign:
    shares = _shares(table, "if_source", count), _shares(table, "if_not", count)
    sign = Sign(*shares, table.text("why"), table.cites(sources))
    ratios = [sign.ratio(value) for value in range(count)]
    if ratios != sorted(ratios):
        raise table.error("a stronger finding must not speak less for the muscle than a weaker one", "if_source")
    table.done()
    return sign


def _shares(table: Table, key: str, count: int) -> tuple[float, ...]:
    values = table.numbers(key)
    if len(values) != count or min(values, default=0) <= 0 or abs(math.fsum(values) - 1) > ROUNDING:
        raise table.error(f"{key!r} must be {count} chances above 0 that sum to 1, not {list(values)!r}", key)
    return values


def _mimic(name: str, table: Table, sources: Sources, regions: Regions, questions: set[str]) -> Mimic:
    anywhere: set[RegionId] = set()
    sided: set[tuple[RegionId, Side]] = set()
    for place in table.distinct("places"):
        region, _, side = place.partition(" ")
        if region not in regions or (side and side not in (Side.LEFT, Side.RIGHT)):
            raise table.error(f"{place!r} in 'places' is no region, or region with left or right", "places")
        if side:
            sided.add((RegionId(region), Side(side)))
        else:
            anywhere.add(RegionId(region))
    asks = table.distinct("screening")
    for question in asks:
        if question not in questions:
            raise table.error(f"{question!r} in 'screening' is no question of the screening", "screening")
    mimic = Mimic(
        id=name,
        question=table.text("question"),
        regions=frozenset(anywhere),
        sided=frozenset(sided),
        both=frozenset(map(RegionId, table.ids("both", regions, "region", default=()))),
        screening=asks,
        cites=table.cites(sources),
    )
    table.done()
    return mimic


def _told(root: Table, sources: Sources) -> Told:
    told = Told(
        sets=_count(root, "sets"),
        least_set=_chance(root, "least_set"),
        next=_count(root, "next"),
        least_bits=_chance(root, "least_bits"),
        unexplained=_chance(root, "unexplained"),
        cites=root.cites(sources),
    )
    root.done()
    return told


def _count(table: Table, key: str) -> int:
    value = table.whole(key)
    if not 1 <= value <= 20:
        raise table.error(f"{value} in {key!r} is not between 1 and 20", key)
    return value
