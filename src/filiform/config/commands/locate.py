"""`./filiform locate FILE`: which muscles fit a pain drawing, ranked by match and not by safety (contracts.md)."""

import argparse
import json
import sys
from typing import Any

from filiform.clinical.locate.reading import BadDrawing, answered, from_json
from filiform.config.inputs import read_text
from filiform.knowledge import book

MOST_BYTES = 1024 * 1024
MOST_TOLD = 20


def run(argv: list[str]) -> int:
    """0: the answer was printed; 1: the input was refused, every fault told on standard error; 2: wrong usage."""
    wanted = parser().parse_args(argv)
    known = book()
    try:
        asked = from_json(_parsed(read_text(wanted.file, MOST_BYTES)), known.regions, known.muscles)
    except BadDrawing as refused:
        for fault in refused.faults[:MOST_TOLD]:
            print(f"Filiform: {wanted.file}: {fault}", file=sys.stderr)
        if len(refused.faults) > MOST_TOLD:
            print(f"Filiform: and {len(refused.faults) - MOST_TOLD} more faults.", file=sys.stderr)
        return 1
    answer = answered(asked, known.muscles, known.locator, known.content_hash)
    print(json.dumps(answer, ensure_ascii=False, indent=2))
    return 0


def parser() -> argparse.ArgumentParser:
    """The arguments of `locate`."""
    made = argparse.ArgumentParser(
        prog="./filiform locate",
        description="Rank the muscles that fit a pain drawing. By match, not by safety: screening and consent decide.",
    )
    made.add_argument("file", metavar="FILE", help="the drawing as JSON, also gzipped; - reads it")
    return made


def _parsed(text: str) -> object:
    """The JSON of `text`; a key that comes twice is refused, because one of the two would be lost."""
    try:
        return json.loads(text, object_pairs_hook=_once)
    except BadDrawing:
        raise
    except (ValueError, RecursionError) as wrong:  # also a number of too many digits
        raise BadDrawing((f"the input: is not JSON that can be read ({wrong}).",)) from None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        twice = sorted({key for key, _ in pairs if [one for one, _ in pairs].count(key) > 1})
        raise BadDrawing(tuple(f"{key}: comes twice; which one is meant?" for key in twice))
    return found
