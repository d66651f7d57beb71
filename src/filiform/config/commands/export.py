"""`./filiform export PATIENT [--fhir]`: everything the record holds on one person (contracts.md)."""

import argparse
import json
import sys
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from filiform.config.start import Refused, migrate, start_django


def run(argv: list[str]) -> int:
    """Print the record as JSON, or as a FHIR R4 transaction bundle. Refused when nobody or several people are meant."""
    wanted = parser().parse_args(argv)
    start_django()
    migrate()
    by = _actor()
    patient_id = _patient(by, wanted.patient)
    sys.stdout.write(_fhir(by, patient_id) if wanted.fhir else _tables(by, patient_id))
    return 0


def parser() -> argparse.ArgumentParser:
    """The arguments of `export`."""
    made = argparse.ArgumentParser(prog="./filiform export", description="Print everything held on one person.")
    made.add_argument("patient", metavar="PATIENT", help="the id, the id another system gave, or a part of a name")
    made.add_argument("--fhir", action="store_true", help="a FHIR R4 transaction bundle instead of the tables")
    return made


def _actor() -> Any:
    from filiform.record.actor import VISITOR, system
    from filiform.record.reads.practice import public_practice
    from filiform.record.write import NotFound

    try:
        practice = public_practice(by=VISITOR, now=datetime.now(UTC))
    except NotFound:
        raise Refused("no practice is set up here, so there is no record to export") from None
    return system("export", practice.id)


def _patient(by: Any, who: str) -> UUID:
    from filiform.record.reads.everything import candidates

    found = candidates(by=by, now=datetime.now(UTC), who=who)
    if not found:
        raise Refused("there is no such patient; give the id that ./filiform import printed, or a name")
    if len(found) > 1:
        lines = "".join(f"\n  {one.id}  {one.name}, born {one.birth_date_said or 'not known'}" for one in found)
        raise Refused(f"several patients are meant; give one of these ids:{lines}")
    return found[0].id


def _fhir(by: Any, patient_id: UUID) -> str:
    from filiform.interop.fhir.writing.bundle import bundle_text
    from filiform.knowledge import book
    from filiform.record.reads.export import patient_export

    now = datetime.now(UTC)
    return bundle_text(patient_export(by=by, now=now, patient_id=patient_id), book(), now)


def _tables(by: Any, patient_id: UUID) -> str:
    from django.core.serializers.json import DjangoJSONEncoder

    from filiform.record.reads.everything import everything

    held = everything(by=by, now=datetime.now(UTC), patient_id=patient_id)
    said = {
        "patient": str(held.patient_id),
        "tables": {table.name: list(table.rows) for table in held.tables},
        "audit": list(held.audit),
    }
    return json.dumps(said, cls=DjangoJSONEncoder, ensure_ascii=False, indent=1) + "\n"
