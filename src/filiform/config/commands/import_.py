"""`./filiform import FILE...`: take in FHIR R4 bundles; one JSON line a file (contracts.md)."""

import argparse
import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from filiform.config import durable
from filiform.config.start import ROOT, Refused, migrate, start_django

UNNAMED = "Practice without a name"  # until a practice can be set up
REAL_RECORDS = ROOT / "tests" / "fixtures" / "patients"  # nine synthetic records of another system; the demo's too


def run(argv: list[str]) -> int:
    """Take in every file; 0 when none was refused whole, else 1. A refused file does not stop those after it."""
    wanted = parser().parse_args(argv)
    start_django()
    durable.check(lasting=False)
    migrate()
    taker = _Taker(wanted.place)
    taken = [_say(taker.take(name)) for name in wanted.files]
    return 0 if all(taken) else 1


def parser() -> argparse.ArgumentParser:
    """The arguments of `import`."""
    made = argparse.ArgumentParser(prog="./filiform import", description="Take in FHIR R4 bundles, also gzipped.")
    made.add_argument("files", metavar="FILE", nargs="+", help="a bundle of one patient; - is standard input")
    made.add_argument("--place", default="", help="the place that new patients belong to (default: the first by name)")
    return made


def _say(line: dict[str, Any]) -> bool:
    """Print the line of one file; whether the file was taken in."""
    print(json.dumps(line, ensure_ascii=False), flush=True)
    return line["patient"] is not None


def _refused(name: str, because: str) -> dict[str, Any]:
    """The line of a file refused whole: the same keys, no patient, and the reason."""
    print(f"Filiform: {name}: {because}", file=sys.stderr)
    nothing: dict[str, int] = {}
    return {
        "file": name,
        "patient": None,
        "name": None,
        "created": nothing,
        "unchanged": nothing,
        "ignored": nothing,
        "refused": [{"resource": "file", "because": because}],
    }


class _Taker:
    """Takes in one file after the other, for one place of the practice."""

    def __init__(self, place: str) -> None:
        from filiform.record.actor import system

        practice = _practice()
        self.by = system("import", practice.id)
        named = [one for one in practice.places if place in ("", one.name)]
        if not named:
            there = ", ".join(one.name for one in practice.places)
            raise Refused(f"there is no place called {place!r}; there is {there}")
        self.place_id = named[0].id

    def take(self, name: str) -> dict[str, Any]:
        """Take in the file called `name`; its line."""
        from filiform.interop.fhir.limits import NotTaken
        from filiform.interop.fhir.reading import read_bundle
        from filiform.record.actions.background import import_bundle
        from filiform.record.write import Refused as RecordRefused

        try:
            bundle = read_bundle(_bytes(name), name)
            result = import_bundle(by=self.by, now=datetime.now(UTC), place_id=self.place_id, bundle=bundle)
        except OSError as error:
            return _refused(name, f"The file cannot be read: {error.strerror or error}. Check its name and its rights.")
        except (NotTaken, RecordRefused) as refused:
            return _refused(name, str(refused))
        return {
            "file": name,
            "patient": str(result.patient_id),
            "name": result.name,
            "created": result.created,
            "unchanged": result.unchanged,
            "ignored": result.ignored,
            "refused": [{"resource": one.resource, "because": one.because} for one in result.refused],
        }


def _bytes(name: str) -> bytes:
    """The file's bytes, at most one more than the limit, so that a file without an end cannot fill the memory."""
    from filiform.interop.fhir.limits import MAX_BYTES

    if name == "-":
        return sys.stdin.buffer.read(MAX_BYTES + 1)
    with Path(name).open("rb") as file:
        return file.read(MAX_BYTES + 1)


def _practice() -> Any:
    """The practice; one without a name is made where none is set up yet, so that a record can be taken in first."""
    from filiform.record.actions.practice import NewPlace, set_up_practice
    from filiform.record.actor import VISITOR, system
    from filiform.record.reads.practice import public_practice
    from filiform.record.write import NotFound

    now = datetime.now(UTC)
    try:
        return public_practice(by=VISITOR, now=now)
    except NotFound:
        place = NewPlace(name="First place")
        numbers = {"phone": "", "emergency_number": ""}
        set_up_practice(by=system("import", None), now=now, name=UNNAMED, time_zone="UTC", places=(place,), **numbers)
        print("Filiform: no practice was set up yet; one without a name was made for these records.", file=sys.stderr)
        return public_practice(by=VISITOR, now=now)
