"""`./filiform aftercare FILE`: where a patient's answer after a visit goes in the staff's call list (contracts.md)."""

import argparse
import json

from filiform.clinical.follow import BadAnswer, after_from_json, aftercare, sorted_json
from filiform.config.inputs import BadJson, read_json, tell
from filiform.knowledge import book

MOST_BYTES = 1024 * 1024


def run(argv: list[str]) -> int:
    """0: the answer was printed; 1: the input was refused, every fault told on standard error; 2: wrong usage."""
    wanted = parser().parse_args(argv)
    known = book()
    try:
        after = after_from_json(read_json(wanted.file, MOST_BYTES), known.muscles)
    except (BadJson, BadAnswer) as refused:
        tell(wanted.file, refused.faults)
        return 1
    print(json.dumps(sorted_json(aftercare(after, known.follow, known.muscles)), ensure_ascii=False, indent=2))
    return 0


def parser() -> argparse.ArgumentParser:
    """The arguments of `aftercare`."""
    made = argparse.ArgumentParser(prog="./filiform aftercare", description="Sort a patient's answer after a visit.")
    made.add_argument("file", metavar="FILE", help="the answer as JSON, also gzipped; - reads it")
    return made
