"""`./filiform session FILE`: fold the events of one session, one JSON object a line, to where every needle is."""

import argparse
import json
import sys

from filiform.clinical.needle import Known, fold, kinds, read_lines
from filiform.config.inputs import read_text, tell
from filiform.knowledge import book

MOST_EVENTS = 20_000


def run(argv: list[str]) -> int:
    """0: the state was printed; 1: lines were refused, each told on standard error, and nothing was printed."""
    wanted = parser().parse_args(argv)
    if wanted.kinds:
        _say(kinds())
        return 0
    if wanted.file is None:
        parser().error("give FILE, or --kinds")
    return _fold(wanted.file)


def parser() -> argparse.ArgumentParser:
    """The arguments of `session`."""
    made = argparse.ArgumentParser(prog="./filiform session", description="Fold the events of one needling session.")
    what = made.add_mutually_exclusive_group()
    what.add_argument("file", metavar="FILE", nargs="?", help="one event a line as JSON, also gzipped; - reads them")
    what.add_argument("--kinds", action="store_true", help="print every kind of event with its fields and types")
    return made


def _fold(name: str) -> int:
    lines = read_text(name).split("\n")
    if len(lines) > MOST_EVENTS:
        print(f"Filiform: {name} has {len(lines)} lines; a session has at most {MOST_EVENTS}.", file=sys.stderr)
        return 1
    known = Known(muscles=book().muscles.keys(), regions=book().regions.keys())
    read = read_lines(lines, known)
    tell(name, read.refused, "more lines were refused.")
    if read.refused:
        return 1
    _say(fold(read.events).as_json())
    return 0


def _say(value: object) -> None:
    print(json.dumps(value, ensure_ascii=False, indent=2))
