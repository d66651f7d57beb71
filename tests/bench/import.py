"""Import of FHIR bundles from 0.25 to 16 MB: time to read, to store and to meet again, on a database of its own.

The promise: a 1 MB bundle in at most 0.3 s, on SQLite. The other sizes show whether time grows with size alone.
"""

import gzip
import json
import os
import statistics
import sys
import tempfile
import time
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

SIZES_MB = (0.25, 0.5, 1.0, 2.0, 4.0, 16.0)
RUNS = 5
PROMISE_S = 0.3  # for 1 MB
SAMPLE = Path(__file__).parents[1] / "fixtures" / "patients"


def main(argv: list[str]) -> int:
    """Print the table; 1 when the promise for 1 MB is broken. `argv` may name other sizes in MB."""
    sizes = tuple(float(one) for one in argv) or SIZES_MB
    with tempfile.TemporaryDirectory() as folder:
        os.environ["FILIFORM_DATA"] = folder
        take = _taker()
        rows = [_measure(size, take) for size in sizes]
    per_mb = rows[0]["total"] / rows[0]["mb"]
    print("   size MB  entries  unpack+read s  store s  total s  again s  s per MB, against the first row")
    for row in rows:
        ratio = row["total"] / row["mb"] / per_mb
        print(
            f"{row['mb']:10.2f}{row['entries']:9d}{row['read']:15.3f}{row['store']:9.3f}{row['total']:9.3f}"
            f"{row['again']:9.3f}{ratio:10.2f}"
        )
    return _judge(rows)


def _judge(rows: list[dict[str, Any]]) -> int:
    one = next((row for row in rows if 0.9 <= row["mb"] <= 1.1), None)
    if one is None:
        return 0
    kept = one["total"] / one["mb"] <= PROMISE_S
    print(f"1 MB: {one['total'] / one['mb']:.3f} s, promised {PROMISE_S} s: {'kept' if kept else 'BROKEN'}")
    return 0 if kept else 1


def _taker() -> Callable[[bytes], tuple[float, float]]:
    """A function that imports bytes and says how many seconds reading and storing took."""
    from filiform.config.start import migrate, start_django

    os.environ.pop("DATABASE_URL", None)
    start_django()
    migrate()
    from filiform.interop.fhir.reading import read_bundle
    from filiform.record.actions.background import import_bundle
    from filiform.record.actions.practice import NewPlace, set_up_practice
    from filiform.record.actor import VISITOR, system
    from filiform.record.reads.practice import public_practice

    now = datetime.now(UTC)
    places = (NewPlace(name="Bench"),)
    numbers = {"phone": "", "emergency_number": "", "time_zone": "UTC"}
    set_up_practice(by=system("bench", None), now=now, name="Bench", places=places, **numbers)
    practice = public_practice(by=VISITOR, now=now)

    def take(data: bytes) -> tuple[float, float]:
        begun = time.perf_counter()
        bundle = read_bundle(data, "bench.json.gz")
        read = time.perf_counter()
        by = system("bench", practice.id)
        import_bundle(by=by, now=now, place_id=practice.places[0].id, bundle=bundle)
        return read - begun, time.perf_counter() - read

    return take


def _measure(size_mb: float, take: Callable[[bytes], tuple[float, float]]) -> dict[str, Any]:
    """Medians over RUNS patients of one size, each taken in twice."""
    first, again = [], []
    for _ in range(RUNS):
        data, entries, size = _bundle(size_mb)
        first.append(take(data))
        again.append(sum(take(data)))
    return {
        "mb": size / 1e6,
        "entries": entries,
        "read": statistics.median(read for read, _ in first),
        "store": statistics.median(store for _, store in first),
        "total": statistics.median(read + store for read, store in first),
        "again": statistics.median(again),
    }


def _bundle(size_mb: float) -> tuple[bytes, int, int]:
    """A gzipped bundle of about `size_mb` for a new patient, from a real one's resources; its entries and size."""
    with gzip.open(sorted(SAMPLE.glob("Tom_*.gz"))[0]) as file:
        bundle = json.load(file)
    patient, *others = sorted(bundle["entry"], key=lambda entry: entry["resource"]["resourceType"] != "Patient")
    old, new = patient["resource"]["id"], str(uuid.uuid4())
    texts = [json.dumps(patient, indent=2)]
    length, number = 0, 0
    while length < size_mb * 1e6:
        entry = others[number % len(others)]
        text = json.dumps(entry, indent=2).replace(entry["resource"]["id"], str(uuid.uuid4()))
        texts.append(text)
        length, number = length + len(text), number + 1
    whole = '{"resourceType": "Bundle", "type": "transaction", "entry": [' + ",".join(texts).replace(old, new) + "]}"
    return gzip.compress(whole.encode(), 6), len(texts), len(whole)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
