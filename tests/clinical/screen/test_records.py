"""What the screening reads in the real records, each looked at beside the raw record; skips without `shared`."""

from __future__ import annotations

from datetime import date

import pytest

from filiform.clinical.screen import Result, screen
from filiform.knowledge import book
from tests.clinical.screen.records import age_of, background_of
from tests.shared import SHARED, needs_shared

ON = date(2026, 11, 23)
# Per patient: the conditions found (those noted only are left out) and the conditions asked because of the record.
SEEN = {
    "Alexia": ("injury", ""),
    "Basil": ("epilepsy minor", "infection"),
    "Bryan": ("vascular_disease", "vascular_disease"),
    "Damion": ("", ""),
    "Ervin": ("vascular_disease", ""),
    "Eura": ("anticoagulant heart", "anticoagulant capacity heart"),
    "Fabian": ("", ""),
    "Felipa": ("skin", "lung_disease"),
    "Hallie": ("anticoagulant heart injury", "anticoagulant heart"),
    "Isaiah": ("diabetes", "blood_pressure infection"),
    "Jenna": ("", "blood_pressure"),
    "Jonathan": ("immunosuppression lung_disease", "blood_pressure capacity infection lung_disease red_flag"),
    "Lee": ("", ""),
    "Martina": ("lung_disease vascular_disease", "heart lung_disease"),
    "Morris": ("diabetes", "blood_pressure"),
    "Rachael": ("epilepsy", "infection"),
    "Renato": ("diabetes", ""),
    "Rudy": ("antiplatelet vascular_disease", "infection"),
    "Tom": ("", ""),
    "Zachariah": ("antiplatelet vascular_disease", ""),
    "ngela": ("diabetes epilepsy", "blood_pressure"),
}


def screened(name: str) -> Result:
    file = next((SHARED / "patients").glob(f"{name}_*.json.gz"))
    return screen([], background_of(file), book_rules=book().screening, patient_age=age_of(file, ON), on=ON)


@needs_shared
@pytest.mark.control("C-070")
@pytest.mark.parametrize("name", SEEN)
def test_record(name: str) -> None:
    result = screened(name)
    found = {one.condition for one in result.findings if one.action != "note"}
    asked = {one.condition for one in result.ask if "The record says" in one.question}
    wanted_found, wanted_asked = SEEN[name]
    assert (found, asked) == (set(wanted_found.split()), set(wanted_asked.split()))
    assert not result.cleared


@needs_shared
def test_every_record_is_looked_at() -> None:
    files = {file.name.split("_")[0] for file in (SHARED / "patients").glob("*.json.gz")}
    assert files == set(SEEN)
