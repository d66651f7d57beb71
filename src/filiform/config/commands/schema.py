"""`./filiform schema COMMAND`: what a command reads and prints, as JSON Schema. The files are in config/schemas/."""

import argparse
import json
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parents[1] / "schemas"
DIALECT = "https://json-schema.org/draft/2020-12/schema"


def run(argv: list[str]) -> int:
    """Print the schema of one command's input and output."""
    wanted = parser().parse_args(argv)
    print(json.dumps(schema(wanted.command), indent=2, ensure_ascii=False))
    return 0


def parser() -> argparse.ArgumentParser:
    """The arguments of `schema`."""
    made = argparse.ArgumentParser(prog="./filiform schema", description="Print what a command reads and prints.")
    made.add_argument("command", metavar="COMMAND", choices=described(), help=", ".join(described()))
    return made


def described() -> list[str]:
    """The commands whose JSON is described."""
    return sorted(path.stem for path in FOLDER.glob("*.json"))


def schema(command: str) -> dict[str, Any]:
    """`input` and `output` of `command`; for `session` also `kinds`, taken from the events themselves."""
    found = json.loads((FOLDER / f"{command}.json").read_text(encoding="utf-8"))
    said = {"command": command, **{part: {"$schema": DIALECT, **found[part]} for part in ("input", "output")}}
    if command == "session":
        from filiform.clinical.needle import kinds

        said["kinds"] = kinds()
    return said
