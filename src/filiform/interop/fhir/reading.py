"""A FHIR R4 bundle of one patient, from bytes to an IncomingBundle. Stores nothing; same bytes, same answer.

Refused whole (NotTaken): what is not strict JSON, not a bundle of a patient's present record, or not of exactly one
patient. Refused one by one, the rest going on: a resource with a wrong shape, an impossible date, or another patient.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from dataclasses import dataclass
from typing import Any

from filiform.interop.fhir.facts import fact_of
from filiform.interop.fhir.limits import ASK_AGAIN, MAX_ENTRIES, SPLIT, NotTaken
from filiform.interop.fhir.patients import patient_of
from filiform.interop.fhir.references import Names
from filiform.interop.fhir.shapes import elements_of, ignored_types, kept_types, shape_problem
from filiform.interop.fhir.strict_json import parse, resource_texts, unpack
from filiform.record.incoming import IncomingBundle, IncomingPatient, IncomingResource, RefusedResource

BUNDLE_TYPES = ("transaction", "collection", "searchset")
_BUNDLE_KEYS = frozenset(
    {"resourceType", "id", "meta", "implicitRules", "language", "identifier", "type", "timestamp", "total"}
    | {"link", "entry", "signature"}
)
_ENTRY_KEYS = frozenset(
    {"id", "extension", "modifierExtension", "link", "fullUrl", "resource", "search", "request", "response"}
)
_ID = re.compile(r"[A-Za-z0-9\-.]{1,64}")
_MAX_URL, _MAX_SOURCE_ID = 300, 200
_FOR_A_PERSON = "Ask the sender for one bundle per patient; nothing of this one was stored."


class Aside(Exception):
    """One resource refused. `keep` says whether its source may lie in this patient's chart."""

    def __init__(self, because: str, *, keep: bool = False) -> None:
        super().__init__(because)
        self.because, self.keep = because, keep


@dataclass(frozen=True, slots=True)
class _Entry:
    number: int
    full_url: str
    resource: dict[str, Any]
    text: str
    problem: str  # why the entry itself is refused, "" when it is not

    @property
    def kind(self) -> str:
        return str(self.resource.get("resourceType") or "")

    @property
    def name(self) -> str:
        identity = self.resource.get("id")
        good = self.kind in kept_types() and isinstance(identity, str) and _ID.fullmatch(identity)
        return f"{self.kind}/{identity}" if good else f"entry[{self.number}]"


def read_bundle(data: bytes, file_name: str) -> IncomingBundle:
    """`data` (JSON, or gzip of it) as a bundle of one patient. Raises NotTaken when it is refused whole."""
    unpacked = unpack(data)
    text, bundle = parse(unpacked)
    nodes = _check_bundle(bundle)
    texts = resource_texts(text)
    entries = [_entry(number, node, texts[number]) for number, node in enumerate(nodes)]
    names = Names()
    for entry in entries:
        names.add(entry.number, entry.full_url, entry.resource)
    number, patient = _only_patient(entries)
    reader = _Reader(entries, names, number)
    for entry in entries:
        reader.take(entry)
    return IncomingBundle(
        file_name=file_name,
        file_hash=hashlib.sha256(unpacked).hexdigest(),
        patient=patient,
        resources=tuple(reader.resources),
        ignored=tuple(sorted(reader.ignored.items())),
        refused=tuple(reader.refused + _missing_pages(bundle)),
    )


def _check_bundle(bundle: dict[str, Any]) -> list[Any]:
    """The entries of `bundle`, which is one of the three kinds of bundle and has no key of its own making."""
    kind = bundle.get("resourceType")
    if kind != "Bundle":
        raise NotTaken(
            f"The file is not a FHIR bundle: its resourceType is {_shown(kind)}.", "$.resourceType", ASK_AGAIN
        )
    if bundle.get("type") not in BUNDLE_TYPES:
        allowed = ", ".join(BUNDLE_TYPES)
        what = f"The bundle's type is {_shown(bundle.get('type'))}; what can be taken in is {allowed}."
        raise NotTaken(what, "$.type", ASK_AGAIN)
    unknown = sorted(key for key in bundle if key.lstrip("_") not in _BUNDLE_KEYS)
    if unknown:
        raise NotTaken(f"A bundle has no key {_shown(unknown[0])}.", f"$.{unknown[0][:60]}", ASK_AGAIN)
    nodes = bundle.get("entry", [])
    if not isinstance(nodes, list):
        raise NotTaken("The bundle's entries are not a list.", "$.entry", ASK_AGAIN)
    if len(nodes) > MAX_ENTRIES:
        raise NotTaken(f"The bundle has {len(nodes)} entries; at most {MAX_ENTRIES} are taken.", "$.entry", SPLIT)
    return nodes


def _shown(value: Any) -> str:
    return "missing" if value is None else json.dumps(value, ensure_ascii=True)[:80]


def _entry(number: int, node: Any, text: str) -> _Entry:
    if not isinstance(node, dict):
        return _Entry(number, "", {}, "", "The entry is not an object.")
    resource, full_url = node.get("resource"), node.get("fullUrl", "")
    problem = _entry_problem(node)
    if not isinstance(full_url, str) or len(full_url) > _MAX_URL:
        full_url, problem = "", f"Its fullUrl is not text of at most {_MAX_URL} characters."
    return _Entry(number, full_url, resource if isinstance(resource, dict) else {}, text, problem)


def _entry_problem(node: dict[str, Any]) -> str:
    unknown = sorted(key for key in node if key.lstrip("_") not in _ENTRY_KEYS)
    if unknown:
        return f"An entry has no key {_shown(unknown[0])}."
    request = node.get("request")
    if isinstance(request, dict) and request.get("method") not in (None, "POST", "PUT"):
        return f"It asks for {_shown(request['method'])}; an import only adds."
    if not isinstance(node.get("resource"), dict):
        return "The entry holds no resource."
    return ""


def _only_patient(entries: list[_Entry]) -> tuple[int, IncomingPatient]:
    found = [entry for entry in entries if entry.kind == "Patient"]
    if not found:
        raise NotTaken("The bundle holds no Patient.", "$.entry", _FOR_A_PERSON)
    if len(found) > 1:
        where = ", ".join(f"entry[{entry.number}]" for entry in found[:4])
        raise NotTaken(f"The bundle holds {len(found)} patients.", where, _FOR_A_PERSON)
    entry = found[0]
    problem = entry.problem or _identity_problem(entry) or shape_problem(entry.resource)
    if problem:
        raise NotTaken(f"The Patient cannot be read: {problem}", f"entry[{entry.number}]", ASK_AGAIN)
    try:
        return entry.number, patient_of(entry.resource, entry.full_url)
    except ValueError as error:
        raise NotTaken(f"The Patient cannot be read: {error}.", f"entry[{entry.number}]", ASK_AGAIN) from None


def _identity_problem(entry: _Entry) -> str:
    identity = entry.resource.get("id")
    if identity is not None and not (isinstance(identity, str) and _ID.fullmatch(identity)):
        return "Its id is not 1 to 64 letters, digits, dashes or dots."
    if identity is None and not entry.full_url and entry.kind == "Patient":
        return "It has neither an id nor a fullUrl, so that nobody could be found by it again."
    return ""


def _missing_pages(bundle: dict[str, Any]) -> list[RefusedResource]:
    """A searchset that says there are further pages is not the whole record; whoever imports it must know."""
    links = bundle.get("link")
    nodes = links if isinstance(links, list) else []
    further = any(isinstance(node, dict) and node.get("relation") == "next" for node in nodes)
    because = "The bundle says that there are further pages; what they hold is not here. Import them as well."
    return [RefusedResource("Bundle.link", because)] if further else []


class _Reader:
    """Takes entry after entry; what it gathers is the answer."""

    def __init__(self, entries: list[_Entry], names: Names, patient: int) -> None:
        self.entries, self.names, self.patient = entries, names, patient
        self.resources: list[IncomingResource] = []
        self.ignored: Counter[str] = Counter()
        self.refused: list[RefusedResource] = []
        self.seen: set[tuple[str, str]] = set()

    def take(self, entry: _Entry) -> None:
        if not entry.problem and entry.kind in ignored_types():
            self.ignored[entry.kind] += 1
            return
        try:
            self._judge(entry)
            self.resources.append(self._read(entry))
        except Aside as aside:
            self.refused.append(RefusedResource(entry.name, aside.because))
            if aside.keep:
                self.resources.append(self._resource(entry, refused_because=aside.because))

    def _judge(self, entry: _Entry) -> None:
        """Raises Aside for what may not even lie in this patient's chart."""
        if entry.problem:
            raise Aside(entry.problem)
        if entry.kind not in kept_types():
            raise Aside(f"resourceType {_shown(entry.resource.get('resourceType'))} is no type of FHIR R4.")
        if problem := _identity_problem(entry):
            raise Aside(problem)
        self._check_whose(entry)
        key = (entry.kind, _source_id(entry))
        if key in self.seen:
            raise Aside("The same id stands twice in this bundle; the first was taken.")
        self.seen.add(key)

    def _check_whose(self, entry: _Entry) -> None:
        key = next((one for one in ("subject", "patient") if one in elements_of(entry.kind)), None)
        subject = entry.resource.get(key) if key else None
        if key is None or (subject is None and entry.kind in _MAY_LACK_SUBJECT):
            return
        if subject is None:
            raise Aside(f"It does not say whose it is: {entry.kind}.{key} is missing.")
        found = self.names.find(subject, "Patient")
        if found is None or (found != self.patient and self.entries[found].kind == "Patient"):
            raise Aside(f"{entry.kind}.{key} does not lead to this bundle's patient. It may be another person's.")

    def _read(self, entry: _Entry) -> IncomingResource:
        problem = shape_problem(entry.resource)
        if problem:
            raise Aside(problem, keep=True)
        try:
            fact = fact_of(entry.resource, self._follow)
        except ValueError as error:
            raise Aside(str(error), keep=True) from None
        return self._resource(entry, fact=fact)

    def _follow(self, reference: Any) -> dict[str, Any] | None:
        found = self.names.find(reference, "Medication")
        return self.entries[found].resource if found is not None else None

    def _resource(self, entry: _Entry, **rest: Any) -> IncomingResource:
        return IncomingResource(
            resource_type=entry.kind,
            source_id=_source_id(entry),
            full_url=entry.full_url,
            content_hash=_hash(entry.resource),
            content=entry.text,
            **rest,
        )


# R4 lets these go without a subject; in a bundle of one patient they are hers. All others must say whose they are.
_MAY_LACK_SUBJECT = frozenset(
    {"CareTeam", "Communication", "Consent", "DetectedIssue", "Device", "DiagnosticReport", "DocumentReference"}
    | {"Encounter", "List", "Location", "Media", "Observation", "QuestionnaireResponse", "Specimen", "Questionnaire"}
)


def _source_id(entry: _Entry) -> str:
    """The resource's id; without one its fullUrl; without that its content, so that a repeat is still recognised."""
    identity = str(entry.resource.get("id") or entry.full_url)
    if len(identity) > _MAX_SOURCE_ID:
        raise Aside(f"Its fullUrl is longer than {_MAX_SOURCE_ID} characters.")
    return identity or f"content:{_hash(entry.resource)}"


def _hash(resource: dict[str, Any]) -> str:
    """SHA-256 of the content, whatever the order of its keys or its white space."""
    canonical = json.dumps(resource, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()
