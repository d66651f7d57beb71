"""The kinds of events for the page: `static/needle/kinds.js`, made from `clinical/needle` so that they cannot differ.

`python -m filiform.pages.needle.kinds > .../static/needle/kinds.js` writes it anew; a test says when that is due.
"""

from __future__ import annotations

import json
import sys

from filiform.clinical.needle.events import FIELDS, Field
from filiform.clinical.needle.reading import COMMON


def script() -> str:
    """The text of `kinds.js`: each field as [name, [reader, ...bounds], whether it must be there]."""
    every = list(FIELDS.values())
    common = [_field(one) for one in every[0] if one.name in COMMON]
    lines = [
        "// Made from clinical/needle by filiform/pages/needle/kinds.py. Do not edit.",
        f"export const COMMON = {_json(common)};",
        "export const KINDS = {",
        *(
            f"  {kind}: {_json([_field(one) for one in own if one.name not in COMMON])},"
            for kind, own in FIELDS.items()
        ),
        "};",
    ]
    return "\n".join(lines) + "\n"


def _field(one: Field) -> list[object]:
    return [one.name, list(one.shape.code), int(one.required)]


def _json(value: object) -> str:
    return json.dumps(value, separators=(",", ":"))


if __name__ == "__main__":
    sys.stdout.write(script())
