"""Adverse events, their published rates and the schemes that grade them, from TOML into `clinical.adverse`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from filiform.clinical.adverse import AdverseBook, Effect, Event, Grade, Per, Rate, Scheme, Study
from filiform.knowledge.loading import Table, read

Sources = Mapping[str, object]


def load_adverse(folder: Path, sources: Sources) -> AdverseBook:
    """The events, schemes and rates under `folder`; raises `KnowledgeError` with file and table."""
    root = read(folder / "events.toml")
    events = {name: _event(name, table, sources) for name, table in root.tables("event")}
    root.done()
    root = read(folder / "schemes.toml")
    schemes = {name: _scheme(name, table, sources) for name, table in root.tables("scheme")}
    root.done()
    root = read(folder / "rates.toml")
    studies = {name: _study(name, table, sources) for name, table in root.tables("study")}
    rates = tuple(_rate(table, sources, events, studies) for table in root.listed("rate"))
    root.done()
    return AdverseBook(MappingProxyType(events), MappingProxyType(schemes), MappingProxyType(studies), rates)


def _event(name: str, table: Table, sources: Sources) -> Event:
    event = Event(
        id=name,
        words=table.text("words"),
        serious=table.flag("serious"),
        signs=table.text("signs", ""),
        action=table.text("action", ""),
        cites=table.cites(sources),
    )
    table.done()
    return event


def _scheme(name: str, table: Table, sources: Sources) -> Scheme:
    words, cites = table.text("words"), table.cites(sources)
    grades = tuple(_grade(one) for one in table.listed("grade"))
    for one in grades[:-1]:
        if not one.any_of:
            raise table.error(f"the grade {one.id!r} has no 'any' and is not the last: no milder one could be reached")
    if not grades or grades[-1].any_of:
        raise table.error("the last grade must have no 'any': it is what remains")
    table.done()
    return Scheme(name, words, grades, cites)


def _grade(table: Table) -> Grade:
    any_of = table.some_of("any", Effect) if table.has("any") else ()
    grade = Grade(table.text("id"), table.text("words"), any_of)
    table.done()
    return grade


def _study(name: str, table: Table, sources: Sources) -> Study:
    study = Study(
        id=name,
        design=table.text("design"),
        n=table.whole("n", None),
        of=table.text("of"),
        note=table.text("note", ""),
        cites=table.cites(sources),
    )
    if study.n is not None and study.n < 1:
        raise table.error("'n' must be at least 1; leave it out when it is not known", "n")
    table.done()
    return study


def _rate(table: Table, sources: Sources, events: Mapping[str, Event], studies: Mapping[str, Study]) -> Rate:
    rate = Rate(
        event=_known(table, "event", events),
        study=_known(table, "study", studies),
        value=table.number("value"),
        per=table.one_of("per", Per),
        of=table.text("of"),
        low=table.number("low") if table.has("low") else None,
        high=table.number("high") if table.has("high") else None,
        note=table.text("note", ""),
        cites=table.cites(sources),
    )
    low = rate.value if rate.low is None else rate.low
    high = rate.value if rate.high is None else rate.high
    if not 0 <= low <= rate.value <= high:
        raise table.error("a rate lies between its own limits, and none is below zero", "value")
    table.done()
    return rate


def _known(table: Table, key: str, known: Mapping[str, object]) -> str:
    value = table.text(key)
    if value not in known:
        raise table.error(f"{value!r} in {key!r} is none of {', '.join(known)}", key)
    return value
