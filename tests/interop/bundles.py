"""Bundles for the tests of the import."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from filiform.interop.fhir.limits import NotTaken
from filiform.interop.fhir.reading import read_bundle
from filiform.record.incoming import IncomingBundle, IncomingFact

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures"
FHIR = FIXTURES / "fhir"
PATIENTS = sorted((FIXTURES / "patients").glob("*.json.gz"))
SHE = {"reference": "Patient/p"}


def patient(**more: Any) -> dict[str, Any]:
    return {"resourceType": "Patient", "id": "p", "birthDate": "1980-01-02", "name": [{"family": "Probe"}], **more}


def condition(identity: str = "c", **more: Any) -> dict[str, Any]:
    return {"resourceType": "Condition", "id": identity, "subject": SHE, "code": {"text": "asthma"}, **more}


def bundle(*resources: dict[str, Any], **more: Any) -> dict[str, Any]:
    entries = [{"resource": one} for one in resources]
    return {"resourceType": "Bundle", "type": "collection", "entry": entries, **more}


def as_bytes(node: Any) -> bytes:
    return json.dumps(node).encode()


def read(name: str) -> IncomingBundle:
    """A bundle of tests/fixtures/fhir."""
    return read_bundle((FHIR / name).read_bytes(), name)


def refusal(data: bytes) -> NotTaken:
    """How `data` is refused whole."""
    try:
        read_bundle(data, "test")
    except NotTaken as refused:
        assert refused.what and refused.where and refused.do, "a refusal says what, where and what to do"
        return refused
    raise AssertionError("it was taken in")


def facts(read: IncomingBundle) -> dict[str, IncomingFact]:
    """Facts by source id."""
    return {one.source_id: one.fact for one in read.resources if one.fact}


def asides(read: IncomingBundle) -> dict[str, str]:
    """Reasons by resource."""
    return {one.resource: one.because for one in read.refused}
