"""Server time of Today, search, chart and every page of a visit, at 1,000 and at 10,000 patients, on SQLite.

Each page is asked for at least 100 times from each database, in turns, through the whole middleware stack in this
process; the chart also over loopback from the real server. Times are by the clock; "CPU" leaves out the disk and what
others on the machine took. Promised, for each page: at most 50 ms at the 95th percentile with 10,000 patients, at most
12 queries, and at most 1.2 times the time (median) that 1,000 patients take.

    ./filiform bench pages [--only WORD] [--times N] [--sizes 1000,10000] [--statistics]
"""

from __future__ import annotations

import argparse
import contextlib
import logging
import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from tests.bench import _scale

if TYPE_CHECKING:
    from tests.bench._asked import Base, Page

MOST_MS = 50.0  # 95th percentile, with the larger database
MOST_QUERIES = 12
MOST_RATIO = 1.2  # medians, larger database against smaller
TIMES = 100
SIZES = "1000,10000"


def main(argv: list[str]) -> int:
    """Print the table; 1 when a promise is broken or a page is not there."""
    wanted = _parser().parse_args(argv)
    _start()
    paths = [_scale.made(int(size)) for size in wanted.sizes.split(",")]
    for path in paths:
        _scale.gather_statistics(path, wanted.statistics)
    from tests.bench import _asked, _served

    with _scale.stopped_clock(), contextlib.ExitStack() as stack:
        bases = [_asked.Base(stack.enter_context(_scale.opened(path)), path) for path in paths]
        _head(bases)
        kept = [_line(page, bases, wanted.times) for page in _asked.PAGES if wanted.only in page.name]
        if wanted.only in _served.NAME:
            _served.line(bases[-1], wanted.times)
    return int(not all(kept))


def _parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(prog="./filiform bench pages", description="Server time of pages.")
    made.add_argument("--only", default="", metavar="WORD", help="only pages with WORD in their name")
    made.add_argument("--times", type=int, default=TIMES, help=f"requests of each page (default: {TIMES})")
    made.add_argument("--sizes", default=SIZES, help=f"patients, the smaller first (default: {SIZES})")
    made.add_argument("--statistics", action="store_true", help="let SQLite gather statistics first (ANALYZE)")
    return made


def _start() -> None:
    """Django with a data folder of the benchmark's own; never the practice's database."""
    from filiform.config.start import start_django

    os.environ.pop("DATABASE_URL", None)
    os.environ["FILIFORM_DATA"] = str(_scale.FOLDER / "data")
    start_django()
    logging.getLogger("django.request").setLevel(logging.CRITICAL)  # a page that fails is a line of the table


def _head(bases: Sequence[Base]) -> None:
    for base in bases:
        size = base.path.stat().st_size / 1e6
        print(
            f"{base.patients():,} patients, {base.sessions():,} sessions, {base.audits():,} audit rows, {size:,.0f} MB"
        )
    names = "".join(f"{base.patients():>9,}: p50   p95" for base in bases)
    print(f"\n{'milliseconds':<40}{'asked':>6}{'of':>5}{names}{'CPU p95':>8}{'ratio':>7}{'queries':>9}{'kB gz':>7}")
    print(f"{'at most':<40}{'':>11}{'':>{18 * len(bases) - 6}}{MOST_MS:>6.0f}{MOST_RATIO:>15.1f}{MOST_QUERIES:>9}")


def _line(page: Page, bases: Sequence[Base], times: int) -> bool:
    """Measure and print one page; whether its promises are kept."""
    from tests.bench._asked import Unanswered, measure

    try:
        found = measure(page, bases, times)
    except Unanswered as problem:
        print(f"{page.name:<40}  {problem}", flush=True)
        return False
    if found is None:
        print(f"{page.name:<40}  there is no such page, or nothing to show on it", flush=True)
        return False
    ratio = found[-1].p50 / found[0].p50
    queries = max(one.queries for one in found)
    broken = [
        *(["too slow"] if found[-1].p95 > MOST_MS else []),
        *(["too many queries"] if queries > MOST_QUERIES else []),
        *(["grows"] if ratio > MOST_RATIO else []),
    ]
    measured = "".join(f"{one.p50:>12.1f}{one.p95:>6.1f}" for one in found)
    print(
        f"{page.name:<40}{times:>6}{found[-1].different:>5}{measured}{found[-1].cpu95:>8.1f}{ratio:>7.2f}{queries:>9}"
        f"{found[-1].compressed / 1000:>7.1f}  {', '.join(broken) or 'ok'}",
        flush=True,
    )
    return not broken


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
