"""`./filiform locate FILE`: which muscles fit a pain drawing, ranked by match and not by safety (contracts.md)."""

import argparse
import json

from filiform.clinical.locate.reading import BadDrawing, answered, from_json
from filiform.config.inputs import BadJson, read_json, tell
from filiform.knowledge import book

MOST_BYTES = 1024 * 1024


def run(argv: list[str]) -> int:
    """0: the answer was printed; 1: the input was refused, every fault told on standard error; 2: wrong usage."""
    wanted = parser().parse_args(argv)
    known = book()
    try:
        asked = from_json(read_json(wanted.file, MOST_BYTES), known.regions, known.muscles)
    except (BadJson, BadDrawing) as refused:
        tell(wanted.file, refused.faults)
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
