"""The two FHIR R4 validators: the official definitions through Node, and healthchain."""

from __future__ import annotations

import json
import subprocess
from typing import Any

from tests import needs


def official(*resources: dict[str, Any]) -> dict[str, Any]:
    """What tests/validators says: {"resources", "checked", "unchecked", "issues": [{"where", "text"}]}."""
    done = subprocess.run(
        [needs.node(), str(needs.VALIDATORS / "validate.mjs")],
        input=json.dumps(list(resources)),
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    report: dict[str, Any] = json.loads(done.stdout)
    return report


def healthchain(resource: dict[str, Any]) -> list[str]:
    """The errors healthchain finds. It judges by R4B (structure, required elements, bound `code` elements); the types
    we write are the same there, but for what it does not look at: bound concepts, constraints, references."""
    from healthchain.fhir.validation import validate_resource

    report = validate_resource(resource, version="R4B")
    return [f"{one.expression}: {one.diagnostics}" for one in report.issues if one.severity in ("error", "fatal")]
