"""What is known of the law of each place, as dated data with its sources."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from types import MappingProxyType

from filiform.clinical.screen.operator import Jurisdiction, Role
from filiform.knowledge.loading import Table, read

RULES = ("prohibited", "permitted")


def load_jurisdictions(file: Path, sources: Mapping[str, object]) -> Mapping[str, Jurisdiction]:
    """The places of `file` by their ISO 3166-2 code ("US-CO"); raises `KnowledgeError`."""
    root = read(file)
    as_of = root.day("as_of")
    good_until = as_of + timedelta(days=root.whole("good_for_days"))
    found = [_place(name, table, sources, (as_of, good_until)) for name, table in root.tables("place")]
    root.done()
    return MappingProxyType({place.id: place for place in found})


def _place(name: str, table: Table, sources: Mapping[str, object], known: tuple[date, date]) -> Jurisdiction:
    rule = table.text("rule")
    if rule not in RULES:
        raise table.error(f"{rule!r} in 'rule' is none of {', '.join(RULES)}", "rule")
    place = Jurisdiction(
        id=name.upper().replace("_", "-"),
        name=table.text("name"),
        permitted=rule == "permitted",
        roles=table.some_of("roles", Role),
        not_roles=table.some_of("not_roles", Role) if table.has("not_roles") else (),
        months_licensed=table.whole("months_licensed", 0),
        or_coursework=table.flag("or_coursework", False),
        because=table.text("because"),
        contested=table.flag("contested"),
        cites=table.cites(sources),
        as_of=known[0],
        good_until=known[1],
        training_hours=table.whole("training_hours", 0),
        in_person=table.flag("in_person", False),
        approved_course=table.flag("approved_course", False),
        duties=table.text("duties", ""),
    )
    if (place.in_person or place.approved_course) and not place.training_hours:
        raise table.error("'in_person' and 'approved_course' say of which kind 'training_hours' are; give those")
    table.done()
    return place
