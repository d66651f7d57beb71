"""One patient's record as a FHIR R4 transaction bundle, with what other systems sent going out as it came."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from filiform.interop.fhir.writing import (
    answers,
    background,
    consent,
    evaluate,
    follow,
    locate,
    needle,
    note,
    people,
    plan,
    visit,
)
from filiform.interop.fhir.writing.parts import About, Resource, below, instant, url
from filiform.knowledge import Book
from filiform.record.reads.export import PatientExport, PlanPart, SourcePart, VisitPart


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry: the resource as JSON text, so that what was imported is not rewritten on its way out."""

    full_url: str
    kind: str
    identity: str
    json: str


def bundle_text(export: PatientExport, book: Book, now: datetime) -> str:
    """The bundle as JSON. Ids are stable: the same record gives the same entries, whatever `now` is."""
    lines = ",\n".join(
        f'{{"fullUrl":{json.dumps(entry.full_url)},"resource":{entry.json},'
        f'"request":{{"method":"POST","url":{json.dumps(entry.kind)}}}}}'
        for entry in entries(export, book)
    )
    head = f'{{"resourceType":"Bundle","type":"transaction","timestamp":{json.dumps(instant(now))},"entry":['
    return f"{head}\n{lines}\n]}}\n"


def entries(export: PatientExport, book: Book) -> list[Entry]:
    """Patient first, then what was written here, then what was imported, each once."""
    own = _own(export, book)
    taken = {(entry.kind, entry.identity) for entry in own}
    sources = (_source(export, one) for one in export.sources)
    kept = [entry for entry in sources if (entry.kind, entry.identity) not in taken]
    kept.sort(key=lambda entry: entry.kind != "Patient")
    return sorted(own, key=lambda entry: entry.kind != "Patient") + kept


def _own(export: PatientExport, book: Book) -> list[Entry]:
    source = people.patient_source(export)
    address = _address(export, source) if source else url(export.patient.id)
    named = {f"staff:{one.id}": one.name for one in export.people}
    about = About(patient=address, people=named, book=book)
    clinical = [_entry(one) for one in _clinical(about, export)]
    changed = people.patient(export)
    identity = source.source_id if source else str(export.patient.id)
    own = [Entry(address, "Patient", identity, _json(changed))] if changed else []
    return own + _referred(export, own + clinical) + clinical


def _clinical(about: About, export: PatientExport) -> Iterable[Resource]:
    yield from (background.fact(about, one) for one in export.facts)
    yield from (answers.doctor_answer(about, one) for one in export.doctor_answers)
    yield from (visit.episode(about, one, export.practice) for one in export.episodes)
    newest = _newest_plans(export)
    for one in export.visits:
        written = list(_visit(about, export, one, newest))
        yield from written
        if one.note:
            yield from note.note(about, one.id, one.note, [UUID(each["id"]) for each in written])


def _visit(about: About, export: PatientExport, one: VisitPart, newest: set[UUID]) -> Iterable[Resource]:
    yield visit.encounter(about, one, export.practice)
    yield from (answers.screening(about, one.id, each) for each in one.screenings)
    yield from (consent.consent(about, one.id, each) for each in one.consents)
    for drawn in one.drawings:
        yield from locate.drawing(about, one.id, drawn)
    yield from (locate.palpation(about, one.id, each) for each in one.palpations)
    if one.session:
        yield from needle.session(about, one.id, one.session)
    yield from (needle.treatment(about, one.id, each) for each in one.treatments)
    yield from (evaluate.measure(about, one.id, each) for each in one.measures)
    for planned in one.plans:
        yield from plan.plan(about, one.id, planned, planned.id not in newest)
    yield from (plan.decision(about, one.id, each) for each in one.decisions)
    yield from (answers.follow_up(about, one.id, each) for each in one.answers)
    for event in one.adverse_events:
        yield from follow.adverse_event(about, one.id, event, one.session)


def _newest_plans(export: PatientExport) -> set[UUID]:
    every: list[PlanPart] = [planned for one in export.visits for planned in one.plans]
    every.sort(key=lambda planned: planned.recorded_at)
    return {planned.id for planned in {planned.episode_id: planned for planned in every}.values()}


def _referred(export: PatientExport, written: list[Entry]) -> list[Entry]:
    """The practice, places and people that what was written refers to, and no others."""
    words = "".join(entry.json for entry in written)
    places = [people.location(one, export.practice) for one in export.places]
    staff = [people.practitioner(one) for one in export.people]
    found = [_entry(one) for one in [*places, *staff] if url(one["id"]) in words]
    practice = _entry(people.organization(export.practice))
    return [practice, *found] if practice.full_url in words or found else found


def _entry(one: Resource) -> Entry:
    return Entry(url(one["id"]), one["resourceType"], one["id"], _json(one))


def _json(one: Resource) -> str:
    return json.dumps(one, ensure_ascii=False, separators=(",", ":"))


def _source(export: PatientExport, one: SourcePart) -> Entry:
    return Entry(_address(export, one), one.resource_type, one.source_id, one.content)


def _address(export: PatientExport, one: SourcePart) -> str:
    """The fullUrl it came with, for others call it by that; one that had none gets one that stays the same."""
    return one.full_url or url(below(export.patient.id, one.resource_type, one.source_id))
