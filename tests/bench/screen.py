"""Screening: one patient, ten thousand records, loading the knowledge cold, and how well words are recognised."""

from __future__ import annotations

import gzip
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from filiform.clinical.screen import Background, screen
from filiform.config.commands.screen import background
from filiform.interop.fhir.reading import read_bundle
from filiform.knowledge import book
from tests.bench._frame import Row, percentile, seconds, show
from tests.clinical.screen.test_phrases import PHRASES, phrases, raised
from tests.clinical.screen.vignettes import Patient, cases, patient
from tests.shared import SHARED

ROOT = Path(__file__).resolve().parents[2]
ON = date(2026, 11, 23)
MANY = 10_000
ONE_MS, MANY_SECONDS, COLD_MS = 2.0, 20.0, 150.0
COLD = """
import time
begun = time.perf_counter()
from filiform.knowledge import book
book()
print(time.perf_counter() - begun, time.process_time())
"""
MISSED_PERCENT, WRONG_PERCENT = 0.0, 0.0  # the written phrases are the specification, so none may be missed


@dataclass(frozen=True)
class Record:
    """One imported record: what the screening reads of it, and the age."""

    facts: Sequence[Background]
    age: int | None


def main(argv: list[str]) -> int:
    """Measure all; `--quick` takes a thousand records and one cold start. 0 when every limit was kept."""
    many, starts = (1_000, 1) if "--quick" in argv else (MANY, 5)
    told = [patient(case) for case in cases()]
    once = [took * 1000 for took in seconds_of_each(told)]
    found = records()
    _fresh(COLD)  # the first start compiles Python and parses TOML, once an installation
    cold, cpu = min(_fresh(COLD) for _ in range(starts))
    scaled = MANY_SECONDS * many / MANY
    print(f"{len(told)} vignettes, {len(found)} real records")
    rows = [
        Row("one patient, all answers, median", percentile(once, 50), "ms", ONE_MS),
        Row("one patient, all answers, 95th percentile", percentile(once, 95), "ms", ONE_MS),
        Row(f"{many} imported records", screened(found, many), "s", scaled),
        Row("knowledge in a fresh process, imports too", cold * 1000, "ms", COLD_MS),
        Row("  of it and of Python's own start, processor", cpu * 1000, "ms"),
        *recognition(),
    ]
    return show("screen", rows)


def seconds_of_each(told: Sequence[Patient]) -> list[float]:
    """The best of three runs of each patient: what else the machine does is not ours."""
    return [min(seconds(one.screened, 3)) for one in told]


def records() -> list[Record]:
    """The 21 real records, or the nine that ship with the tests."""
    files = sorted((SHARED / "patients").glob("*.json.gz"))
    files = files or sorted((ROOT / "tests" / "fixtures" / "patients").glob("*.json.gz"))
    return [_record(file) for file in files]


def _record(file: Path) -> Record:
    bundle = read_bundle(gzip.decompress(file.read_bytes()), file.name)
    born = bundle.patient.birth.day
    age = None if born is None else ON.year - born.year - ((ON.month, ON.day) < (born.month, born.day))
    return Record(background(bundle), age)


def screened(found: Sequence[Record], many: int) -> float:
    """Seconds for `many` screenings of the records in turn."""
    rules, begun = book().screening, time.perf_counter()
    for number in range(many):
        one = found[number % len(found)]
        screen([], one.facts, book_rules=rules, patient_age=one.age, on=ON)
    return time.perf_counter() - begun


def _fresh(script: str) -> tuple[float, float]:
    """Seconds that `script` took in a new process: by the clock and by the processor."""
    done = subprocess.run(
        [sys.executable, "-c", script],
        env={"PYTHONPATH": str(ROOT / "src")},
        capture_output=True,
        text=True,
        check=True,
    )
    clock, processor = map(float, done.stdout.split())
    return clock, processor


def recognition() -> list[Row]:
    """Recall: of the phrases that name a condition, those read so. Precision: of the phrases read, those not traps."""
    wanted, traps = phrases(), PHRASES["nothing"]["phrases"]
    read = sum(condition in raised(phrase) for condition, phrase in wanted)
    wrong = sum(bool(raised(phrase)) for phrase in traps)
    recall, precision = 100 * read / len(wanted), 100 * read / (read + wrong)
    print(f"recall {recall:.1f} % of {len(wanted)} phrases; precision {precision:.1f} % with {len(traps)} traps")
    return [
        Row("phrases missed", 100 - recall, "%", MISSED_PERCENT),
        Row("phrases read that mean nothing", 100 - precision, "%", WRONG_PERCENT),
    ]
