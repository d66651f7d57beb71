"""The power fails: what the server that `demo` starts has answered is on the disk, at every one of 1,000 cuts.

Two tablets tap in two open sessions while strace watches the server. From the trace the disk is rebuilt as a cut at a
random moment would leave it (`_disk`), opened, and compared: an event is acknowledged when the first bytes of its
answer are handed to the network. The same run with synchronous NORMAL on WAL, guards taken out, must lose some.

    ./filiform bench power [--cuts N] [--taps N] [--seed N] [--keep FOLDER]
"""

from __future__ import annotations

import argparse
import shutil
import sqlite3
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from random import Random

from tests.bench import _disk, _server, _strace
from tests.bench._frame import Row, show
from tests.bench._tablet import OpenSession, Tablet, events, sessions

CUTS, TAPS, SEED = 1000, 60, 20261123
DATABASE = "filiform.sqlite3"
MEMORY = Path("/dev/shm")  # the rebuilt disks need not last


@dataclass(frozen=True, slots=True)
class Trace:
    """What was on the disk before, what happened, and how many events were sent."""

    files: dict[str, bytes]
    operations: list[_disk.Operation]
    sent: frozenset[str]


@dataclass
class Found:
    """What was found after cuts: `lost` is how many acknowledged events each cut lost."""

    lost: list[int] = field(default_factory=list)
    unsound: list[str] = field(default_factory=list)


def main(argv: list[str]) -> int:
    """Print the table; 1 when a cut lost something, or when the control lost nothing."""
    wanted = _parser().parse_args(argv)
    try:
        _strace.may_trace()
        with _folder(wanted.keep) as folder:
            rows = [*_rows("as we open it", trace_demo(folder / "safe", wanted.taps), wanted, lossy=False)]
            unsafe = trace_demo(folder / "unsafe", wanted.taps, spoilt=_server.NORMAL_ON_WAL)
            rows += _rows("WAL, NORMAL", unsafe, wanted, lossy=True)
    except _strace.NotTraced as reason:
        print(f"Filiform: this cannot be measured here: {reason}", file=sys.stderr)
        return 1
    return show("power", rows)


def _parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(prog="./filiform bench power", description="Cut the power, and look what is left.")
    made.add_argument("--cuts", type=int, default=CUTS, help=f"cuts of each run (default: {CUTS})")
    made.add_argument("--taps", type=int, default=TAPS, help=f"events of each tablet (default: {TAPS})")
    made.add_argument("--seed", type=int, default=SEED, help=f"where the cuts fall (default: {SEED})")
    made.add_argument("--keep", default="", metavar="FOLDER", help="keep the traces there")
    return made


@contextmanager
def _folder(keep: str) -> Iterator[Path]:
    if keep:
        Path(keep).mkdir(parents=True, exist_ok=True)
        yield Path(keep)
        return
    with tempfile.TemporaryDirectory() as made:
        yield Path(made)


def _rows(name: str, trace: Trace, wanted: argparse.Namespace, *, lossy: bool) -> Iterator[Row]:
    found = cut(trace, wanted.cuts, wanted.seed)
    counted = Counter(type(one).__name__ for one in trace.operations)
    print(f"{name}: {len(trace.sent)} events; {dict(sorted(counted.items()))}")
    for problem, times in Counter(found.unsound).most_common(5):
        print(f"{name}: unsound {times} times: {problem}")
    losing, most = sum(n > 0 for n in found.lost), max(found.lost, default=0)
    yield Row(f"{name}: cuts", len(found.lost), "cuts", least=wanted.cuts)
    if lossy:
        yield Row(f"{name}: lost an acknowledged event", losing, "cuts", least=1)
        yield Row(f"{name}: most events lost at once", most, "events")
    else:
        yield Row(f"{name}: lost an acknowledged event", losing, "cuts", 0)
        yield Row(f"{name}: database unsound", len(found.unsound), "cuts", 0)


def trace_demo(data: Path, times: int, spoilt: Sequence[str] = ()) -> Trace:
    """Start the demo in `data`, send `times` events in each of its therapist's rooms, and hand back what strace saw."""
    data.mkdir(parents=True)
    log = data / "strace"
    with _server.serving(data, "demo", spoilt=spoilt) as server:
        tablets = [_opened(_signed_in(server), at) for at in _rooms(server)]
        with _strace.traced(_server.family(server.process.pid), log):
            files = _files(server.folder)
            _tap(tablets, times)
    return _told(log, server.folder, files, tablets)


def trace_practice(data: Path, password: str, times: int, spoilt: Sequence[str] = ()) -> Trace:
    """As `trace_demo`, of a practice that `serve` serves and `_server.make_practice` made.

    strace starts the server, so the whole run is in the trace, its start and the signing in among it.
    """
    log, files = data / "strace", _files(data)
    with _server.serving(data, "serve", spoilt=spoilt, under=_strace.words(log)) as server:
        (at,) = sessions(server.database)
        tablet = Tablet(server.port)
        tablet.sign_in(at.username, password)
        tablets = [_opened(tablet, at)]
        _tap(tablets, times)
    return _told(log, data, files, tablets)


def _signed_in(server: _server.Server) -> Tablet:
    tablet = Tablet(server.port)
    tablet.sign_in_to_the_demo()
    return tablet


def _rooms(server: _server.Server) -> list[OpenSession]:
    """The open sessions of the therapist that the demo's button signs in."""
    _, page = _signed_in(server).ask("GET", "/today/")
    there = sessions(server.database)
    strip = page.partition(b"<main")[0]  # her own rooms are above the page, everybody's are in it
    mine = [one for one in there if f"/visits/{one.visit}/needle/".encode() in strip]
    if not mine:
        raise RuntimeError(
            f"the demo's therapist has no open session with a needle on record; {len(there)} others have"
        )
    return mine


def _opened(tablet: Tablet, at: OpenSession) -> Tablet:
    tablet.open(at)
    tablet.connect()  # for its events alone, so that every answer on it is one to them
    return tablet


def _tap(tablets: Sequence[Tablet], times: int) -> None:
    """Every tablet sends `times` events, one after the other, all tablets at once."""
    with ThreadPoolExecutor(len(tablets)) as pool:
        list(pool.map(lambda one: [one.send(event) for event in islice(events(one), times)], tablets))


def _told(log: Path, folder: Path, files: dict[str, bytes], tablets: Sequence[Tablet]) -> Trace:
    sent = {tablet.own_port: tablet.sent for tablet in tablets}
    happened = _strace.acknowledged(_strace.operations(log, folder, files, DATABASE), sent)
    return Trace(files, happened, frozenset(event for tablet in tablets for event in tablet.held))


def _files(folder: Path) -> dict[str, bytes]:
    """What the database consists of; not the index of a WAL, which SQLite makes anew."""
    found = (path for path in folder.iterdir() if path.name.startswith(DATABASE))
    return {path.name: path.read_bytes() for path in found if not path.name.endswith("-shm")}


def cut(trace: Trace, times: int, seed: int) -> Found:
    """Cut the power at `times` random moments of the trace, and look at every disk that is left."""
    chance, found = Random(seed), Found()
    moments = [chance.randint(1, len(trace.operations)) for _ in range(times)]
    for one in _disk.cuts(trace.files, trace.operations, moments, chance):
        folder = Path(tempfile.mkdtemp(dir=MEMORY if MEMORY.is_dir() else None))
        try:
            _disk.put(one.files, folder)
            there, problem = look(folder / DATABASE, trace.sent)
        finally:
            shutil.rmtree(folder)
        found.lost.append(len(one.acknowledged - there))
        if problem:
            found.unsound.append(problem)
    return found


def look(database: Path, sent: frozenset[str]) -> tuple[frozenset[str], str]:
    """Which of the events `sent` are in a database, and what is wrong with it ("" when nothing is)."""
    try:
        with closing(sqlite3.connect(database)) as there:
            there.execute("PRAGMA synchronous=OFF")
            stored = frozenset(row[0] for row in there.execute("SELECT id FROM record_sessionevent"))
            return stored & sent, _unsound(there, stored & sent)
    except sqlite3.Error as error:
        return frozenset(), str(error)


def _unsound(there: sqlite3.Connection, stored: frozenset[str]) -> str:
    """What SQLite finds wrong, or a gap in the audit chain, or an event whose audit row is missing."""
    checked = there.execute("PRAGMA integrity_check(3)").fetchall()
    if checked != [("ok",)]:
        return str(checked)
    if there.execute("PRAGMA foreign_key_check").fetchone():
        return "a row points at nothing"
    chains = there.execute("SELECT max(number), count(*) FROM record_auditrow GROUP BY practice_id")
    if any(newest != rows for newest, rows in chains):
        return "the audit chain has a gap"
    return "an event has no audit row" if stored - _audited(there) else ""


def _audited(there: sqlite3.Connection) -> set[str]:
    """The ids that audit rows say were stored."""
    rows = there.execute(
        "SELECT event.value FROM record_auditrow, json_each(record_auditrow.detail, '$.events') AS event "
        "WHERE act = 'add_session_event'"
    )
    return {row[0] for row in rows}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
