"""The real records as background facts, read by hand here so that the clinical floor is tested without the import.

Run `python -m tests.clinical.screen.records` for the table: per patient what is found, what the record makes us ask.
"""

from __future__ import annotations

import gzip
import json
from datetime import date
from pathlib import Path
from typing import Any

from filiform.clinical.screen import Background, Kind

KINDS = {
    "Condition": Kind.PROBLEM,
    "MedicationRequest": Kind.MEDICINE,
    "AllergyIntolerance": Kind.ALLERGY,
    "Device": Kind.DEVICE,
    "Procedure": Kind.PROCEDURE,
}


def background_of(file: Path) -> list[Background]:
    """The problems, medicines, allergies, devices and procedures of one gzipped bundle."""
    bundle = json.loads(gzip.decompress(file.read_bytes()))
    resources = [entry["resource"] for entry in bundle["entry"]]
    return [_fact(resource) for resource in resources if resource["resourceType"] in KINDS]


def age_of(file: Path, on: date) -> int:
    """The patient's age in whole years on a day."""
    bundle = json.loads(gzip.decompress(file.read_bytes()))
    born = next(
        date.fromisoformat(entry["resource"]["birthDate"])
        for entry in bundle["entry"]
        if entry["resource"]["resourceType"] == "Patient"
    )
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def _fact(resource: dict[str, Any]) -> Background:
    concept = resource.get("medicationCodeableConcept") or resource.get("code") or resource.get("type") or {}
    coding = concept.get("coding", [])
    since = resource.get("onsetDateTime") or resource.get("authoredOn") or resource.get("performedDateTime") or ""
    since = since or resource.get("performedPeriod", {}).get("start", "")
    return Background(
        kind=KINDS[resource["resourceType"]],
        text=concept.get("text") or next((one.get("display", "") for one in coding), ""),
        codes=tuple((one["system"], one["code"]) for one in coding),
        status=_status(resource),
        onset=date.fromisoformat(since[:10]) if since else None,
        source=f"{resource['resourceType']}/{resource['id']}",
    )


def _status(resource: dict[str, Any]) -> str:
    clinical = resource.get("clinicalStatus", {}).get("coding", [{}])[0].get("code", "")
    return str(clinical or resource.get("status", ""))


if __name__ == "__main__":
    from filiform.clinical.screen import screen
    from filiform.knowledge import book
    from tests.shared import SHARED

    on = date(2026, 11, 23)
    for file in sorted((SHARED / "patients").glob("*.json.gz")):
        result = screen([], background_of(file), book_rules=book().screening, patient_age=age_of(file, on), on=on)
        print(file.name.split("_")[0], file.name.split("_")[1], age_of(file, on), result.disposition.value)
        for one in result.findings:
            seen = "; ".join(f"{e.text} {e.date}" for e in one.evidence)
            print(f"    {one.condition} {one.action}: {seen}")
        for ask in result.ask:
            if "The record says" in ask.question:
                print(f"    ask {ask.condition}: {ask.question.partition('The record says: ')[2]}")
